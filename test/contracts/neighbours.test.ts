import assert from 'node:assert/strict';
import { neighbours } from '../../src/contracts/neighbours';
import { lint } from '../../src/lint/run';
import { ideFixture } from '../ide/support';

const proto = (version: string, type: string): string => `=== contracts/v${version}/order.proto
syntax = "proto3";
package shop.v${version};
message Order { ${type} total = 1; }
`;
const avro = (name: string, fields = ''): string =>
  `=== ${name}\n{ "type": "record", "name": "Order", "namespace": "shop", "fields": [{ "name": "id", "type": "string" }${fields}] }\n`;
const total = ', { "name": "total", "type": "long" }';

/** Each pair: its versions, the mode, and what is broken. */
function pairs(fixture: string): string[] {
  const f = ideFixture(fixture);
  return [...neighbours(f.model, (path) => f.files.find((one) => one.path === path))].map(({ before, now, mode, isModeStated, breaks }) =>
    `${now.name.value} ${before.version?.value}>${now.version?.value} ${isModeStated ? 'stated' : 'assumed'} ${mode}: `
    + breaks.map(({ finding, severity }) => `${severity} ${finding.check}`).join(', '));
}

describe('versions beside each other', () => {
  it('compares folders and files that differ in the version only, each with the one before', () => {
    assert.deepEqual(pairs(proto('1', 'int64') + proto('2', 'int64') + proto('10', 'string')).map((line) => line.replace(/: .*/, '')),
      ['shop.v2.Order 1>2 assumed backward', 'shop.v10.Order 2>10 assumed backward']);
    assert.match(pairs(proto('2', 'int64') + proto('10', 'string'))[0] ?? '', /^shop\.v10\.Order 2>10 assumed backward: info FIELD_/);
  });

  it('takes a new major version for meant, and a minor one for a promise', () => {
    const schema = (version: string, required: string): string =>
      `=== order-${version}.schema.json\n{ "title": "Order", "type": "object", "properties": { "id": {} }, "required": [${required}] }\n`;
    assert.deepEqual(pairs(schema('1.2', '') + schema('1.3', '"id"')), ['Order 1.2>1.3 assumed backward: warning REQUIRED_ATTRIBUTE_ADDED']);
    assert.deepEqual(pairs(schema('1.3', '') + schema('2.0', '"id"')), ['Order 1.3>2.0 assumed backward: info REQUIRED_ATTRIBUTE_ADDED']);
    assert.deepEqual(pairs(avro('v1/order.avsc') + avro('v2/order.avsc', total)), ['shop.Order 1>2 assumed backward: info READER_FIELD_MISSING_DEFAULT_VALUE']);
  });

  it('leaves alone what is no version of the other, and what a flow file lists', () => {
    assert.deepEqual(pairs(avro('v1/order.avsc') + avro('v2/orders.avsc', total)), []);
    assert.deepEqual(pairs(avro('a/order.avsc') + avro('b/order.avsc', total)), []);
    assert.deepEqual(pairs(avro('v1/order.avsc') + avro('v2/order.avsc', total)
      + '=== shop.flow.yaml\nflow: 1\nschemas:\n  Order: { format: avro, versions: { 1: v1/order.avsc, 2: v2/order.avsc } }\n'), []);
  });

  it('goes by the mode that a schema states for one of them', () => {
    const flow = (mode: string): string => `=== shop.flow.yaml\nflow: 1\nschemas:\n  Order: { format: avro, compatibility: ${mode}, versions: { 2: v2/order.avsc } }\n`;
    const files = avro('v1/order.avsc') + avro('v2/order.avsc', total);
    assert.deepEqual(pairs(files + flow('backward')), ['shop.Order 1>2 stated backward: error READER_FIELD_MISSING_DEFAULT_VALUE']);
    assert.deepEqual(pairs(files + flow('none')), ['shop.Order 1>2 stated none: ']);
  });

  it('is one finding a pair, at the later version, with the earlier one beside it', () => {
    const f = ideFixture(avro('v1/order.avsc') + avro('v2/order.avsc', `${total}, { "name": "currency", "type": "string" }`));
    const found = lint(f.model, undefined, { text: (id) => f.text(id) }).filter(({ code }) => code === 'schema/incompatible');
    assert.deepEqual(found.map(({ severity, at, related }) => [severity, f.place(at), related?.map((one) => f.place(one.at))]), [
      ['info', 'v2/order.avsc 1:30-1:35 "Order"', ['v1/order.avsc 1:30-1:35 "Order"', 'v2/order.avsc 1:117-1:122 "total"']],
    ]);
    assert.match(found[0]?.message ?? '', /^shop\.Order is not backward compatible with version 1 beside it, and no file says whether it must be\. .*\(And 1 more\.\)/);
  });
});
