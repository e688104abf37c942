import assert from 'node:assert/strict';
import { decoderFor } from '../../src/codecs/decoder';
import { protobufFrame, registryFrame } from '../../src/codecs/frame';

describe("a registry's frame", () => {
  it('is a zero byte and the id, the highest byte first', () => {
    assert.deepEqual(registryFrame(Uint8Array.of(0, 0xff, 0, 0, 1, 9)), { schemaId: 0xff000001, body: Uint8Array.of(9) });
    assert.equal(registryFrame(Uint8Array.of(1, 0, 0, 0, 1, 9)), undefined);
    assert.equal(registryFrame(Uint8Array.of(0, 0, 0, 0)), undefined);
  });

  it('has zigzag indexes before protobuf, of which a lone zero is the first message', () => {
    const indexes = (...bytes: number[]): readonly number[] | undefined =>
      protobufFrame(Uint8Array.of(0, 0, 0, 0, 7, ...bytes, 0x55))?.indexes;
    // The documentation's example: the array [1, 0] is 2, 1, 0, each as a zigzag varint.
    assert.deepEqual(indexes(4, 2, 0), [1, 0]);
    assert.deepEqual(indexes(0), [0]);
    assert.deepEqual(indexes(2, 0), [0]);
    assert.deepEqual(indexes(2, 0x80, 0x02), [128]);
    assert.deepEqual([...protobufFrame(Uint8Array.of(0, 0, 0, 0, 7, 4, 2, 0, 0x55))!.body], [0x55]);
  });

  it('is none where the count or an index is none', () => {
    for (const bytes of [[1], [0xff, 0xff, 0xff, 0xff, 0xff, 1], [4, 2], [2, 1], [0x80]]) {
      assert.equal(protobufFrame(Uint8Array.of(0, 0, 0, 0, 7, ...bytes)), undefined, String(bytes));
    }
  });
});

describe('the message that a frame names', () => {
  const text = `syntax = "proto3"; package p;
    enum Kind { NONE = 0; }
    message First { string a = 1; enum E { X = 0; } message In { int32 n = 1; } message Second { int32 m = 1; } }
    message Other { int32 b = 1; }`;
  const decoder = decoderFor({ name: 'First', format: 'protobuf', message: 'p.First', files: [{ path: '/p.proto', text }] });
  const decode = async (...bytes: number[]) => (await decoder).decode(Uint8Array.of(0, 0, 0, 0, 7, ...bytes))!;

  it('is found by its place among messages alone, and told where the contract says another', async () => {
    const inner = await decode(4, 0, 2, 0x08, 0x05);
    assert.equal(inner.as, 'protobuf p.First.Second');
    assert.deepEqual(JSON.parse(inner.json!), { m: 5 });
    assert.equal(inner.verdict, 'violates');
    assert.deepEqual(inner.errors, ['The value is by its frame a p.First.Second, and the contract says p.First.']);
    assert.equal((await decode(2, 2, 0x08, 0x05)).as, 'protobuf p.Other');
    assert.equal((await decode(0, 0x0a, 0x01, 0x41)).verdict, 'valid');
  });

  it('is said to be missing where the file has none there', async () => {
    const none = await decode(2, 8, 0x0a, 0x01, 0x41);
    assert.equal(none.verdict, 'violates');
    assert.match(none.errors[0]!, /is by its frame the message 4 of its file, and the contract's file has none there\.$/);
    assert.deepEqual(JSON.parse(none.json!), { a: 'A' });
  });
});
