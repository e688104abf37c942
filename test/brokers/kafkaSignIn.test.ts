import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { Kafka, logLevel, Partitioners, type Admin, type Producer } from 'kafkajs';
import { until } from '../../scripts/support/until.mjs';
import type { ConnectOptions } from '../../src/brokers/driver';
import { kafkaDriver } from '../../src/brokers/kafka/index';
import { awsToken } from '../../src/brokers/kafka/mskToken';
import { kafkaState, makeTopics, requireBroker, startSecureKafka, unsignedToken, type SecureKafka } from '../support/brokers/index';
import { never, probe, quiet, refuses } from './tapProbe';

describe('signing in to Kafka', function () {
  this.timeout(180_000);
  let secure: SecureKafka;
  let admin: Admin;
  let producer: Producer;
  let tokens: Server;
  let endpoint: string;
  let life = 3600;
  const asked: { authorization: string | undefined; form: string }[] = [];

  before(async function () {
    await requireBroker(this, 'kafka');
    secure = await startSecureKafka();
    const kafka = new Kafka({ brokers: [secure.broker.url], logLevel: logLevel.NOTHING });
    admin = kafka.admin();
    producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await Promise.all([admin.connect(), producer.connect()]);
    await makeTopics(admin, [{ topic: 'orders', numPartitions: 2 }]);
    await producer.send({ topic: 'orders', messages: [{ value: 'first' }] });
    tokens = createServer((request, response) => {
      let form = '';
      request.on('data', (piece) => { form += String(piece); });
      request.on('end', () => {
        asked.push({ authorization: request.headers.authorization, form });
        const good = request.headers.authorization === `Basic ${Buffer.from('shop:s%26cret').toString('base64')}`;
        response.writeHead(good ? 200 : 401, { 'content-type': 'application/json' });
        response.end(JSON.stringify(good
          ? { access_token: unsignedToken(life), token_type: 'Bearer', expires_in: life }
          : { error: 'invalid_client', error_description: 'no such client' }));
      });
    });
    tokens.listen(0, '127.0.0.1');
    await once(tokens, 'listening');
    endpoint = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`;
  });
  after(async () => {
    tokens?.close();
    await Promise.all([producer?.disconnect(), admin?.disconnect()]);
    await secure?.stop();
  });

  const connect = (options: ConnectOptions) => kafkaDriver(quiet).connect(options, never);
  const oauth = (clientSecret = 's&cret') => ({ tokenEndpoint: endpoint, clientId: 'shop', clientSecret, scope: 'kafka' });

  const ways: Readonly<Record<string, () => ConnectOptions>> = {
    'plain text': () => ({ url: secure.broker.url }),
    'TLS': () => ({ url: secure.url('TLS'), tls: true, tlsFiles: { ca: secure.certificates.ca } }),
    'TLS without a look at the certificate': () => ({ url: secure.url('EXPIRED'), tls: true, unverified: true }),
    'a client certificate': () => ({
      url: secure.url('MTLS'), tls: true, tlsFiles: { ca: secure.certificates.ca, ...secure.certificates.client },
    }),
    'a client certificate whose key has a passphrase': () => ({
      url: secure.url('MTLS'), tls: true, passphrase: secure.certificates.passphrase,
      tlsFiles: { ca: secure.certificates.ca, ...secure.certificates.encryptedClient },
    }),
    'SASL PLAIN': () => ({ url: secure.url('PLAIN'), user: 'ann', password: 'secret' }),
    'SCRAM-SHA-256 over TLS': () => scram('scram-sha-256'),
    'SCRAM-SHA-512 over TLS': () => scram('scram-sha-512'),
    'OAUTHBEARER with a token': () => ({ url: secure.url('OAUTH'), saslMechanism: 'oauthbearer', token: unsignedToken(600) }),
    'OAUTHBEARER with extensions': () => ({
      url: secure.url('OAUTH'), oauth: { ...oauth(), extensions: { logicalCluster: 'lkc-1', identityPoolId: 'pool-1' } },
    }),
    'OAUTHBEARER with a token endpoint': () => ({ url: secure.url('OAUTH'), saslMechanism: 'oauthbearer', oauth: oauth() }),
  };
  const scram = (saslMechanism: 'scram-sha-256' | 'scram-sha-512', password = 'secret'): ConnectOptions => ({
    url: secure.url('SCRAM'), tls: true, tlsFiles: { ca: secure.certificates.ca }, user: 'ann', password, saslMechanism,
  });

  for (const [name, options] of Object.entries(ways)) {
    it(`reads by ${name}, and changes nothing`, async () => {
      const before = await kafkaState(admin);
      const session = await connect(options());
      assert.equal(session.about, 'Kafka, 1 broker');
      const p = await probe(session, { address: 'orders', kind: 'topic' }, { at: 'earliest', until: { at: 'now' } });
      await p.state('ended');
      await p.stop();
      await session.close();
      assert.ok(p.values().includes('first'));
      assert.deepEqual(await kafkaState(admin), before);
    });
  }

  it('tells what is wrong with TLS, each by what to change', async () => {
    const { ca, otherCa, client, strangeClient, encryptedClient } = secure.certificates;
    const at = (url: string, tlsFiles: ConnectOptions['tlsFiles'], more = {}) => connect({ url, tls: true, tlsFiles, ...more });
    await refuses(at(secure.url('TLS'), {}), 'tls', /is not of a CA that is trusted here .*name the CA’s PEM file/);
    await refuses(at(secure.url('TLS'), { ca: otherCa }), 'tls', /is not of a CA that is trusted here/);
    await refuses(at(secure.url('OTHERHOST'), { ca }), 'tls', /is for other names \(.*broker\.example/);
    await refuses(at(secure.url('EXPIRED'), { ca }), 'tls', /has expired: it has to be renewed/);
    await refuses(at(secure.url('MTLS'), { ca }), 'tls', /may want a client certificate/);
    await refuses(at(secure.url('MTLS'), { ca, ...strangeClient }), 'tls', /refused the client certificate/);
    await refuses(at(secure.url('MTLS'), { ca, ...encryptedClient }, { passphrase: 'wrong' }), 'tls',
      /cannot be opened with the passphrase given/);
    await refuses(at(secure.url('MTLS'), { ca, cert: client.cert, key: '/no/such.key' }), 'tls', /\/no\/such\.key cannot be read/);
    await refuses(at(secure.broker.url, { ca }), 'tls', /speaks Kafka without TLS\. Turn TLS off/);
    await refuses(connect({ url: secure.url('TLS') }), 'tls', /speaks TLS at this port, and the connection does not\. Turn TLS on/);
    await refuses(connect({ url: secure.url('SCRAM'), user: 'ann', password: 'secret' }), 'tls', /Turn TLS on/);
  });

  it('tells what is wrong with the sign-in, each by what to change', async () => {
    await refuses(connect({ url: secure.url('PLAIN') }), 'authentication', /wants a sign-in by SASL PLAIN\. Add it/);
    await refuses(connect({ url: secure.url('PLAIN'), user: 'ann', password: 'wrong' }), 'authentication',
      /refused the sign-in: .*Check user and password/);
    await refuses(connect(scram('scram-sha-512', 'wrong')), 'authentication', /refused the sign-in: .*Check user and password/);
    await refuses(connect({ url: secure.url('PLAIN'), user: 'ann', password: 'secret', saslMechanism: 'scram-sha-256' }),
      'authentication', /does not sign in by SASL SCRAM-SHA-256, but by PLAIN/);
    await refuses(connect({ url: secure.broker.url, user: 'ann', password: 'secret' }), 'authentication',
      /takes no sign-in at this port/);
    await refuses(connect({ url: secure.url('SCRAM'), saslMechanism: 'scram-sha-256' }), 'authentication',
      /needs a user and a password/);
    await refuses(connect({ url: secure.url('OAUTH'), token: unsignedToken(-60) }), 'authentication', /The token expired at/);
    await refuses(connect({ url: secure.url('OAUTH'), token: 'nonsense' }), 'authentication', /Check the token/);
    await refuses(connect({ url: secure.url('OAUTH'), oauth: oauth('wrong') }), 'authentication',
      /gave no token \(HTTP 401, invalid_client: no such client\)/);
    await refuses(connect({ url: secure.url('OAUTH'), oauth: { ...oauth(), tokenEndpoint: 'http://tokens.example/token' } }),
      'authentication', /must be an https address/);
    await refuses(connect({ url: secure.url('OAUTH'), oauth: { ...oauth(), tokenEndpoint: 'http://127.0.0.1:1/token' } }),
      'port', /token endpoint 127\.0\.0\.1:1 does not answer/);
  });

  it('names the address that a broker gives to clients, where only that cannot be reached', async () => {
    await refuses(connect({ url: secure.url('MISLED') }), 'name',
      /answers, but tells clients to go on at kafka\.invalid:29092, which cannot be reached from here.*advertised\.listeners/);
  });

  it('tells a server of another kind by what it is not', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    await refuses(connect({ url }), 'protocol', /does not answer as a Kafka broker does\. It is a port for HTTP/);
    await refuses(connect({ url, tls: true }), 'protocol', /does not answer as a Kafka broker does\. It is a port for HTTP/);
    server.close();
  });

  it('asks for a token by the client’s credentials only, and once for all connections', async () => {
    asked.length = 0;
    const session = await connect(ways['OAUTHBEARER with a token endpoint']!());
    await session.list(never);
    await session.close();
    assert.deepEqual(asked, [{
      authorization: `Basic ${Buffer.from('shop:s%26cret').toString('base64')}`,
      form: 'grant_type=client_credentials&scope=kafka',
    }]);
  });

  it('renews a token that expires during a tail, and loses nothing', async () => {
    life = 14;
    asked.length = 0;
    const session = await connect({ url: secure.url('OAUTH'), oauth: oauth() });
    const p = await probe(session, { address: 'orders', kind: 'topic' });
    let sent = 0;
    await until(async () => {
      await producer.send({ topic: 'orders', messages: [{ value: `n${sent++}` }] });
      return asked.length >= 4;
    }, { what: 'the fourth token', timeout: 90_000, every: 200 });
    await p.got(sent);
    assert.deepEqual(p.values(), Array.from({ length: sent }, (_, n) => `n${n}`));
    assert.deepEqual(p.states.map((s) => s.is), ['connecting', 'live']);
    await p.stop();
    await session.close();
    life = 3600;
  });

  it('says that a token has expired which it cannot renew', async () => {
    const session = await connect({ url: secure.url('OAUTH'), token: unsignedToken(10) });
    const p = await probe(session, { address: 'orders', kind: 'topic' });
    const lost = await p.state('lost');
    assert.match('reason' in lost ? lost.reason! : '', /The token expired at|refused the sign-in|closed the connection/);
    await until(() => p.states.some((s) => s.is === 'retrying' && /The token expired at .*: put a new one/.test(s.reason)), {
      what: 'the reason why it cannot sign in again', timeout: 60_000,
    });
    await p.stop();
    await session.close();
  });

  it('signs AWS’s tokens for the region, with what they are for and when they expire', async () => {
    // No MSK can run here: this holds the form that MSK documents, not that MSK takes it.
    const before = { ...process.env };
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' });
    try {
      const { value, expires } = await awsToken({ region: 'eu-west-1' });
      const url = new URL(Buffer.from(value, 'base64url').toString('utf8'));
      assert.equal(url.host, 'kafka.eu-west-1.amazonaws.com');
      assert.equal(url.searchParams.get('Action'), 'kafka-cluster:Connect');
      assert.match(url.searchParams.get('X-Amz-Credential')!, /^AKIDEXAMPLE\/\d{8}\/eu-west-1\/kafka-cluster\/aws4_request$/);
      assert.equal(url.searchParams.get('X-Amz-Expires'), '900');
      assert.ok(expires! > Date.now() && expires! <= Date.now() + 900_000);
      assert.ok(!value.includes('secret'));
    } finally {
      process.env = before;
    }
    await refuses(awsToken({ region: 'eu-west-1', profile: 'no-such-profile' }), 'authentication',
      /AWS gave no credentials for the profile no-such-profile/);
  });
});
