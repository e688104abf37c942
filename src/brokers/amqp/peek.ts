import type { Channel, ChannelModel, GetMessage } from 'amqplib';
import type { Attachment } from '../attach';
import { batch } from '../batch';
import { BrokerError, type ConnectOptions, type TapSink } from '../driver';
import { within } from '../wait';
import { channelOf, connectAmqp, whereOf } from './client';
import { amqpError } from './failure';
import { amqpMessage } from './message';
import type { Looks, RoutePlan } from './routes';
import type { Management, QueueInfo } from './management';

/** What a look into a queue holds at once, before all is given back. */
const MOST_MESSAGES = 1000;
const MOST_BYTES = 32 * 1024 * 1024;
const WITHIN = 60_000;

/** What must be known of a queue before its messages may be held and given back. */
export interface Holdable {
  readonly type: 'classic' | 'quorum';
  readonly consumers?: number;
}

/**
 * Whether messages of a queue can be held and given back without losing one. A quorum queue counts each
 * time, and drops a message at its delivery limit.
 * @returns the reason where not, in one sentence with what to do instead.
 */
export async function holdable(
  name: string,
  looks: Looks,
  management: Management | undefined,
): Promise<Holdable | string> {
  const info: Partial<QueueInfo> = management
    ? await management.queue(name)
    : optionalType(await looks.queueType(name).catch(() => undefined));
  if (info.exclusive) return `Only the connection that made the exclusive queue ${name} can read it: tap the exchange that feeds it.`;
  if (info.type === undefined) {
    return `The type of the queue ${name} cannot be seen, and looking into a quorum queue can lose messages: enable the management API.`;
  }
  if (info.type === 'stream') return `${name} is a stream, which can be read from any place without holding messages.`;
  if (info.type === 'quorum') {
    const limit = management ? (info.deliveryLimit ?? (looks.quorumLimit ? 20 : undefined)) : 'unknown';
    // −1 switches the limit off since RabbitMQ 4.
    if (limit !== undefined && limit !== -1) {
      return (
        `${name} is a quorum queue with ${limit === 'unknown' ? 'perhaps a delivery limit' : `a delivery limit of ${limit}`}: each look ` +
        'counts as a delivery, and RabbitMQ drops or dead-letters a message at the limit. Tap the exchange that feeds the queue, ' +
        'or read its messages in a copy of the queue.'
      );
    }
  }
  return { type: info.type, ...(info.consumers === undefined ? {} : { consumers: info.consumers }) };
}

function optionalType(type: QueueInfo['type'] | undefined): Partial<QueueInfo> {
  return type === undefined ? {} : { type };
}

/** What giving messages back does, a sentence each. */
export function holdingEffects(name: string, { type, consumers }: Holdable): string[] {
  const effects = [
    `Messages that are given back are marked as redelivered in ${name} from then on.`,
    type === 'classic'
      ? 'They come back to their old places; who reads the queue meanwhile gets the later messages first.'
      : 'They come back behind the other messages, so that their order changes, and their delivery count goes up.',
  ];
  if (consumers !== undefined && consumers > 0) {
    effects.push(`${name} has ${consumers} consumer${consumers === 1 ? '' : 's'} now, which will notice.`);
  }
  return effects;
}

export function planPeek(name: string, found: Holdable | string, canTap: boolean): RoutePlan {
  const starts = [...(canTap ? (['latest'] as const) : []), ...(typeof found === 'string' ? [] : (['earliest'] as const))];
  if (typeof found === 'string') {
    return { bindings: [], plan: { verdict: 'refused', makes: [], changes: [], reason: found, starts } };
  }
  return {
    bindings: [],
    plan: {
      verdict: 'ask',
      makes: [
        `a connection that takes up to ${MOST_MESSAGES} messages from the head of ${name}, and gives them all back at once`,
      ],
      changes: holdingEffects(name, found),
      starts,
      untils: ['now'],
    },
  };
}

/** Looks once into a queue: gets what waits at its head, gives it all back, and is over. */
export async function attachPeek(
  options: ConnectOptions,
  queue: string,
  sink: TapSink,
  signal: AbortSignal,
): Promise<Attachment> {
  const where = whereOf(options);
  const connection = await connectAmqp(options, signal);
  try {
    const reason = await within(peek(connection, queue, sink), signal, WITHIN, where);
    return { over: Promise.resolve({ final: 'ended', reason }), close: async () => {} };
  } catch (error) {
    throw amqpError(error, where);
  } finally {
    // What a broken look still held goes back with the connection.
    await connection.close().catch(() => {});
  }
}

async function peek(connection: ChannelModel, queue: string, sink: TapSink): Promise<string> {
  const channel = await channelOf(connection);
  const held = await hold(channel, queue);
  const last = held.at(-1);
  if (last) channel.nack(last, true, true);
  // The answer comes after the broker has taken them.
  await channel.checkQueue(queue);
  const gathered = batch(sink);
  for (const m of held) gathered.add(amqpMessage(queue, m));
  gathered.end();
  if (!last) return `No message waits in ${queue}.`;
  const more = last.fields.messageCount;
  return (
    `${held.length} message${held.length === 1 ? '' : 's'} from the head of ${queue} ` +
    `${held.length === 1 ? 'has' : 'have'} been shown and given back` +
    (more > 0 ? `; about ${more} more wait there.` : '.')
  );
}

async function hold(channel: Channel, queue: string): Promise<GetMessage[]> {
  const held: GetMessage[] = [];
  for (let bytes = 0; held.length < MOST_MESSAGES && bytes < MOST_BYTES; ) {
    const m = await channel.get(queue);
    if (m === false) break;
    held.push(m);
    bytes += m.content.length;
  }
  return held;
}

/** @throws BrokerError with the reason where a queue's messages cannot be held. */
export function unlessHoldable(found: Holdable | string): Holdable {
  if (typeof found === 'string') throw new BrokerError('other', found);
  return found;
}
