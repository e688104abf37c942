import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credsAuthenticator, nkeyAuthenticator, nkeys, tokenAuthenticator } from '@nats-io/transport-node';
import { connectionOf, draftOf, newDraft } from '../../src/extension/connectionDraft';
import type { Draft } from '../../src/extension/connectionDraft';
import { Connections } from '../../src/extension/connections';
import { wayOver } from '../../src/extension/resolveConnection';
import { checkConnection } from '../../src/live/check';
import type { ConnectionCheck } from '../../src/protocol/connectionCheck';
import type { Protocol } from '../../src/protocol/common';
import { memoryStores } from '../extension/memoryStores';
import { requireBroker, startMosquitto, startNats } from '../support/brokers';
import { startSecureKafka } from '../support/brokers/kafkaSecure';
import { PASSPHRASE, startRabbitWithTls } from '../support/brokers/rabbitTls';
import { makeOperator } from '../support/natsAccounts';
import { quiet } from './tapProbe';

/** What the answers of a dialogue come to on the broker, after they were kept and edited without a change. */
async function tested(protocol: Protocol, answers: Partial<Draft>): Promise<ConnectionCheck> {
  const { kept, state, secrets } = memoryStores();
  const connections = new Connections(state, secrets, memoryStores().state);
  const made = connectionOf({ ...newDraft(protocol), name: 'it', environment: 'development', ...answers });
  const added = await connections.put(made.description, made.secrets);
  const again = connectionOf(draftOf(added, await connections.secretsOf(added.id)));
  const edited = await connections.save({ ...again.description, id: added.id }, again.secrets);
  for (const secret of Object.values(made.secrets)) {
    assert.ok(!JSON.stringify([...kept]).includes(secret), 'nothing secret in the state');
  }
  const way = await wayOver(edited, connections, 'tailrace-tap');
  return checkConnection(quiet, protocol, way.options);
}

const steps = ({ steps: all }: ConnectionCheck): string =>
  all.filter(({ state }) => state !== 'unused').map(({ step, state }) => `${step} ${state}`).join(', ');

async function works(protocol: Protocol, about: RegExp, answers: Partial<Draft>): Promise<void> {
  const check = await tested(protocol, answers);
  assert.match(check.about ?? check.reason ?? '', about);
  assert.equal(check.reason, undefined);
  assert.doesNotMatch(steps(check), /failed|not-reached/);
}

async function fails(protocol: Protocol, expected: string, answers: Partial<Draft>): Promise<void> {
  const check = await tested(protocol, answers);
  assert.equal(steps(check), expected, check.reason);
  assert.match(check.reason ?? '', /\.$/);
}

describe('connections as the dialogue makes them, on real brokers', function () {
  this.timeout(180_000);
  const closing: (() => Promise<unknown>)[] = [];
  after(() => Promise.all(closing.map((close) => close())));

  describe('Kafka', () => {
    let url: Awaited<ReturnType<typeof startSecureKafka>>['url'];
    let pem: Awaited<ReturnType<typeof startSecureKafka>>['certificates'];
    const ann = { user: 'ann', password: 'secret' };

    before(async function () {
      await requireBroker(this, 'kafka');
      const kafka = await startSecureKafka();
      closing.push(kafka.stop);
      ({ url, certificates: pem } = kafka);
    });

    it('is reached by each way to sign in', async () => {
      const tls: Partial<Draft> = { encryption: 'tls', hasCa: true, ca: pem.ca };
      await works('kafka', /^Kafka/, { ...tls, url: url('TLS') });
      await works('kafka', /^Kafka/, {
        ...tls, url: url('MTLS'), hasCertificate: true, ...pem.encryptedClient, passphrase: pem.passphrase,
      });
      for (const signIn of ['scram-sha-256', 'scram-sha-512'] as const) {
        await works('kafka', /^Kafka/, { ...tls, url: url('SCRAM'), signIn, ...ann });
      }
      await works('kafka', /^Kafka/, { url: url('PLAIN'), signIn: 'plain', ...ann });
      await works('kafka', /^Kafka/, { url: url('EXPIRED'), encryption: 'unverified' });
      const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const now = Math.floor(Date.now() / 1000);
      const token = `${part({ alg: 'none' })}.${part({ sub: 'ann', iat: now, exp: now + 600 })}.`;
      await works('kafka', /^Kafka/, { url: url('OAUTH'), signIn: 'token', token });
    });

    it('is tested step by step', async () => {
      const scram: Partial<Draft> = { encryption: 'tls', hasCa: true, ca: pem.ca, url: url('SCRAM'), signIn: 'scram-sha-512', ...ann };
      await fails('kafka', 'name failed, port not-reached, tls not-reached, protocol not-reached, sign-in not-reached, rights not-reached',
        { ...scram, url: 'nowhere.invalid:9093' });
      await fails('kafka', 'name passed, port failed, tls not-reached, protocol not-reached, sign-in not-reached, rights not-reached',
        { ...scram, url: '127.0.0.1:1' });
      await fails('kafka', 'name passed, port passed, tls failed, protocol not-reached, sign-in not-reached, rights not-reached',
        { ...scram, ca: pem.otherCa });
      await fails('kafka', 'name passed, port passed, tls passed, protocol passed, sign-in failed, rights not-reached',
        { ...scram, password: 'wrong' });
    });
  });

  it('reach RabbitMQ by certificate, in a virtual host, with its management API', async function () {
    await requireBroker(this, 'rabbitmq');
    const rabbit = await startRabbitWithTls();
    closing.push(rabbit.stop);
    const { ca, client, clientKeyLocked } = rabbit.files;
    const management = new URL(rabbit.broker.adminUrl ?? '');
    const admin = async (path: string, body: object): Promise<void> => {
      const authorization = `Basic ${Buffer.from(`${management.username}:${management.password}`).toString('base64')}`;
      const headers = { authorization, 'content-type': 'application/json' };
      const answer = await fetch(`${management.origin}/api/${path}`, { method: 'PUT', headers, body: JSON.stringify(body) });
      assert.ok(answer.ok, await answer.text());
    };
    await admin('vhosts/a%2Fb', {});
    await admin('users/watcher', { password: 'hush-watcher', tags: 'monitoring' });
    for (const vhost of ['%2F', 'a%2Fb']) await admin(`permissions/${vhost}/watcher`, { configure: '^$', write: '^$', read: '.*' });
    const tls: Partial<Draft> = { url: `amqps://127.0.0.1:${rabbit.tlsPort}`, encryption: 'tls', hasCa: true, ca };
    await works('rabbitmq', /^RabbitMQ/, { ...tls, hasCertificate: true, cert: client, key: clientKeyLocked, passphrase: PASSPHRASE });
    const asWatcher: Partial<Draft> = { ...tls, vhost: 'a/b', signIn: 'password', user: 'watcher', password: 'hush-watcher', managementUrl: management.origin };
    const check = await tested('rabbitmq', asWatcher);
    assert.deepEqual([check.management, check.channels, check.reason], [true, 0, undefined]);
    const missing = await tested('rabbitmq', { ...asWatcher, vhost: 'none' });
    assert.match(steps(missing), /sign-in passed, rights failed$/, missing.reason);
    const silent = await tested('rabbitmq', { ...asWatcher, managementUrl: 'http://127.0.0.1:1' });
    assert.deepEqual([silent.management, silent.channels], [false, undefined]);
  });

  it('reach MQTT in both versions, and are told what else speaks on a port', async function () {
    await requireBroker(this, 'mosquitto');
    const broker = await startMosquitto({ users: { ann: 'secret' } });
    closing.push(broker.stop);
    const ann: Partial<Draft> = { url: broker.url, signIn: 'password', user: 'ann', password: 'secret' };
    await works('mqtt', /^MQTT 5/, { ...ann, mqttVersion: 5 });
    await works('mqtt', /^MQTT 3\.1\.1/, { ...ann, mqttVersion: 4 });
    await fails('mqtt', 'name passed, port passed, protocol passed, sign-in failed, rights not-reached', { ...ann, password: 'wrong' });
    await fails('mqtt', 'name passed, port passed, tls failed, protocol not-reached, sign-in not-reached, rights not-reached',
      { ...ann, url: broker.url.replace('mqtt:', 'mqtts:') });
  });

  it('reach NATS by token, nkey and credentials file', async function () {
    await requireBroker(this, 'nats');
    const dir = mkdtempSync(join(tmpdir(), 'tailrace-creds-'));
    closing.push(() => Promise.resolve(rmSync(dir, { recursive: true })));
    const user = nkeys.createUser();
    const operator = makeOperator();
    const credentials = operator.credentials({ name: 'ann' });
    writeFileSync(join(dir, 'ann.creds'), credentials);
    const [token, nkey, jwt] = await Promise.all([
      startNats({ jetstream: false, conf: ['authorization { token: "s3cret" }'], signIn: { authenticator: tokenAuthenticator('s3cret') } }),
      startNats({
        jetstream: false, conf: [`authorization { users: [ { nkey: ${user.getPublicKey()} } ] }`],
        signIn: { authenticator: nkeyAuthenticator(user.getSeed()) },
      }),
      startNats({ conf: operator.conf, signIn: { authenticator: credsAuthenticator(Buffer.from(credentials)) } }),
    ]);
    closing.push(...[token, nkey, jwt].map((one) => () => one.stop()));
    await works('nats', /^NATS/, { url: token.url, signIn: 'token', token: 's3cret' });
    await works('nats', /^NATS/, { url: nkey.url, signIn: 'nkey', nkeySeed: Buffer.from(user.getSeed()).toString() });
    await works('nats', /^NATS/, { url: jwt.url, signIn: 'credentials-file', credentialsFile: join(dir, 'ann.creds') });
    await fails('nats', 'name passed, port passed, protocol passed, sign-in failed, rights not-reached',
      { url: token.url, signIn: 'token', token: 'guess' });
  });
});
