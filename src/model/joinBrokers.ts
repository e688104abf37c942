import type { FileId } from '../text/range';
import { hostsOf, vhostOf } from './address';
import type { FileFacts } from './build';
import type { BrokerFact } from './facts';
import type { Broker, Channel } from './model';
import type { Protocol } from './settings';

type Draft<T> = { -readonly [K in keyof T]: T[K] };

export interface BrokerTable {
  readonly brokers: readonly Broker[];
  /** The broker that a file means by a name: its own first, then one that any file declares. */
  named(file: FileId, name: string): Broker | undefined;
  /** The one broker that a file declares for a protocol, if it is just one. */
  only(file: FileId, protocol: Protocol | undefined): Broker | undefined;
  add(broker: Broker, channel: Channel): void;
}

/**
 * Joins broker declarations. Two are one broker if a host of theirs is the same (and the vhost, for
 * RabbitMQ), or if they share a name and no address or protocol contradicts it.
 */
export function joinBrokers(files: readonly FileFacts[]): BrokerTable {
  const drafts: { broker: Draft<Broker>; facts: BrokerFact[]; channels: Channel[]; hosts: Set<string> }[] = [];
  const byFile = new Map<FileId, { fact: BrokerFact; broker: Broker }[]>();

  for (const file of files) {
    for (const fact of file.facts) {
      if (fact.kind !== 'broker') continue;
      const hosts = addressesOf(fact);
      let draft = drafts.find((d) => sameAddress(d, fact, hosts)) ?? drafts.find((d) => sameName(d, fact, hosts));
      if (draft === undefined) {
        const facts: BrokerFact[] = [];
        const channels: Channel[] = [];
        draft = { broker: { id: '', name: fact.name.value, facts, channels }, facts, channels, hosts: new Set() };
        drafts.push(draft);
      }
      draft.facts.push(fact);
      for (const host of hosts) draft.hosts.add(host);
      merge(draft.broker, fact);
      const own = byFile.get(file.id) ?? [];
      own.push({ fact, broker: draft.broker });
      byFile.set(file.id, own);
    }
  }

  const used = new Map<string, number>();
  for (const { broker } of drafts) {
    const count = (used.get(broker.name) ?? 0) + 1;
    used.set(broker.name, count);
    broker.id = count === 1 ? broker.name : `${broker.name} (${count})`;
  }
  const brokers = drafts.map((d) => d.broker).sort((a, b) => (a.id < b.id ? -1 : 1));
  const channelsOf = new Map<Broker, Channel[]>(drafts.map((d) => [d.broker, d.channels]));

  return {
    brokers,
    named: (file, name) =>
      byFile.get(file)?.find((own) => own.fact.name.value === name)?.broker ?? brokers.find((b) => b.name === name),
    only: (file, protocol) => {
      const own = new Set(byFile.get(file)?.map((o) => o.broker));
      const fitting = [...own].filter((b) => protocol === undefined || (b.protocol ?? protocol) === protocol);
      return fitting.length === 1 ? fitting[0] : undefined;
    },
    add: (broker, channel) => channelsOf.get(broker)?.push(channel),
  };
}

function addressesOf(fact: BrokerFact): string[] {
  const url = fact.url?.value;
  if (url === undefined) return [];
  const vhost = fact.protocol?.value === 'rabbitmq' ? (fact.vhost?.value ?? vhostOf(url)) : '';
  return hostsOf(url, fact.protocol?.value).map((host) => `${fact.protocol?.value ?? ''} ${host} ${vhost}`);
}

function sameAddress(
  draft: { facts: readonly BrokerFact[]; hosts: Set<string> }, fact: BrokerFact, hosts: readonly string[],
): boolean {
  // Somebody who declares two brokers by two names means two, though both default to localhost.
  const other = fact.dialect === 'flow'
    && draft.facts.some((f) => f.dialect === 'flow' && f.name.value !== fact.name.value);
  return !other && hosts.some((host) => draft.hosts.has(host));
}

function sameName(
  draft: { broker: Broker; hosts: Set<string> },
  fact: BrokerFact,
  hosts: readonly string[],
): boolean {
  const { broker } = draft;
  const protocol = fact.protocol?.value;
  if (protocol !== undefined && broker.protocol !== undefined && protocol !== broker.protocol) return false;
  if (broker.name === fact.name.value) return hosts.length === 0 || draft.hosts.size === 0;
  // A definitions file knows its vhost, not where its broker runs: it belongs to the broker of that vhost.
  return protocol === 'rabbitmq' && hosts.length === 0 && fact.vhost !== undefined
    && broker.protocol === 'rabbitmq' && vhostIs(broker, fact.vhost.value);
}

function vhostIs(broker: Broker, vhost: string): boolean {
  return (broker.vhost?.value ?? (broker.url ? vhostOf(broker.url.value) : undefined)) === vhost;
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
}
