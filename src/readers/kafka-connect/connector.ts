import type { SourceRange, Sourced } from '../../text/range';
import type { Fact, ServiceFact } from '../../model/facts';
import type { PublishSettings } from '../../model/settings';
import { defined } from '../shared/defined';
import { publishSettings, whole } from '../shared/kafkaClient';
import { KeyedValues, type Keyed } from '../shared/keyed';
import { bridgeFacts } from './bridges';
import { kafkaBroker } from './brokers';
import { debeziumFlavour, kindOf } from './classes';
import { publishTo, type Connector } from './context';
import { createdTopics } from './creation';
import { tableTopics, topicPrefix } from './debezium';
import { besideTables, internalFacts } from './internals';
import { mirrorFacts } from './mirror';
import { connectorSecrets } from './secrets';
import { sinkFacts } from './sinks';
import { sourceTopics } from './sources';
import type { TopicName } from './topicName';
import { routed } from './transforms';

/** How a dialect holds a connector. */
export interface ConnectorOf {
  readonly dialect: string;
  /** The whole connector, for a cursor on it. */
  readonly extent: SourceRange;
  /** Its name where it stands beside the configuration; else the key `name` gives it. */
  readonly name?: Sourced<string>;
  /** Set where nothing names the connector and `name` was taken from elsewhere: why. */
  readonly inferred?: string;
  /** Its class where it stands beside the configuration (Strimzi's `spec.class`); else `connector.class`. */
  readonly class?: Sourced<string>;
  /** How many tasks it is given, where that stands beside the configuration; else `tasks.max`. */
  readonly tasks?: Sourced<number>;
  /** The Kafka cluster of its workers, by a broker's name in the file. */
  readonly broker?: string;
}

/**
 * What a connector's configuration says: the service, what it reads and writes, brokers at its other end,
 * and secrets. Empty where it has no name.
 * @param given the connector's own keys (`connector.class`, `topics`, `transforms.route.type`), without the
 * prefix that a dialect has before them.
 */
export function connectorFacts(given: KeyedValues, of: ConnectorOf): Fact[] {
  const values = withProviders(given);
  const name = of.name ?? values.text('name');
  if (name === undefined) return [];
  const c: Connector = {
    values, dialect: of.dialect, extent: of.extent, name, nameIsInferred: of.inferred !== undefined,
    type: of.class ?? values.text('connector.class'), tasks: of.tasks ?? tasksOf(values), broker: of.broker, notes: [],
  };
  const kind = kindOf(c.type?.value, (key) => values.get(key) !== undefined);
  const secrets = connectorSecrets(values, of.dialect, name.value);
  // MirrorMaker copies from cluster to cluster: it is an edge, not a program at a topic's end.
  if (kind === 'mirror') return [...mirrorFacts(c), ...secrets];
  const broker = kafkaBroker(values, of.dialect);
  const edges = kind === 'sink' ? sinkFacts(c) : kind === 'source' ? sourceFacts(c) : [];
  const bridged = kind === undefined ? [] : bridgeFacts(c, kind);
  if (kind === undefined) c.notes.push('Neither class nor keys say whether it reads or writes topics.');
  return [...(broker === undefined ? [] : [broker]), serviceOf(c, of), ...edges, ...bridged, ...secrets];
}

/** Keys whose values the reader asks for: of all others it does not matter who fills them in. */
const asked = new RegExp([
  '^name$', 'connector\\.class$', 'sink\\.type$', '(^|\\.)topics?(\\.|$)', 'bootstrap\\.servers$',
  '(include\\.list|whitelist|database\\.(names|server\\.name))$', '^(database|collection)$',
  '(^|\\.)(transforms|predicates|errors|producer|consumer|exactly\\.once|heartbeat)\\b', '\\.kcql$',
  '(^|\\.)(rabbitmq|rabbitmqstream|mqtt|nats|nats-jetstream)\\.', '^(exchange|routingKey|stream|host|url|subjects)$',
].join('|'));
/** A placeholder is what belongs there. */
const secret = /(password|secret|user(name)?|token|jwt|seed|\.user\.info|jaas\.config|\.key|Key)$/;

/**
 * The places of values that the file leaves to a provider or a template, as far as they matter: what the
 * connector fills in itself is none.
 * @param ofConnect false where a text behind a colon is a default (Quarkus), not a provider's path.
 */
export function connectorSkipped(given: KeyedValues, ofConnect = true): readonly SourceRange[] {
  const values = ofConnect ? withProviders(given) : given;
  return values.all.filter((one) => one.isOpen && asked.test(one.key) && !secret.test(one.key) && !isFilledIn(one))
    .map((one) => one.at);
}

/** Keys of names that the connector makes at run time, out of `${topic}` or `${routedByValue}`. */
const filledIn = new RegExp(
  '(replacement|pattern|template|format|expression|kcql)$'
  + '|(^|\\.)(table|index|collection|topic|path|key|body)(\\.name|\\.prefix)?$',
);
/** `topic`, `source.table`; placeholders of shells and charts are written in capitals. */
const variable = /^[a-z_][\w.-]*$/;

function isFilledIn({ key, value }: Keyed): boolean {
  const names = [...value.matchAll(/\$\{([^{}]*)\}/g)].map((m) => m[1] ?? '');
  if (!filledIn.test(key) || value.includes('{{')) return false;
  return names.length > 0 && names.every((name) => variable.test(name));
}

/** A provider's value; or a shell's variable, as scripts fill them in that send a connector off (`$TOPIC`). */
const provider = /\$\{[\w.-]{1,80}:(?!-)|\$[A-Z][A-Z0-9_]+/;

/**
 * In Connect `${vault:db/orders}` names a provider and a path (KIP-297), where other tools would read a
 * default behind the colon: such values are not known.
 */
function withProviders(values: KeyedValues): KeyedValues {
  const { file } = values;
  return new KeyedValues(file, values.all.map((one) => {
    if (one.isOpen || !provider.test(file.text.slice(one.at.start, one.at.end))) return one;
    return { ...one, isOpen: true };
  }));
}

function tasksOf(values: KeyedValues): Sourced<number> | undefined {
  const said = values.text('tasks.max');
  return said && whole(said);
}

function serviceOf(c: Connector, of: ConnectorOf): ServiceFact {
  const converter = c.values.text('value.converter');
  const words = [
    c.type === undefined ? undefined : `Connector ${c.type.value}.`,
    converter === undefined ? undefined : `Values are written and read by ${converter.value}.`,
    ...c.notes,
  ].filter((w) => w !== undefined);
  return defined<ServiceFact>({
    kind: 'service', dialect: of.dialect, extent: of.extent, name: c.name,
    client: { value: 'kafka-connect', at: c.type?.at ?? c.name.at }, inferred: of.inferred,
    note: words.length === 0 ? undefined : words.join(' '),
  });
}

function sourceFacts(c: Connector): Fact[] {
  const type = c.type?.value ?? '';
  const flavour = debeziumFlavour(type);
  const plain = flavour === undefined
    ? sourceTopics(c.values, type) : [...tableTopics(c.values, flavour), ...besideTables(c)];
  const { topics, notes } = named(c, plain);
  c.notes.push(...notes);
  if (topics.length === 0) c.notes.push('The file does not tell which topics the source writes.');
  if (c.values.get('errors.deadletterqueue.topic.name') !== undefined) {
    c.notes.push('Connect keeps dead letters of sinks only: errors.deadletterqueue has no effect on a source.');
  }
  const settings = sourceSettings(c);
  const published = topics.map((topic) => publishTo(c, topic, settings)).filter((f) => f !== undefined);
  const loose: Fact[] = published.length > 0 || Object.keys(settings).length === 0 ? [] : [{
    kind: 'publish', dialect: c.dialect, extent: c.extent, service: c.name, protocol: 'kafka', settings,
  }];
  return [
    ...published, ...loose, ...createdTopics(c, topics),
    ...(flavour === undefined ? [] : internalFacts(c, flavour)),
  ];
}

/** Topics behind the transforms; Debezium's naming strategy for a single topic comes before them. */
function named(c: Connector, topics: readonly TopicName[]): ReturnType<typeof routed> {
  const strategy = c.values.text('topic.naming.strategy')?.value;
  const known = strategy === undefined || /\.(Schema|Default)TopicNamingStrategy$/.test(strategy);
  if (known || topicPrefix(c.values) === undefined) return routed(c.values, topics);
  return { topics: [], notes: [`${strategy} names the topics in its own way.`] };
}

/** What the file overrides of the producer, and exactly-once delivery where it is demanded (KIP-618). */
function sourceSettings(c: Connector): PublishSettings {
  const own = publishSettings(c.values.lookup('producer.override.'));
  const support = c.values.text('exactly.once.support');
  if (support?.value.toLowerCase() !== 'required') return own;
  const at = support.at;
  return {
    ...own, guarantee: { value: 'exactly-once', at }, idempotence: { value: true, at },
    transactionalId: { value: c.name.value, at },
  };
}

