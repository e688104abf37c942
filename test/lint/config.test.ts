import assert from 'node:assert/strict';
import { defaultConfig, levelTable, withSettings, type LintConfig } from '../../src/lint/config';
import { parseConfig } from '../../src/lint/configFile';
import { environmentsOf, unknownEnvironments } from '../../src/lint/environments';
import { lint } from '../../src/lint/run';
import type { FileId } from '../../src/text/range';
import { fixtureModel } from '../support/fixture';

const file = (text: string) => ({ id: 'file:///shop/tailrace.config.yaml' as FileId, path: '/shop/tailrace.config.yaml', text });

function read(text: string): LintConfig {
  const { config, problems } = parseConfig(file(text));
  assert.deepEqual(problems, []);
  return config;
}

function problemsOf(text: string): string[] {
  return parseConfig(file(text)).problems.map((p) => `${p.severity} ${p.code} ${text.slice(p.at.start, p.at.end)}: ${p.message}`);
}

describe('tailrace.config.yaml', () => {
  it('reads every key', () => {
    const { rules, overrides, environments, ...rest } = read(`
rules:
  producer/acks-not-all: warning
  schema/*: off
presets: [strict]
overrides:
  - files: [legacy/**, "*.old.yaml"]
    rules: { "*": off }
environments:
  Production: { rules: { durability/*: error } }
  development: { rules: { "*": info } }
naming: { kafka: "[a-z.]+", mqtt: "[a-z/]+" }
exclude: generated
guarantee: at-least-once
profile: staging,eu
disabledDialects: [julie]
environment: development
baseline: tailrace-baseline.json
`);
    assert.deepEqual(rules.map(({ pattern, level }) => [pattern, level]), [['producer/acks-not-all', 'warning'], ['schema/*', 'off']]);
    assert.deepEqual(overrides.map((o) => [o.files, o.rules.map((r) => r.pattern)]), [[['legacy/**', '*.old.yaml'], ['*']]]);
    assert.deepEqual([...environments].map(([name, entries]) => [name, entries.rules.map((r) => `${r.pattern} ${r.level}`)]), [
      ['production', ['durability/* error']], ['development', ['* info']],
    ]);
    assert.deepEqual(rest, {
      folder: '/shop', presets: ['strict'], exclude: ['generated'], guarantee: 'at-least-once', environment: 'development',
      profile: 'staging,eu', disabledDialects: ['julie'],
      naming: { kafka: '[a-z.]+', mqtt: '[a-z/]+' }, baseline: 'tailrace-baseline.json',
    });
    assert.deepEqual(read('naming: "[a-z]+"\n').naming, { all: '[a-z]+' });
  });

  it('is the default configuration of its folder while it is empty', () => {
    assert.deepEqual(read('# nothing yet\n'), { ...defaultConfig, folder: '/shop' });
  });

  it('says what it does not understand, where it stands, with a guess', () => {
    assert.deepEqual(problemsOf('rule: {}\n'), [
      'error config/unknown-key rule: Tailrace\'s configuration has no key "rule". Did you mean "rules"?',
    ]);
    assert.deepEqual(problemsOf('rules: { producer/ack-not-all: error, durability/replication: warn }\n'), [
      'warning config/unknown-rule producer/ack-not-all: There is no rule "producer/ack-not-all". Did you mean "producer/acks-not-all"?',
      'error config/wrong-value warn: The level of durability/replication is one of off, info, warning, error.',
    ]);
    assert.deepEqual(problemsOf('rules: { producr/*: off }\npresets: [stict]\n'), [
      'warning config/unknown-rule producr/*: There is no rule "producr/*". Did you mean "producer/*"?',
      'error config/wrong-value stict: There is no preset "stict"; there are recommended, strict, all, none. Did you mean "strict"?',
    ]);
    assert.deepEqual(problemsOf('overrides: [{ rules: {} }]\n').length, 1);
    assert.deepEqual(problemsOf('environments: { production: { rule: {} }, test: info }\n'), [
      'error config/unknown-key rule: An environment has no key "rule". Did you mean "rules"?',
      'error config/wrong-type info: The environment test is a map with `rules`.',
    ]);
    assert.match(problemsOf('naming: "[a-"\n').join(), /^error config\/wrong-value "\[a-": This is no regular expression/);
    assert.deepEqual(problemsOf('naming: { kafk: x }\n'), [
      'error config/unknown-key kafk: There is no protocol "kafk"; there are kafka, rabbitmq, mqtt, nats. Did you mean "kafka"?',
    ]);
  });

  it('keeps what it understands of a half-typed file', () => {
    const { config } = parseConfig(file('environment: production\nrules:\n  schema/missing: off\n  producer/acks-not-all:\n'));
    assert.equal(config.environment, 'production');
    assert.deepEqual(config.rules.map((r) => r.pattern), ['schema/missing']);
  });

  it('never throws, whatever is cut off', () => {
    const text = 'rules: { "a/b": off }\noverrides:\n  - files: ["x"]\n    rules: { c: [1] }\nexclude: [a, {b: 1}]\nguarantee: 3\n';
    for (let end = 0; end <= text.length; end++) parseConfig(file(text.slice(0, end)));
    assert.ok(parseConfig(file('- 1\n- 2\n')).problems.length > 0);
  });
});

describe('levels', () => {
  const level = (config: Partial<LintConfig>, rule: string, path: string) =>
    levelTable({ ...defaultConfig, folder: '/shop', ...config }).levelOf(rule, path);

  it('prefers an exact id to its group and to all, whatever the order', () => {
    const rules = [
      { pattern: 'schema/missing', level: 'error' }, { pattern: 'schema/*', level: 'off' }, { pattern: '*', level: 'info' },
    ] as const;
    assert.equal(level({ rules }, 'schema/missing', '/shop/a.yaml'), 'error');
    assert.equal(level({ rules }, 'schema/unversioned', '/shop/a.yaml'), 'off');
    assert.equal(level({ rules }, 'dlq/cycle', '/shop/a.yaml'), 'info');
    assert.equal(level({}, 'dlq/cycle', '/shop/a.yaml'), 'default');
  });

  it('lets overrides win in their files, and the editor everywhere', () => {
    const config = {
      rules: [{ pattern: 'dlq/cycle', level: 'error' }] as const,
      overrides: [{ files: ['legacy'], rules: [{ pattern: 'dlq/*', level: 'off' }] as const }],
    };
    assert.equal(level(config, 'dlq/cycle', '/shop/legacy/deep/a.yaml'), 'off');
    assert.equal(level(config, 'dlq/cycle', '/shop/legacyish/a.yaml'), 'error');
    const settled = withSettings({ ...defaultConfig, folder: '/shop', ...config }, { rules: { '*': 'warning', 'dlq/missing': 'loud' } });
    assert.equal(levelTable(settled).levelOf('dlq/cycle', '/shop/legacy/a.yaml'), 'warning');
    assert.equal(levelTable(settled).levelOf('dlq/missing', '/shop/a.yaml'), 'warning');
  });

  it('matches globs against paths below the folder', () => {
    const excluded = (glob: string, path: string) => levelTable({ ...defaultConfig, folder: '/shop', exclude: [glob] }).isExcluded(path);
    assert.equal(excluded('*.json', '/shop/deep/definitions.json'), true);
    assert.equal(excluded('gen/**', '/shop/gen/a/b.yaml'), true);
    assert.equal(excluded('gen/**', '/shop/src/gen/a.yaml'), false);
    assert.equal(excluded('gen/', '/shop/src/gen/a.yaml'), true);
    assert.equal(excluded('/gen', '/shop/src/gen/a.yaml'), false);
    assert.equal(excluded('.hidden/*', '/shop/.hidden/a.yaml'), true);
  });
});

describe('lint with a configuration', () => {
  const { model, text } = fixtureModel(`
=== shop.flow.yaml
flow: 1
brokers:
  events: { protocol: kafka }
channels:
  orders: { broker: events }
services:
  checkout:
    publishes:
      orders: { acks: 1 }
=== legacy/old.flow.yaml
flow: 1
services:
  legacy:
    publishes:
      orders: { acks: 0 }
`);
  const run = (config: Partial<LintConfig>) =>
    lint(model, { ...defaultConfig, ...config }, { text }).map((p) => `${p.severity} ${p.code} ${p.at.file.slice(8)}`);

  it('takes severities, overrides, exclusion and presets', () => {
    const acks = 'producer/acks-not-all';
    assert.deepEqual(run({}), [`warning ${acks} legacy/old.flow.yaml`, 'info schema/missing shop.flow.yaml', `warning ${acks} shop.flow.yaml`]);
    assert.deepEqual(run({ rules: [{ pattern: acks, level: 'info' }], exclude: ['legacy'] }), [
      'info schema/missing shop.flow.yaml', `info ${acks} shop.flow.yaml`,
    ]);
    assert.deepEqual(run({ overrides: [{ files: ['legacy/**'], rules: [{ pattern: '*', level: 'off' }] }] }).length, 2);
    assert.deepEqual(run({ presets: ['none'] }), []);
    assert.deepEqual(run({ presets: ['none'], rules: [{ pattern: acks, level: 'error' }] }), [
      `error ${acks} legacy/old.flow.yaml`, `error ${acks} shop.flow.yaml`,
    ]);
    assert.ok(run({ presets: ['strict'] }).includes('warning topology/no-consumer shop.flow.yaml'));
    assert.ok(run({ rules: [{ pattern: 'topology/*', level: 'info' }] }).includes('info topology/no-consumer shop.flow.yaml'));
  });

  it('lets the configuration say what everybody wants', () => {
    assert.ok(run({ guarantee: 'at-least-once' }).includes('error producer/acks-not-all shop.flow.yaml'));
    assert.ok(!run({ guarantee: 'best-effort' }).some((p) => p.includes('acks-not-all')));
  });
});

describe('levels by environment', () => {
  const files = `
=== shop.flow.yaml
flow: 1
brokers:
  live: { protocol: kafka, environment: production, registry: "http://registry.example.com" }
  try: { protocol: kafka, environment: development, registry: "http://registry.example.com" }
  other: { protocol: kafka }
channels:
  orders: { broker: live }
  trials: { broker: try }
  copies: { broker: other }
services:
  checkout:
    publishes:
      orders: { acks: 1 }
      trials: { acks: 1 }
      copies: { acks: 1 }
`;
  const run = (config: Partial<LintConfig>): string[] => {
    const { model, text } = fixtureModel(files);
    return lint(model, { ...defaultConfig, rules: [{ pattern: 'schema/*', level: 'off' }], ...config }, { text })
      .filter((p) => p.code === 'producer/acks-not-all')
      .map((p) => `${p.severity} ${/topic (\w+)/.exec(p.message)?.[1]}`);
  };
  const environments = new Map([
    ['production', { rules: [{ pattern: 'producer/*', level: 'error' }] }],
    ['development', { rules: [{ pattern: '*', level: 'off' }] }],
  ] as const);

  it('judges a finding by the broker that its place is about', () => {
    assert.deepEqual(run({ environments }), ['error orders', 'warning copies']);
    assert.deepEqual(run({}), ['warning orders', 'warning trials', 'warning copies']);
  });

  it('takes the configured environment for brokers that state none', () => {
    assert.deepEqual(run({ environments, environment: 'Production' }), ['error orders', 'error copies']);
  });

  it('stands between the rules and the overrides', () => {
    const rules = [{ pattern: 'producer/acks-not-all', level: 'info' }] as const;
    assert.deepEqual(run({ environments, rules }), ['error orders', 'info copies']);
    const overrides = [{ files: ['*.flow.yaml'], rules }];
    assert.deepEqual(run({ environments, overrides }), ['info orders', 'info trials', 'info copies']);
  });

  it('tells a name that is nearly that of an environment, and lets others be', () => {
    const { model } = fixtureModel(files);
    const said = (text: string): string[] => unknownEnvironments(model, read(text)).map((p) => `${text.slice(p.at.start, p.at.end)}: ${p.message}`);
    assert.deepEqual(said('environments: { prodution: { rules: {} }, staging: { rules: {} }, Development: { rules: {} } }\n'), [
      'prodution: No broker is in environment "prodution": its levels hold for nothing. Did you mean "production"?',
    ]);
    assert.deepEqual(said('environment: stage\nenvironments: { stage: { rules: {} } }\n'), []);
  });

  it('finds the innermost declaration around a place, and what all that a service uses have in common', () => {
    const { model, text } = fixtureModel(files);
    const file = model.brokers[0]!.facts[0]!.extent.file;
    const of = environmentsOf(model, 'staging');
    const at = (word: string): string | undefined => {
      const start = text(file).indexOf(word);
      return of({ file, start, end: start + word.length });
    };
    assert.deepEqual(['live:', 'try: {', 'other:', 'trials: { broker', 'trials: { acks', 'checkout:', 'flow:'].map(at), [
      'production', 'development', 'staging', 'development', 'development', 'staging', 'staging',
    ]);
  });
});

describe('presets', () => {
  it('counts a finding in full only where all is asked for', () => {
    const { model } = fixtureModel(`
flow: 1
brokers:
  events: { protocol: kafka }
channels:
  orders: { broker: events }
services:
  checkout:
    publishes:
      orders: { acks: 1 }
`);
    const acks = (presets: LintConfig['presets']): string[] =>
      lint(model, { ...defaultConfig, presets }).filter((p) => p.code === 'producer/acks-not-all').map((p) => p.severity);
    assert.deepEqual([acks([]), acks(['recommended']), acks(['strict']), acks(['all'])], [['warning'], ['warning'], ['warning'], ['error']]);
    const codes = (presets: LintConfig['presets']): string[] => [...new Set(lint(model, { ...defaultConfig, presets }).map((p) => p.code))];
    assert.deepEqual(codes(['all']), codes(['strict']));
    assert.ok(codes(['strict']).includes('topology/no-consumer') && !codes(['recommended']).includes('topology/no-consumer'));
  });
});
