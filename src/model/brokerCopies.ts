import { around, push, type BrokerSets } from './brokerSets';
import type { BrokerFact } from './facts';

/**
 * A compose file runs on one machine what runs elsewhere in earnest. Where the files know just one other
 * cluster of its protocol, in the whole workspace or in the compose file's own folder, its broker is a copy of that.
 */
export function joinCopies(sets: BrokerSets): void {
  const roots = [...new Set(sets.all.map((_, i) => sets.find(i)))];
  const copies = roots.filter((r) => sets.facts[r]!.some((f) => f.scope !== undefined && isForDevelopment(f)));
  const real = roots.filter((r) => sets.facts[r]!.every((f) => f.scope === undefined) && isElsewhere(sets, r));
  const realOf = new Map<string, number[]>();
  const copiesOf = new Map<string, number[]>();
  for (const r of real) push(realOf, protocolOf(sets, r) ?? '', r);
  for (const c of copies) push(copiesOf, protocolOf(sets, c) ?? '', c);
  // By each folder around a member of theirs.
  const realIn = new Map<string, Set<number>>();
  const settle = (r: number, members: readonly number[]): void => {
    for (const i of members) {
      for (const folder of around(sets.all[i]!.folder)) {
        const there = realIn.get(folder);
        if (there === undefined) realIn.set(folder, new Set([r]));
        else if (there.has(r)) break;
        else there.add(r);
      }
    }
  };
  for (const r of real) settle(r, sets.members[r]!);
  for (const copy of copies) {
    const protocol = protocolOf(sets, copy);
    const others = protocol === undefined ? [] : (realOf.get(protocol) ?? []);
    const scope = sets.facts[copy]!.find((f) => f.scope !== undefined)!.scope!;
    const [only, ...more] = copiesOf.get(protocol ?? '')?.length === 1 ? others
      : [...realIn.get(scope) ?? []].filter((r) => protocol !== undefined && protocolOf(sets, r) === protocol
        && sets.find(r) === r);
    if (only === undefined || more.length > 0) continue;
    const members = sets.find(copy) === copy ? [...sets.members[copy]!] : [];
    const name = sets.facts[only]![0]!.name.value;
    sets.guess(copy, only, `The compose file runs it for development; ${name} is the only cluster of its protocol that the files know.`);
    if (sets.find(copy) !== sets.find(only)) continue;
    for (const i of members) sets.copies.add(i);
    settle(only, members);
  }
}

/** True for a cluster that more than one machine knows: it is declared by its name, or has a host with a dot. */
function isElsewhere(sets: BrokerSets, root: number): boolean {
  return sets.members[root]!.some((i) => sets.addresses[i]!.some((a) => !a.isLocal))
    || sets.facts[root]!.some((f) => f.url === undefined && f.isServer !== true);
}

function protocolOf(sets: BrokerSets, root: number): string | undefined {
  return sets.facts[root]!.find((f) => f.protocol !== undefined)?.protocol?.value;
}

function isForDevelopment(fact: BrokerFact): boolean {
  return /^(dev|develop|development|local|test)$/i.test(fact.environment?.value ?? '');
}
