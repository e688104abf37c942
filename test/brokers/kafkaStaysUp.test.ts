import assert from 'node:assert/strict';
import { Kafka, logLevel, Partitioners, type Admin, type Producer } from 'kafkajs';
import { freePorts } from '../../scripts/support/ports.mjs';
import { until } from '../../scripts/support/until.mjs';
import type { BrokerSession } from '../../src/brokers/driver';
import { kafkaDriver } from '../../src/brokers/kafka/index';
import { kafkaFraming } from '../faults/frames';
import { startProxy, type Proxy } from '../faults/proxy';
import {
  kafkaUser, requireBroker, startKafka, startKafkaCluster, type KafkaCluster, type KafkaUser, type RunningBroker,
} from '../support/brokers/index';
import { never, probe, quiet, type Probe } from './tapProbe';

const topic = (address: string) => ({ address, kind: 'topic' as const });

/** Sends numbers one after another until it is stopped, through whatever happens to the broker. */
interface Sender {
  /** Numbers that the broker has confirmed. */
  readonly confirmed: readonly number[];
  /** Waits until so many more are confirmed. */
  more(count: number): Promise<void>;
  stop(): Promise<void>;
}

function send(producer: Producer, name: string, partitions: number): Sender {
  const confirmed: number[] = [];
  let stopped = false;
  const run = (async () => {
    for (let n = 0; !stopped; n++) {
      // What failed may be stored or not; the next number is another message.
      await producer.send({ topic: name, messages: [{ partition: n % partitions, value: String(n) }] })
        .then(() => confirmed.push(n), () => new Promise((resolve) => { setTimeout(resolve, 50); }));
    }
  })();
  return {
    confirmed,
    more: async (count) => {
      const goal = confirmed.length + count;
      await until(() => confirmed.length >= goal, { what: `${count} more confirmed messages`, every: 10, timeout: 60_000 });
    },
    stop: async () => {
      stopped = true;
      await run;
    },
  };
}

/** Waits for all confirmed numbers, then counts what is missing and what came twice. */
async function judged(p: Probe, sender: Sender): Promise<{ missing: number[]; twice: string[] }> {
  await sender.stop();
  const values = (): Set<number> => new Set(p.values().map(Number));
  await until(() => {
    const seen = values();
    return sender.confirmed.every((n) => seen.has(n));
  }, { what: 'all confirmed messages', every: 50, timeout: 60_000 }).catch(() => {});
  const seen = values();
  const places = p.messages.map((m) => `${m.partition}:${m.offset}`);
  return {
    missing: sender.confirmed.filter((n) => !seen.has(n)),
    twice: places.filter((place, n) => places.indexOf(place) !== n),
  };
}

const nothing = { missing: [], twice: [] };
const reasons = (p: Probe): string =>
  p.states.map((s) => `${s.is}${'reason' in s && s.reason ? ` (${s.reason})` : ''}`).join(' → ');

describe('a tap on Kafka through faults', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
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
    broker = await startKafka({
      proxied: { port: port!, advertised: proxy.port },
      // A paused tap asks for nothing, so the broker soon closes its connections.
      properties: { 'connections.max.idle.ms': '8000' },
    });
    proxy.target = port!;
    ({ admin, producer, make } = await kafkaUser(broker.url, { retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 8 } }));
    session = await kafkaDriver(quiet).connect({ url: broker.url }, never);
    throughProxy = await kafkaDriver(quiet).connect({ url: `127.0.0.1:${proxy.port}` }, never);
  });
  after(async () => {
    proxy?.open();
    await Promise.all([session?.close(), throughProxy?.close(), producer?.disconnect(), admin?.disconnect()]);
    await proxy?.close();
    await broker?.stop();
  });

  it('misses and repeats nothing while connections are cut, also within an answer', async () => {
    await make('cut', 3);
    const p = await probe(throughProxy, topic('cut'));
    const sender = send(producer, 'cut', 3);
    for (let n = 0; n < 4; n++) {
      await sender.more(20);
      const lost = p.state('lost');
      if (n % 2 === 0) proxy.cut();
      else await proxy.lose('broker', 'Fetch');
      await lost;
      await p.state('live');
    }
    await sender.more(10);
    assert.deepEqual(await judged(p, sender), nothing, reasons(p));
    assert.deepEqual(p.drops, []);
    await p.stop();
  });

  it('says that there is no answer, and goes on when there is one', async () => {
    await make('stalled', 2);
    const p = await probe(throughProxy, topic('stalled'));
    const sender = send(producer, 'stalled', 2);
    await sender.more(20);
    const hold = proxy.hold('broker', 'Fetch');
    await hold.held;
    const lost = await p.state('lost');
    assert.match('reason' in lost ? lost.reason! : '', /has not answered for 5 s\. The tap is still waiting/);
    await sender.more(20);
    hold.release();
    await p.state('live');
    assert.deepEqual(await judged(p, sender), nothing, reasons(p));
    assert.deepEqual(p.drops, []);
    await p.stop();
  });

  it('gives up a connection that never answers again, and opens another', async () => {
    await make('dead', 1);
    const p = await probe(throughProxy, topic('dead'));
    const sender = send(producer, 'dead', 1);
    await sender.more(20);
    await proxy.hold('broker', 'Fetch').held;
    await p.state('retrying');
    await p.state('live');
    assert.deepEqual(await judged(p, sender), nothing, reasons(p));
    assert.deepEqual(p.drops, []);
    await p.stop();
  });

  it('stops at once while an answer is outstanding', async () => {
    await make('stuck', 1);
    const p = await probe(throughProxy, topic('stuck'));
    const hold = proxy.hold('broker', 'Fetch');
    await hold.held;
    await p.stop();
    assert.ok(!p.states.some((s) => s.is === 'lost'), reasons(p));
    hold.release();
  });

  it('retries for as long as the broker cannot be reached', async () => {
    await make('shut', 2);
    const p = await probe(throughProxy, topic('shut'));
    const sender = send(producer, 'shut', 2);
    await sender.more(20);
    proxy.shut();
    await until(() => p.states.filter((s) => s.is === 'retrying').length >= 4, { what: 'four attempts', timeout: 60_000 });
    await sender.more(20);
    proxy.open();
    await p.state('live');
    assert.deepEqual(await judged(p, sender), nothing, reasons(p));
    assert.deepEqual(p.drops, []);
    await p.stop();
  });

  it('stays paused over a lost connection, at rest, and goes on where it was', async () => {
    await make('rested', 1);
    const p = await probe(throughProxy, topic('rested'));
    const sender = send(producer, 'rested', 1);
    await sender.more(20);
    const hold = proxy.hold('broker', 'Fetch');
    await hold.held;
    p.tap.pause();
    const before = p.messages.length;
    proxy.cut();
    await p.state('retrying');
    await p.state('live');
    await sender.more(20);
    assert.equal(p.messages.length, before);
    p.tap.resume();
    assert.deepEqual(await judged(p, sender), nothing, reasons(p));
    assert.deepEqual(p.drops, []);
    await p.stop();
  });

  it('goes on after a silence in which the broker closed its connections', async () => {
    await make('silent', 2);
    const p = await probe(session, topic('silent'));
    await producer.send({ topic: 'silent', messages: [{ partition: 0, value: '0' }] });
    await p.got(1);
    p.tap.pause();
    // The broker looks for idle connections every few seconds; a session that asks later notices nothing.
    await new Promise((resolve) => { setTimeout(resolve, 12_000); });
    await producer.send({ topic: 'silent', messages: [{ partition: 1, value: '1' }] });
    p.tap.resume();
    await p.got(2);
    assert.deepEqual(p.values(), ['0', '1'], reasons(p));
    assert.equal((await session.plan(topic('silent'), { at: 'latest' })).verdict, 'ok');
    assert.deepEqual(p.drops, []);
    await p.stop();
  });

  it('recognises a topic that was made again and has grown past the old offset', async () => {
    await make('anew', 2);
    const p = await probe(session, topic('anew'));
    for (let n = 0; n < 6; n++) await producer.send({ topic: 'anew', messages: [{ partition: n % 2, value: `old ${n}` }] });
    await p.got(6);
    p.tap.pause();
    // The fetch that is under way may still take what comes next.
    await new Promise((resolve) => { setTimeout(resolve, 700); });
    await admin.deleteTopics({ topics: ['anew'] });
    await until(() => make('anew', 2).then(() => true), { what: 'making the topic again' });
    for (let n = 0; n < 20; n++) {
      await until(() => producer.send({ topic: 'anew', messages: [{ partition: n % 2, value: `new ${n}` }] }), {
        what: 'sending to the new topic',
      });
    }
    p.tap.resume();
    await p.got(26);
    const values = p.values();
    assert.deepEqual(values.filter((v) => v!.startsWith('new')).sort(), Array.from({ length: 20 }, (_, n) => `new ${n}`).sort());
    assert.equal(values.length, 26);
    assert.equal(p.drops.length, 1, JSON.stringify(p.drops));
    assert.match(p.drops[0]!.why,
      /anew was deleted and made again; what the earlier topic still got from offset 3 of partition 0, 3 of partition 1 on was not read/);
    await p.stop();
  });

  it('follows a topic that is deleted and made again while it reads', async () => {
    await make('again', 1);
    const p = await probe(session, topic('again'));
    await producer.send({ topic: 'again', messages: [{ value: 'old' }] });
    await p.got(1);
    await admin.deleteTopics({ topics: ['again'] });
    await p.state('retrying');
    await until(() => make('again', 1).then(() => true), { what: 'making the topic again' });
    await until(() => producer.send({ topic: 'again', messages: [{ value: 'new' }] }), { what: 'sending to it' });
    await p.got(2);
    assert.deepEqual(p.values(), ['old', 'new']);
    assert.match(p.drops[0]!.why, /again was deleted and made again/);
    await p.stop();
  });

  it('ends, and says that it is not complete, where its topic was made again before its end', async () => {
    await make('early', 1);
    await producer.send({ topic: 'early', messages: [{ value: 'a' }] });
    const hold = proxy.hold('client', 'Fetch');
    const p = await probe(throughProxy, topic('early'), { at: 'earliest', until: { at: 'now' } });
    await hold.held;
    await admin.deleteTopics({ topics: ['early'] });
    await until(() => make('early', 1).then(() => true), { what: 'making the topic again' });
    hold.release();
    const ended = await p.state('ended');
    assert.match('reason' in ended ? ended.reason : '', /It ended before all had been given: early was deleted and made again/);
    assert.match(p.drops[0]!.why, /early was deleted and made again/);
    assert.deepEqual(p.messages, []);
    await p.stop();
  });

  it('reads a partition that is added, from its first message', async () => {
    await make('wider', 1);
    const p = await probe(session, topic('wider'));
    const sender = send(producer, 'wider', 1);
    await sender.more(10);
    await admin.createPartitions({ topicPartitions: [{ topic: 'wider', count: 3 }] });
    // kafkajs knows of a new partition only when it looks anew.
    const fresh = new Kafka({ brokers: [broker.url], logLevel: logLevel.NOTHING })
      .producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await fresh.connect();
    for (const n of [1, 2]) {
      await until(async () => (await fresh.send({ topic: 'wider', messages: [{ partition: n, value: String(-n) }] })).length > 0, {
        what: 'sending to the new partition',
      });
    }
    await fresh.disconnect();
    await until(() => [-1, -2].every((n) => p.values().includes(String(n))), { what: 'messages of the new partitions' });
    assert.deepEqual(await judged(p, sender), nothing, reasons(p));
    await p.stop();
  });

  it('misses and repeats nothing while the broker is killed and restarted, twice', async () => {
    await make('killed', 2);
    const p = await probe(session, topic('killed'));
    const sender = send(producer, 'killed', 2);
    for (let n = 0; n < 2; n++) {
      await sender.more(50);
      await broker.kill();
      await p.state('retrying');
      await broker.restart();
      await p.state('live');
      await sender.more(20);
    }
    assert.deepEqual(await judged(p, sender), nothing, reasons(p));
    assert.deepEqual(p.drops, []);
    // The session goes on as well.
    assert.ok((await session.list(never))!.some((t) => t.address === 'killed'));
    await p.stop();
  });
});

describe('a tap on a Kafka cluster whose leaders change', function () {
  this.timeout(240_000);
  let cluster: KafkaCluster;
  let producer: Producer;
  let session: BrokerSession;

  before(async function () {
    await requireBroker(this, 'kafka');
    cluster = await startKafkaCluster();
    producer = new Kafka({
      brokers: [...cluster.brokers], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 20 },
    }).producer({ createPartitioner: Partitioners.DefaultPartitioner, allowAutoTopicCreation: false });
    await producer.connect();
    session = await kafkaDriver(quiet).connect({ url: cluster.brokers.join() }, never);
  });
  after(async () => {
    await session?.close();
    await producer?.disconnect();
    await cluster?.stop();
  });

  const leaderOf = async (name: string): Promise<number> =>
    until(() => cluster.admin(async (a) => (await a.fetchTopicMetadata({ topics: [name] })).topics[0]!.partitions[0]!.leader), {
      what: `the leader of ${name}`,
    });

  it('misses and repeats nothing while one leader after another is killed', async () => {
    await cluster.makeTopics([{
      topic: 'led', numPartitions: 3, replicationFactor: 3, configEntries: [{ name: 'min.insync.replicas', value: '2' }],
    }]);
    const p = await probe(session, topic('led'));
    const sender = send(producer, 'led', 3);
    for (let n = 0; n < 2; n++) {
      await sender.more(30);
      const leader = await leaderOf('led');
      await cluster.kill(leader);
      await sender.more(30);
      await cluster.start(leader);
      await sender.more(30);
    }
    assert.deepEqual(await judged(p, sender), nothing, reasons(p));
    // What it may say is that it had to wait for a leader.
    for (const { count, why } of p.drops) {
      assert.equal(count, 0);
      assert.match(why, /^led has no leader that can be reached for partition/);
    }
    await p.stop();
  });

  it('reads the other partitions where one has no leader, and takes it up when it has one', async () => {
    await cluster.makeTopics([{ topic: 'single', replicaAssignment: cluster.ids.map((id, partition) => ({ partition, replicas: [id] })) }]);
    for (const partition of [0, 1, 2])
      await producer.send({ topic: 'single', messages: [{ partition, value: `at ${partition}` }] });
    await cluster.kill(2);
    const p = await probe(session, topic('single'), { at: 'earliest' });
    await p.got(2);
    assert.deepEqual(p.values().sort(), ['at 0', 'at 2']);
    assert.deepEqual(p.drops, [{
      count: 0,
      why: 'single has no leader that can be reached for partition 1: nothing of it can be read until there is one',
    }]);
    await cluster.start(2);
    await p.got(3);
    assert.deepEqual(p.values().sort(), ['at 0', 'at 1', 'at 2']);
    await p.stop();
  });
});
