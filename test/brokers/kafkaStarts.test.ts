import assert from 'node:assert/strict';
import { Partitioners, type Admin, type Kafka, type Producer } from 'kafkajs';
import { until } from '../../scripts/support/until.mjs';
import type { BrokerSession, TapFrom, TapStart, TapUntil } from '../../src/brokers/driver';
import { kafkaDriver } from '../../src/brokers/kafka/index';
import { kafkaState, endsAt, kafkaUser, requireBroker, startKafka, type KafkaUser, type RunningBroker } from '../support/brokers/index';
import { never, probe, quiet, refuses, type Probe } from './tapProbe';

const topic = (address: string) => ({ address, kind: 'topic' as const });
const T = 1_700_000_000_000;

describe('where a tap on Kafka begins and ends', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let kafka: Kafka;
  let admin: Admin;
  let producer: Producer;
  let make: KafkaUser['make'];
  let session: BrokerSession;
  let strict: BrokerSession;

  before(async function () {
    await requireBroker(this, 'kafka');
    // Compaction as soon as there is something to compact.
    broker = await startKafka({ properties: { 'log.cleaner.backoff.ms': '200' } });
    ({ kafka, admin, producer, make } = await kafkaUser(broker.url));
    session = await kafkaDriver(quiet).connect({ url: broker.url }, never);
    strict = await kafkaDriver(quiet).connect({ url: broker.url, isolation: 'read_committed' }, never);
  });
  after(async () => {
    await Promise.all([session?.close(), strict?.close()]);
    await Promise.all([producer?.disconnect(), admin?.disconnect()]);
    await broker?.stop();
  });

  /** Runs a tap until it ends by itself and compares the cluster before and after. */
  const whole = async (name: string, start: TapStart, of = session): Promise<Probe & { readonly reason: string }> => {
    const before = await kafkaState(admin);
    const p = await probe(of, topic(name), start);
    const ended = await p.state('ended');
    await p.stop();
    assert.deepEqual(await kafkaState(admin), before, 'the tap changed something');
    return { ...p, reason: 'reason' in ended ? ended.reason : '' };
  };

  describe('on a topic of three partitions', () => {
    const starts: readonly [TapFrom, (n: number) => boolean][] = [
      [{ at: 'earliest' }, () => true],
      [{ at: 'offset', offset: '2' }, (n) => Math.floor(n / 3) >= 2],
      [{ at: 'time', time: T + 7000 }, (n) => n >= 7],
      [{ at: 'latest' }, () => false],
    ];
    const ends: readonly [TapUntil, (n: number) => boolean][] = [
      [{ at: 'now' }, () => true],
      [{ at: 'offset', offset: '3' }, (n) => Math.floor(n / 3) <= 3],
      [{ at: 'time', time: T + 10_000 }, (n) => n < 10],
    ];
    const all = Array.from({ length: 15 }, (_, n) => n);
    before(async () => {
      // Partition 3 stays empty. Message n lies in partition n % 3 at offset n / 3, and is of second n.
      await make('table', 4);
      for (const n of all) {
        await producer.send({
          topic: 'table',
          messages: [{ partition: n % 3, value: String(n), timestamp: String(T + n * 1000) }],
        });
      }
    });
    const numbers = (p: Probe): number[] => p.values().map(Number).sort((a, b) => a - b);

    for (const [from, begins] of starts) {
      for (const [until_, ends_] of ends) {
        it(`gives ${from.at} until ${until_.at}, and ends`, async () => {
          const p = await whole('table', { ...from, until: until_ });
          assert.deepEqual(numbers(p), all.filter((n) => begins(n) && ends_(n)));
          assert.match(p.reason, /^It is complete: all of table .* has been given\.$/);
          assert.deepEqual(p.drops, []);
        });
      }
    }
    for (const [end, fits] of ends) {
      it(`gives the last 4 until ${end.at}, and ends`, async () => {
        const p = await whole('table', { at: 'last', count: 4, until: end });
        assert.deepEqual(numbers(p), all.filter(fits).slice(-4));
      });
    }
    it('reads chosen partitions only', async () => {
      const p = await whole('table', { at: 'earliest', partitions: [0, 3], until: { at: 'now' } });
      assert.deepEqual(numbers(p), all.filter((n) => n % 3 === 0));
      const last = await whole('table', { at: 'last', count: 2, partitions: [2], until: { at: 'now' } });
      assert.deepEqual(numbers(last), [11, 14]);
    });
    it('goes on where no end is given, and then gives what is new', async () => {
      await make('goes-on', 2);
      await producer.send({ topic: 'goes-on', messages: [{ partition: 0, value: 'old', timestamp: String(T) }] });
      const taps = await Promise.all([
        probe(session, topic('goes-on'), { at: 'time', time: T + 1 }),
        probe(session, topic('goes-on'), { at: 'time', time: T }),
        probe(session, topic('goes-on'), { at: 'offset', offset: '0' }),
      ]);
      await Promise.all(taps.map((p) => p.state('caught-up')));
      await producer.send({ topic: 'goes-on', messages: [{ partition: 1, value: 'new' }] });
      await Promise.all(taps.map((p, n) => p.got(n === 0 ? 1 : 2)));
      await Promise.all(taps.map((p) => p.stop()));
      assert.deepEqual(taps.map((p) => p.values().join()), ['new', 'old,new', 'old,new']);
    });
    it('says in its plan what it can give, and refuses partitions that are not there', async () => {
      const plan = await session.plan(topic('table'), { at: 'earliest' });
      assert.deepEqual(plan, {
        verdict: 'ok', makes: [], changes: [], partitions: [0, 1, 2, 3],
        starts: ['latest', 'earliest', 'last', 'offset', 'time'], untils: ['now', 'offset', 'time'],
      });
      const strange = await session.plan(topic('table'), { at: 'earliest', partitions: [1, 7] });
      assert.equal(strange.verdict, 'refused');
      assert.match(strange.reason!, /table has no partition 7: its 4 partitions are numbered from 0 to 3/);
      await refuses(probe(session, topic('table'), { at: 'latest', partitions: [7] }), 'missing', /has no partition 7/);
    });
  });

  it('begins behind what retention removed, and says so', async () => {
    await make('short');
    for (let n = 0; n < 6; n++) await producer.send({ topic: 'short', messages: [{ value: String(n) }] });
    await admin.fetchTopicOffsets('short');
    await admin.deleteTopicRecords({ topic: 'short', partitions: [{ partition: 0, offset: '3' }] });
    const p = await whole('short', { at: 'offset', offset: '1', until: { at: 'now' } });
    assert.deepEqual(p.values(), ['3', '4', '5']);
    assert.deepEqual(p.drops, [{
      count: 0,
      why: 'partition 0 begins at offset 3, not at 1: retention or a deletion removed what was before',
    }]);
    const ahead = await whole('short', { at: 'offset', offset: '99', until: { at: 'now' } });
    assert.deepEqual(ahead.values(), []);
    assert.match(ahead.drops[0]!.why, /short ends before offset 99, at 6: it is read from its end/);
  });

  it('ends on an empty topic, and after a time at which there is nothing', async () => {
    await make('void', 2);
    for (const from of [{ at: 'earliest' }, { at: 'last', count: 3 }, { at: 'time', time: T }] as const) {
      for (const end of [{ at: 'now' }, { at: 'offset', offset: '9' }, { at: 'time', time: T }] as const)
        assert.deepEqual((await whole('void', { ...from, until: end })).values(), []);
    }
  });

  it('goes on up to a time that has not come yet', async () => {
    await make('ahead');
    await producer.send({ topic: 'ahead', messages: [{ value: 'before' }] });
    const end = Date.now() + 3000;
    const p = await probe(session, topic('ahead'), { at: 'earliest', until: { at: 'time', time: end } });
    await p.state('caught-up');
    await producer.send({ topic: 'ahead', messages: [{ value: 'meanwhile', timestamp: String(end - 1) }] });
    await producer.send({ topic: 'ahead', messages: [{ value: 'behind', timestamp: String(end) }] });
    await p.state('ended');
    await p.stop();
    assert.deepEqual(p.values(), ['before', 'meanwhile']);
  });

  it('gives the last N of a compacted topic, though offsets are missing', async () => {
    await make('compacted', 1, {
      'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0.001', 'segment.ms': '100',
      'min.compaction.lag.ms': '0',
    });
    for (let n = 0; n < 40; n++) {
      const key = n < 4 ? `early ${n}` : 'often';
      await producer.send({ topic: 'compacted', messages: [{ key, value: String(n) }] });
    }
    const whole_ = async () => (await whole('compacted', { at: 'earliest', until: { at: 'now' } })).values();
    // Only a closed segment is compacted, and a segment closes with the next message.
    await until(async () => {
      await producer.send({ topic: 'compacted', messages: [{ key: 'often', value: 'tick' }] });
      return (await whole_()).length < 15;
    }, { what: 'compaction', timeout: 60_000, every: 300 });
    // It may go on meanwhile; what counts is a look between two equal ones.
    const [left, last] = await until(async () => {
      const before = await whole_();
      const p = await whole('compacted', { at: 'last', count: before.length - 1, until: { at: 'now' } });
      return (await whole_()).join() === before.join() ? [before, p.values()] as const : undefined;
    }, { what: 'the end of compaction', timeout: 60_000, every: 300 });
    assert.deepEqual(last, left.slice(1));
  });

  it('gives the last N between control records and aborted transactions', async () => {
    await make('control');
    const send = await transactions('control-1');
    for (let n = 0; n < 12; n++) await send('control', String(n), n % 3 === 0 ? 'commit' : 'abort');
    await endsAt(admin, 'control', 0, 24);
    const p = await whole('control', { at: 'last', count: 4, until: { at: 'now' } }, strict);
    assert.deepEqual(p.values(), ['0', '3', '6', '9']);
    const all = await whole('control', { at: 'last', count: 12, until: { at: 'now' } });
    assert.deepEqual(all.values(), Array.from({ length: 12 }, (_, n) => String(n)));
  });

  it('ends before a transaction that is still open, and says so', async () => {
    await make('open');
    await producer.send({ topic: 'open', messages: [{ value: 'before' }] });
    const transactional = await transactionalProducer('open-1');
    const transaction = await transactional.transaction();
    await transaction.send({ topic: 'open', messages: [{ value: 'inside' }] });
    await producer.send({ topic: 'open', messages: [{ value: 'behind' }] });
    for (const end of [{ at: 'now' }, { at: 'offset', offset: '2' }] as const) {
      const p = await whole('open', { at: 'earliest', until: end }, strict);
      assert.deepEqual(p.values(), ['before']);
      assert.match(p.reason, /but for what lies at or behind offset 1 of partition 0, where a transaction is still open/);
    }
    const before = await whole('open', { at: 'earliest', until: { at: 'offset', offset: '0' } }, strict);
    assert.doesNotMatch(before.reason, /transaction/);
    const loose = await whole('open', { at: 'earliest', until: { at: 'now' } });
    assert.deepEqual(loose.values(), ['before', 'inside', 'behind']);
    await transaction.commit();
    await transactional.disconnect();
  });

  const transactionalProducer = async (id: string): Promise<Producer> => {
    const transactional = kafka.producer({
      transactionalId: id, idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner,
    });
    await transactional.connect();
    after(() => transactional.disconnect());
    return transactional;
  };
  const transactions = async (id: string) => {
    const transactional = await transactionalProducer(id);
    return async (name: string, value: string, end: 'commit' | 'abort'): Promise<void> => {
      const transaction = await transactional.transaction();
      await transaction.send({ topic: name, messages: [{ value }] });
      await transaction[end]();
    };
  };
});
