import assert from 'node:assert/strict';
import { decoderFor } from '../../src/codecs/decoder';
import type { Headers } from '../../src/codecs/decoded';

const event = { specversion: '1.0', id: '1', source: '/shop', type: 'order.placed' };
const structured: Headers = [['content-type', 'application/cloudevents+json; charset=UTF-8']];
const binary: Headers = Object.entries(event).map(([name, value]) => [`ce_${name}`, Buffer.from(value)]);
const text = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const orders = decoderFor({
  name: 'Order', format: 'json-schema', message: '',
  files: [{ path: '/o.json', text: '{"type":"object","required":["sku"],"properties":{"sku":{"type":"string"}}}' }],
});

describe('CloudEvents', () => {
  it('in binary mode are told by their headers, and lack none that is required', async () => {
    const whole = (await orders).decode(text({ sku: 'a' }), binary)!;
    assert.equal(whole.verdict, 'valid');
    assert.match(whole.why, / Its headers make it a CloudEvents event of the type order\.placed\.$/);
    const lacking = binary.filter(([name]) => name !== 'ce_source');
    const judged = (await orders).decode(text({ sku: 'a' }), lacking)!;
    assert.deepEqual(judged.errors, ['The value has no header ce_source, which CloudEvents requires.']);
    assert.equal(judged.verdict, 'violates');
    assert.equal((await orders).check(text({ sku: 'a' }), lacking), 'violates');
    const nats = binary.map(([name, value]) => [name.replace('_', '-'), value] as const);
    assert.match((await decoderFor(undefined)).decode(text({}), nats)!.why, /order\.placed/);
  });

  it('in structured mode have the contract in their data, with its place in the event', async () => {
    const good = (await orders).decode(text({ ...event, data: { sku: 'a' } }), structured)!;
    assert.deepEqual([good.verdict, good.as], ['valid', 'CloudEvents in JSON, data as json']);
    assert.deepEqual((JSON.parse(good.json!) as typeof event).id, '1');
    const bad = (await orders).decode(text({ ...event, data: { sku: 1 } }), structured)!;
    assert.deepEqual(bad.errors, ['/data/sku is a number, and must be a string.']);
    assert.deepEqual(bad.tried.map(({ as }) => as), ['the whole event']);
    const { id: _, ...nameless } = event;
    assert.deepEqual((await orders).decode(text({ ...nameless, data: { sku: 'a' } }), structured)!.errors, ['The value has no id, which CloudEvents requires.']);
    assert.equal((await orders).check(Buffer.from('{'), structured), 'undecodable');
  });

  it('may have data in base64, for a contract of bytes', async () => {
    const decoder = await decoderFor({ name: 'S', format: 'avro', message: '', files: [{ path: '/s.avsc', text: '"string"' }] });
    const decoded = decoder.decode(text({ ...event, data_base64: Buffer.of(2, 0x61).toString('base64') }), structured)!;
    assert.deepEqual([decoded.verdict, decoded.as], ['valid', 'CloudEvents in JSON, data as avro string']);
    assert.equal(decoder.check(text({ ...event, data_base64: Buffer.of(4, 0x61).toString('base64') }), structured), 'undecodable');
  });
});

describe('drafts of JSON Schema', () => {
  it('are each taken at their word', async () => {
    const check = async (schema: object, value: unknown) =>
      (await decoderFor({ name: 'S', format: 'json-schema', message: '', files: [{ path: '/s.json', text: JSON.stringify(schema) }] })).check(text(value));
    const four = { $schema: 'http://json-schema.org/draft-04/schema#', id: 'http://x/s', properties: { id: { minimum: 1, exclusiveMinimum: true } } };
    assert.deepEqual([await check(four, { id: 1 }), await check(four, { id: 2 })], ['violates', 'valid']);
    const six = { $schema: 'http://json-schema.org/draft-06/schema#', properties: { a: { const: 1 } } };
    assert.deepEqual([await check(six, { a: 2 }), await check(six, { a: 1 })], ['violates', 'valid']);
    const nineteen = { $schema: 'https://json-schema.org/draft/2019-09/schema', dependentRequired: { a: ['b'] } };
    assert.deepEqual([await check(nineteen, { a: 2 }), await check(nineteen, { a: 1, b: 1 })], ['violates', 'valid']);
  });
});
