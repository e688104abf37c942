import assert from 'node:assert/strict';
import { createServer as createHttp } from 'node:http';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { until } from '../../scripts/support/until.mjs';
import { freePorts } from '../../scripts/support/ports.mjs';
import type { ConnectOptions, TapTarget } from '../../src/brokers/driver';
import { mqttDriver } from '../../src/brokers/mqtt/index';
import { requireBroker, startMosquitto, startNats, type RunningBroker } from '../support/brokers/index';
import { makeCertificates, type Certificates, type CertifiedKey } from '../support/certificates';
import { notRun } from '../support/not-run';
import { bridgeWebSockets } from '../support/webSocketBridge';
import { never, probe, quiet, refuses, text } from './tapProbe';

const topics = (address: string): TapTarget => ({ address, kind: 'channel' });

/** The access control file lets everybody subscribe; this plugin refuses. It lies in the libraries' folder of the machine's kind. */
function dynamicSecurity(): string | undefined {
  const name = 'mosquitto_dynamic_security.so';
  const folders = ['/usr/lib', ...readdirSync('/usr/lib').map((folder) => join('/usr/lib', folder))];
  return folders.map((folder) => join(folder, name)).find(existsSync);
}

describe('signing in to MQTT', function () {
  this.timeout(180_000);
  let dir: string;
  let pem: Certificates;
  let broker: RunningBroker;
  let ports: { tls: number; mutual: number; otherHost: number; expired: number };
  let web: Awaited<ReturnType<typeof bridgeWebSockets>>;
  let secureWeb: Awaited<ReturnType<typeof bridgeWebSockets>>;

  before(async function () {
    await requireBroker(this, 'mosquitto');
    dir = await mkdtemp(join(tmpdir(), 'tailrace-mqtt-tls-'));
    pem = await makeCertificates(dir);
    const [tls, mutual, otherHost, expired] = await freePorts(4);
    ports = { tls: tls!, mutual: mutual!, otherHost: otherHost!, expired: expired! };
    const listener = (port: number, { cert, key }: CertifiedKey, ...more: string[]): string[] => [
      `listener ${port} 127.0.0.1`, `cafile ${pem.ca}`, `certfile ${cert}`, `keyfile ${key}`, ...more,
    ];
    broker = await startMosquitto({
      users: { ann: 'secret' },
      acl: ['user ann', 'topic readwrite open/#'],
      conf: [
        ...listener(ports.tls, pem.server),
        ...listener(ports.mutual, pem.server, 'require_certificate true', 'use_identity_as_username true'),
        ...listener(ports.otherHost, pem.otherHost),
        ...listener(ports.expired, pem.expired),
      ],
    });
    web = await bridgeWebSockets(broker.port);
    secureWeb = await bridgeWebSockets(broker.port, pem.server);
  });
  after(async () => {
    await Promise.all([web?.close(), secureWeb?.close(), broker?.stop()]);
    await rm(dir, { recursive: true, force: true });
  });

  const ann = { user: 'ann', password: 'secret' };
  const to = (options: ConnectOptions) => mqttDriver(quiet).connect(options, never);

  const ways = (): Record<string, ConnectOptions> => ({
    TCP: { url: broker.url, ...ann },
    TLS: { url: `mqtts://localhost:${ports.tls}`, ...ann, tlsFiles: { ca: pem.ca } },
    'TLS to an IP address': { url: `mqtts://127.0.0.1:${ports.tls}`, ...ann, tlsFiles: { ca: pem.ca } },
    'TLS without a look at the certificate': { url: `mqtts://localhost:${ports.expired}`, ...ann, unverified: true },
    'a client certificate': { url: `mqtts://localhost:${ports.mutual}`, tlsFiles: { ca: pem.ca, ...pem.client } },
    'a client certificate with an encrypted key': {
      url: `mqtts://localhost:${ports.mutual}`,
      tlsFiles: { ca: pem.ca, ...pem.encryptedClient },
      passphrase: pem.passphrase,
    },
    WebSocket: { url: `ws://127.0.0.1:${web.port}/mqtt`, ...ann },
    'a secure WebSocket': { url: `wss://localhost:${secureWeb.port}/mqtt`, ...ann, tlsFiles: { ca: pem.ca } },
  });

  for (const mqttVersion of [4, 5] as const) {
    it(`taps over each way in protocol level ${mqttVersion}`, async () => {
      const client = await connectAsync(broker.url, { username: 'ann', password: 'secret', reconnectPeriod: 0 });
      for (const [way, options] of Object.entries(ways())) {
        const session = await to({ ...options, mqttVersion });
        assert.equal(session.about, mqttVersion === 5 ? 'MQTT 5' : 'MQTT 3.1.1', way);
        const p = await probe(session, topics('open/#'));
        await client.publishAsync('open/a', way, { qos: 1 });
        await p.got(1);
        await Promise.all([p.stop(), session.close()]);
        assert.equal(text(p.messages[0]!.value!), way);
      }
      await client.endAsync();
    });

    it(`tells what was refused in protocol level ${mqttVersion}`, async () => {
      const wrong = { ...ann, password: 'wrong' };
      await refuses(to({ url: broker.url, mqttVersion, ...wrong }), 'authentication', /sign-in of ann.*reason (5|135)/);
      await refuses(to({ url: broker.url, mqttVersion }), 'authentication', /lets nobody in without a sign-in/);
    });

    it(`tells a subscription that was refused in protocol level ${mqttVersion}`, async function () {
      const plugin = dynamicSecurity() ?? notRun(this, 'mosquitto has no dynamic security', 'apt-get install mosquitto');
      const config = join(dir, `security${mqttVersion}.json`);
      const access = { publishClientSend: true, publishClientReceive: true, subscribe: false, unsubscribe: true };
      await writeFile(config, JSON.stringify({ defaultACLAccess: access, clients: [], groups: [], roles: [] }));
      const strict = await startMosquitto({ conf: [`plugin ${plugin}`, `plugin_opt_config_file ${config}`] });
      const session = await to({ url: strict.url, mqttVersion });
      await refuses(probe(session, topics('closed/#')), 'authorization',
        mqttVersion === 5 ? /SUBACK 135\).*may not read it/ : /SUBACK 128\)/);
      await session.close();
      await strict.stop();
    });
  }

  it('tells apart what can be wrong with TLS, in both directions', async () => {
    const at = (port: number, more: Partial<ConnectOptions> = {}) =>
      to({ url: `mqtts://localhost:${port}`, ...ann, tlsFiles: { ca: pem.ca }, ...more });
    await refuses(at(broker.port), 'tls', /does not speak TLS on this port: use mqtt:\/\//);
    await refuses(to({ url: `mqtt://127.0.0.1:${ports.tls}`, ...ann }), 'tls', /is a port with TLS: use mqtts:\/\//);
    await refuses(to({ url: `mqtt://127.0.0.1:${ports.mutual}`, ...ann }), 'tls', /is a port with TLS/);
    await refuses(to({ url: `wss://localhost:${web.port}/mqtt`, ...ann }), 'tls', /does not speak TLS.*use ws:\/\//);
    await refuses(to({ url: `ws://127.0.0.1:${secureWeb.port}/mqtt`, ...ann }), 'tls', /use wss:\/\//);
    await refuses(at(ports.tls, { tlsFiles: undefined }), 'tls', /not of a CA that is trusted here/);
    await refuses(at(ports.tls, { tlsFiles: { ca: pem.otherCa } }), 'tls', /not of a CA that is trusted here/);
    await refuses(at(ports.otherHost), 'tls', /is for other names \(DNS:broker\.example\)/);
    await refuses(at(ports.expired), 'tls', /has expired: it has to be renewed there/);
    await refuses(at(ports.mutual), 'tls', /refused the TLS handshake.*may want a client certificate/);
    await refuses(at(ports.mutual, { tlsFiles: { ca: pem.ca, ...pem.strangeClient } }), 'tls', /refused the client certificate/);
    const locked = { tlsFiles: { ca: pem.ca, ...pem.encryptedClient } };
    await refuses(at(ports.mutual, locked), 'tls', /cannot be opened with the passphrase/);
    await refuses(at(ports.mutual, { ...locked, passphrase: 'guess' }), 'tls', /cannot be opened with the passphrase/);
    await refuses(at(ports.tls, { tlsFiles: { ca: join(dir, 'gone.pem') } }), 'tls', /gone\.pem cannot be read \(ENOENT\)/);
  });

  it('tells apart names, ports and what else listens there', async function () {
    await refuses(to({ url: 'mqtt://no-such-host.invalid' }), 'name', /cannot be resolved/);
    await refuses(to({ url: 'mqtt://127.0.0.1:1' }), 'port', /does not answer: .*ECONNREFUSED/);
    const http = createHttp((_, reply) => reply.end('hello'));
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const page = `127.0.0.1:${(http.address() as AddressInfo).port}`;
    after(() => http.close());
    await refuses(to({ url: `mqtt://${page}` }), 'protocol', /is a port for HTTP: use the port for MQTT/);
    await refuses(to({ url: `ws://${page}/mqtt` }), 'protocol', /check the path, which often is \/mqtt/);
    await refuses(to({ url: `ws://127.0.0.1:${web.port}/other` }), 'protocol', /check the path, which often is \/mqtt/);
    await refuses(to({ url: `ws://127.0.0.1:${broker.port}/mqtt` }), 'protocol', /no WebSocket can be opened: use mqtt:\/\//);
    await requireBroker(this, 'nats');
    const nats = await startNats({ jetstream: false });
    await refuses(to({ url: `mqtt://127.0.0.1:${nats.port}` }), 'protocol', /is a NATS server: use the port for MQTT/);
    await nats.stop();
  });

  it('says that a sign-in is refused during a tail, and goes on when it is taken again', async () => {
    const small = await startMosquitto({ users: { admin: 'a', ann: 'secret' } });
    const session = await to({ url: small.url, ...ann });
    const p = await probe(session, topics('a'));
    const file = join(small.dir, 'passwords');
    const passwords = await readFile(file, 'utf8');
    await writeFile(file, passwords.replace(/^ann:.*$/m, ''));
    await small.restart();
    const said = /refused the sign-in of ann/;
    await until(() => p.states.some((s) => s.is === 'retrying' && said.test(s.reason)), { what: 'the reason' });
    await writeFile(file, passwords);
    process.kill(small.pid, 'SIGHUP');
    await p.state('lost');
    await p.state('live');
    await until(() => p.states.at(-1)?.is === 'live', { what: 'the tap' });
    await Promise.all([p.stop(), session.close()]);
    await small.stop();
  });
});
