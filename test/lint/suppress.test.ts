import assert from 'node:assert/strict';
import { defaultConfig } from '../../src/lint/config';
import { lint } from '../../src/lint/run';
import { readSuppressions } from '../../src/lint/suppress';
import type { FileId } from '../../src/text/range';
import { fixtureModel } from '../support/fixture';

function run(fixture: string): string[] {
  const { model, text, files } = fixtureModel(fixture);
  return lint(model, defaultConfig, { text }).map((p) => {
    const content = files.find((f) => f.id === p.at.file)?.text ?? '';
    return `${p.code} ${content.slice(p.at.start, p.at.end)}`;
  });
}

const flow = (lines: string) => `
flow: 1
brokers:
  events: { protocol: kafka }
schemas: { S: { versions: { 1: s.proto#S } } }
channels:
  orders: { broker: events, schema: S@1 }
services:
  checkout:
    publishes:
${lines}
=== s.proto
message S {}
`.replace(/^\n/, '=== test.flow.yaml\n');

describe('tailrace-ignore', () => {
  it('silences the next line, over blank lines and further comments', () => {
    assert.deepEqual(run(flow('      orders: { acks: 1 }')), ['producer/acks-not-all 1']);
    assert.deepEqual(run(flow('      # tailrace-ignore producer/acks-not-all: may be lost\n\n      # and more\n      orders: { acks: 1 }')), []);
  });

  it('silences its own line behind other text', () => {
    assert.deepEqual(run(flow('      orders: { acks: 1 } # tailrace-ignore producer/*')), []);
  });

  it('takes several rules, and none for all', () => {
    assert.deepEqual(run(flow('      orders: { acks: 1 } # tailrace-ignore schema/missing, producer/acks-not-all: both')), [
      'lint/unused-suppression schema/missing',
    ]);
    assert.deepEqual(run(flow('      orders: { acks: 1 } # tailrace-ignore')), []);
    assert.deepEqual(run(flow('      orders: { acks: all } # tailrace-ignore')), ['lint/unused-suppression tailrace-ignore']);
  });

  it('silences a whole file', () => {
    assert.deepEqual(run(flow('      orders: { acks: 1 } # tailrace-ignore-file producer/acks-not-all')), []);
    assert.deepEqual(run(flow('      orders: { acks: 1 }') + '# not here\n').length, 1);
  });

  it('does not silence other lines or other rules', () => {
    assert.deepEqual(run(flow('      orders:\n        # tailrace-ignore producer/acks-not-all\n        key: id\n        acks: 1')), [
      'lint/unused-suppression producer/acks-not-all', 'producer/acks-not-all 1',
    ]);
  });

  it('reports names of no rule with a guess, and keeps the problem', () => {
    assert.deepEqual(run(flow('      orders: { acks: 1 } # tailrace-ignore producer/ack-not-all')), [
      'producer/acks-not-all 1', 'lint/unknown-rule producer/ack-not-all',
    ]);
  });

  it('reads the comments of properties and of .proto files', () => {
    assert.deepEqual(run(`
=== producer.properties
bootstrap.servers=localhost:9092
key.serializer=org.apache.kafka.common.serialization.StringSerializer
client.id=web
# tailrace-ignore producer/acks-not-all: clicks may be lost
acks=0
=== contracts/order.proto
syntax = "proto3";
package shop; // tailrace-ignore schema/unversioned: internal
message Order {}
`), []);
  });

  it('leaves comments alone that are not for it, and text in strings', () => {
    const id = 'file:///a.proto' as FileId;
    const read = (text: string, path = '/a.proto') => readSuppressions({ id, path }, text).length;
    assert.equal(read('string a = 1; // see tailrace-ignore in the manual'), 0);
    assert.equal(read('option x = "// tailrace-ignore"; /* // tailrace-ignore */'), 0);
    assert.equal(read('// tailrace-ignored\n// tailrace-ignore-line x/y'), 0);
    assert.equal(read('{"a": "# tailrace-ignore"}', '/a.json'), 0);
    assert.equal(read('text: |\n  # tailrace-ignore\nb: "# tailrace-ignore"', '/a.yaml'), 0);
    assert.equal(read('//tailrace-ignore a/b\nmessage A {}'), 1);
  });

  it('counts the reason as no name', () => {
    const text = 'a: 1 # tailrace-ignore a/b, c/*: because of x/y: z\n';
    const [found] = readSuppressions({ id: 'file:///a.yaml' as FileId, path: '/a.yaml' }, text);
    assert.deepEqual(found?.rules.map((r) => [r.name, text.slice(r.at.start, r.at.end)]), [['a/b', 'a/b'], ['c/*', 'c/*']]);
    assert.equal(found?.reason, 'because of x/y: z');
  });

  it('does not call a comment unused whose rule is switched off', () => {
    const { model, text } = fixtureModel(flow('      # tailrace-ignore producer/acks-not-all\n      orders: { acks: 1 }'));
    const config = { ...defaultConfig, rules: [{ pattern: 'producer/*', level: 'off' as const }] };
    assert.deepEqual(lint(model, config, { text }), []);
  });

  it('silences what readers report, too', () => {
    const { model, text, problems } = fixtureModel(flow('      orders: { acks: all, akcs: 1 } # tailrace-ignore flow/unknown-key'));
    assert.deepEqual(problems.map((p) => p.code), ['flow/unknown-key']);
    assert.deepEqual(lint(model, defaultConfig, { text, readerProblems: problems }), []);
  });
});
