import { seeded } from './mutate';

type Fields = Record<string, unknown>;

/** Draws one of the values; `undefined` stands for a key that nobody writes. */
type Draw = <T>(...values: readonly T[]) => T;

export type RandomProtocol = 'kafka' | 'rabbitmq' | 'mqtt' | 'nats';
export const randomProtocols: readonly RandomProtocol[] = ['kafka', 'rabbitmq', 'mqtt', 'nats'];

/** The parts of a flow file with one way from `shop` to `billing`, each as a flow file has them. */
export interface RandomFlow {
  readonly protocol: RandomProtocol;
  readonly broker: Fields;
  readonly channel: Fields;
  readonly shop: Fields;
  readonly publish: Fields;
  readonly billing: Fields;
  readonly consume: Fields;
}

/** Flows with settings such as people write, and leave out. Equal seeds give equal flows. */
export function* randomFlows(seed: number, protocols: readonly RandomProtocol[] = randomProtocols): Generator<RandomFlow> {
  const random = seeded(seed);
  const draw: Draw = (...values) => values[Math.floor(random() * values.length)]!;
  for (;;) {
    const protocol = draw(...protocols);
    const common = {
      idempotentBy: draw(undefined, undefined, undefined, 'id'), processing: draw(undefined, 'sync', 'async'),
      onFailure: draw<unknown>(undefined, { retries: 3 }, { retries: 3, deadLetter: 'dead' }, { deadLetter: 'dead' }, { skip: true }),
      needs: draw<unknown>(undefined, undefined, undefined, { offline: '2d' }), guarantee: draw(undefined, 'at-most-once', 'at-least-once', 'exactly-once'),
    };
    yield { protocol, ...makers[protocol](draw, common) };
  }
}

const makers: Readonly<Record<RandomProtocol, (draw: Draw, common: Fields) => Omit<RandomFlow, 'protocol'>>> = {
  kafka: (draw, common) => ({
    broker: { protocol: 'kafka', version: draw(undefined, '2.8', '3.9', '4.1'), managed: draw(undefined, undefined, undefined, 'msk', 'confluent-cloud') },
    channel: {
      partitions: draw(undefined, 1, 6), replicas: draw(undefined, 1, 2, 3, 3), minInsyncReplicas: draw(undefined, 1, 2),
      uncleanLeaderElection: draw(undefined, undefined, true, false), retention: draw(undefined, '1d', '7d'),
    },
    shop: { client: draw(undefined, 'kafka-java@2.8', 'kafka-java@3.9', 'kafkajs@2.2', 'librdkafka@2.6', 'spring-kafka@3.2', 'sarama', 'franz-go') },
    publish: {
      acks: draw(undefined, '0', '1', 'all', 'all'), idempotence: draw(undefined, undefined, true, false), maxInFlight: draw(undefined, undefined, 1, 5),
      retries: draw(undefined, undefined, undefined, 0, 10), key: draw(undefined, 'id', 'id'), transactionalId: draw(undefined, undefined, undefined, 'shop-1'),
      awaitResult: draw(undefined, undefined, true, false), outbox: draw(undefined, undefined, undefined, true),
    },
    billing: { client: draw(undefined, 'kafka-java@3.9', 'kafkajs@2.2', 'librdkafka@2.6', 'spring-kafka@3.2', 'smallrye-kafka@4.0') },
    consume: {
      ...common, group: 'billing', autoCommit: draw(undefined, true, false), autoOffsetStore: draw(undefined, undefined, true, false),
      commit: draw(undefined, undefined, 'after-processing', 'before-processing'), isolation: draw(undefined, 'read_committed', 'read_uncommitted'),
      shareGroup: draw(undefined, undefined, undefined, undefined, true),
    },
  }),
  rabbitmq: (draw, common) => {
    const queue = draw('classic', 'quorum', 'quorum', 'stream');
    const own = draw(false, true);
    return {
      broker: { protocol: 'rabbitmq', version: draw(undefined, '3.13', '4.0', '4.3'), nodes: draw(undefined, undefined, 1, 3) },
      channel: {
        queue, durable: queue === 'classic' ? draw(undefined, true, false) : true, replicas: queue === 'classic' ? undefined : draw(undefined, 3, 5),
        ...queue === 'stream' ? {} : {
          maxLength: draw(undefined, undefined, 1000), overflow: draw(undefined, 'drop-head', 'reject-publish'), ttl: draw(undefined, undefined, '1h'),
          expires: draw(undefined, undefined, undefined, '1d'), singleActiveConsumer: draw(undefined, undefined, true), deadLetter: own ? 'dead' : undefined,
          deliveryLimit: queue === 'quorum' ? draw(undefined, undefined, 5) : undefined,
          deadLetterStrategy: own && queue === 'quorum' ? draw(undefined, 'at-most-once', 'at-least-once') : undefined,
          consumerTimeout: draw(undefined, undefined, '1m'),
        },
      },
      shop: { client: draw(undefined, 'amqplib@0.10', 'spring-amqp@3.1', 'pika@1.3', 'amqp091-go@1.9') },
      publish: {
        confirms: draw(undefined, true, true, false), mandatory: draw(undefined, true, false), persistent: draw(undefined, true, false),
        maxInFlight: draw(undefined, undefined, 1, 100), awaitResult: draw(undefined, undefined, true, false), outbox: draw(undefined, undefined, undefined, true),
      },
      billing: { client: draw(undefined, 'amqplib@0.10', 'spring-amqp@3.1', 'pika@1.3'), instances: draw(undefined, undefined, 2) },
      consume: {
        ...common, ack: draw(undefined, 'manual', 'manual', 'auto'), prefetch: draw(undefined, 1, 20), requeue: draw(undefined, true, false),
        concurrency: draw(undefined, undefined, 4), processingTime: draw(undefined, undefined, '5m'),
      },
    };
  },
  mqtt: (draw, common) => ({
    broker: {
      protocol: 'mqtt', persistence: draw(undefined, true, true, true, false), syncInterval: draw(undefined, '0s', '0s', '30m'), maxQueuedMessages: draw(undefined, undefined, 0, 1000),
    },
    channel: { qos: draw(undefined, 0, 1, 2) },
    shop: { client: draw(undefined, 'mqtt.js@5.14', 'paho-java@1.2', 'paho-python@2.1') },
    publish: { qos: draw(undefined, 0, 1, 2), maxInFlight: draw(undefined, undefined, 1, 20), clientId: 'shop-1', cleanStart: draw(undefined, true, false) },
    billing: { client: draw(undefined, 'mqtt.js@5.14', 'paho-java@1.2', 'paho-python@2.1') },
    consume: {
      ...common, qos: draw(undefined, 0, 1, 2), cleanStart: draw(undefined, true, false, false, false), sessionExpiry: draw(undefined, undefined, '0s', '7d', '7d'), clientId: draw(undefined, 'billing-1', 'billing-1'),
      maxInFlight: draw(undefined, undefined, 1, 20), ack: draw(undefined, 'manual', 'auto'), concurrency: draw(undefined, undefined, 4),
    },
  }),
  nats: (draw, common) => ({
    broker: { protocol: 'nats', version: draw(undefined, '2.9', '2.11'), syncInterval: draw(undefined, undefined, '0s') },
    channel: {
      stream: draw<unknown>(undefined, {
        name: 'ORDERS', storage: draw(undefined, 'file', 'memory'), replicas: draw(undefined, 1, 3, 5), discard: draw(undefined, 'old', 'new'),
        maxMessages: draw(undefined, undefined, 1000), maxAge: draw(undefined, undefined, '1h'), duplicateWindow: draw(undefined, undefined, '10m'),
      }),
    },
    shop: { client: draw(undefined, 'nats.js@2.28', 'nats.go@1.39') },
    publish: {
      waitForAck: draw(undefined, true, true, false), maxInFlight: draw(undefined, undefined, 1, 100), messageId: draw(undefined, undefined, 'id'),
      awaitResult: draw(undefined, undefined, undefined, false),
    },
    billing: { client: draw(undefined, 'nats.js@2.28', 'nats.go@1.39', 'nats-py@2.9'), instances: draw(undefined, undefined, 2) },
    consume: {
      ...common, durable: draw<unknown>(undefined, 'billing', 'billing', false), ackPolicy: draw(undefined, 'none', 'explicit', 'explicit'), ackWait: draw(undefined, '30s', '10m'),
      maxDeliver: draw(undefined, undefined, 5), maxAckPending: draw(undefined, undefined, 1, 1000), processingTime: draw(undefined, undefined, '1m'),
      queueGroup: draw(undefined, undefined, 'workers'),
    },
  }),
};

/** The flow file of a flow. `between` are channels that the messages pass before they reach the one with the settings. */
export function flowFileOf(flow: RandomFlow, between?: { readonly to: string; readonly channels: Fields; readonly orders?: Fields; readonly publish?: Fields }): string {
  const broker = 'main';
  const dead = {
    kafka: { broker, partitions: 6, replicas: 3, minInsyncReplicas: 2 }, rabbitmq: { broker, queue: 'quorum', durable: true }, mqtt: { broker }, nats: { broker, stream: { name: 'DEAD' } },
  }[flow.protocol];
  return `${JSON.stringify({
    flow: 1,
    brokers: { main: flow.broker },
    channels: { orders: { broker, ...flow.channel, ...between?.orders }, dead, ...between?.channels },
    services: {
      shop: { ...flow.shop, publishes: { [between?.to ?? 'orders']: { ...flow.publish, ...between?.publish } } },
      billing: { ...flow.billing, consumes: { orders: flow.consume } },
    },
  }, null, 1)}\n`;
}
