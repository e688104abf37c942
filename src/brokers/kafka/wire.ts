import type { NodeConnection } from 'kafkajs/src/cluster/index.js';

/**
 * Requests that kafkajs does not know, in Kafka's flexible encoding (KIP-482): lengths are unsigned varints
 * of the length and one, and each structure ends with tagged fields.
 */
export class WireWriter {
  private readonly parts: Buffer[] = [];

  int8(value: number): this {
    return this.put(1, (b) => b.writeInt8(value));
  }
  int16(value: number): this {
    return this.put(2, (b) => b.writeInt16BE(value));
  }
  int32(value: number): this {
    return this.put(4, (b) => b.writeInt32BE(value));
  }
  int64(value: number): this {
    return this.put(8, (b) => b.writeBigInt64BE(BigInt(value)));
  }
  bool(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }
  /** 16 bytes, given as 32 hexadecimal digits. */
  uuid(hex: string): this {
    this.parts.push(Buffer.from(hex, 'hex'));
    return this;
  }
  string(value: string | null): this {
    if (value === null) return this.length(0);
    const bytes = Buffer.from(value, 'utf8');
    this.length(bytes.length + 1).parts.push(bytes);
    return this;
  }
  array<T>(items: readonly T[] | null, write: (item: T) => void): this {
    this.length(items === null ? 0 : items.length + 1);
    items?.forEach(write);
    return this;
  }
  /** The tagged fields at the end of a structure: none. */
  end(): this {
    return this.length(0);
  }
  bytes(): Buffer {
    return Buffer.concat(this.parts);
  }

  private length(value: number): this {
    const bytes: number[] = [];
    for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
    this.parts.push(Buffer.from([...bytes, value]));
    return this;
  }
  private put(size: number, write: (buffer: Buffer) => void): this {
    const buffer = Buffer.alloc(size);
    write(buffer);
    this.parts.push(buffer);
    return this;
  }
}

/** Reads an answer in the flexible encoding. @throws RangeError where it ends too early. */
export class WireReader {
  private at = 0;

  constructor(private readonly raw: Buffer) {}

  int8(): number {
    return this.raw.readInt8(this.skip(1));
  }
  int16(): number {
    return this.raw.readInt16BE(this.skip(2));
  }
  int32(): number {
    return this.raw.readInt32BE(this.skip(4));
  }
  int64(): bigint {
    return this.raw.readBigInt64BE(this.skip(8));
  }
  /** An offset: 2^53 is out of reach. */
  offset(): number {
    return Number(this.int64());
  }
  bool(): boolean {
    return this.int8() !== 0;
  }
  uuid(): string {
    const at = this.skip(16);
    return this.raw.toString('hex', at, at + 16);
  }
  string(): string | null {
    return this.bytes()?.toString('utf8') ?? null;
  }
  /** A view into the answer, not a copy. */
  bytes(): Buffer | null {
    const length = this.varint();
    if (length === 0) return null;
    const at = this.skip(length - 1);
    return this.raw.subarray(at, at + length - 1);
  }
  array<T>(read: () => T): T[] {
    const items: T[] = [];
    for (let left = this.varint(); left > 1; left--) items.push(read());
    return items;
  }
  /** Passes over the tagged fields at the end of a structure, but for those (by tag) that somebody reads. */
  end(read: Readonly<Record<number, () => void>> = {}): void {
    for (let left = this.varint(); left > 0; left--) {
      const tag = this.varint();
      const size = this.varint();
      const behind = this.skip(size) + size;
      this.at -= size;
      read[tag]?.();
      this.at = behind;
    }
  }

  private varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.raw[this.skip(1)] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }
  private skip(bytes: number): number {
    const at = this.at;
    if (bytes < 0 || at + bytes > this.raw.length) throw new RangeError('the answer ends too early');
    this.at = at + bytes;
    return at;
  }
}

export interface FlexibleRequest<T> {
  readonly apiKey: number;
  readonly apiName: string;
  readonly apiVersion: number;
  readonly body: WireWriter;
  read(answer: WireReader): T;
  /** Milliseconds; never less than the client's own. */
  readonly requestTimeout?: number;
}

/** The highest version of a request up to `most` that a node knows; undefined where that is below `least`. */
export function versionOf(
  node: NodeConnection,
  apiKey: number,
  least: number,
  most: number,
): number | undefined {
  const known = node.versions?.[apiKey];
  if (!known || known.maxVersion < least || known.minVersion > most) return undefined;
  return Math.min(most, known.maxVersion);
}

/** Sends one request in the flexible encoding over a connection of kafkajs, signed in as that is. */
export async function askNode<T>(node: NodeConnection, request: FlexibleRequest<T>): Promise<T> {
  const { apiKey, apiName, apiVersion, read, requestTimeout } = request;
  // The header's own tagged fields stand before the body; kafkajs writes the older header without them.
  const bytes = Buffer.concat([Buffer.from([0]), request.body.bytes()]);
  const answer = await node.connectionPool.send({
    request: { apiKey, apiName, apiVersion, encode: async () => ({ buf: bytes, buffer: bytes }) },
    response: {
      decode: async (raw) => {
        const reader = new WireReader(raw);
        reader.end();
        return { answer: read(reader) };
      },
      parse: async (data) => data,
    },
    ...(requestTimeout === undefined ? {} : { requestTimeout }),
    logResponseError: false,
  });
  return (answer as { answer: T }).answer;
}
