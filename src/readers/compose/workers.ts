import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { ChannelFact, Fact, ServiceFact } from '../../model/facts';
import { parseProperties } from '../../syntax/properties';
import { isMap, isScalar } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { workerPublish } from '../shared/connectWorker';
import { consumeSettings } from '../shared/kafkaClient';
import { KeyedValues, keyed, type Keyed, type Lookup } from '../shared/keyed';
import { topicSettings } from '../shared/kafkaTopic';
import { dialect, namedByCompose } from './dialect';
import type { ComposeService } from './services';

/** Kafka Connect's own topics, by the key that names each (DistributedConfig). */
const storage = ['config.storage', 'offset.storage', 'status.storage'] as const;

/**
 * A Kafka Connect worker: a service with the clients of its connectors, and the topics in which it keeps
 * its state, which it writes and reads.
 * @param brokerAt the name by which this file declares the broker at an address.
 */
export function connectFacts(
  file: SourceFile, service: ComposeService, brokerAt: (address: string) => string | undefined,
): Fact[] {
  const get = workerLookup(file, service);
  const bootstrap = get('bootstrap.servers');
  const broker = bootstrap === undefined || bootstrap === 'open' ? undefined : brokerAt(bootstrap.value);
  const base = { dialect, extent: service.extent };
  const facts: Fact[] = [defined<ServiceFact>({
    ...base, kind: 'service', name: service.name, client: { value: 'kafka-connect', at: service.imageAt },
    folder: service.folder, inferred: namedByCompose, note: runsOf(service),
  })];
  // What connectors publish and consume is set by these prefixes; the worker's own keys are its own.
  const publish = workerPublish(get);
  const consume = consumeSettings((key) => get(`consumer.${key}`));
  const edge = { ...base, service: service.name, protocol: 'kafka' as const };
  if (Object.keys(publish).length > 0) facts.push({ ...edge, kind: 'publish', settings: publish });
  if (Object.keys(consume).length > 0) facts.push({ ...edge, kind: 'consume', settings: consume });
  for (const key of storage) {
    const name = get(`${key}.topic`);
    if (name === undefined || name === 'open') continue;
    facts.push(...storageTopic(service, key, name, get, broker));
  }
  return facts;
}

function storageTopic(
  service: ComposeService, key: string, name: Sourced<string>, get: Lookup, broker: string | undefined,
): Fact[] {
  const base = { dialect, extent: service.extent };
  const settings = topicSettings((k) => {
    if (k === 'replication.factor') {
      const said = get(`${key}.replication.factor`);
      // -1 leaves it to the broker (DistributedConfig).
      return said !== 'open' && said?.value === '-1' ? undefined : said;
    }
    return k === 'num.partitions' ? get(`${key}.partitions`) : undefined;
  });
  const channel = defined({ name, protocol: 'kafka' as const, broker });
  const edge = { ...base, service: service.name, channel, protocol: 'kafka' as const };
  const inferred = `A Kafka Connect worker writes and reads its ${key}.topic.`;
  return [
    defined<ChannelFact>({
      ...base, kind: 'channel', address: name, protocol: 'kafka', settings,
      inferred: broker === undefined
        ? `The worker ${service.name.value} keeps its state there, in a cluster that this file does not tell.`
        : undefined,
      broker: broker === undefined ? undefined : { value: broker, at: name.at },
      description: `State of the Kafka Connect worker ${service.name.value} (${key}.topic).`,
    }),
    { ...edge, kind: 'publish', settings: {}, inferred },
    { ...edge, kind: 'consume', settings: {}, inferred },
  ];
}

/** Debezium's image takes these without the prefix that all others have. */
const debezium: Readonly<Record<string, string>> = {
  'bootstrap.servers': 'BOOTSTRAP_SERVERS', 'group.id': 'GROUP_ID',
  'config.storage.topic': 'CONFIG_STORAGE_TOPIC', 'offset.storage.topic': 'OFFSET_STORAGE_TOPIC',
  'status.storage.topic': 'STATUS_STORAGE_TOPIC',
};

/** A worker's keys: `CONNECT_GROUP_ID`, Debezium's short names, Strimzi's text of properties. */
function workerLookup(file: SourceFile, { environment }: ComposeService): Lookup {
  const text = environment.get('KAFKA_CONNECT_CONFIGURATION');
  const inner = text === undefined || text.isOpen ? undefined : innerProperties(file, text);
  const lookup = environment.lookup();
  return (key) => {
    const short = debezium[key];
    return lookup(`CONNECT_${key.replaceAll('.', '_')}`) ?? (short === undefined ? undefined : lookup(short))
      ?? (key === 'bootstrap.servers' ? lookup('KAFKA_CONNECT_BOOTSTRAP_SERVERS') : undefined)
      ?? inner?.lookup()(key);
  };
}

/** The lines of a text of properties, each with the place where it stands in the file. */
function innerProperties(file: SourceFile, one: Keyed): KeyedValues {
  const root = parseProperties(one.value).roots[0];
  let cursor = one.at.start;
  const found = (isMap(root) ? root.entries : []).flatMap((e): Keyed[] => {
    if (!isScalar(e.value)) return [];
    const { text } = e.value;
    const line = file.text.indexOf(`${e.key.text}=${text}`, cursor);
    const start = line + e.key.text.length + 1;
    if (line < 0 || start + text.length > one.at.end) {
      return [keyed(e.key.text, one.keyAt, text, one.at, one.extent)];
    }
    cursor = start + text.length;
    const at = rangeIn(file, start, cursor);
    return [keyed(e.key.text, rangeIn(file, line, start - 1), text, at, rangeIn(file, line, cursor))];
  });
  return new KeyedValues(file, found);
}

/** A ksqlDB server: a Streams program whose queries are not in this file. */
export function ksqlFacts(service: ComposeService): Fact[] {
  return [defined<ServiceFact>({
    kind: 'service', dialect, extent: service.extent, name: service.name,
    client: { value: 'kafka-streams', at: service.imageAt }, folder: service.folder,
    inferred: namedByCompose, note: runsOf(service),
  })];
}

/** Says how many containers a service runs, where the file does. */
export function runsOf(service: ComposeService): string | undefined {
  const { value } = service.replicas ?? { value: 1 };
  return value > 1 ? `It runs in ${value} containers.` : undefined;
}
