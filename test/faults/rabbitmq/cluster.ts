import { connect, type Channel, type ChannelModel, type ConfirmChannel, type Options } from 'amqplib';
import { startRabbitCluster, type RabbitCluster } from '../../support/brokers';
import { until } from '../../../scripts/support/until.mjs';
import { flowFile } from '../flow';
import { numbers, type Observed } from '../observed';
import { group, type Experiment, type Group } from '../row';
import { quiet } from './setup';

const SENT = numbers(10);
/** How long an answer may take before a publisher counts as blocked (milliseconds); a new leader takes less. */
const PATIENCE = 5000;

interface Context {
  readonly cluster: RabbitCluster;
  name(): string;
}

/** For what nodes block, the consumer passes over what it cannot process: it then blocks nothing itself. */
const flow = (queue: string, passesOver: boolean): string => flowFile({
  protocol: 'rabbitmq',
  broker: 'version: "3.10", nodes: 3',
  channel: queue,
  publisher: 'client: amqplib@2.3',
  publish: 'maxInFlight: 1, confirms: true, persistent: true, mandatory: false',
  consumer: 'client: amqplib@2.3',
  consume: `ack: manual, prefetch: 1${passesOver ? ', requeue: false, onFailure: { skip: true }' : ''}`,
});

async function at<T>(
  { cluster }: Context, node: number, act: (channel: Channel, connection: ChannelModel) => Promise<T>,
): Promise<T> {
  const connection = await connect(cluster.urls[node]!);
  connection.on('error', () => {});
  try {
    return await act(quiet(await connection.createChannel()), connection);
  } finally {
    await connection.close().catch(() => {});
  }
}

/** Publishes one at a time, each confirmed, and stops at the first that is not confirmed in time. */
async function publish(channel: ConfirmChannel, queue: string, list: readonly number[]): Promise<number[]> {
  const acknowledged: number[] = [];
  for (const n of list) {
    const confirmed = new Promise<boolean>((resolve) => {
      channel.sendToQueue(queue, Buffer.from(String(n)), { persistent: true }, (error) => resolve(!error));
    });
    const late = new Promise<boolean>((resolve) => setTimeout(resolve, PATIENCE, false).unref());
    if (!await Promise.race([confirmed, late])) break;
    acknowledged.push(n);
  }
  return acknowledged;
}

/** All that the queue gives, or undefined where nobody can read it. */
async function emptied(on: Context, node: number, queue: string): Promise<number[] | undefined> {
  const list: number[] = [];
  return at(on, node, async (channel) => {
    for (let message = await channel.get(queue); message; message = await channel.get(queue)) {
      list.push(Number(message.content.toString()));
      channel.ack(message);
    }
    return list;
  }).catch(() => undefined);
}

/** Whether a node knows of a queue that answers. */
function isThere(on: Context, node: number, queue: string): Promise<boolean> {
  return at(on, node, (channel) => channel.checkQueue(queue)).then(() => true, () => false);
}

/**
 * The queue is declared at the first node, which holds it or leads it. Nodes are killed after five of ten messages;
 * publisher and consumer are at the last node.
 */
function nodesKilled(
  options: Options.AssertQueue, kill: readonly number[], then: 'stay away' | 'come back',
): (on: Context) => Promise<Observed> {
  return async (on) => {
    const queue = on.name();
    await at(on, 0, (channel) => channel.assertQueue(queue, { durable: true, ...options }));
    const acknowledged: number[] = [];
    let readable: number[] | undefined;
    await at(on, 2, async (_, connection) => {
      const channel = quiet(await connection.createConfirmChannel());
      acknowledged.push(...await publish(channel, queue, SENT.slice(0, 5)));
      for (const node of kill) await on.cluster.kill(node);
      // Until the other nodes have noticed, they hand on to a queue that is no more, and answer with a nack.
      if (then === 'come back') await until(async () => !await isThere(on, 2, queue), { what: 'the nodes to notice', every: 100 });
      acknowledged.push(...await publish(channel, queue, SENT.slice(5)));
    });
    if (then === 'stay away' && acknowledged.length === SENT.length) readable = await emptied(on, 2, queue);
    await Promise.all(kill.map((node) => on.cluster.start(node)));
    if (readable) return { sent: SENT, acknowledged, processed: readable };
    const late = await until(() => emptied(on, 2, queue), { what: 'the queue to come back', every: 200 });
    // What nobody could read until the nodes were back was blocked, whatever became of it afterwards.
    const blocked = then === 'stay away' ? late : [];
    return { sent: SENT, acknowledged, processed: late, blocked };
  };
}

const QUORUM = { arguments: { 'x-queue-type': 'quorum', 'x-queue-leader-locator': 'client-local' } } as const;

const experiments: readonly Experiment<Context>[] = [
  {
    id: 'rabbitmq/quorum-leader-killed',
    title: 'quorum queue on three nodes, with confirms',
    flow: flow('queue: quorum, replicas: 3', false),
    hazard: 'loss',
    faults: 1,
    injected: 'the node that leads the queue is killed after half of the messages',
    predicted: false,
    because: 'a confirm means that a majority has the message, and that majority elects the next leader',
    runs: 1,
    run: nodesKilled(QUORUM, [0], 'stay away'),
  },
  {
    id: 'rabbitmq/quorum-majority-killed',
    title: 'quorum queue on three nodes, with confirms',
    flow: flow('queue: quorum, replicas: 3', true),
    hazard: 'blocking',
    faults: 2,
    injected: 'two of the three nodes are killed and stay away',
    predicted: true,
    because: 'one node is no majority: it confirms nothing and gives nothing',
    run: nodesKilled(QUORUM, [0, 1], 'stay away'),
  },
  {
    id: 'rabbitmq/classic-node-gone',
    title: 'durable classic queue in a cluster of three nodes, with confirms',
    flow: flow('queue: classic, durable: true', true),
    hazard: 'blocking',
    faults: 1,
    injected: 'the node that holds the queue is killed and stays away',
    predicted: true,
    because: 'a classic queue is on one node only, and with it nobody can read it',
    run: nodesKilled({}, [0], 'stay away'),
  },
  {
    id: 'rabbitmq/classic-node-gone-confirmed',
    title: 'durable classic queue in a cluster of three nodes, with confirms, without mandatory',
    flow: flow('queue: classic, durable: true', false),
    hazard: 'loss',
    faults: 1,
    injected: 'the node that holds the queue is killed after half of the messages and comes back, with its disk, after the others',
    predicted: true,
    because: 'while its node is away no route leads to the queue, and what is unroutable is confirmed and dropped',
    run: nodesKilled({}, [0], 'come back'),
  },
];

/** Three nodes for all; each row starts again what it has killed. */
export const rabbitClusterRows: Group = group<Context>({
  name: 'a RabbitMQ cluster',
  broker: 'rabbitmq',
  async open() {
    const cluster = await startRabbitCluster();
    let runs = 0;
    return { context: { cluster, name: () => `clustered-${++runs}` }, close: () => cluster.stop() };
  },
  experiments,
});
