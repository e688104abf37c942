import { contains, type SourceRange, type Sourced } from '../../text/range';
import type { ChannelFact } from '../../model/facts';
import type { ChannelSettings } from '../../model/settings';
import { entry } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { topicSettings } from '../shared/kafkaTopic';
import { lookupIn, type Args } from './args';
import { brokerOf } from './brokers';
import { dialect, nested, type Context, type Made } from './context';
import { rangeIn } from '../../text/sourceFile';
import { handleFor } from './handles';
import { isUnknown } from './value';

/** How a provider's resource declares a topic: the names of its arguments. */
export interface TopicKind {
  readonly name: string;
  readonly partitions: string;
  readonly replicas?: string;
  /** A map of Kafka's own keys, or a block with the same keys and underscores for dots. */
  readonly config?: string;
  readonly block?: string;
  /** Partitions that the provider asks for where the file says none. */
  readonly defaultPartitions?: number;
}

export const topicKinds: Readonly<Record<string, TopicKind>> = {
  kafka_topic: { name: 'name', partitions: 'partitions', replicas: 'replication_factor', config: 'config' },
  confluent_kafka_topic: {
    name: 'topic_name', partitions: 'partitions_count', config: 'config', defaultPartitions: 6,
  },
  aiven_kafka_topic: {
    name: 'topic_name', partitions: 'partitions', replicas: 'replication', block: 'config',
  },
  google_managed_kafka_topic: {
    name: 'topic_id', partitions: 'partition_count', replicas: 'replication_factor', config: 'configs',
  },
  redpanda_topic: {
    name: 'name', partitions: 'partition_count', replicas: 'replication_factor', config: 'configuration',
  },
  digitalocean_database_kafka_topic: {
    name: 'name', partitions: 'partition_count', replicas: 'replication_factor', block: 'config',
  },
  yandex_mdb_kafka_topic: {
    name: 'name', partitions: 'partitions', replicas: 'replication_factor', block: 'topic_config',
  },
  ovh_cloud_project_database_kafka_topic: {
    name: 'name', partitions: 'partitions', replicas: 'replication', block: '',
  },
  upstash_kafka_topic: { name: 'topic_name', partitions: 'partitions', block: '' },
};

/** A topic resource; without a name that the file says there is none. */
export function readTopic(c: Context, made: Made, kind: TopicKind): void {
  const address = made.args.text(kind.name);
  if (address === undefined) return;
  const settings = settingsOf(c, made, kind);
  const count = made.args.has(kind.partitions) ? undefined : kind.defaultPartitions;
  c.facts.push(defined<ChannelFact>({
    kind: 'channel', dialect, extent: extentOf(c, made, address.at), address, protocol: 'kafka',
    broker: brokerOf(c, made), handle: handleFor(made),
    settings: count === undefined ? settings : { ...settings, partitions: { value: count, at: made.head } },
    note: count === undefined
      ? undefined : `${kind.partitions} is not set; the provider then asks for ${count} partitions.`,
  }));
}

/** The resource, or for an entry of a list that it walks over that entry. */
export function extentOf(c: Context, made: Made, at: SourceRange): SourceRange {
  const each = made.args.nested.scope.get('each');
  if (contains(made.extent, at) || each === undefined) return made.extent;
  const entryAt = rangeIn(c.file, each.start, each.end);
  return contains(entryAt, at) ? entryAt : at;
}

function settingsOf(c: Context, made: Made, kind: TopicKind): ChannelSettings {
  const { args } = made;
  const config = configOf(c, made, kind);
  const diskless = config('diskless.enable');
  // A diskless topic lies in object storage, which keeps the copies: Aiven asks for one replica, and no
  // in-sync replicas count.
  const isStored = diskless !== 'open' && diskless?.value === 'true';
  return topicSettings((key) => {
    if (isStored && (key === 'replication.factor' || key === 'min.insync.replicas')) return 'open';
    if (key === 'num.partitions') return args.lookup(kind.partitions);
    if (key === 'replication.factor' && kind.replicas !== undefined) return args.lookup(kind.replicas);
    return key === 'replication.factor' ? undefined : config(key);
  });
}

/** The topic's own configuration by Kafka's keys. */
function configOf(
  c: Context, made: Made, kind: TopicKind,
): (key: string) => Sourced<string> | 'open' | undefined {
  if (kind.config !== undefined) {
    const value = made.args.value(kind.config);
    if (value !== undefined) {
      if (isUnknown(value)) return () => lookupIn(c, value) ?? 'open';
      return (key) => lookupIn(c, entry(value, key)?.value);
    }
  }
  const type = kind.block ?? kind.config ?? '';
  const blocks = type === '' ? [made.args] : nested(c, made.args, type);
  return (key) => {
    for (const block of blocks) {
      const said = block.lookup(key.replaceAll('.', '_')) ?? block.lookup(key) ?? retentionHours(block, key);
      if (said !== undefined) return said === 'open' ? said : { ...said, value: plainPolicy(said.value) };
    }
    return undefined;
  };
}

/** OVHcloud counts hours, Upstash calls its milliseconds `retention_time`. */
function retentionHours(block: Args, key: string): Sourced<string> | 'open' | undefined {
  if (key !== 'retention.ms') return undefined;
  const hours = block.lookup('retention_hours');
  if (hours === undefined || hours === 'open') return hours ?? block.lookup('retention_time');
  const number = Number(hours.value);
  return { value: String(number < 0 ? -1 : number * 3_600_000), at: hours.at };
}

/** Yandex Cloud writes Kafka's words as its API does: `CLEANUP_POLICY_COMPACT_AND_DELETE`. */
function plainPolicy(value: string): string {
  return value.startsWith('CLEANUP_POLICY_')
    ? value.slice('CLEANUP_POLICY_'.length).toLowerCase().replace('_and_', ',') : value;
}
