import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { importText } from '../drift/importText';
import { importName } from '../drift/importName';
import { isTlsUrl } from '../model/address';
import { helpOf, parseArguments, textFlag, UsageError, type Flag } from './arguments';
import { givenBroker } from './brokerAddress';
import type { Command } from './command';
import { readFrom } from './inventory';
import { signInFlags, signInHelp, signInOf } from './signIn';

const flags: Record<string, Flag> = {
  out: { value: 'FILE', text: 'write to a file, such as events.flow.yaml, that is not there yet' },
  name: { value: 'NAME', text: 'what to call the broker; default its host' },
  management: { value: 'URL', text: 'RabbitMQ’s management API, where it is not on port 15672 of this machine' },
  ...signInFlags,
  format: { value: 'FORMAT', text: 'how to write it', choices: ['yaml'] },
  help: { text: 'show this help' },
};

/** `tailrace import`: a flow file of what is on a live broker, which is only read. */
export const importBroker: Command = async (argv) => {
  const parsed = parseArguments('import', argv, flags);
  if (parsed.flags['help']) {
    process.stdout.write(helpOf('import URL', [
      'Writes a flow file of what is on a broker: kafka://, amqp://, mqtt:// or nats://. The broker is only read.',
      signInHelp,
      'None of it is written.',
    ].join('\n'), flags));
    return 0;
  }
  const [url, ...others] = parsed.positionals;
  if (url === undefined || others.length > 0) throw new UsageError('import takes one URL. See tailrace import --help.');
  const out = textFlag(parsed, 'out');
  const path = out === undefined ? undefined : resolve(process.cwd(), out);
  // What somebody wrote is worth more than what can be read again.
  if (path !== undefined && existsSync(path)) throw new UsageError(`There is a file "${out}" already. Choose another name, or see what differs with tailrace drift.`);
  const { protocol, connect } = givenBroker(url, undefined, signInOf(parsed));
  const managementUrl = textFlag(parsed, 'management');
  const inventory = await readFrom({ protocol, connect: { ...connect, ...(managementUrl === undefined ? {} : { managementUrl }) } });
  const name = textFlag(parsed, 'name') ?? importName(connect.url, protocol);
  const text = importText(protocol, inventory, { name, url: connect.url, ...(connect.tls === true && !isTlsUrl(connect.url) ? { tls: true } : {}) });
  if (path === undefined) process.stdout.write(text);
  else writeFileSync(path, text);
  return 0;
};
