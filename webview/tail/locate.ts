import type { TailRow } from '../../src/protocol/tail';

/** Rows asked for at once while a message is looked for: a near guess is then a hit. */
const CHUNK = 64;
const MOST_QUESTIONS = 40;

/**
 * Where a message stands in the filtered list, or where it would: `isThere` tells which. Without a filter the
 * first guess is right, since numbers then follow each other; else the places between are halved.
 * @param count rows of the list
 */
export async function locate(
  seq: number,
  count: number,
  rows: (from: number, count: number) => Promise<readonly TailRow[]>,
): Promise<{ readonly index: number; readonly isThere: boolean }> {
  const first = (await rows(0, 1))[0];
  if (!first || seq <= first.seq) return { index: 0, isThere: first?.seq === seq };
  // All up to `low` are older than the message; nothing from `high` on is.
  let low = 0;
  let high = count;
  let guess = Math.min(count - 1, seq - first.seq);
  for (let asked = 0; low + 1 < high && asked < MOST_QUESTIONS; asked++) {
    const from = Math.max(0, guess - CHUNK / 2);
    const found = await rows(from, CHUNK);
    const here = found.findIndex((row) => row.seq >= seq);
    if (here > 0 || (here === 0 && found[0]!.seq === seq)) return { index: from + here, isThere: found[here]!.seq === seq };
    if (here === 0) high = Math.min(high, from);
    // Behind the end of a list that has become shorter nothing comes.
    else if (!found.length) high = Math.min(high, from);
    else low = Math.max(low, from + found.length - 1);
    guess = (low + high) >> 1;
  }
  return { index: Math.min(high, Math.max(0, count - 1)), isThere: false };
}
