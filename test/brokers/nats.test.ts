import assert from 'node:assert/strict';
import { AckPolicy, RetentionPolicy, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { until } from '../../scripts/support/until.mjs';
import type { BrokerSession, TapTarget } from '../../src/brokers/driver';
import { natsDriver } from '../../src/brokers/nats/index';
import { natsUser, requireBroker, startNats, type RunningBroker } from '../support/brokers/index';
import { never, probe, quiet, refuses, text } from './tapProbe';

const subject = (address: string): TapTarget => ({ address, kind: 'subject' });
const stream = (address: string): TapTarget => ({ address, kind: 'stream' });
const latest = { at: 'latest' } as const;

describe('a tap on NATS', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let connection: NatsConnection;
  let js: JetStreamClient;
  let jsm: JetStreamManager;
  let session: BrokerSession;

  before(async function () {
    await requireBroker(this, 'nats');
    broker = await startNats();
    ({ connection, js, jsm } = await natsUser(broker.url, { maxReconnectAttempts: -1, reconnectTimeWait: 100 }));
    session = await natsDriver(quiet).connect({ url: broker.url }, never);
  });
  after(async () => {
    await session?.close();
    await connection?.close();
    await broker?.stop();
  });

  const consumers = async (name: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const c of jsm.consumers.list(name)) found.push(c.name);
    return found.sort();
  };
  const publish = async (to: string, ...values: string[]): Promise<void> => {
    for (const v of values) await js.publish(to, v);
  };

  it('gives what a plain subject gets, and leaves queue groups all they had', async () => {
    const worked: string[] = [];
    connection.subscribe('jobs.*', { queue: 'workers', callback: (_e, m) => void worked.push(m.string()) });
    const p = await probe(session, subject('jobs.*'));
    const h = headers();
    h.append('trace', 'a');
    h.append('trace', 'b');
    for (let n = 0; n < 10; n++) connection.publish('jobs.x', `job ${n}`, { headers: h });
    await p.got(10);
    await until(() => worked.length === 10, { what: 'the worker’s messages' });
    await p.stop();
    assert.deepEqual(p.values(), worked);
    assert.deepEqual(
      [p.messages[0]!.channel, p.messages[0]!.headers],
      [
        'jobs.x',
        [
          ['trace', 'a'],
          ['trace', 'b'],
        ],
      ],
    );
  });

  it('reads a stream from its start, its last N and its end, by name and by subject', async () => {
    await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'] });
    for (let n = 0; n < 6; n++) await publish(n % 2 === 0 ? 'orders.eu' : 'orders.us', `o${n}`);
    const earliest = await probe(session, stream('ORDERS'), { at: 'earliest' });
    await earliest.state('caught-up');
    assert.deepEqual(earliest.values(), ['o0', 'o1', 'o2', 'o3', 'o4', 'o5']);
    assert.deepEqual(
      earliest.messages.map((m) => m.offset),
      ['1', '2', '3', '4', '5', '6'],
    );
    const last = await probe(session, stream('ORDERS'), { at: 'last', count: 2 });
    await last.state('caught-up');
    assert.deepEqual(last.values(), ['o4', 'o5']);
    const part = await probe(session, stream('orders.us'), { at: 'last', count: 2 });
    await part.state('caught-up');
    assert.deepEqual(part.values(), ['o3', 'o5']);
    const fresh = await probe(session, stream('ORDERS'));
    await publish('orders.us', 'new');
    await Promise.all([fresh.got(1), part.got(3), last.got(3), earliest.got(7)]);
    assert.deepEqual(fresh.values(), ['new']);
    assert.ok(Math.abs(fresh.messages[0]!.time - Date.now()) < 10_000);
    await Promise.all([earliest, last, part, fresh].map((p) => p.stop()));
  });

  it('gives a long backlog in order and says when it has caught up', async () => {
    await jsm.streams.add({ name: 'LONG', subjects: ['long'] });
    const sent = Array.from({ length: 5000 }, (_, n) => String(n));
    for (const v of sent) connection.publish('long', v);
    await connection.flush();
    await until(async () => (await jsm.streams.info('LONG')).state.messages === sent.length, {
      what: 'all stored',
    });
    const p = await probe(session, stream('LONG'), { at: 'earliest' });
    await p.state('caught-up');
    await p.stop();
    assert.deepEqual(p.values(), sent);
  });

  it('changes nothing in a stream with limits: state, and consumers once it has stopped', async () => {
    await jsm.streams.add({ name: 'LIMITS', subjects: ['limits.>'] });
    await publish('limits.a', '1', '2', '3');
    await jsm.consumers.add('LIMITS', { durable_name: 'worker', ack_policy: AckPolicy.Explicit });
    const first = await (await js.consumers.get('LIMITS', 'worker')).next();
    first!.ack();
    const look = async () => {
      const { messages, first_seq, last_seq } = (await jsm.streams.info('LIMITS')).state;
      const c = await jsm.consumers.info('LIMITS', 'worker');
      return {
        messages,
        first_seq,
        last_seq,
        pending: c.num_pending,
        unacked: c.num_ack_pending,
        redelivered: c.num_redelivered,
        delivered: c.delivered.stream_seq,
        consumers: await consumers('LIMITS'),
      };
    };
    await until(async () => (await look()).unacked === 0, { what: 'the ack' });
    const before = await look();
    const p = await probe(session, stream('LIMITS'), { at: 'earliest' });
    await p.got(3);
    const during = await look();
    assert.deepEqual({ ...during, consumers: before.consumers }, before);
    assert.match(during.consumers.filter((c) => c !== 'worker').join(), /^tailrace-tap-[0-9a-f]+$/);
    await p.stop();
    assert.deepEqual(await look(), before);
  });

  for (const direct of [true, false]) {
    it(`takes nothing from a work queue, keeps no interest (allow_direct ${direct})`, async () => {
      const name = direct ? 'D' : 'G';
      await jsm.streams.add({
        name: `WORK${name}`,
        subjects: [`work${name}.>`],
        retention: RetentionPolicy.Workqueue,
        allow_direct: direct,
      });
      await jsm.streams.add({
        name: `INTEREST${name}`,
        subjects: [`interest${name}.>`],
        retention: RetentionPolicy.Interest,
        allow_direct: direct,
      });
      const h = headers();
      h.set('trace', 'abc');
      for (const s of ['WORK', 'INTEREST']) {
        const to = s + name;
        await jsm.consumers.add(to, { durable_name: 'worker', ack_policy: AckPolicy.Explicit });
        for (let n = 0; n < 5; n++) await js.publish(`${s.toLowerCase()}${name}.x`, `m${n}`, { headers: h });
        const look = async () => {
          const { messages, first_seq, last_seq } = (await jsm.streams.info(to)).state;
          return { messages, first_seq, last_seq, consumers: await consumers(to) };
        };
        const before = await look();
        const p = await probe(session, stream(to), { at: 'earliest' });
        await p.state('caught-up');
        assert.deepEqual(p.values(), ['m0', 'm1', 'm2', 'm3', 'm4']);
        assert.deepEqual(
          p.messages.map((m) => m.offset),
          ['1', '2', '3', '4', '5'],
        );
        assert.deepEqual(p.messages[0]!.headers, [['trace', 'abc']]);
        assert.deepEqual(await look(), before, `${to} while the tap runs`);
        const last = await probe(session, stream(to), { at: 'last', count: 2 });
        await last.state('caught-up');
        assert.deepEqual(last.values(), ['m3', 'm4']);
        await publish(`${s.toLowerCase()}${name}.x`, 'm5');
        await p.got(6);

        // The worker still gets each message once, and with that they go, tap or no tap.
        const worker = await js.consumers.get(to, 'worker');
        const worked: string[] = [];
        for (let n = 0; n < 6; n++) {
          const m = await worker.next();
          worked.push(`${m!.string()}${m!.redelivered ? ' again' : ''}`);
          m!.ack();
        }
        assert.deepEqual(worked, ['m0', 'm1', 'm2', 'm3', 'm4', 'm5']);
        await until(async () => (await look()).messages === 0, {
          what: `${to} to be empty while the tap still runs`,
        });
        await Promise.all([p.stop(), last.stop()]);
        assert.deepEqual((await look()).consumers, before.consumers);
      }
    });
  }

  it('refuses what is not there or cannot be, in words', async () => {
    await refuses(session.plan(stream('NOPE'), latest), 'missing', /has no stream NOPE/);
    await refuses(session.plan(stream('nobody.>'), latest), 'missing', /has no stream nobody/);
    assert.match((await session.plan(subject('a..b'), latest)).reason!, /is not a subject/);
    await refuses(probe(session, subject('a'), { at: 'earliest' }), 'other', /keeps no messages/);
    await refuses(natsDriver(quiet).connect({ url: 'nats://127.0.0.1:1' }, never), 'port', /refused/);
  });

  it('lists streams', async () => {
    await jsm.streams.add({ name: 'LISTED', subjects: ['listed'] });
    const list = (await session.list(never))!;
    assert.ok(list.some((t) => t.address === 'LISTED' && t.kind === 'stream'));
  });

  it('goes lost, retrying, live when the server is killed and back; a stream without a gap', async () => {
    await jsm.streams.add({ name: 'OUTAGE', subjects: ['outage.>'] });
    const s = await probe(session, stream('OUTAGE'));
    const c = await probe(session, subject('plain'));
    await publish('outage.a', 'before');
    connection.publish('plain', 'before');
    await Promise.all([s.got(1), c.got(1)]);
    await broker.kill();
    await Promise.all([s.state('lost'), c.state('lost')]);
    assert.equal(((await s.state('retrying')) as { attempt: number }).attempt, 1);
    await broker.restart();
    await until(() => js.publish('outage.a', 'meanwhile'), { what: 'publishing after the restart' });
    await Promise.all([s.state('live'), c.state('live')]);
    await publish('outage.a', 'after');
    connection.publish('plain', 'after');
    await Promise.all([s.got(3), c.got(2)]);
    await Promise.all([s.stop(), c.stop()]);
    assert.deepEqual(s.values(), ['before', 'meanwhile', 'after']);
    assert.deepEqual(
      s.messages.map((m) => m.offset),
      ['1', '2', '3'],
    );
    assert.deepEqual(s.drops, []);
    assert.match(c.drops[0]!.why, /while the connection was lost were not seen/);
    assert.deepEqual(await consumers('OUTAGE'), []);
    assert.equal(text(c.messages[1]!.value!), 'after');
  });
});

describe('connecting to NATS', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  before(async function () {
    await requireBroker(this, 'nats');
    broker = await startNats({ jetstream: false, users: { ann: 'secret' } });
  });
  after(() => broker?.stop());

  it('signs in, tells a wrong password, and a server without JetStream', async () => {
    const to = (options: object) => natsDriver(quiet).connect({ url: broker.url, ...options }, never);
    const session = await to({ user: 'ann', password: 'secret' });
    await refuses(session.plan(stream('ORDERS'), latest), 'protocol', /has no JetStream/);
    assert.equal(await session.list(never), undefined);
    await session.close();
    await refuses(to({ user: 'ann', password: 'wrong' }), 'authentication', /refused the sign-in/);
    await refuses(to({ tls: true }), 'tls', /has no TLS on this port/);
  });
});
