import assert from 'node:assert/strict';
import type { NamedBaseline } from '../../src/contracts/against';
import { contractLenses } from '../../src/ide/contracts/lenses';
import { quickFixes } from '../../src/ide/fixes';
import { hover } from '../../src/ide/hover';
import { definition, typeDefinition } from '../../src/ide/navigation';
import { lint } from '../../src/lint/run';
import type { FileId } from '../../src/text/range';
import { ideFixture, type IdeFixture } from './support';

const two = (mode: string, fields: string, cursor = ''): string => `
=== shop.flow.yaml
flow: 1
brokers:
  events: { protocol: kafka }
schemas:
  Order:
    format: avro
    compatibility: ${mode}
    versions:
      1: v1/order.avsc
      2: v2/order.avsc
channels:
  orders: { broker: events, schema: Order@2 }
services:
  billing: { consumes: { orders: {} } }
  audit: { consumes: { orders: {} } }
=== v1/order.avsc
{ "type": "record", "name": "Order", "namespace": "shop.v1", "fields": [
  { "name": "id", "type": "string" },
  { "name": "coupon", "type": "string", "default": "" }
] }
=== v2/order.avsc
{ "type": "record", "name": "${cursor}Order", "namespace": "shop.v2", "fields": [
  { "name": "id", "type": "string" }${fields}
] }
`.slice(1);

const long = ', { "name": "total", "type": "long" }';

function titles(f: IdeFixture, path: string, baseline?: NamedBaseline): readonly string[] {
  const file = f.files.find((one) => one.path === path)!;
  return contractLenses({ ...f.ide, ...(baseline && { baseline }) }, file).map(({ title }) => title);
}

/** The texts of a fixture, with other ids, as they were in `main`. */
function baselineOf(text: string): NamedBaseline {
  const { files } = ideFixture(text);
  const read = (path: string): ReturnType<NamedBaseline['read']> => {
    const file = files.find((one) => one.path === path);
    return file && { ...file, id: `${file.id}?main` as FileId };
  };
  return { name: 'main (0123456789)', earlier: read, read };
}

describe('what stands above a message', () => {
  it('says who carries and reads it, and whether it fits the version before', () => {
    assert.deepEqual(titles(ideFixture(two('backward', '')), '/v2/order.avsc'), ['carried by orders · 2 consumers · backward compatible with version 1 ✓']);
    assert.deepEqual(titles(ideFixture(two('backward', long)), '/v2/order.avsc'), ['carried by orders · 2 consumers · not backward compatible with version 1: 1 ✗']);
    assert.deepEqual(titles(ideFixture(two('none', long)), '/v2/order.avsc'), ['carried by orders · 2 consumers']);
  });

  it('says of a first version whether it fits what it was', () => {
    const was = baselineOf(two('backward', ''));
    const now = ideFixture(two('backward', '').replace('"fields": [\n', `"fields": [\n  { "name": "total", "type": "long" },\n`));
    assert.deepEqual(titles(now, '/v1/order.avsc', was), ['carried by orders · 2 consumers · not backward compatible with main (0123456789): 1 ✗']);
  });
});

describe('hover on a contract', () => {
  it('shows its versions side by side, with what differs in bold', () => {
    const f = ideFixture(two('backward', long, '$0'));
    const shown = hover(f.ide, f.file, f.dialect, f.offset + 1);
    assert.match(shown?.markdown ?? '', /\| field \| version 1 \| version 2 \|\n\| --- \| --- \| --- \|\n\| id \| `string` \| `string` \|\n\| total \|  \| \*\*`long`\*\* \|\n\| coupon \| `string, with a default` \| \*\*removed\*\* \|$/);
  });
});

describe('a channel leads to its message', () => {
  const formats: readonly (readonly [what: string, format: string, path: string, fragment: string, text: (version: number, more: boolean) => string, name: string, rows: string])[] = [
    ['Protobuf', 'protobuf', 'order.proto', '#shop.vN.Order',
      (v, more) => `syntax = "proto3";\npackage shop.v${v};\nmessage Line { string sku = 1; }\nmessage Order { repeated Line lines = 1;${more ? ' int64 total = 2;' : ''} }\n`,
      'v2/order.proto 4:9-4:14 "Order"', '| total |  | **`int64 = 2`** |'],
    ['Avro', 'avro', 'order.avsc', '',
      (v, more) => `{\n  "type": "record", "name": "Order", "namespace": "shop.v${v}",\n  "fields": [{ "name": "id", "type": "string" }${more ? ', { "name": "total", "type": "long" }' : ''}]\n}\n`,
      'v2/order.avsc 2:30-2:35 "Order"', '| total |  | **`long`** |'],
    ['Avro IDL', 'avro', 'order.avdl', '#shop.vN.Order',
      (v, more) => `@namespace("shop.v${v}")\nprotocol Shop {\n  record Line { string sku; }\n  record Order { array<Line> lines;${more ? ' long total;' : ''} }\n}\n`,
      'v2/order.avdl 4:10-4:15 "Order"', '| total |  | **`long`** |'],
    ['JSON Schema', 'json-schema', 'order.schema.json', '',
      (_, more) => `{\n  "title": "Order", "type": "object",\n  "properties": { "id": { "type": "string" }${more ? ', "total": { "type": "integer" }' : ''} }\n}\n`,
      'v2/order.schema.json 2:13-2:18 "Order"', '| total |  | **`integer`** |'],
  ];
  for (const [what, format, path, fragment, text, name, row] of formats) {
    const files = (channel: string, listed = 'v2'): string => `
=== shop.flow.yaml
flow: 1
brokers:
  events: { protocol: kafka }
schemas:
  Order:
    format: ${format}
    versions:
      1: v1/${path}${fragment.replace('N', '1')}
      2: ${listed}/${path}${fragment.replace('N', '2')}
channels:
  ${channel}: { broker: events, schema: Order@2 }
=== v1/${path}
${text(1, false)}=== v2/${path}
${text(2, true)}`.slice(1);

    it(`in ${what}, from the channel and from the version's file, at its name`, () => {
      const channel = ideFixture(files('or$0ders'));
      assert.deepEqual(typeDefinition(channel.ide, channel.file.id, channel.offset).map((at) => channel.place(at)), [name]);
      const version = ideFixture(files('orders', 'v$02'));
      assert.deepEqual(definition(version.ide, version.file.id, version.offset).map((at) => version.place(at)), [name]);
    });

    it(`in ${what}, and hover there shows the versions side by side`, () => {
      const f = ideFixture(files('orders'));
      const [line, column] = /(\d+):(\d+)-/.exec(name)!.slice(1).map(Number) as [number, number];
      const file = f.files.find((one) => one.path === `/v2/${path}`)!;
      const offset = file.text.split('\n').slice(0, line - 1).join('\n').length + column;
      const shown = hover(f.ide, file, f.ide.file(file.id)?.dialect, offset)?.markdown ?? '';
      assert.ok(shown.includes('| field | version 1 | version 2 |'), shown);
      assert.ok(shown.split('\n').includes(row), shown);
    });
  }
});

describe('a change that breaks a published version', () => {
  const flow = (versions: string): string => `flow: 1\nschemas:\n  Order:\n    format: protobuf\n    versions:\n${versions}`;
  const proto = (pkg: string, ...fields: readonly string[]): string => `syntax = "proto3";\npackage ${pkg};\nmessage Order {\n${fields.map((f) => `  ${f}\n`).join('')}}\n`;

  it('becomes a new version: its file, the old text, and a line in the flow file', () => {
    const before = `=== shop.flow.yaml\n${flow('      1: contracts/v1/order.proto#shop.v1.Order\n')}=== contracts/v1/order.proto\n${proto('shop.v1', 'int64 total = 1;')}`;
    const after = before.replace('int64 total', 'string $0total');
    const plain = ideFixture(after);
    const at = plain.file.text.indexOf('total');
    const problem = { code: 'schema/incompatible', severity: 'error' as const, message: '', at: { file: plain.file.id, start: at, end: at + 5 } };
    const f = ideFixture(after, [problem]);
    const action = quickFixes({ ...f.ide, baseline: baselineOf(before) }, f.file, f.offset, f.offset).find(({ creates }) => creates !== undefined);
    assert.equal(action?.title, 'Make it version 2 of Order in v2/order.proto');
    assert.equal(action.creates, '/contracts/v2/order.proto');
    const [made, old, listed] = action.edits;
    assert.equal(made?.newText, proto('shop.v2', 'string total = 1;'));
    assert.equal(made.at.file, 'file:///contracts/v2/order.proto');
    assert.equal(old?.newText, proto('shop.v1', 'int64 total = 1;'));
    assert.equal(f.after([listed!]).includes('      1: contracts/v1/order.proto#shop.v1.Order\n      2: contracts/v2/order.proto#shop.v2.Order\n'), true);
  });

  it('is a finding of the linter against a baseline', () => {
    const f = ideFixture(two('backward', '').replace('"fields": [\n', `"fields": [\n  { "name": "total", "type": "long" },\n`));
    const problems = lint(f.model, undefined, { text: (id) => f.text(id), baseline: baselineOf(two('backward', '')) })
      .filter(({ code, at }) => code === 'schema/incompatible' && at.file.endsWith('/v1/order.avsc'));
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? '', /must be backward compatible with what it was in main \(0123456789\)/);
  });
});
