import type { Sourced } from '../../text/range';
import type { BrokerFact, ChannelSpace, Fact } from '../../model/facts';
import type { ConsumeSettings, Protocol, PublishSettings } from '../../model/settings';
import { defined } from '../shared/defined';
import { whole, yesNo } from '../shared/kafkaClient';
import { parseBrokerUrl } from '../shared/url';
import {
  mqttKeys, mqttSettings, natsKeys, rabbitmqKeys, routingKeys, type BridgeKeys,
} from './bridgeKeys';
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
  const end = new FarEnd(c, kind, 'rabbitmq', rabbitmqKeys(kind));
  if (kind === 'source') {
    const settings = defined<ConsumeSettings>({
      ack: c.type && { value: 'manual' as const, at: c.type.at },
      prefetch: end.number('rabbitmq.prefetch.count'),
    });
    const note = 'The connector acknowledges a message when Kafka has stored it.';
    return end.edges([...end.channels(), ...end.stated()], settings, 'queue', note);
  }
  const [exchange] = [...end.channels(), ...end.stated()];
  const key = c.values.text(...routingKeys);
  const mode = c.values.text('rabbitmq.delivery.mode');
  const settings = defined<PublishSettings>({
    routingKey: exchange === undefined ? undefined : key,
    persistent: mode && { value: /^(persistent|2)$/i.test(mode.value), at: mode.at },
  });
  if (exchange !== undefined) return end.edges([...end.channels(), ...end.stated()], settings, 'exchange');
  // Without an exchange the default one takes the message to the queue that the routing key names.
  return end.edges(key === undefined ? [] : [key], settings, 'queue');
}

function mqtt(c: Connector, kind: ConnectorKind): Fact[] {
  const end = new FarEnd(c, kind, 'mqtt', mqttKeys(kind));
  const settings = defined<ConsumeSettings & PublishSettings>({
    qos: end.number(...mqttSettings.qos), cleanStart: end.boolean(...mqttSettings.cleanStart),
    clientId: c.values.text(...mqttSettings.clientId),
    retain: kind === 'sink' ? end.boolean(...mqttSettings.retain) : undefined,
  });
  const topics = [...end.channels(), ...end.stated()];
  // Confluent's sink publishes to the MQTT topic that is named as the Kafka topic.
  return end.edges(kind === 'sink' && topics.length === 0 ? sameNames(c) : topics, settings);
}

function nats(c: Connector, kind: ConnectorKind): Fact[] {
  const end = new FarEnd(c, kind, 'nats', natsKeys(kind));
  const group = kind === 'source' ? c.values.text('nats.queue.group', 'nats.queue') : undefined;
  return end.edges(end.channels(), defined<ConsumeSettings>({ queueGroup: group }));
}

/** The topics of a sink that keep their names behind its transforms, where the names are known. */
function sameNames(c: Connector): readonly Sourced<string>[] {
  const topics = topicsOf(c).filter((ref) => ref.match === undefined)
    .map(({ name }) => ({ text: name.value, at: name.at }));
  return routed(c.values, topics).topics.filter((topic) => isPlain(topic.text))
    .map(({ text, at }) => ({ value: text, at }));
}

/** The end of a connector that is not Kafka. */
class FarEnd {
  private readonly broker: BrokerFact | undefined;

  constructor(
    private readonly c: Connector,
    private readonly kind: ConnectorKind,
    private readonly protocol: Protocol,
    private readonly keys: BridgeKeys,
  ) {
    this.broker = this.brokerByAddress();
  }

  /** The names that keys give. */
  channels(): readonly Sourced<string>[] {
    return this.keys.channels.flatMap((key) => this.c.values.list(key));
  }

  /** The names that statements of the stream reactor give. */
  stated(): readonly Sourced<string>[] {
    return kcqlTopics(this.c.values).map((k) => (this.kind === 'source' ? k.from : k.to))
      .filter((one) => isPlain(one.value));
  }

  number(...keys: readonly string[]): Sourced<number> | undefined {
    const said = this.c.values.text(...keys);
    return said === undefined ? undefined : whole(said);
  }

  boolean(...keys: readonly string[]): Sourced<boolean> | undefined {
    const said = this.c.values.text(...keys);
    return said === undefined ? undefined : yesNo(said);
  }

  /** The broker, and an edge to each name. The client is the connector's library, which no file names. */
  edges(
    names: readonly Sourced<string>[], settings: ConsumeSettings & PublishSettings, space?: ChannelSpace,
    note?: string,
  ): Fact[] {
    const { c, protocol, broker } = this;
    const kind = this.kind === 'source' ? 'consume' as const : 'publish' as const;
    const edges = names.map((name) => defined<Fact>({
      kind, dialect: c.dialect, extent: c.extent, service: c.name, protocol, settings, note,
      channel: defined({ name, protocol, space, broker: broker?.name.value }),
    }));
    return broker === undefined ? edges : [broker, ...edges];
  }

  /** Confluent's connectors name it as Kafka's clients do. */
  private tls(): Sourced<boolean> | undefined {
    const said = this.c.values.text(`${this.protocol}.security.protocol`);
    return said && { value: said.value.toUpperCase() === 'SSL', at: said.at };
  }

  private brokerByAddress(): BrokerFact | undefined {
    const { c, keys, protocol } = this;
    const said = c.values.text(...keys.address);
    if (said === undefined) return undefined;
    const { at } = said;
    const port = c.values.text(...(keys.port ?? []))?.value;
    const urls = said.value.split(',').map((one) => {
      const { shown } = parseBrokerUrl(one.trim());
      return port === undefined || /:\d+(\/|$)/.test(shown) ? shown : `${shown}:${port}`;
    });
    const first = parseBrokerUrl(urls[0] ?? '');
    return defined<BrokerFact>({
      kind: 'broker', dialect: c.dialect,
      extent: c.values.all.find((one) => one.at.start === at.start)?.extent ?? at,
      name: { value: first.host, at }, protocol: { value: protocol, at }, url: { value: urls.join(','), at },
      vhost: c.values.text(...(keys.vhost ?? [])),
      tls: this.tls() ?? (/^(ssl|tls|mqtts|amqps|wss)$/.test(first.scheme) ? { value: true, at } : undefined),
      inferred: 'The file knows the broker by its address.',
    });
  }
}
