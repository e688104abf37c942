import assert from 'node:assert/strict';
import { fixtureModel } from '../support/fixture';
import { GROUPS } from './groups';
import { predict } from './predict';
import { hazardsOf } from './observed';

const ROWS = GROUPS.flatMap(({ rows }) => rows);

describe('the rows of the fault harness', () => {
  it('have names of their own', () => {
    assert.equal(new Set(ROWS.map(({ id }) => id)).size, ROWS.length);
  });

  for (const row of ROWS) {
    it(`${row.id} states its settings in a flow file that reads without a problem`, () => {
      const { problems } = fixtureModel(row.flow);
      assert.deepEqual(problems.map(({ message }) => message), []);
    });

    // What is seen is held against `predicted` where the row runs: so the model is held against what is seen.
    const isOther = row.beyond !== undefined || row.differs !== undefined;
    it(`${row.id} ${isOther ? 'is known to differ from' : 'is'} what the model derives`, () => {
      const { comes, story } = predict(row);
      const expected = isOther ? !row.predicted : row.predicted;
      assert.equal(comes, expected, `${row.hazard} with ${row.faults} faults. The model: ${story.join(' ') || 'no story'}`);
    });
  }
});

describe('what numbered messages show', () => {
  it('counts what was acknowledged and is nowhere as lost', () => {
    const seen = hazardsOf({ sent: [1, 2, 3, 4], acknowledged: [1, 2, 4], processed: [1], blocked: [4] });
    assert.deepEqual([seen.loss, seen.blocking], [[2], [4]]);
  });

  it('counts a number that was processed twice, and not its second time as out of order', () => {
    const seen = hazardsOf({ sent: [1, 2, 3], acknowledged: [1, 2, 3], processed: [1, 2, 1, 3] });
    assert.deepEqual([seen.duplication, seen.reordering], [[1], []]);
  });

  it('counts what was first processed behind a later one as out of order', () => {
    const seen = hazardsOf({ sent: [1, 2, 3], acknowledged: [1, 2, 3], processed: [2, 1, 3] });
    assert.deepEqual(seen.reordering, [1]);
  });
});
