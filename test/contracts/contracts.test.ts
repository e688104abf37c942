import assert from 'node:assert/strict';
import { avro } from '../../src/contracts/avro';
import { jsonSchema } from '../../src/contracts/jsonSchema';
import { proto } from '../../src/contracts/proto';
import { fuzzReader } from '../support/fuzzReader';
import { fact, reading } from '../support/reading';

const order = `
// package wrong.v9;
syntax = "proto3";
package shop.v2;
import "google/protobuf/timestamp.proto";
import public './lines.proto';
option java_package = "com.shop; message Fake {";

message OrderPlaced { // a comment with } a brace
  reserved 4, 6 to 9;
  string message = 1;
  repeated Line lines = 2;
  map<string, Money> totals = 3;
  message Address { string street = 1; enum Kind { HOME = 0; } }
  oneof pay { Card card = 5; }
}
message Line {}
message Money {}
message Card {}
service Orders { rpc Place (OrderPlaced) returns (Line); }
`;

describe('contracts: protobuf', () => {
  const read = (text: string, path = 'order.proto'): ReturnType<typeof reading> => reading(proto, text, path);

  it('finds messages, nested ones, and those that are parts of others', () => {
    assert.deepEqual(read(order).lines, [
      'contract shop.v2.OrderPlaced @2', 'contract shop.v2.OrderPlaced.Address @2 nested', 'contract shop.v2.Line @2 nested',
      'contract shop.v2.Money @2 nested', 'contract shop.v2.Card @2 nested',
    ]);
  });

  it('keeps places: name, package, version, extent, import', () => {
    const r = read(order);
    const placed = fact(r, 'contract');
    assert.equal(r.caret(placed.name.at), ['8 | message OrderPlaced { // a comment with } a brace', '  |         ^^^^^^^^^^^'].join('\n'));
    assert.equal(r.caret(placed.versionPlace), ['3 | package shop.v2;', '  |         ^^^^^^^'].join('\n'));
    assert.equal(r.textAt(placed.version?.at), 'v2');
    assert.match(r.textAt(placed.extent), /^message OrderPlaced[^]*Card card = 5; }\n}$/);
    assert.deepEqual(r.links?.map((l) => [l.path, r.textAt(l.at)]), [['/lines.proto', './lines.proto']]);
  });

  it('takes the version from the folder where the package has none', () => {
    const r = read('package shop;\nmessage A {}\n', 'contracts/v3/a.proto');
    assert.deepEqual(r.lines, ['contract shop.A @3']);
    assert.equal(r.textAt(fact(r, 'contract').versionPlace), 'shop');
    assert.deepEqual(read('message A {}').lines, ['contract A']);
    assert.deepEqual(read('package a.v1beta1;\nmessage A {}').lines, ['contract a.v1beta1.A @1beta1']);
  });

  it('keeps what is there of a half-typed file', () => {
    assert.deepEqual(read('package a.v1;\nmessage One { string x = 1;\nmessage Two {').lines, ['contract a.v1.One @1', 'contract a.v1.One.Two @1 nested']);
    assert.deepEqual(read('message A\nmessage B {}').lines, ['contract A', 'contract B']);
    assert.deepEqual(read('message A {} /* never closed message B {}').lines, ['contract A']);
    assert.deepEqual(read('import "unclosed\nmessage A {} message').lines, ['contract A']);
    assert.deepEqual(read('package a.v1\nmessage A { string x = 1\n  message B {} }').lines, ['contract a.v1.A @1', 'contract a.v1.A.B @1 nested']);
    assert.deepEqual(read('package').lines, []);
  });

  it('survives 1,000 mutations', () => fuzzReader(proto, [order], '/a.proto')).timeout(20_000);
});

describe('contracts: avro', () => {
  const read = (text: string, path = 'order.avsc'): ReturnType<typeof reading> => reading(avro, text, path);
  const record = `{
  "type": "record", "name": "OrderPlaced", "namespace": "shop.v2",
  "fields": [
    { "name": "lines", "type": { "type": "array", "items": { "type": "record", "name": "Line", "fields": [] } } },
    { "name": "kind", "type": ["null", { "type": "enum", "name": "other.Kind", "symbols": ["A"] }] }
  ]
}`;

  it('finds records, and types inside them', () => {
    const r = read(record);
    assert.deepEqual(r.lines, [
      'contract shop.v2.OrderPlaced @2', 'contract shop.v2.Line @2 nested', 'contract other.Kind @2 nested',
    ]);
    const placed = fact(r, 'contract');
    assert.equal(r.textAt(placed.name.at), 'OrderPlaced');
    assert.equal(r.textAt(placed.versionPlace), 'shop.v2');
    assert.equal(r.textAt(placed.version?.at), 'v2');
  });

  it('takes a version attribute, a name or a folder', () => {
    assert.deepEqual(read('{"type":"record","name":"A","version":"3","fields":[]}').lines, ['contract A @3']);
    assert.deepEqual(read('{"type":"record","name":"OrderV4","fields":[]}').lines, ['contract OrderV4 @4']);
    assert.deepEqual(read('[{"type":"record","name":"A","fields":[]}]', 'v1/a.avsc').lines, ['contract A @1']);
    assert.deepEqual(read('{"type":"record","name":"A","fields":[]}').lines, ['contract A']);
    assert.equal(read('"string"').lines.length, 0);
  });

  it('survives 1,000 mutations', () => fuzzReader(avro, [record], '/a.avsc')).timeout(20_000);
});

describe('contracts: JSON Schema', () => {
  const read = (text: string, path = 'order.schema.json'): ReturnType<typeof reading> => reading(jsonSchema, text, path);
  const recognized = (path: string, text: string): boolean => jsonSchema.recognizes({ id: 'file:///x' as never, path, text });
  const schema = '{ "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://shop.example/order/1.2.0/placed.json", "type": "object" }';

  it('is named by $id, title or file, with the version found there', () => {
    const r = read(schema);
    assert.deepEqual(r.lines, ['contract https://shop.example/order/1.2.0/placed.json @1.2.0']);
    assert.equal(r.textAt(fact(r, 'contract').version?.at), '1.2.0');
    assert.deepEqual(read('{ "title": "Order", "type": "object" }').lines, ['contract Order']);
    assert.deepEqual(read('{ "type": "object" }', 'v2/order.schema.json').lines, ['contract order @2']);
    assert.deepEqual(read('{ "type": "object" }', 'order-v3.schema.json').lines, ['contract order-v3 @3']);
  });

  it('leaves other JSON alone', () => {
    assert.ok(recognized('/order.schema.json', '{ "type": "object" }'));
    assert.ok(recognized('/order.json', schema));
    assert.ok(!recognized('/package.json', '{ "name": "x", "type": "module" }'));
    assert.ok(!recognized('/tsconfig.json', '{ "$schema": "https://json.schemastore.org/tsconfig" }'));
    assert.ok(!recognized('/flow.schema.json', schema));
    assert.ok(!recognized('/data.json', '{ "$schema": "./order.schema.json", "type": "x" }'));
    assert.ok(!recognized('/empty.schema.json', '[]'));
  });

  it('survives 1,000 mutations', () => fuzzReader(jsonSchema, [schema], '/a.schema.json')).timeout(20_000);
});
