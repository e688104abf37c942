import assert from 'node:assert/strict';
import { Partitioners, type Admin, type Kafka, type Producer } from 'kafkajs';
import { freePorts } from '../../scripts/support/ports.mjs';
import type { BrokerSession } from '../../src/brokers/driver';
import { kafkaDriver } from '../../src/brokers/kafka/index';
import type { OutgoingMessage } from '../../src/brokers/publish';
import { kafkaFraming } from '../faults/frames';
import { startProxy, type Proxy } from '../faults/proxy';
import { kafkaState, endsAt, kafkaUser, requireBroker, startKafka, type KafkaUser, type RunningBroker } from '../support/brokers/index';
import { never, probe, quiet, refuses, text } from './tapProbe';

const topic = (address: string) => ({ address, kind: 'topic' as const });
const bytes = (value: string): Uint8Array => Buffer.from(value);
const message = (value: string | null, more: Partial<OutgoingMessage> = {}): OutgoingMessage =>
  ({ value: value === null ? null : bytes(value), headers: [], ...more });

describe('publishing to Kafka and redriving', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let kafka: Kafka;
  let admin: Admin;
  let producer: Producer;
  let make: KafkaUser['make'];
  let session: BrokerSession;
  let throughProxy: BrokerSession;
  let proxy: Proxy;

  before(async function () {
    await requireBroker(this, 'kafka');
    proxy = await startProxy(kafkaFraming);
    const [port] = await freePorts(1);
    broker = await startKafka({ proxied: { port: port!, advertised: proxy.port } });
    proxy.target = port!;
    ({ kafka, admin, producer, make } = await kafkaUser(broker.url));
    session = await kafkaDriver(quiet).connect({ url: broker.url }, never);
    throughProxy = await kafkaDriver(quiet).connect({ url: `127.0.0.1:${proxy.port}` }, never);
  });
  after(async () => {
    proxy?.open();
    await Promise.all([session?.close(), throughProxy?.close(), producer?.disconnect(), admin?.disconnect()]);
    await proxy?.close();
    await broker?.stop();
  });

  const all = async (name: string) => {
    const p = await probe(session, topic(name), { at: 'earliest', until: { at: 'now' } });
    await p.state('ended');
    await p.stop();
    return p;
  };

  it('says what publishing does and who will get it, and does nothing yet', async () => {
    await make('planned', 3, { 'cleanup.policy': 'compact' });
    await admin.setOffsets({ groupId: 'billing', topic: 'planned', partitions: [{ partition: 0, offset: '0' }] });
    const before = await kafkaState(admin);
    assert.deepEqual(await session.planPublish!(topic('planned'), never), {
      verdict: 'ok',
      effects: [
        'Each message is appended to planned, to the one of its 3 partitions that its key decides as in Java’s client, ' +
          'and confirmed by all in-sync replicas. Kafka cannot take it back.',
        'The consumer group billing will get it.',
        'The topic is compacted: a message replaces the earlier ones of its key, and one without a key is refused.',
      ],
    });
    const internal = await session.planPublish!(topic('__consumer_offsets'), never);
    assert.equal(internal.verdict, 'refused');
    assert.match(internal.reason!, /__consumer_offsets is a topic of Kafka’s own/);
    await refuses(session.publisher!(topic('__consumer_offsets'), never), 'authorization', /topic of Kafka’s own/);
    await refuses(session.publisher!(topic('typo'), never), 'missing', /has no topic typo/);
    await refuses(session.planPublish!(topic('typo'), never), 'missing', /has no topic typo/);
    assert.deepEqual(await kafkaState(admin), before);
    const publisher = await session.publisher!(topic('planned'), never);
    await refuses(publisher.publish(message('no key')), 'other', /compacted topic takes none without a key/);
    assert.deepEqual(await publisher.publish(message('keyed', { key: 'k', partition: 1 })), { partition: 1, offset: '0' });
    await publisher.close();
  });

  it('publishes keys, headers, tombstones and partitions as they are given', async () => {
    await make('shape', 4);
    const publisher = await session.publisher!(topic('shape'), never);
    const headers = [['trace', 'a'], ['trace', 'b'], ['raw', Uint8Array.from([0, 255])]] as const;
    const first = await publisher.publish(message('{"a":1}', { key: 'k', headers, partition: 3, contentType: 'application/json' }));
    assert.deepEqual(first, { partition: 3, offset: '0' });
    assert.deepEqual(await publisher.publish(message(null, { key: 'k', partition: 3 })), { partition: 3, offset: '1' });
    await publisher.publish(message('', { partition: 3 }));
    await refuses(publisher.publish(message('x', { partition: 9 })), 'missing', /shape has no partition 9: it has 4/);
    await publisher.close();
    await refuses(publisher.publish(message('x')), 'other', /closed/);
    const [one, two, three] = (await all('shape')).messages;
    assert.deepEqual([text(one!.key), text(one!.value!)], ['k', '{"a":1}']);
    assert.deepEqual(one!.headers.map(([name, value]) => [name, [...Buffer.from(value)]]), [
      ['trace', [97]], ['trace', [98]], ['raw', [0, 255]], ['content-type', [...bytes('application/json')]],
    ]);
    assert.deepEqual([two!.value, three!.size, three!.key], [null, 0, undefined]);
  });

  it('chooses partitions by key as Java does', async () => {
    await make('hashed', 7);
    // Kafka's own test values of murmur2.
    const hashes = { '21': -973932308, 'foobar': -790332482, 'a-little-bit-long-string': -985981536 };
    const publisher = await session.publisher!(topic('hashed'), never);
    for (const [key, hash] of Object.entries(hashes))
      assert.equal((await publisher.publish(message('x', { key }))).partition, (hash & 0x7fffffff) % 7, key);
    await publisher.close();
  });

  it('sends keys of hundreds of kilobytes, and headers that are named like what every object has', async () => {
    await make('odd', 3);
    const publisher = await session.publisher!(topic('odd'), never);
    const headers = ['constructor', '__proto__', 'toString'].map((name): [string, Uint8Array] => [name, bytes(name)]);
    await publisher.publish(message('x', { key: 'k'.repeat(900_000), headers }));
    await publisher.close();
    const [one] = (await all('odd')).messages;
    assert.equal(one!.key!.length, 900_000);
    assert.deepEqual(one!.headers.map(([name, value]) => [name, text(value)]), headers.map(([name]) => [name, name]));
  });

  it('stores a message once whose confirmation was lost, with and without a key', async () => {
    await make('once', 3);
    const publisher = await throughProxy.publisher!(topic('once'), never);
    await publisher.publish(message('warm', { partition: 0 }));
    for (const [n, key] of [[1, 'k'], [2, undefined]] as const) {
      const lost = proxy.lose('broker', 'Produce');
      await publisher.publish(message(`sent again ${n}`, key === undefined ? {} : { key }));
      await lost;
    }
    await publisher.close();
    assert.deepEqual((await all('once')).values().sort(), ['sent again 1', 'sent again 2', 'warm']);
  });

  it('says that it does not know where a message may have been stored, and swallows no later one', async () => {
    await make('cut', 1);
    const publisher = await throughProxy.publisher!(topic('cut'), never);
    await publisher.publish(message('before'));
    const lost = proxy.lose('broker', 'Produce').then(() => proxy.shut());
    await assert.rejects(publisher.publish(message('in between')), /Whether the message was stored is not known/);
    await lost;
    proxy.open();
    await publisher.publish(message('after'));
    await publisher.close();
    assert.deepEqual((await all('cut')).values(), ['before', 'in between', 'after']);
  });

  it('redrives what is committed, by what frameworks wrote into the headers, and leaves the topic as it was', async () => {
    await make('orders', 2);
    await make('orders.dlq', 2);
    await producer.send({
      topic: 'orders.dlq',
      messages: [
        {
          partition: 0, key: 'k', value: 'spring',
          headers: { 'kafka_dlt-original-topic': 'orders', 'kafka_dlt-exception-message': 'no such customer' },
        },
        { partition: 0, value: 'connect', headers: { '__connect.errors.topic': 'orders', '__connect.errors.exception.message': 'bad JSON' } },
        { partition: 1, value: 'unknown' },
      ],
    });
    const transactional = kafka.producer({
      transactionalId: 'dlq', idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner,
    });
    await transactional.connect();
    for (const end of ['abort', 'commit'] as const) {
      const transaction = await transactional.transaction();
      await transaction.send({ topic: 'orders.dlq', messages: [{ partition: 1, value: end }] });
      await transaction[end]();
    }
    await transactional.disconnect();
    await endsAt(admin, 'orders.dlq', 1, 5);
    const before = await admin.fetchTopicOffsets('orders.dlq');

    const redrive = await session.redrive!(topic('orders.dlq'), never);
    assert.equal(redrive.effects.length, 2);
    const read = await redrive.read(3, never);
    const rest = await redrive.read(10, never);
    assert.deepEqual(await redrive.read(10, never), []);
    assert.deepEqual(
      [...read, ...rest].map((m) => [m.id, text(m.message.value!), m.source?.target.address, m.reason]),
      [
        ['0:0', 'spring', 'orders', 'no such customer'],
        ['0:1', 'connect', 'orders', 'bad JSON'],
        ['1:0', 'unknown', undefined, undefined],
        ['1:3', 'commit', undefined, undefined],
      ],
    );
    assert.match(read[0]!.source!.why, /Spring wrote it into the header kafka_dlt-original-topic/);
    const moved = await redrive.move('0:0', { target: topic('orders') }, message('spring, edited', { key: 'k' }));
    assert.deepEqual([moved.removed, moved.offset], [false, '0']);
    assert.match(moved.note!, /Kafka keeps the message in orders\.dlq/);
    await refuses(redrive.move('0:0', { target: topic('orders') }, message('again')), 'other', /has been moved before/);
    await refuses(redrive.move('0:1', { target: topic('orders.dlq') }, message('loop')), 'other', /is where the message lies/);
    await refuses(redrive.move('0:1', { target: topic('typo') }, message('x')), 'missing', /has no topic typo/);
    await redrive.move('0:1', { target: topic('orders') }, message('connect'));
    await redrive.close();
    assert.deepEqual((await all('orders')).values().sort(), ['connect', 'spring, edited']);
    assert.deepEqual(await admin.fetchTopicOffsets('orders.dlq'), before);
    assert.deepEqual((await admin.listGroups()).groups.map((g) => g.groupId), ['billing']);
  });
});
