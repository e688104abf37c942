import { bytesAre, MAX_DEPTH, MAX_VALUES } from './decoded';

/** Ends a reading from within, with the end of a sentence that says why. No reader lets it out. */
export class Stop extends Error {}

/** Bytes read from front to back. Nothing is made before its bytes are there and its values are counted. */
export class ByteReader {
  private left = MAX_VALUES;
  private view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get rest(): number {
    return this.bytes.length - this.at;
  }

  /** One more value within the whole, at this depth. */
  count(depth: number): void {
    if (depth > MAX_DEPTH) throw new Stop(`is nested deeper than ${MAX_DEPTH} levels`);
    if (--this.left < 0) throw new Stop(`has more than ${MAX_VALUES} values`);
  }

  byte(): number {
    if (this.rest < 1) throw new Stop('ends too early');
    return this.bytes[this.at++]!;
  }

  take(size: number): Uint8Array {
    if (!(size <= this.rest)) throw new Stop(`claims ${size} bytes, and ${bytesAre(this.rest)} left`);
    return this.bytes.subarray(this.at, (this.at += size));
  }

  /** An item takes a byte at the least. */
  items(count: number): number {
    if (!(count <= this.rest)) throw new Stop(`claims ${count} items, and ${bytesAre(this.rest)} left`);
    return count;
  }

  /** Highest byte first. */
  uint(size: 1 | 2 | 4 | 8): number | bigint {
    const at = this.skip(size);
    if (size === 1) return this.view.getUint8(at);
    if (size === 2) return this.view.getUint16(at);
    return size === 4 ? this.view.getUint32(at) : this.view.getBigUint64(at);
  }

  int(size: 1 | 2 | 4 | 8): number | bigint {
    const at = this.skip(size);
    if (size === 1) return this.view.getInt8(at);
    if (size === 2) return this.view.getInt16(at);
    return size === 4 ? this.view.getInt32(at) : this.view.getBigInt64(at);
  }

  float(size: 4 | 8, lowFirst = false): number {
    const at = this.skip(size);
    return size === 4 ? this.view.getFloat32(at, lowFirst) : this.view.getFloat64(at, lowFirst);
  }

  private skip(size: number): number {
    if (size > this.rest) throw new Stop(`needs ${size} bytes, and ${bytesAre(this.rest)} left`);
    const { at } = this;
    this.at += size;
    return at;
  }
}

/** Reads the whole of some bytes, or says why they are none such. */
export function readWhole(bytes: Uint8Array, read: (reader: ByteReader) => unknown): { readonly value: unknown } | { readonly reason: string } {
  const reader = new ByteReader(bytes);
  try {
    const value = read(reader);
    return reader.rest === 0 ? { value } : { reason: `has ${reader.rest} ${reader.rest === 1 ? 'byte' : 'bytes'} too many behind its end` };
  } catch (stop) {
    return { reason: stop instanceof Stop ? stop.message : 'cannot be read' };
  }
}

/** As a number where JavaScript holds it exactly, else as its digits. */
export function exact(value: number | bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** JSON has no words for infinities and for what is no number. */
export function real(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Sets the entry of a map whose keys may be numbers. Keys that hold others would grow without bound as text. */
export function setKey(map: Record<string, unknown>, key: unknown, value: unknown): void {
  if (typeof key === 'object' && key !== null) throw new Stop('has a list or a map as a key, which JSON cannot show');
  map[String(key)] = value;
}

export function emptyMap(): Record<string, unknown> {
  // Without a prototype: `__proto__` is a key as any other.
  return Object.create(null) as Record<string, unknown>;
}
