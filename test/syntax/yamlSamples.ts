import type { SyntaxNode } from '../../src/syntax/tree';

/** What a tree stands for, as plain values; undefined is null, as in JSON. */
export function plain(node: SyntaxNode | undefined): unknown {
  if (node === undefined) return null;
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'seq') return node.items.map(plain);
  return Object.fromEntries(node.entries.map((e) => [e.key.text, plain(e.value)]));
}

/** YAML texts that exercise one corner each; all are valid YAML 1.2. */
export const yamlSamples: readonly string[] = [
  'a: 1\n',
  'a: 1',
  '# only a comment\n',
  '',
  'text\n',
  '- a\n- b:  c\n  d: e\n- - f\n  - g\n-\n- h\n',
  'a:\n- 1\n- 2\nb: 3\n',
  "a: \"quo\\\"ted \\u00e9 \\x41\"\nb: 'it''s'\nc: plain text # comment\n",
  'a: |\n  one\n  two\n\nb: >-\n  folded\n  text\n\n  more\nc: |+\n  keep\n\n',
  'a: |2\n    two more\n  end\nb: 1\n',
  'a: |  # header comment\n  one # no comment\nb: 1\n',
  'a: &x 1\nb: *x\nc: &y { d: *x }\ne: *y\n',
  'base: &base\n  k: 1\n  l: 2\nuse:\n  <<: *base\n  l: 3\n',
  'a: &a {x: 1}\nb: &b {y: 2, x: 3}\nc:\n  <<: [*a, *b]\n  z: 1\n',
  'a: { b: 1, c: [1, 2, {d: e}], }\nf: [ ]\ng: { }\n',
  'a: [x: 1, {y: 2}, "q": 3]\n',
  'a: {b, c: , "d": 1}\n',
  '? a\n: b\n? c\n',
  'a: ~\nb: null\nc:\nd: true\ne: False\nf: 0x1F\ng: 0o17\nh: 1e3\ni: -.5\nj: .inf\nk: 1.\nl: +12\nm: yes\nn: 1_000\no: 012\n',
  'a: !!str 12\nb: !!int "3"\nc: !custom x\nd: !!float 1.5\n',
  'a: multi\n  line\n  plain\nb: "multi\n  line\n\n  quoted"\n',
  '---\na: 1\n---\nb: 2\n...\n',
  '%YAML 1.2\n---\na: 1\n',
  'a: 1\r\nb:\r\n  - c\r\n  - "d"\r\nc: |\r\n  x\r\n  y\r\n',
  'a:\tb\nc: d\t# e\n',
  'größe: "µ"\n"日本": 🎉 x\n',
  'a: http://host:80/#x\nb: a#b\nc: {u: http://h/x}\n',
  'a: {\n  b: 1, # one\n  c: [\n    2\n  ]\n}\nd: 3\n',
  '"a": 1\n\'b\': 2\n? "c"\n: 3\n',
  '&k a: 1\nb: *k\nc: &n name\n*n : 2\n',
  'a: ${env:X:-localhost:9092}\n',
  'a: [\n  1\n]\nb:\n  c: {\n    d: 1\n  }\ne: |\n  }\n',
  'a: 1\n\t\nb: 2\n   \n# c\n\t# d\nc: 3\n',
  'orders/#: 1\n+/x: 2\norders.*: 3\n">": 4\n',
];

/** The same sequence of numbers in [0, 1) for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A random YAML text: nested maps and lists in all styles, with comments, anchors, aliases and tags. */
export function randomYaml(seed: number): string {
  const next = random(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
  const anchors: string[] = [];
  let serial = 0;
  const eol = next() < 0.2 ? '\r\n' : '\n';
  const word = (): string =>
    pick(['acks', 'orders.placed', 'größe', 'x-1', 'a b', 'URL', 'ü🎉', 'k']) + String(serial++);
  const scalar = (flow: boolean): string => {
    const tag = next() < 0.05 ? pick(['!!str ', '!x ']) : '';
    let anchor = '';
    if (next() < 0.1) {
      anchor = `&n${serial} `;
      anchors.push(`n${serial++}`);
    } else if (next() < 0.1 && anchors.length > 0) return `*${pick(anchors)}${flow ? ' ' : ''}`;
    return (
      tag +
      anchor +
      pick([
        '1',
        'true',
        '~',
        '7d',
        '4.10',
        '-1',
        '"quoted # text"',
        "'it''s'",
        '"a\\tb"',
        'plain text',
        'http://h:1/x',
        '"ü"',
      ])
    );
  };
  const flow = (depth: number): string => {
    if (depth <= 0 || next() < 0.6) return scalar(true);
    const items = Array.from({ length: Math.floor(next() * 4) }, () =>
      next() < 0.5 ? flow(depth - 1) : `{ ${word()}: ${flow(depth - 1)} }`,
    );
    return next() < 0.5 ? `[${items.join(', ')}]` : `{ ${items.map((i) => `${word()}: ${i}`).join(', ')} }`;
  };
  const comment = (): string => (next() < 0.15 ? ` # note ${serial}` : '');
  const block = (indent: string, depth: number): string => {
    const lines: string[] = [];
    const list = next() < 0.25;
    const count = 1 + Math.floor(next() * 4);
    for (let i = 0; i < count; i++) {
      const lead = list ? '-' : `${word()}:`;
      const kind = next();
      if (kind < 0.08) lines.push(`${indent}${lead}${comment()}`);
      else if (kind < 0.16) {
        lines.push(`${indent}${lead} ${pick(['|', '>', '|-', '>+'])}${comment()}`);
        lines.push(`${indent}  text ${i}`, `${indent}  # text too`);
        if (next() < 0.5) lines.push('');
      } else if (kind < 0.5 && depth > 0) {
        lines.push(`${indent}${lead}${comment()}`, block(`${indent}  `, depth - 1));
      } else lines.push(`${indent}${lead} ${flow(2)}${comment()}`);
      if (next() < 0.1) lines.push(`${indent}# between`, '');
    }
    return lines.join(eol);
  };
  return block('', 3) + (next() < 0.8 ? eol : '');
}
