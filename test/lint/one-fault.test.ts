import assert from 'node:assert/strict';
import { defaultConfig, mayReport, type LintConfig } from '../../src/lint/config';
import { rules } from '../../src/lint/rules/index';
import { lint } from '../../src/lint/run';
import { fixtureModel } from '../support/fixture';

/** The rules of some groups that speak of one consume, of a service that may write in transactions as well. */
function saidOfConsume(client: string, settings: string, publishes = ''): string[] {
  const { model, text } = fixtureModel(`
flow: 1
brokers: { e: { protocol: kafka } }
channels: { t: { broker: e }, u: { broker: e } }
services: { s: { client: "${client}", consumes: { t: { group: s, offsetReset: earliest, ${settings} } }${publishes} } }
`);
  return lint(model, defaultConfig, { text }).filter((p) => /^(consumer|delivery\/eo-auto)/.test(p.code)).map((p) => `${p.severity} ${p.code}`);
}

describe('auto-commit is told of by one rule', () => {
  const writes = ', publishes: { u: { transactionalId: s-1 } }';
  const alo = 'guarantee: at-least-once';
  for (const [client, settings, publishes, expected] of [
    ['kafka-java@3.9', `${alo}, autoCommit: true`, '', ['warning consumer/auto-commit']],
    ['kafka-java@3.9', 'guarantee: exactly-once, idempotentBy: id, autoCommit: true, commit: transaction', '', ['error delivery/eo-auto-commit']],
    ['kafka-java@3.9', 'guarantee: exactly-once, idempotentBy: id', writes, ['error delivery/eo-auto-commit']],
    ['kafka-java', `${alo}, autoCommit: true`, writes, ['warning delivery/eo-auto-commit']],
    ['librdkafka@2.6', alo, '', ['warning consumer/auto-offset-store']],
    ['librdkafka@2.6', 'autoCommit: true', '', ['info consumer/auto-offset-store']],
    ['librdkafka@2.6', `${alo}, autoCommit: true, processing: async`, '', ['error consumer/auto-commit-async']],
    ['librdkafka@2.6', `${alo}, autoCommit: true, autoOffsetStore: false`, '', []],
    ['kafka-java@4.2', `${alo}, shareGroup: true`, '', []],
    ['kafka-java@4.2', 'guarantee: exactly-once, idempotentBy: id, shareGroup: true', writes, []],
    ['@confluentinc/kafka-javascript@1.2', alo, '', []],
    ['@confluentinc/kafka-javascript@1.2', `${alo}, autoCommit: true`, '', ['info consumer/auto-commit']],
  ] as const) {
    it(`of ${client} with { ${settings} }${publishes}`, () => assert.deepEqual(saidOfConsume(client, settings, publishes), expected));
  }
});

/** The rules of the producer's group that speak of one publish. */
function saidOfPublish(client: string, settings: string, ordering = 'none'): string[] {
  const { model, text } = fixtureModel(`
flow: 1
brokers: { e: { protocol: kafka } }
channels: { t: { broker: e, ordering: ${ordering} } }
services: { s: { client: "${client}", publishes: { t: { key: id, ${settings} } } } }
`);
  return lint(model, defaultConfig, { text }).filter((p) => p.code.startsWith('producer/'))
    .map((p) => `${p.severity} ${p.code} ${text(p.at.file).slice(p.at.start, p.at.end)}`);
}

describe('idempotence is told of by one rule', () => {
  for (const [client, settings, expected] of [
    ['kafka-java@3.9', 'guarantee: at-least-once', []],
    ['kafka-java@3.9', 'guarantee: at-least-once, acks: 1', ['error producer/acks-not-all 1']],
    ['kafka-java@3.9', 'guarantee: at-least-once, acks: 1, idempotence: true', ['error producer/idempotence-off 1']],
    ['kafka-java@3.9', 'acks: all, maxInFlight: 6', ['warning producer/idempotence-off 6']],
    ['kafka-java@4.0', 'acks: all, maxInFlight: 6', ['error producer/idempotence-off 6']],
    ['kafka-java@3.1.0', 'guarantee: at-least-once', ['warning producer/idempotence-off t']],
    ['kafka-java@3.1', 'guarantee: at-least-once', ['info producer/idempotence-off t']],
    ['kafka-java@2.8', 'acks: all', ['warning producer/retry-reorder t']],
    ['kafka-java@2.8', 'acks: all, maxInFlight: 1', []],
    ['kafkajs@2.2', 'acks: all, idempotence: true, maxInFlight: 9', []],
    ['kafka-connect@3.9', 'acks: all', []],
  ] as const) {
    it(`of ${client} with { ${settings} }`, () => assert.deepEqual(saidOfPublish(client, settings, 'per-key'), expected));
  }
});

describe('a rule that is off everywhere', () => {
  const rule = rules.find(({ name }) => name === 'delivery/undeclared')!;
  const may = (config: Partial<LintConfig>): boolean => mayReport(rule, { ...defaultConfig, ...config });
  const on = [{ pattern: 'delivery/*', level: 'warning' }] as const;

  it('is not run', () => {
    assert.equal(may({}), false);
    assert.equal(may({ rules: [{ pattern: rule.name, level: 'off' }] }), false);
    assert.equal(may({ presets: ['strict', 'none'] }), false);
  });

  it('is run as soon as one place may have it', () => {
    assert.equal(may({ presets: ['strict'] }), true);
    assert.equal(may({ presets: ['none'], rules: on }), true);
    assert.equal(may({ overrides: [{ files: ['shop/**'], rules: on }] }), true);
    assert.equal(may({ environments: new Map([['production', { rules: on }]]) }), true);
    assert.equal(may({ settings: on }), true);
  });
});
