import { jetstream, jetstreamManager, type ConsumerConfig, type JetStreamManager, type StreamConfig } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { startNats, type RunningBroker } from '../../support/brokers';
import { until } from '../../../scripts/support/until.mjs';
import { flowFile } from '../flow';
import { natsFraming } from '../frames';
import { startProxy, type Proxy } from '../proxy';

/** A NATS server of the run's own, with a proxy before it. */
export interface Nats {
  readonly broker: RunningBroker;
  readonly proxy: Proxy;
  /** Through the proxy, coming back by itself when it is cut off. */
  connect(): Promise<NatsConnection>;
  /** Past the proxy. */
  readonly manager: JetStreamManager;
}

/** The number of the message that ends a run: when it has come, nothing sent before it will. */
export const END = 0;

const RETRY = { reconnect: true, reconnectTimeWait: 50, maxReconnectAttempts: -1, ignoreClusterUpdates: true };

export async function withNats<T>(act: (on: Nats) => Promise<T>): Promise<T> {
  const broker = await startNats();
  const proxy = await startProxy(natsFraming, broker.port);
  const connections: NatsConnection[] = [];
  const open = async (port: number): Promise<NatsConnection> => {
    const connection = await connect({ servers: `127.0.0.1:${port}`, ...RETRY });
    connections.push(connection);
    return connection;
  };
  try {
    return await act({
      broker,
      proxy,
      connect: () => open(proxy.port),
      manager: await jetstreamManager(await open(broker.port)),
    });
  } finally {
    await Promise.all(connections.map((connection) => connection.close()));
    await proxy.close();
    await broker.stop();
  }
}

/** The stream and the durable consumer that rows are about, where they do not say otherwise. */
export async function prepare(
  manager: JetStreamManager,
  stream: Partial<StreamConfig> = {},
  consumer: Partial<ConsumerConfig> | null = {},
): Promise<void> {
  await manager.streams.add({ name: 'ORDERS', subjects: ['orders'], ...stream });
  if (consumer === null) return;
  await manager.consumers.add('ORDERS', { durable_name: 'billing', ack_policy: 'explicit', ...consumer });
}

/** JetStream publishes that are tried again until the stream has answered, as a careful program does. */
export async function publishAcked(
  connection: NatsConnection, list: readonly number[], msgId = false,
): Promise<number[]> {
  const js = jetstream(connection);
  for (const n of list) {
    await until(() => js.publish('orders', String(n), {
      timeout: 500, ...msgId ? { msgID: `order-${n}` } : {},
    }), { what: `the PubAck of ${n}`, every: 20 });
  }
  return [...list];
}

/** Reads what the durable consumer has to give until the end of the run, and acknowledges it. */
export async function drain(connection: NatsConnection): Promise<number[]> {
  const consumer = await jetstream(connection).consumers.get('ORDERS', 'billing');
  const messages = await consumer.consume();
  const processed: number[] = [];
  for await (const message of messages) {
    const n = Number(message.string());
    message.ack();
    if (n === END) break;
    processed.push(n);
  }
  return processed;
}

/** All that the consumer still gives, what it sends again included. */
export async function settled(on: Nats, connection: NatsConnection): Promise<number[]> {
  const consumer = await jetstream(connection).consumers.get('ORDERS', 'billing');
  const processed: number[] = [];
  const messages = await consumer.consume({
    callback: (message) => {
      const n = Number(message.string());
      if (n !== END) processed.push(n);
      message.ack();
    },
  });
  await until(async () => {
    const { num_pending: pending, num_ack_pending: unacknowledged } = await on.manager.consumers.info('ORDERS', 'billing');
    return pending === 0 && unacknowledged === 0;
  }, { what: 'the consumer to have nothing more', every: 50 });
  await messages.close();
  return processed;
}

/** Three replicas lose nothing by one fault of a server, where a row is not about the stream itself. */
const REPLICATED = 'stream: { name: ORDERS, storage: file, replicas: 3 }';

export const consumeFlow = (consume: string, instances = 1, channel = REPLICATED): string => flowFile({
  protocol: 'nats',
  broker: 'version: "2.9"',
  channel,
  publisher: 'client: nats.js@3.4',
  publish: 'waitForAck: true, messageId: order_id, maxInFlight: 1',
  consumer: instances === 1 ? 'client: nats.js@3.4' : `client: nats.js@3.4, instances: ${instances}`,
  consume,
});
