import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A process that lives this much longer than its last test holds something open (milliseconds). */
const LINGER = 20_000;

/**
 * What a suite came to. `trouble` is a failure that no test tells of: a crash, a hang, a test
 * skipped without a reason. `notRun` is what tests left out because a real part was missing.
 *
 * @typedef {{ passed: number, failed: number, trouble: string[],
 *   notRun: { suite: string, reason: string, how: string }[] }} Outcome
 */

/**
 * Runs one suite's files in a mocha process of their own, with its output on ours.
 *
 * @param {import('./suites.mjs').Suite} suite
 * @param {readonly string[]} files
 * @returns {Promise<Outcome>}
 */
export async function runMocha(suite, files) {
  const folder = mkdtempSync(join(tmpdir(), 'tailrace-results-'));
  const results = join(folder, 'results.jsonl');
  const notRun = join(folder, 'not-run.jsonl');
  try {
    const how = await runProcess(suite, files, { TAILRACE_RESULTS: results, TAILRACE_NOT_RUN: notRun },
      () => readLines(results).some(({ event }) => event === 'end'));
    return judge(readLines(results), readLines(notRun), how);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Not by mocha's own start, which would put a second process between us and the tests. */
function runProcess({ timeout, limit }, files, env, isOver) {
  const child = spawn(process.execPath, [
    '--import', 'tsx', join('node_modules', 'mocha', 'bin', 'mocha.js'),
    '--reporter', join('test', 'support', 'reporter.mjs'), '--timeout', String(timeout), '--forbid-only',
    ...process.stdout.isTTY ? [] : ['--no-color'], ...files,
  ], { env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] });

  return new Promise((resolve) => {
    let stopped;
    const stop = (why) => { stopped ??= why; child.kill('SIGKILL'); };
    const tooLong = setTimeout(() => stop(`was stopped after its limit of ${limit} s`), limit * 1000);
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
  const count = (wanted) => results.filter(({ event }) => event === wanted).length;
  const [passed, failed] = [count('pass'), count('fail')];
  const trouble = results
    .filter(({ event, title }) => event === 'pending' && !notRun.some(({ suite }) => title.startsWith(suite)))
    .map(({ title }) => `“${title}” is skipped; only a missing real part may leave a test out`);
  if (typeof how === 'string') trouble.push(how);
  else if (count('end') === 0) trouble.push(`crashed before its end (exit code ${how})`);
  else if (how !== 0 && failed === 0) trouble.push(`ended with exit code ${how} though no test failed`);
  return { passed, failed, trouble, notRun };
}

function readLines(file) {
  if (!existsSync(file)) return [];
  // The last line may still be in the middle of being written.
  return readFileSync(file, 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line));
}
