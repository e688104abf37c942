/** A chunk is cut in two when it is full: large ones cost moving, small ones cost looking for. */
const CHUNK = 1024;
const FIRST_RING = 1024;
/** Where messages without a time stand: the first time that a date can be. */
const EARLIEST = -8.64e15;

interface Chunk {
  readonly seqs: Float64Array;
  length: number;
}

/**
 * Sequences by the time of their messages, and of one time by arrival. Messages of one lane, as of a partition, never change places: one
 * that is stamped earlier than one before it stands right behind that one. Taking in, taking out and looking up cost the logarithm
 * of how many there are, and the moving of some kilobytes.
 */
export class TimeOrder {
  private chunks: Chunk[] = [];
  /** How many stand before each chunk; made when it is asked for. */
  private before: Float64Array | undefined;
  /** The time that each stands at, in the slot of its sequence. */
  private times = new Float64Array(FIRST_RING);
  private mask = FIRST_RING - 1;
  private readonly latest = new Map<number, number>();
  private count = 0;
  /** The chunk that was looked into last. */
  private near = 0;

  get length(): number {
    return this.count;
  }

  /**
   * Takes in a message that arrived later than all that are in it.
   * @param time milliseconds since 1970; not a number where it has none
   * @param oldest the sequence of the oldest message that may still be in it
   */
  push(seq: number, time: number, lane: number, oldest: number): void {
    while (seq - oldest > this.mask) this.grow(oldest, seq);
    const before = this.latest.get(lane) ?? EARLIEST;
    const at = time > before ? time : before;
    if (at !== before) this.latest.set(lane, at);
    this.times[seq & this.mask] = at;
    this.insert(seq, at);
    this.count++;
    this.before = undefined;
  }

  /** Takes out a message; one that is not in it is none. */
  remove(seq: number): void {
    const found = this.find(seq, this.times[seq & this.mask]!);
    const chunk = this.chunks[found.chunk];
    if (!chunk || found.at >= chunk.length || chunk.seqs[found.at] !== seq) return;
    chunk.seqs.copyWithin(found.at, found.at + 1, chunk.length);
    chunk.length--;
    if (chunk.length === 0) this.chunks.splice(found.chunk, 1);
    this.count--;
    this.before = undefined;
  }

  clear(): void {
    this.chunks = [];
    this.before = undefined;
    this.latest.clear();
    this.count = 0;
  }

  /** The sequence at a place, which must be one of it. */
  at(n: number): number {
    const before = this.starts();
    let { near } = this;
    if (!(before[near]! <= n && n < before[near + 1]!)) {
      let high = this.chunks.length;
      near = 0;
      while (near + 1 < high) {
        const middle = (near + high) >>> 1;
        if (before[middle]! <= n) near = middle;
        else high = middle;
      }
      this.near = near;
    }
    return this.chunks[near]!.seqs[n - before[near]!]!;
  }

  /** The time that a message stands at; undefined for one that is not in it. */
  timeOf(seq: number): number | undefined {
    const time = this.times[seq & this.mask]!;
    const found = this.find(seq, time);
    const chunk = this.chunks[found.chunk];
    return chunk && found.at < chunk.length && chunk.seqs[found.at] === seq ? time : undefined;
  }

  /** How many stand before a message of this time, be it in it or not. */
  position(seq: number, time: number): number {
    const found = this.find(seq, time);
    return found.chunk < this.chunks.length ? this.starts()[found.chunk]! + found.at : this.count;
  }

  private starts(): Float64Array {
    if (this.before) return this.before;
    this.before = new Float64Array(this.chunks.length + 1);
    this.chunks.forEach((chunk, n) => (this.before![n + 1] = this.before![n]! + chunk.length));
    return this.before;
  }

  private isBefore(seq: number, than: number, time: number): boolean {
    const at = this.times[seq & this.mask]!;
    return at < time || (at === time && seq < than);
  }

  /** The first place whose message is not before this one; in no chunk where all are. */
  private find(seq: number, time: number): { readonly chunk: number; readonly at: number } {
    let [low, high] = [0, this.chunks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { seqs, length } = this.chunks[middle]!;
      if (this.isBefore(seqs[length - 1]!, seq, time)) low = middle + 1;
      else high = middle;
    }
    const chunk = this.chunks[low];
    if (!chunk) return { chunk: low, at: 0 };
    let [from, to] = [0, chunk.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.isBefore(chunk.seqs[middle]!, seq, time)) from = middle + 1;
      else to = middle;
    }
    return { chunk: low, at: from };
  }

  private insert(seq: number, time: number): void {
    const { chunks } = this;
    const found = this.find(seq, time);
    const last = chunks.at(-1);
    if (found.chunk === chunks.length) {
      // What comes in order fills chunks whole.
      if (last && last.length < CHUNK) last.seqs[last.length++] = seq;
      else chunks.push({ seqs: new Float64Array(CHUNK).fill(seq, 0, 1), length: 1 });
      return;
    }
    let chunk = chunks[found.chunk]!;
    let { at } = found;
    if (chunk.length === CHUNK) {
      const half = CHUNK / 2;
      const behind: Chunk = { seqs: new Float64Array(CHUNK), length: half };
      behind.seqs.set(chunk.seqs.subarray(half));
      chunk.length = half;
      chunks.splice(found.chunk + 1, 0, behind);
      if (at > half) {
        chunk = behind;
        at -= half;
      }
    }
    chunk.seqs.copyWithin(at + 1, at, chunk.length);
    chunk.seqs[at] = seq;
    chunk.length++;
  }

  private grow(oldest: number, end: number): void {
    const { times, mask } = this;
    this.mask = mask * 2 + 1;
    this.times = new Float64Array(this.mask + 1);
    for (let seq = Math.max(oldest, end - mask - 1); seq < end; seq++) this.times[seq & this.mask] = times[seq & mask]!;
  }
}
