import { distance } from 'fastest-levenshtein';

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
    if (Math.abs(candidate.length - written.length) > limit) continue;
    const d = distance(wanted, candidate.toLowerCase());
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

/** The end of a sentence: ` Did you mean "x"?`, or nothing. */
export function didYouMeanText(written: string, candidates: Iterable<string>): string {
  const guess = didYouMean(written, candidates);
  return guess === undefined ? '' : ` Did you mean "${guess}"?`;
}
