import { Backlog } from '../backlog';
import type { TapMessage, TapSink, TapStart } from '../driver';
import { withoutAborted } from './aborted';
import { ReadEpochs } from './epochs';
import { OFFSET_OUT_OF_RANGE } from './failure';
import type { EpochEnd, FetchedPartition, WantedPartition } from './fetch';
import { boundsOf, endsOf, movedStarts, startsOf, wantedPartitions, type Bounds, type TopicLook } from './positions';
import { batchesOf, readBatch, type Codecs } from './records';

/** A partition being read. */
interface Position {
  /** The next offset that is fetched. */
  next: number;
  /** Where the backlog that was asked for ends. */
  until: number;
  /** Nothing at or behind it is given; absent while it lies ahead, or where the tap has no end. */
  end?: number;
  readonly low: number;
  /** The first offset that was asked for so far. */
  first: number;
  /** Where reading goes on when an earlier piece has been read for the last N. */
  resume?: number;
  readonly epochs: ReadEpochs;
  /**
   * The leader epoch as it was before the begin was looked up. It becomes the epoch to begin under as soon as a
   * fetch shows that it still holds.
   */
  beganUnder?: number;
  /** The broker said that it has no such offset. */
  isRefused?: boolean;
}

const NO_ENDS: ReadonlyMap<number, number> = new Map();

/**
 * How far one tap has read each partition: where it began, what has been given, and whether all that was
 * asked for is there. Knows no connection, so it lives through their losses.
 */
export class Progress {
  private readonly positions = new Map<number, Position>();
  private readonly backlog: Backlog;
  private given = 0;
  private endsAhead = false;
  private isReplaced = false;
  /** Partitions that were there when the tap began, but had no leader yet. */
  private readonly awaited = new Set<number>();
  private readonly told = new Set<number>();
  /** What of all that was asked for is not given. */
  private readonly exceptions: string[] = [];

  constructor(
    private readonly topic: string,
    private readonly start: TapStart,
    private readonly committedOnly: boolean,
    private readonly codecs: Codecs,
    private readonly sink: TapSink,
  ) {
    this.backlog = new Backlog(start, sink, true);
  }

  has(partition: number): boolean {
    return this.positions.has(partition);
  }

  /** What to fetch next; undefined while nothing is wanted of a partition. */
  wanted(partition: number): WantedPartition | undefined {
    const p = this.positions.get(partition);
    if (!p || (p.end !== undefined && p.next >= p.end)) return undefined;
    // While a `last` start collects, a partition that has given its share waits for the others.
    if (this.backlog.isHeld && p.next >= p.until) return undefined;
    return {
      partition,
      offset: p.next,
      lastEpoch: p.epochs.before(p.next),
      ...(p.beganUnder === undefined ? {} : { leaderEpoch: p.beganUnder }),
    };
  }

  async begin(look: TopicLook, bounds: readonly Bounds[]): Promise<void> {
    const { until } = this.start;
    this.endsAhead = until?.at === 'time' && until.time > Date.now();
    for (const partition of this.tellUnread(look, bounds)) this.awaited.add(partition);
    await this.place(look, bounds);
    this.settle();
  }

  /** Tells, once until it changes, of partitions that have no leader to be read from. Returns them all. */
  tellUnread(look: TopicLook, bounds: readonly Bounds[]): number[] {
    const readable = new Set(bounds.map((b) => b.partition));
    const unread = wantedPartitions(look)
      .map((p) => p.partition)
      .filter((p) => !readable.has(p));
    for (const partition of readable) this.told.delete(partition);
    const news = unread.filter((p) => !this.told.has(p));
    if (news.length > 0)
      this.sink.dropped(
        0,
        `${this.topic} has no leader that can be reached for partition ${news.join(', ')}: nothing of it can be read ` +
          'until there is one',
      );
    for (const partition of news) this.told.add(partition);
    return unread;
  }

  /** Partitions that were not there before, or had no leader. */
  async join(look: TopicLook, bounds: readonly Bounds[]): Promise<void> {
    const late = bounds.filter((b) => this.awaited.delete(b.partition));
    if (late.length > 0) await this.place(look, late);
    for (const b of bounds) if (!this.positions.has(b.partition)) this.add(b);
  }

  private async place(look: TopicLook, bounds: readonly Bounds[]): Promise<void> {
    const { until } = this.start;
    const now = Date.now();
    const ends = until ? await endsOf(look, bounds, until, now) : NO_ENDS;
    const starts = await startsOf(look, bounds, this.start, ends);
    for (const why of movedStarts(this.topic, bounds, this.start)) this.sink.dropped(0, why);
    for (const b of bounds) {
      const next = starts.get(b.partition) ?? b.low;
      const end = ends.get(b.partition);
      const leaderEpoch = look.topic.partitions.find((p) => p.partition === b.partition)?.leaderEpoch;
      this.positions.set(b.partition, {
        next,
        first: next,
        low: b.low,
        until: Math.min(b.high, end ?? b.high),
        epochs: new ReadEpochs(),
        ...(end === undefined ? {} : { end }),
        ...(leaderEpoch === undefined ? {} : { beganUnder: leaderEpoch }),
      });
    }
  }

  /** Compares with what the broker has after a loss, and tells what cannot be read any more. */
  check(bounds: readonly Bounds[]): void {
    for (const b of bounds) {
      const known = this.positions.get(b.partition);
      if (!known) continue;
      const { isRefused } = known;
      known.isRefused = false;
      if (known.next < b.low) {
        this.sink.dropped(
          b.low - known.next,
          `retention removed them from partition ${b.partition} before they were read`,
        );
        known.next = b.low;
      } else if (known.next > b.high) {
        // A leader that knows epochs tells in its answer where the logs part; any other one refuses the offset.
        if (!isRefused && known.epochs.before(known.next) >= 0) continue;
        this.sink.dropped(
          0,
          `partition ${b.partition} ends at offset ${b.high}, but was read up to ${known.next}: the broker lost ` +
            'its tail, and what came in its place before now was not seen; reading goes on at its end',
        );
        known.next = b.high;
        known.epochs.forget();
      } else if (isRefused) {
        this.sink.dropped(
          0,
          `partition ${b.partition} refused offset ${known.next}, up to which it was read, as out of range, and has ` +
            'it now: the broker lost its tail, and what came in its place before now was not seen; reading goes on there',
        );
        known.epochs.forget();
      }
    }
    this.settle();
  }

  /** A partition that came later is read whole: none of it was there when the tap began. */
  private add(b: Bounds): void {
    if (this.isBounded) return;
    this.positions.set(b.partition, {
      next: b.low,
      first: b.low,
      low: b.low,
      until: b.low,
      epochs: new ReadEpochs(),
    });
  }

  /** The topic was deleted and made again: all of the new one came after the tap began. */
  restart(bounds: readonly Bounds[]): void {
    const read = [...this.positions].map(([partition, p]) => `${p.next} of partition ${partition}`);
    this.sink.dropped(
      0,
      `${this.topic} was deleted and made again; what the earlier topic still got from offset ` +
        `${read.slice(0, 5).join(', ')}${read.length > 5 ? ' …' : ''} on was not read; the new one is read from its begin`,
    );
    this.positions.clear();
    this.awaited.clear();
    this.isReplaced = this.isBounded;
    for (const b of bounds) this.add(b);
    this.settle();
  }

  /** True where all that it gives was there when it began. */
  private get isBounded(): boolean {
    return this.start.until !== undefined && !this.endsAhead;
  }

  /** Asks for ends that lay ahead, once they have come. */
  async findEnds(look: TopicLook): Promise<void> {
    const { until } = this.start;
    if (until?.at !== 'time' || Date.now() < until.time) return;
    const open = [...this.positions].filter(([, p]) => p.end === undefined);
    if (open.length === 0) return;
    const ends = await endsOf(look, await boundsOf(look), until, Date.now());
    for (const [partition, p] of open) p.end = ends.get(partition);
    this.settle();
  }

  /** Gives an answer's messages and moves the positions. An answer to an older question is passed over. */
  take(part: FetchedPartition, { offset: asked, leaderEpoch }: WantedPartition, into: TapMessage[]): void {
    const position = this.positions.get(part.partition);
    if (!position || position.next !== asked) return;
    if (leaderEpoch !== undefined && leaderEpoch === position.beganUnder) {
      position.epochs.beginUnder(leaderEpoch);
      delete position.beganUnder;
    }
    if (part.diverging) return this.part(part.partition, position, part.diverging);
    const batches = batchesOf(part.records);
    for (const b of batches) position.epochs.note(b.leaderEpoch, b.baseOffset);
    const readable = this.committedOnly ? withoutAborted(part.records, batches, part.aborted) : batches;
    const before = into.length;
    for (const b of readable)
      readBatch(part.records, b, this.codecs, this.topic, part.partition, asked, into);
    this.cut(position, into, before);
    const last = batches.at(-1);
    // At least one further, whatever a spoilt header says: the same fetch for ever would be a standstill.
    if (last) position.next = Math.max(position.next + 1, last.lastOffset + 1);
    else if (part.records.length > 0) {
      this.sink.dropped(
        1,
        `what is stored at offset ${position.next} of partition ${part.partition} has no batch header`,
      );
      position.next++;
    } else this.endAtTransaction(position, part);
  }

  /** A fetch was answered with an error. */
  refused(partition: number, errorCode: number): void {
    const position = this.positions.get(partition);
    if (!position) return;
    delete position.beganUnder;
    position.isRefused = errorCode === OFFSET_OUT_OF_RANGE;
  }

  /**
   * The leader's log is another than the one that was read: an election was unclean, or a disk lost its end. Reads
   * again from where they part, so that all that was written there in the meantime is given.
   */
  private part(partition: number, p: Position, leader: EpochEnd): void {
    const read = p.resume ?? p.next;
    const first = p.first;
    const from = p.epochs.part(leader, p.next);
    // A leader that wrote nothing under its epoch leaves no trace of it: nothing is lost.
    if (from >= p.next) return;
    const shown = Math.max(first, from);
    this.sink.dropped(
      0,
      `partition ${partition} lost ` +
        (shown < read ? `what was read at ${offsets(shown, read)}` : `its tail from offset ${from} on before it was read`) +
        ': an unclean leader election or a failed disk put other messages in its place, or none; reading goes on at ' +
        `offset ${from}, with what is there now`,
    );
    p.next = from;
    p.first = Math.min(first, from);
    p.until = Math.min(p.until, from);
    delete p.resume;
    const { until } = this.start;
    // What comes from here on was written after the tap began; a time has to be looked for anew.
    if (until?.at === 'time') delete p.end;
    else if (p.end !== undefined && p.end > from) {
      if (p.end > read) this.exceptions.push(`stood at ${offsets(read, p.end)} of partition ${partition} and is gone`);
      p.end = from;
    }
  }

  /** Gives what `take` has gathered, and says `caught-up` where all that was there has been given. */
  give(messages: readonly TapMessage[]): void {
    this.given += messages.length;
    this.backlog.give(messages);
    this.settle();
  }

  /** Why the tap is complete; undefined while it is not. */
  get complete(): string | undefined {
    const { until } = this.start;
    if (!until || this.backlog.isHeld || this.awaited.size > 0) return undefined;
    if (this.isReplaced)
      return `It ended before all had been given: ${this.topic} was deleted and made again.`;
    const all = [...this.positions.values()];
    if (!all.every((p) => p.end !== undefined && p.next >= p.end)) return undefined;
    const what = {
      now: () => 'that was there when it began',
      offset: () => `up to offset ${until.at === 'offset' ? until.offset : ''} that was there when it began`,
      time: () => `before ${until.at === 'time' ? new Date(until.time).toISOString() : ''}`,
    }[until.at]();
    return `It is complete: all of ${this.topic} ${what} has been given${this.exceptions.map((t) => `, but for what ${t}`).join('')}.`;
  }

  /** Takes away what lies behind the end, or belongs to a piece that has been read before. */
  private cut(position: Position, into: TapMessage[], from: number): void {
    const { until } = this.start;
    if (until?.at === 'time' && position.end === undefined) {
      const late = into.slice(from).find((m) => m.time >= until.time);
      if (late) position.end = Number(late.offset);
    }
    const limit = position.resume === undefined ? position.end : position.until;
    if (limit === undefined) return;
    while (into.length > from && Number(into.at(-1)?.offset) >= limit) into.pop();
  }

  /** Nothing more can come before the end of what may be read: an open transaction ends the backlog early. */
  private endAtTransaction(position: Position, part: FetchedPartition): void {
    if (!this.committedOnly || part.lastStableOffset > position.next || position.next >= position.until) return;
    position.until = position.next;
    if (position.end !== undefined && position.end <= part.highWatermark) {
      position.end = position.next;
      this.exceptions.push(
        `lies at or behind offset ${position.next} of partition ${part.partition}, where a transaction is still open`,
      );
    }
  }

  private settle(): void {
    const all = [...this.positions.values()];
    if (!all.every((p) => p.next >= p.until)) return;
    if (this.backlog.isHeld && this.widen(all)) return;
    for (const p of all) {
      if (p.resume !== undefined) p.next = p.resume;
      delete p.resume;
    }
    this.backlog.end();
  }

  /**
   * Compaction, aborted transactions and control records leave fewer messages than offsets: where the last N
   * have not come together, earlier pieces are read, each twice as long as all before it.
   */
  private widen(all: readonly Position[]): boolean {
    if (this.start.at !== 'last' || this.given >= this.start.count) return false;
    let found = false;
    for (const p of all) {
      if (p.first <= p.low) continue;
      p.resume ??= p.next;
      const step = Math.max(this.start.count, 2 * (p.resume - p.first));
      p.until = p.first;
      p.first = Math.max(p.low, p.first - step);
      p.next = p.first;
      found = true;
    }
    return found;
  }
}

/** From `first` to the one before `end`. */
function offsets(first: number, end: number): string {
  return first === end - 1 ? `offset ${first}` : `offsets ${first} to ${end - 1}`;
}
