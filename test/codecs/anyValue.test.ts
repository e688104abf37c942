import assert from 'node:assert/strict';
import { deflateRawSync } from 'node:zlib';
import { readCbor } from '../../src/codecs/cbor';
import type { Decoded, Headers } from '../../src/codecs/decoded';
import { decoderFor } from '../../src/codecs/decoder';
import { readMessagePack } from '../../src/codecs/messagePack';
import { readRawProtobuf } from '../../src/codecs/protobuf/raw';
import { tailLine } from '../../src/live/line';
import { rowOf } from '../../src/live/present';

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const decode = async (value: Uint8Array, headers: Headers = []): Promise<Decoded> => (await decoderFor(undefined)).decode(value, headers)!;
const json = (read: typeof readCbor, hex: string): unknown => {
  const reading = read(bytes(hex));
  assert.ok('value' in reading, `${hex}: ${JSON.stringify(reading)}`);
  return JSON.parse(JSON.stringify(reading.value));
};

describe('CBOR', () => {
  it("reads the examples of RFC 8949's appendix A", () => {
    const examples: readonly (readonly [string, unknown])[] = [
      ['00', 0], ['17', 23], ['1818', 24], ['1903e8', 1000], ['1a000f4240', 1000000],
      ['1b000000e8d4a51000', 1000000000000], ['1bffffffffffffffff', '18446744073709551615'],
      ['c249010000000000000000', '18446744073709551616'], ['3bffffffffffffffff', '-18446744073709551616'],
      ['c349010000000000000000', '-18446744073709551617'], ['20', -1], ['3863', -100],
      ['f90000', 0], ['f93c00', 1], ['fb3ff199999999999a', 1.1], ['f97bff', 65504], ['fa47c35000', 100000],
      ['f90001', 5.960464477539063e-8], ['f90400', 0.00006103515625], ['f9c400', -4], ['f97c00', 'Infinity'], ['f97e00', 'NaN'],
      ['f4', false], ['f5', true], ['f6', null], ['f7', null], ['f0', 'simple(16)'], ['f8ff', 'simple(255)'],
      ['c074323031332d30332d32315432303a30343a30305a', '2013-03-21T20:04:00Z'], ['c11a514b67b0', 1363896240],
      ['40', ''], ['4401020304', 'AQIDBA=='], ['60', ''], ['6449455446', 'IETF'], ['62c3bc', 'ü'], ['64f0908591', '𐅑'],
      ['80', []], ['8301820203820405', [1, [2, 3], [4, 5]]], ['a0', {}], ['a201020304', { 1: 2, 3: 4 }],
      ['a26161016162820203', { a: 1, b: [2, 3] }], ['5f42010243030405ff', 'AQIDBAU='], ['7f657374726561646d696e67ff', 'streaming'],
      ['9fff', []], ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]], ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
      ['bf6346756ef563416d7421ff', { Fun: true, Amt: -2 }],
    ];
    for (const [hex, value] of examples) assert.deepEqual(json(readCbor, hex), value, hex);
  });

  it('says why bytes are none', () => {
    const reason = (hex: string): string => (readCbor(bytes(hex)) as { reason: string }).reason;
    assert.equal(reason('9bffffffffffffffff'), 'claims 18446744073709552000 items, and 0 bytes are left');
    assert.equal(reason('5bffffffffffffffff'), 'claims 18446744073709552000 bytes, and 0 bytes are left');
    assert.equal(reason('81'.repeat(500)), 'is nested deeper than 100 levels');
    assert.equal(reason('ff'), 'has an end of something that did not begin');
    assert.equal(reason('1c'), 'has the additional information 28, which is reserved');
    assert.equal(reason('a18001'), 'has a list or a map as a key, which JSON cannot show');
    assert.equal(reason('0000'), 'has 1 byte too many behind its end');
  });
});

describe('MessagePack', () => {
  it('reads every form of its specification', () => {
    const examples: readonly (readonly [string, unknown])[] = [
      ['7f', 127], ['e0', -32], ['c0', null], ['c2', false], ['c3', true], ['c4020102', 'AQI='], ['c500020102', 'AQI='],
      ['ca3fc00000', 1.5], ['cb3ff8000000000000', 1.5], ['cc80', 128], ['cd0100', 256], ['ce00010000', 65536],
      ['cfffffffffffffffff', '18446744073709551615'], ['d080', -128], ['d18000', -32768], ['d280000000', -2147483648],
      ['d38000000000000000', '-9223372036854775808'], ['a3666f6f', 'foo'], ['d903666f6f', 'foo'], ['da0003666f6f', 'foo'],
      ['92c0c3', [null, true]], ['dc000201c2', [1, false]], ['82a7636f6d70616374c3a6736368656d6100', { compact: true, schema: 0 }],
      ['de0001a16101', { a: 1 }], ['d4050a', { extension: 5, bytes: 'Cg==' }], ['c702ff0102', { extension: -1, bytes: 'AQI=' }],
    ];
    for (const [hex, value] of examples) assert.deepEqual(json(readMessagePack, hex), value, hex);
    assert.deepEqual(readMessagePack(bytes('dfffffffff')), { reason: 'claims 4294967295 items, and 0 bytes are left' });
    assert.deepEqual(readMessagePack(bytes('c1')), { reason: 'has the byte c1, which is never used' });
  });
});

describe('protobuf without a contract', () => {
  it("shows fields by number, as in the documentation's examples", () => {
    assert.deepEqual(json(readRawProtobuf, '08 96 01'), { 1: 150 });
    assert.deepEqual(json(readRawProtobuf, '12 07 74 65 73 74 69 6e 67'), { 2: 'testing' });
    assert.deepEqual(json(readRawProtobuf, '1a 03 08 96 01'), { 3: { 1: 150 } });
    assert.deepEqual(json(readRawProtobuf, '08 01 08 02 22 02 ff ff'), { 1: [1, 2], 4: '//8=' });
    assert.deepEqual(json(readRawProtobuf, '0d 00 00 c0 3f'), { 1: { fixed32: 1069547520, float: 1.5 } });
    assert.deepEqual(json(readRawProtobuf, '0b 10 01 0c'), { 1: { 2: 1 } });
    assert.deepEqual(readRawProtobuf(bytes('0a 7f 41')), { reason: 'claims 127 bytes, and 1 byte is left' });
  });
});

describe('a value without a contract', () => {
  it('is read by its content type, its first bytes, or what reads it whole, and says so', async () => {
    const cases: readonly (readonly [Uint8Array, string, Headers?])[] = [
      [Buffer.from('hello'), 'text'],
      [Buffer.from('{"a":1}'), 'json'],
      [bytes('82a7636f6d70616374c3a6736368656d6100'), 'messagepack'],
      [bytes('a26161016162820203'), 'cbor'],
      [bytes('d9d9f7a1616101'), 'cbor'],
      [bytes('c074323031332d30332d32315432303a30343a30305a'), 'cbor'],
      [bytes('08 96 01'), 'protobuf without a contract'],
      [bytes('00 00 00 00 07 00 08 96 01'), "protobuf behind a registry's frame, without a contract"],
      [Buffer.concat([bytes('00 00 00 00 07'), Buffer.from('{"a":1}')]), "json behind a registry's frame"],
      [bytes('00'), 'hex'],
      [bytes('6161'), 'cbor', [['Content-Type', 'application/cbor']]],
      [bytes('ff fe fd'), 'hex'],
    ];
    for (const [value, as, headers] of cases) {
      const decoded = await decode(value, headers);
      assert.deepEqual([decoded.as, decoded.verdict], [as, 'unchecked'], Buffer.from(value).toString('hex'));
      assert.match(decoded.why, /\.$/);
    }
    const hex = await decode(bytes('ff fe fd'));
    assert.deepEqual(hex.tried.map(({ as }) => as), ['messagepack', 'cbor', 'protobuf without a contract']);
  });

  it('is decoded in rows and on the lines of a tail', async () => {
    const decoder = await decoderFor(undefined);
    const value = bytes('a26161016162820203');
    const message = { channel: 'c', time: 0, value, headers: [], size: value.length };
    assert.equal(rowOf(0, message, decoder).preview, '{"a":1,"b":[2,3]}');
    const line = JSON.parse(tailLine(message, decoder)) as { value: unknown; decoded: Decoded; contract?: unknown };
    assert.deepEqual([line.value, line.decoded.as, line.contract], [{ a: 1, b: [2, 3] }, 'cbor', undefined]);
    const text = { ...message, value: Buffer.from('{"id":12345678901234567890}') };
    assert.equal((JSON.parse(tailLine(text, decoder)) as { value: string }).value, '{"id":12345678901234567890}');
  });
});

describe('an Avro container file as a value', () => {
  const schema = '{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}';
  const file = (codec: string, block: Uint8Array): Uint8Array => {
    const text = (s: string): Buffer => Buffer.concat([Buffer.of(...varint(Buffer.byteLength(s))), Buffer.from(s)]);
    const sync = Buffer.alloc(16, 7);
    return Buffer.concat([
      Buffer.from('Obj\x01'), Buffer.of(4), text('avro.schema'), text(schema), text('avro.codec'), text(codec), Buffer.of(0), sync,
      Buffer.of(4, ...varint(block.length)), block, sync,
    ]);
  };
  const varint = (n: number): number[] => (n < 64 ? [n * 2] : [((n * 2) & 0x7f) | 0x80, (n * 2) >> 7]);

  it('brings its schema, with blocks as they are or deflated', async () => {
    for (const value of [file('null', Buffer.of(2, 4)), file('deflate', deflateRawSync(Buffer.of(2, 4)))]) {
      const decoded = await decode(value);
      assert.equal(decoded.as, 'avro container file of R');
      assert.deepEqual(JSON.parse(decoded.json!), [{ a: 1 }, { a: 2 }]);
    }
    const broken = await decode(file('null', Buffer.of(2)));
    assert.match(broken.tried[0]!.reason, /has an object 1 that cannot be read: \/a ends within an int/);
  });

  it('has to bring the schema of the contract, as a single object has to name it', async () => {
    const by = (text: string) => decoderFor({ name: 'R', format: 'avro', message: '', files: [{ path: '/r.avsc', text }] });
    assert.equal((await by(schema)).check(file('null', Buffer.of(2, 4))), 'valid');
    const other = (await by(schema.replace('"int"', '"long"'))).decode(file('null', Buffer.of(2, 4)))!;
    assert.match(other.errors[0]!, /^The value brings a schema of the fingerprint [0-9a-f]{16}, and the contract's is [0-9a-f]{16}\.$/);
    // CRC-64-AVRO of "int" is 7275d51a3f395c8f, written with its lowest byte first.
    const int = (await by('"int"')).decode(bytes('c3 01 8f 5c 39 3f 1a d5 75 72 06'))!;
    assert.deepEqual([int.verdict, int.json], ['valid', '3']);
    assert.match(int.why, /single-object encoding, with the schema's fingerprint 8f5c393f1ad57572\.$/);
    const stranger = (await by('"int"')).decode(bytes('c3 01 00 5c 39 3f 1a d5 75 72 06'))!;
    assert.deepEqual([stranger.verdict, stranger.json], ['violates', '3']);
  });
});
