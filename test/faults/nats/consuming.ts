import { jetstream, type ConsumerConfig } from '@nats-io/jetstream';
import { until } from '../../../scripts/support/until.mjs';
import { startClient } from '../child';
import { numbers, type Observed } from '../observed';
import type { Experiment } from '../row';
import { consumeFlow as flow, END, prepare, publishAcked, settled, withNats } from './setup';

const SENT = numbers(10);
/** JetStream counts in nanoseconds. */
const MS = 1_000_000;

/** The consumer's process is killed at the fifth of ten messages, and another takes its place. */
function crash(consumer: Partial<ConsumerConfig>, moment: 'before' | 'after', acks: boolean): () => Promise<Observed> {
  return () => withNats(async (on) => {
    await prepare(on.manager, {}, { ack_wait: 500 * MS, ...consumer });
    const connection = await on.connect();
    await publishAcked(connection, SENT);
    const first = await startClient('natsConsumer.ts', { url: on.broker.url, hangAt: 5, moment, acks });
    await first.heard('taken', 5).finally(() => first.kill());
    await publishAcked(connection, [END]);
    return { sent: SENT, acknowledged: SENT, processed: [...first.numbers('processed'), ...await settled(on, connection)] };
  });
}

/** The work on the third message takes longer than the server waits for its acknowledgement. */
function slowWork(): Promise<Observed> {
  return withNats(async (on) => {
    await prepare(on.manager, {}, { ack_wait: 300 * MS });
    const connection = await on.connect();
    await publishAcked(connection, [...SENT, END]);
    const consumer = await jetstream(connection).consumers.get('ORDERS', 'billing');
    const processed: number[] = [];
    for await (const message of await consumer.consume()) {
      const n = Number(message.string());
      if (n === 3 && !processed.includes(3)) {
        // A program that works for a second; the end of the wait is the server's own doing.
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
      if (n !== END) processed.push(n);
      message.ack();
      if (new Set(processed).size === SENT.length && processed.length > SENT.length) break;
    }
    return { sent: SENT, acknowledged: SENT, processed };
  });
}

/** Two instances share a consumer; the first holds its first message until the other has worked on the next. */
function twoInstances(consumer: Partial<ConsumerConfig>): () => Promise<Observed> {
  return () => withNats(async (on) => {
    await prepare(on.manager, {}, consumer);
    const connection = await on.connect();
    const processed: number[] = [];
    let overtaken!: () => void;
    const overtaking = new Promise<void>((resolve) => { overtaken = resolve; });
    const instance = async (): Promise<void> => {
      const shared = await jetstream(connection).consumers.get('ORDERS', 'billing');
      for (let message = await shared.next({ expires: 1000 }); message; message = await shared.next({ expires: 1000 })) {
        const n = Number(message.string());
        // With one message at a time nobody can overtake, and the work goes on after a moment.
        if (n === 1) await (consumer.max_ack_pending === 1 ? new Promise((resolve) => setTimeout(resolve, 500)) : overtaking);
        processed.push(n);
        if (n === 2) overtaken();
        await message.ackAck();
        if (processed.length === SENT.length) return;
      }
    };
    await publishAcked(connection, SENT);
    await Promise.all([instance(), instance()]);
    return { sent: SENT, acknowledged: SENT, processed };
  });
}

/** A message that always fails is given back until the server gives up. */
function poison(maxDeliver: number): () => Promise<Observed> {
  return () => withNats(async (on) => {
    await prepare(on.manager, {}, { max_deliver: maxDeliver });
    const connection = await on.connect();
    await publishAcked(connection, SENT);
    const consumer = await jetstream(connection).consumers.get('ORDERS', 'billing');
    const processed: number[] = [];
    let failures = 0;
    const messages = await consumer.consume({
      callback: (message) => {
        const n = Number(message.string());
        if (n === 3 && ++failures <= 5) return message.nak();
        processed.push(n);
        message.ack();
      },
    });
    await until(async () => {
      const { num_ack_pending: open, num_pending: pending } = await on.manager.consumers.info('ORDERS', 'billing');
      return pending === 0 && open === 0 && failures >= Math.min(maxDeliver === -1 ? 6 : maxDeliver, 6);
    }, { what: 'the consumer to have nothing more', every: 50 });
    await messages.close();
    return { sent: SENT, acknowledged: SENT, processed };
  });
}

const CRASH_BEFORE = 'the consumer is killed while it works on the fifth message';
const CRASH_AFTER = 'the consumer is killed after the work on the fifth message and before its acknowledgement';

/** What the hop from the stream to the consumer promises. */
export const consumingRows: readonly Experiment<void>[] = [
  {
    id: 'nats/explicit-ack-crash-twice',
    title: 'durable consumer with explicit acknowledgement after the work',
    flow: flow('durable: billing, ackPolicy: explicit'),
    hazard: 'duplication',
    faults: 1,
    injected: CRASH_AFTER,
    predicted: true,
    because: 'without acknowledgement the server sends it again after ackWait',
    run: crash({}, 'after', true),
  },
  {
    id: 'nats/explicit-ack-crash-kept',
    title: 'durable consumer with explicit acknowledgement after the work',
    flow: flow('durable: billing, ackPolicy: explicit'),
    hazard: 'loss',
    faults: 1,
    injected: CRASH_BEFORE,
    predicted: false,
    because: 'without acknowledgement the server sends it again after ackWait',
    run: crash({}, 'before', true),
  },
  {
    id: 'nats/ack-none-crash',
    title: 'durable consumer with ackPolicy none',
    flow: flow('durable: billing, ackPolicy: none'),
    hazard: 'loss',
    faults: 1,
    injected: CRASH_BEFORE,
    predicted: true,
    because: 'what was sent counts as acknowledged, what waits in the client as well',
    run: crash({ ack_policy: 'none', ack_wait: undefined }, 'before', false),
  },
  {
    id: 'nats/ack-wait-shorter-than-work',
    title: 'durable consumer with explicit acknowledgement and an ackWait of 300 ms, work of one second',
    flow: flow('durable: billing, ackPolicy: explicit, ackWait: 300ms, processingTime: 1s'),
    hazard: 'duplication',
    faults: 0,
    injected: 'nothing: one message takes its second',
    predicted: true,
    because: 'the server sends again when ackWait is over, whether the consumer is still at work or not',
    run: slowWork,
  },
  {
    id: 'nats/two-instances-reorder',
    title: 'two instances share a durable consumer',
    flow: flow('durable: billing, ackPolicy: explicit', 2),
    hazard: 'reordering',
    faults: 0,
    injected: 'nothing: one instance is slower than the other',
    predicted: true,
    because: 'each takes the next message, and the faster one is done first',
    run: twoInstances({}),
  },
  {
    id: 'nats/one-at-a-time-keeps-order',
    title: 'two instances share a durable consumer with maxAckPending 1',
    flow: flow('durable: billing, ackPolicy: explicit, maxAckPending: 1', 2),
    hazard: 'reordering',
    faults: 0,
    injected: 'nothing: one instance is slower than the other',
    predicted: false,
    because: 'the next message is sent only when the one before is acknowledged',
    run: twoInstances({ max_ack_pending: 1 }),
  },
  {
    id: 'nats/max-deliver-exhausted',
    title: 'durable consumer with maxDeliver 3',
    flow: flow('durable: billing, ackPolicy: explicit, maxDeliver: 3'),
    hazard: 'loss',
    faults: 0,
    injected: 'the work on one message fails five times',
    predicted: true,
    because: 'after maxDeliver the message stays in the stream and is never delivered again',
    run: poison(3),
  },
  {
    id: 'nats/no-max-deliver-kept',
    title: 'durable consumer without maxDeliver',
    flow: flow('durable: billing, ackPolicy: explicit, maxDeliver: -1'),
    hazard: 'loss',
    faults: 0,
    injected: 'the work on one message fails five times',
    predicted: false,
    because: 'it is delivered until it is acknowledged',
    run: poison(-1),
  },
];
