import type { ChannelFact, ConsumeFact, PublishFact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import type { Sourced } from '../../text/range';
import { defined } from '../shared/defined';
import type { Keyed } from '../shared/keyed';
import { KeyedValues } from '../shared/keyed';
import { isNameOf, namedTopics, wordsOf, type NamedTopic } from '../shared/namedTopics';
import type { Context } from './context';
import { canonicalKey, narrowed, type Leaf, type Settings } from './settings';

/** Whose names the program's own keys can hold. */
export interface Names {
  readonly protocols: readonly Protocol[];
  /** The broker that producers and consumers of a protocol talk to, and the client that they are. */
  readonly publishTo: (protocol: Protocol) => string | undefined;
  readonly consumeFrom: (protocol: Protocol) => string | undefined;
  readonly client: (protocol: Protocol) => Sourced<string> | undefined;
}

/** Roots whose keys are the frameworks' own, or about other things that have topics and queues. */
const frameworks = new Set([
  'spring', 'logging', 'management', 'server', 'springdoc', 'swagger', 'springfox', 'eureka', 'feign', 'hystrix',
  'ribbon', 'zuul', 'endpoints', 'resilience4j', 'debezium', 'quarkus', 'mp', 'info', 'security', 'camel', 'wiremock',
  'testcontainers', 'micronaut', 'datasource',
]);

/** Sections of `spring.kafka` and `spring.rabbitmq` that Spring Boot reads itself. */
const bootSections = new Set([
  'template', 'listener', 'retry', 'streams', 'stream', 'admin', 'ssl', 'security', 'jaas', 'properties', 'cache',
]);

/** A key that a program adds to Spring's own (`spring.kafka.topic.name`), as many do. */
function isAmongSprings(path: readonly string[]): boolean {
  return path[0] === 'spring' && (path[1] === 'kafka' || path[1] === 'rabbitmq') && path.length > 2
    && !path.slice(2).some((part) => bootSections.has(part));
}

/** A map of topics by the program's names for them: `topics.order-placed: shop.orders`. */
const mapOfTopics = /^(kafka|rabbit|rabbitmq)?(topics?|queues?|exchanges?)(names?)?$/;

/** The parts of an entry of such a map that say something about a topic and are not its name. */
const aboutTopics = new RegExp('^(prefix|suffix|pattern|format|separator|delimiter|type|class|schema|version|key|'
  + 'partitions?|replicas|replicationfactor|replication|minisr|retention.*|cleanuppolicy|durable|ttl|routingkeys?|'
  + 'group(id)?|consumergroup|concurrency|enabled|autocreate|create|config|description|timeout.*|interval.*|default)$');

/**
 * Topics, queues and exchanges that the program's own keys name, where a key says that it does. The file only
 * names them: a key that says who uses them gives an edge, any other a channel without one.
 */
export function ownTopics(c: Context, all: Settings, names: Names): void {
  for (const { topic, because } of found(c, all)) {
    const protocol = protocolOf(topic, names);
    if (protocol === undefined) continue;
    const space = protocol !== 'rabbitmq' || topic.what === 'topic' ? undefined
      : topic.what === 'exchange' ? 'exchange' as const : 'queue' as const;
    if (protocol === 'rabbitmq' && space === undefined) continue;
    if (!isNameOf(topic.what, topic.name.value) || looksOtherwise(topic.name.value, protocol)) continue;
    const base = { dialect: c.dialect, extent: topic.from.extent };
    const known = protocol === 'unknown' ? undefined : protocol;
    const broker = known && (topic.direction === 'consume' ? names.consumeFrom(known) : names.publishTo(known));
    const channel = defined({ name: topic.name, space, protocol: known, broker });
    const client = known && names.client(known);
    if (topic.direction === 'publish') {
      c.facts.push(defined<PublishFact>({
        kind: 'publish', ...base, service: c.service, channel, protocol: known, settings: {}, client,
        inferred: `${because} names the ${topic.what} and says that the program publishes to it.`,
      }));
    } else if (topic.direction === 'consume') {
      const group = groupBeside(all, topic.from);
      c.facts.push(defined<ConsumeFact>({
        kind: 'consume', ...base, service: c.service, channel, protocol: known, client,
        settings: known === 'kafka' && group !== undefined ? { group } : {},
        inferred: `${because} names the ${topic.what} and says that the program consumes it.`,
      }));
    } else {
      c.facts.push(defined<ChannelFact>({
        kind: 'channel', ...base, address: topic.name, space, protocol: known, settings: {},
        broker: known && c.brokerName(broker, known),
        inferred: `${because} names the ${topic.what}. Whether the program publishes to it or consumes it, the file `
          + 'does not say.',
      }));
    }
  }
}

/** A quick look, since most keys of a file are about other things. */
export function mayName(leaf: Leaf): boolean {
  return /topic|queue|exchange/i.test(leaf.key) || /TOPIC|QUEUE|EXCHANGE/.test(leaf.written ?? '');
}

interface Found {
  readonly topic: NamedTopic;
  /** `The program's own key app.orders.topic`. */
  readonly because: string;
}

function found(c: Context, all: Settings): Found[] {
  const result: Found[] = [];
  for (const leaf of all.all) {
    if (!mayName(leaf)) continue;
    const path = leaf.parts.map(canonicalKey);
    if (frameworks.has(path[0] ?? '') && !isAmongSprings(path)) continue;
    const plain = path.map((part) => part.replace(/\[\d+\]$/, ''));
    const key = asTopicKey(leaf, plain);
    const named: Keyed = key === undefined ? leaf : { ...leaf, key };
    const topics = namedTopics(new KeyedValues(c.file, [named]));
    const known = { ...named, value: 'x', isOpen: false };
    if (leaf.isOpen && namedTopics(new KeyedValues(c.file, [known])).length > 0) c.skip([leaf.at]);
    for (const topic of topics) {
      const name = narrowed(c.file, topic.name);
      result.push({ topic: { ...topic, name, from: leaf }, because: `The program's own key ${leaf.parts.join('.')}` });
    }
    if (topics.length > 0 || leaf.isOpen) continue;
    const variable = byVariable(c, leaf);
    if (variable !== undefined) {
      result.push({
        topic: variable.topic, because: `The variable ${variable.name}, which fills in ${leaf.parts.join('.')},`,
      });
    }
  }
  return result;
}

/**
 * The key by which an entry of a map of topics says that it is one: `app.topics.orders` becomes
 * `app.orders.topics`. Undefined where the key says it itself, or says something else of a topic.
 */
function asTopicKey(leaf: Leaf, plain: readonly string[]): string | undefined {
  const last = plain.length - 1;
  const at = plain.findLastIndex((part, i) => i < last && mapOfTopics.test(part));
  if (at < 0 || plain.slice(at + 1).some((part) => aboutTopics.test(part))) return undefined;
  const behind = leaf.parts.slice(at + 1);
  // `topics.orders: x` and `topics.orders.name: x`, but nothing that lies deeper.
  const isName = behind.length === 2 && /^(name|topic|topicname|value|address|destination)$/.test(plain[last] ?? '');
  if (behind.length > 2 || (behind.length === 2 && !isName)) return undefined;
  const noun = (leaf.parts[at] ?? '').replace(/\[\d+\]$/, '');
  return [...leaf.parts.slice(0, at), behind[0], noun].join('.');
}

/** A value that is one placeholder whose variable is called a topic: `${ORDERS_TOPIC:orders}`. */
function byVariable(c: Context, leaf: Leaf): { name: string; topic: NamedTopic } | undefined {
  const name = /^\$\{([A-Z][A-Z0-9_]{0,100}):[^${}]{1,255}\}$/.exec(leaf.written?.trim() ?? '')?.[1];
  if (name === undefined || !/(^|_)(TOPIC|QUEUE|EXCHANGE)(_NAME)?$/.test(name)) return undefined;
  const topic = namedTopics(new KeyedValues(c.file, [{ ...leaf, key: name }]))[0];
  if (topic === undefined) return undefined;
  // Which way it goes is not for the variable to say: it may be seen from the other side.
  return { name, topic: { name: narrowed(c.file, topic.name), what: topic.what, key: leaf.key, from: leaf } };
}

/** The protocol whose name it is; 'unknown' for a key that is plain enough to count without one. */
function protocolOf(topic: NamedTopic, names: Names): Protocol | 'unknown' | undefined {
  const words = wordsOf(topic.key);
  if (words.some((word) => /^(mqtt|nats|websocket|stomp)$/.test(word))) return undefined;
  if (topic.what === 'subject') return undefined;
  if (words.includes('kafka')) return topic.what === 'topic' ? 'kafka' : undefined;
  if (words.some((word) => /^(rabbit|rabbitmq|amqp)$/.test(word))) return 'rabbitmq';
  if (topic.what !== 'topic') return names.protocols.includes('rabbitmq') ? 'rabbitmq' : undefined;
  if (names.protocols.includes('kafka')) return 'kafka';
  return names.protocols.length === 0 && topic.direction !== undefined ? 'unknown' : undefined;
}

/** Kafka has no slashes in names; a name with many dots and a capital at its end is a class. */
function looksOtherwise(name: string, protocol: Protocol | 'unknown'): boolean {
  if (/^[a-z]\w*(\.[a-z]\w*){2,}\.[A-Z]\w*$/.test(name)) return true;
  return protocol !== 'rabbitmq' && !/^[A-Za-z0-9._-]+$/.test(name);
}

/** A consumer group that stands beside the topic. */
function groupBeside(all: Settings, topic: Keyed): Sourced<string> | undefined {
  const { parts } = topic as Leaf;
  const section = parts.slice(0, -1).join('.');
  const beside = (name: string): string => (section === '' ? name : `${section}.${name}`);
  return all.text(beside('group-id'), beside('group'), beside('consumer-group'), beside('consumer-group-id'));
}
