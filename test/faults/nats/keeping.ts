import { jetstream, jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import { until } from '../../../scripts/support/until.mjs';
import { numbers, type Observed } from '../observed';
import type { Experiment } from '../row';
import { consumeFlow as flow, drain, END, prepare, publishAcked, settled, withNats } from './setup';

const SENT = numbers(10);

/** Ten messages are published before the consumer reads any. */
function late(stream: Partial<StreamConfig>, consumerFirst: boolean): () => Promise<Observed> {
  return () => withNats(async (on) => {
    await prepare(on.manager, stream, consumerFirst ? {} : null);
    const connection = await on.connect();
    const acknowledged: number[] = [];
    const js = jetstream(connection);
    for (const n of SENT) {
      // A stream that is full refuses, which the publisher is told.
      const taken = await js.publish('orders', String(n)).then(() => true, () => false);
      if (taken) acknowledged.push(n);
    }
    if (!consumerFirst) await on.manager.consumers.add('ORDERS', { durable_name: 'billing', ack_policy: 'explicit' });
    return { sent: SENT, acknowledged, processed: await settled(on, connection) };
  });
}

/** The server is killed and comes back while the stream holds ten messages. */
function restart(stream: Partial<StreamConfig>): () => Promise<Observed> {
  return () => withNats(async (on) => {
    await prepare(on.manager, stream);
    const connection = await on.connect();
    const acknowledged = await publishAcked(connection, SENT);
    await on.broker.kill();
    await on.broker.restart();
    const again = await on.connect();
    // A stream in memory is gone with its messages and its consumer, and somebody makes it anew.
    if (stream.storage === 'memory') await prepare(await jetstreamManager(again), stream);
    await publishAcked(again, [END]);
    return { sent: SENT, acknowledged, processed: await drain(again) };
  });
}

/** Core NATS: the subscriber is away for four messages. */
function subscriberAway(): Promise<Observed> {
  return withNats(async (on) => {
    const publisher = await on.connect();
    const processed: number[] = [];
    const subscribe = async (): Promise<() => Promise<void>> => {
      const connection = await on.connect();
      connection.subscribe('orders', { callback: (_, message) => { processed.push(Number(message.string())); } });
      await connection.flush();
      return () => connection.close();
    };
    const publish = async (list: readonly number[]): Promise<void> => {
      for (const n of list) publisher.publish('orders', String(n));
      await publisher.flush();
    };
    const leave = await subscribe();
    await publish(SENT.slice(0, 3));
    await until(() => processed.includes(3), { what: 'the third message', every: 10 });
    await leave();
    await publish(SENT.slice(3, 7));
    await subscribe();
    await publish(SENT.slice(7));
    await until(() => processed.includes(10), { what: 'the last message', every: 10 });
    return { sent: SENT, acknowledged: SENT, processed };
  });
}

/** What the stream itself keeps, for consumers that come later and over restarts. */
export const keepingRows: readonly Experiment<void>[] = [
  {
    id: 'nats/core-subscriber-away',
    title: 'core NATS, no stream',
    flow: flow('', 1, '').replace('waitForAck: true, messageId: order_id, ', ''),
    hazard: 'loss',
    faults: 1,
    injected: 'the subscriber is away for four messages',
    predicted: true,
    because: 'core NATS keeps nothing for those who are not there',
    run: subscriberAway,
  },
  {
    id: 'nats/discard-old-drops-unread',
    title: 'work queue of at most five messages, discard old',
    flow: flow('durable: billing, ackPolicy: explicit', 1,
      'stream: { name: ORDERS, storage: file, replicas: 3, retention: workqueue, maxMessages: 5, discard: old }'),
    hazard: 'loss',
    faults: 1,
    injected: 'the consumer is away while ten messages come',
    predicted: true,
    because: 'a full stream drops its oldest message, read or not',
    run: late({ retention: 'workqueue', max_msgs: 5, discard: 'old' }, true),
  },
  {
    id: 'nats/discard-new-refuses',
    title: 'work queue of at most five messages, discard new',
    flow: flow('durable: billing, ackPolicy: explicit', 1,
      'stream: { name: ORDERS, storage: file, replicas: 3, retention: workqueue, maxMessages: 5, discard: new }'),
    hazard: 'loss',
    faults: 1,
    injected: 'the consumer is away while ten messages come',
    predicted: false,
    because: 'a full stream refuses, and the publisher is told',
    run: late({ retention: 'workqueue', max_msgs: 5, discard: 'new' }, true),
  },
  {
    id: 'nats/interest-without-consumer',
    title: 'stream with retention interest',
    flow: flow('durable: billing, ackPolicy: explicit', 1,
      'stream: { name: ORDERS, storage: file, replicas: 3, retention: interest }'),
    hazard: 'loss',
    faults: 0,
    injected: 'nothing: the consumer is made after the messages were published',
    predicted: true,
    because: 'what no consumer is interested in is acknowledged and dropped',
    differs: 'the model takes the durable consumers that the files declare to be there from the start',
    run: late({ retention: 'interest' }, false),
  },
  {
    id: 'nats/memory-storage-restart',
    title: 'stream in memory, one replica',
    flow: flow('durable: billing, ackPolicy: explicit', 1, 'stream: { name: ORDERS, storage: memory, replicas: 1 }'),
    hazard: 'loss',
    faults: 1,
    injected: 'the server is killed (kill -9) and comes back',
    predicted: true,
    because: 'the messages were in the process only',
    run: restart({ storage: 'memory' }),
  },
  {
    id: 'nats/file-storage-restart',
    title: 'stream in files, one replica',
    flow: flow('durable: billing, ackPolicy: explicit', 1, 'stream: { name: ORDERS, storage: file, replicas: 1 }'),
    hazard: 'loss',
    faults: 1,
    injected: 'the server is killed (kill -9) and comes back; the machine keeps running',
    predicted: false,
    because: 'what was written is with the operating system, which outlives the process',
    beyond: 'the model counts a power cut as well, which takes what was not yet synced; this row kills the process only',
    run: restart({ storage: 'file' }),
  },
];
