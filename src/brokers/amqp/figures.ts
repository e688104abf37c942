import type { BrokerFigures, ChannelFigures, ConsumerFigures, FigureQuery } from '../figures';
import { isTapName } from '../address';
import type { ConnectOptions, TapTarget } from '../driver';
import type { OnChannel } from './looks';
import type { ManagementFound } from './management';
import type { Ask } from './managementHttp';

interface Counted {
  readonly rate?: number;
}

interface QueueFigures {
  name: string;
  type?: string;
  messages?: number;
  messages_ready?: number;
  messages_unacknowledged?: number;
  message_bytes?: number;
  consumers?: number;
  /** Seconds since 1970; only where publishers set the property timestamp. */
  head_message_timestamp?: number | null;
  message_stats?: {
    publish?: number;
    publish_details?: Counted;
    deliver_get?: number;
    deliver_get_details?: Counted;
    redeliver?: number;
    ack?: number;
  };
}

interface ExchangeFigures {
  name: string;
  message_stats?: {
    publish_in?: number;
    publish_in_details?: Counted;
    publish_out?: number;
    publish_out_details?: Counted;
  };
}

interface Overview {
  object_totals?: Readonly<Record<string, number>>;
}

const QUEUE_COLUMNS =
  'name,type,messages,messages_ready,messages_unacknowledged,message_bytes,consumers,head_message_timestamp,message_stats';

/**
 * One request for all queues of the vhost and one for its exchanges, however many are asked for, and one more for each
 * stream. Without the management API each queue is asked for its depth.
 */
export async function amqpFigures(
  { targets }: FigureQuery,
  options: ConnectOptions,
  found: ManagementFound,
  onChannel: OnChannel,
): Promise<BrokerFigures> {
  const at = Date.now();
  if (!found.management) return await byDeclare(at, targets, found.why, onChannel);
  const { ask } = found.management;
  const notes: string[] = [];
  const exchanges = targets.filter(isExchange);
  const queues = targets.filter((t) => !isExchange(t));
  const [ofQueues, ofExchanges, broker] = await Promise.all([
    queues.length > 0 ? list<QueueFigures>(ask, `queues/{vhost}?columns=${QUEUE_COLUMNS}`, 'queues', notes) : new Map(),
    exchanges.length > 0
      ? list<ExchangeFigures>(ask, 'exchanges/{vhost}?columns=name,message_stats', 'exchanges', notes)
      : new Map(),
    overview(ask, notes),
  ]);
  const channels: ChannelFigures[] = [];
  const consumers: ConsumerFigures[] = [];
  for (const target of targets) {
    if (isExchange(target)) {
      const x: ExchangeFigures | undefined = ofExchanges.get(target.address);
      if (x) channels.push(exchangeFigures(target, x));
      continue;
    }
    const listed: QueueFigures | undefined = ofQueues.get(target.address);
    if (!listed) continue;
    const q = listed.type === 'stream' ? await withoutTaps(listed, ask, options, notes) : listed;
    channels.push(queueFigures(target, q));
    if (q.consumers !== undefined && q.consumers > 0) consumers.push(readersOf(target, q));
  }
  return { at, channels, consumers, broker, notes };
}

function isExchange(target: TapTarget): boolean {
  return target.kind !== 'queue' && target.kind !== 'stream';
}

async function list<T extends { name: string }>(
  ask: Ask,
  path: string,
  what: string,
  notes: string[],
): Promise<ReadonlyMap<string, T>> {
  try {
    return new Map((await ask<T[]>(path)).map((entry) => [entry.name, entry]));
  } catch (error) {
    notes.push(`The figures of ${what} could not be read: ${wordsOf(error)}`);
    return new Map();
  }
}

async function overview(ask: Ask, notes: string[]): Promise<BrokerFigures['broker']> {
  try {
    const { object_totals: totals = {} } = await ask<Overview>('overview?columns=object_totals');
    return ['connections', 'channels', 'consumers', 'queues', 'exchanges']
      .filter((name) => totals[name] !== undefined)
      .map((name) => ({ name, value: totals[name]! }));
  } catch (error) {
    notes.push(`The figures of the broker could not be read: ${wordsOf(error)}`);
    return [];
  }
}

interface QueueReaders {
  consumer_details?: readonly { readonly consumer_tag: string }[];
}

/**
 * A stream's figures without taps among its readers, and without what only all readers together have where a tap is one of
 * them. A tap reads a stream itself; of all else it reads a queue of its own. The list of readers counts: the number in the
 * list of queues is up to five seconds old, 0 beside a tap that has begun since, too.
 */
async function withoutTaps(q: QueueFigures, ask: Ask, options: ConnectOptions, notes: string[]): Promise<QueueFigures> {
  const { consumers: _, messages_unacknowledged: __, message_stats: stats = {}, ...rest } = q;
  const { publish, publish_details } = stats;
  const written = { ...rest, message_stats: defined({ publish, publish_details }) };
  try {
    const { consumer_details: readers = [] } =
      await ask<QueueReaders>(`queues/{vhost}/${encodeURIComponent(q.name)}?columns=consumer_details.consumer_tag`);
    const others = readers.filter((one) => !isTapName(one.consumer_tag, options, '.')).length;
    return others === readers.length ? { ...q, consumers: others } : { ...written, consumers: others };
  } catch (error) {
    notes.push(`The readers of the stream ${q.name} could not be read: ${wordsOf(error)}`);
    return written;
  }
}

function queueFigures({ address, kind }: TapTarget, q: QueueFigures): ChannelFigures {
  const { message_stats: stats = {} } = q;
  return defined({
    address,
    kind,
    published: stats.publish,
    delivered: stats.deliver_get,
    rateIn: stats.publish_details?.rate,
    rateOut: stats.deliver_get_details?.rate,
    depth: q.messages,
    ready: q.messages_ready,
    unacked: q.messages_unacknowledged,
    bytes: q.message_bytes,
    consumers: q.consumers,
    redelivered: stats.redeliver,
    oldest: typeof q.head_message_timestamp === 'number' ? q.head_message_timestamp * 1000 : undefined,
  });
}

function exchangeFigures({ address, kind }: TapTarget, { message_stats: stats = {} }: ExchangeFigures): ChannelFigures {
  return defined({
    address,
    kind,
    published: stats.publish_in,
    delivered: stats.publish_out,
    rateIn: stats.publish_in_details?.rate,
    rateOut: stats.publish_out_details?.rate,
  });
}

/** RabbitMQ counts a queue's readers together, and names none. */
function readersOf({ address, kind }: TapTarget, q: QueueFigures): ConsumerFigures {
  return defined({
    channel: address,
    kind,
    name: address,
    members: q.consumers,
    // A stream keeps what was read.
    lag: q.type === 'stream' ? undefined : q.messages_ready,
    ackPending: q.messages_unacknowledged,
    redelivered: q.message_stats?.redeliver,
    done: q.message_stats?.ack,
  });
}

async function byDeclare(
  at: number,
  targets: readonly TapTarget[],
  why: string,
  onChannel: OnChannel,
): Promise<BrokerFigures> {
  const notes = [
    `Only the depth of queues and how many read them is known, without rates and unacknowledged messages: ${why}`,
  ];
  const channels: ChannelFigures[] = [];
  for (const { address, kind } of targets) {
    // A passive declare says 0 messages for a stream, which is not true.
    if (kind !== 'queue') continue;
    try {
      const q = await onChannel((channel) => channel.checkQueue(address));
      channels.push({ address, kind, ready: q.messageCount, consumers: q.consumerCount });
    } catch (error) {
      notes.push(`The queue ${address} could not be asked: ${wordsOf(error)}`);
    }
  }
  return { at, channels, consumers: [], broker: [], notes };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Without the keys that are undefined: what is not told is left out. */
function defined<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
