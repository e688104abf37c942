/**
 * `node --import tsx scripts/sample/problems.mts --seed 7 --count 60 [--corpus FOLDER]`: a work sheet for
 * judging false alarms by hand. Every folder of the corpus is checked as a workspace of its own, at
 * default settings; of all problems, whatever their rule and severity, so many are drawn at random.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from '../../src/cli/load';
import { toReport } from '../../src/cli/report';
import { withoutSecrets } from '../../src/cli/secrets';
import { draw, sheet, type Found } from './sheet';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, count: { type: 'string' }, corpus: { type: 'string' } },
});
const seed = whole('seed', values.seed, 7);
const count = whole('count', values.count, 60);
const corpus = resolve(values.corpus ?? join(import.meta.dirname, '../../../shared/corpus'));
if (!existsSync(corpus)) throw new Error('There is no corpus of real files; name its folder with --corpus.');

const repositories = readdirSync(corpus, { withFileTypes: true })
  .filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
const all = repositories.flatMap(problemsOf);
const title = `Problems drawn from ${repositories.length} repositories, seed ${seed}`;
process.stdout.write(sheet(all, draw(all, count, seed), title));

function problemsOf(repository: string): Found[] {
  const loaded = load(['.'], join(corpus, repository));
  const { snapshot, places } = loaded;
  const { problems } = toReport([...snapshot.problems.values()].flat(), snapshot.model.files.size, places);
  const textOf = withoutSecrets(loaded);
  return problems.map((problem) => ({ repository, problem, textOf }));
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number; not "${text}".`);
  return Number(text);
}
