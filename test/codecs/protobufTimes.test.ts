import assert from 'node:assert/strict';
import { decoderFor } from '../../src/codecs/decoder';
import { encoderFor } from '../../src/codecs/encoder';
import type { TailContract } from '../../src/protocol/tail';

const text = `syntax = "proto3";
import "google/protobuf/timestamp.proto";
import "google/protobuf/duration.proto";
message T {
  google.protobuf.Timestamp at = 1;
  google.protobuf.Duration lasts = 2;
  repeated google.protobuf.Timestamp all = 3;
  map<string, google.protobuf.Duration> by = 4;
  T inner = 5;
  Own own = 6;
}
message Own { int64 seconds = 1; int32 nanos = 2; }`;
const contract: TailContract = { name: 'T', format: 'protobuf', message: 'T', files: [{ path: '/w/t.proto', text }] };

/** What the bytes are shown as; what is shown makes the same bytes again. */
async function shown(hex: string): Promise<unknown> {
  const decoded = (await decoderFor(contract)).decode(Buffer.from(hex, 'hex'))!;
  assert.deepEqual([decoded.verdict, decoded.errors], ['valid', []]);
  const value = JSON.parse(decoded.json!) as unknown;
  const encoded = (await encoderFor(contract)).encode(value);
  assert.equal('bytes' in encoded && Buffer.from(encoded.bytes).toString('hex'), hex, JSON.stringify(encoded));
  return value;
}

/** Bytes by hand: a tag, a length, and within it field 1 (08) as seconds, field 2 (10) as nanoseconds; below zero takes ten bytes. */
const minusOne = 'ffffffffffffffffff01';

describe('protobuf times', () => {
  it('are shown as in the JSON mapping: none, three, six or nine digits', async () => {
    assert.deepEqual(await shown('0a00'), { at: '1970-01-01T00:00:00Z' });
    assert.deepEqual(await shown('0a020801'), { at: '1970-01-01T00:00:01Z' });
    assert.deepEqual(await shown('0a021001'), { at: '1970-01-01T00:00:00.000000001Z' });
    // 5 000 000 nanoseconds are c0 96 b1 02; 1 000 are e8 07.
    assert.deepEqual(await shown('0a0510c096b102'), { at: '1970-01-01T00:00:00.005Z' });
    assert.deepEqual(await shown('0a0310e807'), { at: '1970-01-01T00:00:00.000001Z' });
    assert.deepEqual(await shown(`0a0d08${minusOne}1001`), { at: '1969-12-31T23:59:59.000000001Z' });
    assert.deepEqual(await shown('12020803'), { lasts: '3s' });
    assert.deepEqual(await shown('120510c096b102'), { lasts: '0.005s' });
    assert.deepEqual(await shown(`121608${minusOne}10${minusOne}`), { lasts: '-1.000000001s' });
  });

  it('are shown in lists, maps and messages within', async () => {
    assert.deepEqual(await shown('1a0208011a020802'), { all: ['1970-01-01T00:00:01Z', '1970-01-01T00:00:02Z'] });
    assert.deepEqual(await shown('22070a016112020801'), { by: { a: '1s' } });
    assert.deepEqual(await shown('2a040a020801'), { inner: { at: '1970-01-01T00:00:01Z' } });
  });

  it('stay fields where the mapping has no text for them, and where a type only looks like one', async () => {
    assert.deepEqual(await shown(`0a0b10${minusOne}`), { at: { nanos: -1 } });
    assert.deepEqual(await shown(`0a0b08ffffffffffffffff7f`.replace('0a0b', '0a0a')), { at: { seconds: '9223372036854775807' } });
    assert.deepEqual(await shown(`120d08${minusOne}1001`), { lasts: { seconds: '-1', nanos: 1 } });
    assert.deepEqual(await shown('32020801'), { own: { seconds: '1' } });
  });

  it('are refused with what they should look like, and have samples', async () => {
    const encoder = await encoderFor(contract);
    assert.deepEqual(encoder.encode({ all: ['yesterday'], by: { a: '1 hour' } }), {
      faults: [{ path: '/all/0', reason: 'must be a time as 2026-01-31T12:00:00Z' }, { path: '/by/a', reason: 'must be a duration as 1.5s' }],
    });
    const sample = encoder.sample(1) as { at: string; lasts: string };
    assert.match(sample.at, /^2026-01-\d\dT[\d:]{8}\.\d{3}Z$/);
    assert.match(sample.lasts, /^\d+s$/);
    assert.ok('bytes' in encoder.encode(sample));
  });
});
