import assert from 'node:assert/strict';
import { defaultConfig } from '../../src/lint/config';
import { defineRule, type Rule } from '../../src/lint/rule';
import { rules } from '../../src/lint/rules/index';
import { lint } from '../../src/lint/run';
import { fixture, fixtureModel } from '../support/fixture';
import { buildModel } from '../../src/model/build';
import { compareProblems } from '../../src/text/problem';
import { readFiles } from '../../src/workspace/read';

const flow = 'flow: 1\nbrokers: { e: { protocol: kafka } }\nchannels: { b: { broker: e }, a: { broker: e } }\n';

function rule(name: string, check: Rule['check']): Rule {
  return defineRule({
    name, severity: 'error', summary: 's', why: 'w', sources: [], messages: { m: 'about {what}' },
    examples: { invalid: [], valid: [] }, check,
  });
}

describe('lint', () => {
  it('catches a rule that throws, names it, and runs the others', () => {
    const { model } = fixtureModel(flow);
    const thrown: string[] = [];
    const problems = lint(model, defaultConfig, {
      rules: [
        rule('a/throws', () => { throw new Error('oh'); }),
        rule('a/works', (m) => [{ message: 'm', at: m.channels[0]!.at, data: { what: 'it' } }]),
      ],
      onError: (name, error) => thrown.push(`${name}: ${String(error)}`),
    });
    assert.deepEqual(thrown, ['a/throws: Error: oh']);
    assert.deepEqual(problems.map((p) => p.message), ['about it']);
  });

  it('keeps one problem of a rule at a place, the most severe, and sorts by place', () => {
    const { model } = fixtureModel(flow);
    const [a, b] = [model.channel('a')!.at, model.channel('b')!.at];
    const problems = lint(model, defaultConfig, {
      rules: [rule('z/one', () => [
        { message: 'm', at: a, data: { what: 1 }, severity: 'info' }, { message: 'm', at: a, data: { what: 2 } },
        { message: 'm', at: b, data: { what: 3 } },
      ]), rule('y/two', () => [{ message: 'm', at: a, data: { what: 4 } }])],
    });
    assert.deepEqual(problems.map((p) => `${p.severity} ${p.code} ${p.message}`), [
      'error z/one about 3', 'error y/two about 4', 'error z/one about 2',
    ]);
  });

  it('never throws on a text that is cut off or damaged anywhere, and stays sorted', () => {
    const random = sequence(42);
    for (const { examples, name } of rules) {
      for (const { files } of [...examples.invalid, ...examples.valid]) {
        for (let i = 0; i < 12; i++) {
          const damaged = fixture(files).files.map((f) => ({ ...f, text: damage(f.text, random) }));
          const read = readFiles(damaged);
          const model = buildModel(read.map((r) => ({ id: r.id, path: r.path, dialect: r.dialect, facts: r.result.facts })), () => false);
          const problems = lint(model, { ...defaultConfig, presets: ['strict'] }, {
            text: (id) => damaged.find((f) => f.id === id)?.text,
            onError: (failed, error) => assert.fail(`${failed} threw on a damaged example of ${name}: ${String(error)}\n${damaged.map((f) => f.text).join('\n')}`),
          });
          assert.deepEqual(problems, [...problems].sort(compareProblems));
          for (const p of problems) {
            const text = damaged.find((f) => f.id === p.at.file)?.text ?? '';
            assert.ok(p.at.start >= 0 && p.at.start <= p.at.end && p.at.end <= text.length, p.code);
          }
        }
      }
    }
  }).timeout(60_000);

  it('gives the same problems whatever the order of the files', () => {
    const { files } = fixture(`
=== b.flow.yaml
flow: 1
services: { b: { publishes: { t: { acks: 1 } }, consumes: { u: { group: g } } } }
=== a.flow.yaml
flow: 1
brokers: { e: { protocol: kafka } }
channels: { t: { broker: e }, u: { broker: f } }
services: { a: { publishes: { t: { acks: 0 } }, consumes: { u: { group: g } } } }
=== producer.properties
bootstrap.servers=kafka.example.com:9092
key.serializer=org.apache.kafka.common.serialization.StringSerializer
acks=1
=== contracts/order.proto
package shop;
message Order {}
`);
    const run = (ordered: typeof files) => {
      const read = readFiles(ordered);
      return lint(buildModel(read.map((r) => ({ id: r.id, path: r.path, dialect: r.dialect, facts: r.result.facts }))));
    };
    assert.ok(run(files).length > 5);
    assert.deepEqual(run([...files].reverse()), run(files));
  });
});

/** A small generator with a seed, so that a failure comes again. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Cuts, doubles, drops or replaces a stretch of a text. */
function damage(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const end = Math.min(text.length, at + Math.floor(random() * 12));
  const kind = Math.floor(random() * 5);
  if (kind === 0) return text.slice(0, at);
  if (kind === 1) return text.slice(0, at) + text.slice(end);
  if (kind === 2) return text.slice(0, end) + text.slice(at);
  if (kind === 3) return text.slice(0, at) + ['"', '{', '\n', ':', '\t', '# '][Math.floor(random() * 6)] + text.slice(at);
  return text.slice(0, at) + '\uD83D' + text.slice(end);
}
