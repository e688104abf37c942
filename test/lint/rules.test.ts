import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stalePages } from '../../scripts/docs';
import { defaultConfig } from '../../src/lint/config';
import { ruleDocsUrl } from '../../src/lint/ruleDocsUrl';
import { parseConfig } from '../../src/lint/configFile';
import { rulesIndex } from '../../src/lint/docs';
import { rules } from '../../src/lint/rules/index';
import { lint } from '../../src/lint/run';
import type { FileId } from '../../src/text/range';
import { earlierFiles } from '../support/earlier';
import { fixtureModel } from '../support/fixture';

describe('the rule table', () => {
  it('lists every file of src/lint/rules, sorted, under the name of its file', () => {
    const folder = fileURLToPath(new URL('../../src/lint/rules/', import.meta.url));
    const files = readdirSync(folder, { recursive: true }).map(String)
      .filter((path) => path.includes('/') && path.endsWith('.ts')).map((path) => path.slice(0, -3));
    assert.deepEqual(rules.map((rule) => rule.name), files.sort());
  });

  it('has all that a page needs in every rule', () => {
    for (const rule of rules) {
      assert.match(rule.name, /^[a-z]+\/[a-z0-9-]+$/);
      assert.ok(rule.summary.endsWith('.') && rule.why.trim().length > 100, rule.name);
      assert.ok(rule.sources.length > 0 && rule.sources.every((s) => s.startsWith('https://')), rule.name);
      assert.ok(rule.examples.invalid.length > 0 && rule.examples.valid.length > 0, rule.name);
      if (rule.enabled === false) assert.match(rule.why, /off by default/i, rule.name);
    }
  });

  it('leaves no hole of a message unfilled in any example', () => {
    for (const rule of rules) {
      for (const example of [...rule.examples.invalid, ...rule.examples.valid]) {
        const { files, model, text } = fixtureModel(example.files);
        const earlier = example.earlier === undefined ? {} : { earlier: earlierFiles(example.earlier, files) };
        for (const problem of lint(model, { ...defaultConfig, presets: ['strict'] }, { text, ...earlier })) {
          assert.doesNotMatch(problem.message.replaceAll('{id}', '').replaceAll('${env', ''), /\{\w+\}/, problem.code);
          assert.doesNotMatch(problem.message, /undefined|\[object/, problem.code);
        }
      }
    }
  });

  it('uses every message in an example of its own', () => {
    for (const rule of rules) {
      const reports = rule.examples.invalid.map((e) => e.report).join('\n');
      for (const [id, message] of Object.entries(rule.messages)) {
        const pattern = message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\\\{\w+\\\}/g, '[^\\n]*?');
        assert.match(reports, new RegExp(pattern), `${rule.name} ${id}`);
      }
    }
  });

  it('describes a configuration that is one', () => {
    const text = /```yaml\n([\s\S]*?)```/.exec(rulesIndex(rules))?.[1] ?? '';
    const { config, problems } = parseConfig({ id: 'file:///c' as FileId, path: '/tailrace.config.yaml', text });
    assert.deepEqual(problems, []);
    assert.deepEqual([config.presets, config.exclude, config.overrides.length], [['strict'], ['*.generated.json'], 1]);
  });

  it('links to pages that exist and are fresh', () => {
    assert.deepEqual(stalePages(), [], 'run npx tsx scripts/docs.ts');
    assert.equal(ruleDocsUrl('dlq/cycle'), 'https://github.com/tailrace/tailrace/blob/main/docs/rules/dlq/cycle.md');
  });
});

