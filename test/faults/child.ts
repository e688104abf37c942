import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findKafka } from '../../scripts/setup/kafka-home.mjs';
import { until } from '../../scripts/support/until.mjs';

/** What a client tells of itself: one line of JSON on standard output each. */
export interface Told {
  readonly event: string;
  readonly n?: number;
}

/**
 * A client in a process of its own, which can be killed as a crash would. It ends by itself when its
 * standard input ends, so that none outlives the tests.
 */
export interface Client {
  readonly told: readonly Told[];
  /** The numbers of all events of a name, in order. */
  numbers(event: string): number[];
  /** Waits for an event, of one number where it is given. */
  heard(event: string, n?: number): Promise<void>;
  /** Writes a line to its standard input. */
  tell(line: string): void;
  /** `kill -9`; returns when it is gone. */
  kill(): Promise<void>;
}

/** Starts `clients/<file>` with options that it reads from its first argument; `.java` runs from source. */
export async function startClient(file: string, options: Readonly<Record<string, unknown>>): Promise<Client> {
  const path = join(__dirname, 'clients', file);
  const [command, args] = file.endsWith('.java') ? await java(path) : [process.execPath, ['--import', 'tsx', path]];
  const child = spawn(command, [...args, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'pipe'] });
  const told: Told[] = [];
  let errors = '';
  let ended: string | undefined;
  child.stdin.on('error', () => {});
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => { errors = (errors + chunk).slice(-4000); });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) told.push(JSON.parse(line) as Told);
  });
  // All that it has printed is read by then, unlike at `exit`.
  const gone = new Promise<void>((resolve) => child.once('close', (code, signal) => {
    ended = `${file} ended with ${signal ?? code}\n${errors}`;
    resolve();
  }));

  return {
    told,
    numbers: (event) => told.filter((t) => t.event === event).map(({ n }) => n!),
    async heard(event, n) {
      const isIt = (t: Told): boolean => t.event === event && (n === undefined || t.n === n);
      await until(() => told.some(isIt), {
        what: `${file} to say ${event}${n === undefined ? '' : ` ${n}`}`,
        every: 5,
        // What was printed just before the end may be read just after it.
        giveUp: () => told.some(isIt) ? undefined : ended,
      });
    },
    tell: (line) => { child.stdin.write(`${line}\n`); },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function java(path: string): Promise<[string, string[]]> {
  const found = await findKafka();
  if (!found) throw new Error('Kafka is not installed: run node scripts/setup/brokers.mjs');
  return [found.java, ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData',
    '-cp', found.classPath, path]];
}
