import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findAvro } from '../../../scripts/setup/avro-home.mjs';
import { notRun } from '../../support/not-run';
import { findingsOf, javaOf, ours, type Pair } from './judges';

const folder = join(__dirname, 'twins');
const twins = readdirSync(folder).sort().map((name) => {
  const text = (file: string): string => readFileSync(join(folder, name, file), 'utf8');
  return { name, previous: text('previous.avsc'), current: text('current.avsc') };
});

/** Each check as `direction CHECK element`, with the line in the new version and in the earlier one. */
function lines(previous: string, current: string): string {
  const line = (text: string, offset: number | undefined): string => (offset === undefined ? '-' : String(text.slice(0, offset).split('\n').length));
  return findingsOf(previous, current).map(({ check, direction, element, at, beforeAt, message }) =>
    `${direction} ${check} ${element} @${line(current, at.start)} was @${line(previous, beforeAt?.start)}\n  ${message}\n`).join('') || 'compatible in both directions\n';
}

describe('Avro: twin folders', () => {
  for (const { name, previous, current } of twins) {
    it(name, () => {
      const expected = join(folder, name, 'expected.txt');
      const actual = lines(previous, current);
      if (!existsSync(expected) && process.env.TAILRACE_UPDATE !== undefined) writeFileSync(expected, actual);
      assert.equal(actual, readFileSync(expected, 'utf8'));
    });
  }
});

describe('Avro: twin folders before the reference implementation', function () {
  this.timeout(60_000);
  let avro: Awaited<ReturnType<typeof findAvro>>;
  before(async function () {
    avro = await findAvro() ?? notRun(this, 'Avro’s reference implementation or a Java that compiles is missing', 'node scripts/setup/brokers.mjs');
  });

  it('gives the same checks in both directions', () => {
    const pairs = twins.flatMap(({ name, previous, current }): (Pair & { what: string })[] => [
      { what: `backward ${name}`, reader: current, writer: previous }, { what: `forward ${name}`, reader: previous, writer: current },
    ]);
    const verdicts = javaOf(avro!, pairs);
    assert.deepEqual(pairs.map((pair) => `${pair.what}: ${ours(pair)}`), pairs.map(({ what }, i) => `${what}: ${verdicts[i]}`));
  });
});
