import type { ClientId } from './clients';
import type { Defaults, Weakness } from './history';

export interface RabbitPublishDefaults {
  readonly confirms: boolean;
  readonly mandatory: boolean;
  readonly persistent: boolean;
}

export interface RabbitConsumeDefaults {
  readonly ack: 'manual' | 'auto';
  /** 0 is no limit. */
  readonly prefetch: number;
  /** Whether a message that is rejected without a word more goes back to its queue. */
  readonly requeue: boolean;
}

export const rabbitPublishWeakness: Weakness<RabbitPublishDefaults> = {
  confirms: [false, true], mandatory: [false, true], persistent: [false, true],
};
export const rabbitConsumeWeakness: Weakness<RabbitConsumeDefaults> = {
  ack: ['auto', 'manual'], prefetch: [0],
};

const amqplib = 'https://amqp-node.github.io/amqplib/channel_api.html';
const java = 'https://www.rabbitmq.com/client-libraries/java-api-guide';
const spring = 'https://docs.spring.io/spring-amqp/reference/amqp/template.html';
const springListener = 'https://docs.spring.io/spring-amqp/reference/amqp/containerAttributes.html';
const smallryeOut = 'https://smallrye.io/smallrye-reactive-messaging/latest/rabbitmq/sending-messages-to-rabbitmq/';
const smallryeIn = 'https://smallrye.io/smallrye-reactive-messaging/latest/rabbitmq/receiving-messages-from-rabbitmq/';
const pika = 'https://pika.readthedocs.io/en/stable/modules/channel.html';
const dotnet = 'https://www.rabbitmq.com/client-libraries/dotnet-api-guide';
const prefetchDocs = 'https://www.rabbitmq.com/docs/consumer-prefetch';
const go = 'https://pkg.go.dev/github.com/rabbitmq/amqp091-go';

// No AMQP client turns confirms or `mandatory` on by itself. A message without a delivery mode is transient.
function plain(source: string): Defaults<RabbitPublishDefaults> {
  return {
    confirms: [{ value: false, source }], mandatory: [{ value: false, source }], persistent: [{ value: false, source }],
  };
}

export const rabbitPublishDefaults: Partial<Record<ClientId, Defaults<RabbitPublishDefaults>>> = {
  amqplib: plain(amqplib),
  'rabbitmq-java': plain(java),
  'spring-amqp': {
    confirms: [{ value: false, source: spring }],
    mandatory: [{ value: false, source: spring }],
    // MessageProperties.DEFAULT_DELIVERY_MODE is persistent.
    persistent: [{ value: true, source: 'https://docs.spring.io/spring-amqp/reference/amqp/sending-messages.html' }],
  },
  'smallrye-rabbitmq': plain(smallryeOut),
  pika: plain(pika),
  'rabbitmq-dotnet': plain(dotnet),
  'amqp091-go': plain(go),
};

// Java, .NET and Go make the caller say autoAck and requeue; the others acknowledge by hand unless told otherwise.
export const rabbitConsumeDefaults: Partial<Record<ClientId, Defaults<RabbitConsumeDefaults>>> = {
  amqplib: {
    ack: [{ value: 'manual', source: amqplib }], prefetch: [{ value: 0, source: amqplib }],
    requeue: [{ value: true, source: `${amqplib}#channel_nack` }],
  },
  'rabbitmq-java': { ack: [{ value: 'manual', source: java }], prefetch: [{ value: 0, source: prefetchDocs }] },
  // The listener container acknowledges after the listener returns, which is a manual ack to the broker.
  'spring-amqp': {
    ack: [{ value: 'manual', source: springListener }],
    prefetch: [{ value: 1, source: springListener }, { value: 250, since: '2.0', source: springListener }],
    requeue: [{ value: true, source: springListener }],
  },
  // Without max-outstanding-messages the connector sets no prefetch. Its failure-strategy is reject.
  'smallrye-rabbitmq': {
    ack: [{ value: 'manual', source: smallryeIn }], prefetch: [{ value: 0, source: smallryeIn }],
    requeue: [{ value: false, source: smallryeIn }],
  },
  pika: {
    ack: [{ value: 'manual', source: pika }], prefetch: [{ value: 0, source: pika }], requeue: [{ value: true, source: pika }],
  },
  'rabbitmq-dotnet': { prefetch: [{ value: 0, source: prefetchDocs }] },
  'amqp091-go': { prefetch: [{ value: 0, source: prefetchDocs }] },
};

export interface RabbitChannelDefaults {
  readonly queue: 'classic' | 'quorum' | 'stream';
  readonly overflow: string;
}

export const rabbitBrokerDefaults: Defaults<RabbitChannelDefaults> = {
  queue: [{ value: 'classic', source: 'https://www.rabbitmq.com/docs/queues#optional-arguments' }],
  overflow: [{ value: 'drop-head', source: 'https://www.rabbitmq.com/docs/maxlength' }],
};

/** Quorum queues only: classic queues have no delivery limit. */
export const quorumDeliveryLimit = [
  { value: 20, since: '4.0', source: 'https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling' },
] as const;

/** Members that a quorum queue starts with, if the cluster has as many nodes. */
export const quorumReplicas = [
  { value: 3, source: 'https://www.rabbitmq.com/docs/quorum-queues#replication' },
] as const;

export interface RabbitServerDefaults {
  readonly partitionHandling: string;
  /** Milliseconds. */
  readonly consumerTimeout: number;
  readonly maxMessageSize: number;
}

export const rabbitServerDefaults: Defaults<RabbitServerDefaults> = {
  partitionHandling: [{ value: 'ignore', source: 'https://www.rabbitmq.com/docs/3.13/partitions#automatic-handling' }],
  consumerTimeout: [
    { value: Infinity, source: 'https://github.com/rabbitmq/rabbitmq-server/pull/2990' },
    { value: 900_000, since: '3.8.15', source: 'https://github.com/rabbitmq/rabbitmq-server/pull/2990' },
    { value: 1_800_000, since: '3.8.17', source: 'https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout' },
  ],
  maxMessageSize: [
    { value: 134_217_728, source: 'https://www.rabbitmq.com/docs/3.13/configure' },
    { value: 16_777_216, since: '4.0', source: 'https://www.rabbitmq.com/docs/configure' },
  ],
};

/** From here on a cluster has one way only to act when it falls apart (Raft's), and quorum queues alone have the timeout. */
export const rabbitRaftOnly = '4.3';
