import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rename } from '../../src/ide/rename';
import { lint } from '../../src/lint/run';
import { ideFixture, type IdeFixture } from './support';

const examples = resolve(import.meta.dirname, '../../examples');

/** All files of an example as one fixture. */
function exampleText(name: string): string {
  const folder = join(examples, name);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile() && !path.endsWith('.md'))
    .sort()
    .map((path) => `=== ${path.replaceAll('\\', '/')}\n${readFileSync(join(folder, path), 'utf8').replace(/\n?$/, '\n')}`)
    .join('');
}

/** What a model says without its names: renaming must leave it as it is. */
function shape(f: IdeFixture): unknown {
  const { model } = f;
  return {
    occurrences: model.occurrences.length,
    dangling: model.dangling.length,
    channels: model.channels.map((c) => `${c.kind} ${c.publishes.length} ${c.consumes.length} ${c.routesIn.length}`).sort(),
    problems: [...f.problems, ...lint(model)].map((p) => p.code).sort(),
  };
}

describe('renaming anything in the examples', () => {
  for (const name of readdirSync(examples)) {
    it(`changes nothing but the name: ${name}`, () => {
      const text = exampleText(name);
      const f = ideFixture(text);
      const before = shape(f);
      const kept: string[] = [];
      let renamed = 0;
      for (const o of f.model.occurrences) {
        if (o.role !== 'declaration' || o.entity === 'contract') continue;
        const result = rename(f.ide, o.at.file, o.at.start, 'fresh.name');
        if ('refused' in result) {
          assert.match(result.refused, / is also named in | by a pattern or reference/, `${o.entity} ${o.id}`);
          kept.push(o.id);
          continue;
        }
        const changed = f.after(result.edits);
        const others = f.files.filter((file) => !result.edits.some((e) => e.at.file === file.id));
        const all = others.map((file) => `=== ${file.path.slice(1)}\n${file.text}`).join('') + changed;
        const after = ideFixture(all);
        assert.deepEqual(shape(after), before, `${o.entity} ${o.id}`);
        renamed++;
      }
      // Only flow files and AsyncAPI documents can be renamed in.
      if (name === 'brownfield') assert.equal(renamed, 0);
      else assert.ok(renamed > 5 && kept.length === 0, kept.join(', '));
    });
  }
});
