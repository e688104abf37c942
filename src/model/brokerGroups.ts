import { isLocalAddress, vhostOf } from './address';
import { joinCopies } from './brokerCopies';
import { around, BrokerSets, push, type Declared } from './brokerSets';
import type { BrokerFact } from './facts';

/**
 * Finds out which declarations are of one broker. In order: what a file says outright (`same-as`, the file
 * that a broker is given to read), equal addresses, equal names. Two names in flow files are two brokers, and
 * so are two protocols, whatever else they share.
 */
export class BrokerGroups extends BrokerSets {
  /** Servers whose container is known: the port that they listen at is that container's own. */
  private readonly configured = new Set<number>();

  constructor(all: readonly Declared[]) {
    super(all);
    this.joinSaid();
    this.joinConfigured();
    this.joinAddresses();
    this.joinNames();
    this.joinVhosts();
    joinCopies(this);
  }

  private joinSaid(): void {
    if (this.all.every(({ fact }) => fact.aliases === undefined)) return;
    const byWord = new Map<string, number[]>();
    this.all.forEach(({ fact }, i) => {
      for (const word of new Set([fact.name.value, fact.url?.value])) if (word !== undefined) push(byWord, word, i);
    });
    this.all.forEach(({ fact }, i) => {
      for (const { value } of fact.aliases ?? []) {
        for (const k of byWord.get(value) ?? []) if (k !== i) this.union(i, k, true);
      }
    });
  }

  /** A definitions file that is mounted into a broker's container declares that broker's own things. */
  private joinConfigured(): void {
    if (this.all.every(({ fact }) => fact.configuredBy === undefined)) return;
    const byPath = new Map<string, number[]>();
    this.all.forEach(({ file }, i) => push(byPath, file.path, i));
    this.all.forEach(({ fact }, i) => {
      for (const path of fact.configuredBy ?? []) {
        for (const k of byPath.get(path) ?? []) {
          const other = this.all[k]!;
          if (k === i || !sameVhost(fact, other.fact)) continue;
          if (other.fact.isServer !== true && other.file.facts.some((f) => f.kind === 'broker' && f.isServer)) continue;
          // Where the file lies says nothing then.
          if (this.union(i, k, sameProtocol(fact, other.fact))) this.configured.add(k);
        }
      }
    });
  }

  private joinAddresses(): void {
    const byKey = new Map<string, number[]>();
    const local: { key: string; i: number }[] = [];
    this.addresses.forEach((addresses, i) => {
      if (this.configured.has(i) && this.all[i]!.fact.isServer === true) return;
      for (const { key, isLocal } of addresses) {
        if (isLocal) local.push({ key, i });
        else push(byKey, key, i);
      }
    });
    for (const same of byKey.values()) for (const i of same.slice(1)) this.union(same[0]!, i);
    this.joinLocal(local);
  }

  /**
   * `kafka:9092` and `localhost:9092` mean the broker of the innermost compose file around; without one the only
   * compose broker that has the address; without any, the same thing wherever they stand.
   */
  private joinLocal(local: readonly { key: string; i: number }[]): void {
    const scoped = new Map<string, number[]>();
    const open = new Map<string, number[]>();
    for (const { key, i } of local) push(this.all[i]!.fact.scope === undefined ? open : scoped, key, i);
    const firstOf = new Map<string, ReadonlyMap<string, number>>();
    for (const [key, owners] of scoped) {
      const first = new Map<string, number>();
      firstOf.set(key, first);
      for (const i of owners) {
        const scope = this.all[i]!.fact.scope!;
        const earlier = first.get(scope);
        if (earlier === undefined) first.set(scope, i);
        else if (earlier !== i) this.union(earlier, i);
      }
    }
    for (const [key, clients] of open) {
      const owners = scoped.get(key) ?? [];
      const first = firstOf.get(key);
      let unowned: number | undefined;
      for (const i of clients) {
        // A cluster that is known elsewhere as well (a Kubernetes service) is not what a compose file runs.
        const isElsewhere = this.addresses[i]!.some((a) => !a.isLocal);
        const owner = isElsewhere ? undefined : innermost(this.all[i]!.folder, first) ?? this.onlyOne(owners);
        if (owner !== undefined) this.guess(i, owner);
        else if (unowned === undefined) unowned = i;
        else this.union(unowned, i);
      }
    }
  }

  private joinNames(): void {
    const byName = new Map<string, number[]>();
    this.all.forEach(({ fact }, i) => push(byName, fact.name.value, i));
    for (const same of byName.values()) {
      // Servers that say the same name in their own files are one cluster, whatever their ports.
      const servers = same.filter((i) => this.all[i]!.fact.isServer === true && this.all[i]!.fact.inferred === undefined);
      for (const i of servers.slice(1)) this.union(servers[0]!, i);
      const withAddress = same.filter((i) => this.addresses[i]!.length > 0);
      this.joinServers(withAddress);
      this.joinOwnMachines(withAddress);
      const inFolder = new Map<string, number>();
      for (const k of withAddress) if (!inFolder.has(this.all[k]!.folder)) inFolder.set(this.all[k]!.folder, k);
      for (const i of same) {
        if (this.addresses[i]!.length > 0) continue;
        // With several of the name to choose from, one that lies in the same folder is meant, or none is.
        const target = this.differ(withAddress) ? inFolder.get(this.all[i]!.folder)
          : withAddress[0] ?? same.find((k) => k !== i);
        if (target !== undefined) this.union(i, target);
      }
    }
  }

  /**
   * A server's own file says the port, and nothing of the host that others know it by: it is taken for the only
   * broker of its name, such as a Kubernetes service.
   */
  private joinServers(same: readonly number[]): void {
    const others = same.filter((i) => this.all[i]!.fact.isServer !== true);
    if (this.onlyOne(others) === undefined) return;
    for (const i of same) {
      const { fact } = this.all[i]!;
      if (fact.isServer !== true || this.configured.has(i) || !this.addresses[i]!.every((a) => a.isLocal)) continue;
      this.guess(i, others[0]!, `This file is taken to configure ${fact.name.value}, `
        + 'since no other broker here has the name, and the file says no host of its own.');
    }
  }

  /**
   * Files of two environments of one system call its broker by one name (a component of Dapr): what clients look
   * for on their own machine is then the other in small, if there is just one other of the name.
   */
  private joinOwnMachines(same: readonly number[]): void {
    const isOwn = (i: number): boolean => {
      const { fact } = this.all[i]!;
      return fact.inferred !== undefined && fact.isServer !== true && fact.scope === undefined
        && fact.url !== undefined && isLocalAddress(fact.url.value);
    };
    const others = same.filter((i) => !isOwn(i));
    if (this.onlyOne(others) === undefined) return;
    for (const i of same.filter(isOwn)) {
      const { fact } = this.all[i]!;
      this.guess(i, others[0]!, `${fact.url?.value ?? ''} is taken for ${fact.name.value} on one's own machine, `
        + 'since another file gives that name to the only other broker of the name.');
    }
  }

  /** A definitions file knows its vhost, not where its broker runs: it belongs to the only broker of that vhost. */
  private joinVhosts(): void {
    const byVhost = new Map<string, number[]>();
    this.all.forEach(({ fact }, i) => {
      if (fact.protocol?.value === 'rabbitmq') push(byVhost, vhostIn(fact), i);
    });
    this.all.forEach(({ fact }, i) => {
      if (fact.protocol?.value !== 'rabbitmq' || fact.vhost === undefined || this.addresses[i]!.length > 0) return;
      if (this.members[this.find(i)]!.length > 1) return;
      // Nothing else is in its group, so that of these it is the only one with its root.
      const roots = new Set<number>();
      let first: number | undefined;
      for (const k of byVhost.get(vhostIn(fact)) ?? []) {
        if (k === i) continue;
        first ??= k;
        roots.add(this.find(k));
        if (roots.size > 1) return;
      }
      if (first !== undefined) this.union(first, i);
    });
  }

}

/** The declaration of the innermost scope around a folder. */
function innermost(folder: string, byScope: ReadonlyMap<string, number> | undefined): number | undefined {
  if (byScope === undefined) return undefined;
  for (const scope of around(folder)) {
    const found = byScope.get(scope);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sameVhost(a: BrokerFact, b: BrokerFact): boolean {
  return vhostIn(a) === vhostIn(b);
}

function vhostIn(fact: BrokerFact): string {
  return fact.vhost?.value ?? (fact.url ? vhostOf(fact.url.value) : '/');
}

function sameProtocol(a: BrokerFact, b: BrokerFact): boolean {
  return a.protocol === undefined || b.protocol === undefined || a.protocol.value === b.protocol.value;
}
