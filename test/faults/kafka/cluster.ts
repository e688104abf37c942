import { logLevel, Kafka, type Producer } from 'kafkajs';
import { startKafkaCluster, type KafkaCluster } from '../../support/brokers';
import { until } from '../../../scripts/support/until.mjs';
import { flowFile } from '../flow';
import { numbers, type Observed } from '../observed';
import { group, type Experiment, type Group } from '../row';
import { END, publish, readToEnd } from './setup';

const SENT = numbers(10);
/** Each topic's first replica, which leads it to begin with. The experiments kill and pause the others as they need. */
const LEADER = 1;
const FOLLOWERS = [2, 3];

interface Context {
  readonly cluster: KafkaCluster;
  name(): string;
}

/** For what the cluster blocks, the consumer passes over what it cannot process: it then blocks nothing itself. */
const flow = (publish: string, channel: string, passesOver = false): string => flowFile({
  protocol: 'kafka',
  broker: 'version: "4.1", nodes: 3',
  channel: `partitions: 1, ${channel}`,
  publisher: 'client: kafkajs@2.2',
  publish: `maxInFlight: 1, key: order_id, ${publish}`,
  consumer: 'client: kafkajs@2.2',
  consume: 'group: billing, autoCommit: false, commit: after-processing, isolation: read_committed, offsetReset: earliest'
    + (passesOver ? ', onFailure: { retries: 3, skip: true }' : ''),
});

function client({ cluster }: Context, retries: number): Kafka {
  return new Kafka({
    brokers: [...cluster.brokers], logLevel: logLevel.NOTHING, connectionTimeout: 1000, requestTimeout: 1500,
    retry: { initialRetryTime: 100, maxRetryTime: 500, retries },
  });
}

async function withProducer<T>(on: Context, retries: number, act: (producer: Producer) => Promise<T>): Promise<T> {
  const producer = client(on, retries).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  try {
    return await act(producer);
  } finally {
    await producer.disconnect();
  }
}

interface TopicOptions {
  readonly replicas?: readonly number[];
  readonly minIsr?: number;
  readonly unclean?: boolean;
}

async function createTopic({ cluster }: Context, topic: string, options: TopicOptions): Promise<void> {
  const { replicas = [LEADER, ...FOLLOWERS], minIsr = 1, unclean = false } = options;
  await cluster.makeTopics([{
    topic,
    replicaAssignment: [{ partition: 0, replicas: [...replicas] }],
    configEntries: [
      { name: 'min.insync.replicas', value: String(minIsr) },
      { name: 'unclean.leader.election.enable', value: String(unclean) },
    ],
  }]);
  await inSync({ cluster }, topic, replicas.length);
}

async function state({ cluster }: Pick<Context, 'cluster'>, topic: string): Promise<{ leader: number; isr: number[] }> {
  const { topics } = await cluster.admin((admin) => admin.fetchTopicMetadata({ topics: [topic] }));
  const { leader, isr } = topics[0]!.partitions[0]!;
  return { leader, isr };
}

async function inSync(on: Pick<Context, 'cluster'>, topic: string, count: number): Promise<void> {
  await until(async () => (await state(on, topic)).isr.length === count, {
    what: `${count} in-sync replicas of ${topic}`, timeout: 40_000, every: 100,
  });
}

/** All brokers run again, and all replicas are in sync, before the next row. */
async function heal(on: Context, topic: string, dead: readonly number[], replicas = 3): Promise<void> {
  await Promise.all(dead.map((id) => on.cluster.start(id)));
  await inSync(on, topic, replicas);
}

async function readAll(on: Context, topic: string): Promise<number[]> {
  await withProducer(on, 40, (producer) => publish(producer, topic, [END]));
  return readToEnd(client(on, 40), topic, `${topic}.reader`);
}

/**
 * The followers stop for a moment, so that they have not copied yet what the leader takes; the leader is killed, and
 * the followers, which are in sync as far as anybody knows, go on.
 */
function leaderLost(acks: 1 | -1, options: TopicOptions): (on: Context) => Promise<Observed> {
  return async (on) => {
    const topic = on.name();
    await createTopic(on, topic, options);
    const acknowledged = await withProducer(on, 40, async (producer) => {
      // All replicas have these before anything happens.
      const before = await publish(producer, topic, SENT.slice(0, 5), -1);
      for (const id of FOLLOWERS) on.cluster.pause(id);
      // A fetch that already waits at the leader would still bring the next record: it ends within 100 ms.
      await new Promise((resolve) => setTimeout(resolve, 500));
      const sending = publish(producer, topic, SENT.slice(5, 8), acks);
      if (acks === 1) await sending;
      // With acks=all no answer can come; that the record is on its way is all there is to wait for.
      else await new Promise((resolve) => setTimeout(resolve, 300));
      await on.cluster.kill(LEADER);
      for (const id of FOLLOWERS) on.cluster.resume(id);
      await until(async () => FOLLOWERS.includes((await state(on, topic)).leader), {
        what: 'a new leader', timeout: 30_000, every: 100,
      });
      return [...before, ...await sending, ...await publish(producer, topic, SENT.slice(8), acks)];
    });
    const processed = await readAll(on, topic);
    await heal(on, topic, [LEADER]);
    return { sent: SENT, acknowledged, processed };
  };
}

/** Both followers fall behind and leave the in-sync replicas; the leader takes records alone, then is killed. */
function shrunkThenLeaderLost(unclean: boolean): (on: Context) => Promise<Observed> {
  return async (on) => {
    const topic = on.name();
    await createTopic(on, topic, { minIsr: 1, unclean });
    const acknowledged = await withProducer(on, 40, (producer) => publish(producer, topic, SENT.slice(0, 5)));
    for (const id of FOLLOWERS) on.cluster.pause(id);
    await until(async () => (await state({ cluster: only(on.cluster, LEADER) }, topic)).isr.length === 1, {
      what: 'the followers to leave the in-sync replicas', timeout: 40_000, every: 200,
    });
    const alone = { ...on, cluster: only(on.cluster, LEADER) };
    acknowledged.push(...await withProducer(alone, 10, (producer) => publish(producer, topic, SENT.slice(5, 8))));
    await on.cluster.kill(LEADER);
    for (const id of FOLLOWERS) on.cluster.resume(id);
    const rest = { ...on, cluster: only(on.cluster, ...FOLLOWERS) };
    if (unclean) {
      await until(async () => FOLLOWERS.includes((await state(rest, topic)).leader), {
        what: 'an unclean leader', timeout: 40_000, every: 200,
      });
      acknowledged.push(...await withProducer(rest, 40, (producer) => publish(producer, topic, SENT.slice(8))));
      // The group coordinator's own topic has no leader until the killed broker is back.
      await heal(on, topic, [LEADER]);
      const processed = await readAll(on, topic);
      return { sent: SENT, acknowledged, processed };
    }
    const isTaken = await withProducer(rest, 6, (producer) => publish(producer, topic, [9])).then(() => true, () => false);
    await heal(on, topic, [LEADER]);
    // Nobody could write or read until somebody brought the leader back; with it, all is there.
    const processed = isTaken ? SENT : await readAll(on, topic);
    return { sent: SENT, acknowledged, processed, blocked: isTaken ? [] : [9, 10] };
  };
}

/** The cluster as seen by clients that know some of its brokers only: the others would not answer. */
function only(cluster: KafkaCluster, ...ids: readonly number[]): KafkaCluster {
  const brokers = ids.map((id) => cluster.brokers[id - 1]!);
  return {
    ...cluster,
    brokers,
    async admin(act) {
      const admin = new Kafka({
        brokers, logLevel: logLevel.NOTHING, connectionTimeout: 1000,
        // A paused broker takes connections and does not answer.
        requestTimeout: 1000, retry: { initialRetryTime: 50, maxRetryTime: 200, retries: 20 },
      }).admin();
      try {
        await admin.connect();
        return await act(admin);
      } finally {
        await admin.disconnect();
      }
    },
  };
}

/** Some followers are gone for good; the publisher tries for a while. */
function followersGone(count: number, minIsr: number): (on: Context) => Promise<Observed> {
  return async (on) => {
    const topic = on.name();
    await createTopic(on, topic, { minIsr });
    const acknowledged = await withProducer(on, 40, (producer) => publish(producer, topic, SENT.slice(0, 5)));
    const gone = FOLLOWERS.slice(0, count);
    for (const id of gone) await on.cluster.kill(id);
    await inSync(on, topic, 3 - count);
    const rest = await withProducer(on, 6, (producer) => publish(producer, topic, SENT.slice(5)))
      .then((list) => list, () => undefined);
    if (rest) acknowledged.push(...rest);
    await heal(on, topic, gone);
    return { sent: SENT, acknowledged, processed: await readAll(on, topic), blocked: rest ? [] : SENT.slice(5) };
  };
}

/** The only replica's broker is killed and comes back with an empty disk. */
async function diskLost(on: Context): Promise<Observed> {
  const topic = on.name();
  await createTopic(on, topic, { replicas: [LEADER] });
  const acknowledged = await withProducer(on, 40, (producer) => publish(producer, topic, SENT.slice(0, 5)));
  await on.cluster.kill(LEADER);
  await on.cluster.start(LEADER, 'empty');
  await until(async () => (await state(on, topic)).leader === LEADER, {
    what: 'the only replica to lead again', timeout: 40_000, every: 100,
  });
  acknowledged.push(...await withProducer(on, 40, (producer) => publish(producer, topic, SENT.slice(5))));
  return { sent: SENT, acknowledged, processed: await readAll(on, topic) };
}

const NO_IDEMPOTENCE = 'idempotence: false';

const clusterExperiments: readonly Experiment<Context>[] = [
  {
    id: 'kafka/acks-1-leader-lost',
    title: 'kafkajs with acks 1, three replicas',
    flow: flow(`acks: 1, ${NO_IDEMPOTENCE}`, 'replicas: 3, minInsyncReplicas: 2'),
    hazard: 'loss',
    faults: 1,
    injected: 'the leader is killed when it has acknowledged three records that no follower has copied',
    predicted: true,
    because: 'the leader answers before anybody has copied, and the next leader never had them',
    run: leaderLost(1, { minIsr: 2 }),
  },
  {
    id: 'kafka/acks-all-leader-lost',
    title: 'kafkajs with acks all, three replicas, min.insync.replicas 2',
    flow: flow(`acks: all, ${NO_IDEMPOTENCE}`, 'replicas: 3, minInsyncReplicas: 2'),
    hazard: 'loss',
    faults: 1,
    injected: 'the leader is killed when it has taken three records that no follower has copied',
    predicted: false,
    because: 'nothing is acknowledged that the in-sync replicas have not copied, and what is not is sent again',
    runs: 1,
    run: leaderLost(-1, { minIsr: 2 }),
  },
  {
    id: 'kafka/unclean-election',
    title: 'kafkajs with acks all, three replicas, min.insync.replicas 1, unclean leader election',
    flow: flow(`acks: all, ${NO_IDEMPOTENCE}`, 'replicas: 3, minInsyncReplicas: 1, uncleanLeaderElection: true'),
    hazard: 'loss',
    faults: 3,
    injected: 'both followers fall behind, the leader takes three records alone and is killed',
    predicted: true,
    because: 'with min.insync.replicas 1 the leader alone is enough, and a replica without the records may lead',
    run: shrunkThenLeaderLost(true),
  },
  {
    id: 'kafka/clean-election-blocks',
    title: 'kafkajs with acks all, three replicas, min.insync.replicas 1, no unclean leader election',
    flow: flow(`acks: all, ${NO_IDEMPOTENCE}`, 'replicas: 3, minInsyncReplicas: 1, uncleanLeaderElection: false', true),
    hazard: 'blocking',
    faults: 3,
    injected: 'both followers fall behind, the leader takes three records alone and is killed',
    predicted: true,
    because: 'no replica that was in sync is left to lead, until the killed one is brought back',
    run: shrunkThenLeaderLost(false),
  },
  {
    id: 'kafka/below-min-isr-blocks',
    title: 'kafkajs with acks all, three replicas, min.insync.replicas 2',
    flow: flow(`acks: all, ${NO_IDEMPOTENCE}`, 'replicas: 3, minInsyncReplicas: 2', true),
    hazard: 'blocking',
    faults: 2,
    injected: 'two brokers that follow are killed and stay away',
    predicted: true,
    because: 'the leader refuses what fewer than min.insync.replicas could have',
    run: followersGone(2, 2),
  },
  {
    id: 'kafka/at-min-isr-goes-on',
    title: 'kafkajs with acks all, three replicas, min.insync.replicas 2',
    flow: flow(`acks: all, ${NO_IDEMPOTENCE}`, 'replicas: 3, minInsyncReplicas: 2', true),
    hazard: 'blocking',
    faults: 1,
    injected: 'one broker that follows is killed and stays away',
    predicted: false,
    because: 'two in-sync replicas are left, which is enough',
    runs: 1,
    run: followersGone(1, 2),
  },
  {
    id: 'kafka/min-isr-equals-replicas-blocks',
    title: 'kafkajs with acks all, three replicas, min.insync.replicas 3',
    flow: flow(`acks: all, ${NO_IDEMPOTENCE}`, 'replicas: 3, minInsyncReplicas: 3', true),
    hazard: 'blocking',
    faults: 1,
    injected: 'one broker that follows is killed and stays away',
    predicted: true,
    because: 'every replica must be there for each write',
    run: followersGone(1, 3),
  },
  {
    id: 'kafka/one-replica-disk-lost',
    title: 'kafkajs with acks all, one replica',
    flow: flow(`acks: all, ${NO_IDEMPOTENCE}`, 'replicas: 1, minInsyncReplicas: 1'),
    hazard: 'loss',
    faults: 1,
    injected: 'the broker that holds the topic is killed and comes back with an empty disk',
    predicted: true,
    because: 'there was one copy; the broker begins the partition anew and nobody is told',
    run: diskLost,
  },
];

/** A controller and three brokers for all; each row leaves them whole. */
export const kafkaClusterRows: Group = group<Context>({
  name: 'a Kafka cluster',
  broker: 'kafka',
  async open() {
    const cluster = await startKafkaCluster();
    let runs = 0;
    return { context: { cluster, name: () => `replicated-${++runs}` }, close: () => cluster.stop() };
  },
  experiments: clusterExperiments,
});
