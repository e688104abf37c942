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
}

export const rabbitPublishWeakness: Weakness<RabbitPublishDefaults> = {
  confirms: [false, true], mandatory: [false, true], persistent: [false, true],
};
export const rabbitConsumeWeakness: Weakness<RabbitConsumeDefaults> = { ack: ['auto', 'manual'], prefetch: [0] };

const amqplib = 'https://amqp-node.github.io/amqplib/channel_api.html';
const java = 'https://www.rabbitmq.com/client-libraries/java-api-guide';
const spring = 'https://docs.spring.io/spring-amqp/reference/amqp/template.html';
const springListener = 'https://docs.spring.io/spring-amqp/reference/amqp/containerAttributes.html';
const smallryeOut = 'https://smallrye.io/smallrye-reactive-messaging/latest/rabbitmq/sending-messages-to-rabbitmq/';
const smallryeIn = 'https://smallrye.io/smallrye-reactive-messaging/latest/rabbitmq/receiving-messages-from-rabbitmq/';
const pika = 'https://pika.readthedocs.io/en/stable/modules/channel.html';
const dotnet = 'https://www.rabbitmq.com/client-libraries/dotnet-api-guide';
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

// Java and Go make the caller say autoAck; the others acknowledge by hand unless told otherwise.
export const rabbitConsumeDefaults: Partial<Record<ClientId, Defaults<RabbitConsumeDefaults>>> = {
  amqplib: { ack: [{ value: 'manual', source: amqplib }], prefetch: [{ value: 0, source: amqplib }] },
  'rabbitmq-java': { ack: [{ value: 'manual', source: java }] },
  // The listener container acknowledges after the listener returns, which is a manual ack to the broker.
  'spring-amqp': {
    ack: [{ value: 'manual', source: springListener }],
    prefetch: [{ value: 1, source: springListener }, { value: 250, since: '2.0', source: springListener }],
  },
  // Without max-outstanding-messages the connector sets no prefetch.
  'smallrye-rabbitmq': { ack: [{ value: 'manual', source: smallryeIn }], prefetch: [{ value: 0, source: smallryeIn }] },
  pika: { ack: [{ value: 'manual', source: pika }], prefetch: [{ value: 0, source: pika }] },
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
