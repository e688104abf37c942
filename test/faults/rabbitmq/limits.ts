import type { Options } from 'amqplib';
import { until } from '../../../scripts/support/until.mjs';
import { flowFile } from '../flow';
import { numbers, type Observed } from '../observed';
import type { Experiment } from '../row';
import { emptied, onChannel, publishNumbers, type Rabbit } from './setup';

const SENT = numbers(10);

const DEAD = 'orders.dead: { broker: events, queue: classic, durable: true }';

const flow = (queue: string, consume: string, dead = false): string => flowFile({
  protocol: 'rabbitmq',
  broker: 'version: "3.10"',
  channel: `durable: true, ${queue}${dead ? ', deadLetter: orders.dead' : ''}`,
  channels: dead ? [DEAD] : [],
  publisher: 'client: amqplib@2.3',
  publish: 'confirms: true, persistent: true, maxInFlight: 1',
  consumer: 'client: amqplib@2.3',
  consume: `ack: manual, prefetch: 1, ${consume}`,
});

interface Case {
  readonly queue?: Options.AssertQueue;
  /** Dead letters go to a queue of their own. */
  readonly dead?: boolean;
}

/** Declares the queue, and the one for its dead letters. */
async function declare(on: Rabbit, { queue: options = {}, dead = false }: Case): Promise<[string, string]> {
  const queue = on.name();
  const deadQueue = `${queue}.dead`;
  await onChannel(on, async (channel) => {
    await channel.assertQueue(deadQueue, { durable: true });
    const letters = dead ? { deadLetterExchange: '', deadLetterRoutingKey: deadQueue } : {};
    await channel.assertQueue(queue, { durable: true, ...letters, ...options });
  });
  return [queue, deadQueue];
}

/** The work on the third of ten messages always fails, and the consumer gives it back or rejects it. */
function poison(given: Case, requeue: boolean): (on: Rabbit) => Promise<Observed> {
  return async (on) => {
    const [queue, deadQueue] = await declare(on, given);
    const acknowledged = await publishNumbers(on, SENT, { confirms: true, queue, publish: { persistent: true } });
    const processed: number[] = [];
    let failures = 0;
    await onChannel(on, async (channel) => {
      await channel.prefetch(1);
      await channel.consume(queue, (message) => {
        if (!message) return;
        const n = Number(message.content.toString());
        if (n === 3) {
          failures++;
          channel.reject(message, requeue);
          return;
        }
        processed.push(n);
        channel.ack(message);
      });
      await until(() => processed.includes(SENT.at(-1)!) || failures >= 200, { what: 'the end, or a loop', every: 10 });
    });
    const looped = failures >= 200;
    const parked = await until(async () => {
      const letters = await emptied(on, deadQueue);
      return letters.length > 0 || !given.dead ? { letters } : undefined;
    }, { what: 'the dead letter', every: 20 });
    return {
      sent: SENT, acknowledged, processed, parked: parked.letters,
      blocked: looped ? SENT.filter((n) => !processed.includes(n)) : [],
    };
  };
}

/** Ten messages wait for a consumer that comes when the queue is full, or when they are too old. */
function waiting(given: Case, isOver: (ready: number) => boolean): (on: Rabbit) => Promise<Observed> {
  return async (on) => {
    const [queue, deadQueue] = await declare(on, given);
    const acknowledged = await publishNumbers(on, SENT, { confirms: true, queue, publish: { persistent: true } });
    await onChannel(on, (channel) => until(async () => isOver((await channel.checkQueue(queue)).messageCount), {
      what: 'the limit to work', every: 20,
    }));
    return {
      sent: SENT, acknowledged, processed: await emptied(on, queue), parked: await emptied(on, deadQueue),
    };
  };
}

/** What limits and rejections do with messages that nobody has processed. */
export const limitRows: readonly Experiment<Rabbit>[] = [
  {
    id: 'rabbitmq/requeue-loop',
    title: 'classic queue, what fails is given back (requeue), prefetch 1',
    flow: flow('queue: classic', 'requeue: true'),
    hazard: 'blocking',
    faults: 0,
    injected: 'nothing: the work on one message always fails',
    predicted: true,
    because: 'it returns to the head of the queue at once, and a classic queue counts no deliveries',
    run: poison({}, true),
  },
  {
    id: 'rabbitmq/delivery-limit-drops',
    title: 'quorum queue with a delivery limit of 3, no dead-letter exchange',
    flow: flow('queue: quorum, deliveryLimit: 3', 'requeue: true'),
    hazard: 'loss',
    faults: 0,
    injected: 'nothing: the work on one message always fails',
    predicted: true,
    because: 'past the limit the message is dropped where there is no dead-letter exchange',
    run: poison({ queue: { arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 } } }, true),
  },
  {
    id: 'rabbitmq/delivery-limit-dead-letters',
    title: 'quorum queue with a delivery limit of 3 and a dead-letter exchange',
    flow: flow('queue: quorum, deliveryLimit: 3', 'requeue: true', true),
    hazard: 'loss',
    faults: 0,
    injected: 'nothing: the work on one message always fails',
    predicted: false,
    because: 'past the limit the message is dead-lettered',
    run: poison({ queue: { arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 } }, dead: true }, true),
  },
  {
    id: 'rabbitmq/reject-drops',
    title: 'what fails is rejected without requeue, no dead-letter exchange',
    flow: flow('queue: classic', 'requeue: false'),
    hazard: 'loss',
    faults: 0,
    injected: 'nothing: the work on one message always fails',
    predicted: true,
    because: 'a rejected message is dropped where there is no dead-letter exchange',
    run: poison({}, false),
  },
  {
    id: 'rabbitmq/reject-dead-letters',
    title: 'what fails is rejected without requeue, with a dead-letter exchange',
    flow: flow('queue: classic', 'requeue: false', true),
    hazard: 'loss',
    faults: 0,
    injected: 'nothing: the work on one message always fails',
    predicted: false,
    because: 'a rejected message is dead-lettered',
    run: poison({ dead: true }, false),
  },
  {
    id: 'rabbitmq/drop-head',
    title: 'queue of at most five messages, overflow drop-head, with confirms',
    flow: flow('queue: classic, maxLength: 5, overflow: drop-head', 'requeue: true'),
    hazard: 'loss',
    faults: 1,
    injected: 'the consumer is away while ten messages come',
    predicted: true,
    because: 'a full queue confirms the new message and drops the oldest',
    run: waiting({ queue: { maxLength: 5 } }, (ready) => ready === 5),
  },
  {
    id: 'rabbitmq/reject-publish',
    title: 'queue of at most five messages, overflow reject-publish, with confirms',
    flow: flow('queue: quorum, replicas: 3, maxLength: 5, overflow: reject-publish', 'requeue: true'),
    hazard: 'loss',
    faults: 1,
    injected: 'the consumer is away while ten messages come',
    predicted: false,
    because: 'a full queue answers with basic.nack, and the publisher knows',
    run: waiting({ queue: { maxLength: 5, arguments: { 'x-overflow': 'reject-publish', 'x-queue-type': 'quorum' } } }, (ready) => ready >= 5),
  },
  {
    id: 'rabbitmq/ttl-drops',
    title: 'queue with a TTL of 200 ms, no dead-letter exchange',
    flow: flow('queue: classic, ttl: 200ms', 'requeue: true'),
    hazard: 'loss',
    faults: 1,
    injected: 'the consumer is away for longer than the TTL',
    predicted: true,
    because: 'what is older than the TTL is dropped where there is no dead-letter exchange',
    run: waiting({ queue: { messageTtl: 200 } }, (ready) => ready === 0),
  },
  {
    id: 'rabbitmq/ttl-dead-letters',
    title: 'queue with a TTL of 200 ms and a dead-letter exchange',
    flow: flow('queue: quorum, replicas: 3, ttl: 200ms', 'requeue: true', true),
    hazard: 'loss',
    faults: 1,
    injected: 'the consumer is away for longer than the TTL',
    predicted: false,
    because: 'what is older than the TTL is dead-lettered',
    run: waiting({ queue: { messageTtl: 200, arguments: { 'x-queue-type': 'quorum' } }, dead: true }, (ready) => ready === 0),
  },
];
