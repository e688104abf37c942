import { valueWords } from '../model/settingWords';
import type { Broker, Channel, Consume, Publish, Route, Service } from '../model/model';
import type { Protocol } from '../model/settings';
import type { DrawFact } from './types';

/** The words of a drawing: second lines, edge labels and the facts of the details pane. */

const protocolNames: Readonly<Record<Protocol, string>> = {
  kafka: 'Kafka',
  rabbitmq: 'RabbitMQ',
  mqtt: 'MQTT',
  nats: 'NATS',
};

/** In the order of chips and legends. */
export const protocols: readonly Protocol[] = ['kafka', 'rabbitmq', 'mqtt', 'nats'];

/** A protocol as people write it: `RabbitMQ`. */
export function protocolName(protocol: Protocol): string {
  return protocolNames[protocol];
}

const join = (parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(' · ');

const given = <T>(
  setting: { readonly value: T } | undefined,
  show: (value: T) => string,
): string | undefined => (setting === undefined ? undefined : show(setting.value));

/** `Kafka 4.1 · production`, `RabbitMQ 4.1 · vhost /shop`. */
export function brokerDetail(broker: Broker): string {
  const name = broker.protocol === undefined ? '' : protocolName(broker.protocol);
  return join([
    `${name} ${broker.version?.value ?? ''}`.trim(),
    broker.managed?.value,
    given(broker.vhost, (vhost) => `vhost ${vhost}`),
    broker.environment?.value,
  ]);
}

/** `12 part. · RF 3 · OrderPlaced@2`, `topic exchange`, `quorum · limit 20`, `QoS 1`. */
export function channelDetail(channel: Channel): string {
  const s = channel.settings;
  const schema = channel.schema?.written.value;
  if (channel.kind === 'exchange') return join([`${s.exchange?.value ?? ''} exchange`.trim(), schema]);
  const parts = [
    given(s.queue, (queue) => queue),
    given(s.stream?.name, (name) => `stream ${name}`) ?? (s.stream && 'stream'),
    given(s.partitions, (n) => `${n} part.`),
    given(s.replicas, (n) => `RF ${n}`),
    given(s.stream?.storage, (storage) => storage),
    given(s.stream?.replicas, (n) => `R${n}`),
    given(s.deliveryLimit, (n) => `limit ${n}`),
    given(s.qos, (qos) => `QoS ${qos}`),
    s.retain?.value === true ? 'retained' : undefined,
    schema,
  ];
  const text = join(parts);
  if (channel.declarations.length === 0) return join(['not declared', text]);
  return text || (channel.kind === 'channel' ? '' : channel.kind);
}

/** `team-shop · kafka-java 3.9`. */
export function serviceDetail(service: Service): string {
  return join([service.owner?.value, service.client?.value.replace('@', ' ')]);
}

/** What decides delivery on the sending side, in the protocol's own words; empty if nothing is said. */
export function publishLabel(publish: Publish): string {
  const s = publish.settings;
  const parts = [
    given(s.acks, (acks) => `acks=${acks}`),
    s.transactionalId === undefined ? undefined : 'transaction',
    given(s.routingKey, (key) => key),
    given(s.confirms, (on) => (on ? 'confirms' : 'no confirms')),
    given(s.qos, (qos) => `QoS ${qos}`),
    s.retain?.value === true ? 'retained' : undefined,
    given(s.waitForAck, (on) => (on ? 'waits for ack' : 'no ack')),
  ];
  return join(parts) || (s.guarantee?.value ?? '');
}

/** Who reads and how it acknowledges: `group billing`, `ack manual`, `QoS 1`, `durable scorer`. */
export function consumeLabel(consume: Consume): string {
  const s = consume.settings;
  const parts = [
    given(s.group, (group) => `group ${group}`),
    given(s.ack, (ack) => `ack ${ack}`),
    given(s.qos, (qos) => `QoS ${qos}`),
    given(s.durable, (it) => (typeof it === 'string' ? `durable ${it}` : it ? 'durable' : 'not durable')),
    given(s.queueGroup, (group) => `queue group ${group}`),
    // Explicit acks are what a consumer is expected to have; the others are worth the room.
    given(s.ackPolicy, (policy) => (policy === 'explicit' ? '' : `ack ${policy}`)),
  ];
  return join(parts) || (s.guarantee?.value ?? '');
}

/** The binding key; other routes say what they are, a dead letter is told by its line. */
export function routeLabel(route: Route): string {
  const key = route.key?.value;
  if (route.kind === 'binding') return key ?? '';
  if (route.kind === 'dead-letter') return key ?? '';
  if (route.fact.qos !== undefined) return `${route.kind} QoS ${route.fact.qos.value}`;
  return key === undefined || key === '' ? route.kind : `${route.kind} ${key}`;
}

/** Every setting that a file declares, by its own name. Durations and sizes stay as the model keeps them. */
export function settingFacts(settings: object): DrawFact[] {
  const facts: DrawFact[] = [];
  const add = (name: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('value' in value && 'at' in value) {
      const known = value.value;
      if (['string', 'number', 'boolean'].includes(typeof known))
        facts.push({ name, value: valueWords(name, known) });
      return;
    }
    for (const [key, inner] of Object.entries(value)) {
      if (key !== 'at') add(`${name}.${key}`, inner);
    }
  };
  for (const [name, value] of Object.entries(settings)) add(name, value);
  return facts.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
