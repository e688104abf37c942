import type { PlacedBreach } from '../protocol/figures';

/** A threshold counts as exceeded, and as kept again, after so many samples in a row. */
const samplesInRow = 2;

interface Watched {
  readonly breach: PlacedBreach;
  /** Samples in a row that were above, or, while `raised`, at or below. */
  readonly inRow: number;
  readonly raised: boolean;
}

/** The thresholds that are exceeded, with a little patience, so that one odd sample tells nothing. */
export class Breaches {
  private watched = new Map<string, Watched>();
  /** When the last sample of each broker was taken: one sample counts once, however often it is judged. */
  private readonly judged = new Map<string, number>();

  /** Those that hold, sorted by key. */
  get active(): readonly PlacedBreach[] {
    return [...this.watched.values()]
      .filter(({ raised }) => raised)
      .map(({ breach }) => breach)
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }

  /**
   * Takes what one sample of a broker exceeds.
   * @param at the sample's time; the same again is newer words for the same sample.
   * @returns those that hold from now on.
   */
  judge(broker: string, at: number, found: readonly PlacedBreach[]): readonly PlacedBreach[] {
    const isNew = this.judged.get(broker) !== at;
    this.judged.set(broker, at);
    const above = new Map(found.map((breach) => [breach.key, breach]));
    const next = new Map<string, Watched>();
    const raised: PlacedBreach[] = [];
    for (const key of new Set([...above.keys(), ...this.keysOf(broker)])) {
      const before = this.watched.get(key);
      const now = isNew ? step(before, above.get(key)) : reworded(before, above.get(key));
      if (now === undefined) continue;
      next.set(key, now);
      if (now.raised && before?.raised !== true) raised.push(now.breach);
    }
    const others = [...this.watched].filter(([, { breach }]) => breach.broker !== broker);
    this.watched = new Map([...others, ...next]);
    return raised;
  }

  clear(): void {
    this.watched.clear();
    this.judged.clear();
  }

  private keysOf(broker: string): readonly string[] {
    return [...this.watched].filter(([, { breach }]) => breach.broker === broker).map(([key]) => key);
  }
}

function step(before: Watched | undefined, above: PlacedBreach | undefined): Watched | undefined {
  if (above) {
    if (before?.raised) return { breach: above, inRow: 0, raised: true };
    const inRow = (before?.inRow ?? 0) + 1;
    return { breach: above, inRow, raised: inRow >= samplesInRow };
  }
  if (!before?.raised) return undefined;
  const inRow = before.inRow + 1;
  return inRow >= samplesInRow ? undefined : { ...before, inRow };
}

/** The file may say something else by now, or say it elsewhere. */
function reworded(before: Watched | undefined, above: PlacedBreach | undefined): Watched | undefined {
  return above && before ? { ...before, breach: above } : (before ?? (above && { breach: above, inRow: 1, raised: false }));
}
