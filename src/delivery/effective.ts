import type { Channel, Consume, Publish } from '../model/model';
import type {
  ChannelSettings, ConsumeSettings, Protocol, PublishSettings, Setting, StreamSettings,
} from '../model/settings';
import type { Sourced } from '../text/range';
import { clientOf, labelOf, type ClientId, type ClientInfo } from './clients';
import { defaultOf, weakestDefault, type Defaults, type Weakness } from './history';
import * as kafka from './kafkaDefaults';
import * as mqtt from './mqttDefaults';
import * as nats from './natsDefaults';
import * as rabbit from './rabbitmqDefaults';

type ValueOf<S> = NonNullable<S> extends Sourced<infer V> ? V : never;
type Effective<S> = { readonly [K in keyof S as ValueOf<S[K]> extends never ? never : K]?: Setting<ValueOf<S[K]>> };

/**
 * Settings as they work: declared ones with their place, and the defaults of the client or broker
 * for those of the protocol that are not declared. A key that the protocol does not have is absent.
 */
export type EffectivePublish = Effective<PublishSettings>;
export type EffectiveConsume = Effective<ConsumeSettings>;
export type EffectiveChannel = Effective<ChannelSettings>;
export type EffectiveStream = Effective<StreamSettings>;

type Table<S> = Partial<Record<ClientId, Defaults<S>>>;

interface Side {
  readonly defaults: Table<Record<string, unknown>>;
  readonly weakness: Weakness<Record<string, unknown>>;
}

const publishSides: Record<Protocol, Side | undefined> = {
  kafka: { defaults: kafka.kafkaPublishDefaults, weakness: kafka.kafkaPublishWeakness as Side['weakness'] },
  rabbitmq: { defaults: rabbit.rabbitPublishDefaults, weakness: rabbit.rabbitPublishWeakness as Side['weakness'] },
  mqtt: { defaults: mqtt.mqttPublishDefaults, weakness: mqtt.mqttPublishWeakness as Side['weakness'] },
  // Whether a program awaits JetStream's acknowledgement is its own code's choice: there is no default.
  nats: undefined,
};

const consumeSides: Record<Protocol, Side | undefined> = {
  kafka: { defaults: kafka.kafkaConsumeDefaults, weakness: kafka.kafkaConsumeWeakness as Side['weakness'] },
  rabbitmq: { defaults: rabbit.rabbitConsumeDefaults, weakness: rabbit.rabbitConsumeWeakness as Side['weakness'] },
  mqtt: { defaults: mqtt.mqttConsumeDefaults, weakness: mqtt.mqttConsumeWeakness as Side['weakness'] },
  nats: { defaults: nats.natsConsumeDefaults, weakness: nats.natsConsumeWeakness as Side['weakness'] },
};

/** What a publish really does: every setting of its protocol, with where it comes from. */
export function effectivePublish(publish: Publish): EffectivePublish {
  const result: Mutable<EffectivePublish> = withDeclared(clientDefaults(publish, publishSides), publish.settings);
  if (publish.protocol === 'mqtt' && publish.settings.qos === undefined && publish.channel?.settings.qos !== undefined) {
    result.qos = { from: 'declared', ...publish.channel.settings.qos };
  }
  if (publish.protocol === 'kafka') settleIdempotence(publish, result);
  return result;
}

/** What a consume really does. */
export function effectiveConsume(consume: Consume): EffectiveConsume {
  const result: Mutable<EffectiveConsume> = withDeclared(clientDefaults(consume, consumeSides), consume.settings);
  if (consume.protocol === 'mqtt' && consume.settings.qos === undefined && consume.channel?.settings.qos !== undefined) {
    result.qos = { from: 'declared', ...consume.channel.settings.qos };
  }
  // NATS core has no consumers on the server, and so no ack policy.
  if (consume.protocol === 'nats' && !isJetStream(consume)) {
    for (const key of ['ackPolicy', 'ackWait', 'maxDeliver'] as const) if (!consume.settings[key]) delete result[key];
  }
  return result;
}

/**
 * A channel's settings: its own, then what its cluster is configured to give to topics, then the defaults of
 * the broker's software (or of the managed service).
 */
export function effectiveChannel(channel: Channel): EffectiveChannel {
  return withDeclared(withInherited(channelDefaults(channel), channel), channel.settings);
}

/** What is declared at the channel's broker holds for the channel, at the place where the broker says it. */
function withInherited(defaults: Record<string, Setting<unknown>>, channel: Channel): Record<string, Setting<unknown>> {
  const { broker } = channel;
  if (broker?.topicDefaults === undefined) return defaults;
  const result: Record<string, Setting<unknown>> = withDeclared(defaults, broker.topicDefaults);
  for (const key in broker.topicDefaults) {
    const setting = result[key];
    if (setting?.from === 'declared') result[key] = { ...setting, inherited: broker.name };
  }
  return result;
}

/** A JetStream stream's settings; undefined where the channel has no stream. */
export function effectiveStream(channel: Channel): EffectiveStream | undefined {
  const stream = channel.settings.stream;
  if (stream === undefined) return undefined;
  const defaults = ownDefaults(nats.natsStreamDefaults as Defaults<Record<string, unknown>>, 'NATS server', channel.broker?.version?.value, {});
  return withDeclared(defaults, stream);
}

/** True if the consume reads a JetStream stream: the channel has one, or it says what only JetStream knows. */
export function isJetStream(consume: Consume): boolean {
  const { settings, channel } = consume;
  return channel?.settings.stream !== undefined
    || channel?.routesOut.some((r) => r.kind === 'match' && r.to.settings.stream !== undefined) === true
    || settings.ackPolicy !== undefined || settings.durable !== undefined || settings.ackWait !== undefined
    || settings.maxDeliver !== undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Defaults with the declared settings over them. Blocks of settings (`onFailure`, `stream`) are none themselves. */
function withDeclared(defaults: Record<string, Setting<unknown>>, settings: object): Record<string, never> {
  // Key by key: objects made by spreading would each get a hidden class of their own, which is slow to read.
  const result: Record<string, Setting<unknown>> = {};
  for (const key in defaults) result[key] = defaults[key]!;
  const declared = settings as Readonly<Record<string, Partial<Sourced<unknown>> | undefined>>;
  for (const key in declared) {
    const { value, at } = declared[key] ?? {};
    if (value !== undefined && at !== undefined) result[key] = { from: 'declared', value, at };
  }
  const { open } = settings as { readonly open?: readonly string[] };
  if (open !== undefined) for (const key of open) if (result[key]?.from !== 'declared') result[key] = { from: 'unknown' };
  return result as Record<string, never>;
}

function clientDefaults(edge: Publish | Consume, sides: typeof publishSides): Record<string, Setting<unknown>> {
  const side = edge.protocol && sides[edge.protocol];
  if (side === undefined) return {};
  const client = edgeClient(edge);
  if (client !== undefined) {
    const own = side.defaults[client.id];
    return own === undefined ? {} : ownDefaults(own, client.label, client.version, side.weakness);
  }
  return assumedDefaults(side);
}

function ownDefaults(
  own: Defaults<Record<string, unknown>>, label: string, version: string | undefined, weakness: Weakness<Record<string, unknown>>,
): Record<string, Setting<unknown>> {
  // The same few clients come back on every edge, and a linter asks for each edge many times.
  let known = ownCache.get(own);
  if (known === undefined) ownCache.set(own, (known = new Map()));
  const id = `${label} ${version ?? ''}`;
  let result = known.get(id);
  if (result === undefined) {
    result = {};
    for (const [key, history] of Object.entries(own)) result[key] = defaultOf(history, label, version, weakness[key]);
    if (known.size > maxVersions) known.clear();
    known.set(id, result);
  }
  return result;
}

const ownCache = new WeakMap<object, Map<string, Record<string, Setting<unknown>>>>();

/** Half-typed versions come by in an editor; the cache must not grow with them. */
const maxVersions = 100;

const assumed = new WeakMap<Side, Record<string, Setting<unknown>>>();

function assumedDefaults(side: Side): Record<string, Setting<unknown>> {
  let result = assumed.get(side);
  if (result === undefined) {
    const clients = Object.entries(side.defaults) as [ClientId, Defaults<Record<string, unknown>>][];
    result = {};
    // Settings whose values cannot be told weaker or stronger (a time, a number) are not assumed at all.
    for (const [key, order] of Object.entries(side.weakness)) {
      result[key] = weakestDefault(clients.map(([id, own]) => ({ label: labelOf(id), history: own[key] })), order);
    }
    assumed.set(side, result);
  }
  return result;
}

/**
 * Idempotence and acks depend on each other. Asking for idempotence (or transactions) makes `acks`
 * default to all; and where idempotence is only a default, acks other than all, no retries or more
 * than 5 requests in flight switch it off without a word (ProducerConfig.postProcessAndValidate).
 */
function settleIdempotence(publish: Publish, result: Mutable<EffectivePublish>): void {
  const { acks, idempotence, transactionalId, retries, maxInFlight } = publish.settings;
  const source = 'https://kafka.apache.org/documentation/#producerconfigs_enable.idempotence';
  if (acks === undefined && (idempotence?.value === true || transactionalId !== undefined)) {
    const of = idempotence?.value === true ? 'a producer with enable.idempotence=true' : 'a producer with a transactional.id';
    result.acks = { from: 'default', value: 'all', of, source };
  }
  if (idempotence !== undefined) return;
  if (transactionalId !== undefined) {
    result.idempotence = { from: 'default', value: true, of: 'a producer with a transactional.id', source };
  } else if (acks !== undefined && acks.value !== 'all') {
    result.idempotence = { from: 'default', value: false, of: `a producer with acks=${acks.value}`, source };
  } else if (retries?.value === 0) {
    result.idempotence = { from: 'default', value: false, of: 'a producer with retries=0', source };
  } else if ((maxInFlight?.value ?? 0) > 5) {
    result.idempotence = { from: 'default', value: false, of: 'a producer with more than 5 requests in flight', source };
  } else if (acks === undefined && isDefault(result.acks, (value) => value !== 'all') && isDefault(result.idempotence, Boolean)) {
    // A wrapper whose own default of acks is weaker than the client's.
    result.idempotence = { from: 'default', value: false, of: 'a producer with acks other than all', source };
  }
}

function isDefault<T>(setting: Setting<T> | undefined, test: (value: T) => boolean): boolean {
  return setting?.from === 'default' && test(setting.value);
}

function channelDefaults(channel: Channel): Record<string, Setting<unknown>> {
  const version = channel.broker?.version?.value;
  if (channel.protocol === 'kafka') {
    const managed = managedOf(channel);
    const own = ownDefaults(kafka.kafkaBrokerDefaults as Defaults<Record<string, unknown>>, 'Kafka broker', version ?? '3.0', {});
    if (managed === undefined) return own;
    return { ...own, ...ownDefaults(managed.defaults as Defaults<Record<string, unknown>>, managed.label, undefined, {}) };
  }
  if (channel.protocol === 'rabbitmq' && channel.space === 'queue') {
    const own = ownDefaults(rabbit.rabbitBrokerDefaults as Defaults<Record<string, unknown>>, 'RabbitMQ', version, {});
    if (channel.settings.queue?.value !== 'quorum' || (version !== undefined && Number.parseFloat(version) < 4)) return own;
    const limit = defaultOf(rabbit.quorumDeliveryLimit, 'RabbitMQ', version, undefined);
    return { ...own, deliveryLimit: version === undefined ? { ...limit, assumed: true } as Setting<number> : limit };
  }
  return {};
}

function managedOf(channel: Channel): (typeof kafka.managedKafkaDefaults)[string] | undefined {
  const name = channel.broker?.managed?.value;
  return name !== undefined && Object.hasOwn(kafka.managedKafkaDefaults, name) ? kafka.managedKafkaDefaults[name] : undefined;
}

/**
 * The client of an edge: its own where it names one, else its service's. A service may speak two
 * protocols; its client then says nothing of the other one.
 */
export function edgeClient(edge: Publish | Consume): ClientInfo | undefined {
  const own = edge.facts.find((fact) => fact.client !== undefined);
  const client = clientOf(own ?? edge.service);
  return client !== undefined && client.protocol === edge.protocol ? client : undefined;
}
