import assert from 'node:assert/strict';
import { fixAll, quickFixes, type Action } from '../../src/ide/fixes';
import { lint } from '../../src/lint/run';
import { ideFixture, type IdeFixture } from './support';

/** A fixture with the problems of all rules. */
function linted(text: string): IdeFixture {
  const plain = ideFixture(text);
  return ideFixture(text, lint(plain.model));
}

function actionsAt(text: string): { readonly f: IdeFixture; readonly actions: readonly Action[] } {
  const f = linted(text);
  return { f, actions: quickFixes(f.ide, f.file, f.offset, f.offset) };
}

function take(text: string, title: RegExp): string {
  const { f, actions } = actionsAt(text);
  const action = actions.find((a) => title.test(a.title));
  assert.ok(action, `no action ${String(title)} among: ${actions.map((a) => a.title).join(' | ')}`);
  return f.after(action.edits);
}

const shop = (service: string): string => `
flow: 1
brokers:
  events: { protocol: kafka, environment: production }
channels:
  orders: { broker: events, partitions: 3, replicas: 3, minInsyncReplicas: 2 }
services:
  billing: { consumes: { orders: { group: billing, autoCommit: false, commit: after-processing } } }
${service}`;

describe('quick fixes', () => {
  it('offer the fix of a problem, the first as the preferred one', () => {
    const { f, actions } = actionsAt(
      shop('  checkout: { publishes: { orders: { guarantee: at-least-once, acks: $01 } } }\n'),
    );
    const fix = actions.find((a) => a.problem?.code === 'producer/acks-not-all' && a.edits.length > 0);
    assert.ok(fix);
    assert.match(f.after(fix.edits), /acks: all/);
  });

  it('fix all problems of a kind in one step', () => {
    const text = shop(
      '  a: { publishes: { orders: { guarantee: at-least-once, acks: $01 } } }\n' +
        '  b: { publishes: { orders: { guarantee: at-least-once, acks: 0 } } }\n',
    );
    const after = take(text, /^Fix all 2 producer\/acks-not-all problems/);
    assert.equal(after.match(/acks: all/g)?.length, 2);
  });

  it('ignore a rule on a line, with its indentation', () => {
    assert.match(
      take(
        shop('  checkout:\n    publishes:\n      orders: { guarantee: at-least-once, acks: $01 }\n'),
        /^Ignore .* on this line/,
      ),
      /publishes:\n {6}# tailrace-ignore producer\/acks-not-all\n {6}orders: /,
    );
  });

  it('silence what they say they ignore', () => {
    const text = shop('  checkout:\n    publishes:\n      orders: { guarantee: at-least-once, acks: $01 }\n');
    for (const title of [/^Ignore .* on this line/, /^Ignore .* in this file/]) {
      const after = ideFixture(take(text, title));
      const left = lint(after.model, undefined, { text: (id) => after.text(id) });
      assert.deepEqual(
        left.filter((p) => p.code.startsWith('lint/') || p.code === 'producer/acks-not-all'),
        [],
      );
    }
  });

  it('add to an ignore comment that is there', () => {
    const text = shop(
      '  checkout:\n    publishes:\n      # tailrace-ignore schema/missing: later\n      orders: { guarantee: at-least-once, acks: $01 }\n',
    );
    assert.match(
      take(text, /^Ignore producer\/acks-not-all on/),
      /# tailrace-ignore schema\/missing, producer\/acks-not-all: later\n/,
    );
  });

  it('ignore in the configuration where a file has no comments', () => {
    const definitions = `=== definitions.json
{ "rabbit_version": "4.0", "vhosts": [{ "name": "/" }], "exchanges": [], "bindings": [],
  "queues": [{ "name": "mail", "vhost": "/", "durable": fal$0se, "auto_delete": false, "arguments": {} }] }
`;
    const { f, actions } = actionsAt(definitions);
    const action = actions.find((a) => /in tailrace\.config\.yaml$/.test(a.title));
    assert.ok(action, actions.map((a) => a.title).join(' | '));
    assert.equal(action.creates, '/tailrace.config.yaml');
    assert.equal(
      f.after(action.edits),
      `=== tailrace.config.yaml\noverrides:\n  - files: [definitions.json]\n    rules:\n      ${action.problem?.code}: off\n`,
    );
    assert.match(
      take(
        `${definitions}=== tailrace.config.yaml\noverrides:\n- files: [x]\n  rules: {}\n`,
        /in tailrace\.config/,
      ),
      /overrides:\n- files: \[definitions\.json\]\n {2}rules:\n {4}\S+: off\n- files: \[x\]/,
    );
  });

  it('have nothing to do away from problems', () => {
    assert.deepEqual(actionsAt('fl$0ow: 1\n').actions, []);
  });
});

describe('fix all', () => {
  it('applies the safe fixes of a file, and only those', () => {
    const f = linted(shop('  a: { publishes: { orders: { guarantee: at-least-once, acks: 1 } } }\n'));
    const safe = f.ide.problems(f.file.id).flatMap((p) => p.fixes?.find((fix) => fix.safe) ?? []);
    const actions = fixAll(f.ide, f.file);
    assert.equal(actions.length, safe.length > 0 ? 1 : 0);
    for (const action of actions)
      assert.notEqual(f.after(action.edits), `=== ${f.file.path.slice(1)}\n${f.file.text}`);
  });
});
