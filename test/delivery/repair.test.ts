import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemble } from '../../src/delivery/assemble';
import { changed } from '../../src/delivery/change';
import { isNewlyStuck } from '../../src/delivery/derive';
import { fallsShort, type Faults, type FlowGuarantee, type Hazard } from '../../src/delivery/guarantee';
import { guaranteesOf, repairOf, whatIf, type RepairChange } from '../../src/delivery/guarantees';
import { repairWords } from '../../src/lint/repairFix';
import type { Guarantee } from '../../src/model/settings';
import { fixtureModel } from '../support/fixture';
import { flowFileOf, randomFlows } from '../support/randomFlows';

const payments = readFileSync(join(__dirname, '../../examples/payments/payments.flow.yaml'), 'utf8');

const chain = 'gateway > payments.requested > processor > payments.settled > ledger';
const end = 'processor > payments.settled > ledger';

function paymentsWith(changes: readonly Edit[]): FlowGuarantee[] {
  const text = changes.reduce((all, { part, from, to }) => {
    const start = all.indexOf(`\n  ${part}:`);
    const rest = all.slice(start + 1).search(/\n {2}\S/);
    const stop = rest < 0 ? all.length : start + 1 + rest;
    const inside = all.slice(start, stop);
    assert(start >= 0 && inside.includes(from), `${part} says nothing of ${from}`);
    return all.slice(0, start) + inside.replaceAll(from, to) + all.slice(stop);
  }, payments);
  return [...guaranteesOf(fixtureModel(text).model)];
}

function named(all: readonly FlowGuarantee[], id: string): FlowGuarantee {
  const found = all.find(({ flow }) => flow.id === id);
  assert(found, `there is no flow ${id} among ${all.map(({ flow }) => flow.id).join(' | ')}`);
  return found;
}

/** A setting of one part of the example that is taken away, or weakened. */
interface Edit {
  readonly part: string;
  readonly from: string;
  readonly to: string;
}

interface Broken {
  readonly without: string;
  readonly edits: readonly Edit[];
  readonly flow: string;
  readonly derived: Guarantee;
  readonly hazard: Hazard;
  readonly faults: Faults;
  /** A sentence of the story: what it is that breaks. */
  readonly says: string;
}

const noKey: Edit = { part: 'ledger', from: '        idempotentBy: payment_id\n', to: '' };
const noId: Edit = { part: 'gateway', from: '        transactionalId: gateway-${env:HOSTNAME:-0}\n', to: '' };
const processorId = '        transactionalId: processor-${env:HOSTNAME:-0}\n';

const broken: readonly Broken[] = [
  {
    without: 'the ledger\'s idempotentBy', edits: [noKey], flow: chain, derived: 'at-least-once', hazard: 'duplication', faults: 1,
    says: 'ledger crashes before the offset behind m1 is committed, and begins again at the last commit.',
  },
  {
    without: 'the ledger\'s idempotentBy, at the end of the chain', edits: [noKey], flow: end, derived: 'at-least-once', hazard: 'duplication', faults: 1,
    says: 'ledger has worked on m1 twice.',
  },
  {
    without: 'the ledger\'s commit after the work', edits: [{ part: 'ledger', from: 'after-processing', to: 'before-processing' }],
    flow: chain, derived: 'at-most-once', hazard: 'loss', faults: 1, says: 'ledger commits the offset behind m1 before it works on it.',
  },
  {
    without: 'the ledger\'s own commits', edits: [{ part: 'ledger', from: 'autoCommit: false\n        commit: after-processing', to: 'autoCommit: true\n        processing: async' }],
    flow: end, derived: 'at-most-once', hazard: 'loss', faults: 1, says: 'The client commits the offset behind m1 by its timer, while the work goes on.',
  },
  {
    without: 'the ledger\'s dead letters', edits: [{ part: 'ledger', from: ', deadLetter: payments.rejected', to: ', skip: true' }],
    flow: end, derived: 'at-most-once', hazard: 'loss', faults: 0, says: 'ledger gives m1 up, passes over it and goes on with m2.',
  },
  {
    without: 'the gateway\'s acks', edits: [noId, { part: 'gateway', from: 'acks: all\n        idempotence: true', to: 'acks: 1' }],
    flow: chain, derived: 'at-most-once', hazard: 'loss', faults: 1, says: 'The leader crashes before the followers have what it has.',
  },
  {
    without: 'the gateway\'s idempotence', edits: [noId, { part: 'gateway', from: 'idempotence: true', to: 'idempotence: false' }],
    flow: chain, derived: 'exactly-once', hazard: 'reordering', faults: 1, says: 'ledger has worked on m2 before m1.',
  },
  {
    without: 'the processor\'s acks', edits: [{ part: 'processor', from: `        acks: all\n        idempotence: true\n${processorId}`, to: '        acks: 1\n' }],
    flow: end, derived: 'at-most-once', hazard: 'loss', faults: 1, says: 'The leader of payments.settled appends m1.',
  },
  {
    // Alone it changes nothing, since the ledger recognises what comes twice; a ledger that works in transactions would not.
    without: 'the processor\'s transaction, for a ledger that commits in transactions', flow: end, derived: 'at-least-once', hazard: 'duplication', faults: 1,
    edits: [noKey, ...inTransactions(), { part: 'processor', from: processorId, to: '' }],
    says: 'processor crashes before it knows the outcome. Once back, it begins anew with another producer id.',
  },
  {
    without: 'the isolation of a ledger that commits in transactions', flow: end, derived: 'at-least-once', hazard: 'duplication', faults: 1,
    edits: [noKey, ...inTransactions(), { part: 'ledger', from: 'isolation: read_committed', to: 'isolation: read_uncommitted' }],
    says: 'processor crashes with its transaction open; the broker aborts it when processor is back.',
  },
  {
    without: 'the processor\'s commits in the transaction', flow: end, derived: 'at-least-once', hazard: 'duplication', faults: 1,
    edits: [noKey, ...inTransactions(), { part: 'processor', from: 'commit: transaction', to: 'commit: after-processing' }],
    says: 'processor crashes after the commit, before it has noted it. Once back, it has to take m1 for unsent.',
  },
  {
    without: 'copies of payments.settled', edits: [{ part: 'payments.settled', from: 'replicas: 3\n    minInsyncReplicas: 2', to: 'replicas: 1\n    minInsyncReplicas: 1' }],
    flow: end, derived: 'at-most-once', hazard: 'loss', faults: 1, says: 'The disk with the only copy is lost.',
  },
  {
    without: 'the second copy in sync of payments.requested', edits: [{ part: 'payments.requested', from: 'replicas: 3\n    minInsyncReplicas: 2', to: 'replicas: 2\n    minInsyncReplicas: 1' }],
    flow: chain, derived: 'exactly-once', hazard: 'loss', faults: 2, says: 'A follower falls behind and leaves the in-sync replicas.',
  },
];

/** The ledger as a service that writes to Kafka alone, in transactions. */
function inTransactions(): readonly Edit[] {
  return [
    { part: 'ledger', from: 'commit: after-processing', to: 'commit: transaction' },
    { part: 'ledger', from: '    consumes:\n', to: '    publishes:\n      payments.booked: { key: payment_id, acks: all, idempotence: true, transactionalId: ledger-1 }\n    consumes:\n' },
  ];
}

describe('the payments', () => {
  it('reach exactly-once over the whole chain, with three faults until something is lost', () => {
    for (const id of [chain, end]) {
      const { derived, hazards } = named(paymentsWith([]), id);
      assert.deepEqual([derived, hazards.loss.faults, hazards.duplication.faults, hazards.reordering.faults, hazards.blocking.faults], ['exactly-once', 3, null, null, 2], id);
    }
  });

  it('reach it by transactions alone where the ledger writes to Kafka', () => {
    assert.equal(named(paymentsWith([noKey, ...inTransactions()]), end).derived, 'exactly-once');
    assert.equal(named(paymentsWith([noKey, ...inTransactions()]), chain).derived, 'at-least-once', 'the gateway sends again after its crash');
  });

  for (const { without, edits, flow, derived, hazard, faults, says } of broken) {
    it(`say what breaks without ${without}`, () => {
      const found = named(paymentsWith(edits), flow);
      const story = found.hazards[hazard].trace.map(({ text }) => text);
      assert.deepEqual([found.derived, found.hazards[hazard].faults], [derived, faults], story.join('\n'));
      assert(story.includes(says), story.join('\n'));
    });
  }
});

/** What is said to do about the only flow of a file, one change a line. */
function advice(brokers: string, channels: string, a: string, b: string): string[] {
  const [found] = guaranteesOf(fixtureModel(`
flow: 1
brokers: { broker: ${brokers} }
channels: ${channels}
services:
  a: ${a}
  b: ${b}
`).model);
  assert(found);
  return repairWords(found).split('; ').map((words) => words.replace(/, which .*/, ''));
}

describe('the story that is told', () => {
  it('is that of what comes twice where nothing may', () => {
    const [found] = guaranteesOf(fixtureModel(`
flow: 1
brokers: { broker: { protocol: kafka } }
channels: { t: { broker: broker, replicas: 3, minInsyncReplicas: 2 } }
services:
  a: { client: kafka-java@3.9, publishes: { t: { acks: all, key: id } } }
  b: { client: kafka-java@3.9, consumes: { t: { guarantee: at-most-once, autoCommit: false, commit: before-processing } } }
`).model);
    assert.deepEqual([found?.derived, found?.decidedBy], ['best-effort', 'duplication']);
  });
});

describe('what is to be done', () => {
  it('names settings that come into question only after others', () => {
    assert.deepEqual(advice(
      '{ protocol: mqtt, persistence: false }', '{ t: { broker: broker } }',
      '{ client: paho-python@2.1, publishes: { t: { qos: 1 } } }',
      '{ client: mqtt.js@5.14, consumes: { t: { guarantee: at-least-once, qos: 1, cleanStart: false, sessionExpiry: 1d, clientId: b } } }',
    ), ['Set persistence to true for broker broker', 'set syncInterval to 0 for broker broker']);
  });

  it('names a place that only its owners have a name for', () => {
    assert.deepEqual(advice(
      '{ protocol: rabbitmq, version: "4.0" }', '{ q: { broker: broker, queue: quorum } }',
      '{ client: amqplib@0.10, publishes: { q: { persistent: true, confirms: false } } }',
      '{ client: amqplib@0.10, consumes: { q: { guarantee: at-least-once, ack: manual, requeue: true } } }',
    ), ['Give what b cannot process a place to go (deadLetter)', 'set confirms to true for a']);
  });

  it('is found where the strongest value is not the best one', () => {
    assert.deepEqual(advice(
      '{ protocol: mqtt, persistence: true }', '{ t: { broker: broker } }',
      '{ client: mqtt.js@5.14, publishes: { t: { qos: 1 } } }',
      '{ client: mqtt.js@5.14, consumes: { t: { guarantee: at-least-once, qos: 0 } } }',
    ), [
      'Set syncInterval to 0 for broker broker', 'set qos to 1 for b', 'set cleanStart to false for b', 'set clientId to b for b',
    ]);
  });

  it('lets a topic stay writable: acks of all copies in sync go with as many copies', () => {
    assert.deepEqual(advice(
      '{ protocol: kafka }', '{ t: { broker: broker, replicas: 1, minInsyncReplicas: 2 } }',
      '{ client: kafka-java@3.9, publishes: { t: { acks: 1, key: id } } }',
      '{ client: kafka-java@3.9, consumes: { t: { guarantee: at-least-once, autoCommit: false, commit: after-processing } } }',
    ), ['Set acks to all for a', 'set replicas to 2 for topic t']);
    assert.deepEqual(advice(
      '{ protocol: kafka }', '{ t: { broker: broker, replicas: 1, minInsyncReplicas: 1 } }',
      '{ client: kafka-java@3.9, publishes: { t: { acks: 1, key: id } } }',
      '{ client: kafka-java@3.9, consumes: { t: { guarantee: at-least-once, autoCommit: false, commit: after-processing } } }',
    ), ['Set acks to all for a', 'set replicas to 2 for topic t']);
  });

  it('is another kind of channel where nothing else helps', () => {
    assert.deepEqual(advice(
      '{ protocol: nats }', '{ t: { broker: broker } }', '{ client: nats.go@1.37, publishes: { t: {} } }',
      '{ client: nats.go@1.37, consumes: { t: { guarantee: at-least-once } } }',
    ), ['No setting of this flow can give it: another kind of channel, or another client, is needed']);
  });
});

describe('the smallest change that keeps a promise', function () {
  this.timeout(300_000);

  it('keeps it, and none of its parts can be left out', () => {
    const flows = randomFlows(7);
    let repaired = 0;
    for (let i = 0; i < 600; i++) {
      const text = flowFileOf(flows.next().value as never);
      for (const guarantee of guaranteesOf(fixtureModel(text).model)) {
        const { declared } = guarantee;
        const repair = repairOf(guarantee);
        if (declared === undefined || repair === undefined) continue;
        repaired++;
        const breaks = (changes: readonly RepairChange[]): boolean =>
          fallsShort(declared.value, whatIf(guarantee, changes.map(({ setting, value }) => ({ ...setting, value }))).derived);
        const stops = (changes: readonly RepairChange[]): boolean =>
          isNewlyStuck(assemble(changed(guarantee.flow, changes.map(({ setting, value }) => ({ ...setting, value })))), assemble(guarantee.flow));
        const words = `${repair.changes.map(({ setting, value }) => `${setting.owner} ${setting.key}: ${String(value)}`).join(', ')}\n${text}`;
        assert(repair.changes.length > 0, words);
        assert.equal(breaks(repair.changes), false, `does not keep ${declared.value}: ${words}`);
        assert.equal(stops(repair.changes), false, `brings it to a standstill: ${words}`);
        for (const change of repair.changes) {
          const rest: readonly RepairChange[] = repair.changes.filter((other) => other !== change);
          assert.equal(breaks(rest) || stops(rest), true, `${change.setting.key} is needless for ${declared.value}: ${words}`);
        }
      }
    }
    assert(repaired > 150, `${repaired} flows could be repaired`);
  });

  it('is none where nothing is promised, or nothing is missing', () => {
    const flows = randomFlows(8);
    for (let i = 0; i < 200; i++) {
      for (const guarantee of guaranteesOf(fixtureModel(flowFileOf(flows.next().value as never)).model)) {
        const { declared, derived } = guarantee;
        if (declared === undefined || !fallsShort(declared.value, derived)) assert.equal(repairOf(guarantee), undefined);
      }
    }
  });
});
