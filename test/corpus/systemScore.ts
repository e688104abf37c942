import type { Expectation, SystemBroker, SystemGraph } from './systemGraph';

export interface Tally {
  readonly matched: number;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  /** Of nothing found, and of nothing expected, 1. */
  readonly precision: number;
  readonly recall: number;
}

export interface Score {
  readonly nodes: Tally;
  readonly edges: Tally;
  /** Where a matched broker holds other channels than expected: told, not counted. */
  readonly remarks: readonly string[];
}

/** Compares by the rules of `systems/README.md`. */
export function score(expected: Expectation, actual: SystemGraph): Score {
  const brokers = matchBrokers(expected.brokers, actual.brokers);
  const nodes = compare(expected.nodes, actual.nodes, expected.maybe);
  return {
    nodes: tally(
      nodes.matched + brokers.pairs.length,
      [...brokers.missing.map((b) => `broker ${b.protocol} of ${b.channels.length}`), ...nodes.missing],
      [...brokers.extra.map((b) => `broker ${b.protocol} "${b.name}"`), ...nodes.extra],
    ),
    edges: compare(expected.edges, actual.edges, expected.maybe),
    remarks: brokers.pairs.flatMap((pair) => remarks(pair, expected.maybe)),
  };
}

function compare(expected: readonly string[], actual: readonly string[], maybe: ReadonlySet<string>): Tally {
  const left = [...actual];
  const take = (line: string): boolean => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  };
  const missing = expected.filter((line) => !take(line));
  for (const line of maybe) take(line);
  return tally(expected.length - missing.length, missing, left);
}

/** Several systems as one, each node and edge counting the same. */
export function together(tallies: readonly Tally[]): Tally {
  return tally(
    tallies.reduce((sum, { matched }) => sum + matched, 0),
    tallies.flatMap(({ missing }) => missing),
    tallies.flatMap(({ extra }) => extra),
  );
}

function tally(matched: number, missing: readonly string[], extra: readonly string[]): Tally {
  const share = (others: number): number => (matched + others === 0 ? 1 : matched / (matched + others));
  return {
    matched, missing: [...missing].sort(), extra: [...extra].sort(),
    precision: share(extra.length), recall: share(missing.length),
  };
}

interface Pair {
  readonly wanted: SystemBroker;
  readonly found: SystemBroker;
}

/** Nobody need guess a broker's name: it is known by its protocol and by what lies on it. */
function matchBrokers(expected: readonly SystemBroker[], actual: readonly SystemBroker[]): {
  pairs: Pair[]; missing: SystemBroker[]; extra: SystemBroker[];
} {
  const candidates = expected.flatMap((wanted) => actual.flatMap((found) => {
    const shared = wanted.channels.filter((line) => found.channels.includes(line)).length;
    const fits = found.protocol === wanted.protocol && shared * 2 >= wanted.channels.length;
    return fits ? [{ wanted, found, shared }] : [];
  })).sort((a, b) => b.shared - a.shared || a.found.channels.length - b.found.channels.length);
  const pairs: Pair[] = [];
  for (const { wanted, found } of candidates) {
    if (!pairs.some((p) => p.wanted === wanted || p.found === found)) pairs.push({ wanted, found });
  }
  return {
    pairs,
    missing: expected.filter((wanted) => !pairs.some((p) => p.wanted === wanted)),
    extra: actual.filter((found) => !pairs.some((p) => p.found === found)),
  };
}

function remarks({ wanted, found }: Pair, maybe: ReadonlySet<string>): string[] {
  const lacks = wanted.channels.filter((line) => !found.channels.includes(line));
  const beyond = found.channels.filter((line) => !wanted.channels.includes(line) && !maybe.has(line));
  return [
    ...lacks.map((line) => `broker "${found.name}" does not hold ${line}`),
    ...beyond.map((line) => `broker "${found.name}" also holds ${line}`),
  ].sort();
}
