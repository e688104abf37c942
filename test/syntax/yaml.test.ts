import assert from 'node:assert/strict';
import { isAlias, isScalar, parseAllDocuments, visit } from 'yaml';
import type { SyntaxNode } from '../../src/syntax/tree';
import { get, text } from '../../src/syntax/tree';
import { parseYaml } from '../../src/syntax/yaml';
import { plain, random, randomYaml, yamlSamples } from './yamlSamples';

/** All places of a tree as texts, in order of the text; what aliases and merges bring in is left out. */
function scalarPlaces(source: string, roots: readonly (SyntaxNode | undefined)[]): string[] {
  const found = new Map<string, true>();
  const walk = (node: SyntaxNode | undefined): void => {
    if (node === undefined) return;
    if (node.kind === 'scalar')
      found.set(`${node.start}-${node.end} ${source.slice(node.start, node.end)}`, true);
    else if (node.kind === 'seq') node.items.forEach(walk);
    else for (const e of node.entries) [e.key, e.value].forEach(walk);
  };
  roots.forEach(walk);
  return [...found.keys()].sort();
}

function judgePlaces(source: string): string[] {
  const found: string[] = [];
  for (const document of documents(source)) {
    visit(document, (_, node) => {
      if (!isScalar(node) || !node.range) return;
      const [start] = node.range;
      let end = node.range[1];
      const block = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
      if (block) end = start + source.slice(start, end).trimEnd().length;
      if (end > start && source.slice(start, end) !== '<<')
        found.push(`${start}-${end} ${source.slice(start, end)}`);
    });
    visit(document, {
      Alias: (key, node) => {
        // an alias that is a key keeps its own place with us
        if (key === 'key' && isAlias(node) && node.range) {
          found.push(`${node.range[0]}-${node.range[1]} ${source.slice(node.range[0], node.range[1])}`);
        }
      },
    });
  }
  return [...new Set(found)].sort();
}

function documents(source: string): ReturnType<typeof parseAllDocuments> {
  return parseAllDocuments(source, { merge: true, uniqueKeys: false, logLevel: 'silent' });
}

function judged(source: string): unknown[] {
  const all = documents(source);
  if (!Array.isArray(all)) return [];
  return all.map((document) => {
    assert.deepEqual(
      document.errors.map((e) => e.message),
      [],
      `the judge finds no fault in ${JSON.stringify(source)}`,
    );
    return document.toJS({ mapAsMap: false }) as unknown;
  });
}

function agree(source: string): void {
  const tree = parseYaml(source);
  assert.deepEqual(tree.problems, [], JSON.stringify(source));
  const ours = tree.roots.map(plain);
  const theirs = judged(source);
  assert.deepEqual(
    JSON.parse(JSON.stringify(ours)),
    JSON.parse(JSON.stringify(theirs)),
    JSON.stringify(source),
  );
  assert.deepEqual(scalarPlaces(source, tree.roots), judgePlaces(source), JSON.stringify(source));
}

describe('parseYaml on clean text', () => {
  for (const sample of yamlSamples) {
    if (sample.trim() === '' || sample.startsWith('#')) continue;
    it(`agrees with the yaml library on ${JSON.stringify(sample.slice(0, 50))}`, () => agree(sample));
  }

  it('agrees with the yaml library on values and places of 400 random texts', () => {
    for (let seed = 1; seed <= 400; seed++) agree(randomYaml(seed));
  });

  it('gives no root for an empty text or one of comments only', () => {
    assert.deepEqual(parseYaml('').roots, []);
    assert.deepEqual(parseYaml('# a\n').roots, []);
  });

  it('keeps the place of each value', () => {
    const source = 'a:\n  b: "x" # c\n  d: [1, 2]\ne: |\n  t\n\nf:\n';
    const root = parseYaml(source).roots[0];
    const at = (...path: (string | number)[]): string => {
      const node = get(root, ...path);
      return node ? source.slice(node.start, node.end) : '';
    };
    assert.equal(at('a'), 'b: "x" # c\n  d: [1, 2]');
    assert.equal(at('a', 'b'), '"x"');
    assert.equal(at('a', 'd'), '[1, 2]');
    assert.equal(at('a', 'd', 1), '2');
    assert.equal(at('e'), '|\n  t');
    assert.equal(text(get(root, 'e')), 't\n');
    const f = root?.kind === 'map' ? root.entries.at(-1) : undefined;
    assert.equal(source.slice(f?.key.start, f?.end), 'f:');
    assert.equal(f?.colon, f?.end);
  });

  it('finds comments, and none in quoted or block text', () => {
    const source = '# one\na: "x # no" # two\nb: |  # three\n  # no\nc: a#no\nd: [1, # four\n  2]\n#';
    assert.deepEqual(
      parseYaml(source).comments.map((c) => c.text),
      ['one', 'two', 'three', 'four', ''],
    );
    for (const c of parseYaml(source).comments) assert.equal(source[c.start], '#');
  });

  it('reports duplicate keys in linear time and keeps all of them', () => {
    const tree = parseYaml('a: 1\nb: 2\na: 3\n');
    assert.deepEqual(
      tree.problems.map((p) => [p.code, p.start, p.end]),
      [['syntax/duplicate-key', 10, 11]],
    );
    assert.equal(text(get(tree.roots[0], 'a')), '3');
    const many = Array.from({ length: 20_000 }, (_, i) => `k${i % 19_999}: ${i}`).join('\n');
    assert.equal(parseYaml(many).problems.length, 1);
  });

  it('bounds alias bombs and deep nesting', () => {
    let bomb = 'a0: &a0 [x, x, x, x, x, x, x, x, x]\n';
    for (let i = 1; i < 12; i++)
      bomb += `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]\n`;
    const tree = parseYaml(bomb);
    assert.match(tree.problems[0]?.message ?? '', /too much/);
    let chain = 'a0: &a0 {x: 1}\n';
    for (let i = 1; i < 2000; i++) chain += `a${i}: &a${i} {x: *a${i - 1}}\n`;
    assert.ok(depth(parseYaml(chain).roots[0]) < 300);
    for (const deep of ['['.repeat(20_000), '- '.repeat(20_000), '{a: '.repeat(5_000), 'a:\n'.repeat(1)]) {
      assert.ok(depth(parseYaml(deep).roots[0]) < 300);
    }
  });
});

describe('parseYaml on broken text', () => {
  it('never throws, keeps ranges inside the text and says why, over 3,000 mutations', () => {
    const next = random(42);
    const signs = [
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      ':',
      ': ',
      '- ',
      '\t',
      '\n',
      '  ',
      '#',
      '&',
      '*',
      '|',
      '>',
      '?',
      '@',
      '\0',
      '\u{1f389}',
      '<<: ',
    ];
    for (let i = 0; i < 3_000; i++) {
      let source = i % 3 === 0 ? (yamlSamples[i % yamlSamples.length] ?? '') : randomYaml(i % 200);
      for (let n = 1 + Math.floor(next() * 3); n > 0; n--) {
        const at = Math.floor(next() * source.length);
        const cut = next() < 0.5 ? 0 : Math.floor(next() * 12);
        const put = next() < 0.3 ? '' : (signs[Math.floor(next() * signs.length)] ?? '');
        source = source.slice(0, at) + put + source.slice(at + cut);
      }
      const tree = parseYaml(source);
      for (const p of [...tree.problems, ...tree.comments]) {
        assert.ok(p.start >= 0 && p.start <= p.end && p.end <= source.length, JSON.stringify(source));
      }
      tree.roots.forEach((root) => inside(root, source));
    }
  });

  it('looks at blanks, tabs and open placeholders no more often than it must', () => {
    for (const text of [`a: {b: x, c:${'\t'.repeat(200_000)}`, `a: {${'{${'.repeat(60_000)}`, `a: [x\n${'\v \r'.repeat(10_000)}`]) {
      const { problems } = parseYaml(text);
      assert.ok(problems.length > 0);
      for (const { start, end } of problems) assert.ok(0 <= start && start <= end && end <= text.length, `${start}-${end}`);
    }
  });

  it('comes to an end with a file of faults', () => {
    const tree = parseYaml(Array.from({ length: 2_000 }, (_, i) => `k${i}: [${i}`).join('\n'));
    assert.ok(tree.problems.length > 0);
  });
});

function inside(node: SyntaxNode | undefined, source: string): void {
  if (node === undefined) return;
  assert.ok(
    node.start >= 0 && node.start <= node.end && node.end <= source.length,
    JSON.stringify([source, node]),
  );
  if (node.kind === 'seq') node.items.forEach((i) => inside(i, source));
  else if (node.kind === 'map') {
    for (const e of node.entries) {
      inside(e.key, source);
      inside(e.value, source);
      assert.ok(e.end <= source.length && e.end >= e.key.start, JSON.stringify([source, e]));
    }
  }
}

function depth(node: SyntaxNode | undefined): number {
  if (node === undefined || node.kind === 'scalar') return 0;
  const below = node.kind === 'seq' ? node.items : node.entries.map((e) => e.value);
  return 1 + below.reduce((most, n) => Math.max(most, depth(n)), 0);
}
