import assert from 'node:assert/strict';
import { Kafka, logLevel, Partitioners, type Admin, type Consumer, type Producer } from 'kafkajs';
import { until } from '../../scripts/support/until.mjs';
import type { BrokerSession } from '../../src/brokers/driver';
import { kafkaDriver } from '../../src/brokers/kafka/index';
import { kafkaState, makeTopics, requireBroker, startKafka, startKafkaCluster, type KafkaCluster, type RunningBroker } from '../support/brokers/index';
import { never, quiet } from './tapProbe';

const topic = (address: string) => ({ address, kind: 'topic' as const });

describe('figures and inventory of Kafka', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let kafka: Kafka;
  let admin: Admin;
  let producer: Producer;
  let consumer: Consumer;
  let session: BrokerSession;

  before(async function () {
    await requireBroker(this, 'kafka');
    broker = await startKafka();
    kafka = new Kafka({ brokers: [broker.url], logLevel: logLevel.NOTHING, clientId: 'real' });
    admin = kafka.admin();
    producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, allowAutoTopicCreation: false });
    consumer = kafka.consumer({ groupId: 'billing' });
    await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
    await makeTopics(admin, [
      { topic: 'orders', numPartitions: 3, configEntries: [{ name: 'retention.ms', value: '3600000' }] },
      { topic: 'orders.dlq', numPartitions: 1 },
    ]);
    const messages = Array.from({ length: 30 }, (_, n) => ({ partition: n % 3, value: 'x'.repeat(100) }));
    await producer.send({ topic: 'orders', messages });
    await admin.fetchTopicOffsets('orders');
    await admin.deleteTopicRecords({ topic: 'orders', partitions: [{ partition: 0, offset: '4' }] });
    const offset = (partition: number, at: string) => ({ partition, offset: at });
    await admin.setOffsets({ groupId: 'billing', topic: 'orders', partitions: [offset(0, '10'), offset(1, '7'), offset(2, '4')] });
    await admin.setOffsets({ groupId: 'audit', topic: 'orders', partitions: [offset(0, '10')] });
    await admin.setOffsets({ groupId: 'other', topic: 'orders.dlq', partitions: [offset(0, '0')] });
    session = await kafkaDriver(quiet).connect({ url: broker.url }, never);
  });
  after(async () => {
    await session?.close();
    await Promise.all([consumer?.disconnect(), producer?.disconnect(), admin?.disconnect()]);
    await broker?.stop();
  });

  it('tells ends, depth, bytes and the groups of the wanted topics, and changes nothing', async () => {
    const before = await kafkaState(admin);
    const figures = await session.figures!({ targets: [topic('orders')] }, never);
    const [orders] = figures.channels;
    assert.ok(orders!.bytes! > 3000 && orders!.bytes! < 20_000, String(orders!.bytes));
    assert.deepEqual({ ...orders, bytes: 0 }, {
      address: 'orders', kind: 'topic', published: 30, depth: 26, bytes: 0, partitions: 3, underReplicated: 0,
    });
    assert.deepEqual(figures.consumers, [
      {
        channel: 'orders', kind: 'topic', name: 'audit', state: 'Empty', members: 0, lag: 0,
        lagByPartition: [{ partition: 0, lag: 0 }], done: 10,
      },
      {
        channel: 'orders', kind: 'topic', name: 'billing', state: 'Empty', members: 0, lag: 9,
        lagByPartition: [{ partition: 0, lag: 0 }, { partition: 1, lag: 3 }, { partition: 2, lag: 6 }], done: 21,
      },
    ]);
    assert.deepEqual(figures.broker, [{ name: 'brokers', value: 1 }, { name: 'under-replicated partitions', value: 0 }]);
    assert.deepEqual(figures.notes, []);
    assert.deepEqual(await kafkaState(admin), before);
  });

  it('notes a topic that is not there, and does not make it', async () => {
    const figures = await session.figures!({ targets: [topic('typo'), topic('orders.dlq')] }, never);
    assert.deepEqual(figures.channels.map((c) => [c.address, c.published]), [['orders.dlq', 0]]);
    assert.deepEqual(figures.notes, ['There is no topic typo, or this user may not know of it.']);
    assert.ok(!(await admin.listTopics()).includes('typo'));
  });

  it('follows a group that reads: its state, members and lag', async () => {
    await consumer.subscribe({ topic: 'orders' });
    await consumer.run({ autoCommitInterval: 100, eachMessage: async () => {} });
    const read = await until(async () => {
      const { consumers } = await session.figures!({ targets: [topic('orders')] }, never);
      return consumers.find((c) => c.name === 'billing' && c.state === 'Stable' && c.lag === 0);
    }, { what: 'the group to have read all' });
    assert.deepEqual([read.members, read.done], [1, 30]);
  });

  it('takes stock of topics, their settings and who reads them, and changes nothing', async () => {
    const before = await kafkaState(admin);
    const inventory = await session.inventory!(never);
    assert.deepEqual(await kafkaState(admin), before);
    assert.deepEqual(inventory.channels.map((c) => [c.address, c.kind, c.partitions, c.replicas, c.explicit]), [
      ['orders', 'topic', 3, 1, ['retention.ms']],
      ['orders.dlq', 'topic', 1, 1, []],
    ]);
    assert.equal(inventory.channels[0]!.settings['retention.ms'], '3600000');
    assert.equal(inventory.channels[1]!.settings['retention.ms'], '604800000');
    assert.equal(inventory.channels[1]!.settings['cleanup.policy'], 'delete');
    assert.deepEqual(inventory.consumers.map((c) => [c.channel, c.name, c.members, c.settings]), [
      ['orders', 'audit', 0, { 'group.protocol': 'classic' }],
      ['orders', 'billing', 1, { 'group.protocol': 'classic' }],
      ['orders.dlq', 'other', 0, { 'group.protocol': 'classic' }],
    ]);
    assert.deepEqual([inventory.notes, inventory.unread], [[], undefined]);
  });

  it('tells of more groups than one request asks about', async () => {
    // By a transaction, in which no group needs a member of its own.
    const committer = kafka.producer({
      transactionalId: 'many', idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner,
    });
    await committer.connect();
    const transaction = await committer.transaction();
    const committed = async (groupId: string): Promise<boolean> =>
      (await admin.fetchOffsets({ groupId, topics: ['orders.dlq'] })).some((t) => t.partitions.some((p) => p.offset === '0'));
    for (let n = 0; n < 120; n++) {
      await transaction.sendOffsets({
        consumerGroupId: `many-${n}`, topics: [{ topic: 'orders.dlq', partitions: [{ partition: 0, offset: '0' }] }],
      });
    }
    await transaction.commit();
    await committer.disconnect();
    // A commit is answered before its markers are written, and offsets count from their marker on.
    await until(async () => (await committed('many-0')) && (await committed('many-119')), { what: 'the offsets to be committed' });
    const fresh = await kafkaDriver(quiet).connect({ url: broker.url }, never);
    const { consumers } = await fresh.figures!({ targets: [topic('orders.dlq')] }, never);
    assert.equal(consumers.length, 121);
    assert.ok(consumers.every((c) => c.state === 'Empty' && c.lag === 0));
    await fresh.close();
  });
});

describe('figures of a Kafka user with few rights', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let admin: Admin;
  let session: BrokerSession;

  before(async function () {
    await requireBroker(this, 'kafka');
    broker = await startKafka({
      users: { boss: 'boss', ann: 'secret' },
      properties: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:broker;User:boss;User:ANONYMOUS',
      },
    });
    const kafka = new Kafka({
      brokers: [broker.url], logLevel: logLevel.NOTHING, sasl: { mechanism: 'plain', username: 'boss', password: 'boss' },
    });
    admin = kafka.admin();
    await admin.connect();
    await makeTopics(admin, [{ topic: 'seen' }, { topic: 'secret' }]);
    await admin.setOffsets({ groupId: 'billing', topic: 'seen', partitions: [{ partition: 0, offset: '0' }] });
    // 2 is a topic, 8 is DESCRIBE, 3 is ALLOW, and the pattern 3 is a literal name.
    await admin.createAcls({
      acl: [{
        resourceType: 2, resourceName: 'seen', resourcePatternType: 3, principal: 'User:ann', host: '*', operation: 8, permissionType: 3,
      }],
    });
    session = await kafkaDriver(quiet).connect({ url: broker.url, user: 'ann', password: 'secret' }, never);
  });
  after(async () => {
    await session?.close();
    await admin?.disconnect();
    await broker?.stop();
  });

  it('tells what it may, and notes which right would tell the rest', async () => {
    const figures = await session.figures!({ targets: [topic('seen'), topic('secret')] }, never);
    assert.deepEqual(figures.channels.map((c) => [c.address, c.published, c.bytes]), [['seen', 0, undefined]]);
    assert.deepEqual([...figures.notes].sort(), [
      'No consumer group is seen: there is none, or this user lacks the right DESCRIBE on groups.',
      'Sizes of topics are not told: ask for the right DESCRIBE on the cluster.',
      'secret is not told of: ask for the right DESCRIBE on it.',
    ]);
  });

  it('takes stock of what it may see', async () => {
    const inventory = await session.inventory!(never);
    assert.deepEqual(inventory.channels.map((c) => c.address), ['seen']);
    assert.deepEqual(inventory.unread, ['settings', 'consumers']);
    assert.match(inventory.notes.join(' '), /settings of seen were refused: ask for the right DESCRIBE_CONFIGS/);
  });

  it('refuses a tap with the right that it lacks', async () => {
    await assert.rejects(session.plan(topic('secret'), { at: 'latest' }), /does not let this user read secret/);
  });
});

describe('figures of a Kafka cluster of three', function () {
  this.timeout(180_000);
  let cluster: KafkaCluster;
  before(async function () {
    await requireBroker(this, 'kafka');
    cluster = await startKafkaCluster();
  });
  after(() => cluster?.stop());

  it('counts partitions that are under-replicated while a broker is down', async () => {
    await cluster.makeTopics([{ topic: 'wide', numPartitions: 6, replicationFactor: 3 }]);
    const session = await kafkaDriver(quiet).connect({ url: cluster.brokers.join() }, never);
    await cluster.kill(3);
    const counted = await until(async () => {
      const { channels } = await session.figures!({ targets: [topic('wide')] }, never);
      return channels[0]!.underReplicated === 6 ? channels[0] : undefined;
    }, { what: 'six under-replicated partitions', timeout: 60_000 });
    assert.deepEqual([counted.partitions, counted.published], [6, 0]);
    await session.close();
  });
});
