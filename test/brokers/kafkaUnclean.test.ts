import assert from 'node:assert/strict';
import { Kafka, logLevel } from 'kafkajs';
import { until } from '../../scripts/support/until.mjs';
import type { BrokerSession, TapStart } from '../../src/brokers/driver';
import { kafkaDriver } from '../../src/brokers/kafka/index';
import { requireBroker, startKafkaCluster, type KafkaCluster } from '../support/brokers/index';
import { never, probe, quiet, type Probe } from './tapProbe';

const TOPIC = 'torn';
const topic = { address: TOPIC, kind: 'topic' as const };

/** `a0`, `a1`, … */
const row = (name: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${name}${n}`);

/** The values of one partition as text, in order of arrival. */
const valuesOf = (p: Probe, partition: number): string[] =>
  p.messages.flatMap((m) => (m.partition === partition ? [Buffer.from(m.value!).toString('utf8')] : []));

/** What was said of losses, in the order of partitions; that a leader had to be waited for is no loss. */
const losses = (p: Probe): string[] =>
  p.drops.filter(({ why }) => !/has no leader that can be reached/.test(why)).map(({ count, why }) => `${count} ${why}`).sort();

const lost = (partition: number, what: string, from: number): string =>
  `0 partition ${partition} lost ${what}: an unclean leader election or a failed disk put other messages in its place, ` +
  `or none; reading goes on at offset ${from}, with what is there now`;

describe('a tap on Kafka whose leaders are elected uncleanly', function () {
  this.timeout(400_000);
  let cluster: KafkaCluster;
  let session: BrokerSession;
  const probes: Probe[] = [];

  before(async function () {
    await requireBroker(this, 'kafka');
    cluster = await startKafkaCluster();
    session = await kafkaDriver(quiet).connect({ url: cluster.brokers.join() }, never);
  });
  after(async () => {
    await Promise.all(probes.map((p) => p.stop()));
    await session?.close();
    await cluster?.stop();
  });

  const tapped = async (start?: TapStart): Promise<Probe> => {
    const p = await probe(session, topic, start);
    probes.push(p);
    return p;
  };

  const send = async (partition: number, values: readonly string[]): Promise<void> => {
    const producer = new Kafka({
      brokers: [...cluster.brokers], logLevel: logLevel.NOTHING, connectionTimeout: 1000,
      retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 40 },
    }).producer({ allowAutoTopicCreation: false });
    await producer.connect();
    try {
      // One batch each, so that the logs are not cut between batches only.
      for (const value of values) await producer.send({ topic: TOPIC, acks: 1, messages: [{ partition, value }] });
    } finally {
      await producer.disconnect();
    }
  };

  const led = (leader: number, inSync: readonly number[]): Promise<unknown> =>
    until(async () => {
      const { topics } = await cluster.admin((admin) => admin.fetchTopicMetadata({ topics: [TOPIC] }));
      return topics[0]!.partitions.every((p) => p.leader === leader && [...p.isr].sort().join() === inSync.join());
    }, { what: `broker ${leader} leading, ${inSync.join(' and ')} in sync` });

  const shows = (p: Probe, partition: number, values: readonly string[]): Promise<unknown> =>
    until(() => valuesOf(p, partition).length >= values.length, { what: `${values.length} messages`, every: 20 })
      .catch(() => {})
      .then(() => assert.deepEqual(valuesOf(p, partition), values));

  /** The one that leads dies, and the one that has been dead comes back with what it had. */
  const overturn = async (leader: number, other: number): Promise<void> => {
    await cluster.kill(leader);
    await cluster.start(other);
    await led(other, [other]);
  };

  it('tells what was replaced, and gives all that came in its place, though the new log has grown past the old one', async () => {
    await cluster.makeTopics([{
      topic: TOPIC,
      replicaAssignment: [0, 1].map((partition) => ({ partition, replicas: [1, 2] })),
      configEntries: [{ name: 'unclean.leader.election.enable', value: 'true' }, { name: 'min.insync.replicas', value: '1' }],
    }]);
    await led(1, [1, 2]);
    const seen = row('a', 10);
    await send(0, seen);
    const follows = await tapped({ at: 'earliest' });
    await shows(follows, 0, seen);

    // What broker 1 alone has, everybody is shown, since nobody else is in sync.
    await cluster.kill(2);
    await led(1, [1]);
    seen.push(...row('b', 15));
    await send(0, row('b', 15));
    await shows(follows, 0, seen);
    const sleeps = await tapped({ at: 'earliest' });
    const begins = await tapped();
    // A fetch is of both partitions: after this message each tap has heard from both.
    await send(1, ['x']);
    for (const p of [follows, sleeps, begins]) await shows(p, 1, ['x']);
    await shows(sleeps, 0, seen);
    sleeps.tap.pause();

    await overturn(1, 2);
    seen.push(...row('c', 30));
    await send(0, row('c', 30));
    sleeps.tap.resume();
    await shows(follows, 0, seen);
    await shows(sleeps, 0, seen);
    await shows(begins, 0, row('c', 30));
    for (const p of [follows, sleeps, begins]) await until(() => losses(p).length >= 2, { what: 'two losses' });
    for (const p of [follows, sleeps])
      assert.deepEqual(losses(p), [lost(0, 'what was read at offsets 10 to 24', 10), lost(1, 'what was read at offset 0', 0)]);
    assert.deepEqual(losses(begins), [
      lost(0, 'its tail from offset 10 on before it was read', 10), lost(1, 'what was read at offset 0', 0),
    ]);
    await Promise.all([sleeps.stop(), begins.stop()]);

    // A clean election costs nothing, and nothing is said of it.
    await cluster.start(1);
    await led(2, [1, 2]);
    await cluster.kill(2);
    await led(1, [1]);
    seen.push(...row('d', 10));
    await send(0, row('d', 10));
    await shows(follows, 0, seen);
    assert.equal(losses(follows).length, 2);

    // Two unclean elections bring a log back that had been lost: a tap that never saw it is shown it too.
    await overturn(1, 2);
    await send(0, row('e', 20));
    const comesLate = await tapped({ at: 'earliest' });
    const second = [...row('a', 10), ...row('c', 30)];
    await shows(comesLate, 0, [...second, ...row('e', 20)]);
    await shows(follows, 0, [...seen, ...row('e', 20)]);
    await overturn(2, 1);
    await send(0, row('f', 20));
    const back = [...row('d', 10), ...row('f', 20)];
    await shows(comesLate, 0, [...second, ...row('e', 20), ...back]);
    await shows(follows, 0, [...seen, ...row('e', 20), ...back]);
    assert.deepEqual(losses(comesLate), [lost(0, 'what was read at offsets 40 to 59', 40)]);
    assert.deepEqual(losses(follows).slice(1, 3), [
      lost(0, 'what was read at offsets 40 to 49', 40), lost(0, 'what was read at offsets 40 to 59', 40),
    ]);
  });
});
