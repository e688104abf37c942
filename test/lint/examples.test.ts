import assert from 'node:assert/strict';
import { defaultConfig, type LintConfig } from '../../src/lint/config';
import { configFileName, parseConfig } from '../../src/lint/configFile';
import { fixUntilStable } from '../../src/lint/fix';
import type { Rule } from '../../src/lint/rule';
import { rules } from '../../src/lint/rules/index';
import { lint } from '../../src/lint/run';
import { buildModel } from '../../src/model/build';
import type { Problem } from '../../src/text/problem';
import type { FileId } from '../../src/text/range';
import { renderReport } from '../../src/text/report';
import type { SourceFile } from '../../src/text/sourceFile';
import { readFiles } from '../../src/workspace/read';
import { earlierFiles } from '../support/earlier';
import { fixture } from '../support/fixture';

describe('rule examples', () => {
  for (const rule of rules) {
    describe(rule.name, () => {
      rule.examples.invalid.forEach((example, i) => {
        it(`reports invalid example ${i + 1} and nothing else`, () => {
          const { files } = fixture(example.files);
          const { problems, readerProblems } = check(rule, files, example.earlier);
          assert.deepEqual(readerProblems, [], 'the example itself must be well formed');
          assert.equal(report(problems, files), example.report);
        });

        it(`fixes invalid example ${i + 1} clean, or offers no fix`, () => {
          const { files } = fixture(example.files);
          const { problems } = check(rule, files, example.earlier);
          const fixable = problems.some((p) => (p.fixes?.length ?? 0) > 0);
          assert.equal(fixable, example.fixed !== undefined);
          if (example.fixed === undefined) return;
          const stable = fixUntilStable(
            new Map(files.map((f) => [f.id, f.text])), (texts) => check(rule, withTexts(files, texts), example.earlier).problems, { unsafe: true },
          );
          assert.equal(joined(withTexts(files, stable.texts), example.fixed.startsWith('===')), example.fixed);
          assert.deepEqual(check(rule, withTexts(files, stable.texts), example.earlier).problems, []);
        });
      });

      rule.examples.valid.forEach((example, i) => {
        it(`accepts valid example ${i + 1}`, () => {
          const { files } = fixture(example.files);
          const { problems, readerProblems } = check(rule, files, example.earlier);
          assert.deepEqual(readerProblems, []);
          assert.equal(report(problems, files), '');
        });
      });
    });
  }
});

/** What one rule says; for the comments' own rules all others run too, since they are about those. */
function check(rule: Rule, files: readonly SourceFile[], earlier?: string): { problems: Problem[]; readerProblems: readonly Problem[] } {
  const read = readFiles(files);
  const model = buildModel(
    read.map((r) => ({ id: r.id, path: r.path, dialect: r.dialect, facts: r.result.facts })),
    (path) => files.some((f) => f.path === path),
  );
  const own = files.find((f) => f.path === `/${configFileName}`);
  const config: LintConfig = { ...(own === undefined ? defaultConfig : parseConfig(own).config), presets: ['strict'] };
  const problems = lint(model, config, {
    rules: rule.name.startsWith('lint/') ? rules : [rule],
    text: (id) => files.find((f) => f.id === id)?.text,
    ...(earlier === undefined ? {} : { earlier: earlierFiles(earlier, files) }),
    onError: (name, error) => assert.fail(`${name} threw ${String(error)}`),
  });
  return { problems: problems.filter((p) => p.code === rule.name), readerProblems: read.flatMap((r) => r.result.problems) };
}

function withTexts(files: readonly SourceFile[], texts: ReadonlyMap<FileId, string>): SourceFile[] {
  return files.map((f) => ({ ...f, text: texts.get(f.id) ?? f.text }));
}

function report(problems: readonly Problem[], files: readonly SourceFile[]): string {
  return renderReport(problems, {
    text: (id) => files.find((f) => f.id === id)?.text,
    path: (id) => files.find((f) => f.id === id)?.path.slice(1) ?? id,
  });
}

function joined(files: readonly SourceFile[], headers: boolean): string {
  return files.map((f) => (headers ? `=== ${f.path.slice(1)}\n` : '') + f.text).join('');
}
