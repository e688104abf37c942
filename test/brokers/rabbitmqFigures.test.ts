import assert from 'node:assert/strict';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { until } from '../../scripts/support/until.mjs';
import { amqpDriver } from '../../src/brokers/amqp/index';
import type { BrokerSession, TapTarget } from '../../src/brokers/driver';
import type { ChannelFigures } from '../../src/brokers/figures';
import { rabbitAdmin, rabbitUser, requireBroker, startRabbit, type RabbitAdmin, type RunningBroker } from '../support/brokers/index';
import { never, probe, quiet } from './tapProbe';

const TARGETS: readonly TapTarget[] = [
  { address: 'work', kind: 'queue' },
  { address: 'log', kind: 'stream' },
  { address: 'orders', kind: 'exchange' },
  { address: 'not-there', kind: 'queue' },
];

describe('figures and inventory of RabbitMQ', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let admin: RabbitAdmin;
  let connection: ChannelModel;
  let channel: ConfirmChannel;
  let session: BrokerSession;
  let bare: BrokerSession;
  let other: BrokerSession;
  let url: string;

  before(async function () {
    await requireBroker(this, 'rabbitmq');
    broker = await startRabbit();
    admin = rabbitAdmin(broker);
    url = `amqp://127.0.0.1:${broker.port}`;
    ({ connection, channel } = await rabbitUser(broker.url));
    session = await amqpDriver(quiet).connect({ url, managementUrl: broker.adminUrl! }, never);
    bare = await amqpDriver(quiet).connect({ url }, never);
    other = await amqpDriver(quiet).connect({ url, managementUrl: broker.adminUrl!, tapPrefix: 'watch' }, never);

    await channel.assertExchange('orders', 'topic', { alternateExchange: 'lost' });
    await channel.assertExchange('lost', 'fanout');
    await channel.assertExchange('audit', 'fanout', { internal: true });
    await channel.bindExchange('audit', 'orders', '#');
    await channel.assertQueue('work', { arguments: { 'x-queue-type': 'quorum', 'x-dead-letter-exchange': 'lost' } });
    await channel.bindQueue('work', 'orders', 'order.*');
    await channel.assertQueue('log', { arguments: { 'x-queue-type': 'stream', 'x-max-age': '7D' } });
    await channel.bindQueue('log', 'amq.topic', 'a.b');
    await admin.put('policies/%2F/bounded', {
      pattern: '^work$',
      definition: { 'delivery-limit': 5 },
      'apply-to': 'queues',
      priority: 3,
    });
    await admin.put('operator-policies/%2F/cap', {
      pattern: '.*',
      definition: { 'max-length': 1000 },
      'apply-to': 'queues',
    });
    for (let n = 0; n < 10; n++) channel.publish('orders', 'order.new', Buffer.from('12345'));
    for (let n = 0; n < 4; n++) channel.sendToQueue('log', Buffer.from('x'));
    await channel.waitForConfirms();
    const worker = await connection.createChannel();
    await worker.prefetch(3);
    await worker.consume('work', () => {});
  });
  after(async () => {
    await session?.close();
    await bare?.close();
    await other?.close();
    await connection?.close().catch(() => {});
    await broker?.stop();
  });

  it('tells ready, unacknowledged, counters and readers of queues, streams and exchanges', async () => {
    const at = (all: readonly ChannelFigures[], address: string): ChannelFigures | undefined =>
      all.find((c) => c.address === address);
    const figures = await until(
      async () => {
        const now = await session.figures!({ targets: TARGETS }, never);
        const settled = at(now.channels, 'work')?.unacked === 3 && at(now.channels, 'orders')?.published === 10;
        return settled && at(now.channels, 'log')?.depth === 4 ? now : undefined;
      },
      { what: 'the statistics to be counted' },
    );
    const { rateIn, rateOut, bytes, ...work } = at(figures.channels, 'work')!;
    assert.deepEqual(work, {
      address: 'work',
      kind: 'queue',
      published: 10,
      delivered: 3,
      depth: 10,
      ready: 7,
      unacked: 3,
      consumers: 1,
      redelivered: 0,
    });
    assert.deepEqual([typeof rateIn, typeof rateOut, bytes], ['number', 'number', 50]);
    assert.equal(at(figures.channels, 'not-there'), undefined);
    assert.deepEqual(figures.consumers, [
      { channel: 'work', kind: 'queue', name: 'work', members: 1, lag: 7, ackPending: 3, redelivered: 0, done: 0 },
    ]);
    assert.deepEqual(figures.notes, []);
    assert.ok(figures.broker.some((f) => f.name === 'connections' && f.value >= 3));
  });

  it('tells depth and readers by passive declares without the management API, and what is missing', async () => {
    const figures = await bare.figures!({ targets: TARGETS }, never);
    assert.deepEqual(figures.channels, [{ address: 'work', kind: 'queue', ready: 7, consumers: 1 }]);
    assert.equal(figures.notes.length, 2);
    assert.match(figures.notes[0]!, /Only the depth.*No management URL is given/);
    assert.match(figures.notes[1]!, /queue not-there could not be asked: .*NOT_FOUND/);
  });

  it('lists all that is declared, with arguments, bindings, policies and readers, and without its own', async () => {
    const tap = await probe(session, { address: 'orders', kind: 'exchange' });
    const before = await admin.declared();
    const found = await session.inventory!(never);
    assert.match(found.version!, /^\d+\.\d+/);
    assert.deepEqual(found.notes, []);
    assert.deepEqual(
      found.channels.map((c) => [c.kind, c.address, c.explicit]),
      [
        ['exchange', 'audit', []],
        ['stream', 'log', ['x-max-age', 'x-queue-type']],
        ['exchange', 'lost', []],
        ['exchange', 'orders', ['alternate-exchange']],
        ['queue', 'work', ['x-dead-letter-exchange', 'x-queue-type']],
      ],
    );
    assert.deepEqual(found.channels.find((c) => c.address === 'work')!.settings, {
      'x-queue-type': 'quorum',
      durable: true,
      auto_delete: false,
      exclusive: false,
      'x-dead-letter-exchange': 'lost',
    });
    assert.deepEqual(found.channels.find((c) => c.address === 'audit')!.settings, {
      type: 'fanout',
      durable: true,
      auto_delete: false,
      internal: true,
    });
    assert.deepEqual(found.bindings, [
      { exchange: 'amq.topic', destination: 'log', destinationKind: 'queue', routingKey: 'a.b', arguments: {} },
      { exchange: 'orders', destination: 'audit', destinationKind: 'exchange', routingKey: '#', arguments: {} },
      { exchange: 'orders', destination: 'work', destinationKind: 'queue', routingKey: 'order.*', arguments: {} },
    ]);
    assert.deepEqual(found.policies, [
      {
        name: 'bounded',
        pattern: '^work$',
        applyTo: 'queues',
        priority: 3,
        definition: { 'delivery-limit': 5 },
      },
      {
        name: 'cap',
        pattern: '.*',
        applyTo: 'queues',
        priority: 0,
        definition: { 'max-length': 1000 },
        operator: true,
      },
    ]);
    assert.deepEqual(found.consumers, [
      { channel: 'work', kind: 'queue', members: 1, settings: { ack: 'manual', prefetch: 3, exclusive: false } },
    ]);
    assert.deepEqual(await admin.declared(), before);
    await tap.stop();
  });

  it('counts no tap of a stream as a reader, and nothing that readers and taps have together', async () => {
    const log: TapTarget = { address: 'log', kind: 'stream' };
    const seen = async (): Promise<readonly string[]> => (await listed()).map(({ consumer_tag }) => consumer_tag);
    const listed = async (): Promise<readonly { readonly consumer_tag: string }[]> => {
      const answer = await fetch(`${broker.adminUrl!.replace(/\/\/[^@/]*@/, '//')}/api/queues/%2F/log`, { headers: { authorization: `Basic ${btoa('guest:guest')}` } });
      return ((await answer.json()) as { consumer_details?: readonly { readonly consumer_tag: string }[] }).consumer_details ?? [];
    };
    const figures = async (): Promise<readonly unknown[]> => {
      const { channels, consumers, notes } = await session.figures!({ targets: [log] }, never);
      assert.deepEqual(notes, []);
      return [channels[0]?.consumers, channels[0]?.depth, channels[0]?.unacked, channels[0]?.delivered, consumers.map(({ members }) => members)];
    };
    const taps = [await probe(session, log, { at: 'earliest' }), await probe(other, log, { at: 'earliest' })];
    for (const tap of taps) await tap.got(4);
    await until(async () => (await seen()).length === 2, { what: 'the taps in the broker’s statistics' });
    // The list of queues still has the number of readers from before; taps of another prefix are others' readers.
    assert.deepEqual(await figures(), [1, 4, undefined, undefined, [1]]);
    await taps[1]!.stop();
    await until(async () => (await seen()).length === 1, { what: 'one tap' });
    assert.deepEqual(await figures(), [0, 4, undefined, undefined, []]);
    assert.deepEqual((await session.inventory!(never)).consumers.map((one) => one.channel), ['work']);

    const reader = await connection.createChannel();
    await reader.prefetch(10);
    await reader.consume('log', () => {}, { arguments: { 'x-stream-offset': 'first' } });
    await until(async () => (await seen()).length === 2, { what: 'the reader beside the tap' });
    assert.deepEqual(await figures(), [1, 4, undefined, undefined, [1]]);
    assert.deepEqual((await session.inventory!(never)).consumers.map((one) => [one.channel, one.members]), [['log', 1], ['work', 1]]);
    await taps[0]!.stop();
    await until(async () => (await seen()).length === 1, { what: 'the reader alone' });
    const alone = await until(async () => ((await figures())[3] === undefined ? undefined : figures()), { what: 'what was delivered to the reader alone' });
    assert.deepEqual([alone[0], alone[4]], [1, [1]]);
    await reader.close();
  });

  it('says what it could not read, for a user with few rights and without the management API', async () => {
    await admin.user('viewer', { read: '.*', tags: 'management' });
    const viewer = await amqpDriver(quiet).connect(
      { url, user: 'viewer', password: 'secret', managementUrl: broker.adminUrl!.replace('guest:guest@', '') },
      never,
    );
    const found = await viewer.inventory!(never);
    assert.equal(found.channels.length, 5);
    // The broker cuts this list without a word.
    assert.deepEqual([found.consumers, found.unread], [[], ['consumers']]);
    assert.match(found.notes.join(' '), /Only the user’s own readers are seen.*tag monitoring/);
    await viewer.close();
    const none = await bare.inventory!(never);
    assert.deepEqual(none.channels, []);
    assert.deepEqual(none.unread, ['channels', 'settings', 'bindings', 'policies', 'consumers']);
    assert.match(none.notes[0]!, /Without the management API RabbitMQ does not tell what is on it\. No management URL/);
  });
});
