import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareContracts } from '../../../src/contracts/compare';
import type { CompatFinding } from '../../../src/contracts/compat';
import { renderCaret } from '../../../src/text/caret';
import type { FileId } from '../../../src/text/range';
import type { SourceFile } from '../../../src/text/sourceFile';
import { mutate, seeded } from '../../support/mutate';
import { compareTwin, twins, twinsFolder } from './twin';

const file = (text: string, path = '/order.proto', side = 'a'): SourceFile => ({ id: `file:///${side}${path}` as FileId, path, text });

function compare(before: string, after: string, fragment = '', imports: Readonly<Record<string, string>> = {}): readonly CompatFinding[] {
  const read = (side: string) => (path: string) => (imports[path] === undefined ? undefined : file(imports[path], path, side));
  return compareContracts(
    { format: 'protobuf', file: file(before), fragment }, { format: 'protobuf', file: file(after, '/order.proto', 'b'), fragment }, read('a'), read('b'),
  );
}

const words = (findings: readonly CompatFinding[]): string[] => findings.map((f) => `${f.level} ${f.direction} ${f.severity} ${f.check} ${f.element}`);

describe('contracts: protobuf, two versions', () => {
  for (const name of twins) {
    it(`tells of ${name} what is expected, with its place`, () => {
      const { findings, files } = compareTwin(name);
      const report = findings.map((f) => {
        const at = [...files.values()].find(({ id }) => id === f.at.file);
        assert.ok(at !== undefined && f.at.end <= at.text.length, `${f.check} points into the new version`);
        return `${words([f])[0]}\n${f.message}\n${f.advice}\n${[f.before, f.after].map((w) => w ?? '–').join(' → ')}\n${renderCaret(at.text, f.at.start, f.at.end)}\n`;
      }).join('\n');
      const expected = join(twinsFolder, name, 'expected.txt');
      if (process.env.TAILRACE_WRITE_EXPECTED === '1') writeFileSync(expected, report);
      assert.equal(report, readFileSync(expected, 'utf8'));
    });
  }

  it('pairs messages of packages that differ in their version alone', () => {
    const version = (n: number, type: string): string => `syntax = "proto3"; package shop.v${n};
message Placed { Line line = 1; }
message Line { ${type} count = 1; }
message Other { ${type} count = 1; }`;
    const [before, after] = [version(1, 'int32'), version(2, 'string')].map((text, n) => file(text, '/order.proto', String(n))) as [SourceFile, SourceFile];
    const found = compareContracts({ format: 'protobuf', file: before, fragment: 'shop.v1.Placed' }, { format: 'protobuf', file: after, fragment: 'shop.v2.Placed' }, () => undefined, () => undefined);
    assert.deepEqual(words(found), ['wire backward error FIELD_SCALAR_KIND_CHANGED shop.v2.Line.count', 'wire forward error FIELD_SCALAR_KIND_CHANGED shop.v2.Line.count']);
  });

  it('tells that the message itself is gone', () => {
    assert.deepEqual(words(compare('message A {} message B {}', 'message B {}', 'A')), ['wire backward error MESSAGE_REMOVED A', 'wire forward error MESSAGE_REMOVED A']);
  });

  it('follows imports from the folders above, and ends on cycles', () => {
    const imports = (type: string): Record<string, string> => ({
      '/shop/line.proto': `package shop; import "shop/order.proto"; message Line { optional ${type} count = 1; optional Order order = 2; }`,
      '/shop/order.proto': 'package shop; import "shop/line.proto"; message Order { repeated Line lines = 1; }',
    });
    const sides = [imports('int32'), imports('string')].map((all, n) => new Map(Object.entries(all).map(([path, text]) => [path, file(text, path, String(n))])));
    const read = (n: number) => (path: string) => sides[n]?.get(path);
    const order = (n: number): SourceFile => sides[n]!.get('/shop/order.proto')!;
    const found = compareContracts({ format: 'protobuf', file: order(0), fragment: 'shop.Order' }, { format: 'protobuf', file: order(1), fragment: 'shop.Order' }, read(0), read(1));
    assert.deepEqual([...new Set(found.map((f) => f.element))], ['shop.Line.count']);
  });

  it('says nothing sure of types whose files are not at hand', () => {
    assert.deepEqual(compare('message A { optional x.Money total = 1; }', 'message A { optional x.Money total = 1; }'), []);
    assert.deepEqual(words(compare('message A { optional x.Money total = 1; }', 'message A { optional string total = 1; }')).map((w) => w.split(' ')[2]), ['warning', 'warning']);
  });

  it('takes half-typed versions as they are', () => {
    assert.deepEqual(compare('message A { optional string x = 1; }', 'message A { optional string x = 1; optional int32 '), []);
    assert.deepEqual(compare('', ''), []);
  });

  it('survives 500 mutations, with places inside the new version', () => {
    const random = seeded(20_260_102);
    const texts = twins.map((name) => readFileSync(join(twinsFolder, name, 'current', 'order.proto'), 'utf8'));
    for (let i = 0; i < 500; i++) {
      const text = texts[i % texts.length]!;
      const mutated = mutate(text, random);
      for (const found of [...compare(text, mutated), ...compare(mutated, text)]) {
        assert.ok(0 <= found.at.start && found.at.start <= found.at.end && found.at.end <= Math.max(text.length, mutated.length), found.check);
      }
    }
  }).timeout(20_000);

  it('gives the same findings each time, in the same order', () => {
    for (const name of twins) assert.deepEqual(compareTwin(name).findings, compareTwin(name).findings);
  });
});
