import assert from 'node:assert/strict';
import {
  AckPolicy,
  RetentionPolicy,
  StorageType,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { until } from '../../scripts/support/until.mjs';
import type { BrokerSession, TapStart, TapTarget } from '../../src/brokers/driver';
import { natsDriver } from '../../src/brokers/nats/index';
import { natsUser, requireBroker, startNats, type RunningBroker } from '../support/brokers/index';
import { never, probe, quiet, refuses } from './tapProbe';

const stream = (address: string): TapTarget => ({ address, kind: 'stream' });

/** Of ten messages, of which the sixth was stored at `middle`: which each range gives. */
const RANGES: readonly (readonly [string, (middle: number) => TapStart, string])[] = [
  ['earliest, until now', () => ({ at: 'earliest', until: { at: 'now' } }), '1 2 3 4 5 6 7 8 9 10'],
  ['last 3, until now', () => ({ at: 'last', count: 3, until: { at: 'now' } }), '8 9 10'],
  ['last 99, until now', () => ({ at: 'last', count: 99, until: { at: 'now' } }), '1 2 3 4 5 6 7 8 9 10'],
  ['latest, until now', () => ({ at: 'latest', until: { at: 'now' } }), ''],
  ['from sequence 8', () => ({ at: 'offset', offset: '8', until: { at: 'now' } }), '8 9 10'],
  ['from sequence 0', () => ({ at: 'offset', offset: '0', until: { at: 'offset', offset: '2' } }), '1 2'],
  ['sequences 3 to 5', () => ({ at: 'offset', offset: '3', until: { at: 'offset', offset: '5' } }), '3 4 5'],
  ['from a time', (t) => ({ at: 'time', time: t, until: { at: 'now' } }), '6 7 8 9 10'],
  ['until a time', (t) => ({ at: 'earliest', until: { at: 'time', time: t } }), '1 2 3 4 5'],
  ['from a time until a sequence', (t) => ({ at: 'time', time: t, until: { at: 'offset', offset: '7' } }), '6 7'],
];

describe('where a tap of a JetStream stream starts and ends', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let connection: NatsConnection;
  let js: JetStreamClient;
  let jsm: JetStreamManager;
  let session: BrokerSession;

  before(async function () {
    await requireBroker(this, 'nats');
    broker = await startNats();
    ({ connection, js, jsm } = await natsUser(broker.url));
    session = await natsDriver(quiet).connect({ url: broker.url }, never);
  });
  after(async () => {
    await session?.close();
    await connection?.close();
    await broker?.stop();
  });

  /** All that somebody else could see of a stream: its state, its messages, its consumers. */
  async function look(name: string): Promise<unknown> {
    const { config, state } = await jsm.streams.info(name);
    const consumers = [];
    for await (const c of jsm.consumers.list(name)) {
      const { delivered, ack_floor, num_pending, num_ack_pending, num_redelivered } = c;
      consumers.push([c.name, delivered, ack_floor, num_pending, num_ack_pending, num_redelivered]);
    }
    const messages = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const m = await jsm.streams.getMessage(name, { seq });
      messages.push(m && [m.seq, m.subject, m.string(), m.timestamp]);
    }
    const { consumer_count: _, ...counts } = state;
    return { config, counts, consumers, messages };
  }

  for (const retention of [RetentionPolicy.Limits, RetentionPolicy.Workqueue, RetentionPolicy.Interest]) {
    for (const storage of [StorageType.File, StorageType.Memory]) {
      it(`gives each range of a stream with ${retention} retention in ${storage}, and changes nothing`, async () => {
        const name = `${retention}_${storage}`;
        await jsm.streams.add({ name, subjects: [`${name}.>`], retention, storage });
        await jsm.consumers.add(name, { durable_name: 'worker', ack_policy: AckPolicy.Explicit });
        let middle = 0;
        for (let n = 1; n <= 10; n++) {
          // Times of messages are compared by milliseconds.
          if (n === 6) await until(() => Date.now() > middle + 2, { what: 'another millisecond', every: 2 });
          const { seq } = await js.publish(`${name}.${n % 2}`, String(n));
          middle = n <= 6 ? Date.parse((await jsm.streams.getMessage(name, { seq }))!.timestamp) : middle;
        }
        // One message is with the worker: it must stay so.
        const held = await (await js.consumers.get(name, 'worker')).next();
        assert.equal(held!.seq, 1);
        const before = await look(name);
        const plan = await session.plan(stream(name), { at: 'latest' });
        assert.deepEqual(plan.untils, ['now', 'offset', 'time']);
        for (const [what, start, expected] of RANGES) {
          const p = await probe(session, stream(name), start(middle));
          await p.state('ended');
          await p.stop();
          assert.equal(p.values().join(' '), expected, what);
          assert.deepEqual(p.drops, [], what);
        }
        const part = await probe(session, stream(`${name}.0`), { at: 'last', count: 2, until: { at: 'now' } });
        await part.state('ended');
        assert.equal(part.values().join(' '), '8 10');
        assert.deepEqual(await look(name), before);
        await held!.ackAck();
      });
    }
  }

  it('reaches an end that lies ahead: a sequence, and a time at which nothing comes', async () => {
    await jsm.streams.add({ name: 'AHEAD', subjects: ['ahead.>'] });
    await js.publish('ahead.a', '1');
    const sequence = await probe(session, stream('AHEAD'), { at: 'earliest', until: { at: 'offset', offset: '3' } });
    const filtered = await probe(session, stream('ahead.a'), { at: 'latest', until: { at: 'offset', offset: '4' } });
    const time = Date.now() + 1500;
    const timed = await probe(session, stream('AHEAD'), { at: 'latest', until: { at: 'time', time } });
    const core = await probe(session, { address: 'ahead.>', kind: 'subject' }, { at: 'latest', until: { at: 'time', time } });
    const late = await probe(session, stream('AHEAD'), { at: 'offset', offset: '4', until: { at: 'offset', offset: '5' } });
    for (const n of ['2', '3', '4']) await js.publish('ahead.b', n);
    await Promise.all([sequence, filtered, timed, core].map((p) => p.state('ended')));
    await js.publish('ahead.a', '5');
    await late.state('ended');
    assert.deepEqual([sequence, filtered, timed, core, late].map((p) => p.values().join(' ')),
      ['1 2 3', '', '2 3 4', '2 3 4', '4 5']);
    await Promise.all([sequence, filtered, timed, core, late].map((p) => p.stop()));
    assert.equal((await jsm.streams.info('AHEAD')).state.consumer_count, 0);
  });

  it('says what a sequence is, and that a work queue gives none to what comes', async () => {
    await jsm.streams.add({ name: 'QUEUED', subjects: ['queued'], retention: RetentionPolicy.Workqueue });
    await refuses(probe(session, stream('AHEAD'), { at: 'offset', offset: 'x' }), 'other', /is no sequence/);
    const ahead = { at: 'earliest', until: { at: 'offset', offset: '9' } } as const;
    await refuses(probe(session, stream('QUEUED'), ahead), 'other', /ends at sequence 0 so far/);
  });
});
