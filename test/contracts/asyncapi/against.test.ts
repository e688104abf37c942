import assert from 'node:assert/strict';
import type { NamedBaseline } from '../../../src/contracts/against';
import { payloadBreaks } from '../../../src/contracts/asyncapi/against';
import { payloadsOf } from '../../../src/contracts/asyncapi/payloads';
import { lint } from '../../../src/lint/run';
import type { FileId } from '../../../src/text/range';
import { ideFixture, type IdeFixture } from '../../ide/support';

const asyncApi3 = (payload: string, more = ''): string => `=== asyncapi.yaml
asyncapi: 3.0.0
info: { title: checkout, version: 1.0.0 }
channels:
  orders:
    address: orders.placed
    messages:
      OrderPlaced:
${more}        payload:
${payload.replace(/^/gm, '          ')}
operations:
  placeOrder: { action: send, channel: { $ref: "#/channels/orders" } }
  bill: { action: receive, channel: { $ref: "#/channels/orders" } }
`;

const object = (required: string, type = 'integer'): string =>
  `type: object\nrequired:\n  - id\n${required}properties:\n  id: { type: string }\n  total:\n    type: ${type}`;

function baselineOf(text: string): NamedBaseline {
  const { files } = ideFixture(text);
  const earlier = new Map(files.map((file) => [file.path, { ...file, id: `${file.id}?main` as FileId }]));
  return { name: 'main (0123456789)', earlier: (path) => earlier.get(path), read: (path) => earlier.get(path) };
}

/** Each break: its check, its message's name, and what it points at. */
function breaks(before: string, after: string): string[] {
  const f = ideFixture(after);
  const read = (path: string): IdeFixture['file'] | undefined => f.files.find((one) => one.path === path);
  return payloadBreaks(f.model, read('/asyncapi.yaml')!, read, baselineOf(before))
    .map(({ finding: { check, at }, contract }) => `${check} ${contract} ${at.file.replace('file://', '')} ${f.text(at.file)?.slice(at.start, at.end)}`);
}

describe('payloads of AsyncAPI documents', () => {
  it('compares JSON Schemas that are written in YAML, and points at the keyword', () => {
    assert.deepEqual(breaks(asyncApi3(object('')), asyncApi3(object(''))), []);
    assert.deepEqual(breaks(asyncApi3(object('')), asyncApi3(object('  - total\n'))), ['REQUIRED_ATTRIBUTE_ADDED OrderPlaced /asyncapi.yaml total']);
    assert.deepEqual(breaks(asyncApi3(object('')), asyncApi3(object('', 'string'))), ['TYPE_CHANGED OrderPlaced /asyncapi.yaml type']);
  });

  it('pairs messages by name, wherever they stand now', () => {
    const before = `=== asyncapi.yaml
asyncapi: 2.6.0
info: { title: checkout, version: 1.0.0 }
channels:
  orders:
    publish:
      message: { name: OrderPlaced, payload: { type: object, properties: { total: { type: integer } } } }
`;
    const after = `${before.slice(0, before.indexOf('channels:'))}channels:
  orders:
    publish:
      message: { oneOf: [{ $ref: "#/components/messages/placed" }] }
components:
  messages:
    placed: { name: OrderPlaced, payload: { $ref: "#/components/schemas/order" } }
  schemas:
    order: { type: object, properties: { total: { type: string } } }
`;
    assert.deepEqual(breaks(before, after), ['TYPE_CHANGED OrderPlaced /asyncapi.yaml type']);
  });

  it('compares Avro in YAML', () => {
    const format = '        contentType: avro/binary\n';
    const avro = (fields: string): string =>
      `schemaFormat: application/vnd.apache.avro;version=1.9.0\nschema:\n  type: record\n  name: OrderPlaced\n  fields:\n    - { name: id, type: string }\n${fields}`;
    assert.deepEqual(breaks(asyncApi3(avro(''), format), asyncApi3(avro('    - name: total\n      type: long\n'), format)),
      ['READER_FIELD_MISSING_DEFAULT_VALUE OrderPlaced /asyncapi.yaml total']);
    assert.deepEqual(breaks(asyncApi3(avro(''), format), asyncApi3(avro('    - name: total\n      type: long\n      default: 0\n'), format)), []);
  });

  it('follows references into other files, which change while the document does not', () => {
    const document = asyncApi3('$ref: "./order.yaml"');
    const part = (type: string): string => `=== order.yaml\ntype: object\nproperties:\n  total: { type: ${type} }\n`;
    assert.deepEqual(breaks(document + part('integer'), document + part('integer')), []);
    assert.deepEqual(breaks(document + part('integer'), document + part('string')), ['TYPE_CHANGED OrderPlaced /order.yaml type']);
  });

  it('gives what is there of half-typed text, and ends in circles', () => {
    const whole = asyncApi3(object('  - total\n')).slice('=== asyncapi.yaml\n'.length);
    for (let end = 0; end <= whole.length; end += 7) {
      payloadsOf({ id: 'file:///a.yaml' as FileId, path: '/a.yaml', text: whole.slice(0, end) }, () => undefined);
    }
    const circle = 'asyncapi: 2.6.0\ncomponents:\n  messages:\n    a: { $ref: "#/components/messages/b" }\n    b: { $ref: "#/components/messages/a" }\n';
    assert.deepEqual(payloadsOf({ id: 'file:///a.yaml' as FileId, path: '/a.yaml', text: circle }, () => undefined), []);
  });

  it('is a finding of the linter against a baseline, with a fix that keeps YAML', () => {
    const f = ideFixture(asyncApi3(object('  - total\n')));
    const before = baselineOf(asyncApi3(object('')));
    const [problem, ...others] = lint(f.model, undefined, { text: (id) => f.text(id), baseline: before }).filter(({ code }) => code === 'schema/incompatible');
    assert.deepEqual(others, []);
    assert.match(problem?.message ?? '', /OrderPlaced must be backward compatible with what it was in main \(0123456789\), which checkout reads\./);
    assert.equal(problem?.severity, 'warning');
    const [fix] = problem.fixes ?? [];
    assert.equal(fix?.title, 'Take total out of required');
    assert.equal(f.after(fix.edits).includes('            - id\n          properties:'), true);
  });
});
