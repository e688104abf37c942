import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { caseOf, fuzzedReaders, type Fuzzed } from '../../test/support/fuzzCases';
import { jsYaml } from '../build/jsYaml.mjs';
import type { FuzzFault, FuzzReport, FuzzTask } from './fuzzWorker';

const root = resolve(__dirname, '../..');
const seeds = join(root, 'scripts/bench/seeds');
const more = [join(root, 'examples'), resolve(root, '../shared/corpus')];

/** No file may keep an editor waiting for longer, in ms. */
const limit = 1_000;
/** A case that takes longer than this is given up, in ms. */
const patience = 10_000;

export interface FuzzOptions {
  /** Cases for each reader. */
  readonly cases: number;
  /** Only readers whose name has this in it. */
  readonly only?: string;
}

interface Outcome {
  readonly name: string;
  readonly report: FuzzReport;
}

/**
 * Every reader of the table on mutated files, in a worker thread for each core; prints a line a reader.
 * Files of faulty cases are kept in a temporary folder. @returns true if there was no fault.
 */
export async function fuzz({ cases, only }: FuzzOptions): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'tailrace-fuzz-'));
  const worker = join(folder, 'worker.cjs');
  await build({
    entryPoints: [join(__dirname, 'fuzzWorker.ts')], outfile: worker, bundle: true, platform: 'node', format: 'cjs',
    mainFields: ['module', 'main'], minify: false, logLevel: 'error', plugins: [jsYaml],
  });
  const all = fuzzedReaders(seeds, more);
  const queue = all.map((fuzzed, reader) => ({ fuzzed, reader })).filter(({ fuzzed }) => only === undefined || fuzzed.name.includes(only));
  let good = true;
  const width = Math.max(...all.map((f) => f.name.length));
  console.log(`  ${'reader'.padEnd(width)}  ${'cases'.padStart(9)}  faults  slowest ms   cases/s`);
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { fuzzed, reader } = next;
      if (fuzzed.seeds.length === 0) {
        console.log(`  ${fuzzed.name.padEnd(width)}  has no text in ${join(seeds, `${fuzzed.reader.dialect}.txt`)} to begin with`);
        good = false;
        continue;
      }
      const { report } = await fuzzOne(worker, fuzzed, reader, cases);
      console.log(`  ${fuzzed.name.padEnd(width)}  ${cases.toLocaleString('en').padStart(9)}  ${String(report.faults.length).padStart(6)}  `
        + `${report.slowest.toFixed(0).padStart(10)}  ${Math.round(cases / (report.ms / 1000)).toLocaleString('en').padStart(8)}`);
      for (const fault of report.faults.slice(0, 5)) tell(folder, fuzzed, fault);
      good &&= report.faults.length === 0;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  if (good) rmSync(folder, { recursive: true, force: true });
  return good;
}

function tell(folder: string, fuzzed: Fuzzed, { number, fault }: FuzzFault): void {
  const file = caseOf(fuzzed, number);
  const place = join(folder, fuzzed.name.replace(/\W+/g, '-'), String(number), basename(file.path));
  mkdirSync(join(place, '..'), { recursive: true });
  writeFileSync(place, file.text);
  console.log(`    ${place} (as ${file.path}): ${fault.split('\n').slice(0, 3).join(' ').slice(0, 400)}`);
}

/** Runs a reader's cases; one that does not end is given up, and the others behind it are run. */
async function fuzzOne(worker: string, fuzzed: Fuzzed, reader: number, cases: number): Promise<Outcome> {
  const reports: FuzzReport[] = [];
  for (let from = 0; from < cases;) {
    const at = new Int32Array(new SharedArrayBuffer(4));
    const task: FuzzTask = { seeds, more, reader, from, to: cases, limit, at };
    const ended = await runUntilStuck(new Worker(worker, { workerData: task }), at);
    if (typeof ended === 'object') reports.push(ended);
    // What was found before the case is found again, up to it.
    else if (ended > from && reports.length < 20) {
      const again: FuzzTask = { ...task, to: ended, at: new Int32Array(new SharedArrayBuffer(4)) };
      const before = await runUntilStuck(new Worker(worker, { workerData: again }), again.at);
      if (typeof before === 'object') reports.push(before);
    }
    if (typeof ended === 'object') break;
    const stuck = { number: ended, ms: patience, fault: `did not end within ${patience} ms` };
    reports.push({ faults: [stuck], slowest: patience, slowestCase: ended, ms: patience });
    from = ended + 1;
  }
  const slowest = reports.reduce((a, b) => (a.slowest >= b.slowest ? a : b));
  return {
    name: fuzzed.name,
    report: {
      faults: reports.flatMap((r) => r.faults), slowest: slowest.slowest, slowestCase: slowest.slowestCase,
      ms: reports.reduce((sum, r) => sum + r.ms, 0),
    },
  };
}

/** The report, or the number of the case that never ended. */
function runUntilStuck(worker: Worker, at: Int32Array): Promise<FuzzReport | number> {
  return new Promise((done, failed) => {
    let [last, since] = [-1, performance.now()];
    const watch = setInterval(() => {
      const now = Atomics.load(at, 0);
      if (now !== last) [last, since] = [now, performance.now()];
      else if (performance.now() - since > patience) {
        clearInterval(watch);
        void worker.terminate().then(() => done(now));
      }
    }, 250);
    worker.once('message', (report: FuzzReport) => {
      clearInterval(watch);
      done(report);
    });
    worker.once('error', (error) => {
      clearInterval(watch);
      failed(error);
    });
  });
}
