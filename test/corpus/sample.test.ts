import assert from 'node:assert/strict';
import { draw, sheet, type Found } from '../../scripts/sample/sheet';
import { LineIndex } from '../../src/text/lineIndex';

const items = Array.from({ length: 50 }, (_, i) => i);

describe('sample of problems', () => {
  it('draws the same by the same seed, and others by another', () => {
    assert.deepEqual(draw(items, 10, 7), draw(items, 10, 7));
    assert.notDeepEqual(draw(items, 10, 7), draw(items, 10, 8));
    assert.deepEqual(draw(items, 20, 7).slice(0, 10), draw(items, 10, 7));
  });

  it('draws each once, and all if there are too few', () => {
    assert.deepEqual(draw(items, 60, 3).sort((a, b) => a - b), items);
    assert.equal(new Set(draw(items, 20, 3)).size, 20);
  });

  it('comes to every item about as often as to any other', () => {
    const times = new Map<number, number>();
    for (let seed = 0; seed < 1000; seed++) {
      for (const item of draw(items, 10, seed)) times.set(item, (times.get(item) ?? 0) + 1);
    }
    for (const count of items.map((item) => times.get(item) ?? 0)) {
      assert.ok(count > 130 && count < 270, `drawn ${count} times, about 200 expected`);
    }
  });

  it('writes place, marked words and the lines around, with carets below what is marked', () => {
    const text = ['a: 1', 'b: `x`', 'c: 3'].join('\n');
    const textOf: Found['textOf'] = () => ({ text, index: new LineIndex(text) });
    const range = { start: { line: 2, column: 4 }, end: { line: 2, column: 7 } };
    const found: Found = {
      repository: 'shop', textOf,
      problem: {
        rule: 'dlq/cycle', severity: 'error', message: 'It goes round.', file: 'a.yaml', range,
        related: [], fixes: [],
      },
    };
    assert.equal(sheet([found, found], [found], 'Drawn'), [
      '# Drawn', '', '1 of 2 problems. Secrets are covered: see the file where one must be judged.', '',
      '| rule | severity | found | drawn |', '| --- | --- | --- | --- |', '| dlq/cycle | error | 2 | 1 |', '',
      '## 1. dlq/cycle (error)', '',
      '- place: shop/a.yaml:2:4 to 2:7', '- marked: `` `x` ``', '- message: It goes round.', '',
      '```text', '1 | a: 1', '2 | b: `x`', '  |    ^^^', '3 | c: 3', '```', '', 'Verdict:', '',
    ].join('\n'));
  });

  it('cuts long lines around what is marked, and ranges of many lines', () => {
    const text = `{"a":"${'x'.repeat(5000)}","b":1${'\n'.repeat(100)}}`;
    const textOf: Found['textOf'] = () => ({ text, index: new LineIndex(text) });
    const range = { start: { line: 1, column: 5009 }, end: { line: 101, column: 2 } };
    const problem = {
      rule: 'r', severity: 'info' as const, message: 'm', file: 'a.json', range, related: [], fixes: [],
    };
    const found: Found = { repository: 'shop', textOf, problem };
    const lines = sheet([found], [found], 'Drawn').split('\n');
    assert.ok(lines.every((line) => line.length < 400));
    assert.ok(lines.length < 60, `${lines.length} lines`);
    assert.ok(lines.some((line) => line.startsWith('… ') && line.includes('"b":1')), lines.join('\n'));
  });
});
