import assert from 'node:assert/strict';
import { connect } from 'amqplib';
import { until } from '../../scripts/support/until.mjs';
import { amqpDriver } from '../../src/brokers/amqp/index';
import type { BrokerSession, TapTarget } from '../../src/brokers/driver';
import { amqpFraming } from '../faults/frames';
import { startProxy, type Proxy } from '../faults/proxy';
import { declaredOnDisk, rabbitAdmin, requireBroker, startRabbit, type RabbitAdmin, type RunningBroker } from '../support/brokers/index';
import { numbersIn, publishNumbers, tapNumbers, type NumberTap, type Numbers } from './rabbitmqNumbers';
import { never, quiet } from './tapProbe';

const X: TapTarget = { address: 'numbers', kind: 'exchange' };
const Q: TapTarget = { address: 'worker', kind: 'queue', bindings: [{ exchange: 'numbers', routingKey: '' }] };
const S: TapTarget = { address: 'log', kind: 'stream' };

/** Each number goes to an exchange that a queue and a stream are bound to, so that all kinds of taps see the same. */
describe('a tap on RabbitMQ that stays up', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let admin: RabbitAdmin;
  let proxy: Proxy;
  let session: BrokerSession;
  let bare: BrokerSession;
  let numbers: Numbers;
  const taps: NumberTap[] = [];

  before(async function () {
    await requireBroker(this, 'rabbitmq');
    broker = await startRabbit();
    admin = rabbitAdmin(broker);
    proxy = await startProxy(amqpFraming, broker.port);
    await declare();
    // Stalls are noticed after two heartbeats.
    const url = `amqp://127.0.0.1:${proxy.port}?heartbeat=1`;
    session = await amqpDriver(quiet).connect({ url, managementUrl: broker.adminUrl! }, never);
    bare = await amqpDriver(quiet).connect({ url }, never);
  });
  beforeEach(() => {
    numbers = publishNumbers(broker.url, 'numbers');
  });
  afterEach(async () => {
    await numbers.stop();
    await Promise.all(taps.splice(0).map((t) => t.stop()));
  });
  after(async () => {
    await session?.close();
    await bare?.close();
    await proxy?.close();
    await broker?.stop();
  });

  const declare = async (): Promise<void> => {
    const connection = await connect(broker.url);
    const channel = await connection.createChannel();
    await channel.assertExchange('numbers', 'fanout');
    await channel.assertQueue('worker', { durable: true, arguments: { 'x-max-length': 1000 } });
    await channel.assertQueue('log', { durable: true, arguments: { 'x-queue-type': 'stream' } });
    await channel.bindQueue('worker', 'numbers', '');
    await channel.bindQueue('log', 'numbers', '');
    await connection.close();
  };
  const onBroker = async (work: (channel: Awaited<ReturnType<Awaited<ReturnType<typeof connect>>['createChannel']>>) => Promise<unknown>): Promise<void> => {
    const connection = await connect(broker.url);
    await work(await connection.createChannel());
    await connection.close();
  };
  const tapped = async (on: BrokerSession, ...targets: TapTarget[]): Promise<NumberTap[]> => {
    const started = await Promise.all(targets.map((t) => tapNumbers(on, t)));
    taps.push(...started);
    await numbers.more(30);
    await Promise.all(started.map((t) => t.reached(0)));
    return started;
  };
  /** Stops publishing, lets the taps come to the end, and judges them against what there was. */
  const judged = async (exchanges: readonly NumberTap[], stream?: NumberTap): Promise<void> => {
    await numbers.more(30);
    await numbers.stop();
    const last = numbers.confirmed.at(-1)!;
    await Promise.all([...exchanges, ...(stream ? [stream] : [])].map((t) => t.reached(last)));
    for (const t of exchanges) {
      const { missing, twice, untold } = t.judge(numbers.confirmed);
      assert.equal(untold, 0, `${missing} missing, ${twice} twice: ${t.notices.join('; ')}`);
    }
    if (stream) {
      assert.deepEqual(stream.judge(await numbersIn(broker.url, 'log', last)), { missing: 0, twice: 0, untold: 0 });
      assert.deepEqual(stream.notices, []);
    }
  };
  const reasonOf = async (t: NumberTap): Promise<string> => {
    const state = await t.state('lost');
    return 'reason' in state ? state.reason : '';
  };

  it('reads on when the broker is restarted', async () => {
    const [x, q, s] = await tapped(session, X, Q, S);
    await broker.restart();
    await Promise.all([x!, q!, s!].map((t) => t.state('lost')));
    await Promise.all([x!, q!, s!].map((t) => t.state('live')));
    await judged([x!, q!], s);
    assert.match(x!.notices.join(' '), /messages from \S+ to \S+ may be missing: the tap was cut off/);
  });

  it('reads on when the network cuts the connections', async () => {
    const [x, s] = await tapped(session, X, S);
    proxy.shut();
    assert.match(await reasonOf(x!), /connection to .* was cut|closed/);
    await numbers.more(50);
    proxy.open();
    await Promise.all([x!, s!].map((t) => t.state('live')));
    await judged([x!], s);
    assert.ok(x!.judge(numbers.confirmed).missing >= 40, 'what was published meanwhile is missing, and told');
  });

  it('notices by the heartbeat that the network stalls', async () => {
    const [x, s] = await tapped(session, X, S);
    const holds = [];
    for (let n = 0; n < 2; n++) {
      // The second is of the other connection: nothing passes on the first any more.
      holds.push(proxy.hold('broker', 'basic.deliver'));
      await holds[n]!.held;
    }
    assert.match(await reasonOf(x!), /has not been heard for two heartbeats/);
    await s!.state('lost');
    await Promise.all([x!, s!].map((t) => t.state('live')));
    for (const h of holds) h.release();
    await judged([x!], s);
  });

  it('reads on when the server closes all connections', async () => {
    const [x, s] = await tapped(session, X, S);
    const ours = await until(
      async () => {
        const all = await admin.get<{ name: string; user_provided_name?: string }[]>('connections');
        const found = all.filter((c) => c.user_provided_name?.startsWith('tailrace-tap'));
        return found.length >= 3 ? found : undefined;
      },
      { what: 'the taps’ connections to be listed' },
    );
    await Promise.all(ours.map((c) => admin.delete(`connections/${encodeURIComponent(c.name)}`).catch(() => {})));
    assert.match(await reasonOf(x!), /CONNECTION_FORCED/);
    await s!.state('lost');
    await Promise.all([x!, s!].map((t) => t.state('live')));
    await judged([x!], s);
  });

  it('says that its exchange was deleted, and goes on when it is made again', async () => {
    for (const on of [session, bare]) {
      const [x] = await tapped(on, X);
      await onBroker((channel) => channel.deleteExchange('numbers'));
      assert.match(await reasonOf(x!), /exchange numbers was deleted/);
      await declare();
      await x!.state('live');
      await judged([x!]);
      await numbers.stop();
      numbers = publishNumbers(broker.url, 'numbers');
    }
  });

  it('notices that its exchange was deleted and made again at once', async () => {
    const [x] = await tapped(session, X);
    await onBroker(async (channel) => {
      await channel.deleteExchange('numbers');
      await channel.assertExchange('numbers', 'fanout');
      await channel.bindQueue('worker', 'numbers', '');
      await channel.bindQueue('log', 'numbers', '');
    });
    assert.match(await reasonOf(x!), /exchange numbers was deleted, and with it the tap’s binding/);
    await x!.state('live');
    await judged([x!]);
  });

  it('says that the queue it watches was deleted, and goes on when it is made again', async () => {
    for (const on of [session, bare]) {
      const [q] = await tapped(on, Q);
      await onBroker((channel) => channel.deleteQueue('worker'));
      assert.match(await reasonOf(q!), /worker/);
      await declare();
      await q!.state('live');
      await judged([q!]);
      await numbers.stop();
      numbers = publishNumbers(broker.url, 'numbers');
    }
  });

  it('tells a stream that was made again from the one it read', async () => {
    const [s] = await tapped(session, S);
    await onBroker((channel) => channel.deleteQueue('log'));
    assert.match(await reasonOf(s!), /cancelled the tap’s consumer/);
    await declare();
    await s!.state('live');
    await numbers.more(30);
    await numbers.stop();
    const last = numbers.confirmed.at(-1)!;
    await s!.reached(last);
    assert.match(s!.notices.join(' '), /stream log was deleted and made again; what was written to the old one behind offset \d+/);
    assert.equal(s!.judge(numbers.confirmed).untold, 0);
    const inNew = await numbersIn(broker.url, 'log', last);
    assert.deepEqual(s!.numbers().slice(-inNew.length), inNew, 'the new one from its start');
  });

  it('follows bindings that are added and taken away', async () => {
    const [x] = await tapped(session, X);
    await onBroker(async (channel) => {
      await channel.assertExchange('keyed', 'direct');
      await channel.assertQueue('keyed-q');
      await channel.bindQueue('keyed-q', 'keyed', 'a');
    });
    const keyed = await tapNumbers(session, { address: 'keyed', kind: 'exchange' });
    taps.push(keyed);
    await onBroker((channel) => channel.bindQueue('keyed-q', 'keyed', 'b'));
    await until(() => keyed.notices.length > 0, { what: 'the new binding to be noticed' });
    assert.match(keyed.notices[0]!, /what keyed routes by the binding b was not seen before now: it is new/);
    await onBroker(async (channel) => {
      channel.publish('keyed', 'b', Buffer.from('7'));
      await channel.unbindQueue('keyed-q', 'keyed', 'a');
    });
    await keyed.reached(7);
    await until(
      async () => !(await admin.declared()).bindings.some((b) => b.startsWith('["keyed","a","tailrace-tap.')),
      { what: 'the tap to unbind what nobody else is bound by' },
    );
    assert.ok(x!.numbers().length > 0);
  });

  // The last, and without the stream, which rabbitmqStreamKilled.test.ts has on a broker of its own.
  it('reads on when the broker is killed and started again', async () => {
    const [x, q] = await tapped(session, X, Q);
    await declaredOnDisk();
    await broker.kill();
    await Promise.all([x!, q!].map((t) => t.state('lost')));
    await broker.restart();
    await Promise.all([x!, q!].map((t) => t.state('live')));
    await judged([x!, q!]);
    assert.match(x!.notices.join(' '), /messages from \S+ to \S+ may be missing: the tap was cut off/);
  });
});
