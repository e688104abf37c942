import { hostsOf, vhostOf } from './address';
import type { FileFacts } from './build';
import type { BrokerFact } from './facts';
import type { BrokerJoin } from './model';

/** A broker declaration with the file that it stands in. */
export interface Declared {
  readonly fact: BrokerFact;
  readonly file: FileFacts;
  readonly folder: string;
}

export interface Group {
  readonly members: Declared[];
  readonly joins: BrokerJoin[];
  /** Those that are of a broker for development, which stands in for the real one. */
  readonly copies: Set<BrokerFact>;
}

/**
 * Broker declarations in groups that are one broker each, while they are being joined. A declaration is known by its
 * number in `all`, a group by the number of its first one.
 */
export class BrokerSets {
  private readonly parent: number[];
  /** What each root's group holds, and where in `all` that stands. */
  readonly facts: BrokerFact[][];
  readonly members: number[][];
  private readonly traits: Traits[];
  private readonly joinsOf = new Map<number, BrokerJoin[]>();
  readonly addresses: readonly (readonly Address[])[];
  /** Declarations of a broker for development, which stands in for the real one. */
  readonly copies = new Set<number>();

  constructor(readonly all: readonly Declared[]) {
    this.parent = all.map((_, i) => i);
    this.facts = all.map(({ fact }) => [fact]);
    this.members = all.map((_, i) => [i]);
    this.traits = all.map(({ fact }) => traitsOf(fact));
    this.addresses = all.map(({ fact }) => addressesOf(fact));
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

  /** The first of these, if all of them are one broker. */
  onlyOne(these: readonly number[]): number | undefined {
    return these.length > 0 && !this.differ(these) ? these[0] : undefined;
  }

  /** True if these are two brokers or more. Looks at no more of them than it must: names are shared by thousands. */
  differ(these: readonly number[]): boolean {
    const root = these.length === 0 ? 0 : this.find(these[0]!);
    return these.some((k) => this.find(k) !== root);
  }

  /** Joins, and notes that it is not said anywhere. */
  guess(i: number, owner: number, because?: string): void {
    const { fact } = this.all[i]!;
    if (!this.union(i, owner)) return;
    const why = because ?? `${fact.url?.value ?? fact.name.value} is taken to be ${this.all[owner]!.fact.name.value}, `
      + 'which the compose file nearest to this file makes reachable there.';
    const joins = this.joinsOf.get(i) ?? [];
    joins.push({ at: fact.name.at, why });
    this.joinsOf.set(i, joins);
  }

  find(i: number): number {
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
  union(a: number, b: number, said = false): boolean {
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

/** An address as a comparable text `protocol host:port vhost`, and whether only a network of its own knows it. */
export interface Address {
  readonly key: string;
  readonly isLocal: boolean;
}

function addressesOf(fact: BrokerFact): Address[] {
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

/** Adds to the list of a key. */
export function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}

/** A folder, and those around it from the inside. */
export function* around(folder: string): Generator<string> {
  for (let at = folder; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    yield at;
    if (at === '') return;
  }
}
