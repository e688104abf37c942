import assert from 'node:assert/strict';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { flowFile } from '../flow';
import type { Frame } from '../frames';
import { numbers, type Observed } from '../observed';
import type { Experiment } from '../row';
import { drain, END, prepare, publishAcked, withNats, type Nats } from './setup';

const SENT = numbers(10);

/** Three replicas lose nothing by one fault of a server, so that what is lost is lost on the way to the stream. */
const flow = (publish: string, stream = '', acks: 'explicit' | 'none' = 'explicit'): string => flowFile({
  protocol: 'nats',
  broker: 'version: "2.9"',
  channel: `stream: { name: ORDERS, storage: file, replicas: 3${stream} }`,
  publisher: 'client: nats.js@3.4',
  publish: `maxInFlight: 1, ${publish}`,
  consumer: 'client: nats.js@3.4',
  consume: `durable: billing, ackPolicy: ${acks}`,
});

/** JetStream's answer to a publish is a message to the publisher's inbox. */
const isPubAck = ({ bytes }: Frame): boolean => bytes.includes('"seq":') && bytes.includes('"stream":"ORDERS"');
const isOrder = ({ name }: Frame): boolean => /^H?PUB orders$/.test(name);

/** Publishes ten messages while the proxy loses one frame, and reads the stream to its end. */
function publishing(
  lose: (on: Nats) => Promise<void>,
  publish: (connection: NatsConnection, list: readonly number[]) => Promise<number[]>,
): () => Promise<Observed> {
  return () => withNats(async (on) => {
    await prepare(on.manager);
    const connection = await on.connect();
    const lost = lose(on);
    const acknowledged = await publish(connection, SENT.slice(0, 4));
    await lost;
    acknowledged.push(...await publish(connection, SENT.slice(4)));
    await publishAcked(connection, [END]);
    return { sent: SENT, acknowledged, processed: await drain(connection) };
  });
}

/** A publisher is away for longer than the stream remembers ids, after the answer to its fourth message was lost. */
function lateRetry(): Promise<Observed> {
  return withNats(async (on) => {
    await prepare(on.manager, { duplicate_window: 500_000_000 });
    const connection = await on.connect();
    await publishAcked(connection, SENT.slice(0, 3), true);
    const lost = on.proxy.lose('broker', isPubAck);
    await assert.rejects(jetstream(connection).publish('orders', '4', { msgID: 'order-4', timeout: 500 }));
    await lost;
    // Real time: the window is the server's own.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await publishAcked(connection, SENT.slice(3), true);
    await publishAcked(connection, [END]);
    return { sent: SENT, acknowledged: SENT, processed: await drain(connection) };
  });
}

/** Core publishes: nothing comes back, so all that was written counts as sent. */
async function publishPlain(connection: NatsConnection, list: readonly number[]): Promise<number[]> {
  for (const n of list) {
    connection.publish('orders', String(n));
    // Answered only when all before has arrived; after a cut it is answered on the next connection.
    await connection.flush().catch(() => connection.flush());
  }
  return [...list];
}

const loseOrder = (on: Nats): Promise<void> => on.proxy.lose('client', isOrder, 4);
const losePubAck = (on: Nats): Promise<void> => on.proxy.lose('broker', isPubAck, 4);

/** What the hop into the stream promises. */
export const publishingRows: readonly Experiment<void>[] = [
  {
    id: 'nats/core-publish-lost',
    title: 'core publish to the subject of a stream',
    flow: flow('waitForAck: false'),
    hazard: 'loss',
    faults: 1,
    injected: 'the connection is cut as the fourth PUB is on its way',
    predicted: true,
    because: 'a core publish is not answered, so nobody knows that it is missing',
    run: publishing(loseOrder, publishPlain),
  },
  {
    id: 'nats/acked-publish-kept',
    title: 'JetStream publish that is tried again until PubAck',
    flow: flow('waitForAck: true'),
    hazard: 'loss',
    faults: 1,
    injected: 'the connection is cut as the fourth PUB is on its way',
    predicted: false,
    because: 'without PubAck the publisher sends it again',
    run: publishing(loseOrder, (connection, list) => publishAcked(connection, list)),
  },
  {
    id: 'nats/puback-lost',
    title: 'JetStream publish that is tried again until PubAck',
    flow: flow('waitForAck: true'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the connection is cut as the fourth PubAck is on its way back',
    predicted: true,
    because: 'the stream has the message and cannot know that the second one is the same',
    run: publishing(losePubAck, (connection, list) => publishAcked(connection, list)),
  },
  {
    id: 'nats/puback-lost-msg-id',
    title: 'JetStream publish with Nats-Msg-Id that is tried again within the duplicate window',
    flow: flow('waitForAck: true, messageId: order_id', ', duplicateWindow: 2m', 'none'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the connection is cut as the fourth PubAck is on its way back',
    predicted: false,
    because: 'within the duplicate window the stream drops a second message of the same Nats-Msg-Id',
    run: publishing(losePubAck, (connection, list) => publishAcked(connection, list, true)),
  },
  {
    id: 'nats/retry-after-duplicate-window',
    title: 'JetStream publish with Nats-Msg-Id and a duplicate window of 500 ms',
    flow: flow('waitForAck: true, messageId: order_id', ', duplicateWindow: 500ms', 'none'),
    hazard: 'duplication',
    faults: 2,
    injected: 'the fourth PubAck is lost, and the publisher is cut off for longer than the duplicate window',
    predicted: true,
    because: 'an id is forgotten when the duplicate window has passed',
    run: lateRetry,
  },
];
