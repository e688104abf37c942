import { setTimeout as pause } from 'node:timers/promises';
import type { TailBuffer } from '../brokers/buffer';
import { SequenceList } from '../brokers/sequenceList';
import type { RowPlace, RowPosition, TailOrder, TailSelection } from '../protocol/tail';
import type { RowTest } from './filter';
import type { BufferRow } from './filterRow';
import { Guard } from './guard';
import { TimeOrder } from './timeOrder';

/** What a message may take of a costly filter, in milliseconds, twice: the clock goes on while others have the processor. */
const MESSAGE_LIMIT = 100;
/** So many messages may take longer before the filter is given up: each of them holds up all tails. */
const MAX_ENDED = 10;
/** Messages between two looks at the clock. */
const STRIDE = 64;
/** More than a source has partitions. */
const LANES = 2 ** 32;

/**
 * The view of a buffer: the messages that a filter lets through, as a list that is made in slices of
 * time and then kept up with each message, so that any window of rows is found at once. What it lets through is found in the order
 * of arrival; where it is shown by time, that is sorted into a second list.
 */
export class TailList {
  private readonly matches = new SequenceList();
  private byTime: TimeOrder | undefined;
  /** Matches before this one are sorted by time. */
  private sorted = 0;
  private readonly guard = new Guard();
  /** What lets messages through: what was asked for, and no source that is hidden. */
  private test: RowTest | undefined;
  private asked: RowTest | undefined;
  private readonly out = new Set<number>();
  /** Messages in the buffer of sources that are hidden. */
  hidden = 0;
  /** What they take of its bytes. */
  hiddenBytes = 0;
  /** Messages up to this one have been looked at. */
  private searched = 0;
  /** Messages from this one on are kept out of the view; undefined while it runs. */
  private frozenAt: number | undefined;
  private ended = 0;
  /** The message at which the last slice was ended, once: the machine may have been busy with something else. */
  private suspect = -1;
  /** Messages for which the filter failed or took too long. */
  failed = 0;
  /** Why the filter was given up. */
  problem: string | undefined;

  /** @param ready messages from this sequence on are not judged yet, and wait */
  constructor(
    private readonly buffer: TailBuffer,
    private readonly row: BufferRow,
    private readonly ready: () => number,
  ) {}

  /** Rows of the view: those that match the filter, up to where the view is frozen. */
  get shown(): number {
    return this.byTime ? this.byTime.length : this.found;
  }

  /** All that is found of it, also what is not sorted yet. */
  private get found(): number {
    return this.test ? this.matches.length : Math.max(0, this.end - this.buffer.first);
  }

  get order(): TailOrder {
    return this.byTime ? 'time' : 'arrival';
  }

  /** True where it shows all that is held. */
  get isWhole(): boolean {
    return this.asked === undefined;
  }

  /** True where a filter may take long, so that it is better asked for many messages at once. */
  get isCostly(): boolean {
    return this.test?.costly !== undefined;
  }

  /** True when all messages before this one, as far as they are in the view, have been looked at. */
  hasReached(seq: number): boolean {
    const end = Math.min(this.end, seq);
    return (!this.test || this.searched >= end) && (!this.byTime || this.sorted >= end);
  }

  /** True when all has been looked at that can be. */
  get isDone(): boolean {
    if (this.test && this.searched < Math.min(this.end, this.ready())) return false;
    return !this.byTime || this.sorted >= this.sortable;
  }

  /** The sequence of the view's row `n`, which must be one of it. */
  at(n: number): number {
    return this.byTime ? this.byTime.at(n) : this.foundAt(n);
  }

  private foundAt(n: number): number {
    return this.test ? this.matches.at(n) : this.buffer.first + n;
  }

  /** Sequences of the view's rows `from` up to `from + count`, in its order. */
  window(from: number, count: number): number[] {
    const start = Math.max(0, Math.floor(from));
    const end = Math.min(this.shown, start + Math.max(0, Math.floor(count)));
    const found: number[] = [];
    for (let n = start; n < end; n++) found.push(this.at(n));
    return found;
  }

  /** Which row is the first that does not stand before a message, be it in the view or not; `shown` where there is none. */
  position({ seq, at }: RowPlace): number {
    const { byTime, buffer } = this;
    if (!byTime) return this.foundFrom(seq);
    const time = at ?? byTime.timeOf(seq) ?? (buffer.has(seq) ? buffer.timeOf(seq) : seq < buffer.first ? -Infinity : Infinity);
    return byTime.position(seq, time);
  }

  /** The first row that stands behind a message. */
  behind(place: RowPlace): number {
    const row = this.position(place);
    return row < this.shown && this.at(row) === place.seq ? row + 1 : row;
  }

  /** Where a message stands, or would. */
  place(place: RowPlace): RowPosition {
    const index = this.position(place);
    const isThere = index < this.shown && this.at(index) === place.seq;
    return { index, isThere, isFinal: isThere || this.hasReached(place.seq + 1) };
  }

  /** The time that a message stands at, where the view is by time. */
  timeOf(seq: number): number | undefined {
    return this.byTime?.timeOf(seq);
  }

  /** Of what is found, the first whose sequence is not below this one. */
  private foundFrom(seq: number): number {
    let [low, high] = [0, this.found];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.foundAt(middle) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Sequences of the rows that a selection has, in their order. */
  selected({ first, last, before }: TailSelection): number[] {
    const from = this.position(first);
    return this.window(from, this.behind(last) - from).filter((seq) => seq < before);
  }

  /** How many those are. */
  countSelected({ first, last, before }: TailSelection): number {
    const [from, end] = [this.position(first), this.behind(last)];
    if (!this.byTime) return Math.max(0, end - from);
    let count = 0;
    for (let n = from; n < end; n++) if (this.at(n) < before) count++;
    return count;
  }

  /** Shows it in another order. Then call `scan`. */
  sort(order: TailOrder): void {
    if (order === this.order) return;
    this.byTime = order === 'time' ? new TimeOrder() : undefined;
    this.sorted = this.buffer.first;
  }

  /** Leaves out the messages of a source, which takes no more, whatever the filter is. Then call `scan`. */
  hide(source: number): void {
    this.out.add(source);
    this.hidden = 0;
    this.hiddenBytes = 0;
    for (let seq = this.buffer.first; seq < this.buffer.received; seq++) if (this.hides(seq)) this.countHidden(seq, 1);
    const { problem } = this;
    this.filter(this.asked);
    this.problem = problem;
  }

  private countHidden(seq: number, by: 1 | -1): void {
    this.hidden += by;
    this.hiddenBytes += by * this.buffer.sizeOf(seq);
  }

  /** Whether a message that is held is of a source that is hidden. */
  hides(seq: number): boolean {
    return this.out.size > 0 && this.out.has(this.buffer.sourceOf(seq));
  }

  /** Narrows it; undefined for all. Then call `scan`. */
  filter(test: RowTest | undefined): void {
    this.asked = test;
    this.test = this.out.size === 0 ? test : { ...test, cheap: (row) => !this.out.has(row.source) && (test?.cheap?.(row) ?? true) };
    this.matches.clear();
    this.searched = this.buffer.first;
    this.byTime?.clear();
    this.sorted = this.buffer.first;
    this.failed = 0;
    this.ended = 0;
    this.suspect = -1;
    this.problem = undefined;
  }

  /** Looks at messages for about `budget` milliseconds; true when there are no more for now. */
  scan(budget: number): boolean {
    const until = performance.now() + budget;
    const isSearched = this.search(budget);
    return this.sortFound(until) && isSearched;
  }

  private search(budget: number): boolean {
    if (!this.test) return true;
    this.searched = Math.max(this.searched, this.buffer.first);
    const end = Math.min(this.end, this.ready());
    if (this.searched >= end) return true;
    if (this.test.costly) this.scanCostly(this.test, end, budget);
    else this.scanCheap(this.test, end, budget);
    return this.searched >= end;
  }

  /** Matches before this one can be sorted. */
  private get sortable(): number {
    return this.test ? Math.min(this.searched, this.end) : this.end;
  }

  /** Sorts what was found; true when all of it is. */
  private sortFound(until: number): boolean {
    const { byTime, buffer } = this;
    if (!byTime) return true;
    this.sorted = Math.max(this.sorted, buffer.first);
    const { found } = this;
    let n = this.foundFrom(this.sorted);
    for (let done = 1; n < found; done++) {
      const seq = this.foundAt(n++);
      // What has no partitions has one order.
      const lane = buffer.sourceOf(seq) * LANES + (buffer.partitionOf(seq) ?? -1);
      byTime.push(seq, buffer.timeOf(seq), lane, buffer.first);
      this.sorted = seq + 1;
      if (done % STRIDE === 0 && performance.now() > until) break;
    }
    if (n >= found) this.sorted = Math.max(this.sorted, this.sortable);
    return n >= found;
  }

  /** A message is about to fall out of the buffer. */
  fell(seq: number): void {
    this.byTime?.remove(seq);
    if (this.hides(seq)) this.countHidden(seq, -1);
    if (this.matches.length > 0 && this.matches.at(0) === seq) this.matches.shift();
  }

  /** Keeps later messages out of the view, though they are received and held. */
  freeze(): void {
    this.frozenAt ??= this.buffer.received;
  }

  /** Lets the view go on; then call `scan`. */
  thaw(): void {
    this.frozenAt = undefined;
  }

  /** The buffer has been cleared. */
  clear(): void {
    this.hidden = 0;
    this.hiddenBytes = 0;
    this.matches.clear();
    this.byTime?.clear();
    this.sorted = this.buffer.received;
    this.searched = this.buffer.received;
    if (this.frozenAt !== undefined) this.frozenAt = this.buffer.received;
  }

  private get end(): number {
    const { first, received } = this.buffer;
    return this.frozenAt === undefined ? received : Math.max(first, Math.min(this.frozenAt, received));
  }

  private scanCheap({ cheap }: RowTest, end: number, budget: number): void {
    const until = performance.now() + budget;
    for (let n = 1; this.searched < end; n++) {
      if (!cheap || cheap(this.row.at(this.searched))) this.matches.push(this.searched);
      this.searched++;
      if (n % STRIDE === 0 && performance.now() > until) return;
    }
  }

  /** What was found is taken over only behind the guard, which may end the work anywhere. */
  private scanCostly({ cheap, costly }: RowTest, end: number, budget: number): void {
    const found: number[] = [];
    let failed = 0;
    const begun = this.searched;
    let at = begun;
    const until = performance.now() + budget;
    // Most failures are thrown, and nobody looks at where.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    const whole = this.guard.run(() => {
      for (; at < end; at++) {
        // Not before the first: each slice has to get on.
        if (at > begun && performance.now() > until) return;
        const row = this.row.at(at);
        if (cheap && !cheap(row)) continue;
        const answer = costly?.(row) ?? 'yes';
        if (answer === 'yes') found.push(at);
        else if (answer === 'failed') failed++;
      }
    }, budget + MESSAGE_LIMIT);
    Error.stackTraceLimit = stackTraceLimit;
    for (const seq of found) this.matches.push(seq);
    this.failed += failed;
    this.searched = at;
    const { suspect } = this;
    this.suspect = whole ? -1 : at;
    if (whole) return;
    // A full buffer that takes messages loses the suspect before it is asked again; then the next one stands in for it.
    const fell = suspect >= 0 && suspect < begun && at === begun;
    if (suspect !== at && !fell) return;
    this.suspect = -1;
    this.searched++;
    this.failed++;
    if (++this.ended >= MAX_ENDED) this.giveUp();
  }

  private giveUp(): void {
    this.filter(undefined);
    this.problem =
      `The filter was switched off, since it took more than ${MESSAGE_LIMIT} ms for each of ${MAX_ENDED} messages; ` +
      'use a simpler pattern, such as one without a repetition within a repetition.';
  }
}

/** Milliseconds between two looks at how far a filter has got. */
const WAIT = 20;

/** Settles when the filter has looked at all messages before this one, or when the signal says not to wait any more. */
export async function untilReached(list: Pick<TailList, 'hasReached'>, seq: number, signal: AbortSignal): Promise<void> {
  while (!list.hasReached(seq) && !signal.aborted) await pause(WAIT);
}
