import { TailBuffer, type BufferLimits } from '../brokers/buffer';
import type { TapMessage } from '../brokers/driver';
import type { Decoder } from '../codecs/decoded';
import type { FaultCount, Histogram, TailDetail, RowPlace, RowPosition, RowsAround, TailFilter, TailOrder, TailRow, TailSelection, TailSource, TailVerdict } from '../protocol/tail';
import { Columns, recentPaths } from './columns';
import { Faults, isFaulty } from './faults';
import { compileFilter, filteredSource } from './filter';
import { BufferRow, UNDECODABLE, VERDICTS } from './filterRow';
import { findFrom } from './find';
import { histogramOf } from './histogram';
import { Judging } from './judging';
import { detailOf, rowOf, type Placed } from './present';
import { TailList, untilReached } from './tailList';

/** What is done between two turns of the event loop, in milliseconds. */
const SLICE = 15;
/** Judging and filtering in the turn in which messages arrive: more of it waits for turns of its own. */
const AT_ONCE = 5;
/** A filter that has to be watched over is asked for what has gathered in so many milliseconds. */
const GATHERED = 20;
const MAX_ROWS = 2000;

/** What the messages of a tail need of the tail. */
export interface MessageOwner {
  decoderOf(source: number): Decoder | undefined;
  /** A message of a source was judged. */
  judged(source: number, verdict: TailVerdict): void;
  /** A message of a source fell out of the buffer. */
  fell(source: number): void;
  /** Something that is shown has changed. */
  changed(): void;
  /** Aborted when the tail is stopped. */
  readonly stopped: AbortSignal;
}

/** The messages of a tail, judged and filtered as they arrive, and what is made of them for the screen. */
export class TailMessages {
  readonly buffer: TailBuffer;
  readonly list: TailList;
  filter: TailFilter = {};
  private readonly judging: Judging;
  private readonly faults = new Faults();
  private readonly columns = new Columns();
  private filterRefusal: string | undefined;
  private filterRun = 0;
  private working = false;

  constructor(
    private readonly asked: readonly TailSource[],
    limits: BufferLimits,
    private readonly owner: MessageOwner,
  ) {
    const decoderOf = (source: number): Decoder | undefined => owner.decoderOf(source);
    this.buffer = new TailBuffer(limits, asked.map(({ target }) => target.address), (seq) => {
      this.judging.fell(seq);
      this.list.fell(seq);
      owner.fell(this.buffer.sourceOf(seq));
    });
    this.judging = new Judging(this.buffer, { decoderOf, judged: (seq, source, verdict, message) => this.judged(seq, source, verdict, message) });
    this.list = new TailList(this.buffer, new BufferRow(this.buffer, decoderOf), () => this.judging.next);
  }

  /** Messages that are held of the sources that are still in the tail. */
  get kept(): { readonly messages: number; readonly bytes: number } {
    const { buffer, list } = this;
    return { messages: buffer.messages - list.hidden, bytes: buffer.bytes - list.hiddenBytes };
  }

  /** Why the filter cannot be used, or was given up. */
  get filterProblem(): string | undefined {
    return this.filterRefusal ?? this.list.problem;
  }

  append(batch: readonly TapMessage[], source: number): void {
    for (const message of batch) {
      const seq = this.buffer.append(message, source);
      if (message.undecodable === undefined) continue;
      this.buffer.note(seq, UNDECODABLE);
      this.owner.judged(source, 'undecodable');
    }
    if (!this.judging.catchUp(AT_ONCE) || this.list.isCostly || !this.list.scan(AT_ONCE)) this.work();
  }

  async setFilter(wanted: TailFilter): Promise<void> {
    const run = ++this.filterRun;
    const { test, problem } = await compileFilter(wanted, this.asked.map(filteredSource));
    // A later one was asked for meanwhile.
    if (run !== this.filterRun) return;
    this.filter = wanted;
    this.filterRefusal = problem;
    this.list.filter(test);
    this.work();
    this.owner.changed();
  }

  /** Settles when the filter has looked at all that has arrived until now. */
  filtered(): Promise<void> {
    return untilReached(this.list, this.buffer.received, this.owner.stopped);
  }

  /** True when all that has arrived is judged and filtered. */
  settled(): boolean {
    return this.judging.next === this.buffer.received && this.list.isDone;
  }

  /** Its messages are shown and counted no more; they stay in the buffer until they fall out. */
  removeSource(source: number): void {
    this.faults.drop(source);
    this.list.hide(source);
    this.work();
    this.owner.changed();
  }

  /** A message that is still held; its bytes are views of the buffer. */
  message(seq: number): TapMessage | undefined {
    return this.shows(seq) ? this.buffer.get(seq) : undefined;
  }

  freeze(): void {
    this.list.freeze();
  }

  thaw(): void {
    this.list.thaw();
    this.list.scan(AT_ONCE);
    this.work();
  }

  clear(): void {
    this.judging.clear();
    this.buffer.clear();
    this.list.clear();
    this.faults.clear();
  }

  rows(from: number, count: number): readonly TailRow[] {
    return this.list.window(from, Math.min(count, MAX_ROWS)).flatMap((seq) => this.row(seq) ?? []);
  }

  row(seq: number): TailRow | undefined {
    const found = this.placed(seq);
    if (!found) return undefined;
    const cells = this.columns.cells(found.message, found.decoder);
    const at = this.list.timeOf(seq);
    return { ...rowOf(seq, found.message, found.decoder), ...this.tagOf(seq), ...(at === undefined ? {} : { at }), ...(cells ? { cells } : {}), verdict: this.verdictOf(seq) };
  }

  detail(seq: number): TailDetail | undefined {
    const found = this.placed(seq);
    if (!found) return undefined;
    const before = this.placed(this.buffer.previousOf(seq));
    return { ...detailOf(seq, found.message, found.decoder, before), ...this.tagOf(seq), verdict: this.verdictOf(seq) };
  }

  choose(paths: readonly string[]): void {
    this.columns.choose(paths);
  }

  paths(): readonly string[] {
    return recentPaths(this.buffer, (source) => this.owner.decoderOf(source), (seq) => this.shows(seq));
  }

  histogram(buckets: number): Histogram {
    return histogramOf(this.buffer, this.list, buckets);
  }

  /** @param judged messages of each source that were judged */
  faultCounts(judged: readonly number[]): readonly FaultCount[] {
    return this.faults.counts(this.asked.map(({ target, contract }, n) => ({ channel: target.address, contract, judged: judged[n] ?? 0 })));
  }

  find(seq: number, direction: 'next' | 'previous', what: 'fault' | 'match'): number | undefined {
    return findFrom(this.buffer, this.list, seq, direction, what);
  }

  position(place: RowPlace): RowPosition {
    return this.list.place(place);
  }

  rowsAround(place: RowPlace, before: number, count: number): RowsAround {
    const index = this.list.position(place);
    const from = Math.max(0, index - before);
    return { index, from, rows: this.rows(from, count), shown: this.list.shown };
  }

  /** Shows the list in another order, which is made in slices. */
  sort(order: TailOrder): void {
    this.list.sort(order);
    this.list.scan(AT_ONCE);
    this.work();
    this.owner.changed();
  }

  countSelected(selection: TailSelection): number {
    return this.list.countSelected(selection);
  }

  selected(selection: TailSelection): readonly number[] {
    return this.list.selected(selection);
  }

  verdictOf(seq: number): TailVerdict {
    return (this.buffer.has(seq) && VERDICTS[this.buffer.noteOf(seq)]) || 'none';
  }

  sourceOf(seq: number): TailSource | undefined {
    return this.shows(seq) ? this.asked[this.buffer.sourceOf(seq)] : undefined;
  }

  decoderOf(seq: number): Decoder | undefined {
    return this.buffer.has(seq) ? this.owner.decoderOf(this.buffer.sourceOf(seq)) : undefined;
  }

  /** Whether a message is held, and its source still in the tail. */
  private shows(seq: number): boolean {
    return this.buffer.has(seq) && !this.list.hides(seq);
  }

  private tagOf(seq: number): Pick<TailRow, 'tag'> {
    const tag = this.asked[this.buffer.sourceOf(seq)]?.tag;
    return tag === undefined ? {} : { tag };
  }

  private placed(seq: number | undefined): Placed | undefined {
    const message = seq === undefined ? undefined : this.message(seq);
    return message && seq !== undefined ? { seq, message, decoder: this.decoderOf(seq) } : undefined;
  }

  private judged(seq: number, source: number, verdict: TailVerdict, message: TapMessage): void {
    this.owner.judged(source, verdict);
    if (!isFaulty(verdict) || message.value === null) return;
    // The verdict alone is told fast; where it breaks is looked for only then.
    const decoded = this.owner.decoderOf(source)?.decode(message.value, message.headers);
    this.faults.add(seq, source, verdict, decoded?.faults ?? []);
  }

  /** Judges and filters what waits, in slices, until nothing does. */
  private work(): void {
    if (this.working) return;
    this.working = true;
    const slice = (): void => {
      const judged = this.judging.catchUp(SLICE);
      const searched = this.list.scan(SLICE);
      this.owner.changed();
      if ((judged && searched) || this.owner.stopped.aborted) this.working = false;
      else setImmediate(slice);
    };
    if (this.list.isCostly) setTimeout(slice, GATHERED);
    else setImmediate(slice);
  }
}
