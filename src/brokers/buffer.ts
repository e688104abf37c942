import type { TapMessage } from './driver';
import { readRecord, RecordWriter, textStart } from './record';
import { needle, type Needle } from './search';
import { Segments } from './segments';
import { SequenceList } from './sequenceList';

export interface BufferLimits {
  readonly messages: number;
  readonly bytes: number;
}

/**
 * The last messages of a tail, bounded in number and bytes; appending and dropping are O(1). A text
 * filter keeps a list of the messages that match, which is built in slices of time and then kept
 * up with each message, so that any window of rows is found at once.
 */
export class TailBuffer {
  private readonly segments: Segments;
  private readonly writer = new RecordWriter();
  private readonly matches = new SequenceList();
  /** Where the message of a sequence lies, by its low bits. */
  private segmentOf = new Uint32Array(1024);
  private placeOf = new Uint32Array(1024);
  private sizeOf = new Uint32Array(1024);
  private first = 0;
  private next = 0;
  private held = 0;
  /** Messages up to this one have been searched. */
  private searched = 0;
  private wanted: Needle | undefined;
  private usualChannel = '';
  /** Messages from this one on are kept out of the view; undefined while it runs. */
  private frozenAt: number | undefined;
  /** Messages that fell out because newer ones needed their room. */
  dropped = 0;

  constructor(readonly limits: BufferLimits) {
    this.segments = new Segments(limits.bytes);
  }

  /** Messages that were ever appended; the sequence of the next one. */
  get received(): number {
    return this.next;
  }

  get messages(): number {
    return this.next - this.first;
  }

  get bytes(): number {
    return this.held;
  }

  /** Rows of the view: those that match the filter, up to where the view is frozen. */
  get shown(): number {
    return this.wanted ? this.matches.length : Math.max(0, this.end - this.first);
  }

  append(message: TapMessage): void {
    if (this.next === 0) this.usualChannel = message.channel;
    const size = this.writer.measure(message, this.usualChannel);
    // A single message may be larger than the whole limit; it is shown all the same, alone.
    while (
      this.messages > 0 &&
      (this.messages >= this.limits.messages || this.held + size > this.limits.bytes)
    )
      this.dropFirst();
    if (this.messages >= this.segmentOf.length) this.grow();
    const { segment, at } = this.segments.reserve(size);
    this.writer.write(this.segments.bytes(segment), at);
    const slot = this.next & (this.segmentOf.length - 1);
    this.segmentOf[slot] = segment;
    this.placeOf[slot] = at;
    this.sizeOf[slot] = size;
    this.held += size;
    const seq = this.next++;
    if (this.wanted && this.searched === seq && this.frozenAt === undefined) this.search(seq);
  }

  /** A message that is still held. Its byte fields are views: copy what is to outlive the next append. */
  get(seq: number): TapMessage | undefined {
    if (!(seq >= this.first && seq < this.next)) return undefined;
    const slot = seq & (this.segmentOf.length - 1);
    return readRecord(this.segments.bytes(this.segmentOf[slot]!), this.placeOf[slot]!, this.usualChannel);
  }

  /** Sequences of the view's rows `from` up to `from + count`, oldest first. */
  window(from: number, count: number): number[] {
    const start = Math.max(0, Math.floor(from));
    const end = Math.min(this.shown, start + Math.max(0, Math.floor(count)));
    const found: number[] = [];
    for (let n = start; n < end; n++) found.push(this.wanted ? this.matches.at(n) : this.first + n);
    return found;
  }

  /**
   * Sets the text that rows must contain in channel, key, header or value; empty for all. Then call `scan`.
   */
  filter(text: string): void {
    this.wanted = text === '' ? undefined : needle(text);
    this.matches.clear();
    this.searched = this.first;
  }

  /** Searches for up to `budget` milliseconds; true when there is no more to search. */
  scan(budget: number): boolean {
    if (!this.wanted) return true;
    const until = performance.now() + budget;
    this.searched = Math.max(this.searched, this.first);
    for (let n = 1; this.searched < this.end; n++) {
      this.search(this.searched);
      if (n % 64 === 0 && performance.now() > until) return false;
    }
    return true;
  }

  /** Keeps later messages out of the view, though they are received and held. */
  freeze(): void {
    this.frozenAt ??= this.next;
  }

  /** Lets the view go on; then call `scan`. */
  thaw(): void {
    this.frozenAt = undefined;
  }

  /** Forgets all messages; what was received stays counted. */
  clear(): void {
    this.segments.clear();
    this.matches.clear();
    this.first = this.next;
    this.searched = this.next;
    this.held = 0;
    if (this.frozenAt !== undefined) this.frozenAt = this.next;
  }

  private get end(): number {
    return this.frozenAt === undefined ? this.next : Math.max(this.first, Math.min(this.frozenAt, this.next));
  }

  private search(seq: number): void {
    const slot = seq & (this.segmentOf.length - 1);
    const bytes = this.segments.bytes(this.segmentOf[slot]!);
    const at = this.placeOf[slot]!;
    if (this.wanted!.isIn(bytes, textStart(bytes, at), at + this.sizeOf[slot]!)) this.matches.push(seq);
    this.searched = seq + 1;
  }

  private dropFirst(): void {
    const slot = this.first & (this.segmentOf.length - 1);
    this.segments.release(this.segmentOf[slot]!);
    this.held -= this.sizeOf[slot]!;
    if (this.matches.length > 0 && this.matches.at(0) === this.first) this.matches.shift();
    this.first++;
    this.dropped++;
  }

  private grow(): void {
    const size = this.segmentOf.length * 2;
    const moved = [this.segmentOf, this.placeOf, this.sizeOf].map((old) => {
      const bigger = new Uint32Array(size);
      for (let seq = this.first; seq < this.next; seq++)
        bigger[seq & (size - 1)] = old[seq & (old.length - 1)]!;
      return bigger;
    });
    [this.segmentOf, this.placeOf, this.sizeOf] = moved as [
      Uint32Array<ArrayBuffer>,
      Uint32Array<ArrayBuffer>,
      Uint32Array<ArrayBuffer>,
    ];
  }
}
