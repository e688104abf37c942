import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type NodeConnectionOptions } from '@nats-io/transport-node';
import { findProgram, printedBy } from '../../../scripts/support/find-program.mjs';
import { startBroker } from './broker';
import type { Installation, RunningBroker } from './broker';

/** How the server differs from an open one with JetStream. */
export interface NatsOptions {
  /** Default true; its files are in the broker's folder. */
  readonly jetstream?: boolean;
  /** Clients must sign in as one of these: name to password. */
  readonly users?: Readonly<Record<string, string>>;
  /** Added to the server's configuration file. */
  readonly conf?: readonly string[];
  /** How the harness itself signs in to see that the server is ready, where `users` does not say it. */
  readonly signIn?: Pick<NodeConnectionOptions, 'authenticator' | 'tls'>;
}

/** The NATS server in PATH or among the administrators' programs. */
export async function findNatsInstallation(): Promise<Installation | undefined> {
  const command = findProgram('nats-server');
  if (!command) return undefined;
  const version = /v([\d.]+)/.exec(await printedBy(command, ['--version']) ?? '')?.[1] ?? 'unknown';
  return { kind: 'nats', version, command };
}

/** Starts a NATS server of one node with its monitoring port. */
export async function startNats(options: NatsOptions = {}): Promise<RunningBroker> {
  const installed = await findNatsInstallation();
  if (!installed) throw new Error('NATS is not installed: run node scripts/setup/brokers.mjs');

  return startBroker({
    kind: 'nats',
    ports: 2,
    async prepare({ dir }, [port, monitoringPort]) {
      const lines = [
        'server_name: tailrace_tests',
        `listen: "127.0.0.1:${port}"`,
        `http: "127.0.0.1:${monitoringPort}"`,
      ];
      if (options.jetstream ?? true) {
        const store = JSON.stringify(join(dir, 'data'));
        lines.push(`jetstream { store_dir: ${store}, max_mem: 128MB, max_file: 512MB }`);
      }
      if (options.users) {
        const users = Object.entries(options.users)
          .map(([user, password]) => JSON.stringify({ user, password }));
        lines.push(`authorization { users: [${users.join(', ')}] }`);
      }
      await writeFile(join(dir, 'nats.conf'), `${[...lines, ...options.conf ?? []].join('\n')}\n`);
    },
    launch: ({ dir, start }) => start(installed.command, ['-c', join(dir, 'nats.conf')], { log: 'nats' }),
    isReady: ([port, monitoringPort]) => answers(port!, monitoringPort!, options),
    url: (port) => `nats://127.0.0.1:${port}`,
    adminUrl: ([, monitoringPort]) => `http://127.0.0.1:${monitoringPort}`,
  });
}

/** The health page waits for JetStream's recovery, which the client port does not. */
async function answers(
  port: number,
  monitoringPort: number,
  { users, signIn }: NatsOptions,
): Promise<boolean> {
  const signal = AbortSignal.timeout(2000);
  const health = await fetch(`http://127.0.0.1:${monitoringPort}/healthz`, { signal });
  if (!health.ok) return false;
  const [user, pass] = Object.entries(users ?? {})[0] ?? [];
  const servers = `127.0.0.1:${port}`;
  const connection = await connect({ servers, user, pass, ...signIn, reconnect: false, timeout: 2000 });
  await connection.close();
  return true;
}
