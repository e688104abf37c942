import type { TapMessage } from './driver';

/**
 * One message packed into bytes, since a JavaScript object for each of a million messages would
 * weigh several times what they do. Its time is kept elsewhere. Numbers first, then a block of lengths, then the fields'
 * bytes, parted by 0xFF, which no UTF-8 text contains: a search over the block stays inside fields.
 */

const HAS_PARTITION = 1;
const HAS_OFFSET = 2; // a number
const HAS_OFFSET_TEXT = 4;
const KEY_IS_TEXT = 8;
const TOMBSTONE = 16;
/** The low bits of a number beside a length: what the field is. */
const TEXT_FIELD = 1;
/** The key is the third of the fields. */
const KEY_FIELD = 2;

/** The lengths of a message's fields, ready to be written; reused from message to message. */
export class RecordWriter {
  private readonly lengths: number[] = [];
  private readonly fields: (string | Uint8Array | undefined)[] = [];
  private flags = 0;
  private offset = 0;
  private block = 0;
  private message: TapMessage | undefined;
  /** Where the key was written last, and its bytes; of no length where there was none. */
  keyAt = 0;
  keyLength = 0;

  /** Bytes that the message will take. Channel is left out where it is the usual one. */
  measure(message: TapMessage, usualChannel: string): number {
    const { lengths, fields } = this;
    lengths.length = 0;
    fields.length = 0;
    this.message = message;
    this.flags =
      (message.partition !== undefined ? HAS_PARTITION : 0) |
      (typeof message.key === 'string' ? KEY_IS_TEXT : 0) |
      (message.value === null ? TOMBSTONE : 0);
    let size = 1 + (message.partition !== undefined ? 4 : 0);
    let offsetText: string | undefined;
    if (message.offset !== undefined) {
      this.offset = Number(message.offset);
      if (Number.isSafeInteger(this.offset) && String(this.offset) === message.offset) {
        this.flags |= HAS_OFFSET;
        size += 8;
      } else {
        this.flags |= HAS_OFFSET_TEXT;
        offsetText = message.offset;
      }
    }
    this.field(message.channel === usualChannel ? undefined : message.channel);
    this.field(offsetText);
    this.field(message.key);
    this.field(message.undecodable);
    this.field(message.marks && message.marks.length > 0 ? message.marks.join('\n') : undefined);
    lengths.push(message.headers.length);
    for (const [name, value] of message.headers) {
      this.field(name);
      this.header(value);
    }
    lengths.push(message.size === (message.value?.length ?? 0) ? 0 : message.size + 1);
    this.field(message.value ?? undefined);
    this.block = 0;
    for (const n of lengths) this.block += varintSize(n);
    let bytes = 0;
    for (const f of fields)
      if (f !== undefined) bytes += (typeof f === 'string' ? Buffer.byteLength(f) : f.length) + 1;
    return size + varintSize(this.block) + this.block + bytes;
  }

  /** Writes what was measured last. */
  write(into: Buffer, at: number): void {
    const message = this.message!;
    into[at++] = this.flags;
    if (this.flags & HAS_PARTITION) at = into.writeInt32LE(message.partition!, at);
    if (this.flags & HAS_OFFSET) at = into.writeDoubleLE(this.offset, at);
    at = writeVarint(into, this.block, at);
    for (const n of this.lengths) at = writeVarint(into, n, at);
    this.keyLength = 0;
    for (let n = 0; n < this.fields.length; n++) {
      const f = this.fields[n];
      if (f === undefined) continue;
      const from = at;
      if (typeof f === 'string') at += into.write(f, at, 'utf8');
      else {
        into.set(f, at);
        at += f.length;
      }
      if (n === KEY_FIELD) {
        this.keyAt = from;
        this.keyLength = at - from;
      }
      into[at++] = 0xff;
    }
    this.message = undefined;
    this.fields.length = 0;
  }

  /** Length + 1, or 0 for a field that is not there. */
  private field(value: string | Uint8Array | undefined): void {
    this.lengths.push(
      value === undefined ? 0 : 1 + (typeof value === 'string' ? Buffer.byteLength(value) : value.length),
    );
    this.fields.push(value);
  }

  private header(value: string | Uint8Array): void {
    const text = typeof value === 'string';
    this.lengths.push((text ? Buffer.byteLength(value) : value.length) * 2 + (text ? TEXT_FIELD : 0));
    this.fields.push(value);
  }
}

/** Reads a packed message. Its byte fields are views of the buffer: copy what is to outlive it. */
export function readRecord(from: Buffer, at: number, usualChannel: string, time: number): TapMessage {
  const r = new Cursor(from, at);
  const flags = from[r.at++]!;
  const partition = flags & HAS_PARTITION ? r.int32() : undefined;
  const offset = flags & HAS_OFFSET ? String(r.double()) : undefined;
  const block = r.varint();
  const data = new Cursor(from, r.at + block);
  const field = (): Buffer | undefined => {
    const length = r.varint();
    return length === 0 ? undefined : data.bytes(length - 1);
  };
  const channel = field()?.toString('utf8') ?? usualChannel;
  const offsetText = field()?.toString('latin1');
  const key = field();
  const undecodable = field()?.toString('utf8');
  const marks = field()?.toString('utf8').split('\n');
  const headers: [string, string | Uint8Array][] = [];
  for (let n = r.varint(); n > 0; n--) {
    const name = field()?.toString('utf8') ?? '';
    const code = r.varint();
    const bytes = data.bytes(Math.floor(code / 2));
    headers.push([name, code % 2 === TEXT_FIELD ? bytes.toString('utf8') : bytes]);
  }
  const size = r.varint();
  const value = field() ?? null;
  return {
    channel,
    time,
    partition,
    offset: offset ?? offsetText,
    key: key && (flags & KEY_IS_TEXT ? key.toString('utf8') : key),
    value,
    headers,
    size: size > 0 ? size - 1 : (value?.length ?? 0),
    ...(undecodable !== undefined ? { undecodable } : {}),
    ...(marks ? { marks } : {}),
  };
}

/** The partition of a packed message. */
export function partitionAt(from: Buffer, at: number): number | undefined {
  return from[at]! & HAS_PARTITION ? from.readInt32LE(at + 1) : undefined;
}

/** Where the searchable bytes of a packed message begin: from there to its end. */
export function textStart(from: Buffer, at: number): number {
  const r = new Cursor(from, at);
  const flags = from[r.at++]!;
  r.at += (flags & HAS_PARTITION ? 4 : 0) + (flags & HAS_OFFSET ? 8 : 0);
  const block = r.varint();
  return r.at + block;
}

class Cursor {
  constructor(
    private readonly from: Buffer,
    public at: number,
  ) {}

  double(): number {
    this.at += 8;
    return this.from.readDoubleLE(this.at - 8);
  }

  int32(): number {
    this.at += 4;
    return this.from.readInt32LE(this.at - 4);
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.from[this.at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  bytes(length: number): Buffer {
    const field = this.from.subarray(this.at, this.at + length);
    this.at += length + 1;
    return field;
  }
}

function varintSize(n: number): number {
  let size = 1;
  while (n >= 128) {
    n = Math.floor(n / 128);
    size++;
  }
  return size;
}

function writeVarint(into: Buffer, n: number, at: number): number {
  while (n >= 128) {
    into[at++] = (n % 128) | 0x80;
    n = Math.floor(n / 128);
  }
  into[at++] = n;
  return at;
}
