import type { ConsumerInfo, JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import { isTapName } from '../address';
import type { ConnectOptions } from '../driver';
import type { BrokerInventory, InventoryChannel, InventoryConsumer, SettingValue } from '../inventory';
import { natsError } from './failure';

/** What a server takes where nothing is said; durations are nanoseconds. */
const DEFAULTS: Readonly<Record<string, SettingValue>> = {
  retention: 'limits',
  storage: 'file',
  discard: 'old',
  num_replicas: 1,
  max_msgs: -1,
  max_bytes: -1,
  max_age: 0,
  max_msg_size: -1,
  max_msgs_per_subject: -1,
  max_consumers: -1,
  duplicate_window: 120_000_000_000,
  allow_direct: false,
  mirror_direct: false,
  allow_rollup_hdrs: false,
  deny_delete: false,
  deny_purge: false,
  sealed: false,
  no_ack: false,
  discard_new_per_subject: false,
  compression: 'none',
  first_seq: 0,
};

/** All streams and durable consumers of the account, by the page. */
export async function natsInventory(
  manager: JetStreamManager,
  options: ConnectOptions,
  about: string,
  version: string,
  where: string,
): Promise<BrokerInventory> {
  const channels: InventoryChannel[] = [];
  const consumers: InventoryConsumer[] = [];
  const notes = ['Subjects of core NATS are not there until somebody uses them: streams and durable consumers only.'];
  let ephemeral = 0;
  let isWhole = true;
  for await (const stream of manager.streams.list()) channels.push(channelOf(stream));
  channels.sort(by((c) => c.address));
  for (const { address } of channels) {
    try {
      for await (const c of manager.consumers.list(address)) {
        if (isOwnConsumer(c, options)) continue;
        if (c.config.durable_name === undefined) ephemeral++;
        else consumers.push(consumerOf(c));
      }
    } catch (error) {
      isWhole = false;
      notes.push(`The consumers of ${address} cannot be read. ${natsError(error, where).message}`);
    }
  }
  consumers.sort(by((c) => `${c.channel}\n${c.name}`));
  if (ephemeral > 0) notes.push(`Ephemeral consumers (${ephemeral}) are left out: they go when their readers do.`);
  return { about, version, channels, bindings: [], policies: [], consumers, notes, ...(isWhole ? {} : { unread: ['consumers'] }) };
}

/** One that a tap of ours made. */
export function isOwnConsumer(c: ConsumerInfo, options: ConnectOptions): boolean {
  return c.config.durable_name === undefined && isTapName(c.name, options);
}

function channelOf({ config }: StreamInfo): InventoryChannel {
  const { name, subjects, mirror, sources, ...rest } = config;
  const settings: Record<string, SettingValue> = {
    ...plain(rest),
    ...(mirror ? { mirror: mirror.name } : {}),
    ...(sources ? { sources: sources.map((source) => source.name) } : {}),
  };
  return {
    address: name,
    kind: 'stream',
    settings,
    explicit: Object.keys(settings).filter((key) => settings[key] !== DEFAULTS[key]),
    replicas: config.num_replicas,
    ...(subjects ? { subjects } : {}),
  };
}

function consumerOf(c: ConsumerInfo): InventoryConsumer {
  const { durable_name: _, name: __, ...rest } = c.config;
  return { channel: c.stream_name, kind: 'stream', name: c.name, settings: plain(rest) };
}

/** Settings that are a value or a list of words; what has parts of its own (placement, metadata) is left out. */
function plain(config: object): Record<string, SettingValue> {
  const settings: Record<string, SettingValue> = {};
  for (const [key, value] of Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') settings[key] = value;
    else if (Array.isArray(value) && value.every((one) => typeof one === 'string')) settings[key] = value;
  }
  return settings;
}

function by<T>(key: (one: T) => string): (a: T, b: T) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}
