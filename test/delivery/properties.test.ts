import assert from 'node:assert/strict';
import { hazards, type Faults, type FlowGuarantee, type Hazard } from '../../src/delivery/guarantee';
import { choicesOf, guaranteesOf, whatIf } from '../../src/delivery/guarantees';
import { explore, type Machine } from '../../src/delivery/machines/explore';
import { kafkaRead, type KafkaRead } from '../../src/delivery/machines/kafkaRead';
import { kafkaWrite, type KafkaWrite } from '../../src/delivery/machines/kafkaWrite';
import { queueRead, type QueueRead } from '../../src/delivery/machines/queueRead';
import { storeWrite, type StoreWrite } from '../../src/delivery/machines/storeWrite';
import { fixtureModel } from '../support/fixture';
import { seeded } from '../support/mutate';
import { flowFileOf, randomFlows, type RandomFlow, type RandomProtocol } from '../support/randomFlows';

/** The guarantee of the way from `shop` to `billing`. */
function guaranteeOf(text: string): FlowGuarantee {
  const all = guaranteesOf(fixtureModel(text).model).filter(({ flow }) => flow.consume.service.name === 'billing');
  assert.equal(all.length, 1, text);
  return all[0]!;
}

function some(count: number, seed: number, protocols?: readonly RandomProtocol[]): RandomFlow[] {
  const flows = randomFlows(seed, protocols);
  return Array.from({ length: count }, () => flows.next().value as RandomFlow);
}

function faultsOf({ hazards: found }: FlowGuarantee): Readonly<Record<Hazard, Faults>> {
  return Object.fromEntries(hazards.map((hazard) => [hazard, found[hazard].faults])) as Record<Hazard, Faults>;
}

function rarity(faults: Faults): number {
  return faults ?? Infinity;
}

const whoWaits = 'who waits for an answer sends again when it gets none';
const answersFirst = 'with QoS 2 a client answers for a message before it hands it over';
const whoAcks = 'what is acknowledged after the work is worked on again after a crash';

/** Where a stronger value of a setting makes another hazard likelier, and why that is so. */
const trades: Readonly<Record<string, Partial<Record<Hazard, string>>>> = {
  'publish acks': { duplication: whoWaits, reordering: whoWaits },
  'publish confirms': { duplication: whoWaits, reordering: whoWaits },
  'publish waitForAck': { duplication: whoWaits, reordering: whoWaits },
  'publish qos': { duplication: whoWaits, reordering: whoWaits, loss: answersFirst },
  'publish awaitResult': { duplication: whoWaits, reordering: whoWaits },
  'consume commit': { duplication: whoAcks },
  'consume ack': { duplication: whoAcks, reordering: 'a try that fails brings a message back behind others', loss: 'what is acknowledged by hand can be rejected, and past a limit it is dropped' },
  'consume ackPolicy': { duplication: whoAcks, reordering: 'a try that fails brings a message back behind others', loss: 'deliveries are counted where acks are awaited, and end' },
  'consume qos': { loss: answersFirst, reordering: 'a try that fails brings a message back behind others' },
  'consume processing': { duplication: whoAcks, reordering: 'a try that fails brings a message back behind others', loss: 'what is not yet acknowledged can be rejected, and is dropped' },
  'channel replicas': { reordering: 'where the only copy is lost nothing goes on; with others, what it had comes again behind the rest' },
  'stream replicas': { loss: 'that a disk is lost is looked at where there are copies' },
};

describe('guarantees of random flows', function () {
  this.timeout(300_000);

  it('get no worse by a stronger value of any setting, but for the trades that are listed', () => {
    const taken = new Set<string>();
    for (const flow of some(2000, 1)) {
      const guarantee = guaranteeOf(flowFileOf(flow));
      for (const { setting, values } of choicesOf(guarantee)) {
        let weaker: { readonly value: unknown; readonly faults: Readonly<Record<Hazard, Faults>> } | undefined;
        // A present value that is no step of the order comes last; it has no place in it.
        for (const { value } of values.filter((choice) => 'cost' in choice || choice === values[0])) {
          const faults = faultsOf(whatIf(guarantee, [{ ...setting, value }]));
          for (const hazard of ['loss', 'duplication', 'reordering'] as const) {
            // Who can write nothing loses nothing: fewer copies than must have a record.
            if (weaker === undefined || weaker.faults.blocking === 0) continue;
            if (rarity(faults[hazard]) >= rarity(weaker.faults[hazard])) continue;
            const name = `${setting.owner} ${setting.key}`;
            assert(trades[name]?.[hazard] !== undefined,
              `${name} ${String(weaker.value)} -> ${String(value)}: ${hazard} ${weaker.faults[hazard]} -> ${faults[hazard]}\n${flowFileOf(flow)}`);
            taken.add(`${name}: ${hazard}`);
          }
          weaker = { value, faults };
        }
      }
    }
    // A trade that is never seen is no trade.
    const listed = Object.entries(trades).flatMap(([name, of]) => Object.keys(of).map((hazard) => `${name}: ${hazard}`));
    assert.deepEqual([...taken].sort(), listed.sort());
  });

  it('are the same for the same file', () => {
    for (const flow of some(300, 2)) {
      const [once, twice] = [guaranteeOf(flowFileOf(flow)), guaranteeOf(flowFileOf(flow))].map(({ derived, decidedBy, hazards: found, settings }) =>
        JSON.stringify({ derived, decidedBy, found: hazards.map((hazard) => [found[hazard].faults, found[hazard].trace, found[hazard].deciding]), settings }));
      assert.equal(once, twice);
    }
  });

  it('are those of the queue where an exchange hands everything on', () => {
    for (const flow of some(300, 3, ['rabbitmq'])) {
      const through = flowFileOf(flow, {
        to: 'all', channels: { all: { broker: 'main', exchange: 'topic', durable: true } }, orders: { bindings: [{ exchange: 'all', routingKey: '#' }] }, publish: { routingKey: 'order' },
      });
      assert.deepEqual(faultsOf(guaranteeOf(through)), faultsOf(guaranteeOf(flowFileOf(flow))), through);
    }
  });

  it('are those of the subject where a mapping hands everything on', () => {
    for (const flow of some(300, 4, ['nats'])) {
      const through = flowFileOf(flow, { to: 'old.orders', channels: { 'old.orders': { broker: 'main', routes: { orders: 'mapping' } } } });
      assert.deepEqual(faultsOf(guaranteeOf(through)), faultsOf(guaranteeOf(flowFileOf(flow))), through);
    }
  });

  it('tell stories with as many faults as they count, at stations that are there, up to an outcome', () => {
    for (const flow of some(1000, 5)) {
      const { hazards: found, flow: { stations } } = guaranteeOf(flowFileOf(flow));
      for (const hazard of hazards) {
        const { faults, trace } = found[hazard];
        const words = `${hazard}\n${trace.map(({ text }) => text).join('\n')}\n${flowFileOf(flow)}`;
        if (faults === null) {
          assert.equal(trace.length, 0, words);
          continue;
        }
        assert.equal(trace.filter(({ kind }) => kind === 'fault').length, faults, words);
        assert.equal(trace.at(-1)?.kind, 'outcome', words);
        for (const { text, from, to } of trace) {
          assert(stations[from] !== undefined && stations[to] !== undefined, words);
          assert(/^[^{}]+[.:]$/.test(text), words);
        }
      }
    }
  });
});

describe('machines', function () {
  this.timeout(300_000);
  const random = seeded(6);
  const draw = <T>(...values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const words = { away: 'two days', kept: 'one day' };

  const makers: Readonly<Record<string, () => Machine<unknown>>> = {
    kafkaWrite: () => {
      const spec: KafkaWrite = {
        acks: draw('0', '1', 'all'), idempotence: draw(true, false), pipelined: draw(true, false), retries: draw(true, false), replicas: draw(1, 2), minInsync: draw(1, 2),
        unclean: draw(true, false), restart: draw('again', 'transaction', 'source'), seesAborted: draw(true, false), ignoresFailure: draw(true, false),
      };
      return kafkaWrite(spec, draw(1, 2));
    },
    kafkaRead: () => kafkaRead({
      commit: draw<KafkaRead['commit']>('after', 'before', 'timer', 'timer-ahead', 'transaction'), failure: draw<KafkaRead['failure']>('block', 'skip', 'dead-letter'),
      ...draw({}, { outage: words }),
    }),
    storeWrite: () => {
      const spec: StoreWrite = {
        pipelined: draw(true, false), duplicates: draw('kept', 'window', 'session'), copies: draw(1, 3), volatile: draw('restart', 'kill', 'no'), disks: draw(true, false),
        unroutable: draw(true, false), full: draw(undefined, 'drops', 'drops-new', 'refuses'), expiry: draw(undefined, 'one hour'), outage: draw(undefined, words), answer: draw(undefined, 'confirm'),
      };
      return storeWrite(spec, draw(1, 2));
    },
    queueRead: () => {
      const spec: QueueRead = {
        ack: draw('on-sending', 'before-work', 'after-work'), word: 'ack', competing: draw(true, false), ahead: draw(true, false),
        failure: draw('requeue', 'drop', 'dead-letter', 'left', 'redeliver'), away: draw('kept', 'missed'), limit: draw(undefined, '5 tries'), outage: draw(undefined, words),
      };
      return queueRead(spec);
    },
  };

  for (const [name, make] of Object.entries(makers)) {
    it(`${name} shows with more faults what it shows with fewer, and no hazard with fewer than it needs`, () => {
      for (let i = 0; i < 60; i++) {
        const machine = make();
        let fewer: Partial<Record<Hazard, { readonly faults: number }>> = {};
        for (const bound of [0, 1, 2, 3]) {
          const { found, isBounded } = explore(machine, hazards, bound);
          assert.equal(isBounded, false);
          for (const hazard of hazards) {
            const [before, now] = [fewer[hazard]?.faults, found[hazard]?.faults];
            if (before !== undefined) assert.equal(now, before);
            else assert(now === undefined || now === bound, `${hazard} needs ${now} of ${bound} faults, and was not found with fewer`);
          }
          fewer = found;
        }
      }
    });
  }
});
