import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { connect as connectPlain, type AddressInfo } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import {
  connect,
  credsAuthenticator,
  nkeyAuthenticator,
  nkeys,
  tokenAuthenticator,
} from '@nats-io/transport-node';
import { until } from '../../scripts/support/until.mjs';
import type { ConnectOptions, TapTarget } from '../../src/brokers/driver';
import { natsDriver } from '../../src/brokers/nats/index';
import { tailrace } from '../cli/support';
import { requireBroker, startMosquitto, startNats, type RunningBroker } from '../support/brokers/index';
import { makeCertificates, type Certificates, type CertifiedKey } from '../support/certificates';
import { makeOperator, type NatsOperator } from '../support/natsAccounts';
import { never, probe, quiet, refuses } from './tapProbe';

const subject = (address: string): TapTarget => ({ address, kind: 'subject' });
const stream = (address: string): TapTarget => ({ address, kind: 'stream' });
const to = (options: ConnectOptions) => natsDriver(quiet).connect(options, never);

/** Connects, and sees that a tap gets a message that is published by the same sign-in. */
async function taps(options: ConnectOptions, publish: () => Promise<unknown>): Promise<void> {
  const session = await to(options);
  const p = await probe(session, subject('open.>'));
  await publish();
  await p.got(1);
  await Promise.all([p.stop(), session.close()]);
}

describe('signing in to NATS', function () {
  this.timeout(180_000);
  let dir: string;
  const brokers: RunningBroker[] = [];
  const start = async (...options: Parameters<typeof startNats>): Promise<RunningBroker> => {
    const broker = await startNats(...options);
    brokers.push(broker);
    return broker;
  };

  before(async function () {
    await requireBroker(this, 'nats');
    dir = await mkdtemp(join(tmpdir(), 'tailrace-nats-'));
  });
  after(async () => {
    await Promise.all(brokers.map((b) => b.stop()));
    await rm(dir, { recursive: true, force: true });
  });

  it('takes user and password, a token and an nkey, and says which was refused', async () => {
    const seed = nkeys.createUser();
    const written = Buffer.from(seed.getSeed()).toString();
    const users = await start({ jetstream: false, users: { ann: 'secret' } });
    const token = await start({
      jetstream: false,
      conf: ['authorization { token: "s3cret" }'],
      signIn: { authenticator: tokenAuthenticator('s3cret') },
    });
    const nkey = await start({
      jetstream: false,
      conf: [`authorization { users: [ { nkey: ${seed.getPublicKey()} } ] }`],
      signIn: { authenticator: nkeyAuthenticator(seed.getSeed()) },
    });
    const publishTo = (servers: string, more: object) => async (): Promise<void> => {
      const c = await connect({ servers, ...more });
      c.publish('open.a', 'x');
      await c.drain();
    };
    await taps({ url: users.url, user: 'ann', password: 'secret' }, publishTo(users.url, { user: 'ann', pass: 'secret' }));
    await taps({ url: token.url, token: 's3cret' }, publishTo(token.url, { token: 's3cret' }));
    await taps({ url: nkey.url, nkeySeed: written }, publishTo(nkey.url, { authenticator: nkeyAuthenticator(seed.getSeed()) }));
    const stranger = Buffer.from(nkeys.createUser().getSeed()).toString();
    await refuses(to({ url: users.url, user: 'ann', password: 'wrong' }), 'authentication', /refused the sign-in of ann/);
    await refuses(to({ url: users.url }), 'authentication', /wants a sign-in/);
    await refuses(to({ url: token.url, token: 'guess' }), 'authentication', /refused the token/);
    await refuses(to({ url: nkey.url, nkeySeed: stranger }), 'authentication', /does not know this nkey/);
    await refuses(to({ url: nkey.url, nkeySeed: 'SUnonsense' }), 'authentication', /^The nkey’s seed cannot be used/);
  });

  describe('with a credentials file, in operator mode', () => {
    let operator: NatsOperator;
    let broker: RunningBroker;
    const save = async (name: string, text: string): Promise<string> => {
      await writeFile(join(dir, name), text);
      return join(dir, name);
    };

    before(async () => {
      operator = makeOperator();
      const admin = operator.credentials({ name: 'admin' });
      broker = await start({ conf: operator.conf, signIn: { authenticator: credsAuthenticator(Buffer.from(admin)) } });
    });

    it('taps, and says what is wrong with a file', async () => {
      const credentialsFile = await save('ok.creds', operator.credentials({ name: 'ann', denied: ['closed.>'] }));
      const session = await to({ url: broker.url, credentialsFile });
      await refuses(probe(session, subject('closed.a')), 'authorization', /does not let this user subscribe to closed\.a/);
      await session.close();
      await taps({ url: broker.url, credentialsFile }, async () => {
        const c = await connect({ servers: broker.url, authenticator: credsAuthenticator(await readFile(credentialsFile)) });
        c.publish('open.a', 'x');
        await c.drain();
      });
      const { code, out } = tailrace(['import', broker.url, '--name', 'it', '--credentials', credentialsFile]);
      assert.equal(code, 0);
      assert.match(out, /^flow: 1\n[^]*protocol: nats/m);
      const other = await save('other.creds', makeOperator().credentials({ name: 'eve' }));
      const none = await save('none.creds', 'hello');
      await refuses(to({ url: broker.url, credentialsFile: other }), 'authentication', /refused the credentials file .*other\.creds/);
      await refuses(to({ url: broker.url, credentialsFile: none }), 'authentication', /none\.creds cannot be used/);
      await refuses(to({ url: broker.url, credentialsFile: join(dir, 'gone') }), 'authentication', /gone cannot be read \(ENOENT\)/);
    });

    it('says that credentials expire during a tail, and goes on without a gap when they are renewed', async () => {
      const admin = credsAuthenticator(Buffer.from(operator.credentials({ name: 'admin' })));
      const connection = await connect({ servers: broker.url, authenticator: admin });
      await (await jetstreamManager(connection)).streams.add({ name: 'EXPIRES', subjects: ['expires'] });
      const js = jetstream(connection);
      const expires = Math.ceil(Date.now() / 1000) + 2;
      const credentialsFile = await save('short.creds', operator.credentials({ name: 'ann', expires }));
      const session = await to({ url: broker.url, credentialsFile });
      const p = await probe(session, stream('EXPIRES'));
      await js.publish('expires', '1');
      await p.got(1);
      const lost = await p.state('lost');
      assert.match((lost as { reason: string }).reason, /have expired: renew them/);
      await js.publish('expires', '2');
      // It is refused while the file is old.
      const said = /short\.creds have expired at .*: get new ones/;
      await until(() => p.states.some((s) => s.is === 'retrying' && said.test(s.reason)), { what: 'the reason' });
      await save('short.creds', operator.credentials({ name: 'ann' }));
      await p.state('live');
      await js.publish('expires', '3');
      await p.got(3);
      await Promise.all([p.stop(), session.close(), connection.close()]);
      assert.deepEqual([p.values(), p.drops], [['1', '2', '3'], []]);
    });
  });

  describe('over TLS', () => {
    let pem: Certificates;
    const secure = ({ cert, key }: CertifiedKey, mutual = false): Parameters<typeof startNats> => [{
      jetstream: false,
      conf: [`tls { cert_file: "${cert}", key_file: "${key}", ca_file: "${pem.ca}", verify: ${mutual} }`],
      signIn: {
        tls: {
          // Of no matter to the readiness: these certificates are wrong on purpose.
          ...{ rejectUnauthorized: false },
          cert: readFileSync(pem.client.cert, 'utf8'),
          key: readFileSync(pem.client.key, 'utf8'),
        },
      },
    }];
    let tls: RunningBroker;
    let mutual: RunningBroker;
    let plain: RunningBroker;

    before(async () => {
      pem = await makeCertificates(dir);
      tls = await start(...secure(pem.server));
      mutual = await start(...secure(pem.server, true));
      plain = await start({ jetstream: false });
    });

    it('takes the server’s certificate by name and by IP address, and a client certificate', async () => {
      const ca = readFileSync(pem.ca, 'utf8');
      const publish = async (): Promise<void> => {
        const c = await connect({ servers: `localhost:${tls.port}`, tls: { ca } });
        c.publish('open.a', 'x');
        await c.drain();
      };
      const tlsFiles = { ca: pem.ca };
      await taps({ url: `tls://localhost:${tls.port}`, tlsFiles }, publish);
      await taps({ url: `tls://127.0.0.1:${tls.port}`, tlsFiles }, publish);
      await taps({ url: `nats://localhost:${tls.port}`, unverified: true }, publish);
      await (await to({ url: `tls://localhost:${mutual.port}`, tlsFiles: { ca: pem.ca, ...pem.client } })).close();
      await (await to({
        url: `tls://localhost:${mutual.port}`,
        tlsFiles: { ca: pem.ca, ...pem.encryptedClient },
        passphrase: pem.passphrase,
      })).close();
    });

    it('shakes hands first where a server waits for it', async () => {
      const front = createTls({ cert: readFileSync(pem.server.cert), key: readFileSync(pem.server.key) }, (socket) => {
        const behind = connectPlain(plain.port, '127.0.0.1');
        socket.on('error', () => behind.destroy()).pipe(behind);
        // Such a server says so in its greeting, which this one behind does not know of.
        behind.once('data', (greeting: Buffer) => {
          socket.write(greeting.toString().replace('INFO {', 'INFO {"tls_required":true,'));
          behind.pipe(socket);
        });
        behind.on('error', () => socket.destroy());
      });
      front.on('tlsClientError', () => {});
      front.listen(0, '127.0.0.1');
      await once(front, 'listening');
      after(() => front.close());
      const { port } = front.address() as AddressInfo;
      await taps({ url: `tls://localhost:${port}`, tlsFiles: { ca: pem.ca } }, async () => {
        const c = await connect({ servers: plain.url });
        c.publish('open.a', 'x');
        await c.drain();
      });
      await refuses(to({ url: `tls://localhost:${port}` }), 'tls', /not of a CA that is trusted here/);
    });

    it('tells apart what can be wrong with TLS, in both directions', async () => {
      const at = (port: number, more: Partial<ConnectOptions> = {}) =>
        to({ url: `tls://localhost:${port}`, tlsFiles: { ca: pem.ca }, ...more });
      const otherHost = await start(...secure(pem.otherHost));
      const expired = await start(...secure(pem.expired));
      await refuses(at(plain.port), 'tls', /has no TLS on this port/);
      await refuses(to({ url: `nats://127.0.0.1:${tls.port}` }), 'tls', /not of a CA that is trusted here/);
      await refuses(at(tls.port, { tlsFiles: { ca: pem.otherCa } }), 'tls', /not of a CA that is trusted here/);
      await refuses(at(otherHost.port), 'tls', /is for other names \(DNS:broker\.example\)/);
      await refuses(at(expired.port), 'tls', /has expired: it has to be renewed there/);
      await refuses(at(mutual.port), 'tls', /may want a client certificate/);
      await refuses(at(mutual.port, { tlsFiles: { ca: pem.ca, ...pem.strangeClient } }), 'tls', /refused the client certificate/);
      const locked = { tlsFiles: { ca: pem.ca, ...pem.encryptedClient } };
      await refuses(at(mutual.port, { ...locked, passphrase: 'guess' }), 'tls', /cannot be opened with the passphrase/);
    });
  });

  it('tells apart names, ports and what else listens there', async function () {
    await refuses(to({ url: 'nats://no-such-host.invalid' }), 'name', /cannot be resolved/);
    await refuses(to({ url: 'nats://127.0.0.1:1' }), 'port', /does not answer: .*refused/);
    const http = createHttp((_, reply) => reply.end('hello'));
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    after(() => http.close());
    const page = `127.0.0.1:${(http.address() as AddressInfo).port}`;
    await refuses(to({ url: `nats://${page}` }), 'protocol', /is a port for HTTP: use the port for NATS clients/);
    await requireBroker(this, 'mosquitto');
    const mosquitto = await startMosquitto();
    await refuses(to({ url: `nats://127.0.0.1:${mosquitto.port}` }), 'protocol', /is no NATS server/);
    await mosquitto.stop();
  });
});
