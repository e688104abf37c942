import assert from 'node:assert/strict';
import { get } from '../../src/syntax/tree';
import { parseJson } from '../../src/syntax/json';
import { renderCaret } from '../../src/text/caret';
import { plain, random } from './yamlSamples';

function report(source: string): string {
  return parseJson(source)
    .problems.map((p) => `\n${p.code}: ${p.message}\n${renderCaret(source, p.start, p.end)}`)
    .join('');
}

describe('parseJson', () => {
  it('reads what JSON.parse reads, with places', () => {
    const source = '{"a": [1, -2.5e3, "\\u00e9\\n", null], "b": {"c": true, "": {}}}';
    const tree = parseJson(source);
    assert.deepEqual(tree.problems, []);
    assert.deepEqual(tree.roots.map(plain), [JSON.parse(source)]);
    const node = get(tree.roots[0], 'a', 2);
    assert.equal(source.slice(node?.start, node?.end), '"\\u00e9\\n"');
    const first = tree.roots[0]?.kind === 'map' ? tree.roots[0].entries[0] : undefined;
    assert.equal(source.slice(first?.key.start, first?.colon), '"a":');
  });

  it('keeps comments and trailing commas silent', () => {
    const source = '// one\r\n{ /* two */ "a": [1, 2,],\r\n "b": 3, }\r\n';
    assert.equal(report(source), '');
    assert.deepEqual(parseJson(source).roots.map(plain), [{ a: [1, 2], b: 3 }]);
  });

  it('keeps remarks that stand in for comments silent, however often they stand there', () => {
    assert.equal(report('{"_comment": "one", "a": 1, "_comment": "two", "//": "three", "//": "four", "#": 5, "#": 6}'), '');
    assert.equal(report('{"comment": 1, "comment": 2}').trim().split('\n')[0],
      'syntax/duplicate-key: The key "comment" stands twice in this object; only the last one counts. Remove one of them.');
  });

  it('reports duplicate keys, trailing text and what is missing', () => {
    assert.equal(
      report('{"a": 1, "a": 2}'),
      `
syntax/duplicate-key: The key "a" stands twice in this object; only the last one counts. Remove one of them.
1 | {"a": 1, "a": 2}
  |          ^^^`,
    );
    assert.equal(
      report('{"a": 1} more text'),
      `
syntax/json: The JSON value ends before this; remove what follows.
1 | {"a": 1} more text
  |          ^^^^`,
    );
    assert.equal(
      report('{"a": 1 "b": 2, "c": }'),
      `
syntax/json: A comma is missing before this.
1 | {"a": 1 "b": 2, "c": }
  |         ^^^
syntax/json: A value is missing here.
1 | {"a": 1 "b": 2, "c": }
  |                      ^`,
    );
  });

  it('keeps what stands before and after a fault', () => {
    assert.deepEqual(parseJson('{"a": 1, "b": tru, "c": {"d": ').roots.map(plain), [
      { a: 1, b: null, c: { d: null } },
    ]);
    assert.deepEqual(parseJson('').roots, []);
  });

  it('survives deep nesting and 1,000 mutations', () => {
    assert.equal(parseJson('['.repeat(200_000)).problems.length > 0, true);
    assert.equal(parseJson('{"a":'.repeat(300) + '1' + '}'.repeat(300)).problems.length, 1);
    const next = random(7);
    const sample = '{"a": [1, {"b": "c\\n"}, null], "d": {"e": -1.5, "f": true} // x\n}';
    for (let i = 0; i < 1_000; i++) {
      const at = Math.floor(next() * sample.length);
      const source =
        sample.slice(0, at) + '{}[]",:\\/*\n '.charAt(Math.floor(next() * 12)) + sample.slice(at + (i % 3));
      for (const p of parseJson(source).problems)
        assert.ok(p.start >= 0 && p.start <= p.end && p.end <= source.length);
    }
  });

  it('ends where the text ends, also within a remark that is cut off', () => {
    for (const text of ['{ "a": 1, /*', '[ { "a": [ /*', '{ "a": 1 /']) {
      const root = parseJson(text).roots[0];
      assert.ok(root !== undefined && root.end <= text.length, text);
    }
  });
});
