import { spawn } from 'node:child_process';
import { findProgram } from '../support/find-program.mjs';

/** How fast something received: messages a second, and microseconds of the processor's time for each. */
export interface Pace {
  readonly rate: number;
  readonly cpu: number;
}

/** How long a client takes to connect and subscribe, before messages are sent to it, in ms. */
const SETTLES = 500;

/**
 * A broker's own client as a process that throws away what it receives and ends by itself after
 * `count` messages. What it took to start is in its time; with stored messages that is part of the
 * rate, with sent ones they are sent after it has settled.
 */
export function peer(
  program: string,
  count: number,
  args: readonly string[],
): { readonly program: string; readonly receive: (ready: () => void) => Promise<Pace> } | undefined {
  const path = findProgram(program);
  if (path === undefined) {
    console.log(`  ${program} is not installed: not compared with`);
    return undefined;
  }
  return { program, receive: (ready) => run(path, count, args, ready) };
}

function run(path: string, count: number, args: readonly string[], ready: () => void): Promise<Pace> {
  return new Promise((resolve, reject) => {
    let began = performance.now();
    // The shell's `times` tells what its children took; Node does not tell it of a process.
    const child = spawn('sh', ['-c', '"$@" >/dev/null && times', 'sh', path, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const settled = setTimeout(() => {
      began = performance.now();
      ready();
    }, SETTLES);
    let told = '';
    child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString('latin1')));
    child.on('error', reject);
    child.on('close', (code) => {
      const took = performance.now() - began;
      clearTimeout(settled);
      const seconds = [...(told.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)].map(
        ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
      );
      if (code !== 0 || seconds.length !== 2) return reject(new Error(`${path} ended with ${code}: ${told}`));
      resolve({ rate: (count * 1000) / took, cpu: ((seconds[0]! + seconds[1]!) * 1e6) / count });
    });
  });
}
