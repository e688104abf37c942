import assert from 'node:assert/strict';
import { cursorAt } from '../../src/ide/semantic/cursor';

/** A cursor in one line: path, what is written, the stretch it replaces, the other keys. */
function at(text: string, json = false): string {
  const offset = text.indexOf('$0');
  const clean = text.slice(0, offset) + text.slice(offset + 2);
  const c = cursorAt(clean, offset, json);
  if (c === undefined) return 'nothing';
  const what = c.at === 'key' ? 'key' : `value of ${c.key ?? 'an item'}`;
  const marks = [c.flow && 'flow', c.item && 'item', c.hasColon && 'colon', c.quote && `quote ${c.quote}`];
  return (
    `/${c.path.join('/')} ${what} "${c.typed}" replaces "${clean.slice(c.start, c.end)}"` +
    (c.siblings.length > 0 ? ` beside ${[...new Set(c.siblings)].sort().join(' ')}` : '') +
    marks
      .filter(Boolean)
      .map((m) => ` (${m})`)
      .join('')
  );
}

describe('cursor', () => {
  const cases: readonly [string, string, string][] = [
    ['the root', 'flow: 1\n$0', '/ key "" replaces "" beside flow'],
    ['a half-typed top key', 'flow: 1\nserv$0', '/ key "serv" replaces "serv" beside flow'],
    [
      'a block key',
      'channels:\n  orders:\n    bro$0\n    schema: X\n  other:\n    x: 1\n',
      '/channels/orders key "bro" replaces "bro" beside schema',
    ],
    [
      'an empty line takes its depth from the cursor',
      'channels:\n  orders:\n    broker: a\n  $0',
      '/channels key "" replaces "" beside orders',
    ],
    [
      'a value',
      'channels:\n  orders:\n    broker: ev$0ents # why\n',
      '/channels/orders value of broker "ev" replaces "events"',
    ],
    [
      'an empty value',
      'channels:\n  orders:\n    broker: $0\n    schema: X\n',
      '/channels/orders value of broker "" replaces ""',
    ],
    ['a quoted value', 'a:\n  b: "x$0y"\n', '/a value of b "x" replaces ""xy"" (quote ")'],
    [
      'inside braces',
      'services:\n  s:\n    publishes:\n      orders: { acks: all, ide$0 }\n',
      '/services/s/publishes/orders key "ide" replaces "ide" beside acks (flow)',
    ],
    [
      'a value inside braces',
      'publishes:\n  orders: { acks: $0, idempotence: true }\n',
      '/publishes/orders value of acks "" replaces "" beside acks idempotence (flow)',
    ],
    [
      'an unclosed brace above does not swallow what follows',
      'a:\n  x: { p: 1,\n  y:\n    z$0\n',
      '/a/y key "z" replaces "z"',
    ],
    ['nested braces', 'c: { onFailure: { ret$0 } }', '/c/onFailure key "ret" replaces "ret" (flow)'],
    [
      'a list of maps',
      'bindings:\n  - exchange: a\n    key: b\n  - ex$0\n',
      '/bindings/1 key "ex" replaces "ex" (item)',
    ],
    [
      'a second key of a list item',
      'bindings:\n  - exchange: a\n    ro$0\n',
      '/bindings/0 key "ro" replaces "ro" beside exchange',
    ],
    [
      'a list inside brackets',
      'subjects: [a, b$0]',
      '/subjects/1 value of an item "b" replaces "b" (flow) (item)',
    ],
    ['a key with dots and colons', 'channels:\n  a.b:c:\n    x$0', '/channels/a.b:c key "x" replaces "x"'],
    ['a key that has its colon', 'channels:\n  or$0ders: 1', '/channels key "or" replaces "orders" (colon)'],
    [
      'CRLF',
      'channels:\r\n  orders:\r\n    broker: ev$0\r\n    x: 1\r\n',
      '/channels/orders value of broker "ev" replaces "ev"',
    ],
    ['a comment', 'a: 1 # he$0', 'nothing'],
    ['a block text', 'a: |\n  text $0\n', 'nothing'],
  ];
  for (const [name, text, expected] of cases) it(name, () => assert.equal(at(text), expected));

  const json: readonly [string, string, string][] = [
    ['a JSON key', '{ "a": { "b": 1, "c$0" } }', '/a key "c" replaces ""c"" beside b (flow) (quote ")'],
    [
      'a JSON value',
      '{ "a": [ { "b": "x$0" } ] }',
      '/a/0 value of b "x" replaces ""x"" beside b (flow) (quote ")',
    ],
  ];
  for (const [name, text, expected] of json) it(name, () => assert.equal(at(text, true), expected));
});
