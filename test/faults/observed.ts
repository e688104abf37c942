export const HAZARDS = ['loss', 'duplication', 'reordering', 'blocking'] as const;
export type Hazard = (typeof HAZARDS)[number];

/** What one run showed of its numbered messages, which were sent as 1, 2, 3, … */
export interface Observed {
  readonly sent: readonly number[];
  /**
   * What the publisher was told, or under these settings must believe, to be taken over. Without
   * acknowledgements that is all it sent; what it knows to have failed is not among it.
   */
  readonly acknowledged: readonly number[];
  /** In the order of processing; a number that is there twice was processed twice. */
  readonly processed: readonly number[];
  /** What lies in a dead-letter channel, where somebody can take it up: neither processed nor lost. */
  readonly parked?: readonly number[];
  /** What the broker, or a publisher that cannot go on, still holds when no fault is left and nothing moves any more. */
  readonly blocked?: readonly number[];
}

/** The numbers that a hazard befell, in ascending order. */
export function hazardsOf({ sent, acknowledged, processed, parked = [], blocked = [] }: Observed): Record<Hazard, number[]> {
  const done = new Set(processed);
  const held = new Set([...blocked, ...parked]);
  const times = new Map<number, number>();
  const reordered = new Set<number>();
  let highest = -1;
  for (const n of processed) {
    const before = times.get(n) ?? 0;
    times.set(n, before + 1);
    if (before > 0) continue;
    const position = sent.indexOf(n);
    if (position < highest) reordered.add(n);
    highest = Math.max(highest, position);
  }
  const ascending = (numbers: Iterable<number>): number[] => [...new Set(numbers)].sort((a, b) => a - b);
  return {
    loss: ascending(acknowledged.filter((n) => !done.has(n) && !held.has(n))),
    duplication: ascending([...times].filter(([, count]) => count > 1).map(([n]) => n)),
    reordering: ascending(reordered),
    blocking: ascending(blocked),
  };
}

/** 1, 2, …, count: how a run's messages are named. */
export function numbers(count: number, from = 1): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}
