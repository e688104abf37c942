import type { Options } from 'amqplib';
import { until } from '../../../scripts/support/until.mjs';
import { startClient } from '../child';
import { flowFile } from '../flow';
import { numbers, type Observed } from '../observed';
import type { Experiment } from '../row';
import { emptied, onChannel, publishNumbers, type Rabbit } from './setup';

const SENT = numbers(10);
const QUORUM = { arguments: { 'x-queue-type': 'quorum' } } as const;

/** Three replicas lose nothing by one fault of a node, where a row is not about the queue itself. */
const REPLICATED = 'queue: quorum, replicas: 3';

const flow = (consume: string, queue = REPLICATED, instances = 1): string => flowFile({
  protocol: 'rabbitmq',
  broker: 'version: "3.10"',
  channel: queue,
  publisher: 'client: amqplib@2.3',
  publish: 'confirms: true, persistent: true, maxInFlight: 1',
  consumer: instances === 1 ? 'client: amqplib@2.3' : `client: amqplib@2.3, instances: ${instances}`,
  consume,
});

/** Ten messages in a queue, a quorum queue where nothing else is said. */
async function filled(on: Rabbit, options: Options.AssertQueue = QUORUM): Promise<string> {
  const queue = on.name();
  await onChannel(on, (channel) => channel.assertQueue(queue, { durable: true, ...options }));
  await publishNumbers(on, SENT, { confirms: true, queue, publish: { persistent: true } });
  return queue;
}

/** The consumer's process is killed at the fifth of ten messages, and another takes its place. */
function crash(noAck: boolean, moment: 'before' | 'after'): (on: Rabbit) => Promise<Observed> {
  return async (on) => {
    const queue = await filled(on);
    const first = await startClient('amqpConsumer.ts', {
      url: on.broker.url, queue, noAck, prefetch: noAck ? 0 : 1, hangAt: 5, moment,
    });
    await first.heard('taken', 5).finally(() => first.kill());
    // The broker gives back what the dead consumer held when it notices the closed connection.
    await onChannel(on, (channel) => until(async () => (await channel.checkQueue(queue)).consumerCount === 0, {
      what: 'the dead consumer to be gone', every: 20,
    }));
    return { sent: SENT, acknowledged: SENT, processed: [...first.numbers('processed'), ...await emptied(on, queue)] };
  };
}

/** Two consumers share the queue; the first holds its first message until the other is done with the next. */
function twoConsumers(options: Options.AssertQueue, isSingle: boolean): (on: Rabbit) => Promise<Observed> {
  return async (on) => {
    const queue = await filled(on, options);
    const processed: number[] = [];
    await onChannel(on, async (_, connection) => {
      let overtaken!: () => void;
      const overtaking = new Promise<void>((resolve) => { overtaken = resolve; });
      for (let i = 0; i < 2; i++) {
        const channel = await connection.createChannel();
        await channel.prefetch(1);
        await channel.consume(queue, async (message) => {
          if (!message) return;
          const n = Number(message.content.toString());
          // With a single active consumer nobody can overtake, and the work goes on after a moment.
          if (n === 1) await (isSingle ? new Promise((resolve) => setTimeout(resolve, 500)) : overtaking);
          processed.push(n);
          if (n === 2) overtaken();
          channel.ack(message);
        });
      }
      await until(() => processed.length === SENT.length, { what: 'all messages', every: 10 });
    });
    return { sent: SENT, acknowledged: SENT, processed };
  };
}

/** The work on the third message fails once, and the consumer gives it back. */
function failsOnce(prefetch: number, options?: Options.AssertQueue): (on: Rabbit) => Promise<Observed> {
  return async (on) => {
    const queue = await filled(on, options);
    const processed: number[] = [];
    await onChannel(on, async (channel) => {
      let failed = false;
      await channel.prefetch(prefetch);
      await channel.consume(queue, (message) => {
        if (!message) return;
        const n = Number(message.content.toString());
        if (n === 3 && !failed) {
          failed = true;
          channel.nack(message, false, true);
          return;
        }
        processed.push(n);
        channel.ack(message);
      });
      await until(() => processed.length === SENT.length, { what: 'all messages', every: 10 });
    });
    return { sent: SENT, acknowledged: SENT, processed };
  };
}

/** The only consumer is away for four messages. */
function away(options: Options.AssertQueue): (on: Rabbit) => Promise<Observed> {
  return async (on) => {
    const queue = on.name();
    const declare = (): Promise<unknown> => onChannel(on, (channel) => channel.assertQueue(queue, options));
    const consume = (until_: number): Promise<number[]> => onChannel(on, async (channel) => {
      const processed: number[] = [];
      await channel.consume(queue, (message) => {
        if (message) processed.push(Number(message.content.toString()));
        if (message) channel.ack(message);
      });
      await until(() => processed.includes(until_), { what: `message ${until_}`, every: 10 });
      return processed;
    });
    const publish = (list: readonly number[]): Promise<number[]> =>
      publishNumbers(on, list, { confirms: true, queue, publish: { persistent: true } });
    await declare();
    const acknowledged = await publish(SENT.slice(0, 3));
    const processed = await consume(3);
    acknowledged.push(...await publish(SENT.slice(3, 7)));
    await declare();
    acknowledged.push(...await publish(SENT.slice(7)));
    processed.push(...await consume(10));
    return { sent: SENT, acknowledged, processed };
  };
}

/** What the hop from the queue to the consumer promises. */
export const consumingRows: readonly Experiment<Rabbit>[] = [
  {
    id: 'rabbitmq/auto-ack-crash',
    title: 'automatic acknowledgement (noAck)',
    flow: flow('ack: auto'),
    hazard: 'loss',
    faults: 1,
    injected: 'the consumer is killed while it works on the fifth message',
    predicted: true,
    because: 'a message counts as done when it is sent, and those in the client are gone with it',
    run: crash(true, 'before'),
  },
  {
    id: 'rabbitmq/manual-ack-crash-kept',
    title: 'manual acknowledgement after the work',
    flow: flow('ack: manual, prefetch: 1'),
    hazard: 'loss',
    faults: 1,
    injected: 'the consumer is killed while it works on the fifth message',
    predicted: false,
    because: 'what is not acknowledged goes back to the queue when the connection ends',
    run: crash(false, 'before'),
  },
  {
    id: 'rabbitmq/manual-ack-crash-twice',
    title: 'manual acknowledgement after the work',
    flow: flow('ack: manual, prefetch: 1'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the consumer is killed after the work on the fifth message and before its acknowledgement',
    predicted: true,
    because: 'what is not acknowledged goes back to the queue when the connection ends',
    run: crash(false, 'after'),
  },
  {
    id: 'rabbitmq/competing-consumers-reorder',
    title: 'two consumers share a queue',
    flow: flow('ack: manual, prefetch: 1', REPLICATED, 2),
    hazard: 'reordering',
    faults: 0,
    injected: 'nothing: one consumer is slower than the other',
    predicted: true,
    because: 'each takes the next message, and the faster one is done first',
    run: twoConsumers(QUORUM, false),
  },
  {
    id: 'rabbitmq/single-active-consumer',
    title: 'two consumers at a queue with a single active consumer',
    flow: flow('ack: manual, prefetch: 1', `${REPLICATED}, singleActiveConsumer: true`, 2),
    hazard: 'reordering',
    faults: 0,
    injected: 'nothing: one consumer is slower than the other',
    predicted: false,
    because: 'only one of them gets messages',
    run: twoConsumers({ arguments: { ...QUORUM.arguments, 'x-single-active-consumer': true } }, true),
  },
  {
    id: 'rabbitmq/requeue-behind-prefetched',
    title: 'one consumer with prefetch 10, what fails is given back (requeue)',
    flow: flow('ack: manual, prefetch: 10, requeue: true'),
    hazard: 'reordering',
    faults: 1,
    injected: 'the work on one message fails once',
    predicted: true,
    because: 'the messages behind it are with the consumer already',
    run: failsOnce(10),
  },
  {
    id: 'rabbitmq/requeue-one-at-a-time',
    title: 'one consumer with prefetch 1 at a classic queue, what fails is given back (requeue)',
    flow: flow('ack: manual, prefetch: 1, requeue: true', 'queue: classic, durable: true'),
    hazard: 'reordering',
    faults: 1,
    injected: 'the work on one message fails once',
    predicted: false,
    because: 'a classic queue puts it back in its place at the head before the next is sent',
    run: failsOnce(1, {}),
  },
  {
    id: 'rabbitmq/requeue-quorum-to-the-end',
    title: 'one consumer with prefetch 1 at a quorum queue without a delivery limit, what fails is given back (requeue)',
    flow: flow('ack: manual, prefetch: 1, requeue: true'),
    hazard: 'reordering',
    faults: 1,
    injected: 'the work on one message fails once',
    predicted: true,
    because: 'a quorum queue without a delivery limit puts what is given back at its end',
    run: failsOnce(1),
  },
  {
    id: 'rabbitmq/requeue-quorum-with-limit',
    title: 'one consumer with prefetch 1 at a quorum queue with a delivery limit, what fails is given back (requeue)',
    flow: flow('ack: manual, prefetch: 1, requeue: true', `${REPLICATED}, deliveryLimit: 5`),
    hazard: 'reordering',
    faults: 1,
    injected: 'the work on one message fails once',
    predicted: false,
    because: 'a quorum queue with a delivery limit puts what is given back at its head',
    run: failsOnce(1, { arguments: { ...QUORUM.arguments, 'x-delivery-limit': 5 } }),
  },
  {
    id: 'rabbitmq/auto-delete-queue-away',
    title: 'durable queue that is deleted with its last consumer (autoDelete)',
    flow: flow('ack: manual, prefetch: 1', 'queue: classic, durable: true, autoDelete: true'),
    hazard: 'loss',
    faults: 1,
    injected: 'the only consumer is away for four messages',
    predicted: true,
    because: 'the queue goes with its last consumer, and what comes then is unroutable and confirmed',
    run: away({ durable: true, autoDelete: true }),
  },
];
