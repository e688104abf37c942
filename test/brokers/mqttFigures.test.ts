import assert from 'node:assert/strict';
import { connectAsync, type MqttClient } from 'mqtt';
import { until } from '../../scripts/support/until.mjs';
import type { BrokerSession, TapTarget } from '../../src/brokers/driver';
import { mqttDriver } from '../../src/brokers/mqtt/index';
import type { OutgoingMessage } from '../../src/brokers/publish';
import { requireBroker, startMosquitto, type RunningBroker } from '../support/brokers/index';
import { never, probe, quiet, refuses, text } from './tapProbe';

const topic = (address: string): TapTarget => ({ address, kind: 'channel' });
const plain: OutgoingMessage = { value: Buffer.from('x'), headers: [] };

describe('figures, inventory and publishing on MQTT', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let client: MqttClient;
  let session: BrokerSession;

  before(async function () {
    await requireBroker(this, 'mosquitto');
    broker = await startMosquitto({ conf: ['sys_interval 1'] });
    client = await connectAsync(broker.url, { protocolVersion: 5, reconnectPeriod: 0 });
    session = await mqttDriver(quiet).connect({ url: broker.url }, never);
  });
  after(async () => {
    await session?.close();
    await client?.endAsync(true);
    await broker?.stop();
  });

  it('reads what the broker tells under $SYS, over one connection', async () => {
    await client.publishAsync('kept/a', 'x', { retain: true, qos: 1 });
    // Mosquitto 2.0 does not count every publish: of one with retain and one without it tells one.
    for (let n = 0; n < 3; n++) await client.publishAsync('kept/a', 'x', { qos: 1 });
    const figure = async (name: string): Promise<number | undefined> =>
      (await session.figures!({ targets: [topic('kept/a')] }, never)).broker.find((f) => f.name === name)?.value;
    // The client of the test and that of the figures, however often they are read.
    await until(async () => (await figure('clients connected')) === 2, { what: 'two clients' });
    await until(async () => (await figure('messages ever in'))! >= 1, { what: 'the count of messages' });
    assert.equal(await figure('messages dropped'), 0);
    assert.ok((await figure('retained messages'))! > 1);
    assert.ok((await figure('messages in'))! > 0);
  });

  it('knows the version, and says what a broker of MQTT cannot tell', async () => {
    const found = await session.inventory!(never);
    assert.match(found.version!, /^2\.\d/);
    assert.match(found.about, /^mosquitto version 2.*MQTT 5$/);
    assert.deepEqual([found.channels, found.consumers], [[], []]);
    assert.match(found.notes.join(), /no list of topics/);
  });

  it('says that there are no figures where there are none', async () => {
    const silent = await startMosquitto({ conf: ['sys_interval 0'] });
    const s = await mqttDriver(quiet).connect({ url: silent.url }, never);
    const { broker: figures, notes } = await s.figures!({ targets: [] }, never);
    assert.equal(figures.some((f) => f.name === 'clients connected'), false);
    assert.match(notes.join(), figures.length === 0 ? /sys_interval 0/ : /^$/);
    await s.close();
    await silent.stop();
  });

  for (const mqttVersion of [4, 5] as const) {
    it(`publishes with each QoS, retained or not, in protocol level ${mqttVersion}`, async () => {
      const s = await mqttDriver(quiet).connect({ url: broker.url, mqttVersion }, never);
      const to = topic(`out/${mqttVersion}`);
      const plan = await s.planPublish!(to, never);
      assert.equal(plan.verdict, 'ok');
      assert.match(plan.effects.join(' '), /replaces the retained message of out\/.*an empty one with retain clears it/);
      const publisher = await s.publisher!(to, never);
      const p = await probe(session, to);
      const notes: (string | undefined)[] = [];
      for (const qos of [0, 1, 2] as const) {
        const { note } = await publisher.publish({
          ...plain, value: Buffer.from(`qos ${qos}`), qos, contentType: 'text/plain', headers: [['trace', 'a'], ['trace', 'b']],
        });
        notes.push(note);
      }
      await p.got(3);
      const old = 'MQTT 3.1.1 has no headers: they were left out.';
      assert.deepEqual(notes, mqttVersion === 5
        ? ['QoS 0: nobody confirms it.', undefined, undefined]
        : [`QoS 0: nobody confirms it. ${old}`, old, old]);
      assert.deepEqual(p.values(), ['qos 0', 'qos 1', 'qos 2']);
      assert.deepEqual(p.messages[0]!.headers, mqttVersion === 5
        ? [['trace', 'a'], ['trace', 'b'], ['content-type', 'text/plain']]
        : []);
      await p.stop();

      // The broker hears of the tap's end in its own time.
      const alone = await until(async () => {
        const confirmed = await publisher.publish({ ...plain, qos: 1, retain: true });
        return mqttVersion === 4 || confirmed.note !== undefined ? confirmed : undefined;
      }, { what: 'a topic that nobody is subscribed to' });
      const alone2 = await publisher.publish({ ...plain, qos: 2 });
      if (mqttVersion === 5) {
        assert.match(alone.note!, /Nobody is subscribed to out\/5 \(reason 16\); it is kept as the retained message/);
        // Mosquitto tells it for QoS 1 only.
        assert.deepEqual(alone2, {});
      } else {
        assert.deepEqual([alone, alone2], [{}, {}]);
      }
      const kept = await probe(session, to);
      await kept.got(1);
      assert.deepEqual([text(kept.messages[0]!.value!), kept.messages[0]!.marks], ['x', ['retained']]);
      await publisher.publish({ value: null, headers: [], qos: 1, retain: true });
      await kept.got(2);
      await kept.stop();
      const cleared = await probe(session, to, { at: 'latest', until: { at: 'time', time: Date.now() + 300 } });
      await cleared.state('ended');
      assert.deepEqual(cleared.values(), []);
      await Promise.all([cleared.stop(), publisher.close(), s.close()]);
    });
  }

  it('refuses topics that are none, and says who may not publish', async () => {
    for (const [address, reason] of [['a/#', /filter of many topics/], ['', /at least one/], ['$SYS/x', /belongs to the broker/]] as const) {
      assert.match((await session.planPublish!(topic(address), never)).reason!, reason);
      await refuses(session.publisher!(topic(address), never), 'other', reason);
    }
    const strict = await startMosquitto({ users: { ann: 'secret' }, acl: ['user ann', 'topic read #'] });
    const s = await mqttDriver(quiet).connect({ url: strict.url, user: 'ann', password: 'secret' }, never);
    const publisher = await s.publisher!(topic('shut'), never);
    await refuses(publisher.publish({ ...plain, qos: 1 }), 'authorization', /does not let this user publish to shut \(reason 135\)/);
    await publisher.close();
    await s.close();
    await strict.stop();
  });
});
