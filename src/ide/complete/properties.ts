import type { SourceFile } from '../../text/sourceFile';
import type { Completion } from '../completion';

interface Property {
  readonly docs: string;
  readonly values?: readonly string[];
}

const bool = ['true', 'false'];

/** Kafka client keys that decide delivery, by what they do; other keys are the client's own business. */
export const deliveryProperties: Readonly<Record<string, Property>> = {
  'bootstrap.servers': { docs: 'Brokers to begin with: `host:port`, several with commas.' },
  'client.id': { docs: 'The name that the client gives itself in logs and quotas.' },
  'security.protocol': {
    docs: 'Whether connections are encrypted and signed in.',
    values: ['SASL_SSL', 'SSL', 'SASL_PLAINTEXT', 'PLAINTEXT'],
  },
  acks: {
    docs: 'How many replicas must have a record before the broker confirms it.',
    values: ['all', '1', '0'],
  },
  'enable.idempotence': { docs: 'Whether the broker drops repeated sends, keeping order.', values: bool },
  retries: { docs: 'How often a failed send is tried again.' },
  'delivery.timeout.ms': { docs: 'How long a send may take with all its retries, in ms.' },
  'request.timeout.ms': { docs: 'How long one request may take, in ms.' },
  'linger.ms': { docs: 'How long records wait to be sent together, in ms.' },
  'max.in.flight.requests.per.connection': {
    docs: 'Unconfirmed requests at a time; above 5 idempotence is lost.',
  },
  'transactional.id': { docs: 'The id of the transactions that it publishes in; stable over restarts.' },
  'partitioner.class': { docs: 'What chooses the partition.' },
  'compression.type': {
    docs: 'How batches are compressed.',
    values: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
  },
  'group.id': { docs: 'The consumer group; its members share the partitions.' },
  'group.instance.id': {
    docs: 'A name that lasts over restarts, so that a restart does not rebalance the group.',
  },
  'enable.auto.commit': { docs: 'Whether the client commits offsets by a timer, done or not.', values: bool },
  'auto.commit.interval.ms': { docs: 'How often it commits by itself, in ms.' },
  'auto.offset.reset': {
    docs: 'Where a group without an offset begins.',
    values: ['earliest', 'latest', 'none'],
  },
  'isolation.level': {
    docs: 'Whether records of open or aborted transactions are seen.',
    values: ['read_committed', 'read_uncommitted'],
  },
  'max.poll.records': { docs: 'Records handed over at a time.' },
  'max.poll.interval.ms': {
    docs: 'How long work may take between polls before the group throws it out, in ms.',
  },
  'session.timeout.ms': { docs: 'How long the group waits for a sign of life, in ms.' },
  'application.id': { docs: 'Kafka Streams: the application, its group and the prefix of its topics.' },
  'processing.guarantee': {
    docs: 'Kafka Streams: whether each record takes effect once.',
    values: ['exactly_once_v2', 'at_least_once'],
  },
  'exactly.once.source.support': {
    docs: 'Connect workers: whether source connectors may write in transactions.',
    values: ['enabled', 'preparing', 'disabled'],
  },
  'errors.tolerance': { docs: 'Connectors: whether records that fail are skipped.', values: ['none', 'all'] },
  'errors.deadletterqueue.topic.name': { docs: 'Sink connectors: where failed records go.' },
};

/** Keys and values of a Kafka client's properties file. */
export function completeProperties(file: SourceFile, offset: number): readonly Completion[] {
  const start = file.text.lastIndexOf('\n', offset - 1) + 1;
  const before = file.text.slice(start, offset);
  const rest = /^[^\s=:#]*/.exec(file.text.slice(offset, offset + 200))?.[0] ?? '';
  const value = /^\s*([\w.-]+)\s*[=:]\s*(\S*)$/.exec(before);
  if (value) {
    const property = propertyOf(value[1] ?? '');
    return (property?.values ?? []).map((label, i) => ({
      label,
      kind: 'value',
      insert: label,
      start: offset - (value[2] ?? '').length,
      end: offset + rest.length,
      sort: String(i),
      docs: property?.docs,
    }));
  }
  const key = /^\s*([\w.-]*)$/.exec(before)?.[1];
  if (key === undefined) return [];
  const written = new Set([...file.text.matchAll(/^\s*([\w.-]+)\s*[=:]/gm)].map((m) => m[1]));
  const hasSign = /^[\w.-]*\s*[=:]/.test(file.text.slice(offset, offset + 200));
  const prefix = prefixes.find((p) => key.startsWith(p)) ?? '';
  return Object.entries(deliveryProperties)
    .map(([name, { docs }]) => ({ name: prefix + name, docs }))
    .filter(({ name }) => !written.has(name) || name === key + rest)
    .map(({ name, docs }) => ({
      label: name,
      kind: 'key',
      insert: hasSign ? name : `${name}=`,
      start: offset - key.length,
      end: offset + rest.length,
      docs,
    }));
}

/** Connect and Streams give their inner clients settings under a prefix. */
const prefixes = [
  'producer.override.',
  'consumer.override.',
  'main.consumer.',
  'producer.',
  'consumer.',
  'admin.',
];

export function propertyOf(key: string): Property | undefined {
  const prefix = prefixes.find((p) => key.startsWith(p)) ?? '';
  const name = key.slice(prefix.length);
  return Object.hasOwn(deliveryProperties, name) ? deliveryProperties[name] : undefined;
}
