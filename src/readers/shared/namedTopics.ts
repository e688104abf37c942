import { own } from '../../text/own';
import type { Sourced } from '../../text/range';
import type { Keyed, KeyedValues } from './keyed';

/** What a key calls the thing that it names. */
export type NamedKind = 'topic' | 'queue' | 'exchange' | 'subject';

/** A name of a channel in a key of a program's own configuration (`app.orders.topic`, `ORDERS_TOPIC`). */
export interface NamedTopic {
  readonly name: Sourced<string>;
  /** The key as it is written. */
  readonly key: string;
  readonly what: NamedKind;
  /** Set only where the key says it: `output.topic`, `CONSUMER_TOPIC`. */
  readonly direction?: 'publish' | 'consume';
  readonly from: Keyed;
}

/**
 * The topics, queues, exchanges and subjects that keys of a program's own name. Only keys that say so count,
 * and only values that can be such names; which system they are names of, the caller must know.
 */
export function namedTopics(values: KeyedValues): NamedTopic[] {
  return values.all.flatMap((one): NamedTopic[] => {
    if (one.isOpen || one.value === '') return [];
    const words = wordsOf(one.key);
    const what = kindOf(words);
    if (what === undefined) return [];
    const direction = directionOf(words);
    const parts = /\[\d+\]$/.test(one.key) ? [{ value: one.value, at: one.at }] : values.list(one.key);
    if (parts.length === 0 || !parts.every((part) => isNameOf(what, part.value))) return [];
    return parts.map((name) => ({
      name, key: one.key, what, from: one, ...(direction === undefined ? {} : { direction }),
    }));
  });
}

/** The words of a key in lower case: of `app.orderEvents_DLQ-topic[0]` app, order, events, dlq, topic. */
export function wordsOf(key: string): string[] {
  return key.replace(/\[\d+\]/g, '').replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase()
    .split(/[^a-z\d]+/).filter((word) => word !== '');
}

const nouns: Readonly<Record<string, NamedKind>> = {
  topic: 'topic', topics: 'topic', queue: 'queue', queues: 'queue', exchange: 'exchange',
  exchanges: 'exchange', subject: 'subject', subjects: 'subject',
};

/** What may stand behind the noun and leave its sense. */
const endings = new Set(['name', 'names', 'id', 'list']);

/** What may stand before a noun that is followed by what the channel is for: `KAFKA_TOPIC_ORDERS`. */
const openings = new Set(['kafka', 'rabbitmq', 'rabbit', 'amqp', 'mqtt', 'nats', 'app', 'application']);

/** Words that make a key one about channels, and not a name of one. */
const aboutIt = new Set([
  'prefix', 'suffix', 'partition', 'partitions', 'num', 'number', 'count', 'replication', 'replicas',
  'replica', 'factor', 'retention', 'ms', 'seconds', 'minutes', 'hours', 'days', 'size', 'bytes', 'timeout',
  'interval', 'enabled', 'enable', 'disabled', 'create', 'auto', 'creation', 'init', 'tries', 'regex',
  'pattern', 'filter', 'type', 'class', 'strategy', 'config', 'configs', 'properties', 'schema', 'version',
  'format', 'key', 'keys', 'routing', 'qos', 'durable', 'durability', 'exclusive', 'ttl', 'max', 'min',
  'limit', 'length', 'delivery', 'policy', 'priority', 'group', 'concurrency', 'prefetch', 'delay',
  'separator', 'delimiter', 'metadata', 'port', 'refresh', 'host', 'url', 'uri', 'user', 'username',
  'password', 'path', 'file', 'dir', 'template', 'resolver', 'mode', 'check', 'validation', 'exists',
  'missing', 'fail', 'ack', 'description', 'driver', 'connection', 'backend', 'broker', 'engine', 'arn',
  'region', 'workers', 'threads', 'capacity', 'depth', 'threshold', 'level', 'script', 'image', 'cleanup',
  'compaction', 'acl', 'model', 'selection', 'provider', 'service', 'server',
]);

/** Other systems have topics and queues too. */
const elsewhere = new Set([
  'sqs', 'sns', 'aws', 'pubsub', 'gcp', 'google', 'azure', 'servicebus', 'asb', 'eventgrid', 'redis',
  'celery', 'sidekiq', 'resque', 'bull', 'bullmq', 'activemq', 'artemis', 'jms', 'ibm', 'pulsar',
  'zmq', 'zeromq', 'thread', 'task', 'executor', 'email', 'mail', 'smtp', 'jwt', 'cert', 'certificate',
  'ntfy', 'slack', 'fcm', 'firebase', 'beanstalkd', 'kinesis', 'rocketmq',
]);

/** What the words of a key say that its value names; undefined for keys that name no channel. */
export function kindOf(words: readonly string[]): NamedKind | undefined {
  if (words.some((word) => elsewhere.has(word))) return undefined;
  const at = words.findLastIndex((word) => Object.hasOwn(nouns, word));
  if (at < 0) return undefined;
  const what = own(nouns, words[at]);
  const behind = words.slice(at + 1);
  if (behind.every((word) => endings.has(word))) return what;
  const opens = words.slice(0, at).every((word) => openings.has(word));
  return opens && !behind.some((word) => aboutIt.has(word)) ? what : undefined;
}

const publishing = new Set([
  'producer', 'producers', 'produce', 'produced', 'produces', 'publish', 'publisher', 'published',
  'publishes', 'output', 'outputs', 'outgoing', 'outbound', 'sink', 'target', 'send', 'sender', 'emit',
  'emitter',
]);
const consuming = new Set([
  'consumer', 'consumers', 'consume', 'consumed', 'consumes', 'subscribe', 'subscriber', 'subscribed',
  'input', 'inputs', 'incoming', 'inbound', 'source', 'listen', 'listener', 'receive', 'receiver', 'read',
  'reader',
]);
/** Where what failed goes: a consumer writes there, and somebody else reads. */
const failing = new Set([
  'dlq', 'dlt', 'dlx', 'dead', 'deadletter', 'deadletters', 'parking', 'error', 'errors', 'failed', 'failure',
  'invalid', 'retry', 'retries',
]);

/**
 * Which way messages go, where the words of a key say it. `in` and `out` say nothing: in the names of topics
 * they are as often seen from the other side.
 */
export function directionOf(words: readonly string[]): NamedTopic['direction'] {
  if (words.some((word) => failing.has(word))) return undefined;
  const publishes = words.some((word) => publishing.has(word));
  const consumes = words.some((word) => consuming.has(word));
  return publishes === consumes ? undefined : publishes ? 'publish' : 'consume';
}

/** True for a text that can be the name of a channel of this kind, and is not more likely something else. */
export function isNameOf(what: NamedKind, text: string): boolean {
  if (!/[A-Za-z]/.test(text) || notNames.test(text) || otherValues.test(text)) return false;
  switch (what) {
    // Legal names of Kafka (Topic.LEGAL_CHARS), and topics of MQTT with their levels and wildcards.
    case 'topic': return /^[\w.-]{1,249}$/.test(text) || /^[\w$+#.-]+(\/[\w$+#.-]+){1,30}\/?$/.test(text);
    case 'subject': return /^[\w$*>-]+(\.[\w$*>-]+){0,30}$/.test(text);
    default: return /^[\w./:#@-]{1,255}$/.test(text);
  }
}

const notNames =
  /^(true|false|yes|no|on|off|null|none|nil|default|auto|enabled|disabled|latest|earliest|undefined)$/i;
/** Durations, sizes, addresses and files. */
const otherValues = new RegExp('^\\d+(ms|s|m|h|d|[kmg]i?b?)$|://|^arn:|^[\\w.-]+:\\d+$'
  + '|\\.(jks|p12|pem|json|ya?ml|xml|properties|sh|py|jar)$', 'i');
