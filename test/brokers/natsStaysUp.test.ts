import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cp, rename, rm } from 'node:fs/promises';
import { connect as connectPlain, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { RetentionPolicy, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { until } from '../../scripts/support/until.mjs';
import type { BrokerSession, TapTarget } from '../../src/brokers/driver';
import { natsDriver } from '../../src/brokers/nats/index';
import { natsFraming } from '../faults/frames';
import { startProxy, type Proxy } from '../faults/proxy';
import { natsUser, requireBroker, startNats, startNatsCluster, type NatsCluster, type RunningBroker } from '../support/brokers/index';
import { account, Numbers } from './numbered';
import { never, probe, quiet, type Probe } from './tapProbe';

const subject = (address: string): TapTarget => ({ address, kind: 'subject' });
const stream = (address: string): TapTarget => ({ address, kind: 'stream' });

describe('a tap on NATS stays up', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let proxy: Proxy;
  let connection: NatsConnection;
  let js: JetStreamClient;
  let jsm: JetStreamManager;
  let session: BrokerSession;
  const running: Probe[] = [];

  before(async function () {
    await requireBroker(this, 'nats');
    broker = await startNats();
    proxy = await startProxy(natsFraming, broker.port);
    ({ connection, js, jsm } = await natsUser(broker.url, { maxReconnectAttempts: -1, reconnectTimeWait: 50 }));
    session = await natsDriver(quiet).connect({ url: `nats://127.0.0.1:${proxy.port}` }, never);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((p) => p.stop()));
  });
  after(async () => {
    await session?.close();
    await proxy?.close();
    await connection?.close();
    await broker?.stop();
  });

  const tap = async (...args: Parameters<typeof probe> extends [unknown, ...infer R] ? R : never): Promise<Probe> => {
    const p = await probe(session, ...args);
    running.push(p);
    return p;
  };
  /** Into a stream; the id keeps a repeated publish from being stored twice. */
  const numbers = (to: string): Numbers =>
    new Numbers((n) => until(() => js.publish(to, String(n), { msgID: `${to} ${n}`, timeout: 2000 }), { what: `message ${n}`, every: 20 }));
  const loose = (to: string): Numbers => new Numbers(async (n) => {
    connection.publish(to, String(n));
    await connection.flush();
  });
  const consumers = async (name: string): Promise<number> => (await jsm.streams.info(name)).state.consumer_count;

  it('gives a stream without a gap or duplicate over cuts, while messages come', async () => {
    await jsm.streams.add({ name: 'CUTS', subjects: ['cuts'] });
    const sent = numbers('cuts');
    await sent.send(50);
    const p = await tap(stream('CUTS'), { at: 'earliest' });
    sent.start();
    for (let n = 0; n < 4; n++) {
      const had = p.messages.length;
      await p.got(had + 20);
      proxy.cut();
      await p.state('lost');
      await p.state('live');
    }
    await sent.pause();
    await p.got(sent.sent);
    assert.deepEqual(account(p, sent.sent), { missing: [], twice: [], unreported: 0, notices: 0 });
    assert.deepEqual(p.messages.map((m) => Number(m.offset)), Array.from({ length: sent.sent }, (_, n) => n + 1));
    await p.stop();
    // Those of the cut connections were removed over the next one.
    assert.equal(await consumers('CUTS'), 0);
  });

  for (const retention of [RetentionPolicy.Workqueue, RetentionPolicy.Interest]) {
    it(`reads on where it was in a stream with ${retention} retention`, async () => {
      const name = `CUT_${retention}`;
      await jsm.streams.add({ name, subjects: [name], retention });
      await jsm.consumers.add(name, { durable_name: 'worker', ack_policy: 'explicit' });
      const sent = numbers(name);
      await sent.send(20);
      const p = await tap(stream(name), { at: 'earliest' });
      await p.got(20);
      sent.start();
      for (let n = 0; n < 3; n++) {
        await p.got(p.messages.length + 20);
        proxy.shut();
        await p.state('lost');
        const before = sent.sent;
        await until(() => sent.sent > before + 20, { what: 'messages meanwhile', every: 10 });
        proxy.open();
        await p.state('live');
      }
      await sent.pause();
      await p.got(sent.sent);
      const { missing, twice, notices } = account(p, sent.sent);
      // Nobody took any, so that all could be read; the tap cannot know that, and says what may be missing.
      assert.deepEqual({ missing, twice, notices }, { missing: [], twice: [], notices: 3 });
      assert.match(p.drops[0]!.why, /taken by their consumers while the connection was lost/);
    });
  }

  it('goes on after the server was killed: a stream whole, a subject with what it may have missed told', async () => {
    await jsm.streams.add({ name: 'KILLED', subjects: ['killed'] });
    const stored = numbers('killed');
    const passing = loose('passing');
    const s = await tap(stream('KILLED'), { at: 'latest' });
    const c = await tap(subject('passing'));
    await stored.send(100);
    await passing.send(100);
    await Promise.all([s.got(100), c.got(100)]);
    await broker.kill();
    await Promise.all([s.state('lost'), c.state('lost')]);
    await broker.restart();
    await stored.send(100);
    await passing.send(100);
    await Promise.all([s.state('live'), c.state('live')]);
    await stored.send(20);
    await passing.send(20);
    await s.got(220);
    await until(() => c.values().at(-1) === '220', { what: 'the last message' });
    assert.deepEqual(account(s, 220), { missing: [], twice: [], unreported: 0, notices: 0 });
    const { twice, unreported, notices } = account(c, 220);
    assert.deepEqual({ twice, unreported, notices }, { twice: [], unreported: 0, notices: 1 });
  });

  it('notices a network that stalls, and a consumer that somebody deleted', async () => {
    await jsm.streams.add({ name: 'STALLS', subjects: ['stalls'] });
    const sent = numbers('stalls');
    const p = await tap(stream('STALLS'));
    await sent.send(10);
    await p.got(10);
    const stall = proxy.hold('broker', (frame) => /^H?MSG /.test(frame.name));
    await sent.send(10);
    await stall.held;
    assert.match(((await p.state('lost')) as { reason: string }).reason, /gave no sign for 9 s/);
    await p.state('live');
    await p.got(20);
    stall.release();
    await sent.send(10);
    await p.got(30);
    for await (const c of jsm.consumers.list('STALLS')) await jsm.consumers.delete('STALLS', c.name);
    await sent.send(10);
    assert.match(((await p.state('lost')) as { reason: string }).reason, /gave no sign for 9 s/);
    await p.state('live');
    await sent.send(10);
    await p.got(50);
    assert.deepEqual(account(p, 50), { missing: [], twice: [], unreported: 0, notices: 0 });
  });

  it('says that a stream was deleted and made again, and reads the new one from its start', async () => {
    const config = { name: 'AGAIN', subjects: ['again'] };
    await jsm.streams.add(config);
    const p = await tap(stream('AGAIN'));
    for (const n of ['1', '2']) await js.publish('again', n);
    await p.got(2);
    await jsm.streams.delete('AGAIN');
    await jsm.streams.add(config);
    // More than the old one had, so that sequences alone tell nothing.
    for (const n of ['3', '4', '5', '6']) await js.publish('again', n);
    await p.state('lost');
    await p.state('live');
    await p.got(6);
    assert.deepEqual(account(p, 6), { missing: [], twice: [], unreported: 0, notices: 1 });
    assert.match(p.drops[0]!.why, /was deleted and made again/);
  });

  it('tells that a store lost its end, and reads what came in its place, also where it has grown past the old end', async () => {
    const own = await startNats();
    const way = await startProxy(natsFraming, own.port);
    const writer = await natsUser(own.url, { maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    const through = await natsDriver(quiet).connect({ url: `nats://127.0.0.1:${way.port}` }, never);
    try {
      const names = ['grown', 'short', 'idle'];
      for (const name of names) await writer.jsm.streams.add({ name, subjects: [name] });
      const publish = async (to: string, from: number, last: number): Promise<void> => {
        for (let n = from; n <= last; n++)
          await until(() => writer.js.publish(to, String(n), { msgID: `${to} ${n}`, timeout: 2000 }), { what: `message ${n}`, every: 20 });
      };
      for (const name of names) await publish(name, 1, 10);
      const data = join(own.dir, 'data');
      await own.kill();
      await cp(data, join(own.dir, 'older'), { recursive: true });
      await own.restart();
      for (const name of names) await publish(name, 11, 20);
      const taps = await Promise.all(names.map((name) => probe(through, stream(name), { at: name === 'idle' ? 'latest' : 'earliest' })));
      running.push(...taps);
      const [grown, short, idle] = taps as [Probe, Probe, Probe];
      await Promise.all([grown.got(20), short.got(20)]);

      way.shut();
      await own.kill();
      await rm(data, { recursive: true });
      await rename(join(own.dir, 'older'), data);
      await own.restart();
      await publish('grown', 21, 40);
      await publish('idle', 21, 40);
      way.open();
      await grown.got(40);
      await idle.got(20);
      await until(() => short.drops.length > 0, { what: 'the loss to be told' });
      await publish('short', 21, 25);
      await short.got(25);
      const row = (first: number, last: number): string[] => Array.from({ length: last - first + 1 }, (_, n) => String(first + n));
      assert.deepEqual(grown.values(), row(1, 40));
      assert.deepEqual(short.values(), row(1, 25));
      assert.deepEqual(idle.values(), row(21, 40));
      for (const [n, p] of taps.entries()) {
        assert.deepEqual(p.drops, [{
          count: 0,
          why: `stream ${names[n]} lost its end, or an older copy of it was restored: what stood behind sequence 10, up to 20, is gone; ` +
            'reading goes on at sequence 11, with what is there now',
        }]);
      }
      // What is the same is not told again.
      way.cut();
      await publish('grown', 41, 42);
      await grown.got(42);
      assert.equal(grown.drops.length, 1);
    } finally {
      await Promise.all(running.splice(0).map((p) => p.stop()));
      await through.close();
      await writer.connection.close();
      await way.close();
      await own.stop();
    }
  });

  it('counts what a purge or the limits removed before it could be read', async () => {
    await jsm.streams.add({ name: 'PURGED', subjects: ['purged'] });
    const sent = numbers('purged');
    const p = await tap(stream('PURGED'));
    await sent.send(10);
    await p.got(10);
    proxy.shut();
    await p.state('lost');
    await sent.send(10);
    await jsm.streams.purge('PURGED');
    await sent.send(5);
    proxy.open();
    await p.state('live');
    await p.got(15);
    const { missing, ...rest } = account(p, 25);
    assert.deepEqual([missing.length, rest], [10, { twice: [], unreported: 0, notices: 1 }]);
    assert.deepEqual(p.drops[0]!.count, 10);
    // One message in the middle, deleted while the tap was away.
    proxy.shut();
    await p.state('lost');
    await sent.send(3);
    await jsm.streams.deleteMessage('PURGED', (await jsm.streams.info('PURGED')).state.last_seq - 1);
    proxy.open();
    await p.state('live');
    await p.got(17);
    assert.equal(account(p, 28).unreported, 0);
  });

  it('says that the server cut it off when it was too slow', async () => {
    const strict = await startNats({ jetstream: false, conf: ['max_payload: 90000', 'max_pending: 100000', 'write_deadline: "300ms"'] });
    const links: { pause(): void }[] = [];
    const relay = createServer((client) => {
      const server = connectPlain(strict.port, '127.0.0.1');
      for (const [a, b] of [[client, server], [server, client]] as const) a.on('error', () => b.destroy()).on('close', () => b.destroy()).pipe(b);
      links.push({ pause: () => { server.unpipe(client); server.pause(); } });
    });
    relay.listen(0, '127.0.0.1');
    await once(relay, 'listening');
    after(() => relay.close());
    const slow = await natsDriver(quiet).connect({ url: `nats://127.0.0.1:${(relay.address() as AddressInfo).port}` }, never);
    const publisher = await connect({ servers: strict.url });
    const p = await probe(slow, subject('much'));
    links.at(-1)!.pause();
    const payload = Buffer.alloc(50_000);
    let sent = 0;
    await until(async () => {
      for (let n = 0; n < 20; n++, sent++) publisher.publish('much', payload);
      await publisher.flush();
      return p.states.some((s) => s.is === 'lost');
    }, { what: 'the cut', every: 10 });
    await p.state('lost');
    await p.state('live');
    publisher.publish('much', 'last');
    await until(() => p.values().at(-1) === 'last', { what: 'the last message' });
    assert.ok(p.messages.length < sent + 1);
    assert.match(p.drops[0]!.why, /while the connection was lost were not seen/);
    await Promise.all([p.stop(), slow.close(), publisher.close()]);
    await strict.stop();
  });
});

describe('a tap on a cluster of NATS stays up', function () {
  this.timeout(180_000);
  let cluster: NatsCluster;

  before(async function () {
    await requireBroker(this, 'nats');
    cluster = await startNatsCluster();
  });
  after(() => cluster?.stop());

  it('gives a replicated stream without a gap when the server that it talks to is killed', async () => {
    // The tap talks to the first; what is published comes over the last.
    const { connection, js, jsm } = await natsUser(cluster.servers.slice(2), { maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    await jsm.streams.add({ name: 'REPLICATED', subjects: ['replicated'], num_replicas: 3 });
    const sent = new Numbers((n) =>
      until(() => js.publish('replicated', String(n), { msgID: String(n), timeout: 1000 }), { what: `message ${n}`, every: 50 }));
    const session = await natsDriver(quiet).connect({ url: `nats://${cluster.servers.join(',')}` }, never);
    const p = await probe(session, stream('REPLICATED'), { at: 'earliest' });
    sent.start();
    await p.got(30);
    await cluster.kill('n1');
    await p.state('lost');
    await until(() => p.states.at(-1)?.is === 'live', { what: 'the tap on another server', timeout: 60_000 });
    await p.got(p.messages.length + 30);
    await sent.pause();
    await p.got(sent.sent);
    assert.deepEqual(account(p, sent.sent), { missing: [], twice: [], unreported: 0, notices: 0 });
    await Promise.all([p.stop(), session.close(), connection.close()]);
  });
});
