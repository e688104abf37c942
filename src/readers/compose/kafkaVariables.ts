import { own } from '../../text/own';
import type { Sourced } from '../../text/range';
import type { ChannelSettings } from '../../model/settings';
import { topicSettings } from '../shared/kafkaTopic';
import type { Keyed, KeyedValues, Lookup } from '../shared/keyed';
import type { Family } from './images';

/**
 * A Kafka broker's own settings (`min.insync.replicas`) out of the variables of its image. Bitnami's begin
 * with `KAFKA_CFG_`. The others take `KAFKA_`, where `_` stands for a dot, `__` for an underscore and `___`
 * for a dash.
 */
export function brokerLookup(environment: KeyedValues, family: Family): Lookup {
  const byKey = new Map<string, Keyed>();
  for (const one of environment.all) {
    const key = brokerKey(one.key, family);
    if (key !== undefined) byKey.set(key, one);
  }
  return (key) => {
    const one = byKey.get(key);
    if (one === undefined || (one.value === '' && !one.isOpen)) return undefined;
    return one.isOpen ? 'open' : { value: one.value, at: one.at };
  };
}

/** The broker's key behind a variable, or undefined for variables of the image itself. */
export function brokerKey(variable: string, family: Family): string | undefined {
  const prefix = family === 'bitnami' && /^KAFKA_CFG_/.test(variable) ? 'KAFKA_CFG_' : 'KAFKA_';
  if (!variable.startsWith(prefix) || variable.length === prefix.length) return undefined;
  return variable.slice(prefix.length).toLowerCase()
    .replace(/_+/g, (signs) => (signs.length === 1 ? '.' : signs.length === 2 ? '_' : '-'));
}

/** What a broker gives to topics: its settings by the names that topics have for them. */
const topicKeys: Readonly<Record<string, readonly [key: string, factor: number][]>> = {
  'num.partitions': [['num.partitions', 1]],
  'replication.factor': [['default.replication.factor', 1]],
  'min.insync.replicas': [['min.insync.replicas', 1]],
  'cleanup.policy': [['log.cleanup.policy', 1]],
  'unclean.leader.election.enable': [['unclean.leader.election.enable', 1]],
  'retention.ms': [
    ['log.retention.ms', 1], ['log.retention.minutes', 60_000], ['log.retention.hours', 3_600_000],
  ],
};

/** The settings of topics that do not say them themselves; undefined where the broker states none. */
export function topicDefaults(get: Lookup): ChannelSettings | undefined {
  const settings = topicSettings((key): Sourced<string> | 'open' | undefined => {
    for (const [name, factor] of own(topicKeys, key) ?? []) {
      const said = get(name);
      if (said === undefined || said === 'open' || factor === 1) {
        if (said !== undefined) return said;
        continue;
      }
      return /^-?\d{1,9}$/.test(said.value)
        ? { value: said.value === '-1' ? '-1' : String(Number(said.value) * factor), at: said.at } : 'open';
    }
    return undefined;
  });
  return Object.keys(settings).length === 0 ? undefined : settings;
}
