import assert from 'node:assert/strict';
import { UsageError } from '../../src/cli/arguments';
import { flowNamed, focused } from '../../src/cli/flows';
import { guaranteeJson } from '../../src/cli/formats/guaranteeJson';
import { markdownGuarantees, markdownStory } from '../../src/cli/formats/markdownGuarantee';
import { prettyGuarantees, prettyStory } from '../../src/cli/formats/prettyGuarantee';
import type { FlowGuarantee, FlowSetting } from '../../src/delivery/guarantee';
import { guaranteesOf } from '../../src/delivery/guarantees';
import { promiseOf } from '../../src/report/promise';
import type { SourceRange } from '../../src/text/range';
import { fixtureModel } from '../support/fixture';
import { handMade, lossOfLeader } from '../support/guarantee';

const files = `flow: 1
brokers: { events: { protocol: kafka } }
channels:
  orders.placed: { broker: events }
services:
  checkout: { client: kafka-java@3.9, publishes: { orders.placed: { acks: 1 } } }
  billing: { consumes: { orders.placed: { guarantee: at-least-once } } }
  audit: { consumes: { orders.placed: } }
`;
const { model } = fixtureModel(files);
const publish = model.publishes[0]!;
const acks: FlowSetting = {
  key: 'acks', owner: 'publish', subject: 'checkout', station: 0, taken: '1',
  setting: { from: 'declared', value: '1', at: publish.settings.acks!.at },
};
const minIsr: FlowSetting = {
  key: 'minInsyncReplicas', owner: 'channel', subject: 'topic orders.placed', station: 1, taken: '1',
  setting: { from: 'default', value: 1, of: 'Kafka broker', source: 'https://kafka.apache.org/documentation/', assumed: true },
};
const made = (deciding: readonly FlowSetting[], to = 'billing', isJoint = false): FlowGuarantee => handMade(model, {
  from: 'checkout', to, derived: 'at-most-once', decidedBy: 'loss',
  hazards: { loss: { faults: 1, trace: lossOfLeader, deciding, isJoint } }, settings: [acks, minIsr],
});
const place = (at: SourceRange): string => `test.flow.yaml:${at.start}`;
const flat = (_: string, text: string): string => text;

describe('the promise of a flow', () => {
  it('is broken by what is stated, and not for sure by what is assumed', () => {
    assert.equal(promiseOf(made([acks])), 'broken');
    assert.equal(promiseOf(made([acks, minIsr])), 'assumed');
    assert.equal(promiseOf(made([acks, minIsr], 'billing', true)), 'broken', 'what is stated has its share');
    assert.equal(promiseOf(made([minIsr], 'billing', true)), 'assumed');
    assert.equal(promiseOf(made([acks], 'audit')), 'none');
    assert.equal(promiseOf({ ...made([acks]), derived: 'at-least-once' }), 'kept');
    assert.equal(promiseOf({ ...made([acks]), derived: 'at-least-once', isBounded: true }), 'open');
  });
});

describe('the formats of guarantees', () => {
  it('write the JSON of the design, with the story that decides', () => {
    const json = JSON.parse(guaranteeJson([made([acks])], (at) => ({
      file: 'test.flow.yaml', range: { start: { line: 1, column: at.start }, end: { line: 1, column: at.end } },
    }))) as { version: number; flows: Record<string, unknown>[] };
    assert.equal(json.version, 1);
    const [flow] = json.flows;
    for (const key of ['producer', 'channels', 'consumer', 'declared', 'derived', 'loss', 'duplication', 'reordering', 'blocking', 'trace', 'settings']) {
      assert.ok(flow !== undefined && key in flow, key);
    }
    assert.deepEqual([flow?.['producer'], flow?.['channels'], flow?.['consumer']], ['checkout', ['orders.placed'], 'billing']);
    assert.deepEqual([flow?.['loss'], flow?.['duplication'], flow?.['decidedBy']], [1, null, 'loss']);
    assert.deepEqual(flow?.['trace'], lossOfLeader.map((step) => step.text));
    assert.deepEqual((flow?.['settings'] as { key: string; of: string; value: unknown; origin: string; assumed: boolean; decides: string[] }[])
      .map((s) => [s.key, s.of, s.value, s.origin, s.assumed, s.decides]), [
      ['acks', 'checkout', '1', 'declared', false, ['loss']],
      ['minInsyncReplicas', 'topic orders.placed', 1, 'default', true, []],
    ]);
  });

  it('write a table for a terminal', () => {
    assert.equal(prettyGuarantees([made([acks]), made([acks], 'audit')], flat), [
      'flow                                declared       derived       loss  duplication  reordering  blocking  what decides',
      'checkout > orders.placed > billing  at-least-once  at-most-once  1     –            –           –         acks=1 of checkout',
      'checkout > orders.placed > audit    –              at-most-once  1     –            –           –         acks=1 of checkout',
      '',
      'Loss, duplication, reordering and blocking: the fewest faults that must come together; 0 is normal running, – never within three.',
      '2 flows: 1 gives less than declared, for 1 nobody declares a guarantee.',
      '',
    ].join('\n'));
  });

  it('tell the whole story of a flow, with the settings and their places', () => {
    const story = prettyStory(made([acks]), place, flat);
    assert.match(story, /^checkout → orders\.placed → billing\nbilling declares at-least-once; the settings give at-most-once\. test\.flow\.yaml:\d+\n/);
    assert.match(story, /\nLoss: by one fault, which decides\n {3}1\. checkout sends m1 to the leader of orders\.placed\.\n/);
    assert.match(story, /\n {2}rests on checkout: acks: 1 \(declared test\.flow\.yaml:\d+\)\n/);
    assert.match(story, /\nDuplication: never within three faults\n/);
    assert.match(story, /\ntopic orders\.placed\n {2}minInsyncReplicas: 1 \(the default of Kafka broker, assumed\)\n$/);
  });

  it('write Markdown', () => {
    assert.match(markdownGuarantees([made([acks])]), /\n\| checkout \\> orders\.placed \\> billing \| at-least-once \| at-most-once \| 1 \| – \| – \| – \| acks=1 of checkout \|\n$/);
    const story = markdownStory(made([acks]), (at) => ({ label: `test.flow.yaml:${at.start}`, href: `test.flow.yaml#${at.start}` }));
    assert.match(story, /\n## Loss: by one fault\n\n1\. checkout sends m1/);
    assert.match(story, /\n- acks: 1 \(declared\) \[test\.flow\.yaml:\d+\]\(test\.flow\.yaml#\d+\)\n/);
  });
});

describe('the name of a flow', () => {
  const flows = [made([acks]), made([acks], 'audit')];
  const named = (written: string): string => flowNamed(flows, written).flow.id;

  it('is its id, a part of it that no other has, or names on its way', () => {
    assert.equal(named('checkout > orders.placed > audit'), 'checkout > orders.placed > audit');
    assert.equal(named('checkout>billing'), 'checkout > orders.placed > billing');
    assert.equal(named('checkout→orders.placed→billing'), 'checkout > orders.placed > billing');
    assert.equal(named('audit'), 'checkout > orders.placed > audit');
    assert.equal(named('placed > bill'), 'checkout > orders.placed > billing');
  });

  it('is asked for again where none or several are meant', () => {
    assert.throws(() => named('checkout'), (e) => e instanceof UsageError && /"checkout" is the name of 2 flows: "checkout > orders\.placed > billing" and /.test(e.message));
    assert.throws(() => named('checkout>biling'), (e) => e instanceof UsageError && /Did you mean "checkout > billing"\?/.test(e.message));
    assert.throws(() => named('checkout>checkout'), UsageError);
  });

  it('narrows to what passes a service, channel or broker', () => {
    assert.equal(focused(flows, 'audit').length, 1);
    assert.equal(focused(flows, 'events').length, 2);
    assert.throws(() => focused(flows, 'evnts'), /Did you mean "events"\?/);
  });
});

describe('flows over something of which no file says what it is', () => {
  it('are not judged', () => {
    const unknown = fixtureModel('flow: 1\nchannels: { x: }\nservices:\n  a: { publishes: { x: } }\n  b: { consumes: { x: { guarantee: at-least-once } } }\n').model;
    assert.deepEqual(guaranteesOf(unknown), []);
    assert.deepEqual(guaranteesOf(model).map(({ flow }) => flow.id), ['checkout > orders.placed > audit', 'checkout > orders.placed > billing']);
  });
});
