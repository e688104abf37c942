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
  /** A quorum queue counts how often a message came back, and drops it when that is more than this. */
  readonly limit?: number | 'unknown';
}

/**
 * Whether messages of a queue can be held and given back without losing one, as often as one likes.
 * @returns the reason where not, in one sentence with what to do instead.
 */
export async function holdable(
  name: string,
  looks: Looks,
  management: Management | undefined,
): Promise<Holdable | string> {
  const found = await takeable(name, looks, management);
  if (typeof found === 'string' || found.limit === undefined) return found;
  return (
    `${name} is a quorum queue with ${found.limit === 'unknown' ? 'perhaps a delivery limit' : `a delivery limit of ${found.limit}`}: each look ` +
    'counts as a delivery, and RabbitMQ drops or dead-letters a message at the limit. Tap the exchange that feeds the queue, ' +
    'or read its messages in a copy of the queue.'
  );
}

/**
 * Whether messages can be taken from a queue, and what must be known to give them back.
 * @returns the reason where not, in one sentence with what to do instead.
 */
export async function takeable(
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
  const limit =
    info.type === 'classic' ? undefined : management ? (info.deliveryLimit ?? (looks.quorumLimit ? 20 : undefined)) : 'unknown';
  return {
    type: info.type,
    ...(info.consumers === undefined ? {} : { consumers: info.consumers }),
    // −1 switches the limit off since RabbitMQ 4.
    ...(limit === undefined || (limit !== 'unknown' && limit < 0) ? {} : { limit }),
  };
}

function optionalType(type: QueueInfo['type'] | undefined): Partial<QueueInfo> {
  return type === undefined ? {} : { type };
}

/** What giving messages back does, a sentence each. */
export function holdingEffects(name: string, { type, consumers, limit }: Holdable): string[] {
  const effects = [
    `Messages that are given back are marked as redelivered in ${name} from then on.`,
    type === 'classic'
      ? 'They come back to their old places; who reads the queue meanwhile gets the later messages first.'
      : limit === undefined
        ? 'They come back behind the other messages, so that their order changes, and their delivery count goes up.'
        : 'They come back near the head, in perhaps another order.',
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

/** @throws BrokerError with the reason where a queue's messages cannot be taken. */
export function unlessTakeable(found: Holdable | string): Holdable {
  if (typeof found === 'string') throw new BrokerError('other', found);
  return found;
}
