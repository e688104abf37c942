import assert from 'node:assert/strict';
import { flowFile } from '../flow';
import { numbers, type Observed } from '../observed';
import type { Experiment } from '../row';
import { emptied, onChannel, publishNumbers, type PublishOptions, type Rabbit } from './setup';

const SENT = numbers(10);

interface Parts {
  readonly queue?: string;
  readonly publish: string;
}

/** Three replicas lose nothing by one fault of a node, where a row is not about the queue itself. */
const flow = ({ queue = 'queue: quorum, replicas: 3', publish }: Parts): string => flowFile({
  protocol: 'rabbitmq',
  broker: 'version: "3.10"',
  channel: queue,
  publisher: 'client: amqplib@2.3',
  publish: `maxInFlight: 1, ${publish}`,
  consumer: 'client: amqplib@2.3',
  consume: 'ack: manual, prefetch: 1',
});

const PERSISTENT = { persistent: true } as const;

/** Publishes ten messages while the proxy loses one frame, and empties the queue. */
function publishing(confirms: boolean, from: 'client' | 'broker', frame: string): (on: Rabbit) => Promise<Observed> {
  return async (on) => {
    const queue = on.name();
    await onChannel(on, (channel) => channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } }));
    const lost = on.proxy.lose(from, frame, 4);
    const acknowledged = await publishNumbers(on, SENT, { confirms, queue, publish: PERSISTENT });
    await lost;
    assert.deepEqual(acknowledged, SENT, 'the publisher goes on until all are taken');
    return { sent: SENT, acknowledged, processed: await emptied(on, queue) };
  };
}

/** One of ten messages carries a routing key that no queue is bound with. */
function unroutable(mandatory: boolean): (on: Rabbit) => Promise<Observed> {
  return async (on) => {
    const queue = on.name();
    const exchange = `${queue}.exchange`;
    await onChannel(on, async (channel) => {
      await channel.assertExchange(exchange, 'direct', { durable: true });
      await channel.assertQueue(queue, { durable: true });
      await channel.bindQueue(queue, exchange, 'de');
    });
    const acknowledged = await publishNumbers(on, SENT, {
      confirms: true, exchange, routingKey: (n) => n === 4 ? 'fr' : 'de', publish: { ...PERSISTENT, mandatory },
    });
    return { sent: SENT, acknowledged, processed: await emptied(on, queue) };
  };
}

const unroutableFlow = (mandatory: boolean): string => flowFile({
  protocol: 'rabbitmq',
  broker: 'version: "3.10"',
  channel: 'exchange: direct, durable: true',
  channels: [
    'orders.de: { broker: events, queue: classic, durable: true, bindings: [{ exchange: orders, routingKey: de }] }',
  ],
  publisher: 'client: amqplib@2.3',
  publish: `confirms: true, mandatory: ${mandatory}, persistent: true, maxInFlight: 1`,
  consumer: 'client: amqplib@2.3',
  consumed: 'orders.de',
  consume: 'ack: manual, prefetch: 1',
});

/** The broker is killed and comes back while the queue holds what it has confirmed. */
function restart(durable: boolean, publish: PublishOptions['publish']): (on: Rabbit) => Promise<Observed> {
  return async (on) => {
    const queue = on.name();
    await onChannel(on, (channel) => channel.assertQueue(queue, { durable }));
    const acknowledged = await publishNumbers(on, SENT, { confirms: true, queue, publish });
    await on.broker.kill();
    await on.broker.restart();
    await onChannel(on, (channel) => channel.assertQueue(queue, { durable }));
    return { sent: SENT, acknowledged, processed: await emptied(on, queue) };
  };
}

/** What the hop into the queue promises, and what the queue keeps. */
export const publishingRows: readonly Experiment<Rabbit>[] = [
  {
    id: 'rabbitmq/no-confirms-cut',
    title: 'amqplib publishes without confirms',
    flow: flow({ publish: 'confirms: false, persistent: true' }),
    hazard: 'loss',
    faults: 1,
    injected: 'the connection is cut as the fourth basic.publish is on its way',
    predicted: true,
    because: 'basic.publish is not answered, so nobody knows that it is missing',
    run: publishing(false, 'client', 'basic.publish'),
  },
  {
    id: 'rabbitmq/confirms-cut',
    title: 'amqplib publishes with confirms and sends again what was not confirmed',
    flow: flow({ publish: 'confirms: true, persistent: true' }),
    hazard: 'loss',
    faults: 1,
    injected: 'the connection is cut as the fourth basic.publish is on its way',
    predicted: false,
    because: 'what is not confirmed is published again',
    run: publishing(true, 'client', 'basic.publish'),
  },
  {
    id: 'rabbitmq/confirm-lost',
    title: 'amqplib publishes with confirms and sends again what was not confirmed',
    flow: flow({ publish: 'confirms: true, persistent: true' }),
    hazard: 'duplication',
    faults: 1,
    injected: 'the connection is cut as the fourth confirm is on its way back',
    predicted: true,
    because: 'the queue has the message, and RabbitMQ does not compare messages',
    run: publishing(true, 'broker', 'basic.ack'),
  },
  {
    id: 'rabbitmq/unroutable-confirmed',
    title: 'confirms without mandatory, to a direct exchange',
    flow: unroutableFlow(false),
    hazard: 'loss',
    faults: 0,
    injected: 'nothing: one message carries a routing key that no queue is bound with',
    predicted: true,
    because: 'a message that no queue takes is confirmed at once, and dropped',
    run: unroutable(false),
  },
  {
    id: 'rabbitmq/unroutable-returned',
    title: 'confirms with mandatory, to a direct exchange',
    flow: unroutableFlow(true),
    hazard: 'loss',
    faults: 0,
    injected: 'nothing: one message carries a routing key that no queue is bound with',
    predicted: false,
    because: 'basic.return comes before the confirm, and the publisher knows',
    run: unroutable(true),
  },
  {
    id: 'rabbitmq/transient-message-restart',
    title: 'transient messages in a durable classic queue, with confirms',
    flow: flow({ queue: 'queue: classic, durable: true', publish: 'confirms: true, persistent: false' }),
    hazard: 'loss',
    faults: 1,
    injected: 'the broker is killed (kill -9) and comes back',
    predicted: true,
    because: 'the confirm of a transient message does not mean that it is on disk',
    run: restart(true, { persistent: false }),
  },
  {
    id: 'rabbitmq/transient-queue-restart',
    title: 'persistent messages in a queue that is not durable, with confirms',
    flow: flow({ queue: 'queue: classic, durable: false', publish: 'confirms: true, persistent: true' }),
    hazard: 'loss',
    faults: 1,
    injected: 'the broker is killed (kill -9) and comes back',
    predicted: true,
    because: 'the queue itself does not outlive the broker, whatever is in it',
    run: restart(false, PERSISTENT),
  },
  {
    id: 'rabbitmq/persistent-restart',
    title: 'persistent messages in a durable classic queue, with confirms',
    flow: flow({ queue: 'queue: classic, durable: true', publish: 'confirms: true, persistent: true' }),
    hazard: 'loss',
    faults: 1,
    injected: 'the broker is killed (kill -9) and comes back; the machine keeps running',
    predicted: false,
    because: 'the confirm comes when the message is written',
    beyond: 'the model counts the loss of the disk as well, which has the only copy; this row kills the process only',
    runs: 1,
    run: restart(true, PERSISTENT),
  },
];
