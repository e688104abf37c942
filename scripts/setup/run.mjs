import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs a program to its end with no standard input. Its output is kept and comes with the error
 * when it fails; nothing is printed otherwise.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<string>} what it printed
 */
export function run(command, args, { cwd, env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    const keep = (chunk) => { printed = (printed + chunk).slice(-20_000); };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(printed);
      const line = [command, ...args].join(' ');
      return reject(new Error(`${line} ended with ${signal ?? code}:\n${printed.trimEnd()}`));
    });
  });
}

/**
 * What a set-up could not put in place.
 *
 * @typedef {{ what: string, why: string, how: string }} Missing
 */

/** Prints one line of progress. @param {string} line */
export function say(line) {
  console.log(`[setup] ${line}`);
}

/**
 * Does a step and says how long it took. A failure is told and returned as something missing:
 * the other steps may still be of use.
 *
 * @param {string} what
 * @param {string} how how to do it by hand
 * @param {() => Promise<unknown>} step
 * @returns {Promise<Missing[]>}
 */
export async function attempt(what, how, step) {
  say(`${what} …`);
  const started = Date.now();
  try {
    await step();
    say(`${what}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    say(`${what}: FAILED. ${why}`);
    return [{ what, why: why.split('\n')[0], how }];
  }
}

/**
 * When a set-up file is what node was asked to run: does it, tells what is missing, and ends with
 * 1 for that only where TAILRACE_REQUIRE_BROKERS=1 says that everything must be there.
 *
 * @param {string} moduleUrl
 * @param {() => Promise<Missing[]>} setUp
 */
export async function runAsScript(moduleUrl, setUp) {
  if (process.argv[1] !== fileURLToPath(moduleUrl)) return;
  const missing = await setUp();
  for (const { what, why, how } of missing) say(`MISSING: ${what}. ${why} By hand: ${how}`);
  if (missing.length > 0 && process.env.TAILRACE_REQUIRE_BROKERS === '1') process.exitCode = 1;
}
