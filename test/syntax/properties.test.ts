import assert from 'node:assert/strict';
import { parseProperties } from '../../src/syntax/properties';
import { plain } from './yamlSamples';

describe('parseProperties', () => {
  it('reads keys and values in all ways of writing them', () => {
    const source = 'a=1\n  b : 2\nc 3\nd\ne=\n\nf.g\\=h = x = y \nu=\\u00e9\\t!\nurl=http://h:1\n';
    const tree = parseProperties(source);
    assert.deepEqual(tree.problems, []);
    assert.deepEqual(tree.roots.map(plain), [
      { a: '1', b: '2', c: '3', d: null, e: null, 'f.g=h': 'x = y ', u: 'é\t!', url: 'http://h:1' },
    ]);
  });

  it('joins continued lines and keeps their raw place', () => {
    for (const eol of ['\n', '\r\n', '\r']) {
      const source = `list = a,\\${eol}   b,\\${eol}   c${eol}x=1\\\\${eol}y=2`;
      const root = parseProperties(source).roots[0];
      assert.deepEqual(plain(root), { list: 'a,b,c', x: '1\\', y: '2' });
      const value = root?.kind === 'map' ? root.entries[0]?.value : undefined;
      assert.equal(source.slice(value?.start, value?.end), `a,\\${eol}   b,\\${eol}   c`);
    }
  });

  it('finds comments of both signs, at the start of a line only', () => {
    const tree = parseProperties('# one\n ! two\na=b # no\n');
    assert.deepEqual(
      tree.comments.map((c) => c.text),
      ['one', 'two'],
    );
    assert.deepEqual(plain(tree.roots[0]), { a: 'b # no' });
  });

  it('reports duplicate keys and broken escapes', () => {
    const source = 'a=1\nb=\\u12\na=2\n';
    assert.deepEqual(
      parseProperties(source).problems.map((p) => [p.code, source.slice(p.start, p.end)]),
      [
        ['syntax/properties', '\\u'],
        ['syntax/duplicate-key', 'a'],
      ],
    );
  });

  it('ends on any text', () => {
    for (const source of ['', '\\', 'a\\', '=', ':', 'a=\\', '\\\n', '=\n=', 'a\\\nb', '\n\n', 'a = \\\n']) {
      for (const root of parseProperties(source).roots)
        assert.ok(root !== undefined && root.end <= source.length);
    }
  });
});
