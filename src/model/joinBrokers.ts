import { dirName } from '../text/sourceFile';
import type { FileId } from '../text/range';
import { isLocalAddress } from './address';
import type { FileFacts } from './build';
import { BrokerGroups } from './brokerGroups';
import { around, type Declared } from './brokerSets';
import type { BrokerFact } from './facts';
import type { Broker, Channel } from './model';
import { brokerSettingNames, type BrokerSettings, type ChannelSettings, type Protocol } from './settings';

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
  /** The brokers of the systems that lie in a folder. */
  const scopes = new Map<string, Set<Broker>>();
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
      if (fact.scope !== undefined) {
        const there = scopes.get(fact.scope);
        if (there) there.add(broker);
        else scopes.set(fact.scope, new Set([broker]));
      }
    }
    brokers.push(broker);
    channelsOf.set(broker, channels);
  }
  nameApart(brokers);
  brokers.sort((a, b) => (a.id < b.id ? -1 : 1));
  const folderOf = new Map(files.map((file) => [file.id, dirName(file.path)]));
  /** Of the brokers that nothing but compose files, and the clients of their networks, know. */
  const scopesOf = new Map<Broker, string[]>();
  for (const [folder, there] of scopes) {
    for (const broker of there) {
      if (!broker.facts.every((fact) => fact.scope !== undefined || fact.inferred !== undefined)) continue;
      scopesOf.set(broker, [...(scopesOf.get(broker) ?? []), folder]);
    }
  }
  const byName = new Map<string, Broker[]>();
  const byOtherName = new Map<string, Broker>();
  for (const broker of brokers) {
    const same = byName.get(broker.name);
    if (same) same.push(broker);
    else byName.set(broker.name, [broker]);
    for (const { name } of broker.facts) if (!byOtherName.has(name.value)) byOtherName.set(name.value, broker);
  }
  const guesses = new Map<string, Guess | undefined>();
  const singles = new Map<Protocol | undefined, Broker | undefined>();
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
      const all = byName.get(name);
      if (all === undefined) return byOtherName.get(name);
      const folder = folderOf.get(file) ?? '';
      return nearest((b) => b.name === name, folder, scopes) ?? closest(all, folder, folderOf);
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

  function singleOf(protocol: Protocol | undefined): Broker | undefined {
    const fitting = brokers.filter((b) => speaks(b, protocol));
    const real = fitting.filter((b) => !isStandIn(b));
    return real.length === 1 ? real[0] : fitting.length === 1 ? fitting[0] : undefined;
  }

  function guess(folder: string, protocol: Protocol | undefined): Guess | undefined {
    const here = nearest((b) => speaks(b, protocol), folder, scopes);
    if (here !== undefined) {
      return { broker: here, why: `The file names no broker; ${here.id} is the one of the system that it lies in.`, isLocal: true };
    }
    if (!singles.has(protocol)) singles.set(protocol, singleOf(protocol));
    const single = singles.get(protocol);
    return single && protocol !== undefined
      ? { broker: single, why: `The file names no broker; ${single.id} is the only one of its protocol.`, isLocal: false } : undefined;
  }
}

/** The one broker that fits whose scope is the innermost folder around a folder; undefined if there are several. */
function nearest(
  fits: (broker: Broker) => boolean, folder: string, scopes: ReadonlyMap<string, ReadonlySet<Broker>>,
): Broker | undefined {
  for (const scope of around(folder)) {
    const there = [...scopes.get(scope) ?? []].filter(fits);
    if (there.length > 0) return there.length === 1 ? there[0] : undefined;
  }
  return undefined;
}

/** Of several of one name the one that is declared nearest to a folder; of equals the first. */
function closest(all: readonly Broker[], folder: string, folderOf: ReadonlyMap<FileId, string>): Broker | undefined {
  if (all.length < 2) return all[0];
  const parts = folder.split('/');
  const shared = (broker: Broker): number => Math.max(...broker.facts.map((fact) => {
    const other = (folderOf.get(fact.name.at.file) ?? '').split('/');
    const differ = parts.findIndex((part, i) => part !== other[i]);
    return differ < 0 ? parts.length : differ;
  }));
  return all.reduce((best, one) => (shared(one) > shared(best) ? one : best));
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
  broker.vhost ??= fact.vhost;
  for (const key of brokerSettingNames) takeFirst(broker, fact, key);
  if (fact.open) broker.open = [...new Set([...(broker.open ?? []), ...fact.open])];
  if (fact.topicDefaults) broker.topicDefaults = agreed(broker.topicDefaults, fact.topicDefaults);
}

function takeFirst<K extends Exclude<keyof BrokerSettings, 'open'>>(broker: Draft<Broker>, fact: BrokerFact, key: K): void {
  const target: { -readonly [P in K]?: BrokerSettings[P] } = broker;
  target[key] ??= fact[key];
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
