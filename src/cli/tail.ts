import type { TapStart, TapTarget } from '../brokers/driver';
import type { Channel } from '../model/model';
import type { Protocol } from '../protocol/common';
import { noAddressAdvice } from '../protocol/noAddress';
import type { TailContract, TailFilter, TailRequest, TailSource } from '../protocol/tail';
import { didYouMeanText } from '../text/suggest';
import { unsetVariables } from '../workspace/tailAddress';
import { tailContract, tapTarget } from '../workspace/tailSource';
import { helpOf, numberFlag, parseArguments, textFlag, UsageError, type Flag, type ParsedArguments } from './arguments';
import { declaredBroker, givenBroker, type ReachedBroker } from './brokerAddress';
import type { Command } from './command';
import { load, type Loaded } from './load';
import { printTail } from './printTail';
import { signInFlags, signInHelp, signInOf, type SignIn } from './signIn';
import { startOf, withTimes } from './tailStart';

const CHOSEN_KINDS = ['topic', 'queue', 'exchange', 'stream', 'subject'] as const;

const flags: Record<string, Flag> = {
  from: { value: 'START', text: 'latest (default), earliest, N for the last N, offset:N, sequence:N, a time in ISO 8601, or -15m' },
  to: { value: 'END', text: 'stop behind what is there now (now), at offset:N or sequence:N, or at a time' },
  partition: { value: 'N,N', text: 'only these partitions (Kafka)' },
  limit: { value: 'N', text: 'stop after N messages' },
  filter: { value: 'TEXT', text: 'only messages with this text in key, value or headers' },
  where: { value: 'EXPR', text: 'only messages for which a CEL expression is true: value.amount > 100 && headers["x"] == "y"' },
  broker: { value: 'URL', text: 'connect here instead of to the broker that a file names; kafka://, amqp://, mqtt:// or nats://' },
  ...signInFlags,
  kind: { value: 'KIND', text: 'what a channel is that no file declares; default: topic, in RabbitMQ queue, in NATS subject', choices: CHOSEN_KINDS },
  path: { value: 'PATH', text: 'where the files are that declare the channels; default the current folder' },
  format: { value: 'FORMAT', text: 'JSON Lines (default) or CSV with a header line', choices: ['jsonl', 'csv'] },
  yes: { text: 'accept what the tap says that it changes on the broker' },
  help: { text: 'show this help' },
};

/** What a channel is where nobody says. */
const KINDS: Readonly<Record<Protocol, TapTarget['kind']>> = { kafka: 'topic', rabbitmq: 'queue', mqtt: 'topic', nats: 'subject' };

export const tail: Command = async (argv) => {
  const parsed = parseArguments('tail', withTimes(argv), flags);
  if (parsed.flags['help']) {
    process.stdout.write(helpOf('tail CHANNEL...', [
      'Tails live channels, one JSON object or CSV record a message, without changing anything for their consumers.',
      signInHelp,
      'Exit code 0: the end or the limit was reached, or it was interrupted; 2: a channel was refused or lost.',
    ].join('\n'), flags));
    return 0;
  }
  const [first, ...more] = requestsOf(parsed);
  if (first === undefined) throw new UsageError('tail takes at least one channel. See tailrace tail --help.');
  const request: TailRequest = {
    ...first,
    more,
    // Messages go straight to standard output; the buffer only has to hold what is under way.
    limits: { messages: 10_000, bytes: 64 * 1024 * 1024 },
    accepted: parsed.flags['yes'] === true,
  };
  const filter: TailFilter = { text: textFlag(parsed, 'filter'), expression: textFlag(parsed, 'where') };
  return printTail(request, filter, textFlag(parsed, 'format') === 'csv' ? 'csv' : 'jsonl', numberFlag(parsed, 'limit'));
};

function requestsOf(parsed: ParsedArguments): TailSource[] {
  const start = startOf(textFlag(parsed, 'from'), textFlag(parsed, 'to'), textFlag(parsed, 'partition'), Date.now());
  if (parsed.positionals.length === 0) return [];
  const loaded = load([textFlag(parsed, 'path') ?? '.'], process.cwd());
  const url = textFlag(parsed, 'broker');
  const brokers = parsed.positionals.map((name) => (url === undefined ? find(loaded, name)?.broker : undefined));
  const isOne = new Set(brokers).size === 1;
  return parsed.positionals.map((name, n) =>
    requestOf(name, start, loaded, { url, kind: kindOf(parsed), signIn: signInOf(parsed, isOne ? undefined : brokers[n]?.name) }));
}

/** What flags say of the broker and the channel. */
interface Said {
  readonly url: string | undefined;
  readonly kind: TapTarget['kind'] | undefined;
  readonly signIn: SignIn;
}

function requestOf(name: string, start: TapStart, loaded: Loaded, { url, kind, signIn }: Said): TailSource {
  const channel = find(loaded, name);
  const { protocol, connect } = url === undefined ? brokerOf(name, channel, loaded, signIn) : givenBroker(url, channel?.protocol, signIn);
  const contract: TailContract | undefined = channel && tailContract(channel, (path) => loaded.workspace.text(path));
  const target: TapTarget = channel === undefined
    ? { address: name, kind: kind ?? KINDS[protocol] }
    : tapTarget(channel);
  return { protocol, connect, target, start, contract };
}

function kindOf(parsed: ParsedArguments): TapTarget['kind'] | undefined {
  const kind = textFlag(parsed, 'kind');
  return CHOSEN_KINDS.find((one) => one === kind);
}

function find(loaded: Loaded, name: string): Channel | undefined {
  const { model } = loaded.snapshot;
  const byId = model.channel(name);
  if (byId !== undefined) return byId;
  const same = model.channels.filter((c) => c.address === name);
  if (same.length > 1) throw new UsageError(`There are several channels "${name}": ${same.map((c) => c.id).join(', ')}. Name one of them.`);
  return same[0];
}

function brokerOf(name: string, channel: Channel | undefined, loaded: Loaded, signIn: SignIn): ReachedBroker {
  if (channel === undefined) {
    const guess = didYouMeanText(name, loaded.snapshot.model.channels.map((c) => c.id));
    throw new UsageError(`No file here declares a channel "${name}".${guess} Name its broker with --broker URL, or its folder with --path.`);
  }
  const reached = declaredBroker(channel.broker, channel.protocol, loaded, signIn);
  if (reached !== undefined) return reached;
  const unset = channel.broker ? unsetVariables(channel.broker, (file) => loaded.places.text(file), process.env) : [];
  throw new UsageError(noAddressAdvice(`the broker of ${channel.id}`, unset, 'name it with --broker URL'));
}
