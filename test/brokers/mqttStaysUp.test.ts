import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { until } from '../../scripts/support/until.mjs';
import type { BrokerSession, TapTarget } from '../../src/brokers/driver';
import { mqttDriver } from '../../src/brokers/mqtt/index';
import { mqttFraming } from '../faults/frames';
import { startProxy, type Proxy } from '../faults/proxy';
import { requireBroker, startMosquitto, type RunningBroker } from '../support/brokers/index';
import { account, Numbers } from './numbered';
import { never, probe, quiet, type Probe } from './tapProbe';

const topics = (address: string): TapTarget => ({ address, kind: 'channel' });

for (const mqttVersion of [4, 5] as const) {
  describe(`a tap on MQTT stays up in protocol level ${mqttVersion}`, function () {
    this.timeout(180_000);
    let broker: RunningBroker;
    let proxy: Proxy;
    let client: MqttClient;
    let session: BrokerSession;
    let p: Probe;
    let sent: Numbers;

    before(async function () {
      await requireBroker(this, 'mosquitto');
      broker = await startMosquitto();
      proxy = await startProxy(mqttFraming, broker.port);
      session = await mqttDriver(quiet).connect({ url: `mqtt://127.0.0.1:${proxy.port}`, mqttVersion }, never);
    });
    beforeEach(async () => {
      client = await connectAsync(broker.url, { protocolVersion: 5, reconnectPeriod: 0 });
      client.on('error', () => {});
      p = await probe(session, topics('numbers'));
      sent = new Numbers((n) => client.publishAsync('numbers', String(n), { qos: 1 }));
    });
    afterEach(async () => {
      await p.stop();
      await client.endAsync(true);
    });
    after(async () => {
      await session?.close();
      await proxy?.close();
      await broker?.stop();
    });
    const last = () => until(() => p.values().at(-1) === String(sent.sent), { what: 'the last message' });

    it('says after each cut that it may have missed something, and gives nothing twice', async () => {
      sent.start();
      for (let n = 0; n < 4; n++) {
        await p.got(p.messages.length + 20);
        proxy.cut();
        await p.state('lost');
        await p.state('live');
      }
      await sent.pause();
      await sent.send(1);
      await last();
      const { missing, twice, unreported, notices } = account(p, sent.sent);
      assert.ok(missing.length > 0, 'some came while it was away');
      assert.deepEqual({ twice, unreported, notices }, { twice: [], unreported: 0, notices: 4 });
    });

    it('goes on after the broker was killed', async () => {
      await sent.send(50);
      await p.got(50);
      await broker.kill();
      await p.state('lost');
      await broker.restart();
      client = await connectAsync(broker.url, { protocolVersion: 5, reconnectPeriod: 0 });
      await sent.send(50);
      await p.state('live');
      await sent.send(20);
      await last();
      const { twice, unreported, notices } = account(p, sent.sent);
      assert.deepEqual({ twice, unreported, notices }, { twice: [], unreported: 0, notices: 1 });
    });

    it('notices a network that stalls by its keep-alive', async () => {
      await sent.send(10);
      await p.got(10);
      const stall = proxy.hold('broker', 'PUBLISH');
      await sent.send(10);
      await stall.held;
      assert.match(((await p.state('lost')) as { reason: string }).reason, /not been heard within the keep-alive/);
      await p.state('live');
      stall.release();
      await sent.send(10);
      await last();
      const { missing, twice, unreported } = account(p, sent.sent);
      assert.deepEqual({ missing: missing.length, twice, unreported }, { missing: 10, twice: [], unreported: 0 });
    });

    it('takes another client id when somebody has taken its own over', async () => {
      await sent.send(1);
      await p.got(1);
      const log = await readFile(join(broker.dir, 'mosquitto.log'), 'utf8');
      const id = log.match(/tailrace-tap-[0-9a-f]+/g)!.at(-1)!;
      const thief = await connectAsync(broker.url, { clientId: id, protocolVersion: 5, reconnectPeriod: 0 });
      const { reason } = (await p.state('lost')) as { reason: string };
      // Mosquitto 2.0 says nothing in either version; with a broker that does, the reason is 142.
      assert.match(reason, /closed the connection|another client has taken over/);
      await p.state('live');
      assert.equal(thief.connected, true, 'the two do not throw each other off');
      await sent.send(5);
      await last();
      assert.equal(account(p, sent.sent).unreported, 0);
      await thief.endAsync();
    });
  });
}
