import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Aedes } from 'aedes';
import { connect, connectAsync, type MqttClient } from 'mqtt';
import { until } from '../../scripts/support/until.mjs';
import type { BrokerSession, TapTarget } from '../../src/brokers/driver';
import { mqttDriver } from '../../src/brokers/mqtt/index';
import { requireBroker, startMosquitto, type RunningBroker } from '../support/brokers/index';
import { never, probe, quiet, refuses, text } from './tapProbe';

const topics = (address: string): TapTarget => ({ address, kind: 'channel' });
const latest = { at: 'latest' } as const;

describe('a tap on MQTT', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let client: MqttClient;
  let session: BrokerSession;

  before(async function () {
    await requireBroker(this, 'mosquitto');
    broker = await startMosquitto({ persistence: true, conf: ['sys_interval 1'] });
    client = await connectAsync(broker.url, { protocolVersion: 5, reconnectPeriod: 100 });
    client.on('error', () => {});
    session = await mqttDriver(quiet).connect({ url: broker.url }, never);
  });
  after(async () => {
    await session?.close();
    await client?.endAsync(true);
    await broker?.stop();
  });

  it('gives the topic, the value and MQTT 5 properties, and marks what was retained', async () => {
    await client.publishAsync('shape/1/state', 'kept', { retain: true, qos: 1 });
    const p = await probe(session, topics('shape/+/state'));
    await p.got(1);
    await client.publishAsync('shape/2/state', '{"v":1}', {
      qos: 1,
      properties: {
        contentType: 'application/json',
        responseTopic: 'replies',
        userProperties: { trace: ['a', 'b'] },
      },
    });
    // A live message with the retain flag is not a replay.
    await client.publishAsync('shape/1/state', 'again', { retain: true, qos: 1 });
    const [kept, fresh, again] = await p.got(3);
    await p.stop();
    assert.deepEqual(
      [kept!.channel, text(kept!.value!), kept!.marks],
      ['shape/1/state', 'kept', ['retained']],
    );
    assert.deepEqual([fresh!.channel, fresh!.marks, fresh!.size], ['shape/2/state', undefined, 7]);
    assert.deepEqual(fresh!.headers, [
      ['trace', 'a'],
      ['trace', 'b'],
      ['content-type', 'application/json'],
      ['response-topic', 'replies'],
    ]);
    assert.deepEqual([text(again!.value!), again!.marks], ['again', undefined]);
  });

  for (const mqttVersion of [4, 5] as const) {
    it(`ends at a time, in protocol level ${mqttVersion}, and starts at the latest only`, async () => {
      const s = await mqttDriver(quiet).connect({ url: broker.url, mqttVersion }, never);
      const plan = await s.plan(topics('ends/#'), latest);
      assert.deepEqual([plan.starts, plan.untils], [['latest'], ['time']]);
      await client.publishAsync('ends/kept', 'kept', { retain: true, qos: 1 });
      const time = Date.now() + 1000;
      const p = await probe(s, topics('ends/#'), { at: 'latest', until: { at: 'time', time } });
      await client.publishAsync('ends/a', 'x', { qos: 1 });
      await p.state('ended');
      assert.ok(Date.now() >= time);
      assert.deepEqual(p.messages.map((m) => [text(m.value!), m.marks]), [['kept', ['retained']], ['x', undefined]]);
      for (const at of ['earliest', 'last', 'offset', 'time'] as const) {
        await refuses(probe(s, topics('a'), { at, count: 1, offset: '1', time: 0 }), 'other', /keep no log/);
      }
      await Promise.all([p.stop(), s.close()]);
    });
  }

  it('works with 3.1.1 as with 5', async () => {
    const old = await mqttDriver(quiet).connect({ url: broker.url, mqttVersion: 4 }, never);
    assert.equal(old.about, 'MQTT 3.1.1');
    assert.equal(session.about, 'MQTT 5');
    const p = await probe(old, topics('old/#'));
    await client.publishAsync('old/a', 'x', { qos: 1 });
    await p.got(1);
    await p.stop();
    await old.close();
  });

  it('changes nothing: sessions, queued messages, subscriptions and retained messages', async () => {
    await client.publishAsync('fleet/kept', 'retained', { retain: true, qos: 1 });
    // A truck that is offline: the broker queues for its session.
    const truckOptions = {
      clientId: 'truck-7',
      clean: false,
      reconnectPeriod: 0,
      protocolVersion: 4,
    } as const;
    let truck = await connectAsync(broker.url, truckOptions);
    await truck.subscribeAsync('fleet/#', { qos: 1 });
    await truck.endAsync();
    const online: string[] = [];
    const worker = await connectAsync(broker.url, {
      clientId: 'worker',
      reconnectPeriod: 0,
      protocolVersion: 4,
    });
    worker.on('message', (_t, payload) => void online.push(String(payload)));
    await worker.subscribeAsync('fleet/jobs', { qos: 1 });
    let closed = false;
    worker.on('close', () => {
      closed = true;
    });

    const figures = new Map<string, string>();
    const watcher = await connectAsync(broker.url, { reconnectPeriod: 0 });
    watcher.on('message', (topic, payload) => void figures.set(topic, String(payload)));
    await watcher.subscribeAsync([
      '$SYS/broker/clients/total',
      '$SYS/broker/subscriptions/count',
      '$SYS/broker/retained messages/count',
    ]);
    const settled = (clients: number, what: string) =>
      until(
        () => (figures.get('$SYS/broker/clients/total') === String(clients) ? new Map(figures) : undefined),
        { what },
      );
    const total = Number(
      await until(() => figures.get('$SYS/broker/clients/total'), { what: 'the broker’s figures' }),
    );
    // Connected: the publisher, the worker and the watcher. Known: the truck too.
    const before = await settled(4, 'four clients').catch(() =>
      assert.fail(`the broker counts ${total} clients`),
    );

    const p = await probe(session, topics('fleet/#'));
    for (let n = 0; n < 5; n++) await client.publishAsync('fleet/jobs', `job ${n}`, { qos: 1 });
    await p.got(6);
    await settled(5, 'the tap among the clients');
    await p.stop();
    await settled(4, 'the tap to be forgotten');
    await until(
      () => figures.get('$SYS/broker/subscriptions/count') === before.get('$SYS/broker/subscriptions/count'),
      {
        what: 'the subscriptions as before',
      },
    );
    assert.equal(
      figures.get('$SYS/broker/retained messages/count'),
      before.get('$SYS/broker/retained messages/count'),
    );
    assert.deepEqual(online, ['job 0', 'job 1', 'job 2', 'job 3', 'job 4']);
    assert.equal(closed, false);

    const queued: string[] = [];
    // Listening before the connection is made, since what is queued comes with it.
    truck = connect(broker.url, truckOptions);
    truck.on('message', (_t, payload) => void queued.push(String(payload)));
    await until(() => queued.filter((q) => q.startsWith('job')).length === 5, {
      what: 'all that was queued for the truck',
    });
    await Promise.all([truck.endAsync(), worker.endAsync(), watcher.endAsync()]);
  });

  it('refuses a shared subscription and malformed filters, and asks for everything', async () => {
    const reason = async (filter: string): Promise<string | undefined> => {
      const plan = await session.plan(topics(filter), latest);
      if (plan.verdict === 'refused') await refuses(probe(session, topics(filter)), 'other', /./);
      return plan.verdict === 'refused' ? plan.reason : plan.verdict;
    };
    assert.match(
      (await reason('$share/workers/fleet/jobs'))!,
      /shared subscription.*Tap fleet\/jobs instead/,
    );
    assert.match((await reason('a/#/b'))!, /# must be the last level/);
    assert.match((await reason('a/b+'))!, /\+ must stand alone/);
    assert.equal(await reason('#'), 'ask');
    assert.equal(await reason('fleet/+/position'), 'ok');
    await refuses(probe(session, topics('fleet/#'), { at: 'earliest' }), 'other', /keep no log/);
  });

  it('goes lost, retrying and live when the broker is killed and comes back', async () => {
    const p = await probe(session, topics('outage'));
    await client.publishAsync('outage', 'before', { qos: 1 });
    await p.got(1);
    await broker.kill();
    assert.match(((await p.state('lost')) as { reason: string }).reason, /closed the connection/);
    assert.equal(((await p.state('retrying')) as { attempt: number }).attempt, 1);
    await broker.restart();
    await p.state('live');
    await client.publishAsync('outage', 'after', { qos: 1 });
    await p.got(2);
    await p.stop();
    assert.deepEqual(p.values(), ['before', 'after']);
    assert.match(p.drops[0]!.why, /while the connection was lost/);
  });
});

describe('connecting to MQTT', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  before(async function () {
    await requireBroker(this, 'mosquitto');
    broker = await startMosquitto({ users: { ann: 'secret' } });
  });
  after(() => broker?.stop());

  it('signs in, and tells a wrong password, a wrong port and a wrong name apart', async () => {
    const to = (options: object) => mqttDriver(quiet).connect({ url: broker.url, ...options }, never);
    await (await to({ user: 'ann', password: 'secret' })).close();
    await refuses(
      to({ user: 'ann', password: 'wrong' }),
      'authentication',
      /refused the sign-in of ann: not authorized/,
    );
    await refuses(to({ url: 'mqtt://127.0.0.1:1' }), 'port', /ECONNREFUSED/);
    await refuses(to({ tls: true }), 'tls', /TLS/);
    await refuses(to({ url: 'mqtt://no-such-host.invalid' }), 'name', /cannot be resolved/);
  });
});

describe('a tap on a broker that speaks MQTT 3.1.1 only', function () {
  this.timeout(180_000);

  it('falls back by itself', async () => {
    const broker = await Aedes.createBroker();
    const server = createServer(broker.handle);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = await mqttDriver(quiet).connect(
      { url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}` },
      never,
    );
    assert.equal(session.about, 'MQTT 3.1.1');
    const p = await probe(session, topics('a/+'));
    await new Promise<void>((resolve, reject) =>
      broker.publish(
        {
          cmd: 'publish',
          topic: 'a/b',
          payload: Buffer.from('x'),
          qos: 0,
          retain: false,
          dup: false,
        },
        (error) => (error ? reject(error) : resolve()),
      ),
    );
    await p.got(1);
    await p.stop();
    await session.close();
    assert.deepEqual(p.values(), ['x']);
    await new Promise<void>((resolve) => broker.close(resolve));
    server.close();
  });
});
