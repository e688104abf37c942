import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { findKafka } from '../../../scripts/setup/kafka-home.mjs';
import { startBroker } from './broker';
import type { Installation, RunningBroker } from './broker';

/** How the broker differs from an open one with default settings. */
export interface KafkaOptions {
  /** Added to server.properties, or put in place of what the harness says there. */
  readonly properties?: Readonly<Record<string, string>>;
  /** A second listener for clients on `port`, at which they are told to come back to `advertised`: a proxy's. */
  readonly proxied?: { readonly port: number; readonly advertised: number };
  /** Further listeners by name; what belongs to them is said in `properties`. */
  readonly listeners?: Readonly<Record<string, KafkaListener>>;
  /** Users of SCRAM, as the storage tool takes them: `SCRAM-SHA-256=[name=ann,password=secret]`. */
  readonly scram?: readonly string[];
  /** Clients must sign in by SASL PLAIN as one of these (name to password), without TLS. */
  readonly users?: Readonly<Record<string, string>>;
}

export interface KafkaListener {
  readonly port: number;
  readonly protocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';
  /** What clients are told to come back to; absent: where it listens. */
  readonly advertised?: string;
}

/** Apache Kafka as the set-up put it into the cache folder, with a Java that can run it. */
export async function findKafkaInstallation(): Promise<Installation | undefined> {
  const found = await findKafka();
  return found && { kind: 'kafka', version: found.version, command: found.java };
}

// The least the collector and the compiler can do: a test broker lives for seconds. Without
// performance data the machine writes no file outside the broker's folder.
export const JVM = ['-Xmx384m', '-Xms64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];
export const CLUSTER = 'dGFpbHJhaWwtdGVzdHMAAA';

/** Starts a Kafka of one node in KRaft mode, broker and controller in one process. */
export async function startKafka(options: KafkaOptions = {}): Promise<RunningBroker> {
  const installed = await findKafka();
  if (!installed) throw new Error('Kafka is not installed: run node scripts/setup/brokers.mjs');
  const { java, classPath } = installed;

  return startBroker({
    kind: 'kafka',
    ports: 2,
    async prepare(folder, [port, controllerPort]) {
      const properties = {
        ...settings(folder.dir, port!, controllerPort!), ...signIn(options.users),
        ...options.proxied ? proxied(port!, controllerPort!, options.proxied) : {},
        ...options.listeners ? listening(port!, controllerPort!, options.listeners) : {}, ...options.properties,
      };
      const file = join(folder.dir, 'server.properties');
      await writeFile(file, Object.entries(properties).map(([key, value]) => `${key}=${value}\n`).join(''));
      await promisify(execFile)(java, [...JVM, '-cp', classPath, 'kafka.tools.StorageTool', 'format',
        '--cluster-id', CLUSTER, '--config', file,
        ...(options.scram ?? []).flatMap((user) => ['--add-scram', user])]);
    },
    launch: (folder) => folder.start(java, [
      ...JVM, `-Djava.io.tmpdir=${folder.dir}`, '-Dorg.apache.logging.log4j.level=WARN',
      '-cp', classPath, 'kafka.Kafka', join(folder.dir, 'server.properties'),
    ], { log: 'kafka' }),
    isReady: ([port]) => answers(port!, options.users),
    url: (port) => `127.0.0.1:${port}`,
  });
}

function settings(dir: string, port: number, controllerPort: number): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'listeners': `CLIENT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `CLIENT://127.0.0.1:${port}`,
    'inter.broker.listener.name': 'CLIENT',
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(dir, 'data'),
    'num.network.threads': '2',
    'num.io.threads': '2',
    'log.segment.bytes': '16777216',
    'group.initial.rebalance.delay.ms': '0',
    // A killed broker may register again only when its last session is over; the default is 9 s.
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '1000',
    // One node can hold one replica, and fewer partitions of the internal topics start sooner.
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'share.coordinator.state.topic.num.partitions': '1',
  };
}

function proxied(
  port: number, controllerPort: number, second: NonNullable<KafkaOptions['proxied']>,
): Record<string, string> {
  return {
    'listeners': `CLIENT://127.0.0.1:${port},PROXIED://127.0.0.1:${second.port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `CLIENT://127.0.0.1:${port},PROXIED://127.0.0.1:${second.advertised}`,
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT',
  };
}

function listening(
  port: number, controllerPort: number, listeners: Readonly<Record<string, KafkaListener>>,
): Record<string, string> {
  const all = Object.entries(listeners);
  return {
    'listeners': [`CLIENT://127.0.0.1:${port}`, `CONTROLLER://127.0.0.1:${controllerPort}`,
      ...all.map(([name, l]) => `${name}://127.0.0.1:${l.port}`)].join(),
    'advertised.listeners': [`CLIENT://127.0.0.1:${port}`,
      ...all.map(([name, l]) => `${name}://${l.advertised ?? `127.0.0.1:${l.port}`}`)].join(),
    'listener.security.protocol.map': ['CLIENT:PLAINTEXT', 'CONTROLLER:PLAINTEXT',
      ...all.map(([name, l]) => `${name}:${l.protocol}`)].join(),
  };
}

function signIn(users: KafkaOptions['users']): Record<string, string> {
  if (!users) return {};
  // The broker speaks to itself over the same listener and needs an account of its own.
  const accounts = Object.entries({ ...users, broker: 'broker' })
    .map(([name, password]) => ` user_${name}="${password}"`);
  return {
    'listener.security.protocol.map': 'CLIENT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
    'sasl.enabled.mechanisms': 'PLAIN',
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    'listener.name.client.plain.sasl.jaas.config':
      'org.apache.kafka.common.security.plain.PlainLoginModule required username="broker" password="broker"'
      + `${accounts.join('')};`,
  };
}

/** Ready means more than an open port: the group coordinator answers, which makes `__consumer_offsets`. */
async function answers(port: number, users: KafkaOptions['users']): Promise<boolean> {
  const user = users && Object.entries({ ...users, broker: 'broker' }).at(-1)!;
  const kafka = new Kafka({
    clientId: 'tailrace-readiness',
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    // Without retries kafkajs never fetches the metadata that finding a coordinator needs.
    retry: { initialRetryTime: 50, maxRetryTime: 200, retries: 10 },
    ...(user ? { sasl: { mechanism: 'plain' as const, username: user[0], password: user[1] } } : {}),
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    await admin.describeGroups(['tailrace-readiness']);
    return true;
  } finally {
    await admin.disconnect();
  }
}
