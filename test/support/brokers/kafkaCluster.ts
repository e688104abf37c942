import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel, type Admin, type ITopicConfig } from 'kafkajs';
import { findKafka } from '../../../scripts/setup/kafka-home.mjs';
import { ownFolder } from '../../../scripts/support/owned-folder.mjs';
import { freePorts } from '../../../scripts/support/ports.mjs';
import { until } from '../../../scripts/support/until.mjs';
import type { OwnedProcess } from './broker';
import { CLUSTER, JVM } from './kafka';
import { knowsTopics, makeTopics } from './kafkaTopics';

/** A Kafka of several brokers, and a controller of its own that no experiment touches. */
export interface KafkaCluster {
  /** The addresses of all brokers. */
  readonly brokers: readonly string[];
  /** The brokers' node ids: 1, 2, 3. */
  readonly ids: readonly number[];
  kill(id: number): Promise<void>;
  /** Stops a broker in the middle of what it does (SIGSTOP), without ending it; and lets it go on. */
  pause(id: number): void;
  resume(id: number): void;
  /** Starts a broker that was killed, with its data, or with an empty disk. */
  start(id: number, disk?: 'kept' | 'empty'): Promise<void>;
  /** Does something with an admin client. */
  admin<T>(act: (admin: Admin) => Promise<T>): Promise<T>;
  /** Makes topics and returns when every broker knows them, whichever a client asks next. All must run. */
  makeTopics(topics: ITopicConfig[]): Promise<void>;
  stop(): Promise<void>;
}

const CONTROLLER = 100;

/** Starts a controller and brokers; returns when all brokers are registered and answer. */
export async function startKafkaCluster(
  { size = 3, properties = {} }: { size?: number; properties?: Readonly<Record<string, string>> } = {},
): Promise<KafkaCluster> {
  const installed = await findKafka();
  if (!installed) throw new Error('Kafka is not installed: run node scripts/setup/brokers.mjs');
  const { java, classPath } = installed;
  const [controllerPort, ...ports] = await freePorts(size + 1);
  const ids = ports.map((_, i) => i + 1);
  const brokers = ports.map((port) => `127.0.0.1:${port}`);
  const folder = ownFolder('kafka-cluster');
  const nodes = new Map<number, OwnedProcess>();
  const fileOf = (id: number): string => join(folder.dir, `${id}.properties`);
  const dataOf = (id: number): string => join(folder.dir, `data-${id}`);

  const format = async (id: number): Promise<void> => {
    await mkdir(dataOf(id), { recursive: true });
    await promisify(execFile)(java, [...JVM, '-cp', classPath, 'kafka.tools.StorageTool', 'format',
      '--cluster-id', CLUSTER, '--config', fileOf(id)]);
  };
  const launch = (id: number): void => {
    nodes.set(id, folder.start(java, [
      ...JVM, `-Djava.io.tmpdir=${folder.dir}`, '-Dorg.apache.logging.log4j.level=WARN',
      '-cp', classPath, 'kafka.Kafka', fileOf(id),
    ], { log: `kafka-${id}` }));
  };
  const signal = (id: number, name: NodeJS.Signals): void => { process.kill(-nodes.get(id)!.pid, name); };
  // A client that is told of one broker only begins with that one.
  const admin = async <T>(act: (admin: Admin) => Promise<T>, first = brokers): Promise<T> => {
    const client = new Kafka({
      brokers: [...first], logLevel: logLevel.NOTHING, connectionTimeout: 1000,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 20 },
    }).admin();
    try {
      await client.connect();
      return await act(client);
    } finally {
      await client.disconnect();
    }
  };
  const registered = async (id: number): Promise<void> => {
    await until(async () => (await admin((a) => a.describeCluster())).brokers.some(({ nodeId }) => nodeId === id), {
      what: `broker ${id} to be registered`, timeout: 60_000, every: 100, giveUp: () => nodes.get(id)!.ended(),
    });
  };

  try {
    const voters = `${CONTROLLER}@127.0.0.1:${controllerPort}`;
    for (const id of [CONTROLLER, ...ids]) {
      const own = id === CONTROLLER
        ? { 'process.roles': 'controller', 'listeners': `CONTROLLER://127.0.0.1:${controllerPort}` }
        : { 'process.roles': 'broker', 'listeners': `CLIENT://127.0.0.1:${ports[id - 1]}` };
      const all = { ...own, ...settings(dataOf(id), id, voters), ...properties };
      await writeFile(fileOf(id), Object.entries(all).map(([key, value]) => `${key}=${value}\n`).join(''));
    }
    await Promise.all([CONTROLLER, ...ids].map(format));
    for (const id of [CONTROLLER, ...ids]) launch(id);
    for (const id of ids) await registered(id);
    // The first group makes the topic of offsets, which takes its time.
    await until(() => admin((a) => a.describeGroups(['readiness'])), { what: 'the group coordinator', timeout: 60_000 });
  } catch (error) {
    await folder.remove();
    throw error;
  }

  return {
    brokers,
    ids,
    kill: (id) => nodes.get(id)!.kill(),
    pause: (id) => signal(id, 'SIGSTOP'),
    resume: (id) => signal(id, 'SIGCONT'),
    async start(id, disk = 'kept') {
      if (disk === 'empty') {
        await rm(dataOf(id), { recursive: true });
        await format(id);
      }
      launch(id);
      await registered(id);
    },
    admin: (act) => admin(act),
    async makeTopics(topics) {
      await admin((a) => makeTopics(a, topics));
      await Promise.all(brokers.map((broker) => admin((a) => knowsTopics(a, topics), [broker])));
    },
    stop: () => folder.remove(),
  };
}

function settings(data: string, id: number, voters: string): Record<string, string> {
  return {
    'node.id': String(id),
    'controller.quorum.voters': voters,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    ...id === CONTROLLER ? {} : { 'inter.broker.listener.name': 'CLIENT' },
    'log.dirs': data,
    'num.network.threads': '2',
    'num.io.threads': '2',
    'group.initial.rebalance.delay.ms': '0',
    // A dead broker is noticed soon, one that is stopped for a moment is not taken for dead.
    'broker.session.timeout.ms': '4000',
    'broker.heartbeat.interval.ms': '500',
    'replica.lag.time.max.ms': '2000',
    'replica.fetch.wait.max.ms': '100',
    'offsets.topic.replication.factor': '3',
    'offsets.topic.num.partitions': '1',

    
    'auto.leader.rebalance.enable': 'false',
  };
}
