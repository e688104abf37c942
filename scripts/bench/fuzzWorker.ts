/**
 * A worker thread of the fuzz bench: runs the cases of one reader from a number on, each measured, and keeps
 * the number of the case at hand in shared memory, so that the bench can tell which one never ends.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { caseOf, faultOf, fuzzedReaders } from '../../test/support/fuzzCases';

export interface FuzzTask {
  readonly seeds: string;
  readonly more: readonly string[];
  /** The reader's place in the table. */
  readonly reader: number;
  readonly from: number;
  readonly to: number;
  /** In milliseconds. */
  readonly limit: number;
  /** [number of the case at hand]. */
  readonly at: Int32Array;
}

/** A case that took too long, or went wrong. */
export interface FuzzFault {
  readonly number: number;
  readonly ms: number;
  readonly fault: string;
}

export interface FuzzReport {
  readonly faults: readonly FuzzFault[];
  readonly slowest: number;
  readonly slowestCase: number;
  /** Milliseconds of all cases together. */
  readonly ms: number;
}

/** More faults than this tell nothing new. */
const maxFaults = 50;

function run({ seeds, more, reader, from, to, limit, at }: FuzzTask): FuzzReport {
  const fuzzed = fuzzedReaders(seeds, more)[reader];
  if (fuzzed === undefined) throw new Error(`there is no reader ${reader}`);
  const faults: FuzzFault[] = [];
  let [slowest, slowestCase, total] = [0, from, 0];
  for (let number = from; number < to; number++) {
    Atomics.store(at, 0, number);
    const file = caseOf(fuzzed, number);
    const attempt = (): { ms: number; fault: string | undefined } => {
      const started = performance.now();
      const fault = faultOf(fuzzed.reader, file, number % 50 === 0);
      return { ms: performance.now() - started, fault };
    };
    let { ms, fault } = attempt();
    total += ms;
    // Other work of the machine must not be taken for that of the reader: the better of two counts.
    if (ms > limit / 4) ms = Math.min(ms, attempt().ms);
    if (ms > slowest) [slowest, slowestCase] = [ms, number];
    if (ms > limit) fault ??= `took ${Math.round(ms)} ms`;
    if (fault !== undefined && faults.length < maxFaults) faults.push({ number, ms, fault });
  }
  return { faults, slowest, slowestCase, ms: total };
}

parentPort?.postMessage(run(workerData as FuzzTask));
