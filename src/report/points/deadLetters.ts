import type { Channel, Consume, Route } from '../../model/model';
import { isExternal } from '../../lint/channels';
import { channelWords, couldSaySettings, edgeWords } from '../../lint/words';
import type { Answer } from '../checklist';
import { byFault, isStrong, together, waived, type Point, type PointContext } from '../context';
import { legsOf } from '../legs';

/** A message that cannot be processed is put where somebody finds it. */
export const deadLettersPoint: Point = (context) =>
  waived(context, 'dead letters') ??
  together(legsOf(context.guarantee.flow).map(({ consume, channels }) => ofConsume(context, consume, channels)));

function ofConsume(context: PointContext, consume: Consume, channels: readonly Channel[]): Answer {
  const edge = edgeWords(consume);
  const { channel, settings: { onFailure } } = consume;
  const fault = [consume, ...channels].map((what) => context.faults.at(what, 'dlq/')).find((p) => p?.severity === 'error');
  if (fault !== undefined) return byFault(fault);
  if (onFailure?.skip?.value === true) {
    return { status: 'not-met', evidence: `${edge} and passes over a message that fails.`, at: onFailure.skip.at, next: 'Name a channel for it (onFailure.deadLetter).' };
  }
  if (channel?.isDeadLetter === true) {
    return { status: 'met', evidence: `${edge}, which is itself where dead letters go.`, at: consume.at };
  }
  const route = channels.flatMap((one) => one.routesOut).find((one) => one.kind === 'dead-letter');
  if (route !== undefined) return led(edge, route);
  const named = onFailure?.deadLetter;
  if (named !== undefined) return { status: 'unknown', evidence: `${edge} with dead letters to ${named.value}, which no file declares.`, at: named.at, next: `Declare ${named.value}.` };
  return without(context, consume);
}

function led(edge: string, { to, at }: Route): Answer {
  const reader = to.consumes[0]?.service.name;
  const read = reader !== undefined ? `, which ${reader} consumes`
    : isExternal(to) || to.routesOut.length > 0 ? '' : '; who reads them there is in no file';
  return { status: 'met', evidence: `${edge} with dead letters to ${channelWords(to)}${read}.`, at };
}

/** No file names a place. Where a file that could name it asks for no loss, or gives up, that is a fault. */
function without(context: PointContext, consume: Consume): Answer {
  const edge = edgeWords(consume);
  const { protocol, channel, settings } = consume;
  const next = protocol === 'rabbitmq' ? 'Set deadLetter on the queue.' : 'Name a channel for it (onFailure.deadLetter).';
  if (protocol === 'mqtt' || (protocol === 'nats' && settings.maxDeliver === undefined) || channel?.kind === 'stream') {
    return {
      status: 'unknown', at: consume.at, next,
      evidence: `${edge}, where the broker puts no dead letters aside; whether the program does is said nowhere.`,
    };
  }
  const asks = isStrong(context.guarantee.declared?.value) || settings.onFailure?.retries !== undefined;
  const evidence = `${edge}, and no file names a place for a message that cannot be processed.`;
  return { status: asks && couldSaySettings(consume) ? 'not-met' : 'unknown', evidence, at: settings.onFailure?.retries?.at ?? consume.at, next };
}
