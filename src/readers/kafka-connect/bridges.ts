import type { SourceRange, Sourced } from '../../text/range';
import type { BrokerFact, ChannelSpace, ConsumeFact, Fact, PublishFact } from '../../model/facts';
import type { ConsumeSettings, Protocol, PublishSettings } from '../../model/settings';
import { defined } from '../shared/defined';
import { whole, yesNo } from '../shared/kafkaClient';
import { parseBrokerUrl } from '../shared/url';
import type { ConnectorKind } from './classes';
import type { Connector } from './context';
import { kcqlTopics } from './sources';
import { topicsOf } from './sinks';
import { isPlain } from './topicName';
import { routed } from './transforms';

/** A connector between Kafka and one of the other brokers that the model knows: its far end. */
export function bridgeFacts(c: Connector, kind: ConnectorKind): Fact[] {
  const type = c.type?.value ?? '';
  if (/rabbit/i.test(type)) return rabbitmq(c, kind);
  if (/mqtt/i.test(type)) return mqtt(c, kind);
  return /nats/i.test(type) ? nats(c, kind) : [];
}

function rabbitmq(c: Connector, kind: ConnectorKind): Fact[] {
  const { values } = c;
  const vhost = values.text('rabbitmq.virtual.host', 'camel.component.spring-rabbitmq.virtualHost');
  const broker = farBroker(c, 'rabbitmq', 'amqp', ['rabbitmq.uri', 'rabbitmq.url', 'rabbitmq.host', 'connect.rabbitmq.host',
    'camel.kamelet.rabbitmq-source.addresses', 'camel.kamelet.spring-rabbitmq-source.host',
    'camel.kamelet.spring-rabbitmq-sink.host'], ['rabbitmq.port', 'connect.rabbitmq.port',
    'camel.kamelet.spring-rabbitmq-source.port', 'camel.kamelet.spring-rabbitmq-sink.port'], vhost);
  const facts: Fact[] = broker === undefined ? [] : [broker];
  if (kind === 'source') {
    const queues = ['rabbitmq.queue', 'camel.kamelet.rabbitmq-source.queue', 'camel.kamelet.spring-rabbitmq-source.queues',
      'camel.source.endpoint.queues'].flatMap((key) => values.list(key)).concat(statedAt(c, kind));
    const settings = defined<ConsumeSettings>({
      ack: c.type && { value: 'manual' as const, at: c.type.at },
      prefetch: number(values.text('rabbitmq.prefetch.count')),
    });
    const note = 'The connector acknowledges a message when Kafka has stored it.';
    return [...facts, ...queues.map((queue) => far(c, 'consume', queue, 'rabbitmq', 'queue', broker, settings, note))];
  }
  const exchange = values.text('rabbitmq.exchange', 'camel.kamelet.spring-rabbitmq-sink.exchangeName', 'camel.sink.path.exchangeName');
  const key = values.text('rabbitmq.routing.key', 'rabbitmq.queue', 'camel.kamelet.spring-rabbitmq-sink.routingKey');
  const mode = values.text('rabbitmq.delivery.mode');
  const settings = defined<PublishSettings>({
    routingKey: exchange === undefined ? undefined : key,
    persistent: mode && { value: /^(persistent|2)$/i.test(mode.value), at: mode.at },
  });
  // Without an exchange the default one takes the message to the queue that the routing key names.
  const target = exchange ?? key;
  const stated = statedAt(c, kind).map((one) => far(c, 'publish', one, 'rabbitmq', 'exchange', broker, settings));
  if (target === undefined) return [...facts, ...stated];
  return [...facts, far(c, 'publish', target, 'rabbitmq', exchange === undefined ? 'queue' : 'exchange', broker, settings)];
}

function mqtt(c: Connector, kind: ConnectorKind): Fact[] {
  const { values } = c;
  const broker = farBroker(c, 'mqtt', 'mqtt', ['mqtt.server.uri', 'mqtt.server_uris', 'mqtt.broker', 'connect.mqtt.hosts',
    ...camelKeys('mqtt', kind, 'brokerUrl'), 'camel.component.paho.brokerUrl', 'camel.component.paho-mqtt5.brokerUrl',
    `camel.${kind}.endpoint.brokerUrl`]);
  const facts: Fact[] = broker === undefined ? [] : [broker];
  const settings = defined<ConsumeSettings & PublishSettings>({
    qos: number(values.text('mqtt.qos', 'connect.mqtt.service.quality')),
    cleanStart: boolean(values.text('mqtt.clean.session.enabled', 'mqtt.clean_session', 'mqtt.cleanSession', 'connect.mqtt.clean')),
    clientId: values.text('mqtt.client.id', 'mqtt.client_id', 'mqtt.clientID', 'connect.mqtt.client.id'),
    retain: kind === 'sink' ? boolean(values.text('mqtt.retained.enabled')) : undefined,
  });
  const said = ['mqtt.topics', 'mqtt.topic', ...camelKeys('mqtt', kind, 'topic'), `camel.${kind}.path.topic`]
    .flatMap((key) => values.list(key));
  const statements = statedAt(c, kind);
  if (kind === 'source') {
    return [...facts, ...[...said, ...statements].map((t) => far(c, 'consume', t, 'mqtt', undefined, broker, settings))];
  }
  const targets = [...said, ...statements];
  // Confluent's sink publishes to the MQTT topic that is named as the Kafka topic.
  return [...facts, ...(targets.length > 0 ? targets : sameNames(c))
    .map((t) => far(c, 'publish', t, 'mqtt', undefined, broker, settings))];
}

function nats(c: Connector, kind: ConnectorKind): Fact[] {
  const { values } = c;
  const broker = farBroker(c, 'nats', 'nats', ['nats.url', 'nats.urls', 'nats.servers', 'nats.server', ...camelKeys('nats', kind, 'servers'),
    `camel.${kind}.endpoint.servers`, 'camel.component.nats.servers']);
  const subjects = ['nats.subject', 'nats.subjects', ...camelKeys('nats', kind, 'topic'), `camel.${kind}.path.topic`]
    .flatMap((key) => values.list(key));
  const group = values.text('nats.queue.group', 'nats.queue');
  const settings = kind === 'source' && group !== undefined ? { queueGroup: group } : {};
  return [...(broker === undefined ? [] : [broker]),
    ...subjects.map((s) => far(c, kind === 'source' ? 'consume' : 'publish', s, 'nats', undefined, broker, settings))];
}

/** The far ends that statements of the stream reactor name. */
function statedAt(c: Connector, kind: ConnectorKind): Sourced<string>[] {
  return kcqlTopics(c.values).map((k) => (kind === 'source' ? k.from : k.to)).filter((one) => isPlain(one.value));
}

/** `camel.kamelet.mqtt-source.brokerUrl`, also of the newer `mqtt5-source`. */
function camelKeys(system: string, kind: ConnectorKind, option: string): readonly string[] {
  return ['', '5'].map((version) => `camel.kamelet.${system}${version}-${kind}.${option}`);
}

function sameNames(c: Connector): readonly Sourced<string>[] {
  const topics = topicsOf(c).filter((ref) => ref.match === undefined)
    .map(({ name }) => ({ text: name.value, at: name.at }));
  return routed(c.values, topics).topics.filter((t) => isPlain(t.text)).map((t) => ({ value: t.text, at: t.at }));
}

/** One edge at the far end; its client is the connector's library, which no file names. */
function far(
  c: Connector, kind: 'publish' | 'consume', name: Sourced<string>, protocol: Protocol, space: ChannelSpace | undefined,
  broker: BrokerFact | undefined, settings: ConsumeSettings & PublishSettings, note?: string,
): ConsumeFact | PublishFact {
  const channel = defined({ name, protocol, space, broker: broker?.name.value });
  return defined({ kind, dialect: c.dialect, extent: c.extent, service: c.name, channel, protocol, settings, note });
}

/** The broker at the far end, by the first of the keys that gives its address. */
function farBroker(
  c: Connector, protocol: Protocol, scheme: string, keys: readonly string[], portKeys: readonly string[] = [], vhost?: Sourced<string>,
): BrokerFact | undefined {
  const said = c.values.text(...keys);
  if (said === undefined) return undefined;
  const port = c.values.text(...portKeys)?.value;
  const shown = said.value.split(',').map((one) => {
    const { shown: plain, scheme: own } = parseBrokerUrl(one.trim());
    const withPort = port === undefined || /:\d+(\/|$)/.test(plain) ? plain : `${plain}:${port}`;
    return own === '' ? `${scheme}://${withPort}` : withPort;
  }).join(',');
  const { host, scheme: own } = parseBrokerUrl(shown.split(',')[0] ?? '');
  const extent: SourceRange = c.values.all.find((one) => one.at.start === said.at.start)?.extent ?? said.at;
  return defined<BrokerFact>({
    kind: 'broker', dialect: c.dialect, extent, name: { value: host, at: said.at }, protocol: { value: protocol, at: said.at },
    url: { value: shown, at: said.at }, vhost,
    tls: /^(ssl|tls|mqtts|amqps|wss)$/.test(own) ? { value: true, at: said.at } : undefined,
    inferred: 'The file knows the broker by its address.',
  });
}

function number(said: Sourced<string> | undefined): Sourced<number> | undefined {
  return said === undefined ? undefined : whole(said);
}

function boolean(said: Sourced<string> | undefined): Sourced<boolean> | undefined {
  return said === undefined ? undefined : yesNo(said);
}
