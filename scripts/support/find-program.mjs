import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Where a program is, looking in PATH and in the folders for administrators' programs, which the
 * PATH of an ordinary Debian user leaves out (mosquitto and nats-server live there).
 *
 * @param {string} name
 * @returns {string | undefined}
 */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.filter(Boolean).map((folder) => join(folder, name)).find(isExecutable);
}

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * What a program prints, on both streams; undefined when it cannot be run. An exit code other than
 * zero is no failure: `mosquitto -h` gives its version with exit code 3.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<string | undefined>}
 */
export async function printedBy(command, args) {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, [...args], { timeout: 30_000 });
    return `${stdout}${stderr}`;
  } catch (error) {
    return typeof error.code === 'number' ? `${error.stdout}${error.stderr}` : undefined;
  }
}
