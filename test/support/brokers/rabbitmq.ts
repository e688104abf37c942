import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { connect } from 'amqplib';
import { findRabbit } from '../../../scripts/setup/rabbitmq-home.mjs';
import { isListening } from '../../../scripts/support/ports.mjs';
import { until } from '../../../scripts/support/until.mjs';
import { startBroker } from './broker';
import type { Installation, RunningBroker } from './broker';

/** How the broker differs from a new one with its guest account and the management plugin. */
export interface RabbitOptions {
  /** Besides `rabbitmq_management`, such as `rabbitmq_consistent_hash_exchange`. */
  readonly plugins?: readonly string[];
  /** Lines added to rabbitmq.conf. */
  readonly conf?: readonly string[];
}

/** RabbitMQ's own start script, with its Erlang. */
export async function findRabbitInstallation(): Promise<Installation | undefined> {
  const found = findRabbit();
  return found && { kind: 'rabbitmq', version: found.version, command: found.command };
}

/** Starts a RabbitMQ of one node with the management API; `guest` may come from the loopback address. */
export async function startRabbit(options: RabbitOptions = {}): Promise<RunningBroker> {
  const installed = findRabbit();
  if (!installed) throw new Error('RabbitMQ is not installed: run node scripts/setup/brokers.mjs');

  return startBroker({
    kind: 'rabbitmq',
    ports: 4,
    async prepare(folder, [port, managementPort, epmdPort]) {
      const { dir } = folder;
      await mkdir(join(dir, 'home'));
      const plugins = ['rabbitmq_management', ...options.plugins ?? []];
      await writeFile(join(dir, 'plugins'), `[${plugins.join(',')}].\n`);
      await writeFile(join(dir, 'rabbitmq.conf'), [
        `listeners.tcp.1 = 127.0.0.1:${port}`,
        'management.tcp.ip = 127.0.0.1',
        `management.tcp.port = ${managementPort}`,
        'log.file = false',
        'log.console = true',
        'log.console.level = info',
        'vm_memory_high_watermark.absolute = 512MB',
        'disk_free_limit.absolute = 50MB',
        // The management API's figures are at most this old, in milliseconds.
        'collect_statistics_interval = 1000',
        ...options.conf ?? [],
      ].join('\n') + '\n');
      // Left to itself, Erlang starts a port mapper that outlives the node, in a session of its own.
      const epmd = folder.start(installed.epmd, ['-port', String(epmdPort), '-address', '127.0.0.1'], {
        log: 'epmd', env: { PATH: process.env.PATH },
      });
      await until(() => isListening(epmdPort!), { what: 'epmd', every: 10, giveUp: () => epmd.ended() });
    },
    launch: (folder, ports) => folder.start(installed.command, [], {
      log: 'rabbitmq',
      env: environment(folder.dir, {
        name: `tailrace-${ports[2]}@localhost`, epmdPort: ports[2]!, distributionPort: ports[3]!, home: join(folder.dir, 'home'),
      }),
    }),
    isReady: ([port, managementPort]) => answers(port!, managementPort!),
    url: (port) => `amqp://guest:guest@127.0.0.1:${port}`,
    adminUrl: ([, managementPort]) => `http://guest:guest@127.0.0.1:${managementPort}`,
  });
}

/**
 * For a test that kills the broker after it has declared something: waits until that is on disk.
 * RabbitMQ 3 answers `queue.bind` while the binding may still be in the memory of Mnesia's log, which
 * is written every two seconds; a broker killed before comes back with the queue and without the binding.
 */
export async function declaredOnDisk(): Promise<void> {
  await setTimeout(3000);
}

/** What sets one node apart from the others of its machine. */
export interface RabbitNode {
  readonly name: string;
  readonly epmdPort: number;
  readonly distributionPort: number;
  /** Where the Erlang cookie is made, or lies; nodes of one cluster share it. */
  readonly home: string;
}

/** The environment of a node's start script; all it keeps is in `dir`. */
export function environment(dir: string, { name, epmdPort, distributionPort, home }: RabbitNode): NodeJS.ProcessEnv {
  return {
    PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
    LANG: 'C.UTF-8',
    HOME: home,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: name,
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq.conf'),
    // Named but never made, so that the machine's own settings have no say.
    RABBITMQ_CONF_ENV_FILE: join(dir, 'no-environment.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(dir, 'advanced.config'),
    RABBITMQ_MNESIA_BASE: join(dir, 'data'),
    RABBITMQ_LOG_BASE: join(dir, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'plugins'),
    RABBITMQ_FEATURE_FLAGS_FILE: join(dir, 'feature-flags'),
    RABBITMQ_GENERATED_CONFIG_DIR: join(dir, 'generated'),
    RABBITMQ_PID_FILE: join(dir, 'pid'),
    // With input allowed the script becomes the node instead of minding it, so that the process id
    // is the node's; the input itself is then declined.
    RABBITMQ_ALLOW_INPUT: '1',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-noinput +S 2:2',
  };
}

async function answers(port: number, managementPort: number): Promise<boolean> {
  const overview = await fetch(`http://127.0.0.1:${managementPort}/api/overview`, {
    headers: { authorization: `Basic ${Buffer.from('guest:guest').toString('base64')}` },
    signal: AbortSignal.timeout(2000),
  });
  if (!overview.ok) return false;
  const connection = await connect(`amqp://guest:guest@127.0.0.1:${port}`, { timeout: 2000 });
  connection.on('error', () => {});
  try {
    await connection.createChannel();
    return true;
  } finally {
    await connection.close();
  }
}
