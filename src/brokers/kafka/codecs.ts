import { gunzipSync } from 'node:zlib';

/** Unpacks the records of one batch. @throws Error with the codec's name if the bytes are not its own. */
export type Unpack = (packed: Buffer) => Buffer;

/**
 * A batch is 1 MiB by default on the broker; one that says it is much larger unpacked is an attack or
 * corrupt.
 */
const MAX_UNPACKED = 128 * 1024 * 1024;

/** The codecs by their number in a batch's attributes. They are loaded with the driver: all are small. */
export async function loadCodecs(): Promise<
  ReadonlyMap<number, { readonly name: string; readonly unpack: Unpack }>
> {
  const [snappy, lz4, zstd] = await Promise.all([import('snappyjs'), import('lz4js'), import('fzstd')]);
  const uncompress =
    snappy.uncompress ?? (snappy as unknown as { default: typeof snappy }).default.uncompress;
  const lz4js = 'decompress' in lz4 ? lz4 : (lz4 as { default: typeof import('lz4js') }).default;
  return new Map([
    [1, { name: 'gzip', unpack: (b: Buffer) => gunzipSync(b, { maxOutputLength: MAX_UNPACKED }) }],
    [
      2,
      { name: 'snappy', unpack: (b: Buffer) => unpackSnappy(b, (block) => uncompress(block, MAX_UNPACKED)) },
    ],
    [
      3,
      {
        name: 'lz4',
        unpack: (b: Buffer) => {
          const bound = lz4js.decompressBound(b);
          if (!(bound >= 0 && bound <= MAX_UNPACKED)) throw new Error(`it would unpack to ${bound} bytes`);
          return asBuffer(lz4js.decompress(b, bound));
        },
      },
    ],
    [
      4,
      {
        name: 'zstd',
        unpack: (b: Buffer) => {
          refuseLargeZstd(b);
          return asBuffer(zstd.decompress(b));
        },
      },
    ],
  ]);
}

const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER = 16;

/**
 * Java clients write snappy in the xerial framing (a header of 16 bytes, then blocks with their
 * length before them); librdkafka writes one bare block.
 */
function unpackSnappy(packed: Buffer, uncompress: (block: Uint8Array) => Uint8Array): Buffer {
  if (packed.length < XERIAL_HEADER || packed.compare(XERIAL, 0, XERIAL.length, 0, XERIAL.length) !== 0) {
    return asBuffer(uncompress(packed));
  }
  const blocks: Uint8Array[] = [];
  let total = 0;
  for (let at = XERIAL_HEADER; at < packed.length;) {
    const length = packed.readUInt32BE(at);
    at += 4;
    if (at + length > packed.length) throw new Error('a block ends behind the batch');
    const block = uncompress(packed.subarray(at, at + length));
    total += block.length;
    if (total > MAX_UNPACKED) throw new Error(`it unpacks to more than ${MAX_UNPACKED} bytes`);
    blocks.push(block);
    at += length;
  }
  return Buffer.concat(blocks);
}

const ZSTD_BLOCK = 128 * 1024;

/**
 * Adds up what the blocks of a zstd frame can unpack to (RFC 8878 §3.1.1), before anything is
 * allocated for it: Java clients do not say the content's size, and a few bytes can unpack to gigabytes.
 */
function refuseLargeZstd(b: Buffer): void {
  if (b.length < 6 || b.readUInt32LE(0) !== 0xfd2fb528) throw new Error('it is not a zstd frame');
  const descriptor = b[4]!;
  const single = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  let total = 0;
  for (let at = 5 + (single ? 0 : 1) + dictionaryBytes + sizeBytes; at + 3 <= b.length;) {
    const header = b.readUIntLE(at, 3);
    const size = header >> 3;
    const type = (header >> 1) & 3;
    // Raw blocks and repeated bytes say their size; a packed block may have this much in it.
    total += type === 2 ? ZSTD_BLOCK : size;
    if (total > MAX_UNPACKED) throw new Error(`it may unpack to more than ${MAX_UNPACKED} bytes`);
    at += 3 + (type === 1 ? 1 : size);
    if ((header & 1) !== 0) break;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
