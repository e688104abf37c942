import assert from 'node:assert/strict';
import { ReadEpochs } from '../../src/brokers/kafka/epochs';

/** Epochs as they were read: the first offset of each batch, by epoch. */
function read(...batches: readonly (readonly [epoch: number, offset: number])[]): ReadEpochs {
  const epochs = new ReadEpochs();
  for (const [epoch, offset] of batches) epochs.note(epoch, offset);
  return epochs;
}

describe('the leader epochs that a Kafka tap has read', () => {
  it('tells the epoch of what lies before an offset', () => {
    const epochs = read([2, 10], [2, 15], [4, 20]);
    assert.deepEqual([10, 11, 20, 21, 99].map((offset) => epochs.before(offset)), [-1, 2, 2, 4, 4]);
  });

  it('takes in earlier pieces that are read later, and leaves out batches without an epoch', () => {
    const epochs = read([4, 20], [1, 5], [2, 8], [4, 12], [-1, 30]);
    assert.deepEqual([5, 8, 12, 13, 31].map((offset) => epochs.before(offset)), [-1, 1, 2, 4, 4]);
  });

  it('parts where the leader’s log has the epoch end', () => {
    const epochs = read([2, 10], [4, 20]);
    assert.equal(epochs.part({ epoch: 4, endOffset: 25 }, 30), 25);
    assert.equal(epochs.before(25), 4);
  });

  it('parts where it has that epoch end itself, where that comes first', () => {
    const epochs = read([2, 10], [4, 20]);
    assert.equal(epochs.part({ epoch: 2, endOffset: 40 }, 30), 20);
    assert.equal(epochs.before(20), 2);
  });

  it('goes back epoch by epoch, as the leader answers for each', () => {
    const epochs = read([2, 10], [4, 20], [6, 30]);
    assert.equal(epochs.part({ epoch: 5, endOffset: 35 }, 40), 30);
    assert.equal(epochs.before(30), 4);
    assert.equal(epochs.part({ epoch: 3, endOffset: 22 }, 30), 20);
    assert.equal(epochs.before(20), 2);
    assert.equal(epochs.part({ epoch: 2, endOffset: 12 }, 20), 12);
    assert.equal(epochs.before(12), 2);
  });

  it('parts nowhere where a leader wrote nothing: its epoch is forgotten', () => {
    const epochs = read();
    epochs.beginUnder(7);
    assert.equal(epochs.before(50), 7);
    assert.equal(epochs.part({ epoch: 5, endOffset: 50 }, 50), 50);
    assert.equal(epochs.before(50), 5);
  });

  it('parts before the begin where nothing was read yet', () => {
    const epochs = read();
    epochs.beginUnder(7);
    assert.equal(epochs.part({ epoch: 7, endOffset: 45 }, 50), 45);
    assert.equal(epochs.before(45), 7);
  });
});
