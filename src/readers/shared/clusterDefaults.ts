import type { Sourced } from '../../text/range';
import type { BrokerFact } from '../../model/facts';
import type { ChannelSettings } from '../../model/settings';
import { defined } from './defined';
import { whole, yesNo } from './kafkaClient';
import { topicSettings } from './kafkaTopic';
import type { Lookup } from './keyed';

/** Kafka's keys of brokers (KafkaConfig) for what a topic would say itself with another key. */
const brokerKeys: Readonly<Record<string, readonly string[]>> = {
  'num.partitions': ['num.partitions'],
  'replication.factor': ['default.replication.factor'],
  'min.insync.replicas': ['min.insync.replicas'],
  'cleanup.policy': ['log.cleanup.policy'],
  'unclean.leader.election.enable': ['unclean.leader.election.enable'],
  'max.message.bytes': ['message.max.bytes'],
};

/** The first of these that is there counts (KafkaConfig.logRetentionTimeMillis). */
const retentionKeys: readonly (readonly [string, number])[] = [
  ['log.retention.ms', 1], ['log.retention.minutes', 60_000], ['log.retention.hours', 3_600_000],
];

/**
 * What a Kafka cluster gives to topics that do not say it themselves, from the keys of its brokers'
 * configuration (`default.replication.factor`). Undefined if the configuration says nothing of it.
 */
export function clusterDefaults(get: Lookup): ChannelSettings | undefined {
  const settings = topicSettings((key) => {
    if (key === 'retention.ms') return retention(get);
    for (const name of brokerKeys[key] ?? []) {
      const said = get(name);
      if (said !== undefined) return said;
    }
    return undefined;
  });
  return Object.keys(settings).length === 0 ? undefined : settings;
}

/** What the brokers' configuration says of the cluster as a whole. */
export type ClusterSettings = Pick<BrokerFact, 'autoCreate' | 'allowEveryone' | 'offsetsRetention' | 'open'>;

/**
 * How a Kafka cluster deals with topics, groups and access rules that nobody made, from the keys of its brokers'
 * configuration.
 */
export function clusterSettings(get: Lookup): ClusterSettings {
  const open: string[] = [];
  const read = <T>(name: string, key: string, parse: (said: Sourced<string>) => Sourced<T> | undefined): Sourced<T> | undefined => {
    const said = get(key);
    if (said === undefined) return undefined;
    const value = said === 'open' ? undefined : parse(said);
    if (value === undefined) open.push(name);
    return value;
  };
  const settings = defined<ClusterSettings>({
    autoCreate: read('autoCreate', 'auto.create.topics.enable', yesNo),
    allowEveryone: read('allowEveryone', 'allow.everyone.if.no.acl.found', yesNo),
    offsetsRetention: read('offsetsRetention', 'offsets.retention.minutes', (said) => {
      const minutes = whole(said);
      return minutes && { value: minutes.value * 60_000, at: minutes.at };
    }),
  });
  return open.length === 0 ? settings : { ...settings, open };
}

function retention(get: Lookup): ReturnType<Lookup> {
  for (const [key, factor] of retentionKeys) {
    const said = get(key);
    if (said === undefined || said === 'open') {
      if (said === 'open') return said;
      continue;
    }
    // A negative time is for ever, whatever its unit.
    const value = /^-?\d{1,12}$/.test(said.value) ? Number(said.value) : undefined;
    return value === undefined ? 'open' : { value: String(value < 0 ? -1 : value * factor), at: said.at };
  }
  return undefined;
}
