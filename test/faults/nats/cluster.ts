import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { startNatsCluster } from '../../support/brokers';
import { until } from '../../../scripts/support/until.mjs';
import { flowFile } from '../flow';
import { numbers, type Observed } from '../observed';
import { group, type Group } from '../row';
import { drain, END, prepare, publishAcked } from './setup';

const SENT = numbers(10);

const flow = (replicas: number): string => flowFile({
  protocol: 'nats',
  broker: 'version: "2.9", nodes: 3',
  channel: `stream: { name: ORDERS, storage: file, replicas: ${replicas} }`,
  publisher: 'client: nats.js@3.4',
  publish: 'waitForAck: true, messageId: order_id, maxInFlight: 1',
  consumer: 'client: nats.js@3.4',
  consume: 'durable: billing, ackPolicy: explicit',
});

/** The server that leads the stream is killed for good in the middle of ten messages. */
async function leaderKilled(replicas: number): Promise<Observed> {
  const cluster = await startNatsCluster();
  const connection = await connect({
    servers: [...cluster.servers], reconnectTimeWait: 50, maxReconnectAttempts: -1,
  });
  try {
    const manager = await jetstreamManager(connection);
    await prepare(manager, { num_replicas: replicas });
    await publishAcked(connection, SENT.slice(0, 5), true);
    const { cluster: where } = await manager.streams.info('ORDERS');
    await cluster.kill(where!.leader!);
    if (replicas === 1) {
      // Nobody else has the stream: it neither takes nor gives, for as long as anybody cares to ask.
      for (let tries = 0; tries < 4; tries++) {
        const taken = await jetstream(connection).publish('orders', '6', { timeout: 500 }).then(() => true, () => false);
        if (taken) return { sent: SENT, acknowledged: SENT, processed: await drain(connection) };
      }
      return { sent: SENT, acknowledged: SENT.slice(0, 5), processed: [], blocked: SENT };
    }
    await publishAcked(connection, [...SENT.slice(5), END], true);
    // The consumer's own leader may have to be elected as well.
    const processed = await until(() => drain(connection), { what: 'the consumer to come back', every: 100 });
    return { sent: SENT, acknowledged: SENT, processed };
  } finally {
    await connection.close();
    await cluster.stop();
  }
}

/** A leader is lost for good, so each run has a cluster of its own. */
export const natsClusterRows: Group = group<void>({
  name: 'a NATS cluster',
  broker: 'nats',
  open: async () => ({ context: undefined, close: async () => {} }),
  experiments: [
    {
      id: 'nats/three-replicas-leader-killed',
      title: 'stream of three replicas, PubAck awaited, explicit acknowledgement',
      flow: flow(3),
      hazard: 'loss',
      faults: 1,
      injected: 'the server that leads the stream is killed and does not come back',
      predicted: false,
      because: 'PubAck means that a majority has the message, and that majority elects the next leader',
      runs: 1,
      run: () => leaderKilled(3),
    },
    {
      id: 'nats/one-replica-node-gone',
      title: 'stream of one replica in a cluster of three',
      flow: flow(1),
      hazard: 'blocking',
      faults: 1,
      injected: 'the server that holds the stream is killed and does not come back',
      predicted: true,
      because: 'no other server has the stream or may begin it anew',
      run: () => leaderKilled(1),
    },
  ],
});
