import assert from 'node:assert/strict';
import { parseYaml } from '../../src/syntax/yaml';
import { renderCaret } from '../../src/text/caret';
import { plain } from './yamlSamples';

/** A file in which one line is being typed; all other lines must be understood. */
const page = (line: string): string => `flow: 1
channels:
  orders:
    broker: events
${line}
    replicas: 3
  mail: { broker: mq }
services:
  shop:
    publishes: { orders: { acks: all } }
`;

const rest = {
  flow: 1,
  channels: { orders: { broker: 'events', replicas: 3 }, mail: { broker: 'mq' } },
  services: { shop: { publishes: { orders: { acks: 'all' } } } },
};

/** The line being typed, what is understood of it, and the report. */
const cases: readonly [line: string, understood: Record<string, unknown>, report: string][] = [
  [
    '    acks',
    {},
    `
"acks" is no key: a key ends with a colon. Write "acks:" or remove the line.
5 |     acks
  |     ^^^^`,
  ],
  ['    acks:', { acks: null }, ''],
  [
    '    acks:a',
    { acks: 'a' },
    `
A space is missing behind "acks:"; without it this is no key.
5 |     acks:a
  |     ^^^^^^`,
  ],
  [
    '    key: [1,',
    { key: [1] },
    `
"[" is not closed. Add "]".
5 |     key: [1,
  |          ^^^`,
  ],
  [
    '    key: [1, {a: b',
    { key: [1, { a: 'b' }] },
    `
"[" is not closed. Add "]".
5 |     key: [1, {a: b
  |          ^^^^^^^^^`,
  ],
  [
    '    key: { a: 1, b',
    { key: { a: 1, b: null } },
    `
"{" is not closed. Add "}".
5 |     key: { a: 1, b
  |          ^^^^^^^^^`,
  ],
  [
    '    key: {',
    { key: {} },
    `
"{" is not closed. Add "}".
5 |     key: {
  |          ^`,
  ],
  [
    '    key: "ev',
    { key: 'ev' },
    `
The quote " that opens here is not closed on this line. Add " behind the text.
5 |     key: "ev
  |          ^^^`,
  ],
  [
    "    key: 'ev",
    { key: 'ev' },
    `
The quote ' that opens here is not closed on this line. Add ' behind the text.
5 |     key: 'ev
  |          ^^^`,
  ],
  [
    '    "key',
    {},
    `
The quote " that opens here is not closed on this line. Add " behind the text.
5 |     "key
  |     ^^^^`,
  ],
  [
    '\tkey: 1',
    { key: 1 },
    `
A tab indents this line; YAML allows only spaces there. Replace it by spaces.
5 |     key: 1
  | ^^^^`,
  ],
  [
    '   key: 1',
    { key: 1 },
    `
This line is indented by 3 spaces, its neighbour by 4. Give the keys of one map the same indentation.
5 |    key: 1
  |    ^^^^^^`,
  ],
  [
    '     key: 1',
    { key: 1 },
    `
This line is indented by 5 spaces, its neighbour by 4. Give the keys of one map the same indentation.
5 |      key: 1
  |      ^^^^^^`,
  ],
  [
    '    key: a: b',
    { key: null },
    `
A second ": " stands in this value. Put the value in quotes, or the second key on a line of its own.
5 |     key: a: b
  |          ^^^^`,
  ],
  [
    '    key: @a',
    { key: null },
    `
A plain text cannot begin with "@" in YAML. Put it in quotes.
5 |     key: @a
  |          ^^`,
  ],
  [
    '    key: {a: 1}}',
    { key: { a: 1 } },
    `
This "}" closes or parts nothing. Remove it.
5 |     key: {a: 1}}
  |                ^`,
  ],
  [
    '    key: ]',
    { key: null },
    `
This "]" closes or parts nothing. Remove it.
5 |     key: ]
  |          ^`,
  ],
  [
    '    key: *',
    { key: null },
    `
The name of an anchor is missing behind "*". Put the text in quotes if it is none.
5 |     key: *
  |          ^`,
  ],
  [
    '    key: *nobody',
    { key: null },
    `
No anchor "&nobody" stands before this alias.
5 |     key: *nobody
  |          ^^^^^^^`,
  ],
  [
    '    - item',
    {},
    `
This does not fit what is around it: lines of one map or list are equally indented, each "key: value" or "- value".
5 |     - item
  |     ^^^^^^`,
  ],
  [
    '    key: |x',
    { key: null },
    `
The line must end behind "|" or ">"; the text begins on the next line.
5 |     key: |x
  |          ^^`,
  ],
  [
    'acks',
    {},
    `
"acks" is no key: a key ends with a colon. Write "acks:" or remove the line.
5 | acks
  | ^^^^`,
  ],
  [
    '    ac\n    acks:1',
    { acks: 1 },
    `
"ac" is no key: a key ends with a colon. Write "ac:" or remove the line.
5 |     ac
  |     ^^
A space is missing behind "acks:"; without it this is no key.
6 |     acks:1
  |     ^^^^^^`,
  ],
  [
    '    key: {a: 1,\n      b: [2',
    { key: { a: 1, b: [2] } },
    `
"{" is not closed. Add "}".
5 |     key: {a: 1,
  |          ^^^^^^
"[" is not closed. Add "]".
6 |       b: [2
  |          ^^`,
  ],
  [
    '    broker: 1',
    { broker: 1 },
    `
The key "broker" stands twice in this map; only the last one counts. Remove one of them.
5 |     broker: 1
  |     ^^^^^^`,
  ],
];

describe('a half-typed line', () => {
  for (const [line, understood, report] of cases) {
    for (const eol of ['\n', '\r\n']) {
      it(`leaves the rest of the file: ${JSON.stringify(line)} with ${JSON.stringify(eol)}`, () => {
        const source = page(line).replaceAll('\n', eol);
        const tree = parseYaml(source);
        const expected = {
          ...rest,
          channels: { ...rest.channels, orders: { ...rest.channels.orders, ...understood } },
        };
        assert.deepEqual(tree.roots.map(plain), [expected]);
        const shown = tree.problems
          .map((p) => `\n${p.message}\n${renderCaret(source, p.start, p.end)}`)
          .join('');
        assert.equal(shown, report);
      });
    }
  }

  it('keeps the places of what stands behind it', () => {
    const source = page('    key: "ev').replace('shop:', 'sh"op:');
    const root = parseYaml(source).roots[0];
    const services = root?.kind === 'map' ? root.entries.find((e) => e.key.text === 'services') : undefined;
    assert.equal(source.slice(services?.key.start, services?.colon), 'services:');
    assert.equal(
      source.slice(services?.value?.start, services?.value?.end),
      source.slice(source.indexOf('sh"op')).trimEnd(),
    );
  });

  it('is found at the end of a file, in its first line, and alone', () => {
    assert.deepEqual(parseYaml('a: 1\nb: {').roots.map(plain), [{ a: 1, b: {} }]);
    assert.deepEqual(parseYaml('a: 1\nbcd').roots.map(plain), [{ a: 1 }]);
    assert.deepEqual(parseYaml('"a\nb: 1\n').roots.map(plain), [{ b: 1 }]);
    assert.deepEqual(parseYaml('[').roots.map(plain), [[]]);
    assert.deepEqual(parseYaml('"').roots.length, 1);
  });

  it('does not hide others: each of ten faults is reported, and all whole lines are kept', () => {
    const lines = Array.from({ length: 30 }, (_, i) => (i % 3 === 1 ? `  half${i}` : `  key${i}: ${i}`));
    const tree = parseYaml(`map:\n${lines.join('\n')}\n`);
    assert.equal(tree.problems.length, 10);
    const map = tree.roots.map(plain)[0] as { map: Record<string, unknown> };
    assert.equal(Object.keys(map.map).length, 20);
  });

  it('is mended in a long file without reading it many times', () => {
    const many = Array.from(
      { length: 3_000 },
      (_, i) => `  orders.${i}:\n    broker: events\n    partitions: 3\n`,
    );
    many[1_500] += '    acks\n    replicas: 3\n';
    const tree = parseYaml(`channels:\n${many.join('')}`);
    assert.deepEqual(
      tree.problems.map((p) => p.message.slice(0, 16)),
      ['"acks" is no key'],
    );
    const channels = (tree.roots.map(plain)[0] as { channels: Record<string, unknown> }).channels;
    assert.equal(Object.keys(channels).length, 3_000);
    assert.deepEqual(channels['orders.1500'], { broker: 'events', partitions: 3, replicas: 3 });
  });
});
