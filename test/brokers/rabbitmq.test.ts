import assert from 'node:assert/strict';
import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import { until } from '../../scripts/support/until.mjs';
import { amqpDriver } from '../../src/brokers/amqp/index';
import type { BrokerSession, TapTarget } from '../../src/brokers/driver';
import { declaredOnDisk, rabbitAdmin, rabbitUser, requireBroker, startRabbit, type RabbitAdmin, type RunningBroker } from '../support/brokers/index';
import { never, probe, quiet, refuses, text } from './tapProbe';

const exchange = (address: string): TapTarget => ({ address, kind: 'exchange' });
const queue = (address: string): TapTarget => ({ address, kind: 'queue' });
const stream = (address: string): TapTarget => ({ address, kind: 'stream' });
const latest = { at: 'latest' } as const;

describe('a tap on RabbitMQ', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let admin: RabbitAdmin;
  let url: string;
  let connection: ChannelModel;
  let channel: ConfirmChannel;
  let session: BrokerSession;
  let bare: BrokerSession;

  before(async function () {
    await requireBroker(this, 'rabbitmq');
    broker = await startRabbit({ plugins: ['rabbitmq_consistent_hash_exchange'] });
    admin = rabbitAdmin(broker);
    url = `amqp://127.0.0.1:${broker.port}`;
    ({ connection, channel } = await rabbitUser(broker.url));
    session = await amqpDriver(quiet).connect({ url, managementUrl: broker.adminUrl }, never);
    bare = await amqpDriver(quiet).connect({ url }, never);
  });
  after(async () => {
    await session?.close();
    await bare?.close();
    await connection?.close().catch(() => {});
    await broker?.stop();
  });

  const queues = async (): Promise<string[]> =>
    (await admin.get<{ name: string }[]>('queues/%2F?columns=name')).map((q) => q.name).sort();
  const bindings = async (): Promise<string[]> =>
    (await admin.get<{ source: string; destination: string; routing_key: string }[]>('bindings/%2F'))
      .map((b) => `${b.source} ${b.routing_key} ${b.destination}`)
      .sort();

  it('gives routing key, properties, headers and value of what an exchange gets', async () => {
    await channel.assertExchange('shape', 'topic');
    await channel.assertQueue('shape-q');
    await channel.bindQueue('shape-q', 'shape', 'order.*');
    assert.equal((await session.plan(exchange('shape'), latest)).verdict, 'ok');
    const p = await probe(session, exchange('shape'));
    channel.publish('shape', 'order.new', Buffer.from('{"id":1}'), {
      messageId: 'm1',
      contentType: 'application/json',
      persistent: true,
      timestamp: 1700000000,
      headers: { trace: 'abc', retries: 3 },
    });
    const [m] = await p.got(1);
    await p.stop();
    assert.deepEqual(
      [m!.channel, text(m!.key), text(m!.value!), m!.time, m!.size, m!.marks],
      ['shape', 'order.new', '{"id":1}', 1700000000000, 8, undefined],
    );
    assert.deepEqual(m!.headers, [
      ['trace', 'abc'],
      ['retries', '3'],
      ['content-type', 'application/json'],
      ['message-id', 'm1'],
      ['delivery-mode', 'persistent'],
    ]);
  });

  it('changes nothing: depth, unacked, redelivered, bindings, queues', async () => {
    await channel.assertExchange('orders', 'direct');
    await channel.assertQueue('billing', { durable: true });
    await channel.bindQueue('billing', 'orders', 'placed');
    const publish = async (...values: string[]): Promise<void> => {
      for (const v of values) channel.publish('orders', 'placed', Buffer.from(v), { persistent: true });
      await channel.waitForConfirms();
    };
    await publish('1', '2', '3', '4', '5');
    // A worker that holds two messages unacked all the while.
    const worker: Channel = await connection.createChannel();
    await worker.prefetch(2);
    const given: ConsumeMessage[] = [];
    await worker.consume('billing', (m) => void (m && given.push(m)));
    await until(() => given.length === 2, { what: 'two messages held by the worker' });
    const look = async () => {
      const q = await admin.get<Record<string, unknown>>('queues/%2F/billing');
      return { ready: q.messages_ready, unacked: q.messages_unacknowledged, consumers: q.consumers };
    };
    const settled = (ready: number) =>
      until(
        async () => {
          const now = await look();
          return now.ready === ready && now.unacked === 2 && now;
        },
        { what: `${ready} ready and 2 unacked` },
      );
    const before = { look: await settled(3), queues: await queues(), bindings: await bindings() };

    const p = await probe(session, queue('billing'));
    await publish('6', '7');
    await p.got(2);
    assert.deepEqual(p.values(), ['6', '7']);
    assert.deepEqual(await settled(5), { ...before.look, ready: 5 }, 'while the tap runs');
    const taps = (await queues()).filter((name) => !before.queues.includes(name));
    // The second collects what the first has to drop.
    assert.equal(taps.length, 2);
    assert.match(taps.join(' '), /^(tailrace-tap\.[0-9a-f]+) \1\.dropped$/);
    await p.stop();

    await until(async () => (await queues()).length === before.queues.length, {
      what: 'the tap’s queue to go',
    });
    assert.deepEqual(
      { queues: await queues(), bindings: await bindings() },
      { queues: before.queues, bindings: before.bindings },
    );
    assert.deepEqual(await settled(5), { ...before.look, ready: 5 }, 'after the tap');
    for (let n = 0; n < 7; n++) {
      await until(() => given.length > n, { what: `message ${n + 1}` });
      worker.ack(given[n]!);
    }
    assert.deepEqual(
      given.map((m) => [text(m.content), m.fields.redelivered]),
      ['1', '2', '3', '4', '5', '6', '7'].map((v) => [v, false]),
    );
    await worker.close();
  });

  it('leaves unroutable messages unroutable: mandatory returns and the alternate exchange', async () => {
    await channel.assertExchange('spare', 'fanout');
    await channel.assertQueue('spare-q');
    await channel.bindQueue('spare-q', 'spare', '');
    await channel.assertExchange('main', 'topic', { alternateExchange: 'spare' });
    await channel.assertExchange('strict', 'topic');
    for (const name of ['main', 'strict']) {
      await channel.assertQueue(`${name}-q`);
      await channel.bindQueue(`${name}-q`, name, 'known.*');
    }
    const taps = [await probe(session, exchange('main')), await probe(session, exchange('strict'))];
    const returned: string[] = [];
    channel.on('return', (m) => returned.push(text(m.content)!));
    channel.publish('strict', 'unknown', Buffer.from('back'), { mandatory: true });
    channel.publish('main', 'unknown', Buffer.from('aside'), { mandatory: true });
    channel.publish('main', 'known.a', Buffer.from('seen'), { mandatory: true });
    await channel.waitForConfirms();
    await taps[0]!.got(1);
    assert.deepEqual(returned, ['back']);
    assert.equal((await channel.checkQueue('spare-q')).messageCount, 1);
    assert.deepEqual(taps[0]!.values(), ['seen']);
    assert.deepEqual(taps[1]!.values(), []);
    await Promise.all(taps.map((t) => t.stop()));
  });

  it('asks where nothing else is bound, and says what would change', async () => {
    await channel.assertExchange('alone', 'fanout', { alternateExchange: 'spare' });
    const plan = await session.plan(exchange('alone'), latest);
    assert.equal(plan.verdict, 'ask');
    assert.match(
      plan.changes.join(' '),
      /No queue is bound to alone\..*mandatory get no return.*alternate exchange spare/,
    );
    const p = await probe(session, exchange('alone'));
    channel.publish('alone', 'any', Buffer.from('x'));
    await p.got(1);
    await p.stop();
  });

  it('refuses what would take messages or cannot be tapped, and makes nothing', async () => {
    await channel.assertExchange('shards', 'x-consistent-hash');
    await channel.assertQueue('shard-1');
    await channel.bindQueue('shard-1', 'shards', '1');
    await channel.assertQueue('straight');
    const before = { queues: await queues(), exchanges: await admin.get('exchanges/%2F?columns=name') };
    for (const s of [session, bare]) {
      const refusal = async (target: TapTarget): Promise<string> => {
        const plan = await s.plan(target, latest);
        assert.equal(plan.verdict, 'refused', target.address);
        await assert.rejects(probe(s, target), new RegExp(plan.reason!.slice(0, 20).replace(/[()]/g, '.')));
        return plan.reason!;
      };
      assert.match(
        await refusal(exchange('shards')),
        /x-consistent-hash exchange.*take messages from the real consumers/,
      );
      assert.match(
        await refusal({ ...queue('shard-1'), bindings: [{ exchange: 'shards', routingKey: '1' }] }),
        /x-consistent-hash/,
      );
      assert.match(await refusal(exchange('')), /default exchange.*firehose/);
      await refuses(s.plan(exchange('typo'), latest), 'missing', /has no exchange typo \(NOT_FOUND/);
      await refuses(s.plan(queue('typo'), latest), 'missing', /has no queue typo \(NOT_FOUND/);
    }
    assert.match(
      (await session.plan(queue('straight'), latest)).reason!,
      /Nothing but the default exchange feeds the queue straight/,
    );
    assert.match(
      (await bare.plan(queue('straight'), latest)).reason!,
      /neither a file nor the management API says so/,
    );
    assert.deepEqual(
      { queues: await queues(), exchanges: await admin.get('exchanges/%2F?columns=name') },
      before,
    );
  });

  it('taps a queue by the bindings of a file where there is no management API', async () => {
    await channel.assertExchange('filed', 'topic');
    await channel.assertQueue('filed-q');
    await channel.bindQueue('filed-q', 'filed', 'a.#');
    const target = { ...queue('filed-q'), bindings: [{ exchange: 'filed', routingKey: 'a.#' }] };
    assert.equal((await bare.plan(target, latest)).verdict, 'ok');
    assert.equal((await bare.plan(exchange('filed'), latest)).verdict, 'ask');
    const p = await probe(bare, target);
    channel.publish('filed', 'b', Buffer.from('no'));
    channel.publish('filed', 'a.b', Buffer.from('yes'));
    await p.got(1);
    await p.stop();
    assert.deepEqual(p.values(), ['yes']);
  });

  it('reads a stream from its start, its last N and its end, and leaves it as it was', async () => {
    await channel.assertQueue('log', { durable: true, arguments: { 'x-queue-type': 'stream' } });
    for (let n = 0; n < 20; n++) channel.sendToQueue('log', Buffer.from(`m${n}`));
    await channel.waitForConfirms();
    const all = Array.from({ length: 20 }, (_, n) => `m${n}`);
    const earliest = await probe(session, stream('log'), { at: 'earliest' });
    await earliest.state('caught-up');
    assert.deepEqual(earliest.values(), all);
    const last = await probe(session, stream('log'), { at: 'last', count: 3 });
    await last.state('caught-up');
    assert.deepEqual(last.values(), ['m17', 'm18', 'm19']);
    assert.deepEqual(
      last.messages.map((m) => m.offset),
      ['17', '18', '19'],
    );
    const fresh = await probe(session, queue('log'));
    channel.sendToQueue('log', Buffer.from('new'));
    await Promise.all([fresh.got(1), last.got(4), earliest.got(21)]);
    assert.deepEqual(fresh.values(), ['new']);
    await Promise.all([earliest, last, fresh].map((p) => p.stop()));
    const again = await probe(session, stream('log'), { at: 'earliest' });
    await again.state('caught-up');
    assert.deepEqual(again.values(), [...all, 'new']);
    await again.stop();
  });

  it('lists exchanges, queues and streams by the management API, without taps', async () => {
    await channel.assertExchange('listed-x', 'topic');
    await channel.assertQueue('listed-q');
    const list = await session.list(never);
    assert.ok(list!.some((t) => t.address === 'listed-x' && t.kind === 'exchange'));
    assert.ok(list!.some((t) => t.address === 'listed-q' && t.kind === 'queue'));
    assert.ok(!list!.some((t) => t.address.startsWith('amq.')));
    assert.equal(await bare.list(never), undefined);
  });

  it('needs configure and write on its own prefix only, and says so where they are missing', async () => {
    const base = new URL(broker.adminUrl!);
    const put = async (path: string, body: object): Promise<void> => {
      const response = await fetch(`http://${base.host}/api/${path}`, {
        method: 'PUT',
        body: JSON.stringify(body),
        headers: {
          authorization: `Basic ${Buffer.from('guest:guest').toString('base64')}`,
          'content-type': 'application/json',
        },
      });
      assert.ok(response.ok, `${path}: ${response.status}`);
    };
    for (const [user, own] of [
      ['watcher', '^tailrace-tap\\.'],
      ['nobody', '^$'],
    ] as const) {
      await put(`users/${user}`, { password: 'secret', tags: '' });
      await put(`permissions/%2F/${user}`, { configure: own, write: own, read: '.*' });
    }
    await channel.assertExchange('rights', 'fanout');
    await channel.assertQueue('rights-q');
    await channel.bindQueue('rights-q', 'rights', '');
    const target = { ...queue('rights-q'), bindings: [{ exchange: 'rights', routingKey: '' }] };
    const as = (user: string) => amqpDriver(quiet).connect({ url, user, password: 'secret' }, never);
    const watcher = await as('watcher');
    // Without the right to configure the exchange its type cannot be seen.
    assert.equal((await watcher.plan(target, latest)).verdict, 'ask');
    const p = await probe(watcher, target);
    channel.publish('rights', '', Buffer.from('seen'));
    await p.got(1);
    await p.stop();
    await watcher.close();
    const nobody = await as('nobody');
    await refuses(
      probe(nobody, target),
      'authorization',
      /ACCESS_REFUSED.*rights configure and write on \^tailrace-tap\\\./,
    );
    await nobody.close();
  });

  it('ends its tap when the stream is deleted, without ending the process', async () => {
    await channel.assertQueue('doomed', { durable: true, arguments: { 'x-queue-type': 'stream' } });
    const p = await probe(session, stream('doomed'));
    await channel.deleteQueue('doomed');
    assert.match(((await p.state('lost')) as { reason: string }).reason, /cancelled the tap’s consumer/);
    await p.stop();
  });

  const reconnect = async (): Promise<void> => {
    ({ connection, channel } = await rabbitUser(broker.url));
  };

  it('reads on in a stream without a gap when the broker is restarted', async () => {
    await channel.assertQueue('outage-log', { durable: true, arguments: { 'x-queue-type': 'stream' } });
    const s = await probe(session, stream('outage-log'));
    channel.sendToQueue('outage-log', Buffer.from('before'));
    await s.got(1);
    await broker.restart();
    assert.match(
      ((await s.state('lost')) as { reason: string }).reason,
      /CONNECTION_FORCED|closed the connection/,
    );
    await s.state('retrying');
    await reconnect();
    await until(
      async () => {
        const c = await connection.createConfirmChannel();
        c.on('error', () => {});
        await c.checkQueue('outage-log');
        await c.close();
        return true;
      },
      { what: 'the stream to have a leader again' },
    );
    channel.sendToQueue('outage-log', Buffer.from('meanwhile'));
    await channel.waitForConfirms();
    await s.state('live');
    await s.got(2);
    await s.stop();
    assert.deepEqual(s.values(), ['before', 'meanwhile']);
    assert.deepEqual(s.drops, []);
  });

  it('goes lost, retrying, live when the broker is killed and back, and tells of the gap', async () => {
    await channel.assertExchange('outage', 'fanout', { durable: true });
    await channel.assertQueue('outage-q', { durable: true });
    await channel.bindQueue('outage-q', 'outage', '');
    const p = await probe(session, exchange('outage'));
    channel.publish('outage', '', Buffer.from('before'));
    await p.got(1);
    await declaredOnDisk();
    await broker.kill();
    await p.state('lost');
    assert.equal(((await p.state('retrying')) as { attempt: number }).attempt, 1);
    await broker.restart();
    await reconnect();
    await p.state('live');
    channel.publish('outage', '', Buffer.from('after'));
    await p.got(2);
    await p.stop();
    assert.deepEqual(p.values(), ['before', 'after']);
    assert.match(p.drops[0]!.why, /^messages from \S+ to \S+ may be missing: the tap was cut off/);
  });
});
