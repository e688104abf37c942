import assert from 'node:assert/strict';
import type { ChannelModel, ConfirmChannel, GetMessage } from 'amqplib';
import { until } from '../../scripts/support/until.mjs';
import { amqpDriver } from '../../src/brokers/amqp/index';
import type { BrokerSession, TapTarget } from '../../src/brokers/driver';
import type { Redrive } from '../../src/brokers/publish';
import { decoderFor } from '../../src/codecs/decoder';
import { moveUnseen } from '../../src/live/publish/redriveUnseen';
import type { RedriveUnseen } from '../../src/protocol/publish';
import { startClient } from '../faults/child';
import { amqpFraming } from '../faults/frames';
import { startProxy, type Proxy } from '../faults/proxy';
import { declaredOnDisk, rabbitAdmin, rabbitUser, requireBroker, startRabbit, type RabbitAdmin, type RunningBroker } from '../support/brokers/index';
import { never, quiet, refuses, text } from './tapProbe';

const queue = (address: string): TapTarget => ({ address, kind: 'queue' });
const to = (address: string) => ({ target: queue(address) });
const LIMIT = 2;

/** Quorum queues that drop what has come back too often, as every one does from RabbitMQ 4.0 on. */
describe('redriving RabbitMQ queues with a delivery limit', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let admin: RabbitAdmin;
  let proxy: Proxy;
  let connection: ChannelModel;
  let channel: ConfirmChannel;
  let session: BrokerSession;
  let viaProxy: BrokerSession;
  let bare: BrokerSession;

  const connectAll = async (): Promise<void> => {
    ({ connection, channel } = await rabbitUser(broker.url));
    const url = `amqp://127.0.0.1:${broker.port}`;
    session = await amqpDriver(quiet).connect({ url, managementUrl: broker.adminUrl! }, never);
    viaProxy = await amqpDriver(quiet).connect({ url: `amqp://127.0.0.1:${proxy.port}`, managementUrl: broker.adminUrl! }, never);
    bare = await amqpDriver(quiet).connect({ url }, never);
  };
  before(async function () {
    await requireBroker(this, 'rabbitmq');
    broker = await startRabbit();
    admin = rabbitAdmin(broker);
    proxy = await startProxy(amqpFraming, broker.port);
    await connectAll();
    await admin.put('policies/%2F/limited', {
      pattern: '-by-policy-dlq$', definition: { 'delivery-limit': LIMIT }, 'apply-to': 'queues',
    });
  });
  after(async () => {
    for (const one of [session, viaProxy, bare]) await one?.close();
    await connection?.close().catch(() => {});
    await proxy?.close();
    await broker?.stop();
  });

  const depth = async (name: string): Promise<number> => (await channel.checkQueue(name)).messageCount;
  const holds = (name: string, count: number): Promise<unknown> =>
    until(async () => (await depth(name)) === count, { what: `${count} messages in ${name}` });
  const drained = async (name: string): Promise<GetMessage[]> => {
    const found: GetMessage[] = [];
    for (let m = await channel.get(name, { noAck: true }); m; m = await channel.get(name, { noAck: true })) found.push(m);
    return found;
  };
  /** Each message with how often it came back: `1×0`. */
  const counted = (messages: readonly GetMessage[]): string[] =>
    messages.map((m) => `${text(m.content)}×${m.properties.headers?.['x-delivery-count']}`);
  const values = (messages: readonly GetMessage[]): string[] => messages.map((m) => text(m.content)!);
  const moved = (result: RedriveUnseen): string[] => result.moved.map((m) => m.row.preview);
  const unseen = async (redrive: Redrive, count: number, destination?: { readonly target: TapTarget }): Promise<RedriveUnseen> =>
    moveUnseen(redrive, await decoderFor(undefined), count, destination, never);

  /** A quorum queue with messages that died in another queue; the limit comes from an argument or from the policy. */
  const deadLettered = async (name: string, count: number, limit: number | undefined = LIMIT): Promise<string> => {
    const dlq = `${name}-dlq`;
    await channel.assertExchange(`${name}-dlx`, 'fanout');
    await channel.assertQueue(dlq, {
      durable: true,
      arguments: { 'x-queue-type': 'quorum', ...(name.endsWith('-by-policy') ? {} : { 'x-delivery-limit': limit }) },
    });
    await channel.bindQueue(dlq, `${name}-dlx`, '');
    await channel.assertQueue(name, { deadLetterExchange: `${name}-dlx` });
    await channel.assertQueue(`${name}-to`);
    for (let n = 0; n < count; n++) {
      channel.sendToQueue(name, Buffer.from(String(n)), { persistent: true, messageId: `m${n}`, headers: { attempt: n, CC: [] } });
    }
    await channel.waitForConfirms();
    for (let n = 0; n < count; n++) {
      const m = await channel.get(name);
      if (m) channel.reject(m, false);
    }
    await holds(dlq, count);
    return dlq;
  };
  /** Takes the message at the head and gives it back until it may not come back once more. */
  const spend = async (name: string): Promise<void> => {
    for (let n = 0; n < LIMIT; n++) {
      const m = await channel.get(name);
      assert.ok(m);
      channel.nack(m, false, true);
      await channel.checkQueue(name);
    }
  };

  for (const by of ['by-argument', 'by-policy']) {
    it(`moves unseen what may not be looked at, and counts nothing (limit ${by})`, async () => {
      const dlq = await deadLettered(`good-${by}`, 5);
      const r = await session.redrive!(queue(dlq), never);
      const said = r.unseen!.effects.join('\n');
      assert.match(said, new RegExp(`^5 messages wait in ${dlq}\\. What they are cannot be shown .*comes back more than 2 times`));
      assert.match(said, /one that has no return left is put back as a copy at the end/);
      assert.match(said, /duplicate is possible.*lost only if this program, too, ended/);
      assert.equal(r.unseen!.onlyWay, undefined);
      const first = await unseen(r, 2);
      assert.deepEqual([moved(first), first.isEnd, first.problem], [['0', '1'], false, undefined]);
      assert.deepEqual(first.moved.map((m) => [m.to.target.address, m.reason, m.removed]), [[`good-${by}`, 'rejected', true], [`good-${by}`, 'rejected', true]]);
      assert.deepEqual(moved(await unseen(r, 1, to(`good-${by}-to`))), ['2']);
      await r.close();
      await holds(dlq, 2);
      assert.deepEqual(counted(await drained(dlq)), ['3×0', '4×0']);
      assert.deepEqual(
        (await drained(`good-${by}`)).map((m) => [text(m.content), m.properties.messageId, m.properties.headers]),
        [['0', 'm0', { attempt: 0 }], ['1', 'm1', { attempt: 1 }]],
      );
      assert.deepEqual(values(await drained(`good-${by}-to`)), ['2']);
      const again = await session.redrive!(queue(dlq), never);
      assert.deepEqual(await unseen(again, 10), { moved: [], isEnd: true });
      await again.close();
    });
  }

  it('gives back what cannot be moved, and puts a copy in the place of what would be dropped then', async () => {
    const dlq = await deadLettered('bad', 2);
    const r = await session.redrive!(queue(dlq), never);
    const first = await unseen(r, 5, to('gone'));
    assert.deepEqual(first.moved, []);
    assert.match(first.problem!, /unroutable \(312 NO_ROUTE\).* It has been given back to bad-dlq, which was counted\.$/);
    await r.close();
    const m = await channel.get(dlq);
    assert.ok(m);
    assert.deepEqual(counted([m]), ['0×1']);
    channel.nack(m, false, true);
    await channel.checkQueue(dlq);
    // It has come back twice: once more, and RabbitMQ drops it.
    const over = await session.redrive!(queue(dlq), never);
    const second = await unseen(over, 5, to('gone'));
    assert.match(second.problem!, /A copy has been put at the end of bad-dlq, for RabbitMQ drops what comes back too often\.$/);
    await over.close();
    await holds(dlq, 2);
    const left = await drained(dlq);
    assert.deepEqual(counted(left), ['1×0', '0×0']);
    const { messageId, headers, deliveryMode } = left[1]!.properties;
    assert.deepEqual([messageId, headers!.attempt, deliveryMode, headers!['x-first-death-queue'], headers!['x-death']![0]!.queue], ['m0', 0, 2, 'bad', 'bad']);
  });

  it('ends at a message that does not say where it came from', async () => {
    const dlq = await deadLettered('whence', 0);
    channel.sendToQueue(dlq, Buffer.from('x'), { persistent: true });
    await channel.waitForConfirms();
    const r = await session.redrive!(queue(dlq), never);
    assert.match((await unseen(r, 1)).problem!, /^No header of the next message says where it came from: choose.* given back to whence-dlq/);
    assert.deepEqual(moved(await unseen(r, 1, to('whence-to'))), ['x']);
    await r.close();
  });

  it('offers to read first, at a price that is told, and drops nothing however often it is done', async () => {
    const dlq = await deadLettered('look', 3);
    await spend(dlq);
    for (let n = 0; n < 3 * LIMIT; n++) {
      const r = await session.redrive!(queue(dlq), never);
      assert.match(r.effects.join('\n'), /used up one of the 2 returns after which RabbitMQ drops a message of look-dlq/);
      const read = await r.read(10, never);
      assert.equal(read.length, 3, `look ${n}`);
      assert.deepEqual(read.map((m) => text(m.message.value!)).sort(), ['0', '1', '2']);
      await r.close();
      await holds(dlq, 3);
    }
    const r = await session.redrive!(queue(dlq), never);
    const chosen = (await r.read(10, never)).find((m) => text(m.message.value!) === '1')!;
    assert.deepEqual(await r.move(chosen.id, chosen.source!, chosen.message), { removed: true });
    await r.close();
    await holds(dlq, 2);
    assert.deepEqual(values(await drained(dlq)).sort(), ['0', '2']);
    assert.deepEqual(values(await drained('look')), ['1']);
  });

  it('holds nothing where the limit cannot be seen, or is 0', async () => {
    const dlq = await deadLettered('blind', 2);
    const r = await bare.redrive!(queue(dlq), never);
    assert.match(r.unseen!.effects.join('\n'), /the delivery limit cannot be seen here/);
    assert.match(r.unseen!.onlyWay!, /cannot be seen.*give the connection the URL of the management API/);
    await refuses(r.read(1, never), 'other', /none can be held for you to choose/);
    assert.match((await unseen(r, 2, to('gone'))).problem!, /A copy has been put at the end of blind-dlq/);
    assert.deepEqual(moved(await unseen(r, 2, to('blind-to'))), ['1', '0']);
    await r.close();
    const none = await deadLettered('none', 1, 0);
    const z = await session.redrive!(queue(none), never);
    assert.match(z.unseen!.onlyWay!, /delivery limit of 0/);
    assert.match((await unseen(z, 1, to('gone'))).problem!, /A copy has been put at the end of none-dlq/);
    assert.deepEqual(moved(await unseen(z, 2)), ['0']);
    await z.close();
  });

  it('begins only where a copy could be put back', async () => {
    const dlq = await deadLettered('rights', 1);
    await admin.user('half', { read: '.*', write: '^rights$', tags: 'management' });
    const half = await amqpDriver(quiet).connect(
      { url: `amqp://127.0.0.1:${broker.port}`, managementUrl: `http://127.0.0.1:${new URL(broker.adminUrl!).port}`, user: 'half', password: 'secret' },
      never,
    );
    await refuses(half.redrive!(queue(dlq), never), 'authorization', /must be put back over the default exchange, which cannot be used: .*ACCESS_REFUSED/);
    await half.close();
    await holds(dlq, 1);
  });

  it('loses nothing when it is killed between the confirmation and the acknowledgement', async () => {
    for (const [name, left] of [['killed', ['0×1', '1×0']], ['killed-spent', ['1×0']]] as const) {
      const dlq = await deadLettered(name, 2);
      if (name === 'killed-spent') await spend(dlq);
      const hold = proxy.hold('client', 'basic.ack');
      const child = await startClient('../../brokers/rabbitmqRedriver.ts', {
        url: `amqp://127.0.0.1:${proxy.port}`, managementUrl: broker.adminUrl, from: dlq, to: `${name}-to`, count: 2, unseen: true,
      });
      await hold.held;
      await child.kill();
      await holds(dlq, left.length);
      // What is held counts there, too.
      await until(async () => (await admin.get<{ messages?: number }>(`queues/%2F/${dlq}`)).messages === left.length, {
        what: `nothing of ${dlq} to be held`,
      });
      assert.deepEqual(values(await drained(`${name}-to`)), ['0']);
      assert.deepEqual(counted(await drained(dlq)), left);
      hold.release();
    }
  });

  it('brings home what RabbitMQ drops, when the connection is cut before the confirmation', async () => {
    for (const [name, from, frame, reached] of [
      ['cut-publish', 'client', 'basic.publish', []],
      ['cut-confirm', 'broker', 'basic.ack', ['0']],
    ] as const) {
      const dlq = await deadLettered(name, 2);
      await spend(dlq);
      const r = await viaProxy.redrive!(queue(dlq), never);
      const lost = proxy.lose(from, frame);
      const result = await unseen(r, 2, to(`${name}-to`));
      await lost;
      assert.deepEqual(result.moved, []);
      assert.match(result.problem!, /lost before the message for the queue \S+ was confirmed.* A copy has been put at the end/);
      await holds(dlq, 2);
      assert.deepEqual(values(await drained(`${name}-to`)), reached);
      // It goes on over a new connection.
      assert.deepEqual(moved(await unseen(r, 5, to(`${name}-to`))), ['1', '0']);
      assert.deepEqual(values(await drained(`${name}-to`)), ['1', '0']);
      await r.close();
    }
  });

  // The last: it ends the broker that all others are done with.
  it('loses nothing when the broker is killed between the confirmation and the acknowledgement', async () => {
    const one = await deadLettered('dead', 2);
    const other = await deadLettered('dead-spent', 2);
    await spend(other);
    for (const name of ['dead', 'dead-spent']) {
      // Confirmed by a majority's disks, and not by a classic queue's memory.
      await channel.assertQueue(`${name}-safe`, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    }
    await declaredOnDisk();
    const redrives = [await viaProxy.redrive!(queue(one), never), await viaProxy.redrive!(queue(other), never)] as const;
    const runs: Promise<RedriveUnseen>[] = [];
    for (const [n, name] of ['dead', 'dead-spent'].entries()) {
      const hold = proxy.hold('client', 'basic.ack');
      runs.push(unseen(redrives[n]!, 2, to(`${name}-safe`)));
      await hold.held;
    }
    await broker.kill();
    for (const run of runs) {
      const result = await run;
      // What became of the first is told, and no second is taken before the broker is back.
      assert.deepEqual(moved(result), ['0']);
      assert.match(result.moved[0]!.note!, /confirmed elsewhere, but whether it left \S+ is not known/);
      assert.ok(result.problem);
    }
    await broker.restart();
    await connectAll();
    await holds('dead-dlq', 2);
    await holds('dead-spent-dlq', 1);
    assert.deepEqual(moved(await unseen(redrives[0], 5, to('dead-safe'))), ['0', '1']);
    assert.deepEqual(moved(await unseen(redrives[1], 5, to('dead-spent-safe'))), ['1']);
    assert.deepEqual(values(await drained('dead-safe')), ['0', '0', '1']);
    assert.deepEqual(values(await drained('dead-spent-safe')), ['0', '1']);
    for (const r of redrives) await r.close();
  });
});
