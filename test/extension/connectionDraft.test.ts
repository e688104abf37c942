import assert from 'node:assert/strict';
import { connectionOf, draftOf, freeName, newDraft } from '../../src/extension/connectionDraft';
import type { Draft } from '../../src/extension/connectionDraft';

const kafka = (more: Partial<Draft>): Draft => ({ ...newDraft('kafka'), name: 'events', url: 'k:9093', encryption: 'tls', ...more });

/** One draft for each way of signing in, and what a connection must hold of it. */
const WAYS: readonly (readonly [string, Draft, object, object])[] = [
  ['without', kafka({ encryption: 'plain' }), { tls: false }, {}],
  ['SCRAM', kafka({ signIn: 'scram-sha-512', user: 'me', password: 'hush' }), { user: 'me', saslMechanism: 'scram-sha-512' }, { password: 'hush' }],
  ['PLAIN', kafka({ signIn: 'plain', user: 'me', password: '' }), { user: 'me', saslMechanism: 'plain' }, { password: '' }],
  ['OAUTHBEARER', kafka({ signIn: 'oauth', tokenEndpoint: 'https://t', clientId: 'c', clientSecret: 'hush', scope: 's' }),
    { saslMechanism: 'oauthbearer', oauth: { tokenEndpoint: 'https://t', clientId: 'c', scope: 's' } }, { clientSecret: 'hush' }],
  ['a fixed token', kafka({ signIn: 'token', token: 'hush' }), { saslMechanism: 'oauthbearer' }, { token: 'hush' }],
  ['AWS MSK IAM', kafka({ signIn: 'aws-msk-iam', region: 'eu-west-1', profile: 'ops' }), { saslMechanism: 'aws-msk-iam', aws: { region: 'eu-west-1', profile: 'ops' } }, {}],
  ['mutual TLS', kafka({ hasCa: true, ca: '~/ca.pem', hasCertificate: true, cert: '/c.pem', key: '/k.pem', passphrase: 'hush' }),
    { ca: '~/ca.pem', cert: '/c.pem', key: '/k.pem' }, { passphrase: 'hush' }],
  ['any certificate', kafka({ encryption: 'unverified', environment: 'development' }), { unverified: true, environment: 'development' }, {}],
  ['RabbitMQ', { ...newDraft('rabbitmq'), name: 'work', url: 'amqps://r', vhost: 'a/b', signIn: 'password', user: 'me', password: 'hush', managementUrl: 'https://r' },
    { url: 'amqps://r/a%2Fb', tls: true, user: 'me', managementUrl: 'https://r' }, { password: 'hush' }],
  ['MQTT over WebSocket', { ...newDraft('mqtt'), name: 'floor', url: 'wss://m/mqtt', mqttVersion: 4 }, { url: 'wss://m/mqtt', tls: true, mqttVersion: 4 }, {}],
  ['a NATS token', { ...newDraft('nats'), name: 'stock', url: 'nats://n', signIn: 'token', token: 'hush' }, {}, { token: 'hush' }],
  ['an nkey', { ...newDraft('nats'), name: 'stock', url: 'tls://n', signIn: 'nkey', nkeySeed: ' SUA ' }, { tls: true }, { nkeySeed: 'SUA' }],
  ['a credentials file', { ...newDraft('nats'), name: 'stock', url: 'tls://n', signIn: 'credentials-file', credentialsFile: '~/u.creds' }, { credentialsFile: '~/u.creds' }, {}],
];

describe('the dialogue of a connection', () => {
  for (const [name, draft, open, secrets] of WAYS) {
    it(`keeps ${name}: what may be seen, and what is secret`, () => {
      const made = connectionOf(draft);
      assert.deepEqual(made.secrets, secrets);
      for (const [key, value] of Object.entries(open)) assert.deepEqual((made.description as unknown as Record<string, unknown>)[key], value, key);
      assert.doesNotMatch(JSON.stringify(made.description), /hush|SUA/);
      const again = connectionOf(draftOf({ ...made.description, id: 'x' }, made.secrets));
      assert.deepEqual(again, made, 'edited without a change it stays as it is');
    });
  }

  it('leaves out what answers before a change of mind have left', () => {
    const made = connectionOf(kafka({
      encryption: 'plain', hasCa: true, ca: '/ca.pem', hasCertificate: true, cert: '/c.pem', key: '/k', passphrase: 'hush',
      signIn: 'none', user: 'me', password: 'hush', token: 'hush', managementUrl: 'http://x', credentialsFile: '/u.creds',
    }));
    assert.deepEqual(made, { description: { name: 'events', protocol: 'kafka', url: 'k:9093', tls: false }, secrets: {} });
  });

  it('names the broker only where the connection is called otherwise', () => {
    assert.equal(connectionOf(kafka({ broker: 'events' })).description.broker, undefined);
    assert.equal(connectionOf(kafka({ broker: 'events', name: 'events staging' })).description.broker, 'events');
  });

  it('proposes a name that is free', () => {
    const draft = kafka({ broker: 'events', environment: 'staging' });
    assert.equal(freeName(draft, '', new Set()), 'events');
    assert.equal(freeName(draft, '', new Set(['events'])), 'events staging');
    assert.equal(freeName(draft, '', new Set(['events', 'events staging'])), 'events staging 2');
    assert.equal(freeName(kafka({}), 'Confluent Cloud', new Set()), 'Confluent Cloud');
  });
});
