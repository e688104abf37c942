import assert from 'node:assert/strict';
import { findAvro } from '../../../scripts/setup/avro-home.mjs';
import { notRun } from '../../support/not-run';
import { avscOf, javaOf, ours, type Pair } from './judges';
import { RandomAvro } from './randomAvro';

const count = Number(process.env.TAILRACE_PAIRS ?? 1_500);
const seed = Number(process.env.TAILRACE_SEED ?? 20_261_128);

const pairs: readonly Pair[] = Array.from({ length: count }, (_, i) => {
  const random = new RandomAvro(seed + i * 7919);
  const before = random.file();
  let after = random.chance(0.15) ? random.file() : random.edited(before);
  if (random.chance(0.4)) after = random.edited(after);
  const [reader, writer] = random.chance(0.5) ? [before, after] : [after, before];
  return { reader: JSON.stringify(reader), writer: JSON.stringify(writer) };
});

/**
 * The same checks, but for two things. Where a union has a branch of the same name that cannot be read, we tell what is
 * wrong inside of it, and the reference implementation that the branch is missing. Where a field is new whose enum has a
 * default and itself has none, we say so; the reference implementation holds the enum against the writer's record then.
 */
function isAlike(mine: string, theirs: string, reader: string): boolean {
  if (mine === theirs) return true;
  if (mine === '-' || theirs === '-') return false;
  const own = mine.split(' ');
  const hasDefault = /"type":"enum"[^}]*"default"/.test(reader) && own.includes('READER_FIELD_MISSING_DEFAULT_VALUE');
  const lacking = theirs.split(' ').filter((check) => !own.includes(check));
  if (lacking.length === 0) return theirs.includes('MISSING_UNION_BRANCH') || hasDefault;
  return lacking.every((check) => check === 'MISSING_UNION_BRANCH' || (check === 'TYPE_MISMATCH' && hasDefault));
}

describe('Avro: random pairs', function () {
  this.timeout(120_000);

  it('gives the checks of the reference implementation', async function () {
    const avro = await findAvro() ?? notRun(this, 'Avro’s reference implementation or a Java that compiles is missing', 'node scripts/setup/brokers.mjs');
    const verdicts = javaOf(avro, pairs);
    const different: string[] = [];
    let judged = 0;
    for (const [i, pair] of pairs.entries()) {
      const theirs = verdicts[i]!;
      if (theirs.startsWith('ERROR')) continue;
      judged++;
      const mine = ours(pair);
      if (!isAlike(mine, theirs, pair.reader)) different.push(`ours ${mine}, theirs ${theirs}\n  reader ${pair.reader}\n  writer ${pair.writer}`);
    }
    if (process.env.TAILRACE_FIGURES !== undefined) console.log({ judged, incompatible: verdicts.filter((v) => v !== '-' && !v.startsWith('ERROR')).length, different: different.length });
    assert.ok(judged > count / 2, `only ${judged} pairs are schemas`);
    assert.equal(different.length, 0, different.slice(0, 5).join('\n'));
  });

  it('reads what avsc reads, and the other way round', () => {
    const different = pairs.filter((pair) => {
      const [mine, theirs] = [ours(pair), avscOf(pair)];
      // Told to leave namespaces out, avsc leaves them out of aliases as well; the specification makes those full names.
      if (theirs === true && mine === 'NAME_MISMATCH' && pair.reader.includes('"aliases"')) return false;
      return theirs === (mine !== '-');
    });
    if (process.env.TAILRACE_FIGURES !== undefined) console.log({ different: different.length, of: pairs.filter((pair) => avscOf(pair) !== undefined).length });
    assert.equal(different.length, 0, different.slice(0, 8).map((pair) => `ours ${ours(pair)}, avsc ${avscOf(pair)}\n  reader ${pair.reader}\n  writer ${pair.writer}`).join('\n'));
  });
});
