import assert from 'node:assert/strict';
import type { ChannelModel, ConfirmChannel, GetMessage } from 'amqplib';
import { until } from '../../scripts/support/until.mjs';
import { amqpDriver } from '../../src/brokers/amqp/index';
import type { BrokerSession, TapTarget } from '../../src/brokers/driver';
import type { OutgoingMessage } from '../../src/brokers/publish';
import { startClient } from '../faults/child';
import { amqpFraming } from '../faults/frames';
import { startProxy, type Proxy } from '../faults/proxy';
import { rabbitAdmin, rabbitUser, requireBroker, startRabbit, type RabbitAdmin, type RunningBroker } from '../support/brokers/index';
import { never, quiet, refuses, text } from './tapProbe';

const exchange = (address: string): TapTarget => ({ address, kind: 'exchange' });
const queue = (address: string): TapTarget => ({ address, kind: 'queue' });
const message = (value: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  value: Buffer.from(value),
  headers: [],
  ...more,
});

describe('publishing to and redriving on RabbitMQ', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let admin: RabbitAdmin;
  let proxy: Proxy;
  let connection: ChannelModel;
  let channel: ConfirmChannel;
  let session: BrokerSession;
  let bare: BrokerSession;

  before(async function () {
    await requireBroker(this, 'rabbitmq');
    broker = await startRabbit();
    admin = rabbitAdmin(broker);
    proxy = await startProxy(amqpFraming, broker.port);
    ({ connection, channel } = await rabbitUser(broker.url));
    const url = `amqp://127.0.0.1:${broker.port}`;
    session = await amqpDriver(quiet).connect({ url, managementUrl: broker.adminUrl! }, never);
    bare = await amqpDriver(quiet).connect({ url }, never);
  });
  after(async () => {
    await session?.close();
    await bare?.close();
    await connection?.close().catch(() => {});
    await proxy?.close();
    await broker?.stop();
  });

  const drained = async (name: string): Promise<GetMessage[]> => {
    const found: GetMessage[] = [];
    for (let m = await channel.get(name, { noAck: true }); m; m = await channel.get(name, { noAck: true })) found.push(m);
    return found;
  };
  const values = (messages: readonly GetMessage[]): string[] =>
    messages.map((m) => `${text(m.content)}${m.fields.redelivered ? '*' : ''}`);
  const depth = async (name: string): Promise<number> => (await channel.checkQueue(name)).messageCount;

  it('publishes to exchanges and queues, persistent and confirmed, and says before whom it reaches', async () => {
    await channel.assertExchange('orders', 'topic');
    await channel.assertExchange('onward', 'fanout');
    await channel.bindExchange('onward', 'orders', 'a.#');
    for (const [name, from, key] of [['billing', 'orders', 'order.*'], ['audit', 'onward', '']] as const) {
      await channel.assertQueue(name);
      await channel.bindQueue(name, from, key);
    }
    const plan = await session.planPublish!(exchange('orders'), never);
    assert.equal(plan.verdict, 'ok');
    assert.match(plan.effects[0]!, /every queue that orders routes its key to: audit \(over onward\), billing \(order\.\*\)\./);
    assert.match((await bare.planPublish!(exchange('orders'), never)).effects[0]!, /cannot be seen without the management API/);
    const p = await session.publisher!(exchange('orders'), never);
    await p.publish(
      message('{"id":1}', {
        routingKey: 'order.new',
        contentType: 'application/json',
        headers: [
          ['trace', 'abc'],
          ['message-id', 'm1'],
          ['expiration', '60000'],
          ['user-id', 'somebody-else'],
          ['x-death', '[]'],
          ['CC', '["elsewhere"]'],
        ],
      }),
    );
    await refuses(
      p.publish(message('lost', { routingKey: 'unknown' })),
      'missing',
      /returned the message for orders with the key “unknown” as unroutable \(312 NO_ROUTE\)/,
    );
    await p.publish(message('by key', { key: 'order.old' }));
    await p.close();
    const [first, second] = await drained('billing');
    assert.deepEqual(
      [
        text(first!.content),
        first!.fields.routingKey,
        first!.properties.headers,
        first!.properties.messageId,
        first!.properties.expiration,
        first!.properties.contentType,
        first!.properties.deliveryMode,
        first!.properties.userId,
      ],
      ['{"id":1}', 'order.new', { trace: 'abc' }, 'm1', '60000', 'application/json', 2, undefined],
    );
    assert.equal(second!.fields.routingKey, 'order.old');

    assert.match((await session.planPublish!(queue('billing'), never)).effects[0]!, /to the queue billing alone, over the default exchange/);
    const direct = await session.publisher!(queue('billing'), never);
    // All at once, and in their order.
    await Promise.all(['1', '2', '3'].map((v) => direct.publish(message(v))));
    await direct.close();
    assert.deepEqual(values(await drained('billing')), ['1', '2', '3']);
  });

  it('refuses what cannot be published, with the reason', async () => {
    await channel.assertExchange('inside', 'fanout', { internal: true });
    assert.match((await session.planPublish!(exchange('inside'), never)).reason!, /internal exchange.*publish to one that feeds it/);
    await refuses(session.publisher!(exchange('inside'), never), 'other', /internal exchange/);
    await refuses(session.publisher!(exchange('typo'), never), 'missing', /has no exchange typo/);
    await channel.assertQueue('full', { arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' } });
    const p = await session.publisher!(queue('full'), never);
    await p.publish(message('1'));
    await refuses(p.publish(message('2')), 'other', /did not take the message for the queue full \(nack\)/);
    await refuses(p.publish(message('', { value: null })), 'other', /no tombstones/);
    await p.close();
    await admin.user('reader', { read: '.*' });
    const reader = await amqpDriver(quiet).connect(
      { url: `amqp://127.0.0.1:${broker.port}`, user: 'reader', password: 'secret' },
      never,
    );
    const denied = await reader.publisher!(queue('full'), never);
    await refuses(denied.publish(message('3')), 'authorization', /ACCESS_REFUSED/);
    await denied.close();
    await reader.close();
    assert.deepEqual(values(await drained('full')), ['1']);
  });

  const deadLettered = async (name: string, count: number, arguments_: object = {}): Promise<void> => {
    await channel.assertExchange(`${name}-x`, 'topic');
    await channel.assertExchange(`${name}-dlx`, 'fanout');
    await channel.assertQueue(`${name}-dlq`, { durable: true, arguments: arguments_ });
    await channel.bindQueue(`${name}-dlq`, `${name}-dlx`, '');
    await channel.assertQueue(name, { deadLetterExchange: `${name}-dlx` });
    await channel.bindQueue(name, `${name}-x`, 'job.*');
    for (let n = 0; n < count; n++) {
      channel.publish(`${name}-x`, 'job.new', Buffer.from(String(n)), { messageId: `m${n}`, headers: { attempt: n } });
    }
    await channel.waitForConfirms();
    for (let n = 0; n < count; n++) {
      const m = await channel.get(name);
      if (m) channel.reject(m, false);
    }
    await until(async () => (await depth(`${name}-dlq`)) === count, { what: 'the messages to be dead-lettered' });
  };

  it('moves dead letters back to where they died, and gives back what it did not move', async () => {
    await deadLettered('jobs', 5);
    const r = await session.redrive!(queue('jobs-dlq'), never);
    assert.match(r.effects.join(' '), /held from other readers.*redelivered.*old places.*duplicate is possible, a loss is not/);
    const read = await r.read(3, never);
    assert.deepEqual(read.map((m) => text(m.message.value!)), ['0', '1', '2']);
    assert.equal(await depth('jobs-dlq'), 2, 'three are held');
    assert.deepEqual(read[0]!.source, {
      target: { address: 'jobs', kind: 'queue' },
      routingKey: 'job.new',
      why: 'x-death: it was dead-lettered from the queue jobs (rejected), which it had reached over the exchange jobs-x with the key job.new',
    });
    assert.equal(read[0]!.reason, 'rejected');
    assert.deepEqual(await r.move(read[0]!.id, read[0]!.source!, read[0]!.message), { removed: true });
    await refuses(r.move(read[0]!.id, read[0]!.source!, read[0]!.message), 'missing', /not held any more/);
    // Over the exchange, and to nowhere: it stays held.
    await r.move(read[1]!.id, { target: exchange('jobs-x'), routingKey: 'job.again' }, read[1]!.message);
    await refuses(
      r.move(read[2]!.id, { target: queue('gone') }, read[2]!.message),
      'missing',
      /unroutable \(312 NO_ROUTE\)/,
    );
    await refuses(r.move(read[2]!.id, { target: queue('jobs-dlq') }, read[2]!.message), 'other', /where the message lies/);
    const more = await r.read(10, never);
    assert.deepEqual(more.map((m) => text(m.message.value!)), ['3', '4']);
    assert.deepEqual(await r.read(10, never), []);
    await r.close();
    const back = await drained('jobs');
    assert.deepEqual(
      back.map((m) => [text(m.content), m.fields.routingKey, m.properties.messageId, m.properties.headers]),
      [
        ['0', 'jobs', 'm0', { attempt: 0 }],
        ['1', 'job.again', 'm1', { attempt: 1 }],
      ],
    );
    await until(async () => (await depth('jobs-dlq')) === 3, { what: 'the others to be back' });
    assert.deepEqual(values(await drained('jobs-dlq')), ['2*', '3*', '4*']);
  });

  it('refuses what keeps its messages, and says how others come back', async () => {
    await channel.assertQueue('dead-log', { durable: true, arguments: { 'x-queue-type': 'stream' } });
    await refuses(session.redrive!(queue('dead-log'), never), 'other', /is a stream/);
    await refuses(session.redrive!(exchange('jobs-x'), never), 'other', /Only a queue can be redriven/);
    await channel.assertQueue('plain-dlq', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    channel.sendToQueue('plain-dlq', Buffer.from('1'));
    await channel.waitForConfirms();
    const r = await session.redrive!(queue('plain-dlq'), never);
    assert.match(r.effects.join(' '), /behind the other messages, so that their order changes, and their delivery count goes up/);
    const [only] = await r.read(1, never);
    assert.equal(only!.source, undefined);
    await r.close();
    await until(async () => (await depth('plain-dlq')) === 1, { what: 'the message to be back' });
  });

  it('loses nothing and says what may be twice, when it is killed between publishing and acknowledging', async () => {
    await deadLettered('crash', 4);
    await channel.assertQueue('crash-to');
    // The second acknowledgement never reaches the broker; its message has been confirmed.
    const hold = proxy.hold('client', 'basic.ack', 2);
    const child = await startClient('../../brokers/rabbitmqRedriver.ts', {
      url: `amqp://127.0.0.1:${proxy.port}`,
      managementUrl: broker.adminUrl,
      from: 'crash-dlq',
      to: 'crash-to',
      count: 4,
    });
    await hold.held;
    assert.equal(await depth('crash-to'), 2);
    await child.kill();
    await until(async () => (await depth('crash-dlq')) === 3, { what: 'what was held to be back' });
    assert.deepEqual(values(await drained('crash-to')), ['0', '1']);
    // 1 is twice, none is missing.
    assert.deepEqual(values(await drained('crash-dlq')), ['1*', '2*', '3*']);
    hold.release();
  });

  it('says that a message may be twice when the connection is cut before its confirmation', async () => {
    await deadLettered('cut', 2);
    await channel.assertQueue('cut-to');
    const over = await amqpDriver(quiet).connect(
      { url: `amqp://127.0.0.1:${proxy.port}`, managementUrl: broker.adminUrl! },
      never,
    );
    const r = await over.redrive!(queue('cut-dlq'), never);
    const [first, second] = await r.read(2, never);
    const lost = proxy.lose('broker', 'basic.ack');
    await refuses(
      r.move(first!.id, { target: queue('cut-to') }, first!.message),
      'port',
      /lost before the message for the queue cut-to was confirmed: .*may make a duplicate/,
    );
    await lost;
    await refuses(r.move(second!.id, { target: queue('cut-to') }, second!.message), 'port', /went back to cut-dlq: read it again/);
    await r.close();
    await over.close();
    await until(async () => (await depth('cut-dlq')) === 2, { what: 'both to be back' });
    assert.deepEqual(values(await drained('cut-to')), ['0']);
  });
});
