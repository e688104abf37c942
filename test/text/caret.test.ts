import assert from 'node:assert/strict';
import { renderCaret } from '../../src/text/caret';

describe('caret', () => {
  const text = 'flow: 1\n    acks: 1\r\n\tb: c\rlast';

  it('marks a stretch below its line', () => {
    assert.equal(renderCaret(text, 18, 19), '2 |     acks: 1\n  |           ^');
    assert.equal(renderCaret(text, 0, 4), '1 | flow: 1\n  | ^^^^');
  });

  it('shows tabs as spaces, so that carets stand below what they mark', () => {
    assert.equal(renderCaret(text, 22, 23), '3 |     b: c\n  |     ^');
    assert.equal(renderCaret(text, 21, 23), '3 |     b: c\n  | ^^^^^');
    assert.equal(renderCaret('a\tb\tc', 2, 5), '1 | a   b   c\n  |     ^^^^^');
  });

  it('marks a stretch over several lines to the end of its first', () => {
    assert.equal(renderCaret(text, 6, 30), '1 | flow: 1\n  |       ^');
    assert.equal(renderCaret(text, 12, 24), '2 |     acks: 1\n  |     ^^^^^^^');
  });

  it('marks an empty stretch by one caret, also at a line break and at the end', () => {
    assert.equal(renderCaret(text, 7, 7), '1 | flow: 1\n  |        ^');
    assert.equal(renderCaret(text, 19, 21), '2 |     acks: 1\n  |            ^');
    assert.equal(renderCaret(text, 31, 31), '4 | last\n  |     ^');
    assert.equal(renderCaret('', 0, 0), '1 | \n  | ^');
  });

  it('moves offsets outside of the text to its ends', () => {
    assert.equal(renderCaret(text, -3, 4), '1 | flow: 1\n  | ^^^^');
    assert.equal(renderCaret(text, 99, 120), '4 | last\n  |     ^');
  });

  it('makes room for the line number', () => {
    const long = 'x\n'.repeat(99) + 'key: v';
    assert.equal(renderCaret(long, 198, 201), '100 | key: v\n    | ^^^');
  });
});
