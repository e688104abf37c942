import type { Channel, Consume, Publish } from '../model/model';
import type {
  ChannelSettings, ConsumeSettings, Protocol, PublishSettings, Setting, StreamSettings,
} from '../model/settings';
import { clientOf, labelOf, storesAfterWork, type ClientId, type ClientInfo } from './clients';
import { effectiveBroker } from './effectiveBroker';
import { defaultOf, weakestDefault, type Defaults, type Weakness } from './history';
import * as kafka from './kafkaDefaults';
import * as mqtt from './mqttDefaults';
import * as nats from './natsDefaults';
import * as rabbit from './rabbitmqDefaults';
import { ownDefaults, withDeclared, type Effective, type Mutable } from './settled';
import { compareVersions } from './version';

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

const confluentConsumer = 'https://github.com/confluentinc/confluent-kafka-javascript/blob/master/lib/kafkajs/_consumer.js';

/** What a consume really does. */
export function effectiveConsume(consume: Consume): EffectiveConsume {
  const defaults = clientDefaults(consume, consumeSides);
  const result: Mutable<EffectiveConsume> = withDeclared(
    consume.protocol === 'nats' ? { ...serverConsumeDefaults(consume), ...defaults } : defaults, consume.settings);
  if (consume.protocol === 'mqtt' && consume.settings.qos === undefined && consume.channel?.settings.qos !== undefined) {
    result.qos = { from: 'declared', ...consume.channel.settings.qos };
  }
  // The first of the waiting times that the server keeps for a consumer stands in the place of its ackWait.
  const client = edgeClient(consume);
  const { delay } = consume.settings.onFailure ?? {};
  if (delay !== undefined && client?.id === 'nack') result.ackWait = { from: 'declared', ...delay };
  if (consume.settings.autoOffsetStore === undefined && client !== undefined && storesAfterWork(client)) {
    result.autoOffsetStore = { from: 'default', value: false, of: 'Confluent JavaScript client', source: confluentConsumer };
  }
  // A share consumer has no offsets of its own: ShareConsumerConfig refuses these settings, and the group decides.
  if (consume.settings.shareGroup?.value === true) {
    for (const key of ['autoCommit', 'autoOffsetStore', 'offsetReset', 'isolation'] as const) if (!consume.settings[key]) delete result[key];
  }
  // A consumer of a work queue that is there has explicit acks, whatever its client sends by itself; NACK's is never made.
  if (consume.settings.ackPolicy === undefined && client?.id !== 'nack' && workQueueOf(consume) !== undefined) {
    result.ackPolicy = { from: 'default', value: 'explicit', of: 'a consumer of a work queue', source: nats.workQueueAcks };
  }
  // NATS core has no consumers on the server, and so no ack policy.
  if (consume.protocol === 'nats' && !isJetStream(consume)) {
    for (const key of ['ackPolicy', 'ackWait', 'maxDeliver', 'maxAckPending'] as const) if (!consume.settings[key]) delete result[key];
  }
  return result;
}

/** What the NATS server fills in, whatever the client. */
function serverConsumeDefaults({ channel }: Consume): Record<string, Setting<unknown>> {
  return ownDefaults(nats.natsServerConsumeDefaults, 'NATS server', channel?.broker?.version?.value ?? natsVersion);
}

/** What is taken for a NATS server that no file gives a version: its older defaults are years gone. */
const natsVersion = '2.10';

/**
 * A channel's settings: its own, then what its cluster is configured to give to topics, then the defaults of
 * the broker's software (or of the managed service).
 */
export function effectiveChannel(channel: Channel): EffectiveChannel {
  const result: Mutable<EffectiveChannel> = withDeclared(withInherited(channelDefaults(channel), channel), channel.settings);
  const { queue, overflow } = channel.settings;
  // A quorum queue writes into its server's log that it does not know this one, and goes on with its default (rabbit_quorum_queue:overflow).
  if (queue?.value === 'quorum' && overflow?.value === 'reject-publish-dlx') {
    result.overflow = { from: 'declared', value: 'drop-head', at: overflow.at };
  }
  return result;
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
  const result: Mutable<EffectiveStream> = withDeclared(
    ownDefaults(nats.natsStreamDefaults, 'NATS server', channel.broker?.version?.value), stream);
  // What has expired is not recognised either (checkStreamCfg).
  const age = stream.maxAge?.value ?? 0;
  if (result.duplicateWindow?.from === 'default' && age > 0 && age < result.duplicateWindow.value) {
    result.duplicateWindow = { ...result.duplicateWindow, value: age, of: 'a stream with a shorter maxAge' };
  }
  return result;
}

/** True if the consume reads a JetStream stream: the channel has one, or it says what only JetStream knows. */
export function isJetStream(consume: Consume): boolean {
  const { settings, channel } = consume;
  return channel?.settings.stream !== undefined
    || channel?.routesOut.some((r) => r.kind === 'match' && r.to.settings.stream !== undefined) === true
    || settings.ackPolicy !== undefined || settings.durable !== undefined || settings.ackWait !== undefined
    || settings.maxDeliver !== undefined;
}

/** The stream with workqueue retention that the consume reads, if it does: there the server takes no consumer without explicit acks. */
export function workQueueOf({ protocol, channel }: Consume): Channel | undefined {
  if (protocol !== 'nats' || channel === undefined) return undefined;
  const streams = [channel, ...channel.routesOut.filter((r) => r.kind === 'match').map((r) => r.to)];
  return streams.find((c) => c.settings.stream?.retention?.value === 'workqueue');
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
  if (maxInFlight === undefined && (idempotence?.value === true || transactionalId !== undefined) && isDefault(result.maxInFlight, (n) => n > 5)) {
    result.maxInFlight = { from: 'default', value: 5, of: 'a producer with enable.idempotence=true', source };
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
    const own = ownDefaults(kafka.kafkaBrokerDefaults, 'Kafka broker', version ?? '3.0');
    const managed = kafka.managedKafka(channel.broker?.managed?.value, channel.broker?.zones?.value);
    return managed === undefined ? own : { ...own, ...ownDefaults(managed.defaults, managed.label, undefined) };
  }
  return channel.protocol === 'rabbitmq' && channel.space === 'queue' ? queueDefaults(channel, version) : {};
}

function queueDefaults(channel: Channel, version: string | undefined): Record<string, Setting<unknown>> {
  const own = { ...ownDefaults(rabbit.rabbitBrokerDefaults, 'RabbitMQ', version) };
  const isQuorum = channel.settings.queue?.value === 'quorum';
  const { consumerTimeout } = effectiveBroker(channel.broker, 'rabbitmq');
  if (consumerTimeout !== undefined && (isQuorum || version === undefined || compareVersions(version, rabbit.rabbitRaftOnly) < 0)) {
    own.consumerTimeout = consumerTimeout.from === 'declared' && channel.broker !== undefined
      ? { ...consumerTimeout, inherited: channel.broker.name } : consumerTimeout;
  }
  if (!isQuorum) return own;
  const replicas = defaultOf(rabbit.quorumReplicas, 'RabbitMQ', version, undefined);
  const nodes = channel.broker?.nodes?.value ?? 3;
  own.replicas = replicas.from === 'default' && nodes < 3 ? { ...replicas, value: nodes, of: 'a cluster of fewer than 3 nodes' } : replicas;
  if (version !== undefined && Number.parseFloat(version) < 4) return own;
  const limit = defaultOf(rabbit.quorumDeliveryLimit, 'RabbitMQ', version, undefined);
  own.deliveryLimit = version === undefined ? { ...limit, assumed: true } as Setting<number> : limit;
  return own;
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
