import type { SourceRange, Sourced } from '../../text/range';
import type { Fact, ServiceFact } from '../../model/facts';
import { debeziumFlavour } from '../kafka-connect/classes';
import { consumeFrom, publishTo, type Connector } from '../kafka-connect/context';
import { kafkaBroker } from '../kafka-connect/brokers';
import { tableTopics } from '../kafka-connect/debezium';
import { besideTables, internalFacts } from '../kafka-connect/internals';
import { connectorSecrets } from '../kafka-connect/secrets';
import { routed } from '../kafka-connect/transforms';
import { defined } from '../shared/defined';
import { KeyedValues, type Keyed } from '../shared/keyed';
import { dialect } from './dialect';
import { sinkOf } from './sinks';

/** Debezium Server as one of its forms holds it. */
export interface ServerOf {
  readonly extent: SourceRange;
  readonly name: Sourced<string>;
  /** Set where nothing names the server: why it has this name. */
  readonly inferred?: string;
  /** The source connector's own keys, its transforms and predicates with them. */
  readonly source: KeyedValues;
  /** The source's class, where it stands outside of `source`. */
  readonly class?: Sourced<string>;
  readonly sinkType: Sourced<string> | undefined;
  /** The sink's own keys, without `debezium.sink.<type>.`. */
  readonly sink: KeyedValues;
}

/**
 * What a Debezium Server says: the service, what it writes behind its transforms to which broker, topics of
 * its own, secrets.
 */
export function serverFacts(of: ServerOf): Fact[] {
  const type = of.class ?? of.source.text('connector.class');
  const c: Connector = {
    values: of.source, dialect, extent: of.extent, name: of.name, type, broker: undefined, notes: [],
    nameIsInferred: of.inferred !== undefined,
  };
  const flavour = debeziumFlavour(type?.value ?? '');
  const before = flavour === undefined ? [] : [...tableTopics(of.source, flavour), ...besideTables(c)];
  const { topics, notes } = routed(of.source, before);
  const sink = sinkOf(c, of.sinkType, of.sink, topics);
  const history = kafkaBroker(of.source, dialect);
  const words = [type && `Debezium Server with ${type.value}.`, ...notes, ...c.notes, sink.note]
    .filter((w) => w !== undefined);
  const service = defined<ServiceFact>({
    kind: 'service', dialect, extent: of.extent, name: of.name, client: sink.client, inferred: of.inferred,
    note: words.join(' '),
  });
  return [
    ...(history === undefined ? [] : [history]), service, ...sink.facts,
    ...(flavour === undefined ? [] : internalFacts(c, flavour)), ...offsets(c),
    ...connectorSecrets(of.source, dialect, of.name.value),
    ...connectorSecrets(of.sink, dialect, sink.place ?? of.name.value),
  ];
}

/** Offsets kept in a topic, where Connect's workers would keep them. */
function offsets(c: Connector): Fact[] {
  const topic = c.values.text('offset.storage.topic');
  const store = c.values.text('offset.storage')?.value ?? '';
  if (topic === undefined || !store.endsWith('KafkaOffsetBackingStore')) return [];
  const name = { text: topic.value, at: topic.at };
  const note = 'The server keeps its offsets here and reads them when it starts; nobody else should.';
  return [publishTo(c, name, {}, note), consumeFrom(c, name, {}, note)].filter((f) => f !== undefined);
}

const prefix = 'debezium.';

/** True if the keys are a Debezium Server's. */
export function isServer(values: KeyedValues): boolean {
  return ['sink.type', 'source.connector.class'].some((key) => values.get(prefix + key) !== undefined);
}

/** A server by its flat keys: `debezium.source.…`, `debezium.sink.…`, `debezium.transforms…`. */
export function serverOfKeys(
  values: KeyedValues, of: Pick<ServerOf, 'extent' | 'name' | 'inferred'>,
): ServerOf {
  const sinkType = values.text(`${prefix}sink.type`);
  const chain = values.below(prefix).all.filter((one) => /^(transforms|predicates)(\.|$|\[)/.test(one.key));
  return {
    ...of, sinkType,
    source: new KeyedValues(values.file, [...values.below(`${prefix}source.`).all, ...chain]),
    sink: values.below(`${prefix}sink.${sinkType?.value ?? ''}.`),
  };
}

/**
 * The keys of environment variables: `DEBEZIUM_SOURCE_TOPIC_PREFIX` is `debezium.source.topic.prefix`, two
 * underscores stand for one. What is no variable of Debezium's is left out.
 */
export function keysOfEnvironment(all: readonly Keyed[]): Keyed[] {
  return all.filter((one) => /^DEBEZIUM_/.test(one.key)).map((one) => ({
    ...one, key: one.key.toLowerCase().replace(/__|_/g, (line) => (line === '__' ? '_' : '.')),
  }));
}
