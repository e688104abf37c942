import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { until } from '../../scripts/support/until.mjs';
import { amqpDriver } from '../../src/brokers/amqp/index';
import { amqpAddress } from '../../src/brokers/amqp/client';
import type { ConnectOptions } from '../../src/brokers/driver';
import {
  PASSPHRASE,
  rabbitAdmin,
  requireBroker,
  startRabbitWithTls,
  type RabbitAdmin,
  type RabbitWithTls,
} from '../support/brokers/index';
import { never, quiet, refuses } from './tapProbe';

describe('signing in to RabbitMQ', function () {
  this.timeout(180_000);
  let rabbit: RabbitWithTls;
  let admin: RabbitAdmin;
  let plain: string;
  let tls: string;
  const servers: Server[] = [];

  before(async function () {
    await requireBroker(this, 'rabbitmq');
    rabbit = await startRabbitWithTls();
    admin = rabbitAdmin(rabbit.broker);
    plain = `amqp://127.0.0.1:${rabbit.broker.port}`;
    tls = `amqps://127.0.0.1:${rabbit.tlsPort}`;
    await admin.user('watcher', { read: '.*' });
    await admin.put('vhosts/a%2Fb%20%2525', {});
    await admin.put('permissions/a%2Fb%20%2525/guest', { configure: '.*', write: '.*', read: '.*' });
  });
  after(async () => {
    for (const server of servers) server.close();
    await rabbit?.stop();
  });

  const about = async (options: ConnectOptions): Promise<string> => {
    const session = await amqpDriver(quiet).connect(options, never);
    await session.close();
    return session.about;
  };
  const listening = async (server: Server): Promise<number> => {
    servers.push(server.listen(0, '127.0.0.1'));
    await new Promise((resolve) => server.once('listening', resolve));
    return (server.address() as AddressInfo).port;
  };

  it('signs in over TLS by its CA, by client certificate, and unverified', async () => {
    const { ca, client, clientKey, clientKeyLocked } = rabbit.files;
    assert.match(await about({ url: tls, tlsFiles: { ca } }), /^RabbitMQ \d/);
    assert.match(await about({ url: tls, unverified: true }), /^RabbitMQ \d/);
    const certificate = { ca, cert: client };
    const asWatcher = await amqpDriver(quiet).connect(
      { url: tls, tlsFiles: { ...certificate, key: clientKey } },
      never,
    );
    await until(
      async () => (await admin.get<{ user: string }[]>('connections')).some((c) => c.user === 'watcher'),
      { what: 'the connection of the user that the certificate names' },
    );
    await asWatcher.close();
    assert.match(
      await about({ url: tls, tlsFiles: { ...certificate, key: clientKeyLocked }, passphrase: PASSPHRASE }),
      /^RabbitMQ \d/,
    );
  });

  it('opens a vhost with a slash, a space and a percent sign in its name', async () => {
    assert.match(await about({ url: `${plain}/${encodeURIComponent('a/b %25')}` }), /^RabbitMQ/);
  });

  it('reads addresses as CloudAMQP gives them, without the user info', () => {
    assert.deepEqual(amqpAddress({ url: 'amqps://beaver.rmq.cloudamqp.com/abcdefgh' }), {
      host: 'beaver.rmq.cloudamqp.com',
      port: 5671,
      tls: true,
      vhost: 'abcdefgh',
      heartbeat: 10,
    });
    assert.throws(
      () => amqpAddress({ url: 'amqps://abcdefgh:secret@beaver.rmq.cloudamqp.com/abcdefgh' }),
      /user info\. Give user and password apart/,
    );
    assert.equal(amqpAddress({ url: 'amqp://localhost?heartbeat=1' }).heartbeat, 1);
    assert.equal(amqpAddress({ url: 'amqp://localhost?heartbeat=1' }).vhost, '/');
    assert.equal(amqpAddress({ url: 'amqp://localhost/%2F' }).vhost, '/');
  });

  it('reads the management API over HTTP and over TLS, and says why it cannot', async () => {
    const https = `https://127.0.0.1:${rabbit.httpsPort}`;
    const { ca } = rabbit.files;
    assert.doesNotMatch(await about({ url: plain, managementUrl: rabbit.broker.adminUrl! }), /management/);
    assert.doesNotMatch(await about({ url: tls, managementUrl: https, tlsFiles: { ca } }), /management/);
    assert.match(
      await about({ url: plain, managementUrl: https }),
      /without the management API: TLS with RabbitMQ’s management API.*self-signed certificate/,
    );
    assert.match(
      await about({ url: plain, managementUrl: 'http://127.0.0.1:1' }),
      /without the management API: .*does not answer.*ECONNREFUSED/,
    );
    assert.match(
      await about({
        url: tls,
        user: 'watcher',
        password: 'secret',
        tlsFiles: { ca },
        managementUrl: https,
      }),
      /without the management API: .*answered 401.*tag management/,
    );
    assert.match(await about({ url: plain }), /, without the management API$/);
  });

  it('tells apart TLS’s failures', async () => {
    const { ca, client, clientKeyLocked, expired, expiredKey } = rabbit.files;
    const to = (options: ConnectOptions) => amqpDriver(quiet).connect(options, never);
    await refuses(to({ url: plain, tls: true }), 'tls', /does not speak TLS on this port: use amqp:\/\//);
    await refuses(to({ url: tls, tls: false }), 'tls', /answers in TLS on this port: use amqps:\/\//);
    await refuses(to({ url: tls }), 'tls', /not of a CA that is trusted here.*name the CA’s PEM file/);
    const locked = { ca, cert: client, key: clientKeyLocked };
    await refuses(to({ url: tls, tlsFiles: locked }), 'tls', /client key .*locked\.key cannot be opened/);
    await refuses(
      to({ url: tls, tlsFiles: locked, passphrase: 'wrong' }),
      'tls',
      /locked\.key cannot be opened with the passphrase/,
    );
    await refuses(to({ url: tls, tlsFiles: { ca: `${ca}.gone` } }), 'tls', /\.gone cannot be read \(ENOENT\)/);
    const old = await listening(createTls({ cert: await readFile(expired), key: await readFile(expiredKey) }));
    await refuses(
      to({ url: `amqps://127.0.0.1:${old}`, tlsFiles: { ca } }),
      'tls',
      /certificate of RabbitMQ at .* has expired/,
    );
    const names = await listening(
      createTls({ cert: await readFile(client), key: await readFile(rabbit.files.clientKey) }),
    );
    await refuses(
      to({ url: `amqps://localhost:${names}`, tlsFiles: { ca } }),
      'tls',
      /is for other names \(DNS:watcher\)/,
    );
    await refuses(
      to({ url: `amqps://127.0.0.1:${names}`, tlsFiles: { ca } }),
      'tls',
      /is for other names: use an address that is in it/,
    );
    const demanding = await listening(
      createTls({
        cert: await readFile(client),
        key: await readFile(rabbit.files.clientKey),
        ca: await readFile(ca),
        requestCert: true,
        rejectUnauthorized: true,
      }),
    );
    await refuses(
      to({ url: `amqps://127.0.0.1:${demanding}`, unverified: true }),
      'tls',
      /refused the TLS handshake.*may want a client certificate/,
    );
  });

  it('tells apart who, where to, and which vhost', async () => {
    const { ca, client, clientKey } = rabbit.files;
    const to = (options: ConnectOptions) => amqpDriver(quiet).connect(options, never);
    await refuses(to({ url: 'amqp://nowhere.invalid' }), 'name', /name of RabbitMQ at .*cannot be resolved.*ENOTFOUND/);
    await refuses(to({ url: 'amqp://127.0.0.1:1' }), 'port', /does not answer.*ECONNREFUSED/);
    await refuses(
      to({ url: plain, user: 'guest', password: 'hunter2' }),
      'authentication',
      /refused the sign-in of guest \(ACCESS_REFUSED.*PLAIN\): check user and password/,
    );
    await admin.delete('users/watcher');
    await refuses(
      to({ url: tls, tlsFiles: { ca, cert: client, key: clientKey } }),
      'authentication',
      /refused the sign-in by certificate \(ACCESS_REFUSED.*EXTERNAL\)/,
    );
    await admin.user('watcher', { read: '.*' });
    await refuses(
      to({ url: `${plain}/nowhere` }),
      'missing',
      /has no vhost nowhere \(NOT_ALLOWED - vhost nowhere not found\)/,
    );
    await refuses(
      to({ url: `${plain}/a%2Fb%20%2525`, user: 'watcher', password: 'secret' }),
      'authorization',
      /does not open the vhost .*access to vhost .* refused for user 'watcher'/,
    );
  });

  it('tells other protocols by their first words', async () => {
    const to = (port: number) => amqpDriver(quiet).connect({ url: `amqp://127.0.0.1:${port}` }, never);
    const http = await listening(createHttp((_request, response) => response.end('hello')));
    await refuses(to(http), 'protocol', /speaks HTTP on this port, as the management API does/);
    const nats = await listening(createServer((s) => void s.on('error', () => {}).write('INFO {"version":"2"}\r\n')));
    await refuses(to(nats), 'protocol', /is a NATS server/);
    const newer = await listening(createServer((s) => void s.on('error', () => {}).end('AMQP\0\x01\0\0')));
    await refuses(to(newer), 'protocol', /another version of AMQP/);
    // As an MQTT broker does with what is no CONNECT.
    const shutting = await listening(createServer((s) => void s.on('error', () => {}).once('data', () => s.end())));
    await refuses(to(shutting), 'protocol', /does not speak AMQP 0-9-1 on this port \(it hangs up\)/);
  });
});
