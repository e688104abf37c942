import assert from 'node:assert/strict';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CompressionTypes, Partitioners, type Admin, type Kafka, type Producer } from 'kafkajs';
import { until } from '../../scripts/support/until.mjs';
import type { BrokerSession } from '../../src/brokers/driver';
import { kafkaClient } from '../../src/brokers/kafka/client';
import { fetchFrom } from '../../src/brokers/kafka/fetch';
import { kafkaDriver } from '../../src/brokers/kafka/index';
import { kafkaState, endsAt, makeTopics, kafkaUser, requireBroker, startKafka, type KafkaUser, type RunningBroker } from '../support/brokers/index';
import { never, probe, quiet, refuses, text } from './tapProbe';

const topic = (address: string) => ({ address, kind: 'topic' as const });

describe('a tap on Kafka', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let kafka: Kafka;
  let admin: Admin;
  let producer: Producer;
  let make: KafkaUser['make'];
  let session: BrokerSession;

  before(async function () {
    await requireBroker(this, 'kafka');
    broker = await startKafka();
    ({ kafka, admin, producer, make } = await kafkaUser(broker.url));
    session = await kafkaDriver(quiet).connect({ url: broker.url }, never);
  });
  after(async () => {
    await session?.close();
    await Promise.all([producer?.disconnect(), admin?.disconnect()]);
    await broker?.stop();
  });

  it('gives key, value, headers, partition, offset and time, tombstones too', async () => {
    await make('shape', 3);
    const p = await probe(session, topic('shape'));
    await producer.send({
      topic: 'shape',
      messages: [
        {
          partition: 2,
          key: 'k',
          value: 'first',
          headers: { trace: 'abc', many: ['1', '2'] },
          timestamp: '1700000000123',
        },
        { partition: 2, key: 'k', value: null },
      ],
    });
    const [first, second] = await p.got(2);
    await p.stop();
    assert.deepEqual(
      [first!.channel, first!.partition, first!.offset, text(first!.key), first!.time, first!.size],
      ['shape', 2, '0', 'k', 1700000000123, 5],
    );
    assert.deepEqual(
      first!.headers.map(([name, value]) => [name, text(value)]),
      [
        ['trace', 'abc'],
        ['many', '1'],
        ['many', '2'],
      ],
    );
    assert.equal(second!.value, null);
    assert.equal(second!.offset, '1');
    assert.deepEqual(
      p.states.map((s) => s.is),
      ['connecting', 'live'],
    );
  });

  it('starts at the earliest, the last N by time over all partitions, and the latest', async () => {
    await make('starts', 3);
    for (let n = 0; n < 9; n++) {
      await producer.send({
        topic: 'starts',
        messages: [{ partition: n % 3, value: `m${n}`, timestamp: String(1700000000000 + n) }],
      });
    }
    const earliest = await probe(session, topic('starts'), { at: 'earliest' });
    await earliest.state('caught-up');
    assert.deepEqual(earliest.values().sort(), ['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8']);
    const last = await probe(session, topic('starts'), { at: 'last', count: 4 });
    await last.state('caught-up');
    assert.deepEqual(last.values(), ['m5', 'm6', 'm7', 'm8']);
    const latest = await probe(session, topic('starts'));
    await producer.send({ topic: 'starts', messages: [{ value: 'new' }] });
    await Promise.all([latest.got(1), last.got(5), earliest.got(10)]);
    assert.deepEqual(latest.values(), ['new']);
    await Promise.all([earliest.stop(), last.stop(), latest.stop()]);
  });

  it('says that it has caught up with an empty topic', async () => {
    await make('empty');
    const p = await probe(session, topic('empty'), { at: 'last', count: 10 });
    await p.state('caught-up');
    assert.deepEqual(p.messages, []);
    await p.stop();
  });

  it('changes nothing: groups, their members and offsets, and topics stay as they were', async () => {
    await make('work', 2);
    const consumer = kafka.consumer({ groupId: 'billing', sessionTimeout: 10_000 });
    await consumer.connect();
    await consumer.subscribe({ topic: 'work', fromBeginning: true });
    const done: string[] = [];
    await consumer.run({
      autoCommit: true,
      autoCommitInterval: 100,
      eachMessage: async ({ message }) => void done.push(String(message.value)),
    });
    const send = (value: string) =>
      producer.send({ topic: 'work', messages: [0, 1].map((partition) => ({ partition, value })) });
    await send('before');
    const committed = async () =>
      (await admin.fetchOffsets({ groupId: 'billing', topics: ['work'] }))[0]!.partitions
        .map((p) => p.offset)
        .join();
    const look = async () => ({
      groups: (await admin.listGroups()).groups.map((g) => g.groupId).sort(),
      members: (await admin.describeGroups(['billing'])).groups[0]!.members.map((m) => m.memberId),
      state: (await admin.describeGroups(['billing'])).groups[0]!.state,
      topics: (await admin.listTopics()).sort(),
      high: (await admin.fetchTopicOffsets('work')).map((p) => p.high).sort(),
    });
    await until(async () => (await committed()) === '1,1', { what: 'the first commit' });
    const before = await look();

    const p = await probe(session, topic('work'), { at: 'earliest' });
    await p.got(2);
    assert.deepEqual(await look(), before, 'while the tap runs');
    assert.equal(await committed(), '1,1');
    await send('during');
    await until(async () => (await committed()) === '2,2', { what: 'the commit while the tap runs' });
    await p.got(4);
    await p.stop();

    assert.deepEqual(await look(), { ...before, high: ['2', '2'] }, 'after the tap');
    assert.equal(await committed(), '2,2');
    assert.deepEqual(done.sort(), ['before', 'before', 'during', 'during']);
    await consumer.disconnect();
  });

  it('refuses a topic that does not exist, and does not make it', async () => {
    const before = await admin.listTopics();
    await refuses(
      session.plan(topic('typo'), { at: 'latest' }),
      'missing',
      /has no topic typo\. A tap does not create topics/,
    );
    await refuses(probe(session, topic('typo')), 'missing', /has no topic typo/);
    assert.deepEqual(await admin.listTopics(), before);
  });

  it('lists topics without the internal ones', async () => {
    await make('a-listed');
    const names = (await session.list(never))!.map((t) => t.address);
    assert.ok(names.includes('a-listed'));
    assert.ok(!names.includes('__consumer_offsets'));
    assert.deepEqual(names, [...names].sort());
  });

  it('reads unpacked batches, gzip, snappy, lz4 and zstd as Kafka’s own codecs write them', async () => {
    // Long and repetitive, so that every codec really packs it.
    const values = Array.from({ length: 300 }, (_, n) => `{"order":${n},"note":"${'la'.repeat(60)}"}`);
    for (const codec of ['uncompressed', 'gzip', 'snappy', 'lz4', 'zstd']) {
      // With a codec of the topic's own, the broker packs what comes unpacked.
      await makeTopics(admin, [
        {
          topic: `packed-${codec}`,
          numPartitions: 1,
          configEntries: [{ name: 'compression.type', value: codec }],
        },
      ]);
      await producer.send({ topic: `packed-${codec}`, messages: values.map((value) => ({ value })) });
      const before = await kafkaState(admin);
      const p = await probe(session, topic(`packed-${codec}`), { at: 'earliest', until: { at: 'now' } });
      await p.state('ended');
      await p.stop();
      assert.deepEqual(p.values(), values, codec);
      assert.deepEqual(await kafkaState(admin), before);
      if (codec === 'uncompressed') continue;
      const [log] = (await readdir(join(broker.dir, 'data', `packed-${codec}-0`))).filter((name) =>
        name.endsWith('.log'),
      );
      const { size } = await stat(join(broker.dir, 'data', `packed-${codec}-0`, log!));
      assert.ok(size < values.join('').length / 3, `${codec} was not packed: ${size} bytes`);
    }
  });

  it('goes on behind a batch that cannot be unpacked, and says which records it held', async () => {
    await make('broken');
    await producer.send({ topic: 'broken', messages: [{ value: 'good' }] });
    await producer.send({
      topic: 'broken',
      compression: CompressionTypes.GZIP,
      messages: [{ value: 'lost 1' }, { value: 'lost 2' }],
    });
    await producer.send({ topic: 'broken', messages: [{ value: 'good again' }] });
    const folder = join(broker.dir, 'data', 'broken-0');
    const log = (await readdir(folder)).find((name) => name.endsWith('.log'))!;
    const file = await open(join(folder, log), 'r+');
    const bytes = await file.readFile();
    // Brokers do not look into what they have stored: spoil the packed bytes where they lie.
    const at = bytes.indexOf(Buffer.from([0x1f, 0x8b]));
    await file.write(Buffer.from([0, 0, 0, 0]), 0, 4, at);
    await file.close();

    const before = await kafkaState(admin);
    const p = await probe(session, topic('broken'), { at: 'earliest', until: { at: 'now' } });
    await p.state('ended');
    await p.stop();
    assert.deepEqual(await kafkaState(admin), before);
    assert.deepEqual(
      p.messages.map((m) => [m.offset, m.undecodable !== undefined]),
      [
        ['0', false],
        ['1', true],
        ['2', true],
        ['3', false],
      ],
    );
    assert.match(
      p.messages[1]!.undecodable!,
      /The batch of offsets 1 to 2 cannot be unpacked: gzip: incorrect header check/,
    );
    assert.equal(p.values()[3], 'good again');
  });

  it('shows aborted records, or hides them where read_committed is asked for', async () => {
    await make('tx');
    const transactional = kafka.producer({
      transactionalId: 'tx-1',
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await transactional.connect();
    for (const [value, end] of [
      ['kept 1', 'commit'],
      ['aborted', 'abort'],
      ['kept 2', 'commit'],
    ] as const) {
      const t = await transactional.transaction();
      await t.send({ topic: 'tx', messages: [{ value }] });
      await t[end]();
    }
    await transactional.disconnect();
    await endsAt(admin, 'tx', 0, 6);
    const all = await probe(session, topic('tx'), { at: 'earliest' });
    await all.state('caught-up');
    assert.deepEqual(all.values(), ['kept 1', 'aborted', 'kept 2']);
    const strict = await kafkaDriver(quiet).connect({ url: broker.url, isolation: 'read_committed' }, never);
    const committed = await probe(strict, topic('tx'), { at: 'earliest' });
    await committed.state('caught-up');
    assert.deepEqual(committed.values(), ['kept 1', 'kept 2']);
    await Promise.all([all.stop(), committed.stop()]);
    await strict.close();
  });

  it('fetches by name as by id, for brokers that know no ids', async () => {
    await make('named', 2);
    await producer.send({ topic: 'named', messages: [0, 1].map((partition) => ({ partition, value: `at ${partition}` })) });
    const client = await kafkaClient({ url: broker.url }, quiet);
    const { client: nodes, drop } = await client.nodes();
    const { id } = await nodes.topic('named');
    assert.match(id!, /^[0-9a-f]{32}$/);
    const fetched = await Promise.all([id, undefined].map(async (topicId) => {
      const parts = await fetchFrom(nodes, client.fetchRequest, 1, [0, 1].map((partition) => ({ partition, offset: 0 })), {
        topic: 'named', topicId, committedOnly: false, maxWaitMs: 500,
      });
      return parts.map((p) => ({ ...p, records: p.records.toString('hex') })).sort((a, b) => a.partition - b.partition);
    }));
    await drop();
    assert.equal(fetched[0]!.filter((p) => p.records !== '').length, 2);
    assert.deepEqual(fetched[0], fetched[1]);
  });

  it('stops fetching while paused and goes on where it was', async () => {
    await make('pause');
    const p = await probe(session, topic('pause'));
    const other = await probe(session, topic('pause'));
    await producer.send({ topic: 'pause', messages: [{ value: 'a' }] });
    await Promise.all([p.got(1), other.got(1)]);
    p.tap.pause();
    // A fetch that is already under way is answered as soon as there is something; it takes these along.
    for (const value of ['b', 'c']) await producer.send({ topic: 'pause', messages: [{ value }] });
    await other.got(3);
    for (const value of ['d', 'e']) await producer.send({ topic: 'pause', messages: [{ value }] });
    await other.got(5);
    assert.ok(!p.values().includes('d'), p.values().join());
    p.tap.resume();
    await p.got(5);
    assert.deepEqual(p.values(), ['a', 'b', 'c', 'd', 'e']);
    await Promise.all([p.stop(), other.stop()]);
  });

  it('counts what retention removed before it was read, and goes on behind it', async () => {
    await make('trimmed');
    const p = await probe(session, topic('trimmed'));
    await producer.send({ topic: 'trimmed', messages: [{ value: '0' }] });
    await p.got(1);
    p.tap.pause();
    const values = Array.from({ length: 9 }, (_, n) => String(n + 1));
    // The fetch that was under way when the tap was paused takes one batch at most.
    for (const value of values) await producer.send({ topic: 'trimmed', messages: [{ value }] });
    // kafkajs finds the leader only of topics that it was asked about before.
    await admin.fetchTopicOffsets('trimmed');
    await admin.deleteTopicRecords({ topic: 'trimmed', partitions: [{ partition: 0, offset: '7' }] });
    p.tap.resume();
    await until(() => p.messages.at(-1)?.offset === '9', { what: 'the newest record' });
    await p.stop();
    const missed = p.drops.reduce((sum, d) => sum + d.count, 0);
    assert.ok(missed > 0);
    assert.equal(p.messages.length + missed, 10);
    assert.match(p.drops[0]!.why, /retention removed them from partition 0/);
  });

  it('says that a topic was deleted under it, and does not bring it back', async () => {
    await make('deleted');
    const p = await probe(session, topic('deleted'));
    await admin.deleteTopics({ topics: ['deleted'] });
    assert.match(((await p.state('lost')) as { reason: string }).reason, /has no topic deleted/);
    await p.state('retrying');
    await p.stop();
    assert.ok(!(await admin.listTopics()).includes('deleted'));
  });

  it('reads partitions that are added while it runs', async () => {
    await make('grown');
    const p = await probe(session, topic('grown'));
    await admin.createPartitions({ topicPartitions: [{ topic: 'grown', count: 2 }] });
    await until(() => producer.send({ topic: 'grown', messages: [{ partition: 1, value: 'new' }] }), {
      what: 'sending to the new partition',
    });
    const [m] = await p.got(1);
    await p.stop();
    assert.deepEqual([m!.partition, m!.offset], [1, '0']);
  });

  it('gives nothing after stop, also when stopped twice', async () => {
    await make('stopped');
    const p = await probe(session, topic('stopped'));
    await Promise.all([p.stop(), p.stop()]);
    const other = await probe(session, topic('stopped'));
    await producer.send({ topic: 'stopped', messages: [{ value: 'late' }] });
    await other.got(1);
    await other.stop();
    assert.deepEqual(p.messages, []);
  });

  it('goes lost, retrying and live when the broker is killed and comes back, without a gap', async () => {
    await make('outage');
    const p = await probe(session, topic('outage'));
    await producer.send({ topic: 'outage', messages: [{ value: 'before' }] });
    await p.got(1);
    await broker.kill();
    assert.match(((await p.state('lost')) as { reason: string }).reason, /closed the connection|ECONNRESET/);
    const retrying = (await p.state('retrying')) as { attempt: number };
    assert.equal(retrying.attempt, 1);
    await broker.restart();
    await until(() => producer.send({ topic: 'outage', messages: [{ value: 'after' }] }), {
      what: 'sending after the restart',
    });
    await p.state('live');
    await p.got(2);
    await p.stop();
    assert.deepEqual(p.values(), ['before', 'after']);
    assert.deepEqual(
      p.messages.map((m) => m.offset),
      ['0', '1'],
    );
  });
});

describe('connecting to Kafka', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  before(async function () {
    await requireBroker(this, 'kafka');
    broker = await startKafka({ users: { ann: 'secret' } });
  });
  after(() => broker?.stop());
  const connect = (options: object) => kafkaDriver(quiet).connect({ url: broker.url, ...options }, never);

  it('signs in by SASL, and tells a wrong password in the broker’s words', async () => {
    const session = await connect({ user: 'ann', password: 'secret' });
    assert.match(session.about, /^Kafka, 1 broker$/);
    await session.close();
    await refuses(
      connect({ user: 'ann', password: 'wrong' }),
      'authentication',
      /refused the sign-in: .*[Aa]uthentication failed/,
    );
  });

  it('tells a wrong port, a wrong name and user info in an address apart', async () => {
    await refuses(connect({ url: '127.0.0.1:1' }), 'port', /does not answer: .*ECONNREFUSED/);
    await refuses(connect({ tls: true }), 'tls', /TLS with Kafka/);
    await refuses(connect({ url: 'no-such-host.invalid:9092' }), 'name', /cannot be resolved/);
    await refuses(connect({ url: 'kafka://ann:secret@127.0.0.1:9092' }), 'other', /contains user info/);
  });

  it('gives up when it is cancelled', async () => {
    await assert.rejects(kafkaDriver(quiet).connect({ url: broker.url }, AbortSignal.abort()), /cancelled/);
  });
});
