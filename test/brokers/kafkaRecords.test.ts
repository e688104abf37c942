import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { compress as snappy } from 'snappyjs';
import type { TapMessage } from '../../src/brokers/driver';
import { loadCodecs } from '../../src/brokers/kafka/codecs';
import { batchesOf, readBatch, type Codecs } from '../../src/brokers/kafka/records';

/** A zigzag varint, as records have them. */
function varint(n: number): Buffer {
  let z = n >= 0 ? n * 2 : -n * 2 - 1;
  const bytes: number[] = [];
  for (; z >= 128; z = Math.floor(z / 128)) bytes.push((z % 128) | 0x80);
  return Buffer.from([...bytes, z]);
}

function record(delta: number, value: string): Buffer {
  const body = Buffer.concat([
    Buffer.of(0),
    varint(delta * 10),
    varint(delta),
    varint(-1),
    varint(Buffer.byteLength(value)),
    Buffer.from(value),
    varint(0),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

/** A record batch of format 2 that holds `packed`, with the codec's number. */
function batch(baseOffset: number, count: number, codec: number, packed: Buffer): Buffer {
  const header = Buffer.alloc(61);
  header.writeBigInt64BE(BigInt(baseOffset), 0);
  header.writeInt32BE(49 + packed.length, 8);
  header.writeInt8(2, 16);
  header.writeInt16BE(codec, 21);
  header.writeInt32BE(count - 1, 23);
  header.writeBigInt64BE(1_700_000_000_000n, 27);
  header.writeBigInt64BE(1_700_000_000_999n, 35);
  header.writeBigInt64BE(-1n, 43);
  header.writeInt32BE(count, 57);
  return Buffer.concat([header, packed]);
}

const values = ['a', 'grün', '', 'x'.repeat(300)];
const plain = Buffer.concat(values.map((v, n) => record(n, v)));

describe('reading Kafka record batches', () => {
  let codecs: Codecs;
  before(async () => {
    codecs = await loadCodecs();
  });
  const read = (bytes: Buffer, from = 0): TapMessage[] => {
    const into: TapMessage[] = [];
    for (const b of batchesOf(bytes)) readBatch(bytes, b, codecs, 't', 3, from, into);
    return into;
  };
  const text = (m: TapMessage): string => Buffer.from(m.value!).toString('utf8');

  it('gives offsets, times and values, from the offset that was asked for', () => {
    const all = read(batch(40, values.length, 0, plain));
    assert.deepEqual(all.map(text), values);
    assert.deepEqual(
      all.map((m) => m.offset),
      ['40', '41', '42', '43'],
    );
    assert.deepEqual(
      all.map((m) => m.time - 1_700_000_000_000),
      [0, 10, 20, 30],
    );
    assert.deepEqual(
      read(batch(40, values.length, 0, plain), 42).map((m) => m.offset),
      ['42', '43'],
    );
  });

  it('leaves a batch that the answer cut off for the next fetch', () => {
    const two = Buffer.concat([batch(0, 4, 0, plain), batch(4, 4, 0, plain)]);
    for (const cut of [1, 50, plain.length]) assert.equal(read(two.subarray(0, two.length - cut)).length, 4);
  });

  it('reads snappy both as one block and in the framing of Java clients', () => {
    const block = Buffer.from(snappy(plain));
    const framed = (parts: Buffer[]): Buffer =>
      Buffer.concat([
        Buffer.from('82534e41505059000000000100000001', 'hex'),
        ...parts.flatMap((part) => {
          const packed = Buffer.from(snappy(part));
          const length = Buffer.alloc(4);
          length.writeUInt32BE(packed.length);
          return [length, packed];
        }),
      ]);
    const halves = framed([plain.subarray(0, 20), plain.subarray(20)]);
    for (const packed of [block, halves]) assert.deepEqual(read(batch(0, 4, 2, packed)).map(text), values);
  });

  it('turns what cannot be read into marked records, keeps whole ones before it, and goes on behind', () => {
    const broken = Buffer.concat([plain.subarray(0, 12), Buffer.alloc(3, 0xff)]);
    const got = read(
      Buffer.concat([batch(0, 4, 0, broken), batch(4, 4, 1, gzipSync(plain)), batch(8, 1, 7, plain)]),
    );
    assert.deepEqual(
      got.map((m) => m.offset),
      ['0', '1', '2', '3', '4', '5', '6', '7', '8'],
    );
    assert.deepEqual(
      got.map((m) => m.undecodable !== undefined),
      [false, true, true, true, false, false, false, false, true],
    );
    assert.match(got[8]!.undecodable!, /codec 7 is unknown/);
  });

  it('refuses what would unpack to gigabytes', () => {
    // One zstd frame: window descriptor, then blocks that repeat a byte two million times.
    const block = Buffer.alloc(4);
    block.writeUIntLE((2 ** 21 - 1) * 8 + 2, 0, 3);
    const bomb = Buffer.concat([
      Buffer.from('28b52ffd0058', 'hex'),
      ...Array.from({ length: 4000 }, () => block),
    ]);
    assert.match(read(batch(0, 1, 4, bomb))[0]!.undecodable!, /zstd: it may unpack to more than/);
    const zeros = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    assert.match(read(batch(0, 1, 1, zeros))[0]!.undecodable!, /gzip: /);
  });

  it('survives every change of a byte', () => {
    for (const codec of [0, 1, 2]) {
      const packed = codec === 0 ? plain : codec === 1 ? gzipSync(plain) : Buffer.from(snappy(plain));
      const good = batch(0, 4, codec, packed);
      for (let at = 12; at < good.length; at++) {
        const bad = Buffer.from(good);
        bad[at] = bad[at]! ^ 0xff;
        // Offsets and counts may be changed to anything; what is given stays within bounds.
        assert.ok(read(bad).length <= 10_004, `byte ${at}`);
      }
    }
  });
});
