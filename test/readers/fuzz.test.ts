import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { caseOf, faultOf, fuzzedReaders } from '../support/fuzzCases';

const root = resolve(import.meta.dirname, '../..');
const count = 1_000;

/** `npm run bench fuzz` runs many more of the same cases, and looks at the time of each. */
describe('readers: mutated files', function () {
  this.timeout(120_000);

  for (const fuzzed of fuzzedReaders(resolve(root, 'scripts/bench/seeds'), [resolve(root, 'examples')])) {
    it(`${fuzzed.name}: has a text to begin with`, () => {
      assert.ok(fuzzed.seeds.length > 0, `Write a file of it into scripts/bench/seeds/${fuzzed.reader.dialect}.txt.`);
    });

    it(`${fuzzed.name}: reads ${count.toLocaleString('en')} without a fault`, () => {
      for (let i = 0; i < count; i++) {
        const file = caseOf(fuzzed, i);
        const fault = faultOf(fuzzed.reader, file, i % 50 === 0);
        assert.equal(fault, undefined, `case ${i} of ${file.path}: ${fault}\n${file.text.slice(0, 4_000)}`);
      }
    });
  }
});
