import assert from 'node:assert/strict';
import { LineIndex } from '../../src/text/lineIndex';

const text = 'ab\ncd\r\nef\r\r\ngh';

describe('line index', () => {
  const index = new LineIndex('ab\ncd\r\nef\rgh\n\ni');

  it('knows LF, CRLF and a lone CR as line breaks', () => {
    assert.equal(index.lineCount, 6);
    assert.deepEqual([0, 1, 2, 3, 4, 5].map((n) => index.lineText(n)), ['ab', 'cd', 'ef', 'gh', '', 'i']);
    assert.deepEqual([0, 1, 2, 3, 4, 5].map((n) => index.lineStart(n)), [0, 3, 7, 10, 13, 14]);
    assert.deepEqual([0, 1, 2, 3, 4, 5].map((n) => index.lineEnd(n)), [2, 5, 9, 12, 13, 15]);
  });

  it('takes CR CR LF for two line breaks', () => {
    const lines = new LineIndex(text);
    assert.deepEqual(Array.from({ length: lines.lineCount }, (_, n) => lines.lineText(n)), ['ab', 'cd', 'ef', '', 'gh']);
  });

  it('finds positions, also of line breaks themselves', () => {
    assert.deepEqual(index.position(0), { line: 0, column: 0 });
    assert.deepEqual(index.position(2), { line: 0, column: 2 });
    assert.deepEqual(index.position(3), { line: 1, column: 0 });
    assert.deepEqual(index.position(6), { line: 1, column: 3 }, 'between CR and LF');
    assert.deepEqual(index.position(9), { line: 2, column: 2 });
    assert.deepEqual(index.position(10), { line: 3, column: 0 });
    assert.deepEqual(index.position(13), { line: 4, column: 0 });
    assert.deepEqual(index.position(15), { line: 5, column: 1 });
  });

  it('moves offsets outside of the text to its nearest end', () => {
    assert.deepEqual(index.position(-5), { line: 0, column: 0 });
    assert.deepEqual(index.position(99), { line: 5, column: 1 });
  });

  it('turns positions back, a column behind the end becoming the end', () => {
    for (let at = 0; at <= 15; at++) {
      // Nothing but the offset between CR and LF has no position of its own.
      assert.equal(index.offset(index.position(at)), at === 6 ? 5 : at);
    }
    assert.equal(index.offset({ line: 1, column: 99 }), 5);
    assert.equal(index.offset({ line: 1, column: -1 }), 3);
    assert.equal(index.offset({ line: -1, column: 4 }), 0);
    assert.equal(index.offset({ line: 99, column: 0 }), 15);
  });

  it('has one empty line of an empty text, and nothing of lines that are not there', () => {
    const empty = new LineIndex('');
    assert.equal(empty.lineCount, 1);
    assert.deepEqual([empty.lineText(0), empty.lineStart(0), empty.lineEnd(0)], ['', 0, 0]);
    assert.deepEqual(empty.position(3), { line: 0, column: 0 });
    assert.equal(index.lineText(6), '');
    assert.equal(index.lineStart(6), 15);
  });

  it('counts UTF-16 code units', () => {
    const lines = new LineIndex('a😀b\nc');
    assert.deepEqual(lines.position(3), { line: 0, column: 3 });
    assert.deepEqual(lines.position(5), { line: 1, column: 0 });
  });
});
