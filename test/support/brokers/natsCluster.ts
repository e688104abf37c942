import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { ownFolder } from '../../../scripts/support/owned-folder.mjs';
import { freePorts } from '../../../scripts/support/ports.mjs';
import { until } from '../../../scripts/support/until.mjs';
import type { OwnedProcess } from './broker';
import { findNatsInstallation } from './nats';

/** Several NATS servers that share their streams. */
export interface NatsCluster {
  /** The addresses of all servers, as clients take them. */
  readonly servers: readonly string[];
  /** Kills the server of a name, as JetStream tells leaders by (`n1`, `n2`, …). */
  kill(name: string): Promise<void>;
  /** Ends what still runs and removes the folder. */
  stop(): Promise<void>;
}

/** Starts servers with JetStream; returns when they have elected a leader for its metadata. */
export async function startNatsCluster(size = 3): Promise<NatsCluster> {
  const installed = await findNatsInstallation();
  if (!installed) throw new Error('NATS is not installed: run node scripts/setup/brokers.mjs');
  const ports = await freePorts(2 * size);
  const [clients, routes] = [ports.slice(0, size), ports.slice(size)];
  const folder = ownFolder('nats-cluster');
  const servers = clients.map((port) => `127.0.0.1:${port}`);
  const nodes = new Map<string, OwnedProcess>();
  try {
    for (const [i, port] of clients.entries()) {
      const name = `n${i + 1}`;
      const config = join(folder.dir, `${name}.conf`);
      await writeFile(config, [
        `server_name: ${name}`,
        `listen: "127.0.0.1:${port}"`,
        `jetstream { store_dir: ${JSON.stringify(join(folder.dir, name))}, max_mem: 64MB, max_file: 256MB }`,
        `cluster { name: tailrace, listen: "127.0.0.1:${routes[i]}",`,
        `  routes: [${routes.map((route) => `"nats://127.0.0.1:${route}"`).join(', ')}] }`,
      ].join('\n'));
      nodes.set(name, folder.start(installed.command, ['-c', config], { log: name }));
    }
    await until(async () => {
      const connection = await connect({ servers, reconnect: false, timeout: 1000 });
      try {
        // Streams can be placed only when every server is known to the elected leader.
        const manager = await jetstreamManager(connection, { timeout: 1000 });
        await manager.streams.add({ name: 'READY', subjects: ['ready'], num_replicas: size });
        return await manager.streams.delete('READY');
      } finally {
        await connection.close();
      }
    }, { what: 'the NATS cluster', timeout: 60_000, every: 100 });
  } catch (error) {
    await folder.remove();
    throw error;
  }
  return {
    servers,
    kill: async (name) => {
      const node = nodes.get(name);
      if (!node) throw new Error(`the cluster has no server ${name}`);
      await node.kill();
    },
    stop: () => folder.remove(),
  };
}
