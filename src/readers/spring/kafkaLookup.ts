import type { Lookup } from '../shared/keyed';
import { booleanOf, millisecondsOf, type Settings } from './settings';

/** Spring's own names of Kafka's settings (KafkaProperties), for those that decide delivery. */
const own = {
  producer: {
    acks: 'acks', 'client.id': 'client-id', retries: 'retries', 'transactional.id': 'transaction-id-prefix',
    'bootstrap.servers': 'bootstrap-servers', 'security.protocol': 'security.protocol',
  },
  consumer: {
    'client.id': 'client-id', 'group.id': 'group-id', 'enable.auto.commit': 'enable-auto-commit',
    'auto.offset.reset': 'auto-offset-reset', 'isolation.level': 'isolation-level',
    'max.poll.records': 'max-poll-records', 'max.poll.interval.ms': 'max-poll-interval',
    'bootstrap.servers': 'bootstrap-servers', 'security.protocol': 'security.protocol',
  },
  streams: {
    'application.id': 'application-id', 'client.id': 'client-id', 'bootstrap.servers': 'bootstrap-servers',
    'security.protocol': 'security.protocol', 'replication.factor': 'replication-factor',
  },
  admin: { 'client.id': 'client-id', 'security.protocol': 'security.protocol' },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

/** What stands right below `spring.kafka` and holds for all clients. */
const common: Readonly<Record<string, string>> = {
  'client.id': 'client-id', 'bootstrap.servers': 'bootstrap-servers', 'security.protocol': 'security.protocol',
};

export type KafkaRole = keyof typeof own;

/**
 * How a Kafka key is looked up in Spring's: a client's `properties` win over its own names, and both over
 * what all clients share, in the order in which Spring Boot puts them together.
 * @param kafka the settings below `spring.kafka`.
 */
export function kafkaLookup(kafka: Settings, role: KafkaRole): Lookup {
  const client = kafka.below(role);
  const clientProperties = client.below('properties');
  const properties = kafka.below('properties');
  const names: Readonly<Record<string, string>> = own[role];
  return (key) => {
    const name = Object.hasOwn(names, key) ? names[key] : undefined;
    const shared = Object.hasOwn(common, key) ? common[key] : undefined;
    return clientProperties.lookup(key)
      ?? (name === undefined ? undefined : inKafkaWords(key, said(client, name)))
      ?? properties.lookup(key)
      ?? (shared === undefined ? undefined : said(kafka, shared));
  };
}

function said(settings: Settings, name: string): ReturnType<Lookup> {
  return name === 'bootstrap-servers' ? settings.joined(name) : settings.lookup(name);
}

/** Spring converts values of its own names: `read-committed`, `5m`, `yes`. */
function inKafkaWords(key: string, found: ReturnType<Lookup>): ReturnType<Lookup> {
  if (found === undefined || found === 'open') return found;
  switch (key) {
    case 'isolation.level': return { value: found.value.toLowerCase().replace(/-/g, '_'), at: found.at };
    case 'max.poll.interval.ms': {
      const time = millisecondsOf(found.value);
      return time === undefined ? found : { value: String(Math.round(time)), at: found.at };
    }
    case 'enable.auto.commit': {
      const value = booleanOf(found.value);
      return value === undefined ? found : { value: String(value), at: found.at };
    }
    default: return found;
  }
}
