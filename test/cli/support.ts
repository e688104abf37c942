import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export const root = resolve(__dirname, '../..');
const bin = join(root, 'dist/cli.js');

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the bundled command line as users do: as a process of its own. */
export function tailrace(args: readonly string[], cwd = root): Outcome {
  if (!existsSync(bin)) throw new Error('dist/cli.js is missing: run npm run build');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

/** Runs something with more in the environment, which is as before when `act` has returned. */
export function withEnvironment<T>(variables: Readonly<Record<string, string>>, act: () => T): T {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    return act();
  } finally {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

/** A folder with these files, which is gone when `act` has returned. */
export function inFolder(files: Readonly<Record<string, string | Uint8Array>>, act: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'tailrace-cli-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One error (acks 1), one line of text to point at. */
export const faulty = `flow: 1
brokers:
  events: { protocol: kafka, url: "kafka.example:9093", tls: true }
schemas:
  Order: { format: avro, versions: { 1: order-v1.avsc } }
channels:
  orders: { broker: events, schema: Order@1, partitions: 3, replicas: 3, minInsyncReplicas: 2 }
  orders.dead: { broker: events, schema: Order@1, partitions: 3, replicas: 3, minInsyncReplicas: 2 }
services:
  checkout:
    client: kafka-java@3.9
    publishes:
      orders: { guarantee: at-least-once, acks: 1 }
  billing:
    client: kafka-java@3.9
    consumes:
      orders:
        guarantee: at-least-once
        group: billing
        offsetReset: earliest
        autoCommit: false
        commit: after-processing
        onFailure: { deadLetter: orders.dead }
  clinic:
    client: kafka-java@3.9
    consumes:
      orders.dead: { guarantee: at-least-once, group: clinic, offsetReset: earliest, autoCommit: false, commit: after-processing }
`;

export const contract = '{ "type": "record", "name": "Order", "namespace": "shop.v1", "fields": [] }\n';
