import assert from 'node:assert/strict';
import { applyEdits } from '../../src/text/edits';
import type { TextEdit } from '../../src/text/problem';
import type { FileId } from '../../src/text/range';

function edit(start: number, end: number, newText: string): TextEdit {
  return { at: { file: 'file:///a' as FileId, start, end }, newText };
}

describe('edits', () => {
  it('replaces, inserts and removes, in whatever order the edits come', () => {
    const edits = [edit(6, 9, ''), edit(0, 3, 'one'), edit(5, 5, '+')];
    const wanted = { text: 'onede+j', skipped: [] };
    assert.deepEqual(applyEdits('abcdefghij', [edit(5, 6, '+'), ...edits.slice(0, 2)]), wanted);
    assert.deepEqual(applyEdits('abcdefghij', edits), { text: 'onede+fj', skipped: [] });
    assert.deepEqual(applyEdits('abcdefghij', [...edits].reverse()), { text: 'onede+fj', skipped: [] });
  });

  it('leaves out the later of two that overlap', () => {
    const first = edit(0, 4, 'x');
    const second = edit(3, 6, 'y');
    assert.deepEqual(applyEdits('abcdef', [second, first]), { text: 'xef', skipped: [second] });
    assert.deepEqual(applyEdits('abcdef', [edit(1, 5, '-'), edit(2, 3, '+')]).text, 'a-f');
  });

  it('lets edits touch, and keeps inserts at one place in their order', () => {
    assert.deepEqual(applyEdits('abcd', [edit(0, 2, 'x'), edit(2, 4, 'y')]), { text: 'xy', skipped: [] });
    assert.equal(applyEdits('ab', [edit(1, 1, '1'), edit(1, 1, '2')]).text, 'a12b');
    assert.equal(applyEdits('ab', [edit(1, 2, 'B'), edit(1, 1, '1')]).text, 'a1B');
  });

  it('leaves out what lies outside of the text', () => {
    const outside = edit(3, 9, 'x');
    assert.deepEqual(applyEdits('abcd', [outside]), { text: 'abcd', skipped: [outside] });
    const before = edit(-1, 1, 'x');
    assert.deepEqual(applyEdits('abcd', [before]), { text: 'abcd', skipped: [before] });
    assert.equal(applyEdits('abcd', [edit(4, 4, 'e')]).text, 'abcde');
  });

  it('keeps line breaks as they are', () => {
    assert.equal(applyEdits('a\r\nb\rc\n', [edit(3, 4, 'B\n')]).text, 'a\r\nB\n\rc\n');
    assert.deepEqual(applyEdits('', [edit(0, 0, 'new')]), { text: 'new', skipped: [] });
    assert.deepEqual(applyEdits('same', []), { text: 'same', skipped: [] });
  });
});
