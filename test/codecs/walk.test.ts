import assert from 'node:assert/strict';
import { decoderFor } from '../../src/codecs/decoder';
import type { Decoded } from '../../src/codecs/decoded';

const decode = async (text: string, hex: string): Promise<Decoded> => {
  const decoder = await decoderFor({ name: 'T', format: 'protobuf', message: 'T', files: [{ path: '/t.proto', text }] });
  const value = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const decoded = decoder.decode(value)!;
  assert.equal(decoder.check(value), decoded.verdict);
  return decoded;
};

describe('where a protobuf message does not keep to its contract', () => {
  const text = `syntax = "proto3"; message T { M one = 1; repeated M many = 2; map<string, M> by = 3; repeated int32 n = 4; string s = 5; }
    message M { int32 a = 1; fixed32 f = 2; }`;

  it('is told through messages, lists and maps', async () => {
    const cases: readonly (readonly [string, Decoded['verdict'], string])[] = [
      ['0a 02 0a 00', 'violates', "/one/a (field 1) comes as bytes with a length, and the contract's int32 is a varint."],
      ['12 00 12 02 10 05', 'violates', "/many/1/f (field 2) comes as a varint, and the contract's fixed32 is 4 bytes."],
      ['1a 09 0a 01 6b 12 04 0d 00 00 00', 'undecodable', '/by/0/value/a needs 4 bytes, and 3 bytes are left.'],
      ['22 03 01 02 80', 'undecodable', '/n ends within a number.'],
      ['2a 01 ff', 'undecodable', '/s is not UTF-8, which a string has to be.'],
      ['00 01', 'undecodable', 'The value has the field number 0 at byte 0, which protobuf does not have.'],
      ['0c', 'undecodable', 'The value has the end of a group 1 that did not begin.'],
      ['0f', 'undecodable', 'The value has the wire type 7 at the field number 1, which protobuf does not have.'],
    ];
    for (const [hex, verdict, error] of cases) {
      const decoded = await decode(text, hex);
      assert.deepEqual([decoded.verdict, decoded.errors[0]], [verdict, error], hex);
    }
  });

  it('is nowhere where numbers are packed or not, or fields are new', async () => {
    for (const hex of ['22 02 01 02', '20 01 20 02', '98 06 01']) assert.equal((await decode(text, hex)).verdict, 'valid', hex);
    assert.match((await decode(text, '98 06 01')).why, /fields that the contract does not have: 99\.$/);
  });

  it('is a required field that is not there, in proto2', async () => {
    const old = 'syntax = "proto2"; message T { optional M m = 1; optional group G = 2 { optional int32 x = 1; } } message M { required int32 a = 1; }';
    const decoded = await decode(old, '0a 00');
    assert.deepEqual([decoded.verdict, decoded.errors], ['violates', ['/m has no a, which is required.']]);
    assert.deepEqual(JSON.parse((await decode(old, '13 08 05 14')).json!), { g: { x: 5 } });
  });
});
