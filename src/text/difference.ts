/** Where two texts differ: `before.slice(start, oldEnd)` became `after.slice(start, newEnd)`. */
export interface Difference {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/**
 * The smallest stretch outside of which two texts are the same; empty on both sides for equal texts.
 * Stretches are compared as a whole, which engines do many times faster than letter by letter.
 */
export function differenceOf(before: string, after: string): Difference {
  const shorter = Math.min(before.length, after.length);
  const start = longest(shorter, (n, from) => before.slice(from, n) === after.slice(from, n));
  const [old, now] = [before.length, after.length];
  const sameTail = (n: number, from: number): boolean =>
    before.slice(old - n, old - from) === after.slice(now - n, now - from);
  const tail = longest(shorter - start, sameTail);
  return { start, oldEnd: before.length - tail, newEnd: after.length - tail };
}

/** The largest length up to `limit` for which `same` holds, given that it holds for all shorter ones. */
function longest(limit: number, same: (length: number, known: number) => boolean): number {
  let known = 0;
  let above = limit + 1;
  let step = 4096;
  while (above - known > 1) {
    const next = Math.min(known + step, above - 1);
    if (same(next, known)) {
      known = next;
      step *= 2;
    } else {
      above = next;
      step = Math.max(1, (next - known) >> 1);
    }
  }
  return known;
}
