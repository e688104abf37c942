import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where big downloads live (Kafka's jars, the browser workbench), shared by all clones of one user.
 * `TAILRACE_CACHE` moves it.
 *
 * @returns {string}
 */
export function cacheFolder() {
  return process.env.TAILRACE_CACHE ?? join(homedir(), '.cache', 'tailrace');
}

const STAMP = 'installed.json';

/**
 * Whether `installAtomically` finished this folder of the cache.
 *
 * @param {string} folder
 */
export function isInstalled(folder) {
  return existsSync(join(folder, STAMP));
}

/**
 * Fills a folder beside its final place and renames it only when it is whole, so that an
 * interrupted install is never taken for a finished one.
 *
 * @param {string} folder
 * @param {(staging: string) => Promise<void>} fill
 */
export async function installAtomically(folder, fill) {
  sweepAbandoned(folder);
  const staging = `${folder}.installing-${process.pid}`;
  mkdirSync(staging, { recursive: true });
  try {
    await fill(staging);
    writeFileSync(join(staging, STAMP), `${JSON.stringify({ at: new Date().toISOString() })}\n`);
    // Another process may have finished the same install meanwhile: its result is as good.
    if (isInstalled(folder)) return;
    rmSync(folder, { recursive: true, force: true });
    renameSync(staging, folder);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function sweepAbandoned(folder) {
  const parent = join(folder, '..');
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const match = /^(.*)\.installing-(\d+)$/.exec(name);
    if (!match || join(parent, match[1]) !== folder || isAlive(Number(match[2]))) continue;
    rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
