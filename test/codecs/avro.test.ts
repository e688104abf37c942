import assert from 'node:assert/strict';
import { decoderFor } from '../../src/codecs/decoder';
import type { Decoded, Decoder } from '../../src/codecs/decoded';
import type { TailContract } from '../../src/protocol/tail';
import { tailLine } from '../../src/live/line';

const contract = (schema: unknown, message = ''): TailContract => ({
  name: 'orders', format: 'avro', message, files: [{ path: '/w/order.avsc', text: JSON.stringify(schema) }],
});
const decoder = async (schema: unknown, message = ''): Promise<Decoder> => {
  const made = await decoderFor(contract(schema, message));
  assert.equal(made.problem, undefined);
  return made;
};
const value = async (schema: unknown, ...bytes: number[]): Promise<unknown> => {
  const decoded = (await decoder(schema)).decode(Uint8Array.from(bytes))!;
  assert.deepEqual([decoded.verdict, decoded.errors], ['valid', []]);
  return JSON.parse(decoded.json!) as unknown;
};
const errors = async (schema: unknown, ...bytes: number[]): Promise<readonly string[]> => {
  const made = await decoder(schema);
  const decoded: Decoded = made.decode(Uint8Array.from(bytes))!;
  assert.equal(decoded.verdict, 'undecodable');
  assert.equal(made.check(Uint8Array.from(bytes)), 'undecodable');
  return decoded.errors;
};

const record = { type: 'record', name: 'test', fields: [{ name: 'a', type: 'long' }, { name: 'b', type: 'string' }] };
const order = {
  type: 'record', name: 'Order', namespace: 'shop', fields: [
    { name: 'id', type: 'string' },
    { name: 'items', type: { type: 'array', items: { type: 'record', name: 'Item', fields: [{ name: 'sku', type: 'string' }, { name: 'price', type: 'double' }] } } },
    { name: 'status', type: { type: 'enum', name: 'Status', symbols: ['NEW', 'PAID'] } },
    { name: 'note', type: ['null', 'string'], default: null },
  ],
};
/** id "o", one item ("s", 1.5), PAID, no note. */
const orderBytes = [2, 0x6f, 2, 2, 0x73, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 2, 0];

describe('decoding Avro', () => {
  it("reads the specification's examples", async () => {
    assert.deepEqual(await value(record, 0x36, 0x06, 0x66, 0x6f, 0x6f), { a: 27, b: 'foo' });
    assert.deepEqual(await value({ type: 'array', items: 'long' }, 0x04, 0x06, 0x36, 0x00), [3, 27]);
    assert.deepEqual(await value(['null', 'string'], 0x00), null);
    assert.deepEqual(await value(['null', 'string'], 0x02, 0x02, 0x61), 'a');
    for (const [number, ...bytes] of [[0, 0], [-1, 1], [1, 2], [-2, 3], [2, 4], [-64, 0x7f], [64, 0x80, 0x01]] as const)
      assert.equal(await value('int', ...bytes), number);
  });

  it('reads every type, and keeps numbers of 64 bits whole', async () => {
    const longest = [...Array.from({ length: 9 }, () => 0xff), 0x01];
    assert.equal(await value('long', ...longest), '-9223372036854775808');
    assert.equal(await value('boolean', 1), true);
    assert.equal(await value('float', 0, 0, 0x80, 0x7f), 'Infinity');
    assert.equal(await value('bytes', 4, 0xff, 0x41), 'ÿA');
    assert.equal(await value({ type: 'fixed', name: 'F', size: 2 }, 0xff, 0x41), 'ÿA');
    assert.deepEqual(await value({ type: 'map', values: 'int' }, 2, 18, ...Buffer.from('__proto__'), 2, 0), JSON.parse('{"__proto__":1}'));
    // A negative count is followed by the size of its block.
    assert.deepEqual(await value({ type: 'array', items: 'int' }, 3, 4, 2, 4, 0), [1, 2]);
    assert.deepEqual(await value(['null', 'int', 'string'], 4, 2, 0x61), { string: 'a' });
    assert.equal(await value({ type: 'bytes', logicalType: 'decimal', precision: 6, scale: 2 }, 4, 0xff, 0x38), '-2.00');
    assert.equal(await value({ type: 'bytes', logicalType: 'decimal', precision: 6, scale: 3 }, 2, 0x05), '0.005');
  });

  it("takes off a registry's frame, and leaves what only looks like one", async () => {
    const made = await decoder(order);
    const framed = made.decode(Uint8Array.from([0, 0, 0, 0, 42, ...orderBytes]))!;
    assert.equal(framed.as, 'avro shop.Order');
    assert.deepEqual(JSON.parse(framed.json!), { id: 'o', items: [{ sku: 's', price: 1.5 }], status: 'PAID', note: null });
    assert.equal(framed.why, "It begins with a registry's frame, of the schema id 42, and the contract says shop.Order.");
    assert.deepEqual(framed.tried, []);
    // An empty id, no items, NEW, the note "ab".
    const bare = made.decode(Uint8Array.of(0, 0, 0, 2, 4, 0x61, 0x62))!;
    assert.deepEqual(JSON.parse(bare.json!), { id: '', items: [], status: 'NEW', note: 'ab' });
    assert.deepEqual(bare.tried.map(({ as }) => as), ["avro behind a registry's frame"]);
  });

  it('tells the exact place and reason', async () => {
    const broken = (at: number, byte: number): number[] => orderBytes.with(at, byte);
    assert.deepEqual(await errors(order, ...orderBytes.slice(0, 9)), ['/items/0/price needs 8 bytes for a double, and 4 bytes are left.']);
    assert.deepEqual(await errors(order, ...broken(14, 4)), ['/status has the symbol number 2, and the enum shop.Status has 2.']);
    assert.deepEqual(await errors(order, ...broken(15, 8)), ['/note is of the branch 4, and the union has 2.']);
    assert.deepEqual(await errors(order, ...broken(4, 0xff)), ['/items/0/sku has a string that is not UTF-8.']);
    assert.deepEqual(await errors(order, ...orderBytes, 7), ['The value is followed by 1 byte too many.']);
    assert.deepEqual(await errors(order), ['/id ends within the length of a string.']);
  });

  it('finds the record that is named, and says which name nobody defines', async () => {
    assert.equal((await decoder(order, 'shop.Item')).decode(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0))!.as, 'avro shop.Item');
    assert.match((await decoderFor(contract(order, 'shop.Nope'))).problem!, /orders cannot be used for decoding: \/w\/order\.avsc has no shop\.Nope\./);
    assert.match((await decoderFor(contract('shop.Nope'))).problem!, /it names shop\.Nope/);
  });

  it('writes verdict, place and reason on the line of a tail', async () => {
    const bytes = Uint8Array.from(orderBytes.with(14, 4));
    const line = JSON.parse(tailLine({ channel: 'c', time: 0, value: bytes, headers: [], size: bytes.length }, await decoder(order))) as { contract: Decoded };
    assert.equal(line.contract.verdict, 'undecodable');
    assert.deepEqual(line.contract.faults, [{ path: '/status', reason: 'has the symbol number 2, and the enum shop.Status has 2' }]);
    assert.equal(line.contract.why, 'The contract says shop.Order, and the value has no frame before it.');
  });

  it('believes no count and no length', async () => {
    const huge = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    assert.match((await errors({ type: 'array', items: 'null' }, ...huge))[0]!, /claims \d+ items, and 0 bytes are left/);
    assert.match((await errors({ type: 'array', items: 'int' }, ...huge))[0]!, /claims \d+ items/);
    assert.match((await errors('bytes', ...huge))[0]!, /claims \d+ bytes of bytes, and 0 bytes are left/);
    const list = { type: 'record', name: 'L', fields: [{ name: 'next', type: ['null', 'L'] }] };
    assert.match((await errors(list, ...Array.from({ length: 10_000 }, () => 2)))[0]!, /is nested deeper than 100 levels/);
    const endless = { type: 'record', name: 'L', fields: [{ name: 'next', type: 'L' }] };
    assert.match((await errors(endless, 0))[0]!, /is nested deeper than 100 levels/);
  });

  it('leaves unchecked what has more values than can be held', async () => {
    const made = await decoder({ type: 'array', items: 'boolean' });
    const many = Uint8Array.from([0x80, 0xea, 0x30, ...Array.from({ length: 400_000 }, () => 1), 0]);
    assert.equal(made.check(many), 'unchecked');
    assert.deepEqual(made.decode(many)!.errors, ['The value has more than 100000 values.']);
  });
});

describe('decoding by Avro IDL', () => {
  it('knows the scale of its decimals, and the order in a type with a question mark', async () => {
    const text = 'protocol P { record R { decimal(6, 2) price; string? note = null; string? other = "x"; } }';
    const made = await decoderFor({ name: 'R', format: 'avro', message: 'R', files: [{ path: '/r.avdl', text }] });
    assert.equal(made.problem, undefined);
    const decoded = made.decode(Uint8Array.of(4, 0xff, 0x38, 0, 0, 2, 0x61))!;
    assert.deepEqual([decoded.errors, JSON.parse(decoded.json!)], [[], { price: '-2.00', note: null, other: 'a' }]);
  });
});
