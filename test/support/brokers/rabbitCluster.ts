import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { findRabbit } from '../../../scripts/setup/rabbitmq-home.mjs';
import { ownFolder } from '../../../scripts/support/owned-folder.mjs';
import { freePorts, isListening } from '../../../scripts/support/ports.mjs';
import { until } from '../../../scripts/support/until.mjs';
import type { OwnedProcess } from './broker';
import { environment } from './rabbitmq';

/** Several RabbitMQ nodes on the loopback address that form one cluster. */
export interface RabbitCluster {
  /** The URL of each node. */
  readonly urls: readonly string[];
  kill(node: number): Promise<void>;
  /** Starts a node that was killed, with its data. */
  start(node: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the nodes; returns when all have joined and take clients. */
export async function startRabbitCluster(size = 3): Promise<RabbitCluster> {
  const installed = findRabbit();
  if (!installed) throw new Error('RabbitMQ is not installed: run node scripts/setup/brokers.mjs');
  const [epmdPort, ...ports] = await freePorts(1 + 2 * size);
  const [clients, distribution] = [ports.slice(0, size), ports.slice(size)];
  const urls = clients.map((port) => `amqp://guest:guest@127.0.0.1:${port}`);
  const folder = ownFolder('rabbitmq-cluster');
  const home = join(folder.dir, 'home');
  const nodes: OwnedProcess[] = [];
  const nameOf = (node: number): string => `tailrace-${epmdPort}-${node}@localhost`;
  const dirOf = (node: number): string => join(folder.dir, `node-${node}`);

  const start = async (node: number): Promise<void> => {
    const launched = folder.start(installed.command, [], {
      log: `rabbitmq-${node}`,
      env: environment(dirOf(node), {
        name: nameOf(node), epmdPort: epmdPort!, distributionPort: distribution[node]!, home,
      }),
    });
    nodes[node] = launched;
    // A node takes clients only when it has joined the others.
    await until(async () => {
      await (await connect(urls[node]!, { timeout: 2000 })).close();
      return true;
    }, { what: `RabbitMQ node ${node}`, timeout: 90_000, every: 100, giveUp: () => launched.ended() });
  };

  try {
    await mkdir(home);
    await writeFile(join(home, '.erlang.cookie'), 'TAILRACETESTS', { mode: 0o400 });
    for (const [node, port] of clients.entries()) {
      await mkdir(dirOf(node));
      await writeFile(join(dirOf(node), 'plugins'), '[].\n');
      await writeFile(join(dirOf(node), 'rabbitmq.conf'), [
        `listeners.tcp.1 = 127.0.0.1:${port}`,
        'log.file = false',
        'log.console = true',
        'vm_memory_high_watermark.absolute = 512MB',
        'disk_free_limit.absolute = 50MB',
        'cluster_formation.peer_discovery_backend = classic_config',
        ...clients.map((_, i) => `cluster_formation.classic_config.nodes.${i + 1} = ${nameOf(i)}`),
      ].join('\n') + '\n');
    }
    const epmd = folder.start(installed.epmd, ['-port', String(epmdPort), '-address', '127.0.0.1'], {
      log: 'epmd', env: { PATH: process.env.PATH },
    });
    await until(() => isListening(epmdPort!), { what: 'epmd', every: 10, giveUp: () => epmd.ended() });
    // The first makes the cluster, and the others find it there.
    await start(0);
    await Promise.all(clients.slice(1).map((_, i) => start(i + 1)));
  } catch (error) {
    await folder.remove();
    throw error;
  }
  return { urls, kill: (node) => nodes[node]!.kill(), start, stop: () => folder.remove() };
}
