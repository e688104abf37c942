import { dirName } from '../text/sourceFile';
import type { FileId } from '../text/range';
import { isLocalAddress } from './address';
import type { FileFacts } from './build';
import { BrokerGroups, type Declared } from './brokerGroups';
import type { BrokerFact } from './facts';
import type { Broker, Channel } from './model';
import type { ChannelSettings, Protocol } from './settings';

type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** A broker, and why it is taken to be that one where nobody says so. */
export interface Guess {
  readonly broker: Broker;
  readonly why: string;
  /** True if it is the broker of the system that the file lies in: as good as said. */
  readonly isLocal: boolean;
}

export interface BrokerTable {
  readonly brokers: readonly Broker[];
  /** The broker that a file means by a name: its own first, then the nearest that any file declares. */
  named(file: FileId, name: string): Broker | undefined;
  /** The one broker that a file declares for a protocol, if it is just one. */
  only(file: FileId, protocol: Protocol | undefined): Broker | undefined;
  /** The broker of the system that a file lies in (its compose file's), else the only one there is. */
  near(file: FileId, protocol: Protocol | undefined): Guess | undefined;
  /**
   * True if all that is known of a broker is that clients look for it on their own machine: a stand-in
   * for the real one, so that it tells no two clusters apart.
   */
  isStandIn(broker: Broker): boolean;
  /**
   * False for a broker of another system: one that a compose file runs around another folder, where compose files
   * run several of its protocol. What a file says without an address is not about that one.
   */
  reaches(file: FileId, broker: Broker): boolean;
  add(broker: Broker, channel: Channel): void;
}

/**
 * Joins broker declarations: by address (a host without a dot means something in the network of one compose
 * file only), by the file that a broker is configured by, by name where no address contradicts.
 */
export function joinBrokers(files: readonly FileFacts[]): BrokerTable {
  const declared = files.flatMap((file) =>
    file.facts.flatMap((fact): Declared[] => (fact.kind === 'broker' ? [{ fact, file, folder: dirName(file.path) }] : [])));
  const groups = new BrokerGroups(declared).groups();
  const brokers: Draft<Broker>[] = [];
  const channelsOf = new Map<Broker, Channel[]>();
  const byFile = new Map<FileId, { fact: BrokerFact; broker: Broker }[]>();
  const scopes: { folder: string; broker: Broker }[] = [];
  for (const { members, joins, copies } of groups) {
    const channels: Channel[] = [];
    const facts = members.map((m) => m.fact);
    const broker: Draft<Broker> = { id: '', name: nameOf(facts), facts, channels, joins };
    if (copies.size > 0) broker.copies = copies;
    for (const { fact, file } of members) {
      if (copies.has(fact)) lend(broker, fact);
      else merge(broker, fact);
      const own = byFile.get(file.id);
      if (own) own.push({ fact, broker });
      else byFile.set(file.id, [{ fact, broker }]);
      if (fact.scope !== undefined) scopes.push({ folder: fact.scope, broker });
    }
    brokers.push(broker);
    channelsOf.set(broker, channels);
  }
  nameApart(brokers);
  brokers.sort((a, b) => (a.id < b.id ? -1 : 1));
  const folderOf = new Map(files.map((file) => [file.id, dirName(file.path)]));
  /** Of the brokers that nothing but compose files, and the clients of their networks, know. */
  const scopesOf = new Map<Broker, string[]>();
  for (const { folder, broker } of scopes) {
    if (!broker.facts.every((fact) => fact.scope !== undefined || fact.inferred !== undefined)) continue;
    scopesOf.set(broker, [...(scopesOf.get(broker) ?? []), folder]);
  }
  const guesses = new Map<string, Guess | undefined>();
  const standIns = new Map<Broker, boolean>();
  const isStandIn = (broker: Broker): boolean => {
    let found = standIns.get(broker);
    if (found === undefined) standIns.set(broker, (found = onlyLocalClients(broker)));
    return found;
  };
  const speaks = (broker: Broker, protocol: Protocol | undefined): boolean =>
    protocol === undefined || (broker.protocol ?? protocol) === protocol;

  return {
    brokers,
    isStandIn,
    named: (file, name) => {
      const own = byFile.get(file)?.find((o) => o.fact.name.value === name)?.broker;
      if (own !== undefined) return own;
      const all = brokers.filter((b) => b.name === name);
      return nearest(all, folderOf.get(file) ?? '', scopes) ?? all[0]
        ?? brokers.find((b) => b.facts.some((f) => f.name.value === name));
    },
    only: (file, protocol) => {
      const own = new Set(byFile.get(file)?.map((o) => o.broker));
      const fitting = [...own].filter((b) => speaks(b, protocol));
      return fitting.length === 1 ? fitting[0] : undefined;
    },
    near: (file, protocol) => {
      const folder = folderOf.get(file) ?? '';
      const key = `${protocol ?? ''} ${folder}`;
      if (!guesses.has(key)) guesses.set(key, guess(folder, protocol));
      return guesses.get(key);
    },
    reaches: (file, broker) => {
      const own = scopesOf.get(broker);
      if (own === undefined) return true;
      const folder = folderOf.get(file) ?? '';
      return own.some((scope) => folder === scope || folder.startsWith(`${scope}/`))
        || [...scopesOf.keys()].every((other) => other === broker || !speaks(other, broker.protocol));
    },
    add: (broker, channel) => channelsOf.get(broker)?.push(channel),
  };

  function guess(folder: string, protocol: Protocol | undefined): Guess | undefined {
    const fitting = brokers.filter((b) => speaks(b, protocol));
    const here = nearest(fitting, folder, scopes);
    if (here !== undefined) {
      return { broker: here, why: `The file names no broker; ${here.id} is the one of the system that it lies in.`, isLocal: true };
    }
    const real = fitting.filter((b) => !isStandIn(b));
    const single = real.length === 1 ? real[0] : fitting.length === 1 ? fitting[0] : undefined;
    return single && protocol !== undefined
      ? { broker: single, why: `The file names no broker; ${single.id} is the only one of its protocol.`, isLocal: false } : undefined;
  }
}

/** The one broker whose scope is the innermost folder around a folder; undefined if there are several. */
function nearest(
  among: readonly Broker[], folder: string, scopes: readonly { folder: string; broker: Broker }[],
): Broker | undefined {
  let found = new Set<Broker>();
  let depth = -1;
  for (const scope of scopes) {
    if (!(folder === scope.folder || folder.startsWith(`${scope.folder}/`)) || !among.includes(scope.broker)) continue;
    if (scope.folder.length > depth) found = new Set();
    if (scope.folder.length >= depth) found.add(scope.broker);
    depth = Math.max(depth, scope.folder.length);
  }
  return found.size === 1 ? [...found][0] : undefined;
}

/** The first name that somebody gave; an address is a name only where nobody gave one. */
function nameOf(facts: readonly BrokerFact[]): string {
  // A host, or a vhost, is what a broker is called where it has no name.
  const isName = (fact: BrokerFact): boolean => !/:\d+$/.test(fact.name.value) && fact.name.value !== fact.vhost?.value;
  return (facts.find((fact) => fact.inferred === undefined && fact.scope === undefined && isName(fact))
    ?? facts.find((fact) => fact.scope === undefined && isName(fact))
    ?? facts.find((fact) => fact.scope !== undefined) ?? facts[0]!).name.value;
}

function nameApart(brokers: readonly Draft<Broker>[]): void {
  const used = new Map<string, number>();
  for (const broker of brokers) {
    const count = (used.get(broker.name) ?? 0) + 1;
    used.set(broker.name, count);
    broker.id = count === 1 ? broker.name : `${broker.name} (${count})`;
  }
}

function onlyLocalClients(broker: Broker): boolean {
  return broker.facts.every((fact) =>
    fact.inferred !== undefined && fact.scope === undefined && fact.dialect !== 'flow'
    && fact.url !== undefined && isLocalAddress(fact.url.value));
}

/** What a copy for development has in common with the real thing: where to find it, not how it behaves. */
function lend(broker: Draft<Broker>, fact: BrokerFact): void {
  broker.protocol ??= fact.protocol?.value;
}

/** Of each property the first declaration counts; files come with flow files first. */
function merge(broker: Draft<Broker>, fact: BrokerFact): void {
  broker.protocol ??= fact.protocol?.value;
  broker.url ??= fact.url;
  broker.registry ??= fact.registry;
  broker.version ??= fact.version;
  broker.managed ??= fact.managed;
  broker.environment ??= fact.environment;
  broker.tls ??= fact.tls;
  broker.vhost ??= fact.vhost;
  broker.nodes ??= fact.nodes;
  broker.anonymous ??= fact.anonymous;
  broker.persistence ??= fact.persistence;
  broker.autoCreate ??= fact.autoCreate;
  if (fact.topicDefaults) broker.topicDefaults = agreed(broker.topicDefaults, fact.topicDefaults);
}

/**
 * What two declarations of a cluster say of topics. Where they differ (several examples of one cluster, a base and its
 * overlays) nobody can tell which is in force, and the setting counts as open.
 */
function agreed(first: ChannelSettings | undefined, second: ChannelSettings): ChannelSettings {
  if (first === undefined) return second;
  const valueOf = (settings: ChannelSettings, key: string): unknown =>
    (settings as unknown as Readonly<Record<string, { readonly value?: unknown } | undefined>>)[key]?.value;
  const differ = Object.keys(second).filter((key) => key !== 'open'
    && (first.open?.includes(key) === true || (key in first && valueOf(first, key) !== valueOf(second, key))));
  const all = { ...second, ...first };
  if (differ.length === 0) return all;
  const kept = Object.fromEntries(Object.entries(all).filter(([key]) => !differ.includes(key)));
  return { ...kept, open: [...new Set([...(first.open ?? []), ...(second.open ?? []), ...differ])] };
}
