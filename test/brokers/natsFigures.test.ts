import assert from 'node:assert/strict';
import {
  AckPolicy,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import type { BrokerSession, TapTarget } from '../../src/brokers/driver';
import { natsDriver } from '../../src/brokers/nats/index';
import type { OutgoingMessage } from '../../src/brokers/publish';
import { natsUser, requireBroker, startNats, type RunningBroker } from '../support/brokers/index';
import { never, probe, quiet, refuses, text } from './tapProbe';

const subject = (address: string): TapTarget => ({ address, kind: 'subject' });
const stream = (address: string): TapTarget => ({ address, kind: 'stream' });
const out = (value: string, ...more: OutgoingMessage['headers']): OutgoingMessage =>
  ({ value: Buffer.from(value), headers: more });

describe('figures, inventory, publishing and redriving on NATS', function () {
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
    await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'], storage: StorageType.Memory, max_age: 3600e9 });
    await jsm.consumers.add('ORDERS', { durable_name: 'billing', ack_policy: AckPolicy.Explicit, filter_subject: 'orders.eu' });
  });
  after(async () => {
    await session?.close();
    await connection?.close();
    await broker?.stop();
  });

  it('reads a stream and its consumers as the server has them, its own taps left out', async () => {
    for (let n = 0; n < 5; n++) await js.publish('orders.eu', `o${n}`);
    const billing = await js.consumers.get('ORDERS', 'billing');
    (await billing.next())!.ack();
    await billing.next();
    await connection.flush();
    const tap = await probe(session, stream('ORDERS'), { at: 'earliest' });
    await tap.got(5);
    const figures = await session.figures!({ targets: [stream('ORDERS'), subject('orders.eu'), stream('NOPE')] }, never);
    await tap.stop();
    const [channel] = figures.channels;
    const { bytes, oldest, ...rest } = channel!;
    assert.deepEqual(rest, {
      address: 'ORDERS', kind: 'stream', published: 5, depth: 5, consumers: 1, redelivered: 0, unacked: 1, delivered: 2,
    });
    assert.ok(bytes! > 100 && Math.abs(oldest! - Date.now()) < 60_000);
    assert.deepEqual(figures.consumers, [
      { channel: 'ORDERS', kind: 'stream', name: 'billing', lag: 3, ackPending: 1, redelivered: 0, done: 1 },
    ]);
    assert.equal(figures.channels.length, 1);
    assert.match(figures.notes.join(), /has no stream NOPE/);
    assert.deepEqual(figures.broker.filter(({ name }) => /^(streams|consumers)$/.test(name)).map(({ value }) => value), [1, 1]);
  });

  it('counts no tap as a reader, also one of a command line beside another prefix, and lists none', async () => {
    const other = await natsDriver(quiet).connect({ url: broker.url, tapPrefix: 'watch' }, never);
    const taps = [await probe(session, stream('ORDERS'), { at: 'earliest' }), await probe(other, stream('ORDERS'), { at: 'earliest' })];
    for (const tap of taps) await tap.got(5);
    assert.equal((await jsm.streams.info('ORDERS')).state.consumer_count, 3);
    const figures = await other.figures!({ targets: [stream('ORDERS')] }, never);
    assert.deepEqual([figures.channels[0]?.consumers, figures.consumers.map(({ name }) => name)], [1, ['billing']]);
    assert.equal(figures.broker.find(({ name }) => name === 'consumers')?.value, 1);
    const { consumers, notes } = await other.inventory!(never);
    assert.deepEqual(consumers.map(({ name }) => name), ['billing']);
    assert.doesNotMatch(notes.join(' '), /Ephemeral/);
    for (const tap of taps) await tap.stop();
    await other.close();
  });

  it('lists streams and durable consumers with their configuration, and what was set', async () => {
    await jsm.streams.add({ name: 'COPY', mirror: { name: 'ORDERS' } });
    await jsm.consumers.add('ORDERS', { ack_policy: AckPolicy.None, inactive_threshold: 60e9 });
    const found = await session.inventory!(never);
    assert.match(found.version!, /^2\./);
    assert.deepEqual(found.channels.map((c) => c.address), ['COPY', 'ORDERS']);
    const [copy, orders] = found.channels;
    assert.equal(copy!.settings.mirror, 'ORDERS');
    assert.deepEqual(orders!.subjects, ['orders.>']);
    assert.deepEqual([orders!.settings.storage, orders!.settings.max_age, orders!.replicas], ['memory', 3600e9, 1]);
    assert.deepEqual(orders!.explicit.filter((key) => ['storage', 'max_age', 'retention', 'discard', 'num_replicas'].includes(key)),
      ['max_age', 'storage']);
    assert.deepEqual(found.consumers.map((c) => [c.channel, c.name, c.settings.ack_policy, c.settings.filter_subject]),
      [['ORDERS', 'billing', 'explicit', 'orders.eu']]);
    assert.match(found.notes.join(' '), /Ephemeral consumers \(1\) are left out/);
    await jsm.streams.delete('COPY');
  });

  it('publishes to a stream by its subject and waits for its ack, duplicates told', async () => {
    const to = subject('orders.us');
    assert.match((await session.planPublish!(to, never)).effects.join(), /stored in stream ORDERS under orders\.us/);
    const publisher = await session.publisher!(to, never);
    const first = await publisher.publish(out('a', ['Nats-Msg-Id', '1'], ['trace', 'x']));
    const again = await publisher.publish({ ...out('a', ['Nats-Msg-Id', '1']), contentType: 'text/plain' });
    await publisher.close();
    const { last_seq: last } = (await jsm.streams.info('ORDERS')).state;
    assert.deepEqual(first, { offset: String(last) });
    assert.deepEqual([again.offset, /had a message with this Nats-Msg-Id already/.test(again.note!)], [String(last), true]);
    await jsm.streams.add({ name: 'ONE', subjects: ['one'], max_msgs: 1, discard: 'new' });
    const one = await session.publisher!(stream('ONE'), never);
    assert.deepEqual(await one.publish({ value: null, headers: [] }), { offset: '1' });
    await refuses(one.publish(out('b')), 'other', /maximum messages exceeded/);
    await one.close();
  });

  it('publishes to a plain subject, and says that nobody confirms it', async () => {
    assert.match((await session.planPublish!(subject('plain'), never)).effects.join(), /nothing is stored, and nobody confirms/);
    const got: string[] = [];
    connection.subscribe('plain', { callback: (_e, m) => void got.push(`${m.string()} ${m.headers?.get('Content-Type')}`) });
    await connection.flush();
    const publisher = await session.publisher!(subject('plain'), never);
    const { note } = await publisher.publish({ ...out('hello'), contentType: 'text/plain' });
    assert.match(note!, /nobody confirms/);
    await connection.flush();
    assert.deepEqual(got, ['hello text/plain']);
    await publisher.close();
    assert.match((await session.planPublish!(subject('plain.*'), never)).reason!, /not one subject/);
    await refuses(session.publisher!(stream('ORDERS'), never), 'other', /takes more than one subject|is not one/);
  });

  it('tells what a user may not read, and gives the rest', async () => {
    const user = (name: string, deny: string): string =>
      `{ user: ${name}, password: b, permissions: { publish: { deny: ["${deny}"] } } }`;
    const strict = await startNats({
      users: { admin: 'a' },
      conf: [`authorization { users: [ { user: admin, password: a }, ${user('ann', '$JS.API.CONSUMER.>')}, ${user('bob', '$JS.API.>')} ] }`],
    });
    const admin = await connect({ servers: strict.url, user: 'admin', pass: 'a' });
    await (await jetstreamManager(admin)).streams.add({ name: 'S', subjects: ['s'] });
    await admin.close();
    const ann = await natsDriver(quiet).connect({ url: strict.url, user: 'ann', password: 'b' }, never);
    const figures = await ann.figures!({ targets: [stream('S')] }, never);
    assert.deepEqual([figures.channels[0]!.depth, figures.channels[0]!.consumers], [0, undefined]);
    assert.match(figures.notes.join(), /does not let this user publish to \$JS\.API\.CONSUMER\.LIST\.S: ask for the permission/);
    assert.match((await ann.inventory!(never)).notes.join(), /The consumers of S cannot be read/);
    await refuses(probe(ann, stream('S')), 'authorization', /publish to \$JS\.API\.CONSUMER\.CREATE/);
    const bob = await natsDriver(quiet).connect({ url: strict.url, user: 'bob', password: 'b' }, never);
    assert.match((await bob.planPublish!(subject('s'), never)).effects.join(), /this user may not ask/);
    await refuses(bob.inventory!(never), 'authorization', /STREAM\.LIST: ask for the permission/);
    await Promise.all([ann.close(), bob.close()]);
    await strict.stop();
  });

  it('tells a publish that is not allowed', async () => {
    const strict = await startNats({
      jetstream: false,
      users: { admin: 'a' },
      conf: ['authorization { users: [ { user: admin, password: a }, { user: ann, password: b, permissions: { publish: "open" } } ] }'],
    });
    const s = await natsDriver(quiet).connect({ url: strict.url, user: 'ann', password: 'b' }, never);
    const publisher = await s.publisher!(subject('closed'), never);
    await refuses(publisher.publish(out('x')), 'authorization', /does not let this user publish to closed/);
    await Promise.all([publisher.close(), s.close()]);
    await strict.stop();
  });

  for (const retention of [RetentionPolicy.Limits, RetentionPolicy.Workqueue]) {
    it(`redrives from a stream with ${retention} retention, nothing removed before the copy is stored`, async () => {
      const name = `DEAD_${retention}`;
      await jsm.streams.add({ name, subjects: [`dead.${retention}`], retention });
      for (const n of [1, 2, 3]) {
        const h = headers();
        h.set('Original-Subject', 'orders.eu');
        h.set('X-Error-Message', `fault ${n}`);
        await js.publish(`dead.${retention}`, `dead ${n}`, { headers: h });
      }
      const before = (await jsm.streams.info('ORDERS')).state.messages;
      const redrive = await session.redrive!(stream(name), never);
      const read = [...await redrive.read(2, never), ...await redrive.read(9, never)];
      assert.deepEqual(read.map((m) => [m.id, text(m.message.value!), m.source?.target.address, m.reason]),
        [1, 2, 3].map((n) => [String(n), `dead ${n}`, 'orders.eu', `fault ${n}`]));
      assert.equal((await jsm.streams.info(name)).state.messages, 3);

      const { value, headers: kept } = read[1]!.message;
      const moved = await redrive.move('2', read[1]!.source!, { value, headers: kept });
      assert.equal(moved.removed, retention === RetentionPolicy.Workqueue);
      assert.equal((await jsm.streams.info('ORDERS')).state.messages, before + 1);
      assert.equal((await jsm.streams.info(name)).state.messages, moved.removed ? 2 : 3);

      // Nobody confirms a plain subject: then it stays, whatever the retention.
      const plain = await redrive.move('3', { target: subject('nowhere') }, { value, headers: kept });
      assert.equal(plain.removed, false);
      await refuses(redrive.move('1', { target: subject('orders.*') }, { value, headers: kept }), 'other', /not one subject/);
      assert.equal((await jsm.streams.info(name)).state.messages, moved.removed ? 2 : 3);
      await redrive.close();
      assert.equal((await jsm.streams.info(name)).state.consumer_count, 0);
    });
  }
});
