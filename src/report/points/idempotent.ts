import { faultsWords } from '../../delivery/guaranteeWords';
import { edgeWords } from '../../lint/words';
import type { Consume } from '../../model/model';
import type { Answer } from '../checklist';
import { byFault, together, type Point, type PointContext } from '../context';
import { consumesOf } from '../legs';

/** A message that comes twice does no harm: the consumer knows it by a key, or none comes twice. */
export const idempotentPoint: Point = (context) =>
  together(consumesOf(context.guarantee.flow).map((consume) => ofConsume(context, consume)));

function ofConsume(context: PointContext, consume: Consume): Answer {
  const { hazards, declared, isBounded } = context.guarantee;
  const edge = edgeWords(consume);
  const { idempotentBy, commit } = consume.settings;
  if (idempotentBy !== undefined) {
    return { status: 'met', evidence: `${edge} and knows a message that comes again by ${idempotentBy.value}.`, at: idempotentBy.at };
  }
  const fault = context.faults.at(consume, 'delivery/eo-external-sink', 'consumer/not-idempotent');
  if (fault?.severity === 'error') return byFault(fault);
  const { faults } = hazards.duplication;
  const inTransaction = commit?.value === 'transaction' ? ' in a transaction, so that what it writes to Kafka and its offset count together or not at all' : '';
  if (declared?.value === 'best-effort') {
    return { status: 'met', evidence: `${declared.who ?? 'The configuration'} declares best-effort, which allows that a message comes twice.`, at: declared.by?.at };
  }
  if (faults === null && !isBounded) {
    return { status: 'met', evidence: `${edge}${inTransaction}, and nothing on the way has a message processed twice (${faultsWords(null)}).`, at: commit?.at ?? consume.at };
  }
  const often = faults === null ? 'A message may be processed twice' : `A message is processed twice ${faultsWords(faults)}`;
  return {
    status: 'unknown', at: consume.at, evidence: `${edge}${inTransaction}. ${often}; whether that does harm is said nowhere.`,
    next: 'Name the key by which it knows a message that comes again (idempotentBy).',
  };
}
