import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import avsc from 'avsc';
import { avroMessage } from '../../src/codecs/avro/decoder';
import { canonical } from '../../src/codecs/avro/fingerprint';
import { decoderFor } from '../../src/codecs/decoder';
import { encoderFor } from '../../src/codecs/encoder';
import { between, oneOf, seeded, type Random } from '../../src/codecs/random';
import type { TailContract } from '../../src/protocol/tail';

const contract = (format: TailContract['format'], path: string, text: string): TailContract => ({ name: 'T', format, message: '', files: [{ path, text }] });
const bytesOf = (result: { bytes: Uint8Array } | { faults: unknown }): Uint8Array => {
  assert.ok('bytes' in result, JSON.stringify(result));
  return result.bytes;
};

/** A random schema, with names of its own. */
function avroSchema(random: Random): unknown {
  let names = 0;
  const type = (depth: number): unknown => {
    const kind = between(random, 0, depth > 3 ? 9 : 14);
    const name = `N${names++}`;
    switch (kind) {
      case 8:
        return { type: 'enum', name, symbols: ['A', 'B', 'C'] };
      case 9:
        return { type: 'fixed', name, size: between(random, 1, 9) };
      case 10:
        return { type: 'array', items: type(depth + 1) };
      case 11:
        return { type: 'map', values: type(depth + 1) };
      case 12:
        return random() < 0.5 ? ['null', record(depth + 1, name)] : ['string', 'null', 'long', record(depth + 1, name)];
      case 13:
      case 14:
        return record(depth + 1, name);
      default:
        return ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'][kind];
    }
  };
  const record = (depth: number, name: string): unknown => ({
    type: 'record', name, namespace: oneOf(random, ['a', 'a.b']),
    fields: Array.from({ length: between(random, 0, 4) }, (_, n) => ({ name: `f${n}`, type: type(depth) })),
  });
  return record(0, 'T');
}

function protoText(random: Random): string {
  const scalars = ['int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64', 'fixed32', 'fixed64', 'sfixed32', 'sfixed64', 'bool', 'string', 'bytes', 'double', 'float', 'E', 'T', 'M'];
  const field = (id: number): string => {
    const type = oneOf(random, scalars);
    const label = between(random, 0, 3);
    if (label === 0) return `map<${oneOf(random, ['string', 'int32', 'bool'])}, ${type}> f${id} = ${id};`;
    return `${label === 1 ? 'repeated ' : label === 2 ? 'optional ' : ''}${type} f${id} = ${id};`;
  };
  const fields = Array.from({ length: between(random, 1, 6) }, (_, n) => field(n + 1)).join(' ');
  return `syntax = "proto3"; message T { ${fields} oneof one { string a = 20; M b = 21; } } enum E { X = 0; Y = 1; Z = -1; } message M { string email = 1; int64 count = 2; }`;
}

describe('encoding', function () {
  this.timeout(60_000);

  it('of Avro samples is read back as they were, and by avsc to the same bytes', async () => {
    const random = seeded(11);
    for (let n = 0; n < 150; n++) {
      const text = JSON.stringify(avroSchema(random));
      const of = contract('avro', '/t.avsc', text);
      const encoder = await encoderFor(of);
      const sample = encoder.sample(n);
      assert.deepEqual(encoder.sample(n), sample);
      const bytes = bytesOf(encoder.encode(sample));
      const decoded = (await decoderFor(of)).decode(bytes)!;
      // A record of no bytes at all begins with nothing that a frame could be mistaken for.
      assert.equal(decoded.verdict, 'valid', `${text} ${JSON.stringify(sample)} ${decoded.errors.join()}`);
      assert.deepEqual(JSON.parse(decoded.json!), JSON.parse(JSON.stringify(sample)), text);
      const judge = avsc.Type.forSchema(JSON.parse(text) as avsc.Schema);
      const md5 = createHash('md5').update(canonical(avroMessage(of))).digest('hex');
      assert.equal(md5, Buffer.from(judge.fingerprint()).toString('hex'), text);
      assert.equal(judge.toBuffer(judge.fromBuffer(Buffer.from(bytes))).toString('hex'), Buffer.from(bytes).toString('hex'), text);
    }
  });

  it('of protobuf samples is valid, and the same bytes again after decoding', async () => {
    const random = seeded(12);
    for (let n = 0; n < 100; n++) {
      const of = contract('protobuf', '/t.proto', protoText(random));
      const encoder = await encoderFor(of);
      const sample = encoder.sample(n);
      assert.deepEqual(encoder.sample(n), sample);
      const bytes = bytesOf(encoder.encode(sample));
      const decoded = (await decoderFor(of)).decode(bytes)!;
      assert.equal(decoded.verdict, 'valid', `${of.files[0]!.text} ${JSON.stringify(sample)} ${decoded.errors.join()}`);
      assert.equal(Buffer.from(bytesOf(encoder.encode(JSON.parse(decoded.json!)))).toString('hex'), Buffer.from(bytes).toString('hex'), of.files[0]!.text);
    }
  });

  it("writes the specifications' bytes", async () => {
    const avro = async (schema: unknown, value: unknown): Promise<string> =>
      Buffer.from(bytesOf((await encoderFor(contract('avro', '/t.avsc', JSON.stringify(schema)))).encode(value))).toString('hex');
    assert.equal(await avro({ type: 'record', name: 'test', fields: [{ name: 'a', type: 'long' }, { name: 'b', type: 'string' }] }, { a: 27, b: 'foo' }), '3606666f6f');
    assert.equal(await avro({ type: 'array', items: 'long' }, [3, 27]), '04063600');
    assert.equal(await avro(['null', 'string'], 'a'), '020261');
    assert.equal(await avro('long', '-9223372036854775808'), 'ffffffffffffffffff01');
    assert.equal(await avro({ type: 'bytes', logicalType: 'decimal', precision: 6, scale: 2 }, '-2.00'), '04ff38');
    const proto = await encoderFor(contract('protobuf', '/t.proto', 'syntax = "proto3"; message T { int32 a = 1; string b = 2; }'));
    assert.equal(Buffer.from(bytesOf(proto.encode({ a: 150, b: 'testing' }))).toString('hex'), '089601120774657374696e67');
  });

  it('tells the place and reason of what does not fit', async () => {
    const order = { type: 'record', name: 'O', fields: [{ name: 'items', type: { type: 'array', items: 'int' } }] };
    const avro = await encoderFor(contract('avro', '/t.avsc', JSON.stringify(order)));
    assert.deepEqual(avro.encode({ items: [1, 'x'] }), { faults: [{ path: '/items/1', reason: 'must be a whole number of 32 bits' }] });
    assert.deepEqual(avro.encode({ items: [], more: 1 }), { faults: [{ path: '', reason: 'has more, which the record O does not have' }] });
    const proto = await encoderFor(contract('protobuf', '/t.proto', 'syntax = "proto3"; message T { repeated M m = 1; map<string, uint32> n = 2; } message M { int32 a = 1; }'));
    assert.deepEqual(proto.encode({ m: [{ a: 1 }, { b: 2 }], n: { x: -1 } }), {
      faults: [{ path: '/m/1/b', reason: 'is no field of M' }, { path: '/n/x', reason: 'must be uint32' }],
    });
  });

  it('of JSON Schema samples keeps to the schema, over drafts, references and combinations', async () => {
    const schemas: readonly object[] = [
      { type: 'object', required: ['id', 'email', 'items'], additionalProperties: false, properties: {
        id: { type: 'string', format: 'uuid' }, email: { type: 'string', minLength: 3, maxLength: 60 }, items: { type: 'array', minItems: 2, items: { $ref: '#/$defs/Item' } },
        note: { type: ['string', 'null'] }, total: { type: 'number', exclusiveMinimum: 0, maximum: 5 },
      }, $defs: { Item: { type: 'object', required: ['sku', 'next'], properties: { sku: { enum: ['A', 'B'] }, next: { anyOf: [{ type: 'null' }, { $ref: '#/$defs/Item' }] }, n: { type: 'integer', multipleOf: 5, minimum: 7, maximum: 20 } } } } },
      { $schema: 'http://json-schema.org/draft-04/schema#', type: 'object', required: ['n'], properties: { n: { type: 'integer', minimum: 4, exclusiveMinimum: true, maximum: 6 } } },
      { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'array', prefixItems: [{ const: 'x' }, { type: 'boolean' }], items: false },
      { allOf: [{ $ref: '#/definitions/Base' }, { properties: { kind: { const: 'order' } }, required: ['kind'] }], definitions: { Base: { type: 'object', required: ['at'], properties: { at: { format: 'date-time' } } } } },
      { oneOf: [{ type: 'integer', minimum: 10, maximum: 10 }, { type: 'string', minLength: 30, maxLength: 30 }] },
      { type: 'object', properties: { money: { $ref: 'money.json#/definitions/Money' } }, required: ['money'] },
    ];
    const money = { path: '/w/money.json', text: '{"definitions":{"Money":{"type":"object","required":["currency"],"properties":{"currency":{"type":"string","pattern":"^[A-Z]{3}$"}}}}}' };
    for (const schema of schemas) {
      const of: TailContract = { name: 'T', format: 'json-schema', message: '', files: [{ path: '/w/t.json', text: JSON.stringify(schema) }, money] };
      const encoder = await encoderFor(of);
      const decoder = await decoderFor(of);
      for (let seed = 0; seed < 20; seed++) {
        const sample = encoder.sample(seed);
        assert.deepEqual(encoder.sample(seed), sample);
        const decoded = decoder.decode(bytesOf(encoder.encode(sample)))!;
        assert.deepEqual([decoded.verdict, JSON.parse(decoded.json!)], ['valid', sample], JSON.stringify(schema));
      }
    }
    const never = await encoderFor(contract('json-schema', '/t.json', '{"type":"string","pattern":"^q{7}$"}'));
    assert.throws(() => never.sample(1), /no sample of T was found that keeps to it/);
    assert.deepEqual(never.encode(1), { faults: [{ path: '', reason: 'is a number, and must be a string' }] });
  });

  it('makes samples that look like what their names say', async () => {
    const text = 'syntax = "proto3"; message T { string email = 1; string currency = 2; string order_id = 3; int32 quantity = 4; }';
    const sample = (await encoderFor(contract('protobuf', '/t.proto', text))).sample(1) as Record<string, string | number>;
    assert.match(String(sample['email']), /^\w+@example\.com$/);
    assert.match(String(sample['currency']), /^[A-Z]{3}$/);
    assert.ok(Number(sample['quantity']) >= 1 && Number(sample['quantity']) <= 5);
  });
});
