import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, isExecutable } from '../support/find-program.mjs';

// Debian's rabbitmq-server in PATH changes to another user, who could not read a private folder.
const FOLDERS = ['/usr/lib/rabbitmq/bin', '/usr/lib/rabbitmq/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];

/**
 * RabbitMQ's own start script, and the Erlang programs that it cannot do without.
 *
 * @returns {{ command: string, epmd: string, version: string } | undefined}
 */
export function findRabbit() {
  const command = FOLDERS.map((folder) => join(folder, 'rabbitmq-server')).find(isExecutable);
  const epmd = findProgram('epmd');
  return command && epmd && findProgram('erl') ? { command, epmd, version: versionOf(command) } : undefined;
}

/** From the name of its library's folder: asking the program would start an Erlang machine. */
function versionOf(command) {
  try {
    const names = readdirSync(join(command, '..', '..', 'lib'));
    return names.map((name) => /^rabbitmq_server-([\d.]+)$/.exec(name)?.[1]).find(Boolean) ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
