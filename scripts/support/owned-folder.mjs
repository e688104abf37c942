import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.mjs';

/**
 * The guard is a shell that holds the read end of a pipe whose write end only we hold. However we
 * end, `kill -9` included, the pipe closes; the guard then kills the process groups named in the
 * last line it read and removes the folder. An exit handler in this process could not promise that.
 * (Debian’s dash takes `kill -s KILL -- -GROUP`, and not `kill -KILL -- -GROUP`.)
 */
const GUARD = `
trap '' INT TERM HUP
groups=
while IFS= read -r line; do groups=$line; done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
for attempt in 1 2 3 4 5 6 7 8 9 10; do rm -rf -- "$1" 2>/dev/null && exit 0; sleep 0.2; done
exit 1
`;

/**
 * A temporary folder together with the processes that work in it. All of them go with it.
 *
 * @param {string} name begins the folder's name
 */
export function ownFolder(name) {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), `tailrace-${name}-`));
  const stdio = /** @type {const} */ (['pipe', 'ignore', 'ignore']);
  const guard = spawn('sh', ['-c', GUARD, 'sh', dir], { detached: true, stdio });
  const guardGone = new Promise((resolve) => guard.once('exit', resolve));
  // The guard must not keep this process alive: it waits for our end.
  guard.unref();
  guard.stdin.unref?.();
  guard.stdin.on('error', () => {});
  /** @type {Set<OwnedProcess>} */
  const running = new Set();
  const tell = () => guard.stdin.write(`${[...running].map((owned) => owned.pid).join(' ')}\n`);
  let removing;

  return {
    /** The folder's path. */
    dir,

    /**
     * Starts a program as the leader of a process group of its own, with no standard input and its
     * output in `<log>.log` of the folder.
     *
     * @param {string} command
     * @param {readonly string[]} args
     * @param {{ log: string, env?: NodeJS.ProcessEnv, cwd?: string }} options
     * @returns {OwnedProcess}
     */
    start(command, args, { log, env, cwd }) {
      const logFile = join(dir, `${log}.log`);
      const owned = new OwnedProcess(command, args, { logFile, env, cwd: cwd ?? dir });
      running.add(owned);
      tell();
      owned.gone.then(() => {
        running.delete(owned);
        if (!removing) tell();
      });
      return owned;
    },

    /** Kills what still runs, removes the folder, returns when both are done. @returns {Promise<void>} */
    remove() {
      removing ??= (async () => {
        await Promise.all([...running].map((owned) => owned.kill()));
        guard.ref();
        guard.stdin.end('\n');
        await guardGone;
        if (existsSync(dir)) throw new Error(`${dir} could not be removed`);
      })();
      return removing;
    },
  };
}

/** A process group that we lead to its end. */
export class OwnedProcess {
  #child;
  #logFile;
  #exit;

  /**
   * @param {string} command
   * @param {readonly string[]} args
   * @param {{ logFile: string, env?: NodeJS.ProcessEnv, cwd: string }} options
   */
  constructor(command, args, { logFile, env, cwd }) {
    const output = openSync(logFile, 'a');
    try {
      this.#child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', output, output] });
    } finally {
      closeSync(output);
    }
    if (this.#child.pid === undefined) this.#child.on('error', () => {});
    this.#child.unref();
    this.#logFile = logFile;
    this.command = command;
    /** The process id, which is the group's id as well. @type {number} */
    this.pid = this.#child.pid ?? -1;
    /** Resolves when the leader has ended, with how it ended in words. @type {Promise<string>} */
    this.gone = new Promise((resolve) => {
      const end = (how) => { this.#exit = how; resolve(how); };
      this.#child.once('exit', (code, signal) => end(signal ? `ended by ${signal}` : `exited with ${code}`));
      this.#child.once('error', (error) => end(`did not start: ${error.message}`));
    });
  }

  /** How the leader ended and its last lines; undefined while it runs. @returns {string | undefined} */
  ended() {
    return this.#exit === undefined ? undefined : `${this.command} ${this.#exit}\n${this.lastLines()}`;
  }

  /** The end of what it has printed. @returns {string} */
  lastLines(count = 30) {
    return readFileSync(this.#logFile, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  }

  /** Waits until the leader has ended by itself, and keeps this process alive meanwhile. @returns {Promise<string>} */
  exited() {
    this.#child.ref();
    return this.gone;
  }

  /** Asks the leader to end in order; kills the whole group when that takes too long (milliseconds). */
  async terminate(patience = 20_000) {
    if (this.#exit === undefined) {
      this.#signal(this.pid, 'SIGTERM');
      const timer = setTimeout(() => this.#signal(-this.pid, 'SIGKILL'), patience);
      this.#child.ref();
      await this.gone;
      clearTimeout(timer);
    }
    await this.kill();
  }

  /** Kills the whole group at once and returns when no process of it is left. */
  async kill() {
    if (this.pid < 0) return;
    this.#child.ref();
    await until(() => !this.#signal(-this.pid, 'SIGKILL'), {
      what: `the end of process group ${this.pid} (${this.command})`, timeout: 15_000, every: 20,
    });
    await this.gone;
  }

  /** @returns {boolean} whether there was somebody to signal */
  #signal(pid, signal) {
    try {
      process.kill(pid, signal);
      return true;
    } catch {
      return false;
    }
  }
}
