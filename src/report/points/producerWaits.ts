import { effectivePublish } from '../../delivery/effective';
import type { Channel, Publish } from '../../model/model';
import type { Setting } from '../../model/settings';
import { edgeWords, reasonOf } from '../../lint/words';
import type { Answer } from '../checklist';
import { byFault, placeOf, together, waived, weakStatus, type Point, type PointContext } from '../context';
import { legsOf } from '../legs';

/** Each producer counts a message as sent only when the broker says that it has it. */
export const producerWaitsPoint: Point = (context) =>
  waived(context, 'acknowledgement') ??
  together(legsOf(context.guarantee.flow).map(({ publish, channels }) => ofPublish(context, publish, channels)));

function ofPublish(context: PointContext, publish: Publish, channels: readonly Channel[]): Answer {
  const fault = context.faults.at(publish, 'producer/result-ignored', 'producer/core-publish');
  const edge = edgeWords(publish);
  if (fault?.severity === 'error') return byFault(fault);
  const { awaitResult } = publish.settings;
  if (awaitResult?.value === false) {
    return {
      status: 'not-met', evidence: `${edge} and does not look at the result of a send.`, at: awaitResult.at,
      next: 'Await each send, or handle its error.',
    };
  }
  const effective = effectivePublish(publish);
  switch (publish.protocol) {
    case 'kafka':
      return bySetting(context, publish, 'acks', effective.acks, (v) => v === 'all', 'all',
        'the leader waits for all replicas that are in sync');
    case 'rabbitmq':
      return bySetting(context, publish, 'confirms', effective.confirms, (v) => v === true, 'true',
        'the broker confirms each message');
    case 'mqtt':
      return bySetting(context, publish, 'qos', effective.qos, (v) => typeof v === 'number' && v > 0, '1',
        'the broker acknowledges each message');
    case 'nats': return ofNats(publish, channels);
    default:
      return { status: 'unknown', evidence: `${edge}, and no file says by which protocol.`, at: publish.at, next: 'State the protocol of the broker.' };
  }
}

function bySetting(
  context: PointContext, publish: Publish, key: string, setting: Setting<string | number | boolean> | undefined,
  isEnough: (value: unknown) => boolean, better: string, effect: string,
): Answer {
  const edge = edgeWords(publish);
  const at = placeOf(publish, setting);
  if (setting === undefined || setting.from === 'unknown') {
    return { status: 'unknown', evidence: `${edge}; ${key} is stated nowhere.`, at, next: `State ${key}, or the client and its version.` };
  }
  const why = setting.from === 'declared' ? `${edge} with ${key}=${setting.value}` : `${edge}; ${key} is not set, and ${reasonOf(publish, setting)}`;
  if (isEnough(setting.value)) return { status: 'met', evidence: `${why}: ${effect}.`, at };
  const status = weakStatus(context, setting);
  const next = status === 'unknown' ? `State ${key}=${better}, or the client and its version.` : `Set ${key}=${better}.`;
  return { status, evidence: `${why}.`, at, next };
}

/** Only JetStream acknowledges, and whether the program waits for it is its code's choice. */
function ofNats(publish: Publish, channels: readonly Channel[]): Answer {
  const edge = edgeWords(publish);
  const { waitForAck } = publish.settings;
  if (waitForAck?.value === true) {
    return { status: 'met', evidence: `${edge} and waits for JetStream's acknowledgement.`, at: waitForAck.at };
  }
  if (waitForAck !== undefined) {
    return { status: 'not-met', evidence: `${edge} and does not wait for an acknowledgement.`, at: waitForAck.at, next: 'Publish through JetStream and await its acknowledgement (waitForAck: true).' };
  }
  if (channels.some((one) => one.settings.stream !== undefined)) {
    return { status: 'unknown', evidence: `${edge}; whether it waits for JetStream's acknowledgement is said nowhere.`, at: publish.at, next: 'State waitForAck.' };
  }
  return {
    status: 'unknown', at: publish.at,
    evidence: `${edge}, and no file declares a JetStream stream over it: core NATS acknowledges nothing.`,
    next: 'Declare the stream, and state waitForAck.',
  };
}
