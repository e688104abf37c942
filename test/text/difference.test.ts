import assert from 'node:assert/strict';
import { differenceOf } from '../../src/text/difference';
import { mutate, seeded } from '../support/mutate';

describe('difference of texts', () => {
  it('is the stretch that changed', () => {
    assert.deepEqual(differenceOf('acks: 1\n', 'acks: all\n'), { start: 6, oldEnd: 7, newEnd: 9 });
    assert.deepEqual(differenceOf('abc', 'abXc'), { start: 2, oldEnd: 2, newEnd: 3 });
    assert.deepEqual(differenceOf('abXc', 'abc'), { start: 2, oldEnd: 3, newEnd: 2 });
    assert.deepEqual(differenceOf('', 'abc'), { start: 0, oldEnd: 0, newEnd: 3 });
    assert.deepEqual(differenceOf('abc', ''), { start: 0, oldEnd: 3, newEnd: 0 });
    assert.deepEqual(differenceOf('same', 'same'), { start: 4, oldEnd: 4, newEnd: 4 });
  });

  it('never counts a letter twice where the change repeats what is beside it', () => {
    assert.deepEqual(differenceOf('aa', 'aaa'), { start: 2, oldEnd: 2, newEnd: 3 });
    assert.deepEqual(differenceOf('abab', 'ab'), { start: 2, oldEnd: 4, newEnd: 2 });
  });

  it('is right and smallest for any edit of a long text', () => {
    const random = seeded(7);
    for (let i = 0; i < 300; i++) {
      const before = 'orders: { partitions: 3 }\n'.repeat(Math.floor(random() * 2000));
      const after = mutate(before, random);
      const { start, oldEnd, newEnd } = differenceOf(before, after);
      assert.ok(start <= oldEnd && start <= newEnd);
      assert.equal(before.slice(0, start) + after.slice(start, newEnd) + before.slice(oldEnd), after);
      const both = start < oldEnd && start < newEnd;
      if (both) assert.ok(before[start] !== after[start] && before[oldEnd - 1] !== after[newEnd - 1]);
    }
  });
});
