import assert from 'node:assert/strict';
import { applyFixes, collectFixes, fixUntilStable } from '../../src/lint/fix';
import type { Fix, Problem } from '../../src/text/problem';
import type { FileId } from '../../src/text/range';

const file = 'file:///a' as FileId;
const other = 'file:///b' as FileId;
const edit = (start: number, end: number, newText: string, id = file) => ({ at: { file: id, start, end }, newText });
const fix = (title: string, edits: Fix['edits'], safe = true): Fix => ({ title, safe, edits });
const problem = (...fixes: Fix[]): Problem => ({ code: 'a/b', severity: 'error', message: 'm', at: { file, start: 0, end: 1 }, fixes });
const texts = new Map([[file, 'abcdef'], [other, 'xyz']]);
const apply = (fixes: Fix[]) => {
  const { texts: changed, applied } = applyFixes((id) => texts.get(id), fixes);
  return { applied, a: changed.get(file), b: changed.get(other) };
};

describe('fixes', () => {
  it('takes the first safe fix of a problem, and unsafe ones only on demand', () => {
    const [unsafe, safe, later] = [fix('u', [], false), fix('s', []), fix('l', [])];
    assert.deepEqual(collectFixes([problem(unsafe, safe, later), problem(unsafe), problem()]), [safe]);
    assert.deepEqual(collectFixes([problem(unsafe, safe, later), problem(unsafe)], { unsafe: true }), [unsafe, unsafe]);
  });

  it('applies a fix wholly or not at all', () => {
    const first = fix('1', [edit(1, 3, 'B')]);
    const clash = fix('2', [edit(0, 1, 'A'), edit(2, 4, 'C'), edit(0, 1, 'X', other)]);
    assert.deepEqual(apply([first, clash]), { applied: 1, a: 'aBdef', b: undefined });
    assert.deepEqual(apply([clash, first]), { applied: 1, a: 'AbCef', b: 'Xyz' });
  });

  it('makes the same edit once, and lets edits stand side by side', () => {
    const insert = fix('i', [edit(6, 6, '!')]);
    assert.deepEqual(apply([insert, insert, fix('r', [edit(3, 6, 'D')])]), { applied: 2, a: 'abcD!', b: undefined });
  });

  it('leaves the second of two insertions at one place for another pass', () => {
    const pass = (now: ReadonlyMap<FileId, string>): Problem[] => {
      const text = now.get(file) ?? '';
      return ['1', '2'].filter((n) => !text.includes(n)).map((n) => problem(fix(n, [edit(text.length, text.length, n)])));
    };
    const result = fixUntilStable(texts, pass);
    assert.equal(result.texts.get(file), 'abcdef12');
    assert.deepEqual([result.applied, result.problems.length, texts.get(file)], [2, 0, 'abcdef']);
  });

  it('ends although two fixes undo each other', () => {
    let passes = 0;
    const flip = (now: ReadonlyMap<FileId, string>): Problem[] => {
      passes++;
      return [problem(fix('f', [edit(0, 1, now.get(file)?.startsWith('a') ? 'b' : 'a')]))];
    };
    fixUntilStable(texts, flip);
    assert.ok(passes <= 11);
  });
});
