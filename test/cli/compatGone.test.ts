import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openBaseline } from '../../src/cli/against';
import { problemsAgainst } from '../../src/cli/compat';
import { load } from '../../src/cli/load';
import type { CompatMode } from '../../src/contracts/compat';

const order = (fields: string): string =>
  `{\n  "type": "record", "name": "Order", "namespace": "shop",\n  "fields": [\n    { "name": "id", "type": "string" }${fields}\n  ]\n}\n`;

describe('contract files that are gone, moved or broken', () => {
  const proto = (fields: string, name = 'Order'): string => `syntax = "proto3";\npackage shop.v1;\nmessage ${name} { string id = 1;${fields} }\n`;
  const users = (schema: string): string => `flow: 1
brokers: { events: { protocol: kafka } }
schemas:
  Order: ${schema}
channels:
  orders: { broker: events, schema: Order }
services:
  billing: { consumes: { orders: {} } }
`;
  /** Check, contract, place and consumers of each problem. Files stand in both folders, unless they begin with one. */
  async function told(files: Readonly<Record<string, string>>, mode?: CompatMode): Promise<string[]> {
    const cwd = mkdtempSync(join(tmpdir(), 'tailrace-compat-'));
    try {
      for (const side of ['previous', 'current']) mkdirSync(join(cwd, side));
      for (const [name, content] of Object.entries(files)) {
        for (const path of /^(previous|current)\//.test(name) ? [name] : [`previous/${name}`, `current/${name}`]) {
          mkdirSync(dirname(join(cwd, path)), { recursive: true });
          writeFileSync(join(cwd, path), content);
        }
      }
      const roots = [join(cwd, 'current')];
      const loaded = load(roots, cwd);
      return problemsAgainst(loaded, await openBaseline(join(cwd, 'previous'), roots, cwd), mode)
        .map(({ check, contract, file, range: { start }, consumers }) => `${check} ${contract} ${file}:${start.line}:${start.column} ${consumers.join()}`.trim());
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  }

  it('points at who uses the contract, by its file or its name, and names the consumers', async () => {
    const gone = { 'previous/order.proto': proto('') };
    assert.deepEqual(await told(gone), ['CONTRACT_REMOVED shop.v1.Order current/order.proto:1:1']);
    assert.deepEqual(await told({ ...gone, 'shop.flow.yaml': users('{ format: protobuf, source: order.proto#shop.v1.Order }') }),
      ['CONTRACT_REMOVED shop.v1.Order current/shop.flow.yaml:4:38 billing']);
    const named = 'flow: 1\nbrokers: { events: { protocol: kafka } }\nservices:\n  billing: { consumes: { orders: {} } }\n';
    assert.deepEqual(await told({ 'previous/orders-value.avsc': order(''), 'shop.flow.yaml': named }), ['CONTRACT_REMOVED shop.Order current/shop.flow.yaml:4:26 billing']);
    assert.deepEqual(await told({ 'previous/order.avdl': 'protocol P { record Order { string id; } }' }), ['CONTRACT_REMOVED Order current/order.avdl:1:1']);
    assert.deepEqual(await told({ 'previous/order.schema.json': '{ "title": "Order", "type": "object", "properties": {} }' }),
      ['CONTRACT_REMOVED Order current/order.schema.json:1:1']);
    assert.deepEqual(await told({ ...gone, 'shop.flow.yaml': users('{ format: protobuf, compatibility: none, source: order.proto }') }), []);
    assert.deepEqual(await told({ ...gone, 'current/tailrace.config.yaml': 'exclude: ["*.proto"]\n' }), [], 'nobody looks at it any more');
  });

  it('tells of files that define nothing any more, and of types that IDL does not', async () => {
    assert.deepEqual(await told({ 'previous/order.proto': proto(''), 'current/order.proto': 'syntax = "proto3";\n' }), ['CONTRACT_REMOVED shop.v1.Order current/order.proto:1:1']);
    assert.deepEqual(await told({ 'previous/order.schema.json': '{ "title": "Order", "type": "object" }', 'current/order.schema.json': '{}' }),
      ['CONTRACT_REMOVED Order current/order.schema.json:1:1']);
    const idl = (...names: readonly string[]): string => `protocol P { ${names.map((name) => `record ${name} { string id; }`).join(' ')} }`;
    assert.deepEqual(await told({ 'previous/p.avdl': idl('A', 'B'), 'current/p.avdl': idl('A') }), ['CONTRACT_REMOVED B current/p.avdl:1:1']);
    assert.deepEqual(await told({ 'previous/p.avdl': idl('A'), 'current/p.avdl': idl('A', 'B') }), []);
  });

  it('compares what was moved or renamed with what it was', async () => {
    const changed = ['FIELD_SCALAR_KIND_CHANGED shop.v1.Order current/shop/orders.proto:3:39'];
    const before = { 'previous/order.proto': proto(' int32 n = 2;') };
    assert.deepEqual(await told({ ...before, 'current/shop/orders.proto': proto(' int32 n = 2;') }), []);
    assert.deepEqual(await told({ ...before, 'current/shop/orders.proto': proto(' string n = 2;') }), changed);
    const other = 'syntax = "proto3";\npackage shop.v1;\nmessage Other { string id = 1; }\n';
    assert.deepEqual(await told({
      'previous/order.proto': proto(' int32 n = 2;') + 'message Third { string id = 1; }\n', 'previous/other.proto': other,
      'current/order.proto': proto('', 'Third'), 'current/other.proto': `${other}message Order { string id = 1; string n = 2; }\n`,
    }), ['FIELD_SCALAR_KIND_CHANGED shop.v1.Order current/other.proto:4:39'], 'a message of a file that stays');
    assert.deepEqual(await told({ 'previous/order.avsc': order(''), 'current/order.avdl': '@namespace("shop") protocol P { record Order { string id; int total; } }' }),
      ['READER_FIELD_MISSING_DEFAULT_VALUE shop.Order current/order.avdl:1:63']);
    const untitled = '{ "type": "object", "properties": { "a": { "type": "string" }, "b": { "type": "string" } } }';
    assert.deepEqual(await told({ 'previous/order.schema.json': untitled, 'current/orders.schema.json': untitled }), []);
    assert.deepEqual(await told({ 'previous/order.schema.json': untitled, 'current/orders.schema.json': untitled.replace('"b"', '"c"') }),
      ['PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL orders current/orders.schema.json:1:65']);
  });

  it('takes another version of a contract for no new name of it', async () => {
    const versions = { 'previous/v1/order.proto': proto(''), 'v2/order.proto': proto('').replace('v1', 'v2') };
    assert.deepEqual(await told(versions), ['CONTRACT_REMOVED shop.v1.Order current/v1/order.proto:1:1']);
  });

  it('counts a message that a file lost as it counts a file', async () => {
    const two = `${proto('')}message Other { string id = 1; }\n`;
    assert.deepEqual(await told({ 'previous/order.proto': two, 'current/order.proto': proto('', 'Other'), 'shop.flow.yaml': users('{ format: protobuf, source: order.proto#shop.v1.Order }') }),
      ['MESSAGE_REMOVED shop.v1.Order current/order.proto:2:9 billing']);
  });

  const document = (title: string, channels: Readonly<Record<string, string>>, action: 'send' | 'receive' = 'send'): string => `asyncapi: 3.0.0
info: { title: ${title}, version: 1.0.0 }
channels:
${Object.entries(channels).map(([name, type]) => `  ${name}: { address: ${name}, messages: { ${name}Made: { payload: { type: object, properties: { id: { type: ${type} } } } } } }\n`).join('')}operations:
${Object.keys(channels).map((name) => `  ${name}: { action: ${action}, channel: { $ref: "#/channels/${name}" } }\n`).join('')}`;

  it('tells of an AsyncAPI document with all that nobody else sends', async () => {
    const gone = { 'previous/shop.yaml': document('shop', { orders: 'string', refunds: 'string' }) };
    const audit = 'flow: 1\nservices:\n  audit: { consumes: { orders: {} } }\n';
    assert.deepEqual(await told({ ...gone, 'billing.yaml': document('billing', { orders: 'string' }, 'receive'), 'audit.flow.yaml': audit }),
      ['DOCUMENT_REMOVED shop current/audit.flow.yaml:3:24 audit,billing']);
    assert.deepEqual(await told(gone), ['DOCUMENT_REMOVED shop current/shop.yaml:1:1']);
    assert.deepEqual(await told(gone, 'none'), []);
  });

  it('compares a document under a new name, or in two parts, with what it was', async () => {
    const gone = { 'previous/shop.yaml': document('shop', { orders: 'string', refunds: 'string' }) };
    assert.deepEqual(await told({ ...gone, 'current/apis/shop.yaml': document('shop', { orders: 'string', refunds: 'string' }) }), []);
    assert.deepEqual(await told({ ...gone, 'current/orders.yaml': document('orders', { orders: 'string' }), 'current/refunds.yaml': document('refunds', { refunds: 'integer' }) }),
      ['TYPE_CHANGED refundsMade current/refunds.yaml:4:104']);
  });

  it('are told as what cannot be read where they are half typed, and what they lack is not', async () => {
    const whole = {
      'order.avsc': order(''), 'order.proto': 'syntax = "proto3";\nmessage Order { string id = 1; int32 n = 2; }\n', 'order.schema.json': '{ "title": "Order", "type": "object", "required": ["a"] }\n',
      'shop.yaml': document('shop', { orders: 'string' }),
    };
    for (const [name, text] of Object.entries(whole)) {
      const half = text.slice(0, name === 'shop.yaml' ? text.indexOf(' } } } }') : text.length - 8);
      const [first, ...others] = await told({ [`previous/${name}`]: text, [`current/${name}`]: half });
      assert.match(first ?? '', /^CONTRACT_INVALID /, name);
      assert.deepEqual(others, []);
      assert.deepEqual(await told({ [`previous/${name}`]: text, [`current/${name}`]: half }, 'none'), []);
      const again = await told({ [`previous/${name}`]: half, [`current/${name}`]: `${half} ` });
      assert.ok(again.every((one) => !one.startsWith('CONTRACT_INVALID')), 'it was no better before');
    }
    const defaults = (value: string): string => order(`,\n    { "name": "n", "type": "int", "default": ${value} }`);
    assert.deepEqual(await told({ 'previous/order.avsc': defaults('0'), 'current/order.avsc': defaults('"none"') }),
      ['CONTRACT_INVALID shop.Order current/order.avsc:5:46']);
  });

  it('are compared where a payload goes over to them, and tell of another format', async () => {
    const inline = document('shop', { orders: 'integer' });
    const to = (payload: string): string => inline.replace(/payload: \{.*(?= \} \} \})/, `payload: ${payload}`);
    assert.deepEqual(await told({
      'previous/shop.yaml': inline, 'current/shop.yaml': to('{ $ref: "made.schema.json" }'),
      'current/made.schema.json': '{ "type": "object", "properties": { "id": { "type": "string" } } }',
    }), ['TYPE_CHANGED ordersMade current/made.schema.json:1:46']);
    assert.deepEqual(await told({
      'previous/shop.yaml': inline, 'current/shop.yaml': to('{ schemaFormat: "application/vnd.apache.avro;version=1.9.0", schema: { type: record, name: M, fields: [] } }'),
    }), ['PAYLOAD_FORMAT_CHANGED ordersMade current/shop.yaml:4:54']);
  });

  it('are missed where an import names them, whatever is in them', async () => {
    const state = 'syntax = "proto3";\npackage shop.v1;\nenum State { STATE_UNSPECIFIED = 0; }\n';
    const importing = (path: string): string => `syntax = "proto3";\npackage shop.v1;\nimport "${path}";\nmessage Order { State state = 1; }\n`;
    const before = { 'previous/state.proto': state };
    assert.deepEqual(await told({ ...before, 'order.proto': importing('state.proto') }), ['IMPORT_REMOVED shop.v1.Order current/order.proto:3:9']);
    assert.deepEqual(await told({ ...before, 'previous/order.proto': importing('state.proto'), 'current/order.proto': importing('types/state.proto'), 'current/types/state.proto': state }), []);
    assert.deepEqual(await told({ 'state.proto': state, 'order.proto': importing('state.proto') }), []);
    assert.deepEqual(await told({ 'order.proto': importing('state.proto') }), [], 'it never was at hand');
  });

  it('tell of headers and of another content type of a message', async () => {
    const message = (contentType: string, type: string): string => document('shop', { orders: 'string' })
      .replace('payload:', `contentType: ${contentType}, headers: { type: object, properties: { tenant: { type: ${type} } } }, payload:`);
    const before = { 'previous/shop.yaml': message('application/json', 'string') };
    assert.deepEqual(await told({ ...before, 'current/shop.yaml': message('application/vnd.shop.order+json', 'string') }), []);
    assert.deepEqual(await told({ ...before, 'current/shop.yaml': message('application/avro', 'integer') }),
      ['CONTENT_TYPE_CHANGED ordersMade current/shop.yaml:4:69', 'TYPE_CHANGED ordersMade current/shop.yaml:4:136']);
    const byDefault = before['previous/shop.yaml'].replace('contentType: application/json, ', '').replace('channels:', 'defaultContentType: application/xml\nchannels:');
    assert.deepEqual(await told({ ...before, 'current/shop.yaml': byDefault }), ['CONTENT_TYPE_CHANGED ordersMade current/shop.yaml:3:21']);
  });
});
