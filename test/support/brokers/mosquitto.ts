import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectAsync } from 'mqtt';
import { findProgram, printedBy } from '../../../scripts/support/find-program.mjs';
import { startBroker } from './broker';
import type { Installation, RunningBroker } from './broker';

/** How the broker differs from an open one that keeps nothing. */
export interface MosquittoOptions {
  /** Keeps retained messages and sessions over a restart, written at every change. */
  readonly persistence?: boolean;
  /** Clients must sign in as one of these: name to password. */
  readonly users?: Readonly<Record<string, string>>;
  /** The lines of an access control file. */
  readonly acl?: readonly string[];
  /** Lines added to mosquitto.conf. */
  readonly conf?: readonly string[];
}

/** Mosquitto's broker in PATH or among the administrators' programs. */
export async function findMosquittoInstallation(): Promise<Installation | undefined> {
  const command = findProgram('mosquitto');
  if (!command) return undefined;
  const version = /version ([\d.]+)/.exec(await printedBy(command, ['-h']) ?? '')?.[1] ?? 'unknown';
  return { kind: 'mosquitto', version, command };
}

/** Starts a Mosquitto that listens for plain MQTT. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<RunningBroker> {
  const installed = await findMosquittoInstallation();
  if (!installed) throw new Error('Mosquitto is not installed: run node scripts/setup/brokers.mjs');

  return startBroker({
    kind: 'mosquitto',
    ports: 1,
    async prepare({ dir }, [port]) {
      await mkdir(join(dir, 'data'));
      const lines = [
        `listener ${port} 127.0.0.1`,
        `allow_anonymous ${options.users ? 'false' : 'true'}`,
        'log_dest stderr',
        // Started as root it would become a user who cannot write into our folder.
        ...(process.getuid?.() === 0 ? ['user root'] : []),
      ];
      if (options.persistence) {
        lines.push('persistence true', `persistence_location ${join(dir, 'data')}/`,
          'autosave_on_changes true', 'autosave_interval 1');
      }
      if (options.users) {
        const file = join(dir, 'passwords');
        const accounts = Object.entries(options.users).map(([name, password]) => `${name}:${password}\n`);
        await writeFile(file, accounts.join(''));
        await promisify(execFile)(findProgram('mosquitto_passwd')!, ['-U', file]);
        lines.push(`password_file ${file}`);
      }
      if (options.acl) {
        await writeFile(join(dir, 'acl'), `${options.acl.join('\n')}\n`);
        lines.push(`acl_file ${join(dir, 'acl')}`);
      }
      await writeFile(join(dir, 'mosquitto.conf'), `${[...lines, ...options.conf ?? []].join('\n')}\n`);
    },
    launch: ({ dir, start }) =>
      start(installed.command, ['-c', join(dir, 'mosquitto.conf')], { log: 'mosquitto' }),
    isReady: ([port]) => answers(port!, options.users),
    url: (port) => `mqtt://127.0.0.1:${port}`,
  });
}

async function answers(port: number, users: MosquittoOptions['users']): Promise<boolean> {
  const [username, password] = Object.entries(users ?? {})[0] ?? [];
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    username, password, connectTimeout: 2000, reconnectPeriod: 0, clean: true,
  }, false);
  await client.endAsync();
  return true;
}
