import assert from 'node:assert/strict';
import type { FlowGuarantee, FlowSetting } from '../../src/delivery/guarantee';
import type { FlowModel } from '../../src/model/model';
import { guaranteeInlays } from '../../src/ide/guarantee/inlays';
import { guaranteeLenses } from '../../src/ide/guarantee/lenses';
import { quickFixes } from '../../src/ide/fixes';
import { hover } from '../../src/ide/hover';
import type { Problem } from '../../src/text/problem';
import { doubleWork, handMade, lossOfLeader } from '../support/guarantee';
import { ideFixture, type IdeFixture } from './support';

const shop = `flow: 1
brokers: { events: { protocol: kafka, version: "4.1" } }
channels:
  orders.placed: { broker: events, replicas: 3 }
services:
  checkout:
    publishes:
      orders.placed: { acks: 1 }
  till:
    publishes: { orders.placed: {} }
  billing:
    consumes:
      orders.placed:
        guarantee: exactly-once
`;

const acks = (model: FlowModel): FlowSetting => ({
  key: 'acks', owner: 'publish', subject: 'checkout', station: 0, taken: '1',
  setting: { from: 'default', value: '1', of: 'Java client < 3.0', source: 'https://kafka.apache.org/', assumed: true },
  ...(model.publishes[0]?.settings.acks && { setting: { from: 'declared', ...model.publishes[0].settings.acks } }),
});

const assumed = (): FlowSetting => ({
  key: 'autoCommit', owner: 'consume', subject: 'billing', station: 2, taken: 'true',
  setting: { from: 'default', value: true, of: 'Java client', source: 'https://kafka.apache.org/', assumed: true },
});

/** Two flows into billing: the one of checkout loses, the one of till only repeats. */
const two = (model: FlowModel): readonly FlowGuarantee[] => [
  handMade(model, {
    from: 'till', to: 'billing', derived: 'at-least-once', decidedBy: 'duplication',
    hazards: { duplication: { faults: 1, trace: doubleWork, deciding: [] } },
  }),
  handMade(model, {
    from: 'checkout', to: 'billing', derived: 'best-effort', decidedBy: 'loss',
    hazards: {
      loss: { faults: 1, trace: lossOfLeader, deciding: [acks(model), assumed()] },
      duplication: { faults: 0 }, blocking: { faults: 2 },
    },
  }),
];

function withGuarantees(text: string, of: (model: FlowModel) => readonly FlowGuarantee[], path?: string): IdeFixture {
  const f = ideFixture(text, [], path);
  const all = of(f.model);
  return { ...f, ide: { ...f.ide, guarantees: () => all, explainLink: (flow) => `command:explain?${encodeURIComponent(flow)}` } };
}

function hovered(text: string, of = two): string {
  const f = withGuarantees(text, of);
  return hover(f.ide, f.file, f.dialect, f.offset)?.markdown ?? 'nothing';
}

describe('lenses of guarantees', () => {
  const titles = (of: (model: FlowModel) => readonly FlowGuarantee[], text = shop): string[] => {
    const f = withGuarantees(text, of);
    return guaranteeLenses(f.ide, f.file.id).map((lens) => `${f.place(lens.at)}: ${lens.title} (${lens.flow})`);
  };

  it('tell of several flows the worst, at the consume', () => {
    assert.deepEqual(titles(two), [
      'test.flow.yaml 13:7-13:20 "orders.placed": best-effort · declared exactly-once ✗ · worst of 2, '
      + 'checkout → orders.placed → billing (checkout > orders.placed > billing)',
    ]);
  });

  it('tell a kept promise, a missing one, and one that all flows share', () => {
    const one = (derived: 'exactly-once' | 'at-least-once', declared = true) => (model: FlowModel) =>
      [handMade(model, { from: 'till', to: 'billing', derived, declared })];
    assert.match(titles(one('exactly-once'))[0] ?? '', /: exactly-once ✓ \(/);
    assert.match(titles(one('at-least-once'))[0] ?? '', /: at-least-once · declared exactly-once ✗ \(/);
    assert.match(titles(one('at-least-once', false))[0] ?? '', /: at-least-once \(/);
    const both = (model: FlowModel) => ['till', 'checkout'].map((from) => handMade(model, { from, to: 'billing', derived: 'exactly-once' }));
    assert.match(titles(both)[0] ?? '', /: exactly-once ✓ · both flows \(checkout/);
  });

  it('say nothing where nothing flows', () => {
    assert.deepEqual(titles(() => []), []);
  });
});

describe('inlay hints of guarantees', () => {
  const inlays = (text: string, path?: string, of = two): string[] => {
    const f = withGuarantees(text, of, path);
    return guaranteeInlays(f.ide, f.file).map(({ offset, text: label, tooltip }) => {
      const line = f.file.text.slice(0, offset).split('\n');
      return `${line.length}: ${line.at(-1)?.trim()} [${label}] ${tooltip.replaceAll('\n', ' | ')}`;
    });
  };

  it('stand behind each publish and consume, with all flows in the tooltip', () => {
    assert.deepEqual(inlays(shop), [
      '8: orders.placed: { acks: 1 } [best-effort ✗] checkout → orders.placed → billing: best-effort · declared exactly-once ✗',
      '10: publishes: { orders.placed: {} } [at-least-once ✗] till → orders.placed → billing: at-least-once · declared exactly-once ✗',
      '13: orders.placed: [best-effort ✗] checkout → orders.placed → billing: best-effort · declared exactly-once ✗ | '
      + 'till → orders.placed → billing: at-least-once · declared exactly-once ✗',
    ]);
  });

  it('stand behind the name of an AsyncAPI operation', () => {
    const text = `asyncapi: 3.0.0
info: { title: checkout, version: 1.0.0 }
servers: { events: { host: "kafka-1.example.com:9093", protocol: kafka } }
channels:
  ordersPlaced: { address: orders.placed }
operations:
  placeOrder:
    action: send
    channel: { $ref: "#/channels/ordersPlaced" }
  readOrder:
    action: receive
    channel: { $ref: "#/channels/ordersPlaced" }
`;
    const loop = (model: FlowModel) => [handMade(model, { from: 'checkout', to: 'checkout', derived: 'at-least-once' })];
    assert.deepEqual(inlays(text, 'asyncapi.yaml', loop), [
      '7: placeOrder: [at-least-once] checkout → orders.placed → checkout: at-least-once',
      '10: readOrder: [at-least-once] checkout → orders.placed → checkout: at-least-once',
    ]);
  });

  it('are given for the stretch that is asked for', () => {
    const f = withGuarantees(shop, two);
    const from = f.file.text.indexOf('  billing:');
    assert.equal(guaranteeInlays(f.ide, f.file, from, f.file.text.length).length, 1);
  });
});

describe('hover of guarantees', () => {
  const atConsume = shop.replace('      orders.placed:\n', '      orders.pl$0aced:\n');

  it('tells the worst flow in full: hazards, what decides, the story, what is assumed', () => {
    const text = hovered(atConsume).split('\n\n---\n\n')[0];
    assert.equal(text, [
      '**best-effort**, declared exactly-once in [test.flow.yaml:14](file:///test.flow.yaml#L14) ✗ · checkout → orders.placed → billing',
      '[Explain this flow](command:explain?checkout%20%3E%20orders.placed%20%3E%20billing)',
      '- Lost: by one fault\n- Processed twice: in normal running\n- Processed out of order: never within three faults\n'
      + '- Blocked: by two faults together',
      'Decided by:\n\n- acks `1` of checkout (declared, [test.flow.yaml:8](file:///test.flow.yaml#L8))\n'
      + '- autoCommit `true` of billing ([the default of Java client, assumed](https://kafka.apache.org/))',
      'How it is lost, by one fault:\n\n1. checkout sends m1 to the leader of orders.placed.\n2. The leader of orders.placed appends m1.\n'
      + '3. The leader acknowledges m1 to checkout.\n4. The leader goes down before a follower has fetched m1.\n'
      + '5. m1 was acknowledged and is never processed.',
      'This rests on what is assumed of autoCommit of billing: state it, or the client and its version, to know.',
      'Other flows here:\n\n- till → orders.placed → billing: at-least-once · declared exactly-once ✗',
    ].join('\n\n'));
  });

  it('shows names of files as text', () => {
    const text = hovered(atConsume.replaceAll('till:', '"[x](command:evil)":'), (model) => [
      handMade(model, { from: '[x](command:evil)', to: 'billing', derived: 'exactly-once' }),
    ]);
    assert.match(text, /\\\[x\\\]\(command:evil\) → orders/);
  });

  it('adds nothing where no flow is known', () => {
    assert.match(hovered(atConsume, () => []), /^\*\*billing\*\* consumes/);
  });
});

describe('quick fixes of broken promises', () => {
  it('lead to the explanation of the worst flow that a promise is made for', () => {
    const f = withGuarantees(shop, two);
    const at = f.model.consumes[0]!.settings.guarantee!.at;
    const problem: Problem = { code: 'delivery/declared-exceeds-derived', severity: 'error', message: '', at };
    const ide = { ...f.ide, problems: () => [problem] };
    const titles = (with_: typeof ide): string[] => quickFixes(with_, f.file, at.start, at.end).flatMap(({ title, explains }) => (explains ? [`${title}: ${explains}`] : []));
    assert.deepEqual(titles(ide), ['Explain how checkout → orders.placed → billing breaks: checkout > orders.placed > billing']);
    // Editors that do not know our commands are offered none.
    assert.deepEqual(titles({ ...ide, explainLink: undefined }), []);
  });
});
