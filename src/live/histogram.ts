import type { TailBuffer } from '../brokers/buffer';
import type { Histogram } from '../protocol/tail';
import { isFault } from './filterRow';
import type { TailList } from './tailList';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Intervals that people reckon with, in milliseconds; longer ones are whole multiples of 30 days. */
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30].map((n) => n * DAY),
];
const MAX_BUCKETS = 2000;

/**
 * Counts the view's messages over time. It goes through the index of the buffer, which holds their times
 * and verdicts, and reads no message: a million take some milliseconds.
 */
export function histogramOf(buffer: TailBuffer, list: TailList, buckets: number): Histogram {
  const most = Math.max(1, Math.min(MAX_BUCKETS, Math.floor(buckets)));
  const { shown } = list;
  let [from, to] = [Infinity, -Infinity];
  for (let n = 0; n < shown; n++) {
    const time = buffer.timeOf(list.at(n));
    if (!Number.isFinite(time)) continue;
    if (time < from) from = time;
    if (time > to) to = time;
  }
  if (from > to) return { from: 0, step: 1, counts: [], errors: [] };
  const step = stepFor(from, to, most);
  const start = Math.floor(from / step) * step;
  const counts = new Array<number>(Math.floor((to - start) / step) + 1).fill(0);
  const errors = new Array<number>(counts.length).fill(0);
  for (let n = 0; n < shown; n++) {
    const seq = list.at(n);
    const time = buffer.timeOf(seq);
    if (!Number.isFinite(time)) continue;
    const bucket = Math.floor((time - start) / step);
    counts[bucket]!++;
    if (isFault(buffer.noteOf(seq))) errors[bucket]!++;
  }
  return { from: start, step, counts, errors };
}

/** The shortest interval of which so many reach over the times. */
function stepFor(from: number, to: number, most: number): number {
  const fits = (step: number): boolean => Math.floor(to / step) - Math.floor(from / step) < most;
  const found = STEPS.find(fits);
  if (found !== undefined) return found;
  const month = 30 * DAY;
  let step = Math.ceil((to - from) / most / month) * month;
  while (!fits(step)) step += month;
  return step;
}
