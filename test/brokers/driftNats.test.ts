import assert from 'node:assert/strict';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect as connectNats, type NatsConnection } from '@nats-io/transport-node';
import { requireBroker, startMosquitto, startNats, type RunningBroker } from '../support/brokers/index';
import { DriftFolder } from './driftFolder';

describe('tailrace drift and import on NATS', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let connection: NatsConnection;
  let manager: JetStreamManager;
  let folder: DriftFolder;

  const state = async (): Promise<unknown> => {
    const streams = [];
    for await (const { config, state: { messages, consumer_count } } of manager.streams.list()) {
      const consumers = [];
      for await (const one of manager.consumers.list(config.name)) consumers.push([one.name, one.config, one.num_pending, one.num_ack_pending]);
      streams.push([config, messages, consumer_count, consumers]);
    }
    return streams;
  };

  before(async function () {
    await requireBroker(this, 'nats');
    broker = await startNats();
    connection = await connectNats({ servers: broker.url });
    manager = await jetstreamManager(connection);
    await manager.streams.add({ name: 'ORDERS', subjects: ['orders.>'], storage: 'memory', max_age: 3600e9 });
    await manager.streams.add({ name: 'EVENTS', subjects: ['events.a', 'events.b'], retention: 'workqueue', max_bytes: 1048576, discard: 'new' });
    await manager.streams.add({ name: 'COPY', mirror: { name: 'ORDERS' } });
    await manager.consumers.add('ORDERS', { durable_name: 'packer', ack_policy: 'explicit', max_deliver: 3, ack_wait: 10e9 });
    await manager.consumers.add('EVENTS', { durable_name: 'worker', ack_policy: 'explicit' });
  });
  beforeEach(() => { folder = new DriftFolder(); });
  afterEach(() => folder.remove());
  after(async () => {
    await connection?.close();
    await broker?.stop();
  });

  it('imports so that nothing differs, streams by their subjects, and changes nothing', async () => {
    const before = await state();
    const text = folder.roundTrip(broker.url);
    assert.deepEqual(await state(), before);
    assert.match(text, / {2}orders\.>:\n {4}broker: it\n {4}stream: \{ name: ORDERS, storage: memory, maxAge: 1h \}\n/);
    assert.match(text, / {2}packer:\n {4}consumes:\n {6}orders\.>: \{ durable: packer, ackPolicy: explicit, ackWait: 10s, maxDeliver: 3 \}\n/);
  });

  it('finds each difference and no other', async () => {
    const before = await state();
    folder.write(`flow: 1
brokers:
  it: { protocol: nats, url: "${broker.url}" }
channels:
  orders.>: { broker: it, stream: { name: ORDERS, storage: file, maxAge: 60m } }
  EVENTS: { broker: it, stream: { subjects: [events.a, events.c], retention: workqueue, discard: new, maxBytes: 1MiB } }
  billing: { broker: it, stream: { name: BILLING } }
  plain.subject: { broker: it }
services:
  packer: { client: nats.go@1.40, consumes: { orders.>: { durable: packer, ackWait: 10s, maxDeliver: 5 } } }
  gone: { client: nats.go@1.40, consumes: { EVENTS: { durable: gone } } }
`);
    const { differences } = folder.drift();
    assert.deepEqual(differences, [
      'error drift/missing-channel stream BILLING, is there: yes | no',
      'info drift/unknown-channel stream COPY, is there: no | yes',
      'info drift/unknown-consumer stream EVENTS, durable worker: no | yes',
      'warning drift/missing-consumer stream EVENTS, durable gone: yes | no',
      'warning drift/setting durable packer, maxDeliver: 5 | 3',
      'warning drift/setting stream orders.>, storage: file | memory',
      'warning drift/subjects stream EVENTS, subjects: events.a, events.c | events.a, events.b',
    ]);
    assert.deepEqual(await state(), before);
  });
});

describe('tailrace drift on a NATS that shows a user streams and no consumers', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let folder: DriftFolder;

  before(async function () {
    await requireBroker(this, 'nats');
    broker = await startNats({ conf: [
      'authorization { users: [',
      '  { user: all, password: all }',
      '  { user: me, password: hunter2, permissions: { publish: { deny: ["$JS.API.CONSUMER.>"] } } }',
      '] }',
      'no_auth_user: all',
    ] });
    const connection = await connectNats({ servers: broker.url });
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: 'ORDERS', subjects: ['orders.>'] });
    await manager.consumers.add('ORDERS', { durable_name: 'packer', ack_policy: 'explicit' });
    await connection.close();
    folder = new DriftFolder();
  });
  after(async () => {
    folder?.remove();
    await broker?.stop();
  });

  it('calls no consumer missing that it may not see, and says so', () => {
    folder.write(`flow: 1
brokers:
  it: { protocol: nats, url: "${broker.url}" }
channels:
  orders.>: { broker: it, stream: { name: ORDERS } }
services:
  packer: { client: nats.go@1.40, consumes: { orders.>: { durable: packer } } }
  mover: { client: nats.go@1.40, consumes: { orders.>: { durable: mover } } }
`);
    const { differences, notes } = folder.drift('--broker', `it=${broker.url.replace('://', '://me:hunter2@')}`);
    assert.deepEqual(differences, []);
    assert.match(notes.join(' '), /consumers of ORDERS cannot be read/);
    assert.doesNotMatch(notes.join(' '), /hunter2/);
  });
});

describe('tailrace drift and import on MQTT', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let folder: DriftFolder;

  before(async function () {
    await requireBroker(this, 'mosquitto');
    broker = await startMosquitto();
    folder = new DriftFolder();
  });
  after(async () => {
    folder?.remove();
    await broker?.stop();
  });

  it('writes the broker alone, without the password, and compares with nothing', () => {
    const text = folder.roundTrip(`mqtt://me:hunter2@127.0.0.1:${broker.port}`);
    assert.doesNotMatch(text, /hunter2|channels:/);
  });
});
