import type { TapMessage } from './driver';
import { partitionAt, readRecord, RecordWriter, textStart } from './record';
import type { Needle } from './search';
import { Segments } from './segments';

export interface BufferLimits {
  readonly messages: number;
  readonly bytes: number;
}

/** What is kept of each message beside its bytes, so that lists are made without reading them. */
interface Index {
  readonly segment: Uint32Array;
  readonly place: Uint32Array;
  readonly size: Uint32Array;
  readonly time: Float64Array;
  readonly key: Uint32Array;
  readonly source: Uint16Array;
  readonly note: Uint8Array;
}

const FIRST_SIZE = 1024;

/**
 * The last messages of a tail, bounded in number and bytes; appending and dropping are O(1). Messages
 * are found by their sequence, which counts from 0 and is never used again.
 */
export class TailBuffer {
  private readonly segments: Segments;
  private readonly writer = new RecordWriter();
  private index = emptyIndex(FIRST_SIZE);
  private mask = FIRST_SIZE - 1;
  private oldest = 0;
  private next = 0;
  private held = 0;
  /** Messages that fell out because newer ones needed their room. */
  dropped = 0;

  /**
   * @param usual the channel of each source, which is left out of the bytes of its messages
   * @param falls called with the sequence of a message that is about to fall out, and still there
   */
  constructor(
    readonly limits: BufferLimits,
    private readonly usual: readonly string[] = [],
    private readonly falls: (seq: number) => void = () => {},
  ) {
    this.segments = new Segments(limits.bytes);
  }

  /** Messages that were ever appended; the sequence of the next one. */
  get received(): number {
    return this.next;
  }

  /** The sequence of the oldest that is held. */
  get first(): number {
    return this.oldest;
  }

  get messages(): number {
    return this.next - this.oldest;
  }

  get bytes(): number {
    return this.held;
  }

  /** @returns its sequence */
  append(message: TapMessage, source = 0): number {
    const size = this.writer.measure(message, this.usual[source] ?? '');
    // A single message may be larger than the whole limit; it is shown all the same, alone.
    while (
      this.messages > 0 &&
      (this.messages >= this.limits.messages || this.held + size > this.limits.bytes)
    )
      this.dropFirst();
    if (this.messages > this.mask) this.grow();
    const { segment, at } = this.segments.reserve(size);
    const bytes = this.segments.bytes(segment);
    this.writer.write(bytes, at);
    const { index } = this;
    const slot = this.next & this.mask;
    index.segment[slot] = segment;
    index.place[slot] = at;
    index.size[slot] = size;
    index.time[slot] = message.time;
    index.key[slot] = message.key === undefined ? 0 : keyMark(bytes, this.writer.keyAt, this.writer.keyLength);
    index.source[slot] = source;
    index.note[slot] = 0;
    this.held += size;
    return this.next++;
  }

  has(seq: number): boolean {
    return seq >= this.oldest && seq < this.next;
  }

  /** A message that is still held. Its byte fields are views: copy what is to outlive the next append. */
  get(seq: number): TapMessage | undefined {
    if (!this.has(seq)) return undefined;
    const { index } = this;
    const slot = seq & this.mask;
    return readRecord(
      this.segments.bytes(index.segment[slot]!),
      index.place[slot]!,
      this.usual[index.source[slot]!] ?? '',
      index.time[slot]!,
    );
  }

  /** Milliseconds since 1970. For this and all below: of a sequence that is held. */
  timeOf(seq: number): number {
    return this.index.time[seq & this.mask]!;
  }

  /** Which source it came from, as given to `append`. */
  sourceOf(seq: number): number {
    return this.index.source[seq & this.mask]!;
  }

  partitionOf(seq: number): number | undefined {
    const slot = seq & this.mask;
    return partitionAt(this.segments.bytes(this.index.segment[slot]!), this.index.place[slot]!);
  }

  /** What it takes of the buffer's bytes. */
  sizeOf(seq: number): number {
    return this.index.size[seq & this.mask]!;
  }

  /** A small number that was noted at it; 0 at first. */
  noteOf(seq: number): number {
    return this.index.note[seq & this.mask]!;
  }

  note(seq: number, what: number): void {
    this.index.note[seq & this.mask] = what;
  }

  /** Whether its key, headers, value, or a channel that is not the usual one, contain it. */
  contains(seq: number, wanted: Needle): boolean {
    const slot = seq & this.mask;
    const bytes = this.segments.bytes(this.index.segment[slot]!);
    const at = this.index.place[slot]!;
    return wanted.isIn(bytes, textStart(bytes, at), at + this.index.size[slot]!);
  }

  /** The bytes of the same, as they lie in the buffer; other messages may lie around them. */
  place(seq: number): { readonly bytes: Buffer; readonly from: number; readonly to: number } {
    const slot = seq & this.mask;
    const bytes = this.segments.bytes(this.index.segment[slot]!);
    const at = this.index.place[slot]!;
    return { bytes, from: textStart(bytes, at), to: at + this.index.size[slot]! };
  }

  /** The sequence of the message before it with the same key on the same channel, as far as the buffer goes. */
  previousOf(seq: number): number | undefined {
    const message = this.get(seq);
    if (message?.key === undefined) return undefined;
    const { key, source } = this.index;
    const slot = seq & this.mask;
    for (let n = seq - 1; n >= this.oldest; n--) {
      const other = n & this.mask;
      if (key[other] !== key[slot] || source[other] !== source[slot]) continue;
      const before = this.get(n)!;
      if (before.channel === message.channel && sameKey(before.key, message.key)) return n;
    }
    return undefined;
  }

  /** Forgets all messages; what was received stays counted. */
  clear(): void {
    this.segments.clear();
    this.oldest = this.next;
    this.held = 0;
  }

  private dropFirst(): void {
    this.falls(this.oldest);
    const slot = this.oldest & this.mask;
    this.segments.release(this.index.segment[slot]!);
    this.held -= this.index.size[slot]!;
    this.oldest++;
    this.dropped++;
  }

  private grow(): void {
    const old = this.index;
    const oldMask = this.mask;
    this.mask = oldMask * 2 + 1;
    this.index = emptyIndex(this.mask + 1);
    for (const name of Object.keys(old) as (keyof Index)[]) {
      const from = old[name];
      const into = this.index[name];
      for (let seq = this.oldest; seq < this.next; seq++) into[seq & this.mask] = from[seq & oldMask]!;
    }
  }
}

function emptyIndex(size: number): Index {
  return {
    segment: new Uint32Array(size),
    place: new Uint32Array(size),
    size: new Uint32Array(size),
    time: new Float64Array(size),
    key: new Uint32Array(size),
    source: new Uint16Array(size),
    note: new Uint8Array(size),
  };
}

/** Of a long key its ends are enough: equal marks are looked at again. Never 0, which is no key. */
const MARKED = 48;

function keyMark(bytes: Uint8Array, at: number, length: number): number {
  let mark = 0x811c9dc5 ^ length;
  const middle = length > 2 * MARKED ? at + MARKED : at + length;
  for (let n = at; n < middle; n++) mark = Math.imul(mark ^ bytes[n]!, 0x01000193);
  for (let n = Math.max(middle, at + length - MARKED); n < at + length; n++)
    mark = Math.imul(mark ^ bytes[n]!, 0x01000193);
  return mark >>> 0 || 1;
}

function sameKey(a: string | Uint8Array | undefined, b: string | Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (typeof a === 'string' && typeof b === 'string') return a === b;
  return Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

function bytesOf(key: string | Uint8Array): Uint8Array {
  return typeof key === 'string' ? Buffer.from(key) : key;
}
