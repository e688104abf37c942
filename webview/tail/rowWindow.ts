import type { RowPlace, TailRow } from '../../src/protocol/tail';

/** Which of two rows stands before the other in the list: below 0 for the first. */
export function compare(a: RowPlace, b: RowPlace): number {
  return (a.at ?? 0) - (b.at ?? 0) || a.seq - b.seq;
}

/** The rows around what is on screen, as last fetched. */
export class RowWindow {
  from = 0;
  rows: readonly TailRow[] = [];

  set(from: number, rows: readonly TailRow[]): void {
    this.from = from;
    this.rows = rows;
  }

  at(index: number): TailRow | undefined {
    return this.rows[index - this.from];
  }

  /** Where a message stands in the list; undefined where it is outside of the window. */
  indexOf(seq: number): number | undefined {
    const at = this.rows.findIndex((row) => row.seq === seq);
    return at < 0 ? undefined : this.from + at;
  }
}

/**
 * How far a row, last seen at `index`, has moved up because older rows fell out of the
 * buffer: exact where it is among `rows`, else a guess that a further fetch makes exact.
 */
export function shiftOf(place: RowPlace, index: number, from: number, rows: readonly TailRow[]): number {
  const first = rows[0];
  if (!first) return 0;
  const { seq } = place;
  const here = rows.findIndex((row) => compare(row, place) >= 0);
  // It fell out itself: the oldest row takes its place.
  if (here === 0 && from === 0 && first.seq !== seq) return index;
  if (here > 0 || first.seq === seq) return index - (from + here);
  // Everything fetched is newer: the row is at least that many messages further up, unless it is gone.
  return here === 0 ? Math.min(index, Math.max(1, first.seq - seq) + (index - from)) : 0;
}
