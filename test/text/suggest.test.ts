import assert from 'node:assert/strict';
import { didYouMean, didYouMeanText } from '../../src/text/suggest';

const protocols = ['kafka', 'rabbitmq', 'mqtt', 'nats'];

describe('did you mean', () => {
  it('counts swapped neighbours as one slip', () => {
    assert.equal(didYouMean('kafak', protocols), 'kafka');
    assert.equal(didYouMean('mqqt', protocols), 'mqtt');
    assert.equal(didYouMean('ants', protocols), 'nats');
    assert.equal(didYouMean('anst', protocols), undefined, 'two swaps are two slips');
  });

  it('allows a third of the letters to differ, and one of a short word', () => {
    assert.equal(didYouMean('acs', ['acks']), 'acks');
    assert.equal(didYouMean('ab', ['cd']), undefined);
    assert.equal(didYouMean('orders', ['odrers.']), 'odrers.', 'two of six letters');
    assert.equal(didYouMean('orders', ['odresr.']), undefined, 'three of six letters');
    assert.equal(didYouMean('minInsyncReplica', ['minInsyncReplicas']), 'minInsyncReplicas');
  });

  it('takes the nearest, the first of equals, and any case', () => {
    assert.equal(didYouMean('order', ['orders', 'order', 'borders']), 'order');
    assert.equal(didYouMean('tests', ['testa', 'testb']), 'testa');
    assert.equal(didYouMean('AutoComit', ['autoCommit']), 'autoCommit');
    assert.equal(didYouMean('x', []), undefined);
    assert.equal(didYouMean('', ['a', 'ab']), 'a');
  });

  it('agrees with the plain recursive count on all short words', () => {
    const words = (length: number): string[] =>
      length === 0 ? [''] : words(length - 1).flatMap((w) => [...'abc'].map((c) => w + c));
    const all = [2, 3, 4].flatMap(words);
    for (const [i, a] of all.entries()) {
      // Every eleventh partner keeps this short.
      for (let j = i % 11; j < all.length; j += 11) {
        const b = all[j] ?? '';
        const near = slips(a, b) <= Math.max(1, Math.floor(a.length / 3));
        assert.equal(didYouMean(a, [b]), near ? b : undefined, `${a} ${b}`);
      }
    }
  });

  it('ends a sentence', () => {
    assert.equal(didYouMeanText('kafak', protocols), ' Did you mean "kafka"?');
    assert.equal(didYouMeanText('zeromq', protocols), '');
  });
});

/** Optimal string alignment as its definition says. */
function slips(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [x, y] = [a.slice(0, -1), b.slice(0, -1)];
  let best = Math.min(slips(x, b) + 1, slips(a, y) + 1, slips(x, y) + (a.at(-1) === b.at(-1) ? 0 : 1));
  if (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)) {
    best = Math.min(best, slips(a.slice(0, -2), b.slice(0, -2)) + 1);
  }
  return best;
}
