import { hostsOf, isLocalAddress, vhostOf } from './address';
import type { FileFacts } from './build';
import type { BrokerFact } from './facts';
import type { BrokerJoin } from './model';

/** A broker declaration with the file that it stands in. */
export interface Declared {
  readonly fact: BrokerFact;
  readonly file: FileFacts;
  readonly folder: string;
}

interface Group {
  readonly members: Declared[];
  readonly joins: BrokerJoin[];
  /** Those that are of a broker for development, which stands in for the real one. */
  readonly copies: Set<BrokerFact>;
}

/**
 * Finds out which declarations are of one broker. In order: what a file says outright (`same-as`, the file
 * that a broker is given to read), equal addresses, equal names. Two names in flow files are two brokers, and
 * so are two protocols, whatever else they share.
 */
export class BrokerGroups {
  private readonly parent: number[];
  /** What each root's group holds. */
  private readonly facts: BrokerFact[][];
  private readonly joinsOf = new Map<number, BrokerJoin[]>();
  private readonly addresses: ReturnType<typeof addressesOf>[];
  /** Servers whose container is known: the port that they listen at is that container's own. */
  private readonly configured = new Set<number>();
  private readonly copies = new Set<number>();

  constructor(private readonly all: readonly Declared[]) {
    this.parent = all.map((_, i) => i);
    this.facts = all.map(({ fact }) => [fact]);
    this.addresses = all.map(({ fact }) => addressesOf(fact));
    this.joinSaid();
    this.joinConfigured();
    this.joinAddresses();
    this.joinNames();
    this.joinVhosts();
    this.joinCopies();
  }

  /** In order of the first declaration of each. */
  groups(): readonly Group[] {
    const found = new Map<number, Group>();
    this.all.forEach((declared, i) => {
      const root = this.find(i);
      let group = found.get(root);
      if (group === undefined) found.set(root, (group = { members: [], joins: [], copies: new Set() }));
      group.members.push(declared);
      if (this.copies.has(i)) group.copies.add(declared.fact);
    });
    for (const [i, joins] of this.joinsOf) found.get(this.find(i))?.joins.push(...joins);
    return [...found.values()];
  }

  private joinSaid(): void {
    this.all.forEach(({ fact }, i) => {
      for (const { value } of fact.aliases ?? []) {
        this.all.forEach((other, k) => {
          if (k !== i && (other.fact.name.value === value || other.fact.url?.value === value)) this.union(i, k, true);
        });
      }
    });
  }

  /** A definitions file that is mounted into a broker's container declares that broker's own things. */
  private joinConfigured(): void {
    this.all.forEach(({ fact }, i) => {
      for (const path of fact.configuredBy ?? []) {
        this.all.forEach((other, k) => {
          if (k === i || other.file.path !== path || !sameVhost(fact, other.fact)) return;
          if (other.fact.isServer !== true && other.file.facts.some((f) => f.kind === 'broker' && f.isServer)) return;
          if (this.union(i, k)) this.configured.add(k);
        });
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
    for (const owners of scoped.values()) {
      for (const i of owners) {
        const first = owners.find((k) => this.all[k]!.fact.scope === this.all[i]!.fact.scope);
        if (first !== undefined && first !== i) this.union(first, i);
      }
    }
    for (const [key, clients] of open) {
      const owners = scoped.get(key) ?? [];
      let unowned: number | undefined;
      for (const i of clients) {
        const owner = this.ownerOf(this.all[i]!.folder, owners);
        if (owner !== undefined) this.guess(i, owner);
        else if (unowned === undefined) unowned = i;
        else this.union(unowned, i);
      }
    }
  }

  private ownerOf(folder: string, owners: readonly number[]): number | undefined {
    const around = owners.filter((k) => {
      const scope = this.all[k]!.fact.scope!;
      return folder === scope || folder.startsWith(`${scope}/`);
    });
    const length = (k: number): number => this.all[k]!.fact.scope!.length;
    if (around.length > 0) return around.reduce((best, k) => (length(k) > length(best) ? k : best));
    return new Set(owners.map((k) => this.find(k))).size === 1 ? owners[0] : undefined;
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
      for (const i of same) {
        if (this.addresses[i]!.length > 0) continue;
        // With several of the name to choose from, one that lies in the same folder is meant, or none is.
        const roots = new Set(withAddress.map((k) => this.find(k)));
        const target = roots.size <= 1 ? withAddress[0] ?? same.find((k) => k !== i)
          : withAddress.find((k) => this.all[k]!.folder === this.all[i]!.folder);
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
    if (new Set(others.map((i) => this.find(i))).size !== 1) return;
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
    if (new Set(others.map((i) => this.find(i))).size !== 1) return;
    for (const i of same.filter(isOwn)) {
      const { fact } = this.all[i]!;
      this.guess(i, others[0]!, `${fact.url?.value ?? ''} is taken for ${fact.name.value} on one's own machine, `
        + 'since another file gives that name to the only other broker of the name.');
    }
  }

  /** A definitions file knows its vhost, not where its broker runs: it belongs to the only broker of that vhost. */
  private joinVhosts(): void {
    this.all.forEach(({ fact }, i) => {
      if (fact.protocol?.value !== 'rabbitmq' || fact.vhost === undefined || this.addresses[i]!.length > 0) return;
      if (this.all.some((_, k) => k !== i && this.find(k) === this.find(i))) return;
      const fitting = this.all.flatMap((d, k) =>
        k !== i && d.fact.protocol?.value === 'rabbitmq' && sameVhost(d.fact, fact) ? [k] : []);
      if (new Set(fitting.map((k) => this.find(k))).size === 1) this.union(fitting[0]!, i);
    });
  }

  /**
   * A compose file runs on one machine what runs elsewhere in earnest. Where the files know just one other
   * cluster of its protocol, in the whole workspace or in the compose file's own folder, its broker is a copy of that.
   */
  private joinCopies(): void {
    const roots = [...new Set(this.all.map((_, i) => this.find(i)))];
    const copies = roots.filter((r) => this.facts[r]!.some((f) => f.scope !== undefined && isForDevelopment(f)));
    const real = roots.filter((r) => this.facts[r]!.every((f) => f.scope === undefined) && this.isElsewhere(r));
    for (const copy of copies) {
      const protocol = this.protocolOf(copy);
      const others = real.filter((r) => protocol !== undefined && this.protocolOf(r) === protocol);
      const rivals = copies.filter((c) => this.protocolOf(c) === protocol);
      const scope = this.facts[copy]!.find((f) => f.scope !== undefined)!.scope!;
      const inside = others.filter((r) => this.all.some((d, i) => this.find(i) === r && isIn(d.folder, scope)));
      const [only, ...more] = rivals.length === 1 ? others : inside;
      if (only === undefined || more.length > 0) continue;
      const members = this.all.flatMap((_, i) => (this.find(i) === copy ? [i] : []));
      const name = this.facts[only]![0]!.name.value;
      this.guess(copy, only, `The compose file runs it for development; ${name} is the only cluster of its protocol that the files know.`);
      if (this.find(copy) === this.find(only)) for (const i of members) this.copies.add(i);
    }
  }

  /** True for a cluster that more than one machine knows: it is declared by its name, or has a host with a dot. */
  private isElsewhere(root: number): boolean {
    const addresses = this.all.flatMap((_, i) => (this.find(i) === root ? this.addresses[i]! : []));
    return addresses.some((a) => !a.isLocal)
      || this.facts[root]!.some((f) => f.url === undefined && f.isServer !== true);
  }

  private protocolOf(root: number): string | undefined {
    return this.facts[root]!.find((f) => f.protocol !== undefined)?.protocol?.value;
  }

  /** Joins, and notes that it is not said anywhere. */
  private guess(i: number, owner: number, because?: string): void {
    const { fact } = this.all[i]!;
    if (!this.union(i, owner)) return;
    const why = because ?? `${fact.url?.value ?? fact.name.value} is taken to be ${this.all[owner]!.fact.name.value}, `
      + 'which the compose file nearest to this file makes reachable there.';
    const joins = this.joinsOf.get(i) ?? [];
    joins.push({ at: fact.name.at, why });
    this.joinsOf.set(i, joins);
  }

  private find(i: number): number {
    let root = i;
    while (this.parent[root] !== root) root = this.parent[root]!;
    for (let k = i; k !== root;) {
      const next = this.parent[k]!;
      this.parent[k] = root;
      k = next;
    }
    return root;
  }

  /** @returns false if the two must stay apart. */
  private union(a: number, b: number, said = false): boolean {
    const [x, y] = [this.find(a), this.find(b)];
    if (x === y) return true;
    if (!said && this.contradict(x, y)) return false;
    // The earlier declaration stays the root, so that the order of files decides and not that of joins.
    const [root, joined] = [Math.min(x, y), Math.max(x, y)];
    this.parent[joined] = root;
    this.facts[root]!.push(...this.facts[joined]!);
    return true;
  }

  private contradict(x: number, y: number): boolean {
    const left = this.facts[x]!;
    return this.facts[y]!.some((b) => left.some((a) =>
      (a.dialect === 'flow' && b.dialect === 'flow' && a.name.value !== b.name.value)
      || (a.protocol !== undefined && b.protocol !== undefined && a.protocol.value !== b.protocol.value)
      || (a.isServer === true && b.isServer === true && a.name.value !== b.name.value)
      || (a.namespace !== undefined && b.namespace !== undefined && a.namespace !== b.namespace)
      || (a.scope !== undefined && b.scope !== undefined && a.scope !== b.scope)));
  }
}

/** The addresses of a declaration as comparable texts `protocol host:port vhost`, with whether only a network knows them. */
function addressesOf(fact: BrokerFact): { readonly key: string; readonly isLocal: boolean }[] {
  const protocol = fact.protocol?.value;
  return [fact.url, ...(fact.addresses ?? [])].flatMap((address) => {
    if (address === undefined) return [];
    const vhost = protocol === 'rabbitmq' ? (fact.vhost?.value ?? vhostOf(address.value)) : '';
    return hostsOf(address.value, protocol).map((host) => ({
      key: `${protocol ?? ''} ${host} ${vhost}`,
      isLocal: !host.slice(0, host.lastIndexOf(':')).includes('.') && !host.startsWith('['),
    }));
  });
}

function isIn(folder: string, scope: string): boolean {
  return folder === scope || folder.startsWith(`${scope}/`);
}

function isForDevelopment(fact: BrokerFact): boolean {
  return /^(dev|develop|development|local|test)$/i.test(fact.environment?.value ?? '');
}

function sameVhost(a: BrokerFact, b: BrokerFact): boolean {
  const of = (fact: BrokerFact): string => fact.vhost?.value ?? (fact.url ? vhostOf(fact.url.value) : '/');
  return of(a) === of(b);
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
