import assert from 'node:assert/strict';
import { overview, stateOf } from '../../src/extension/connectionOverview';
import { checkWords, stepWords, wayWords } from '../../src/extension/connectionWords';
import { Connections } from '../../src/extension/connections';
import { draftFrom } from '../../src/extension/sourceDraft';
import type { ConnectionCheck } from '../../src/protocol/connectionCheck';
import type { ConnectionSource } from '../../src/protocol/connections';
import type { BrokerInfo } from '../../src/protocol/lsp';
import { memoryStores } from './memoryStores';

const passed: ConnectionCheck = {
  about: 'RabbitMQ 4.1.0', channels: 1, management: true,
  steps: [
    { step: 'name', state: 'passed' }, { step: 'port', state: 'passed' }, { step: 'tls', state: 'unused' },
    { step: 'protocol', state: 'passed' }, { step: 'sign-in', state: 'passed' }, { step: 'rights', state: 'passed' },
  ],
};

describe('words about connections', () => {
  it('say environment, writing and certificates', () => {
    assert.equal(wayWords({ environment: 'staging', mayWrite: false }), 'staging · read-only');
    assert.equal(wayWords({ mayWrite: false }), 'no environment · read-only');
    assert.equal(wayWords({ environment: 'development', mayWrite: true, unverified: true }), 'development · writable · any certificate');
  });

  it('say how far a test went and what answers', () => {
    assert.equal(
      checkWords('work', passed, { is: 'answers', subjects: 12 }),
      'work answers: RabbitMQ 4.1.0. It shows 1 channel. Its management API answers. Its schema registry answers (12 subjects). ' +
        '(✓ name ✓ port ✓ protocol ✓ sign-in ✓ rights)',
    );
    const failed: ConnectionCheck = {
      kind: 'tls', reason: 'TLS with k:9093 failed: untrusted.',
      steps: [{ step: 'name', state: 'passed' }, { step: 'tls', state: 'failed' }, { step: 'rights', state: 'not-reached' }],
    };
    assert.equal(checkWords('events', failed), 'events cannot be used: TLS with k:9093 failed: untrusted. (✓ name ✗ TLS – rights)');
    assert.match(
      checkWords('work', { ...passed, channels: undefined, management: false, reason: 'no rights.' }, { is: 'refused', reason: 'r says 401' }),
      /answers: .* But not all can be seen: no rights\. Its management API does not answer.* Its schema registry refuses: r says 401\./,
    );
    assert.equal(stepWords(passed).includes('TLS'), false);
  });
});

describe('the overview of connections', () => {
  it('brings ways to their brokers, and says what holds for each', async () => {
    const { state, secrets } = memoryStores();
    const connections = new Connections(state, secrets, memoryStores().state);
    const events: BrokerInfo = { id: 'broker:events', name: 'events', protocol: 'kafka', url: 'k:1', tls: false, environment: 'development' };
    const unknown: BrokerInfo = { id: 'broker:x', name: 'x', tls: false };
    await connections.put({ name: 'events prod', broker: 'events', protocol: 'kafka', url: 'p:1', environment: 'production' }, {});
    await connections.put({ name: 'events', protocol: 'kafka', url: 'k:1', signInOnly: true }, { password: 'p' });
    await connections.put({ name: 'lab', protocol: 'mqtt', url: 'mqtt://l', unverified: true, environment: 'dev' }, {});
    const all = overview([events, unknown], connections);
    assert.deepEqual(
      all.map(({ name, connections: ways, signIns, active, declared }) => [name, ways.map((one) => one.name), signIns.length, active?.name, declared?.id]),
      [['events', ['events prod'], 1, 'events prod', 'broker:events'], ['lab', ['lab'], 0, 'lab', undefined]],
    );
    const [first, second] = all;
    const of = (trusted: boolean) => stateOf(connections, first!, undefined, trusted);
    assert.deepEqual([of(true).mayWrite, of(false).mayWrite], [true, false], 'a file that nobody trusts allows nothing');
    assert.equal(of(false).environment, 'development');
    assert.deepEqual([stateOf(connections, first!, first!.active, true).mayWrite, stateOf(connections, second!, second!.active, true).unverified], [false, true]);
  });
});

describe('a way that a file tells', () => {
  const source: ConnectionSource = {
    id: 'x', broker: 'events', protocol: 'kafka', url: 'k:9093', tls: true, file: 'app/p.properties', hasSecret: true, notes: [], user: 'me',
    saslMechanism: 'scram-sha-256', ca: 'certs/ca.pem', cert: '/c.pem',
    at: { uri: 'file:///shop/app/p.properties', start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
  };

  it('begins a dialogue, with paths from its folder on and without secrets', () => {
    const draft = draftFrom(source);
    assert.deepEqual(
      [draft.broker, draft.url, draft.encryption, draft.signIn, draft.user, draft.ca, draft.cert, draft.key, draft.password],
      ['events', 'k:9093', 'tls', 'scram-sha-256', 'me', '/shop/app/certs/ca.pem', '/c.pem', '/c.pem', ''],
    );
    assert.equal(draftFrom({ ...source, protocol: 'nats', saslMechanism: undefined, user: undefined }).signIn, 'token');
    const rabbit = draftFrom({ ...source, protocol: 'rabbitmq', saslMechanism: undefined, url: 'amqps://r/a%2Fb' });
    assert.deepEqual([rabbit.url, rabbit.vhost, rabbit.signIn], ['amqps://r', 'a/b', 'password']);
  });
});
