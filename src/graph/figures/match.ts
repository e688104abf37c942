import type { Channel, Consume, FlowModel } from '../../model/model';
import type { ChannelReading, ConsumerReading, Reading } from './types';

/** A channel of the model with what its broker told of it. */
export interface MatchedChannel {
  readonly channel: Channel;
  readonly reading?: ChannelReading;
  /** Groups and durable consumers by the consume that names them. */
  readonly readers: ReadonlyMap<Consume, ConsumerReading>;
  /** Those that no consume of any file names, sorted by name. */
  readonly strangers: readonly ConsumerReading[];
}

/**
 * Which figures belong to which channels of a broker, and to which of their readers. Channels are known
 * by kind and address; of NATS also by the stream that the file names, since a broker tells of streams
 * only. Names that files have for the same thing (`alias`) are one channel of the model already.
 * @param brokerId the model's broker that the reading is of.
 * @param ownPrefix what names of our own taps begin with: they are no strangers.
 */
export function matchReading(
  model: FlowModel,
  brokerId: string,
  reading: Reading,
  ownPrefix: string,
): MatchedChannel[] {
  const broker = model.broker(brokerId);
  if (broker === undefined) return [];
  const channels = index(reading.channels, ({ address, kind }) => [keyOf(kind, address), keyOf('', address)]);
  const consumers = index(reading.consumers, ({ channel, kind }) => [keyOf(kind, channel), keyOf('', channel)]);
  const known = namesOn(broker.channels);
  return broker.channels.map((channel) => {
    const keys = keysOf(channel);
    const own = first(consumers, keys);
    const readers = new Map<Consume, ConsumerReading>();
    for (const consume of channel.consumes) {
      const names = readerNames(consume);
      const found = own.find(({ name }) => names.includes(name));
      if (found !== undefined) readers.set(consume, found);
    }
    // What RabbitMQ calls a consumer is a tag, mostly made up anew at each start: no file could know it.
    const strangers = channel.protocol === 'rabbitmq' ? [] : own.filter(
      ({ name }) => !name.startsWith(ownPrefix) && !keys.some((key) => known.get(key)?.has(name)),
    );
    return { channel, reading: first(channels, keys)[0], readers, strangers: strangers.sort(byName) };
  });
}

/** What a consume may be called on the broker: its group, its durable name. AMQP's consumers have no names. */
export function readerNames({ settings }: Consume): readonly string[] {
  const { group, durable } = settings;
  return [group?.value, typeof durable?.value === 'string' ? durable.value : undefined].filter(
    (name) => name !== undefined,
  );
}

/** True where a message that lies there waits for somebody: what keeps messages that were read is as old as it should be. */
export function waitsThere({ kind, settings }: Channel): boolean {
  const retention = settings.stream?.retention?.value;
  return kind === 'queue' || retention === 'workqueue' || retention === 'interest';
}

/** Every reader that some file names on a stream or topic, over all channels that stand for it. */
function namesOn(channels: readonly Channel[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const channel of channels) {
    for (const key of keysOf(channel)) {
      const names = found.get(key) ?? new Set();
      for (const consume of channel.consumes) for (const name of readerNames(consume)) names.add(name);
      found.set(key, names);
    }
  }
  return found;
}

/** How the broker may call a channel, the surest first. */
function keysOf({ kind, address, settings }: Channel): readonly string[] {
  const stream = settings.stream?.name?.value;
  return [
    keyOf(kind, address),
    ...(stream === undefined ? [] : [keyOf('stream', stream)]),
    // What no file says the kind of may be a queue or an exchange: then the address alone decides.
    ...(kind === 'channel' ? [keyOf('', address)] : []),
  ];
}

const keyOf = (kind: string, address: string): string => `${kind}\n${address}`;

function index<T>(items: readonly T[], keysFor: (item: T) => readonly string[]): ReadonlyMap<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    for (const key of keysFor(item)) {
      const list = found.get(key);
      if (list === undefined) found.set(key, [item]);
      else list.push(item);
    }
  }
  return found;
}

function first<T>(lists: ReadonlyMap<string, T[]>, keys: readonly string[]): readonly T[] {
  for (const key of keys) {
    const list = lists.get(key);
    if (list !== undefined) return list;
  }
  return [];
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
