import assert from 'node:assert/strict';
import { applyEdits } from '../../../src/text/edits';
import type { TextEdit } from '../../../src/text/problem';
import { readFlow } from './read';

/** Adds settings to each publish of a text, all edits of one round at once, as "fix all" does. */
function withSettings(text: string, ...settings: readonly [key: string, value: string][]): string {
  let current = text;
  let left = [...settings];
  for (let round = 0; round < 5 && left.length > 0; round++) {
    const read = readFlow(current);
    const edits: TextEdit[] = [];
    for (const publish of read.of('publish')) {
      const place = publish.insert;
      if (!place) continue;
      for (const [key, value] of left) {
        edits.push({ at: place.at, newText: place.before + key + place.separator + value + place.after });
      }
    }
    const { text: next, skipped } = applyEdits(current, edits);
    current = next;
    left = left.filter(([key]) => skipped.some((e) => e.newText.includes(key)));
  }
  return current;
}

const cases: readonly [name: string, before: string, after: string][] = [
  ['in braces', 'orders: { key: id }', 'orders: { key: id, acks: all, idempotence: true }'],
  ['in empty braces', 'orders: {}', 'orders: { acks: all, idempotence: true }'],
  [
    'in braces with a comma at the end',
    'orders: { key: id, }',
    'orders: { key: id, acks: all, idempotence: true, }',
  ],
  [
    'in a block',
    'orders:\n        key: id # why',
    'orders:\n        key: id # why\n        acks: all\n        idempotence: true',
  ],
  [
    'behind a nested value',
    'orders:\n        key: >\n          id\n',
    'orders:\n        key: >\n          id\n        acks: all\n        idempotence: true\n',
  ],
  ['in an empty block', 'orders:', 'orders:\n        acks: all\n        idempotence: true'],
  [
    'in an empty block with a comment',
    'orders: # soon',
    'orders: # soon\n        acks: all\n        idempotence: true',
  ],
  [
    'behind a merge',
    'orders:\n        <<: {key: id}',
    'orders:\n        <<: {key: id}\n        acks: all\n        idempotence: true',
  ],
];

describe('insertPlace', () => {
  for (const [name, before, after] of cases) {
    for (const eol of ['\n', '\r\n']) {
      it(`adds settings ${name}, ${JSON.stringify(eol)}`, () => {
        const page = (use: string): string =>
          `flow: 1\nservices:\n  shop:\n    publishes:\n      ${use}\n    owner: me\n`.replaceAll('\n', eol);
        const mended = withSettings(page(before), ['acks', 'all'], ['idempotence', 'true']);
        assert.equal(mended, page(after));
        const read = readFlow(mended);
        assert.equal(read.report, '');
        assert.equal(read.of('publish')[0]?.settings.acks?.value, 'all');
        assert.equal(read.of('publish')[0]?.settings.idempotence?.value, true);
      });
    }
  }

  it('adds settings inside a map in braces', () => {
    assert.equal(
      withSettings('flow: 1\nservices: { shop: { publishes: { a: , b: {} } } }\n', ['acks', 'all']),
      'flow: 1\nservices: { shop: { publishes: { a: { acks: all }, b: { acks: all } } } }\n',
    );
  });

  it('adds settings at the end of a file without a line break', () => {
    assert.equal(
      withSettings('flow: 1\nservices:\n  s:\n    publishes:\n      a:', ['acks', 'all']),
      'flow: 1\nservices:\n  s:\n    publishes:\n      a:\n        acks: all',
    );
  });

  it('is not there for aliases, lists and texts', () => {
    const read = readFlow(
      'flow: 1\nx-r: &r { acks: all }\nservices:\n  s: { publishes: { a: *r, b: text } }\n  t: { publishes: [c] }\n',
    );
    assert.deepEqual(
      read.of('publish').map((p) => p.insert),
      [undefined, undefined, undefined],
    );
  });
});
