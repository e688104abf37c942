/** Bytes in large pieces, freed piece by piece as the oldest content goes. */
export interface Place {
  readonly segment: number;
  readonly at: number;
}

interface Segment {
  readonly bytes: Buffer;
  used: number;
  /** Records in it that still count. */
  live: number;
}

const MAX_SEGMENT = 1024 * 1024;
const MIN_SEGMENT = 64 * 1024;

export class Segments {
  private readonly segments = new Map<number, Segment>();
  private readonly size: number;
  private open = -1;
  private next = 0;
  private spare: Buffer | undefined;

  /** @param limit bytes that will be held at most, so that a small buffer does not take large pieces */
  constructor(limit: number) {
    this.size = Math.max(MIN_SEGMENT, Math.min(MAX_SEGMENT, Math.ceil(limit / 16)));
  }

  /** Room for a record. One that is large gets a piece of its own and leaves the open one open. */
  reserve(length: number): Place {
    if (length > this.size / 4) {
      const segment = this.add(Buffer.allocUnsafeSlow(length));
      this.segments.get(segment)!.used = length;
      this.segments.get(segment)!.live = 1;
      return { segment, at: 0 };
    }
    let current = this.segments.get(this.open);
    if (!current || current.used + length > current.bytes.length) {
      const full = this.open;
      this.open = this.add(this.spare ?? Buffer.allocUnsafeSlow(this.size));
      this.spare = undefined;
      this.freeIfEmpty(full);
      current = this.segments.get(this.open)!;
    }
    const at = current.used;
    current.used += length;
    current.live++;
    return { segment: this.open, at };
  }

  bytes(segment: number): Buffer {
    return this.segments.get(segment)!.bytes;
  }

  release(segment: number): void {
    const s = this.segments.get(segment)!;
    s.live--;
    this.freeIfEmpty(segment);
  }

  clear(): void {
    this.segments.clear();
    this.open = -1;
    this.spare = undefined;
  }

  private add(bytes: Buffer): number {
    // Segment numbers are kept in 32 bits; only those in use must differ.
    while (this.segments.has(this.next)) this.next = (this.next + 1) >>> 0;
    const id = this.next;
    this.next = (this.next + 1) >>> 0;
    this.segments.set(id, { bytes, used: 0, live: 0 });
    return id;
  }

  private freeIfEmpty(segment: number): void {
    const s = this.segments.get(segment);
    if (!s || s.live > 0 || segment === this.open) return;
    this.segments.delete(segment);
    if (s.bytes.length === this.size) this.spare = s.bytes;
  }
}
