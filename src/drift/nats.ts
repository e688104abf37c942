import type { BrokerInventory, InventoryChannel, InventoryConsumer, SettingValue } from '../brokers/inventory';
import { natsStreamDefaults } from '../delivery/natsDefaults';
import type { ChannelFact, ConsumeFact, Fact, RouteFact, ServiceFact } from '../model/facts';
import type { ConsumeSettings, StreamSettings } from '../model/settings';
import { defined } from '../readers/shared/defined';
import type { Sourced } from '../text/range';
import { nowhere, said } from './real';

/** The server's own names of what a stream is configured to (StreamConfig), by the model's. */
export const streamKeys = {
  storage: 'storage', replicas: 'num_replicas', retention: 'retention', discard: 'discard',
  duplicateWindow: 'duplicate_window', maxAge: 'max_age', maxMessages: 'max_msgs', maxBytes: 'max_bytes',
} as const;

/** Likewise of a consumer (ConsumerConfig). */
export const consumerKeys = {
  ackPolicy: 'ack_policy', ackWait: 'ack_wait', maxDeliver: 'max_deliver', maxAckPending: 'max_ack_pending', queueGroup: 'deliver_group',
} as const;

/**
 * Streams, and durable consumers as services of their name. Compared is by a stream's name; written it is by its only
 * subject, which is what programs publish to.
 */
export function natsFacts({ channels, consumers }: BrokerInventory, broker: string, only: 'all' | 'explicit'): Fact[] {
  const addresses = new Map(channels.map((stream) => [stream.address, only === 'all' ? stream.address : writtenAddress(stream, channels)]));
  const addressOf = (stream: string): string => addresses.get(stream) ?? stream;
  return [
    ...channels.flatMap((stream): Fact[] => {
      const channel: ChannelFact = {
        kind: 'channel', dialect: 'broker', extent: nowhere, address: said(addressOf(stream.address)), protocol: 'nats', broker: said(broker),
        settings: { stream: streamSettings(stream, only, addressOf(stream.address)) },
      };
      return [channel, ...sources(stream, broker, addressOf)];
    }),
    ...consumers.flatMap((one): Fact[] => {
      if (one.name === undefined) return [];
      const service: ServiceFact = { kind: 'service', dialect: 'broker', extent: nowhere, name: said(one.name) };
      const consume: ConsumeFact = {
        kind: 'consume', dialect: 'broker', extent: nowhere, service: said(one.name), protocol: 'nats',
        channel: { name: said(addressOf(one.channel)), broker, protocol: 'nats' }, settings: consumerSettings(one),
      };
      return [service, consume];
    }),
  ];
}

function writtenAddress({ address, subjects }: InventoryChannel, all: readonly InventoryChannel[]): string {
  const [only, ...more] = subjects ?? [];
  const isTaken = only === undefined || all.some((one) => one.address === only);
  return more.length > 0 || isTaken ? address : only;
}

function streamSettings({ address: name, subjects, settings }: InventoryChannel, only: 'all' | 'explicit', address: string): StreamSettings {
  const limit = (key: string): Sourced<number> | undefined => positive(settings[key]);
  // The server fills all of them in and does not say which were asked for: what it gives by itself nobody writes.
  const own = <T>(of: keyof typeof usual, value: Sourced<T> | undefined): Sourced<T> | undefined =>
    only === 'explicit' && value?.value === usual[of] ? undefined : value;
  return defined<StreamSettings>({
    at: nowhere, name: said(name),
    subjects: address !== name || subjects?.length === 0 ? undefined : subjects?.map(said),
    storage: own('storage', word(settings[streamKeys.storage], ['file', 'memory'])),
    replicas: own('replicas', positive(settings[streamKeys.replicas])),
    retention: own('retention', word(settings[streamKeys.retention], ['limits', 'interest', 'workqueue'])),
    discard: own('discard', word(settings[streamKeys.discard], ['old', 'new'])),
    duplicateWindow: own('duplicateWindow', milliseconds(limit(streamKeys.duplicateWindow))),
    maxAge: milliseconds(limit(streamKeys.maxAge)),
    maxMessages: limit(streamKeys.maxMessages),
    maxBytes: limit(streamKeys.maxBytes),
  });
}

/** What the server gives to a stream of which nobody says more. */
const usual = Object.fromEntries(Object.entries(natsStreamDefaults).map(([name, history]) => [name, history.at(-1)?.value])) as
  Readonly<Record<keyof typeof natsStreamDefaults, unknown>>;

function consumerSettings({ name, settings }: InventoryConsumer): ConsumeSettings {
  const deliver = settings[consumerKeys.maxDeliver];
  const group = settings[consumerKeys.queueGroup];
  return defined<ConsumeSettings>({
    durable: name === undefined ? undefined : said<string | boolean>(name),
    ackPolicy: word(settings[consumerKeys.ackPolicy], ['none', 'all', 'explicit']),
    ackWait: milliseconds(positive(settings[consumerKeys.ackWait])),
    maxDeliver: typeof deliver === 'number' ? said(deliver) : undefined,
    maxAckPending: positive(settings[consumerKeys.maxAckPending]),
    queueGroup: typeof group === 'string' && group !== '' ? said(group) : undefined,
  });
}

/** What fills a stream: the one that it mirrors, or those that it collects. */
function sources(stream: InventoryChannel, broker: string, addressOf: (stream: string) => string): RouteFact[] {
  const names = (key: string): readonly string[] => {
    const value = stream.settings[key];
    return typeof value === 'string' ? [value] : Array.isArray(value) ? value as readonly string[] : [];
  };
  const route = (name: string, kind: 'mirror' | 'stream-source'): RouteFact => ({
    kind: 'route', route: kind, dialect: 'broker', extent: nowhere,
    from: { name: said(addressOf(name)), protocol: 'nats', broker }, to: { name: said(addressOf(stream.address)), protocol: 'nats', broker },
  });
  return [
    ...names('mirror').map((name) => route(name, 'mirror')),
    ...names('sources').map((name) => route(name, 'stream-source')),
  ];
}

/** The server writes 0 or -1 where there is no limit. */
function positive(value: SettingValue | undefined): Sourced<number> | undefined {
  return typeof value === 'number' && value > 0 ? said(value) : undefined;
}

/** Durations of the server are nanoseconds. */
function milliseconds(nanoseconds: Sourced<number> | undefined): Sourced<number> | undefined {
  return nanoseconds && said(nanoseconds.value / 1e6);
}

function word<const T extends string>(value: SettingValue | undefined, words: readonly T[]): Sourced<T> | undefined {
  const found = words.find((one) => one === value);
  return found === undefined ? undefined : said(found);
}
