import { edgeClient, effectiveConsume, isJetStream } from '../../delivery/effective';
import type { Consume } from '../../model/model';
import { edgeWords, originOf, reasonOf } from '../../lint/words';
import type { Answer } from '../checklist';
import { byFault, placeOf, together, waived, weakStatus, type Point, type PointContext } from '../context';
import { consumesOf } from '../legs';
import { ofKafka } from './kafkaCommit';

/** Each consumer tells the broker that a message is done when its work is done, not before. */
export const commitAfterPoint: Point = (context) =>
  waived(context, 'acknowledgement after the work') ??
  together(consumesOf(context.guarantee.flow).map((consume) => ofConsume(context, consume)));

function ofConsume(context: PointContext, consume: Consume): Answer {
  const fault = context.faults.at(consume, 'consumer/commit-first', 'consumer/auto-commit-async', 'consumer/auto-ack',
    'consumer/ack-none', 'consumer/ack-before-work');
  if (fault?.severity === 'error') return byFault(fault);
  switch (consume.protocol) {
    case 'kafka': return ofKafka(context, consume);
    case 'rabbitmq': return ofRabbit(context, consume);
    case 'mqtt': return ofMqtt(context, consume);
    case 'nats': return ofNats(context, consume);
    default:
      return { status: 'unknown', evidence: `${edgeWords(consume)}, and no file says by which protocol.`, at: consume.at, next: 'State the protocol of the broker.' };
  }
}

function ofRabbit(context: PointContext, consume: Consume): Answer {
  const edge = edgeWords(consume);
  const { ack } = effectiveConsume(consume);
  const at = placeOf(consume, ack);
  // Some clients have no default: there each program says it, which is why none is assumed.
  if (ack === undefined || ack.from === 'unknown' || originOf(ack) === 'assumed') {
    return { status: 'unknown', evidence: `${edge}; ack is stated nowhere.`, at, next: 'State ack, or the client and its version.' };
  }
  const why = ack.from === 'declared' ? `${edge} with ack=${ack.value}` : `${edge}; ack is not set, and ${reasonOf(consume, ack)}`;
  if (ack.value === 'manual') return { status: 'met', evidence: `${why}: the queue keeps each message until it is acknowledged.`, at };
  return {
    status: weakStatus(context, ack), at, evidence: `${why}: a message counts as done as soon as it is sent.`,
    next: 'Acknowledge by hand, after the work (ack: manual).',
  };
}

function ofMqtt(context: PointContext, consume: Consume): Answer {
  const edge = edgeWords(consume);
  const { qos } = effectiveConsume(consume);
  const { ack, processing } = consume.settings;
  if (qos === undefined || qos.from === 'unknown') {
    return { status: 'unknown', evidence: `${edge}; qos is stated nowhere.`, at: consume.at, next: 'State qos, or the client and its version.' };
  }
  if (qos.value === 0) {
    const why = qos.from === 'declared' ? `${edge} with qos=0` : `${edge}; qos is not set, and ${reasonOf(consume, qos)}`;
    return { status: weakStatus(context, qos), at: placeOf(consume, qos), evidence: `${why}: nothing is acknowledged.`, next: 'Subscribe with qos: 1 or 2.' };
  }
  if (ack?.value === 'manual') {
    return { status: 'met', evidence: `${edge} with ack=manual: the program acknowledges when its work is done.`, at: ack.at };
  }
  // What clients that nobody names do, nobody knows.
  if (processing?.value === 'sync' && edgeClient(consume) !== undefined) {
    return { status: 'met', evidence: `${edge} and finishes its work in the handler, after which the client acknowledges.`, at: processing.at };
  }
  if (processing?.value === 'async' && edgeClient(consume) !== undefined) {
    return {
      status: ack?.value === 'auto' ? 'not-met' : 'unknown', at: processing.at,
      evidence: `${edge} asynchronously: the client acknowledges when the handler returns, before the work is done.`,
      next: 'Acknowledge by hand when the work is done (ack: manual).',
    };
  }
  return {
    status: 'unknown', at: consume.at, evidence: `${edge}; whether a message is acknowledged after its work is said nowhere.`,
    next: 'State ack: manual; or processing: sync, and the client.',
  };
}

function ofNats(context: PointContext, consume: Consume): Answer {
  const edge = edgeWords(consume);
  if (!isJetStream(consume)) {
    return {
      status: 'unknown', at: consume.at, evidence: `${edge}, and no file declares a JetStream stream or consumer: core NATS acknowledges nothing.`,
      next: 'Declare the stream, and state ackPolicy.',
    };
  }
  const { ackPolicy } = effectiveConsume(consume);
  const at = placeOf(consume, ackPolicy);
  if (ackPolicy === undefined || ackPolicy.from === 'unknown') {
    return { status: 'unknown', evidence: `${edge}; ackPolicy is stated nowhere.`, at, next: 'State ackPolicy, or the client and its version.' };
  }
  const why = ackPolicy.from === 'declared' ? `${edge} with ackPolicy=${ackPolicy.value}` : `${edge}; ackPolicy is not set, and ${reasonOf(consume, ackPolicy)}`;
  if (ackPolicy.value !== 'none') return { status: 'met', evidence: `${why}: a message that is not acknowledged is delivered again.`, at };
  const status = weakStatus(context, ackPolicy);
  return {
    status, at, evidence: `${why}: a message counts as done as soon as it is delivered.`,
    next: status === 'unknown' ? 'State ackPolicy, or the client and its version.' : 'Set ackPolicy: explicit.',
  };
}
