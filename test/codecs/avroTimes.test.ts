import assert from 'node:assert/strict';
import { decoderFor } from '../../src/codecs/decoder';
import { encoderFor } from '../../src/codecs/encoder';
import type { TailContract } from '../../src/protocol/tail';

const contract = (schema: unknown): TailContract => ({ name: 'T', format: 'avro', message: '', files: [{ path: '/w/t.avsc', text: JSON.stringify(schema) }] });

/** What the bytes are shown as; what is shown makes the same bytes again. */
async function shown(schema: unknown, hex: string): Promise<unknown> {
  const decoded = (await decoderFor(contract(schema))).decode(Buffer.from(hex, 'hex'))!;
  assert.deepEqual([decoded.verdict, decoded.errors], ['valid', []]);
  const value = JSON.parse(decoded.json!) as unknown;
  const encoded = (await encoderFor(contract(schema))).encode(value);
  assert.equal('bytes' in encoded && Buffer.from(encoded.bytes).toString('hex'), hex, JSON.stringify(encoded));
  return value;
}

async function refused(schema: unknown, value: unknown): Promise<string> {
  const encoded = (await encoderFor(contract(schema))).encode(value);
  return 'faults' in encoded ? encoded.faults[0]!.reason : 'it was written';
}

const long = (logicalType: string): unknown => ({ type: 'long', logicalType });
const int = (logicalType: string): unknown => ({ type: 'int', logicalType });

/** Bytes by hand: zigzag doubles a number and takes one from what is below zero; then seven bits a byte, the lowest first. */
describe('Avro logical types', () => {
  it('are shown as people write dates and times, before 1970 as well', async () => {
    assert.equal(await shown(int('date'), '00'), '1970-01-01');
    assert.equal(await shown(int('date'), '01'), '1969-12-31');
    assert.equal(await shown(int('date'), 'e002'), '1970-06-26');
    assert.equal(await shown(int('time-millis'), '02'), '00:00:00.001');
    assert.equal(await shown(long('time-micros'), '02'), '00:00:00.000001');
    assert.equal(await shown(long('timestamp-millis'), 'd00f'), '1970-01-01T00:00:01.000Z');
    assert.equal(await shown(long('timestamp-millis'), '01'), '1969-12-31T23:59:59.999Z');
    assert.equal(await shown(long('timestamp-micros'), '02'), '1970-01-01T00:00:00.000001Z');
    assert.equal(await shown(long('timestamp-nanos'), '01'), '1969-12-31T23:59:59.999999999Z');
    assert.equal(await shown(long('local-timestamp-millis'), 'd00f'), '1970-01-01T00:00:01.000');
    assert.equal(await shown(long('local-timestamp-micros'), '01'), '1969-12-31T23:59:59.999999');
  });

  it('keep nanoseconds that a number of JavaScript would round', async () => {
    // 1 700 000 000 123 456 789 nanoseconds.
    assert.equal(await shown(long('timestamp-nanos'), 'aab4aed8c7bfce972f'), '2023-11-14T22:13:20.123456789Z');
  });

  it('stay numbers where they are no time of day or of the years 1 to 9999, or mark another type', async () => {
    const least = 'ffffffffffffffffff01';
    assert.equal(await shown(long('timestamp-millis'), least), '-9223372036854775808');
    assert.equal(await shown(int('date'), 'feffffff0f'), 2_147_483_647);
    assert.equal(await shown(int('time-millis'), '01'), -1);
    assert.equal(await shown(int('time-millis'), '80f0b252'), 86_400_000);
    assert.equal(await shown(int('timestamp-millis'), '02'), 1);
    assert.equal(await shown(long('date'), '02'), 1);
  });

  it('are shown in unions, and uuids of 16 bytes as their text', async () => {
    assert.equal(await shown(['null', int('date')], '0200'), '1970-01-01');
    assert.deepEqual(await shown(['string', int('date'), 'null'], '0201'), { int: '1969-12-31' });
    const uuid = { type: 'fixed', name: 'U', size: 16, logicalType: 'uuid' };
    assert.equal(await shown(uuid, '550e8400e29b41d4a716446655440000'), '550e8400-e29b-41d4-a716-446655440000');
  });

  it('are written from numbers and other zones too, and refused where they cannot be held', async () => {
    const encoder = await encoderFor(contract(long('timestamp-millis')));
    const hex = (value: unknown): string => {
      const encoded = encoder.encode(value);
      return 'bytes' in encoded ? Buffer.from(encoded.bytes).toString('hex') : encoded.faults[0]!.reason;
    };
    assert.deepEqual([1000, '1000', '1970-01-01T00:00:01Z', '1970-01-01T01:00:01+01:00', '1969-12-31T20:30:01-03:30'].map(hex), Array.from({ length: 5 }, () => 'd00f'));
    for (const bad of ['1970-01-01T00:00:00.0001Z', '1970-02-30T00:00:00Z', '1970-01-01T00:00:00', 'now'])
      assert.equal(hex(bad), 'must be a whole number of 64 bits, or a time as 2026-01-31T12:00:00.000Z', bad);
    assert.equal(await refused(int('date'), '2023-02-29'), 'must be a whole number of 32 bits, or a date as 2026-01-31');
    assert.equal(await refused(int('time-millis'), '24:00:00'), 'must be a whole number of 32 bits, or a time of day as 12:00:00.000');
    assert.equal(await refused(int('nothing'), '24:00:00'), 'must be a whole number of 32 bits');
  });

  it('have samples that are times', async () => {
    for (const [type, pattern] of [
      [int('date'), /^2026-01-\d\d$/], [long('time-micros'), /^\d\d:\d\d:\d\d\.\d{3}000$/], [long('timestamp-nanos'), /^2026-01-\d\dT\d\d:\d\d:\d\d\.\d{3}000000Z$/],
    ] as const) {
      const encoder = await encoderFor(contract(type));
      const sample = encoder.sample(3);
      assert.match(String(sample), pattern);
      assert.ok('bytes' in encoder.encode(sample));
    }
  });
});
