import assert from 'node:assert/strict';
import { avroIdl } from '../../src/contracts/avroIdl';
import { avro } from '../../src/contracts/avro';
import { fuzzReader } from '../support/fuzzReader';
import { reading } from '../support/reading';

const protocol = `/** Orders; "record Nothing {" is a comment. */
@namespace("shop.v2")
protocol Orders {
  // record NotThis { }
  enum State { NEW, PAID }
  record Line { string sku; int count = 1; }
  record OrderPlaced {
    string id;
    array<Line> lines;
    union { null, State } state = null;
    @doc("} brace in a string") string note;
  }
  @namespace("shop.audit.v1") error Refused { string \`record\`; }
  OrderPlaced get(string id) throws Refused;
}
`;

describe('Avro IDL', () => {
  it('gives the records of a protocol, those inside others marked', () => {
    const r = reading(avroIdl, protocol, 'orders.avdl');
    assert.deepEqual(r.lines, [
      'contract shop.v2.State @2 nested', 'contract shop.v2.Line @2 nested', 'contract shop.v2.OrderPlaced @2',
      'contract shop.audit.v1.Refused @1',
    ]);
    assert.deepEqual(r.facts.map((f) => (f.kind === 'contract' ? [r.textAt(f.name.at), r.textAt(f.version?.at)] : [])), [
      ['State', 'v2'], ['Line', 'v2'], ['OrderPlaced', 'v2'], ['Refused', 'v1'],
    ]);
    const placed = r.facts[2]!;
    assert.match(r.textAt(placed.extent), /^record OrderPlaced \{[^]*brace in a string[^]*\}$/);
  });

  it('reads schema files with a namespace of their own, and names in backquotes', () => {
    assert.deepEqual(reading(avroIdl, 'namespace shop;\nschema Order;\nrecord Order { string id; }\nrecord `fixed` { int a; }\n', 'a.avdl').lines, [
      'contract shop.Order', 'contract shop.fixed',
    ]);
  });

  it('keeps what it understands of a half-typed file', () => {
    assert.deepEqual(reading(avroIdl, 'protocol P {\n record A { string id;\n record B {', 'a.avdl').lines, ['contract A', 'contract B']);
    fuzzReader(avroIdl, [protocol], '/shop/orders.avdl');
  });

  it('takes the types of a protocol in JSON as well', () => {
    const text = '{ "protocol": "P", "namespace": "shop.v1", "types": [{ "type": "record", "name": "A", "fields": [] }] }';
    assert.deepEqual(reading(avro, text, 'p.avpr').lines, ['contract shop.v1.A @1']);
  });
});
