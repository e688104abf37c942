import type { Sourced } from '../../text/range';
import type { BrokerFact, ChannelFact, ChannelRef, Fact, PublishFact } from '../../model/facts';
import type { Protocol, PublishSettings, StreamSettings } from '../../model/settings';
import { publishTo, type Connector } from '../kafka-connect/context';
import { isPlain, refOf, type TopicName } from '../kafka-connect/topicName';
import { registryKeys } from '../shared/clientSecrets';
import { defined } from '../shared/defined';
import { brokerByAddress } from '../shared/kafkaBroker';
import { publishSettings, yesNo } from '../shared/kafkaClient';
import type { KeyedValues } from '../shared/keyed';
import { parseBrokerUrl } from '../shared/url';

export interface Sink {
  readonly facts: readonly Fact[];
  readonly client?: Sourced<string>;
  /** The broker's address, for what its secrets open. */
  readonly place?: string;
  readonly note?: string;
}

/** What the server's sink writes, for the brokers that the model knows. */
export function sinkOf(
  c: Connector, type: Sourced<string> | undefined, sink: KeyedValues, topics: readonly TopicName[],
): Sink {
  if (type === undefined) return { facts: [], note: 'The file does not say where the changes go.' };
  switch (type.value) {
    case 'kafka': return kafka(c, type, sink, topics);
    case 'rabbitmq': return rabbitmq(c, type, sink, topics);
    case 'rabbitmqstream': return rabbitmqStream(c, type, sink, topics);
    case 'nats-jetstream': case 'nats-streaming': return nats(c, type, sink, topics);
  }
  return { facts: [], note: `Changes go to ${type.value}, which is no broker that is drawn here.` };
}

function kafka(c: Connector, type: Sourced<string>, sink: KeyedValues, topics: readonly TopicName[]): Sink {
  const bootstrap = sink.text('producer.bootstrap.servers');
  const registry = sink.text('producer.schema.registry.url', ...registryKeys);
  const entry = sink.get('producer.bootstrap.servers');
  const broker = bootstrap && brokerByAddress(defined({
    dialect: c.dialect, extent: entry?.extent ?? bootstrap.at, bootstrap, registry,
    securityProtocol: sink.text('producer.security.protocol'),
  }));
  const to = { ...c, broker: broker?.name.value };
  const settings = publishSettings(sink.lookup('producer.'));
  return {
    facts: [...(broker ? [broker] : []), ...topics.flatMap((topic) => publishTo(to, topic, settings) ?? [])],
    client: { value: 'kafka-java', at: type.at },
    ...(bootstrap === undefined ? {} : { place: bootstrap.value }),
  };
}

/** RabbitMqStreamChangeConsumer: confirms are on, messages persistent unless `deliveryMode` says not. */
function rabbitmq(
  c: Connector, type: Sourced<string>, sink: KeyedValues, topics: readonly TopicName[],
): Sink {
  const broker = rabbitBroker(
    c, sink, sink.text('connection.host'), 'connection.port', sink.text('connection.virtual.host'), 'connection.ssl.enabled',
  );
  const exchange = stated(sink, 'exchange');
  const key = sink.text('routingKey');
  const fromTopic = sink.text('routingKeyFromTopicName');
  const mode = sink.text('deliveryMode');
  const settings: PublishSettings = defined({
    confirms: { value: true, at: type.at },
    persistent: { value: mode?.value !== '1', at: mode?.at ?? type.at }, routingKey: key,
  });
  const note = 'Debezium Server waits for confirms of each batch; '
    + 'messages are persistent unless deliveryMode is 1.';
  const byTopic = key === undefined && fromTopic?.value.toLowerCase() === 'true';
  const to = (name: TopicName, own: PublishSettings = {}): PublishFact[] =>
    publish(c, name, 'rabbitmq', broker, { ...settings, ...own }, note, 'exchange');
  const edges = exchange === 'open' ? []
    : exchange === undefined ? topics.flatMap((topic) => to(topic))
      : byTopic ? topics.flatMap((topic) => to(named(exchange), keyOf(topic))) : to(named(exchange));
  const queue = key !== undefined && sink.text('autoCreateRoutingKey')?.value.toLowerCase() === 'true'
    ? [queueNamed(c, key, sink, broker)] : [];
  return { facts: [...(broker ? [broker] : []), ...edges, ...queue], ...placeOf(broker) };
}

function named({ value, at }: Sourced<string>): TopicName {
  return { text: value, at };
}

function keyOf(topic: TopicName): PublishSettings {
  return isPlain(topic.text) ? { routingKey: { value: topic.text, at: topic.at } } : {};
}

function queueNamed(
  c: Connector, key: Sourced<string>, sink: KeyedValues, broker: BrokerFact | undefined,
): ChannelFact {
  const said = sink.text('routingKeyDurable');
  const durable = said === undefined ? undefined : yesNo(said);
  return defined<ChannelFact>({
    kind: 'channel', dialect: c.dialect, extent: c.extent, address: key, space: 'queue', protocol: 'rabbitmq',
    broker: broker?.name, settings: durable === undefined ? {} : { durable },
    inferred: 'autoCreateRoutingKey makes the server declare a queue with the routing key\'s name.',
  });
}

function rabbitmqStream(
  c: Connector, type: Sourced<string>, sink: KeyedValues, topics: readonly TopicName[],
): Sink {
  const host = sink.text('host', 'connection.host');
  const portKey = sink.get('host') === undefined ? 'connection.port' : 'port';
  const broker = rabbitBroker(c, sink, host, portKey, sink.text('virtualHost'), 'tls.enable');
  const stream = stated(sink, 'stream');
  const names = stream === 'open' ? [] : stream === undefined ? topics : [named(stream)];
  const declared = names.filter((name) => isPlain(name.text)).map(({ text, at }) => defined<ChannelFact>({
    kind: 'channel', dialect: c.dialect, extent: c.extent, address: { value: text, at }, space: 'queue',
    protocol: 'rabbitmq', broker: broker?.name, settings: { queue: { value: 'stream', at: type.at } },
    inferred: 'The sink rabbitmqstream makes a stream of this name.',
  }));
  const note = 'Streams confirm what is published.';
  const settings: PublishSettings = { confirms: { value: true, at: type.at } };
  return {
    facts: [...(broker ? [broker] : []), ...declared,
      ...names.flatMap((name) => publish(c, name, 'rabbitmq', broker, settings, note, 'queue'))],
    ...placeOf(broker),
  };
}

function rabbitBroker(
  c: Connector, sink: KeyedValues, host: Sourced<string> | undefined, portKey: string,
  vhost: Sourced<string> | undefined, tlsKey: string,
): BrokerFact | undefined {
  if (host === undefined) return undefined;
  const port = sink.text(portKey)?.value;
  const address = port === undefined ? host.value : `${host.value}:${port}`;
  const tls = sink.text(tlsKey);
  return defined<BrokerFact>({
    kind: 'broker', dialect: c.dialect, extent: entryOf(sink, host), name: { value: address, at: host.at },
    protocol: { value: 'rabbitmq', at: host.at }, vhost,
    url: { value: address, at: host.at },
    tls: tls && yesNo(tls),
    inferred: 'The file knows the broker by its address.',
  });
}

/** Both NATS sinks wait for the server's acknowledgement of what they publish. */
function nats(c: Connector, type: Sourced<string>, sink: KeyedValues, topics: readonly TopicName[]): Sink {
  const url = sink.text('url');
  const shown = url?.value.split(',').map((one) => parseBrokerUrl(one.trim()).shown).join(',');
  const broker: BrokerFact | undefined = url === undefined || shown === undefined ? undefined : {
    kind: 'broker', dialect: c.dialect, extent: entryOf(sink, url),
    name: { value: parseBrokerUrl(shown.split(',')[0] ?? '').host, at: url.at },
    protocol: { value: 'nats', at: url.at },
    url: { value: shown, at: url.at }, inferred: 'The file knows the broker by its address.',
  };
  const settings: PublishSettings = { waitForAck: { value: true, at: type.at } };
  const note = 'Debezium Server waits for the acknowledgement of what it publishes.';
  return {
    facts: [...(broker ? [broker] : []), ...streamOf(c, type, sink, broker),
      ...topics.flatMap((topic) => publish(c, topic, 'nats', broker, settings, note))],
    ...placeOf(broker),
  };
}

/**
 * `create-stream`: by default a stream DebeziumStream in memory that takes in all subjects of three parts
 * (NatsJetStreamChangeConsumer), where NATS itself would choose files.
 */
function streamOf(
  c: Connector, type: Sourced<string>, sink: KeyedValues, broker: BrokerFact | undefined,
): ChannelFact[] {
  const create = sink.text('create-stream');
  if (type.value !== 'nats-jetstream' || create?.value.toLowerCase() !== 'true') return [];
  const at = create.at;
  const said = sink.list('subjects');
  if (sink.get('subjects')?.isOpen === true) return [];
  const subjects = said.length > 0 ? said : [{ value: '*.*.*', at }];
  const storage = sink.text('storage');
  const stream: StreamSettings = {
    at, name: sink.text('stream-name') ?? { value: 'DebeziumStream', at }, subjects,
    storage: { value: storage?.value === 'file' ? 'file' : 'memory', at: storage?.at ?? at },
  };
  return [defined<ChannelFact>({
    kind: 'channel', dialect: c.dialect, extent: c.extent, address: subjects[0]!, protocol: 'nats',
    broker: broker?.name, settings: { stream },
    inferred: 'create-stream makes the server create this stream.',
    note: storage === undefined
      ? 'Debezium Server creates its stream in memory unless storage is file.' : undefined,
  })];
}

function publish(
  c: Connector, topic: TopicName, protocol: Protocol, broker: BrokerFact | undefined,
  settings: PublishSettings, note: string, space?: ChannelRef['space'],
): PublishFact[] {
  const ref = refOf(topic, broker?.name.value);
  if (ref === undefined) return [];
  return [defined<PublishFact>({
    kind: 'publish', dialect: c.dialect, extent: c.extent, service: c.name, protocol, settings,
    channel: defined({ ...ref, protocol, space }), inferred: topic.why, note,
  })];
}

/** A key's value; 'open' for a placeholder. */
function stated(values: KeyedValues, key: string): Sourced<string> | 'open' | undefined {
  return values.lookup()(key);
}

function entryOf(values: KeyedValues, said: Sourced<string>): Sourced<string>['at'] {
  return values.all.find((one) => one.at.start === said.at.start)?.extent ?? said.at;
}

function placeOf(broker: BrokerFact | undefined): Pick<Sink, 'place'> {
  return broker === undefined ? {} : { place: broker.name.value };
}
