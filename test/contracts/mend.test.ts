import assert from 'node:assert/strict';
import type { CompatFinding } from '../../src/contracts/compat';
import { changesBetween } from '../../src/contracts/changes';
import { mendsOf } from '../../src/contracts/mend';
import type { ContractFormat } from '../../src/model/facts';
import type { Fix } from '../../src/text/problem';
import type { FileId } from '../../src/text/range';
import type { SourceFile } from '../../src/text/sourceFile';

function fileOf(path: string, text: string): SourceFile {
  return { id: `file://${path}` as FileId, path, text };
}

function applied(text: string, fix: Fix | undefined): string | undefined {
  return fix && [...fix.edits].sort((a, b) => b.at.start - a.at.start)
    .reduce((result, { at, newText }) => result.slice(0, at.start) + newText + result.slice(at.end), text);
}

/** What a file becomes by each mend of its first change in that direction, by title. */
function avroMends(before: string, after: string, direction: CompatFinding['direction'] = 'backward'): Record<string, string | undefined> {
  const version = (file: SourceFile): Parameters<typeof changesBetween>[0] => ({ format: 'avro', file, fragment: '', read: () => undefined });
  const [previous, current] = [fileOf('/1.avsc', before), fileOf('/2.avsc', after)];
  const finding = changesBetween(version(previous), version(current)).find((one) => one.direction === direction);
  assert.ok(finding);
  return mends('avro', finding, current, previous);
}

function changes(format: ContractFormat, previous: SourceFile, current: SourceFile, direction: CompatFinding['direction']): readonly CompatFinding[] {
  const version = (file: SourceFile): Parameters<typeof changesBetween>[0] => ({ format, file, fragment: '', read: () => undefined });
  return changesBetween(version(previous), version(current)).filter((one) => one.direction === direction);
}

function backward(format: ContractFormat, previous: SourceFile, current: SourceFile): readonly CompatFinding[] {
  return changes(format, previous, current, 'backward');
}

function mends(format: ContractFormat, finding: CompatFinding, current: SourceFile, previous: SourceFile): Record<string, string | undefined> {
  return Object.fromEntries(mendsOf(format, finding, current, previous).map((fix) => [fix.title, applied(current.text, fix)]));
}

const record = (...fields: readonly string[]): string =>
  `{ "type": "record", "name": "Order", "fields": [\n  { "name": "id", "type": "string" }${fields.map((field) => `,\n  ${field}`).join('')}\n] }`;

describe('mending an Avro schema', () => {
  it('gives a new field the emptiest default of its type', () => {
    const types: Readonly<Record<string, string>> = {
      '"long"': '0', '"string"': '""', '"boolean"': 'false', '["null", "long"]': 'null', '{ "type": "array", "items": "int" }': '[]',
      '{ "type": "enum", "name": "S", "symbols": ["A", "B"] }': '"A"', '{ "type": "long", "logicalType": "timestamp-millis" }': '0',
    };
    for (const [type, value] of Object.entries(types)) {
      const fixed = record(`{ "name": "x", "type": ${type}, "default": ${value} }`);
      assert.deepEqual(avroMends(record(), record(`{ "name": "x", "type": ${type} }`)), { [`Give x the default ${value}`]: fixed });
    }
    assert.deepEqual(avroMends(record(), record('{ "name": "x", "type": { "type": "record", "name": "R", "fields": [] } }')), {});
  });

  it('restores fields, symbols and types', () => {
    const total = '{ "name": "total", "type": "long" }';
    assert.deepEqual(avroMends(record(total), record(), 'forward'), { 'Restore total': record(total) });
    assert.deepEqual(avroMends(record(total), record(total.replace('long', 'string'))), { 'Restore the type long': record(total) });
    const state = (symbols: string): string => record(`{ "name": "state", "type": { "type": "enum", "name": "S", "symbols": [${symbols}] } }`);
    assert.deepEqual(avroMends(state('"A", "B"'), state('"A"')), {
      'Restore B': state('"A", "B"'), 'Give the enum S the default A': state('"A"').replace('["A"]', '["A"], "default": "A"'),
    });
  });

  it('gives an enum a default, best the symbol that means none in particular, with which what was gone can be read', () => {
    const json = (symbols: string): string => `{ "type": "enum", "name": "S", "symbols": [${symbols}] }`;
    const idl = (symbols: string): string => `protocol P {\n  enum S { ${symbols} }\n}\n`;
    const cases: readonly (readonly [path: string, before: string, after: string, title: string, fixed: string])[] = [
      ['s.avsc', json('"A", "B", "UNKNOWN"'), json('"A", "UNKNOWN"'), 'Give the enum S the default UNKNOWN', json('"A", "UNKNOWN"').replace('] }', '], "default": "UNKNOWN" }')],
      ['s.avdl', idl('A, B, STATE_UNSPECIFIED'), idl('A, STATE_UNSPECIFIED'), 'Give the enum S the default STATE_UNSPECIFIED', idl('A, STATE_UNSPECIFIED').replace(' }', ' } = STATE_UNSPECIFIED;')],
    ];
    for (const [path, before, after, title, fixed] of cases) {
      const [previous, current] = [fileOf(`/1/${path}`, before), fileOf(`/2/${path}`, after)];
      const found = backward('avro', previous, current);
      assert.deepEqual(found.map(({ check }) => check), ['MISSING_ENUM_SYMBOLS']);
      assert.equal(mends('avro', found[0]!, current, previous)[title], fixed);
      assert.deepEqual(backward('avro', previous, fileOf(`/3/${path}`, fixed)), []);
    }
    // Whoever reads the earlier version is not helped by a default in the new one.
    assert.deepEqual(avroMends(json('"A"'), json('"A", "B"'), 'forward'), {});
  });
});

describe('mending a JSON Schema', () => {
  const schema = (required: string, total: string): string =>
    `{\n  "type": "object",\n  "required": [${required}],\n  "properties": {\n    "id": { "type": "string" },\n    "total": ${total}\n  }\n}\n`;

  it('takes a property out of required, and restores keywords', () => {
    const [before, after] = [schema('"id"', '{ "type": "number", "maximum": 10 }'), schema('"id", "total"', '{ "type": "number", "maximum": 5 }')];
    const [previous, current] = [fileOf('/1.schema.json', before), fileOf('/2.schema.json', after)];
    const version = (file: SourceFile): Parameters<typeof changesBetween>[0] => ({ format: 'json-schema', file, fragment: '', read: () => undefined });
    const found = changesBetween(version(previous), version(current)).filter(({ direction }) => direction === 'backward');
    assert.deepEqual(Object.assign({}, ...found.map((finding) => mends('json-schema', finding, current, previous))), {
      'Take total out of required': after.replace(', "total"]', ']'),
      'Restore maximum: 10': after.replace('5', '10'),
    });
  });
});

describe('a property that is gone from a JSON Schema', () => {
  const schema = (properties: readonly string[], more = ',\n  "additionalProperties": false'): string =>
    `{\n  "type": "object",\n  "properties": {${properties.map((property) => `\n    ${property}`).join(',')}${properties.length > 0 ? '\n  ' : ''}}${more}\n}\n`;
  const [id, note] = ['"id": { "type": "string" }', '"note": { "type": "string", "maxLength": 9 }'];
  const old = '"note": { "type": "string", "maxLength": 9, "deprecated": true }';

  it('is restored as deprecated, or as it was, with which nothing is broken', () => {
    for (const properties of [[id], []]) {
      const previous = fileOf('/1.schema.json', schema([...properties, note]));
      const current = fileOf('/2.schema.json', schema(properties));
      const [found, ...others] = backward('json-schema', previous, current);
      assert.deepEqual([found?.check, others], ['PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL', []]);
      const fixes = mends('json-schema', found!, current, previous);
      assert.deepEqual(Object.keys(fixes), ['Restore note as deprecated', 'Restore note']);
      for (const [title, property] of [['Restore note as deprecated', old], ['Restore note', note]] as const) {
        assert.deepEqual(JSON.parse(fixes[title]!), JSON.parse(schema([...properties, property])));
        assert.deepEqual(backward('json-schema', previous, fileOf('/3.schema.json', fixes[title]!)), []);
      }
    }
    const [previous, current] = [fileOf('/1.schema.json', schema([id, note])), fileOf('/2.schema.json', schema([id]))];
    assert.equal(mends('json-schema', backward('json-schema', previous, current)[0]!, current, previous)['Restore note as deprecated'], schema([id, old]));
  });

  it('is restored in a schema that is open to others as well, where earlier consumers may now find anything', () => {
    const nested = (properties: readonly string[]): string => `{ "type": "object", "properties": { "to": ${schema(properties, '').replaceAll(/\s+/g, ' ')} } }`;
    for (const wrap of [(properties: readonly string[]) => schema(properties, ''), nested]) {
      const [previous, current] = [fileOf('/1.schema.json', wrap([id, note])), fileOf('/2.schema.json', wrap([id]))];
      const found = changes('json-schema', previous, current, 'forward');
      assert.deepEqual(found.map(({ check }) => check), ['PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL']);
      const kept = mends('json-schema', found[0]!, current, previous)['Restore note as deprecated']!;
      assert.deepEqual(JSON.parse(kept), JSON.parse(wrap([id, old])));
      assert.deepEqual(changes('json-schema', previous, fileOf('/3.schema.json', kept), 'forward'), []);
    }
  });

  it('is not deprecated twice, nor where its schema is true', () => {
    for (const property of [old, '"note": true']) {
      const [previous, current] = [fileOf('/1.schema.json', schema([id, property])), fileOf('/2.schema.json', schema([id]))];
      assert.deepEqual(Object.keys(mends('json-schema', backward('json-schema', previous, current)[0]!, current, previous)), ['Restore note']);
    }
  });
});

describe('mending a Protobuf file', () => {
  const proto = (pkg: string, ...lines: readonly string[]): string =>
    `syntax = "proto3";\npackage ${pkg};\n\nmessage Order {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
  const finding = (element: string, current: SourceFile, previous: SourceFile, part: string): CompatFinding => {
    const [at, beforeAt] = [current.text.indexOf('Order'), previous.text.indexOf(part)];
    return {
      check: 'FIELD_REMOVED', direction: 'backward', level: 'wire', severity: 'error', element, message: '', advice: '',
      at: { file: current.id, start: at, end: at + 5 }, beforeAt: { file: previous.id, start: beforeAt, end: beforeAt + part.length },
    };
  };

  it('reserves number and name of a field that is gone, or restores it, also in another package', () => {
    const previous = fileOf('/v1/order.proto', proto('shop.v1', 'string id = 1;', 'int64 total = 4;'));
    const current = fileOf('/v2/order.proto', proto('shop.v2', 'string id = 1;'));
    assert.deepEqual(mends('protobuf', finding('shop.v1.Order.total', current, previous, 'total'), current, previous), {
      'Reserve 4 and the name total': proto('shop.v2', 'reserved 4;', 'reserved "total";', 'string id = 1;'),
      'Restore int64 total = 4': proto('shop.v2', 'int64 total = 4;', 'string id = 1;'),
      'Restore total as deprecated': proto('shop.v2', 'int64 total = 4 [deprecated = true];', 'string id = 1;'),
    });
  });

  it('offers no reservation that is there, and restores what was changed', () => {
    const previous = fileOf('/a.proto', proto('shop', 'int64 total = 4;'));
    const reserved = fileOf('/b.proto', proto('shop', 'reserved 2 to 5;', 'reserved "total";'));
    assert.deepEqual(Object.keys(mends('protobuf', finding('shop.Order.total', reserved, previous, 'total'), reserved, previous)), ['Restore int64 total = 4', 'Restore total as deprecated']);
    const retyped = fileOf('/c.proto', proto('shop', 'string total = 4;'));
    assert.deepEqual(mends('protobuf', finding('shop.Order.total', retyped, previous, 'total'), retyped, previous),
      { 'Restore int64 total = 4': previous.text });
  });

  it('deprecates instead of removing, also beside other options and in the middle of the ways to write a field', () => {
    const previous = fileOf('/a.proto', proto('shop', 'string id = 1;', 'int64 total = 4 [json_name = "sum"];', 'int32 old = 5 [deprecated = true];'));
    const current = fileOf('/b.proto', proto('shop', 'string id = 1;'));
    const titles = (name: string): Record<string, string | undefined> => mends('protobuf', finding(`shop.Order.${name}`, current, previous, name), current, previous);
    assert.equal(titles('total')['Restore total as deprecated'], proto('shop', 'int64 total = 4 [json_name = "sum", deprecated = true];', 'string id = 1;'));
    assert.deepEqual(Object.keys(titles('old')), ['Reserve 5 and the name old', 'Restore int32 old = 5 [deprecated = true]']);
  });

  it('brings a removed value of an enum back as deprecated, behind the others, with which nothing is broken', () => {
    const states = (...values: readonly string[]): string => `syntax = "proto3";\npackage shop;\nenum State {\n${values.map((value) => `  ${value}\n`).join('')}}\n`;
    const previous = fileOf('/a.proto', states('NONE = 0;', 'PAID = 1;', 'SENT = 2;'));
    const current = fileOf('/b.proto', states('NONE = 0;', 'SENT = 2; // on its way'));
    const found = backward('protobuf', previous, current);
    assert.deepEqual(found.map(({ check }) => check), ['ENUM_VALUE_REMOVED_NUMBER_NOT_RESERVED', 'ENUM_VALUE_REMOVED']);
    const kept = states('NONE = 0;', 'SENT = 2; // on its way', 'PAID = 1 [deprecated = true];');
    for (const one of found) {
      assert.deepEqual(mends('protobuf', one, current, previous), {
        'Restore PAID as deprecated': kept,
        'Restore PAID = 1': states('NONE = 0;', 'SENT = 2; // on its way', 'PAID = 1;'),
        'Reserve 1 and the name PAID': states('reserved 1;', 'reserved "PAID";', 'NONE = 0;', 'SENT = 2; // on its way'),
      });
    }
    assert.deepEqual(backward('protobuf', previous, fileOf('/c.proto', kept)), []);
    // Reserving keeps the number from being misread; JSON that has the name is refused all the same.
    const reserved = fileOf('/d.proto', states('reserved 1;', 'reserved "PAID";', 'NONE = 0;', 'SENT = 2; // on its way'));
    assert.deepEqual(backward('protobuf', previous, reserved).map(({ check }) => check), ['ENUM_VALUE_REMOVED']);
  });
});
