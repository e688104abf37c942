/**
 * The candidate that somebody who wrote `written` most likely meant, or undefined if none is near:
 * at most a third of the letters may differ. Ties go to the first in order.
 */
export function didYouMean(written: string, candidates: Iterable<string>): string | undefined {
  const wanted = written.toLowerCase();
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - written.length) >= bestDistance) continue;
    const d = distance(wanted, candidate.toLowerCase(), bestDistance);
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

/**
 * How many letters must be added, left out, replaced or swapped with their neighbour ("optimal string
 * alignment") to make `b` of `a`. Swapped neighbours count one, since that is one slip of the fingers.
 * Gives up at `limit`: the answer is then `limit` or more.
 */
function distance(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    const letter = a.charCodeAt(i - 1);
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (letter === b.charCodeAt(j - 1) ? 0 : 1);
      let cost = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1)) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
      if (cost < least) least = cost;
    }
    // A swap reaches back two rows, and costs one more than the least there.
    if (least >= limit && Math.min(...last) + 1 >= limit) return limit;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** How many letters differ; see `distance`. */
export function nearness(a: string, b: string): number {
  return distance(a, b, Math.max(a.length, b.length) + 1);
}

/** The end of a sentence: ` Did you mean "x"?`, or nothing. */
export function didYouMeanText(written: string, candidates: Iterable<string>): string {
  const guess = didYouMean(written, candidates);
  return guess === undefined ? '' : ` Did you mean "${guess}"?`;
}
