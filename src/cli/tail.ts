import { own } from '../text/own';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ConnectOptions, TapStart, TapTarget } from '../brokers/driver';
import { isTlsUrl } from '../model/address';
import type { Channel } from '../model/model';
import type { Protocol } from '../model/settings';
import type { TailContract, TailRequest } from '../protocol/tail';
import { didYouMeanText } from '../text/suggest';
import { splitAddress, type BrokerAddress } from '../workspace/brokerUrl';
import { tailAddress } from '../workspace/tailAddress';
import { tailContract, tapTarget } from '../workspace/tailSource';
import { helpOf, numberFlag, parseArguments, textFlag, UsageError, type Flag, type ParsedArguments } from './arguments';
import type { Command } from './command';
import { load, type Loaded } from './load';

const flags: Record<string, Flag> = {
  from: { value: 'START', text: 'latest (default), earliest, or a number: that many of the last messages' },
  limit: { value: 'N', text: 'stop after N messages' },
  filter: { value: 'TEXT', text: 'only messages with this text in key, value or headers' },
  broker: { value: 'URL', text: 'connect here instead of to the broker that a file names; kafka://, amqp://, mqtt:// or nats://' },
  path: { value: 'PATH', text: 'where the files are that declare the channel; default the current folder' },
  format: { value: 'FORMAT', text: 'one JSON object a line', choices: ['jsonl'] },
  yes: { text: 'accept what the tap says that it changes on the broker' },
  help: { text: 'show this help' },
};

/** The start of the URL tells the protocol; `kafka://` is ours, since Kafka has no scheme. */
const schemes: Record<string, Protocol> = {
  kafka: 'kafka', amqp: 'rabbitmq', amqps: 'rabbitmq', mqtt: 'mqtt', mqtts: 'mqtt', ws: 'mqtt', wss: 'mqtt',
  nats: 'nats', tls: 'nats',
};

export const tail: Command = async (argv) => {
  const parsed = parseArguments('tail', argv, flags);
  if (parsed.flags['help']) {
    process.stdout.write(helpOf('tail CHANNEL', [
      'Tails a live channel, one JSON object a line, without changing anything for its consumers.',
      'User and password come from TAILRACE_USER and TAILRACE_PASSWORD, or from the URL.',
    ].join('\n'), flags));
    return 0;
  }
  const [name, ...others] = parsed.positionals;
  if (name === undefined || others.length > 0) throw new UsageError('tail takes one channel. See tailrace tail --help.');
  return run(requestOf(name, parsed), numberFlag(parsed, 'limit'), textFlag(parsed, 'filter'));
};

function requestOf(name: string, parsed: ParsedArguments): TailRequest {
  const loaded = load([textFlag(parsed, 'path') ?? '.'], process.cwd());
  const channel = find(loaded, name);
  const url = textFlag(parsed, 'broker');
  const { protocol, connect } = url === undefined ? declaredBroker(name, channel, loaded) : givenBroker(url, channel);
  const contract: TailContract | undefined = channel && tailContract(channel, (path) => loaded.workspace.text(path));
  const target: TapTarget = channel === undefined
    ? { address: name, kind: protocol === 'rabbitmq' ? 'queue' : protocol === 'nats' ? 'subject' : 'topic' }
    : tapTarget(channel);
  return {
    protocol, connect, target, start: startOf(textFlag(parsed, 'from') ?? 'latest'),
    // Messages go straight to standard output; the buffer only has to hold what is under way.
    limits: { messages: 10_000, bytes: 64 * 1024 * 1024 },
    contract,
    accepted: parsed.flags['yes'] === true,
  };
}

function find(loaded: Loaded, name: string): Channel | undefined {
  const { model } = loaded.snapshot;
  const byId = model.channel(name);
  if (byId !== undefined) return byId;
  const same = model.channels.filter((c) => c.address === name);
  if (same.length > 1) throw new UsageError(`There are several channels "${name}": ${same.map((c) => c.id).join(', ')}. Name one of them.`);
  return same[0];
}

function declaredBroker(name: string, channel: Channel | undefined, loaded: Loaded): { protocol: Protocol; connect: ConnectOptions } {
  if (channel === undefined) {
    const guess = didYouMeanText(name, loaded.snapshot.model.channels.map((c) => c.id));
    throw new UsageError(`No file here declares a channel "${name}".${guess} Name its broker with --broker URL, or its folder with --path.`);
  }
  const { broker } = channel;
  const address = broker && tailAddress(broker, (file) => loaded.places.text(file), process.env);
  if (address === undefined || channel.protocol === undefined) {
    throw new UsageError(`No file says how to reach the broker of ${channel.id} from this machine. Name it with --broker URL.`);
  }
  return { protocol: channel.protocol, connect: connectTo(address, channel.protocol, address.tls) };
}

function givenBroker(url: string, channel: Channel | undefined): { protocol: Protocol; connect: ConnectOptions } {
  const scheme = /^([a-z][\w+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  const protocol = scheme === undefined ? channel?.protocol : own(schemes, scheme);
  const address = splitAddress(url);
  if (protocol === undefined) {
    throw new UsageError(`The broker "${address.url}" needs a scheme: ${Object.keys(schemes).map((s) => `${s}://`).join(', ')}.`);
  }
  return { protocol, connect: connectTo(address, protocol, undefined) };
}

function connectTo({ url, user, password }: BrokerAddress, protocol: Protocol, tls: boolean | undefined): ConnectOptions {
  return {
    url: protocol === 'kafka' ? url.replace(/^kafka:\/\//i, '') : url,
    tls: tls ?? isTlsUrl(url),
    user: process.env['TAILRACE_USER'] ?? user,
    password: process.env['TAILRACE_PASSWORD'] ?? password,
  };
}

function startOf(from: string): TapStart {
  if (from === 'latest' || from === 'earliest') return { at: from };
  if (/^[1-9]\d{0,8}$/.test(from)) return { at: 'last', count: Number(from) };
  throw new UsageError(`--from takes latest, earliest or a number; not "${from}".`);
}

/** Prints until the limit, Ctrl-C, or the end of the tail. What the tap made is removed in each case. */
async function run(request: TailRequest, limit: number | undefined, filter: string | undefined): Promise<number> {
  // Loaded only now: a mistyped channel should not wait for four client libraries.
  const { fileLedger, openTail, tailLine } = await import('../live/main');
  let printed = 0;
  let told = '';
  const ledger = fileLedger(join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'tailrace', 'taps'));
  const opened = openTail(request, {
    status: (status) => {
      const { state } = status;
      const text = 'reason' in state ? `${state.is}: ${state.reason}` : state.is;
      if (text !== told) process.stderr.write(`tailrace: ${text}\n`);
      told = text;
      if (status.plan?.verdict === 'ask' && !request.accepted && state.is === 'refused') {
        process.stderr.write(`tailrace: say --yes to tail all the same; it changes: ${status.plan.changes.join('; ')}\n`);
      }
    },
    messages: (batch, decoder) => {
      for (const message of batch) {
        if (limit !== undefined && printed >= limit) return;
        const line = tailLine(message, decoder);
        if (filter !== undefined && !searched(line).includes(filter.toLowerCase())) continue;
        process.stdout.write(`${line}\n`);
        printed++;
        if (printed === limit) void opened.stop();
      }
    },
  }, { ledger, log: (level, text) => { if (level === 'error') process.stderr.write(`tailrace: ${text}\n`); } });
  const interrupt = (): void => void opened.stop();
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const state = await opened.ended;
  return state.is === 'refused' || state.is === 'lost' ? 2 : 0;
}

/** What the filter looks at: key, value and headers, as the line shows them. */
function searched(line: string): string {
  const { key = '', value, headers = {} } = JSON.parse(line) as { key?: string; value: unknown; headers?: object };
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return [key, shown, JSON.stringify(headers)].join('\n').toLowerCase();
}
