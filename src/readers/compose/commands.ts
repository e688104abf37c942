import type { SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { ChannelFact, ConsumeFact, Fact, PublishFact } from '../../model/facts';
import type { ChannelSettings, ConsumeSettings, Protocol } from '../../model/settings';
import { defined } from '../shared/defined';
import type { Resolve } from '../shared/environmentValues';
import { topicSettings } from '../shared/kafkaTopic';
import { isNameOf } from '../shared/namedTopics';
import { commandScalars } from './commandText';
import { dialect } from './dialect';
import { natsStream } from './natsCommands';
import { rabbitDeclaration } from './rabbitCommands';
import type { ComposeService } from './services';
import { commandsIn, type Command, type Word } from './shell';

/** Finds the name by which this file declares the broker at an address, else the only one of a protocol. */
export type FindBroker = (protocol: Protocol, address: string | undefined) => string | undefined;

/** What of a container its command line is read with; other orchestrators' containers have it too. */
export type Commanded = Pick<ComposeService, 'name' | 'resolve' | 'value'>;

/** What a container's command line declares, publishes or consumes. */
export function commandFacts(file: SourceFile, service: Commanded, find: FindBroker): Fact[] {
  return commandScalars(service).flatMap((scalars) => commandsIn(file, scalars).flatMap((command) =>
    factsOf(command, service, find)));
}

function factsOf(all: Command, service: Commanded, find: FindBroker): Fact[] {
  const at = all.findIndex((word) => programs.has(programOf(word)));
  const program = all[at];
  if (program === undefined) return [];
  const args = new Arguments(all.slice(at + 1), service.resolve);
  const name = programOf(program);
  const extent = { ...program.at, end: Math.max(program.at.end, all.at(-1)?.at.end ?? 0) };
  const base = { dialect, extent };
  switch (name) {
    case 'kafka-topics': return kafkaTopics(args, base, find);
    case 'rpk': return rpkTopics(args, base, find);
    case 'rabbitmqadmin': return rabbitDeclaration(args, base, find('rabbitmq', undefined));
    case 'nats': return natsStream(args, base, find);
    case 'kafka-console-producer':
    case 'kafka-console-consumer': return consoleClient(name, args, base, service, find);
    default: return mosquittoClient(name, args, base, service, find);
  }
}

const programs = new Set([
  'kafka-topics', 'rpk', 'rabbitmqadmin', 'nats', 'kafka-console-producer', 'kafka-console-consumer',
  'mosquitto_pub', 'mosquitto_sub',
]);

/** True for a word that is one of the programs whose arguments are read. */
export function isKnownProgram(word: Word): boolean {
  return programs.has(programOf(word));
}

function programOf(word: Word): string {
  return word.text.slice(word.text.lastIndexOf('/') + 1).replace(/\.sh$/, '');
}

/** Where the facts of one command line stand. */
export type Base = Pick<ChannelFact, 'dialect' | 'extent'>;

/** The arguments of a command: options with values, and the words between them. */
export class Arguments {
  constructor(private readonly words: readonly Word[], private readonly resolve: Resolve) {}

  has(...names: readonly string[]): boolean {
    return this.words.some((word) => names.includes(word.text));
  }

  /** The known values of an option: `--topic x`, `--topic=x`. */
  values(...names: readonly string[]): Sourced<string>[] {
    return this.written(...names).flatMap((word) => this.known(word) ?? []);
  }

  value(...names: readonly string[]): Sourced<string> | undefined {
    return this.values(...names)[0];
  }

  /** As the shared modules ask: 'open' for a value that nobody can tell. */
  said(...names: readonly string[]): Sourced<string> | 'open' | undefined {
    const word = this.written(...names)[0];
    return word === undefined ? undefined : this.known(word) ?? 'open';
  }

  /** The words that are no options and no values of those options that take one. */
  plain(taking: readonly string[]): Word[] {
    return this.words.filter((word, i) =>
      !word.text.startsWith('-') && !taking.includes(this.words[i - 1]?.text ?? ''));
  }

  known(word: Word): Sourced<string> | undefined {
    const { text, isOpen } = this.resolve(word.text);
    return isOpen || text === '' || /[`$]/.test(text) ? undefined : { value: text, at: word.at };
  }

  private written(...names: readonly string[]): Word[] {
    return this.words.flatMap((word, i): Word[] => {
      const next = this.words[i + 1];
      if (names.includes(word.text)) return next === undefined ? [] : [next];
      const equals = word.text.indexOf('=');
      if (equals < 0 || !names.includes(word.text.slice(0, equals))) return [];
      const text = word.text.slice(equals + 1);
      const isPlain = word.at.end - word.at.start === word.text.length;
      return [{ text, at: isPlain ? { ...word.at, start: word.at.start + equals + 1 } : word.at }];
    });
  }
}

function topicOf(
  name: Sourced<string>, settings: ChannelSettings, base: Base, broker: string | undefined,
): ChannelFact {
  return defined<ChannelFact>({
    ...base, kind: 'channel', address: name, protocol: 'kafka', settings,
    broker: broker === undefined ? undefined : { value: broker, at: name.at },
  });
}

function kafkaTopics(args: Arguments, base: Base, find: FindBroker): Fact[] {
  if (!args.has('--create')) return [];
  const configs = args.values('--config');
  const settings = topicSettings((key) => {
    if (key === 'num.partitions') return args.said('--partitions');
    if (key === 'replication.factor') return args.said('--replication-factor');
    return configOf(configs, key);
  });
  const broker = find('kafka', args.value('--bootstrap-server', '--broker-list')?.value);
  return args.values('--topic').filter((name) => isNameOf('topic', name.value))
    .map((name) => topicOf(name, settings, base, broker));
}

function rpkTopics(args: Arguments, base: Base, find: FindBroker): Fact[] {
  const taking = [
    '-p', '--partitions', '-r', '--replicas', '-c', '--topic-config', '--brokers', '-X', '--config',
  ];
  const [topic, create, ...names] = args.plain(taking);
  if (topic?.text !== 'topic' || create?.text !== 'create') return [];
  const configs = args.values('-c', '--topic-config');
  const settings = topicSettings((key) => {
    if (key === 'num.partitions') return args.said('-p', '--partitions');
    if (key === 'replication.factor') return args.said('-r', '--replicas');
    return configOf(configs, key);
  });
  const broker = find('kafka', args.value('--brokers')?.value);
  return names.flatMap((word) => args.known(word) ?? []).filter((name) => isNameOf('topic', name.value))
    .map((name) => topicOf(name, settings, base, broker));
}

/** `key=value`, of which a list with commas may hold several (`cleanup.policy=[compact,delete]` is one). */
function configOf(configs: readonly Sourced<string>[], key: string): Sourced<string> | undefined {
  for (const config of configs) {
    const from = config.value.startsWith(`${key}=`) ? 0 : config.value.indexOf(`,${key}=`) + 1;
    if (from === 0 && !config.value.startsWith(`${key}=`)) continue;
    const rest = config.value.slice(from + key.length + 1);
    const value = /^\[[^\]]*\]|^[^,]*/.exec(rest)?.[0] ?? '';
    const start = config.at.start + from + key.length + 1;
    const isPlain = config.at.end - config.at.start === config.value.length;
    return { value, at: isPlain ? { ...config.at, start, end: start + value.length } : config.at };
  }
  return undefined;
}

function consoleClient(
  name: string, args: Arguments, base: Base, service: Commanded, find: FindBroker,
): Fact[] {
  const topic = args.value('--topic');
  if (topic === undefined || !isNameOf('topic', topic.value)) return [];
  const broker = find('kafka', args.value('--bootstrap-server', '--broker-list')?.value);
  const channel = defined({ name: topic, protocol: 'kafka' as const, broker });
  const edge = { ...base, service: service.name, channel, protocol: 'kafka' as const };
  if (name === 'kafka-console-producer') {
    return [{ ...edge, kind: 'publish', settings: {} } satisfies PublishFact];
  }
  const settings: ConsumeSettings = defined({ group: args.value('--group') });
  return [{ ...edge, kind: 'consume', settings } satisfies ConsumeFact];
}

function mosquittoClient(
  name: string, args: Arguments, base: Base, service: Commanded, find: FindBroker,
): Fact[] {
  const broker = find('mqtt', args.value('-h', '--host')?.value);
  const written = args.value('-q', '--qos');
  const qos = written && /^[012]$/.test(written.value)
    ? { value: Number(written.value), at: written.at } : undefined;
  return args.values('-t', '--topic').map((topic): Fact => {
    const channel = defined({ name: topic, protocol: 'mqtt' as const, broker });
    const settings = defined({ qos });
    const edge = { ...base, service: service.name, channel, protocol: 'mqtt' as const, settings };
    return name === 'mosquitto_pub' ? { ...edge, kind: 'publish' } : { ...edge, kind: 'consume' };
  });
}
