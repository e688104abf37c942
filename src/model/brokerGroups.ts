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
  /** What each root's group holds, and where in `all` that stands. */
  private readonly facts: BrokerFact[][];
  private readonly members: number[][];
  private readonly traits: Traits[];
  private readonly joinsOf = new Map<number, BrokerJoin[]>();
  private readonly addresses: ReturnType<typeof addressesOf>[];
  /** Servers whose container is known: the port that they listen at is that container's own. */
  private readonly configured = new Set<number>();
  private readonly copies = new Set<number>();

  constructor(private readonly all: readonly Declared[]) {
    this.parent = all.map((_, i) => i);
    this.facts = all.map(({ fact }) => [fact]);
    this.members = all.map((_, i) => [i]);
    this.traits = all.map(({ fact }) => traitsOf(fact));
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
          if (this.union(i, k)) this.configured.add(k);
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

  /** The first of these, if all of them are one broker. */
  private onlyOne(these: readonly number[]): number | undefined {
    return these.length > 0 && !this.differ(these) ? these[0] : undefined;
  }

  /** True if these are two brokers or more. Looks at no more of them than it must: names are shared by thousands. */
  private differ(these: readonly number[]): boolean {
    const root = these.length === 0 ? 0 : this.find(these[0]!);
    return these.some((k) => this.find(k) !== root);
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

  /**
   * A compose file runs on one machine what runs elsewhere in earnest. Where the files know just one other
   * cluster of its protocol, in the whole workspace or in the compose file's own folder, its broker is a copy of that.
   */
  private joinCopies(): void {
    const roots = [...new Set(this.all.map((_, i) => this.find(i)))];
    const copies = roots.filter((r) => this.facts[r]!.some((f) => f.scope !== undefined && isForDevelopment(f)));
    const real = roots.filter((r) => this.facts[r]!.every((f) => f.scope === undefined) && this.isElsewhere(r));
    const realOf = new Map<string, number[]>();
    const copiesOf = new Map<string, number[]>();
    for (const r of real) push(realOf, this.protocolOf(r) ?? '', r);
    for (const c of copies) push(copiesOf, this.protocolOf(c) ?? '', c);
    // By each folder around a member of theirs.
    const realIn = new Map<string, Set<number>>();
    const settle = (r: number, members: readonly number[]): void => {
      for (const i of members) {
        for (const folder of around(this.all[i]!.folder)) {
          const there = realIn.get(folder);
          if (there === undefined) realIn.set(folder, new Set([r]));
          else if (there.has(r)) break;
          else there.add(r);
        }
      }
    };
    for (const r of real) settle(r, this.members[r]!);
    for (const copy of copies) {
      const protocol = this.protocolOf(copy);
      const others = protocol === undefined ? [] : (realOf.get(protocol) ?? []);
      const scope = this.facts[copy]!.find((f) => f.scope !== undefined)!.scope!;
      const [only, ...more] = copiesOf.get(protocol ?? '')?.length === 1 ? others
        : [...realIn.get(scope) ?? []].filter((r) => protocol !== undefined && this.protocolOf(r) === protocol
          && this.find(r) === r);
      if (only === undefined || more.length > 0) continue;
      const members = this.find(copy) === copy ? [...this.members[copy]!] : [];
      const name = this.facts[only]![0]!.name.value;
      this.guess(copy, only, `The compose file runs it for development; ${name} is the only cluster of its protocol that the files know.`);
      if (this.find(copy) !== this.find(only)) continue;
      for (const i of members) this.copies.add(i);
      settle(only, members);
    }
  }

  /** True for a cluster that more than one machine knows: it is declared by its name, or has a host with a dot. */
  private isElsewhere(root: number): boolean {
    return this.members[root]!.some((i) => this.addresses[i]!.some((a) => !a.isLocal))
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
    if (!said && contradict(this.traits[x]!, this.traits[y]!)) return false;
    // The earlier declaration stays the root, so that the order of files decides and not that of joins.
    const [root, joined] = [Math.min(x, y), Math.max(x, y)];
    this.parent[joined] = root;
    for (const fact of this.facts[joined]!) this.facts[root]!.push(fact);
    for (const i of this.members[joined]!) this.members[root]!.push(i);
    this.traits[joined]!.forEach((values, k) => values.forEach((value) => this.traits[root]![k]!.add(value)));
    return true;
  }
}

/** What the declarations of one broker agree on, as far as they say it: of each kind the values in a group. */
type Traits = readonly Set<string>[];

function traitsOf(fact: BrokerFact): Traits {
  return [
    fact.dialect === 'flow' ? fact.name.value : undefined,
    fact.protocol?.value,
    fact.isServer === true ? fact.name.value : undefined,
    fact.namespace,
    fact.scope,
  ].map((value) => new Set(value === undefined ? [] : [value]));
}

function contradict(a: Traits, b: Traits): boolean {
  return a.some((left, k) => {
    const right = b[k]!;
    if (left.size === 0 || right.size === 0) return false;
    return left.size > 1 || right.size > 1 || !left.has([...right][0]!);
  });
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

/** A folder, and those around it from the inside. */
export function* around(folder: string): Generator<string> {
  for (let at = folder; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    yield at;
    if (at === '') return;
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

function isForDevelopment(fact: BrokerFact): boolean {
  return /^(dev|develop|development|local|test)$/i.test(fact.environment?.value ?? '');
}

function sameVhost(a: BrokerFact, b: BrokerFact): boolean {
  return vhostIn(a) === vhostIn(b);
}

function vhostIn(fact: BrokerFact): string {
  return fact.vhost?.value ?? (fact.url ? vhostOf(fact.url.value) : '/');
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
