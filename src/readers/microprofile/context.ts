import { rangeIn } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { Binding, BrokerFact, Fact, InsertPlace } from '../../model/facts';
import { whole } from '../shared/kafkaClient';
import type { MessagingChannel } from './channels';
import type { Config } from './config';

/** What the facts of one file are gathered in. */
export interface Context {
  readonly config: Config;
  readonly service: Sourced<string>;
  readonly facts: Fact[];
  /** Brokers by their names, each once a file. */
  readonly brokers: Map<string, BrokerFact>;
  /** Names of RabbitMQ's exchanges and queues that a channel of this file has declared already. */
  readonly declared: Set<string>;
}

/** The address of a channel, and why, where the file does not say it outright. */
export interface Address {
  readonly name: Sourced<string>;
  readonly inferred?: string;
}

/**
 * The address that an attribute names, or else the channel's own name, which all connectors fall back to.
 * Undefined where the attribute is a placeholder.
 */
export function addressOf(channel: MessagingChannel, attribute: string): Address | undefined {
  const said = channel.near(attribute);
  if (said === 'open') return undefined;
  if (said !== undefined) return { name: said };
  return {
    name: channel.name,
    inferred: `The channel has no ${attribute}; its own name, "${channel.name.value}", is taken for it.`,
  };
}

/** The channel as the program's own configuration knows it. */
export function bindingOf(channel: MessagingChannel, address: Address): Binding {
  const isBare = address.inferred !== undefined && channel.own.get('connector') === undefined;
  return { name: channel.name.value, ...(isBare ? { isBare } : {}) };
}

/** A value that an attribute's place stands for, though it is not written there. */
export function placed<T>(value: T, at: SourceRange): Sourced<T> {
  return { value, at };
}

/** Copies of an incoming channel, each of which takes messages by itself; `partitions` is Kafka's older word. */
export function concurrencyOf(channel: MessagingChannel): { concurrency?: Sourced<number> } {
  for (const key of ['concurrency', 'partitions']) {
    const said = channel.near(key);
    const count = said === undefined || said === 'open' ? undefined : whole(said);
    if (count !== undefined && count.value >= 1) return { concurrency: count };
  }
  return {};
}

/** Both reasons, where a fact rests on two conclusions. */
export function reasons(...all: readonly (string | undefined)[]): string | undefined {
  const said = all.filter((one) => one !== undefined);
  return said.length === 0 ? undefined : said.join(' ');
}

/**
 * Behind the last key of the channel, on a line of its own. In YAML a key with dots would have to become blocks,
 * some of which may be there: SmallRye takes it for one quoted name.
 */
export function insertPlace(config: Config, channel: MessagingChannel): InsertPlace | undefined {
  if (config.isYaml || channel.last.keyAt.file !== config.file.id) return undefined;
  const { file } = config;
  const raw = file.text.slice(channel.last.keyAt.start, channel.last.keyAt.end);
  const attribute = channel.own.all.at(-1)?.key ?? '';
  // A key of one profile shows how the name is written, but the setting belongs to all profiles.
  const prefix = raw.endsWith(attribute)
    ? raw.slice(0, raw.length - attribute.length).replace(/^%[^.]*\./, '') : '';
  if (!prefix.startsWith('mp.messaging.')) return undefined;
  const { end } = channel.last.extent;
  return { at: rangeIn(file, end, end), before: `${config.lineBreak}${prefix}`, separator: '=', after: '' };
}
