import assert from 'node:assert/strict';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { until } from '../../scripts/support/until.mjs';
import { amqpDriver } from '../../src/brokers/amqp/index';
import type { BrokerSession, TapSink, TapStart, TapTarget } from '../../src/brokers/driver';
import { amqpFraming } from '../faults/frames';
import { startProxy } from '../faults/proxy';
import { rabbitAdmin, rabbitUser, requireBroker, startRabbit, type RabbitAdmin, type RunningBroker } from '../support/brokers/index';
import { never, probe, quiet } from './tapProbe';

const log: TapTarget = { address: 'log', kind: 'stream' };

describe('where a tap on RabbitMQ starts and ends, and what it drops', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let admin: RabbitAdmin;
  let connection: ChannelModel;
  let channel: ConfirmChannel;
  let session: BrokerSession;
  /** Between the messages a0 … a4 and b0 … b4; RabbitMQ's times have seconds only. */
  let between: number;

  before(async function () {
    await requireBroker(this, 'rabbitmq');
    broker = await startRabbit();
    admin = rabbitAdmin(broker);
    ({ connection, channel } = await rabbitUser(broker.url));
    const url = `amqp://127.0.0.1:${broker.port}`;
    session = await amqpDriver(quiet).connect({ url, managementUrl: broker.adminUrl! }, never);
    await channel.assertQueue('log', { durable: true, arguments: { 'x-queue-type': 'stream' } });
    await write('a');
    await passed(Date.now() + 1500);
    between = Date.now();
    await passed(between + 1500);
    await write('b');
  });
  after(async () => {
    await session?.close();
    await connection?.close().catch(() => {});
    await broker?.stop();
  });

  const write = async (letter: string): Promise<void> => {
    for (let n = 0; n < 5; n++) channel.sendToQueue('log', Buffer.from(`${letter}${n}`));
    await channel.waitForConfirms();
  };
  const declared = async (): Promise<object> => {
    const { queues, exchanges, bindings } = await admin.declared();
    return { queues, exchanges, bindings };
  };
  const passed = (time: number): Promise<unknown> => until(() => Date.now() > time, { what: 'the time to pass' });
  const all = ['a0', 'a1', 'a2', 'a3', 'a4', 'b0', 'b1', 'b2', 'b3', 'b4'];
  /** What a tap gives up to its own end, and why it ended. */
  const given = async (start: TapStart): Promise<{ values: (string | null)[]; reason: string }> => {
    const p = await probe(session, log, start);
    const end = await p.state('ended');
    await p.stop();
    assert.deepEqual(p.drops, []);
    return { values: p.values(), reason: 'reason' in end ? end.reason : '' };
  };

  it('says what a stream can do', async () => {
    const plan = await session.plan(log, { at: 'latest' });
    assert.equal(plan.verdict, 'ok');
    assert.deepEqual(plan.starts, ['latest', 'earliest', 'last', 'offset', 'time']);
    assert.deepEqual(plan.untils, ['now', 'offset', 'time']);
  });

  it('starts at each place and ends at each end, and leaves the stream as it was', async () => {
    const before = await declared();
    const now = { until: { at: 'now' } } as const;
    assert.deepEqual(await given({ at: 'earliest', ...now }), {
      values: all,
      reason: 'All that was in log at the start has been given.',
    });
    assert.deepEqual((await given({ at: 'last', count: 3, ...now })).values, ['b2', 'b3', 'b4']);
    assert.deepEqual((await given({ at: 'last', count: 99, ...now })).values, all);
    assert.deepEqual((await given({ at: 'offset', offset: '7', ...now })).values, ['b2', 'b3', 'b4']);
    assert.deepEqual((await given({ at: 'offset', offset: '99', ...now })).values, []);
    assert.deepEqual((await given({ at: 'time', time: between, ...now })).values, all.slice(5));
    assert.deepEqual((await given({ at: 'time', time: 0, ...now })).values, all);
    assert.deepEqual((await given({ at: 'latest', ...now })).values, []);
    assert.deepEqual(await given({ at: 'offset', offset: '3', until: { at: 'offset', offset: '6' } }), {
      values: ['a3', 'a4', 'b0', 'b1'],
      reason: 'The offset 6 has been reached.',
    });
    assert.deepEqual(await given({ at: 'earliest', until: { at: 'time', time: between } }), {
      values: all.slice(0, 5),
      reason: `${new Date(between).toISOString()} has been reached.`,
    });
    assert.deepEqual(await declared(), before);
    assert.deepEqual((await given({ at: 'earliest', ...now })).values, all, 'all is there as before');
  });

  it('waits for an end that is to come', async () => {
    const end = all.length;
    const byOffset = await probe(session, log, { at: 'latest', until: { at: 'offset', offset: String(end + 1) } });
    const time = Date.now() + 3000;
    const byTime = await probe(session, log, { at: 'latest', until: { at: 'time', time } });
    await write('c');
    await byOffset.state('ended');
    assert.deepEqual(byOffset.values(), ['c0', 'c1']);
    await byTime.state('ended');
    assert.ok(Date.now() >= time);
    assert.deepEqual(byTime.values(), ['c0', 'c1', 'c2', 'c3', 'c4']);
    await byOffset.stop();
    await byTime.stop();
  });

  it('counts what a tap that falls behind has to drop, and sends none of it elsewhere', async () => {
    // A policy for all queues would carry off what is dropped.
    await channel.assertExchange('everything-dead', 'fanout');
    await channel.assertQueue('carried-off');
    await channel.bindQueue('carried-off', 'everything-dead', '');
    await admin.put('policies/%2F/dead', {
      pattern: '.*',
      definition: { 'dead-letter-exchange': 'everything-dead' },
      'apply-to': 'queues',
    });
    const total = 55_000;
    await channel.assertExchange('flood', 'fanout');
    await channel.assertQueue('flooded', { arguments: { 'x-max-length': 1 } });
    await channel.bindQueue('flooded', 'flood', '');
    await admin.user('watcher', { configure: '^tailrace-tap\\.', write: '^tailrace-tap\\.', read: '.*' });
    // The proxy keeps back what the broker delivers, as a reader that stands still would.
    const proxy = await startProxy(amqpFraming, broker.port);
    const watcher = await amqpDriver(quiet).connect(
      { url: `amqp://127.0.0.1:${proxy.port}?heartbeat=60`, user: 'watcher', password: 'secret' },
      never,
    );
    let received = 0;
    let dropped = 0;
    const why = new Set<string>();
    const sink: TapSink = {
      messages: (batch) => void (received += batch.length),
      state: () => {},
      dropped: (count, reason) => {
        dropped += count;
        why.add(reason);
      },
    };
    const target: TapTarget = {
      address: 'flooded',
      kind: 'queue',
      bindings: [{ exchange: 'flood', routingKey: '' }],
    };
    const tap = await watcher.tap(target, { at: 'latest' }, sink, never);
    const hold = proxy.hold('broker', 'basic.deliver');
    for (let n = 0; n < total; n++) channel.publish('flood', '', Buffer.from(String(n)));
    await channel.waitForConfirms();
    await hold.held;
    hold.release();
    await until(() => received + dropped >= total, { what: `${total} messages to be received or counted as dropped` });
    assert.equal(received + dropped, total);
    // What the prefetch lets out and what the queue holds is kept.
    assert.equal(dropped, total - 2000 - 50_000);
    await tap.stop();
    await watcher.close();
    await proxy.close();
    for (const reason of why) assert.match(reason, /the tap fell behind, and the broker dropped the oldest messages/);
    await admin.delete('policies/%2F/dead');
    await until(async () => (await channel.checkQueue('carried-off')).messageCount === total - 1, {
      what: 'the real queue’s drops, and no others',
    });
  });
});
