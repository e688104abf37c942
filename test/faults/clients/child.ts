import { createInterface } from 'node:readline';

/** What the harness asked for, from the first argument. */
export function options<T>(): T {
  return JSON.parse(process.argv[2]!) as T;
}

/** Tells the harness, in one write, so that a kill right after it loses nothing of it. */
export function say(event: string, n?: number): void {
  process.stdout.write(`${JSON.stringify({ event, n })}\n`);
}

/** Calls back with each line that the harness writes, and ends with the harness. */
export function listen(line: (text: string) => void = () => {}): void {
  createInterface({ input: process.stdin }).on('line', line).on('close', () => process.exit(0));
}

/** Work that never ends: the harness kills the process in the middle of it. */
export function never(): Promise<never> {
  return new Promise(() => {});
}
