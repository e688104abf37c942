import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram, printedBy } from '../support/find-program.mjs';
import { run } from './run.mjs';

const LOCK_PATIENCE = 5 * 60_000;
let updated = false;

/**
 * Installs Debian packages, as root or through a sudo that asks for no password. Another apt that
 * is at work is waited for.
 *
 * @param {readonly string[]} packages
 * @throws {Error} in plain words, when this machine or user cannot install packages
 */
export async function installPackages(packages) {
  const prefix = await administrator();
  if (!updated) {
    await apt(prefix, ['update', '-q']);
    updated = true;
  }
  const options = ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];
  await apt(prefix, ['install', ...options, ...packages]);
}

/** The command to give a person who has to do it by hand. @param {readonly string[]} packages */
export function byHand(packages) {
  return `sudo apt-get update && sudo apt-get install ${packages.join(' ')}`;
}

/**
 * Stops a service that its package has just started and would start again with the machine: the
 * tests start brokers of their own, and `npm run demo` must meet only those somebody wanted.
 *
 * @param {string} service
 */
export async function stopService(service) {
  const [command, ...before] = [...await administrator()];
  const as = (program, args) => (command
    ? printedBy(command, [...before, program, ...args]) : printedBy(program, args));
  if (findProgram('systemctl')) await as('systemctl', ['disable', '--now', service]);
  // Where systemd does not run (containers), the package has started it by its init script.
  const serviceCommand = findProgram('service');
  if (serviceCommand) await as(serviceCommand, [service, 'stop']);
}

/** @returns {Promise<string[]>} what to put before a command so that it runs as root */
async function administrator() {
  if (!findProgram('apt-get')) throw new Error('This is no Debian-like machine (there is no apt-get).');
  if (process.getuid?.() === 0) return [];
  const sudo = findProgram('sudo');
  if (sudo && await printedBy(sudo, ['-n', 'id', '-u']).then((id) => id?.trim() === '0')) return [sudo, '-n'];
  throw new Error('Installing packages needs root, or a sudo that asks for no password.');
}

async function apt(prefix, args) {
  const calm = ['env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C'];
  const [command, ...rest] = [...prefix, ...calm, 'apt-get', ...args];
  const deadline = Date.now() + LOCK_PATIENCE;
  for (;;) {
    try {
      return await run(command, rest);
    } catch (error) {
      // The lock on the package lists has no option for waiting, unlike dpkg's.
      if (!/Could not get lock|Unable to lock|is another process using it/.test(error.message)) throw error;
      if (Date.now() >= deadline) throw error;
      await sleep(2000);
    }
  }
}
