import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A process that lives this much longer than its last test holds something open (milliseconds). */
const LINGER = 20_000;

/**
 * What a suite came to. `failures` are tests, `trouble` is a failure that no test tells of: a crash,
 * a hang, a test skipped without a reason. `notRun` is what tests left out because a real part was
 * missing.
 *
 * @typedef {{ passed: number, failures: { title: string, why: string }[], trouble: string[],
 *   notRun: { suite: string, reason: string, how: string }[] }} Outcome
 */

/**
 * Runs one suite's files, with their output on ours: in one mocha process, or, where the suite has
 * lanes, in several at a time. What a process prints is held back until it ends, so that no two
 * processes' lines mix.
 *
 * @param {import('./suites.mjs').Suite} suite
 * @param {readonly string[]} files
 * @returns {Promise<Outcome>}
 */
export async function runMocha(suite, files) {
  const { lanes = 1 } = suite;
  if (lanes === 1 || files.length === 1) return runFiles(suite, files, { seconds: suite.limit, held: false });

  const ends = Date.now() + suite.limit * 1000;
  const waiting = suite.perProcess === 'many' ? dealt(files, lanes) : longestFirst(files).map((file) => [file]);
  const outcomes = [];
  await Promise.all(Array.from({ length: lanes }, async () => {
    for (let some = waiting.shift(); some !== undefined; some = waiting.shift()) {
      const seconds = Math.max(1, (ends - Date.now()) / 1000);
      const outcome = await runFiles(suite, some, { seconds, held: true });
      const where = some.length === 1 ? some[0] : `one of ${some.length} files from ${some[0]} on`;
      outcomes.push({ ...outcome, trouble: outcome.trouble.map((what) => `${where}: ${what}`) });
    }
  }));
  return {
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    failures: outcomes.flatMap(({ failures }) => failures),
    trouble: outcomes.flatMap(({ trouble }) => trouble),
    notRun: outcomes.flatMap(({ notRun }) => notRun),
  };
}

/** A long file that came last would run alone; length is a fair guess at how long it takes. */
function longestFirst(files) {
  return [...files].sort((a, b) => statSync(b).size - statSync(a).size);
}

/** As many groups as lanes, of about the same length, each in the files' own order. @returns {string[][]} */
function dealt(files, lanes) {
  const groups = Array.from({ length: lanes }, () => ({ size: 0, files: new Set() }));
  for (const file of longestFirst(files)) {
    const least = groups.reduce((a, b) => (b.size < a.size ? b : a));
    least.size += statSync(file).size;
    least.files.add(file);
  }
  return groups.map((group) => files.filter((file) => group.files.has(file)));
}

/** One mocha process. @returns {Promise<Outcome>} */
async function runFiles(suite, files, { seconds, held }) {
  const folder = mkdtempSync(join(tmpdir(), 'tailrace-results-'));
  const results = join(folder, 'results.jsonl');
  const notRun = join(folder, 'not-run.jsonl');
  const output = held ? openSync(join(folder, 'output.txt'), 'w') : undefined;
  try {
    const how = await runProcess(suite.timeout, files, {
      env: { TAILRACE_RESULTS: results, TAILRACE_NOT_RUN: notRun },
      seconds,
      output: output ?? 'inherit',
      isOver: () => readLines(results).some(({ event }) => event === 'end'),
    });
    return judge(readLines(results), readLines(notRun), how);
  } finally {
    if (output !== undefined) {
      closeSync(output);
      process.stdout.write(readFileSync(join(folder, 'output.txt')));
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Not by mocha's own start, which would put a second process between us and the tests. */
function runProcess(timeout, files, { env, seconds, output, isOver }) {
  const child = spawn(process.execPath, [
    '--import', 'tsx', join('node_modules', 'mocha', 'bin', 'mocha.js'),
    '--reporter', join('test', 'support', 'reporter.mjs'), '--timeout', String(timeout), '--forbid-only',
    ...process.stdout.isTTY && output === 'inherit' ? [] : ['--no-color'], ...files,
  ], { env: { ...process.env, ...env }, stdio: ['ignore', output, output] });

  return new Promise((resolve) => {
    let stopped;
    const stop = (why) => { stopped ??= why; child.kill('SIGKILL'); };
    const tooLong = setTimeout(() => stop(`was stopped ${Math.round(seconds)} s after its start, at its suite's limit`), seconds * 1000);
    let overSince;
    const lingering = setInterval(() => {
      if (overSince === undefined && isOver()) overSince = Date.now();
      if (overSince !== undefined && Date.now() - overSince > LINGER) {
        stop('did not end after its last test: something is left open (a socket, a timer, a child process)');
      }
    }, 2000);
    const end = (how) => {
      clearTimeout(tooLong);
      clearInterval(lingering);
      resolve(stopped ?? how);
    };
    child.once('error', (error) => end(`did not start: ${error.message}`));
    child.once('exit', (code, signal) => end(signal ? `ended by ${signal}` : code));
  });
}

/** @returns {Outcome} */
function judge(results, notRun, how) {
  const passed = results.filter(({ event }) => event === 'pass').length;
  const failures = results.filter(({ event }) => event === 'fail').map(({ title, why }) => ({ title, why }));
  const trouble = results
    .filter(({ event, title }) => event === 'pending' && !notRun.some(({ suite }) => title.startsWith(suite)))
    .map(({ title }) => `“${title}” is skipped; only a missing real part may leave a test out`);
  if (typeof how === 'string') trouble.push(how);
  else if (!results.some(({ event }) => event === 'end')) trouble.push(`crashed before its end (exit code ${how})`);
  else if (how !== 0 && failures.length === 0) trouble.push(`ended with exit code ${how} though no test failed`);
  return { passed, failures, trouble, notRun };
}

function readLines(file) {
  if (!existsSync(file)) return [];
  // The last line may still be in the middle of being written.
  return readFileSync(file, 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line));
}
