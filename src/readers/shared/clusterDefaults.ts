import type { Sourced } from '../../text/range';
import type { ChannelSettings } from '../../model/settings';
import type { Lookup } from './keyed';
import { topicSettings } from './kafkaTopic';
import { yesNo } from './kafkaClient';

/** Kafka's keys of brokers (KafkaConfig) for what a topic would say itself with another key. */
const brokerKeys: Readonly<Record<string, readonly string[]>> = {
  'num.partitions': ['num.partitions'],
  'replication.factor': ['default.replication.factor'],
  'min.insync.replicas': ['min.insync.replicas'],
  'cleanup.policy': ['log.cleanup.policy'],
  'unclean.leader.election.enable': ['unclean.leader.election.enable'],
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

/** Whether topics come into being by being used, where the brokers' configuration says it. */
export function clusterAutoCreate(get: Lookup): Sourced<boolean> | undefined {
  const said = get('auto.create.topics.enable');
  return said === undefined || said === 'open' ? undefined : yesNo(said);
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
