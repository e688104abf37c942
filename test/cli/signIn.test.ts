import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { parseArguments } from '../../src/cli/arguments';
import { signInFlags, signInOf } from '../../src/cli/signIn';
import { inFolder, tailrace, withEnvironment } from './support';

const two = `flow: 1
brokers:
  events: { protocol: kafka, url: "127.0.0.1:1" }
  work: { protocol: nats, url: "nats://127.0.0.1:1" }
channels:
  orders: { broker: events }
  jobs: { broker: work }
`;

describe('signing in from the command line', () => {
  const said = (args: readonly string[], name?: string) => signInOf(parseArguments('tail', args, signInFlags), name);

  it('takes files and the mechanism from flags, and secrets from the environment', () => {
    const environment = { TAILRACE_USER: 'ann', TAILRACE_PASSWORD: 'a', TAILRACE_PASSPHRASE: 'p', TAILRACE_TOKEN: 't' };
    withEnvironment(environment, () => {
      assert.deepEqual(said([]), { user: 'ann', password: 'a', passphrase: 'p' });
      assert.deepEqual(said(['--sasl', 'scram-sha-256', '--tls', '--ca', 'ca.pem', '--cert', 'me.pem', '--key', '/keys/me.pem']), {
        user: 'ann', password: 'a', passphrase: 'p', saslMechanism: 'scram-sha-256', tls: true,
        tlsFiles: { ca: resolve('ca.pem'), cert: resolve('me.pem'), key: '/keys/me.pem' },
      });
    });
    assert.deepEqual(said(['--credentials', 'me.creds']), { credentialsFile: resolve('me.creds') });
  });

  it('hands on a token only where it is asked for, since it may be that of a registry', () => {
    withEnvironment({ TAILRACE_TOKEN: 't' }, () => {
      assert.deepEqual(said(['--sasl', 'plain']), { saslMechanism: 'plain' });
      assert.deepEqual(said(['--sasl', 'oauthbearer']), { saslMechanism: 'oauthbearer', token: 't' });
    });
  });

  it('keeps what is for one broker from the others', () => {
    const environment = { TAILRACE_USER: 'one', TAILRACE_PASSWORD: 'a', TAILRACE_USER_EVENTS_EU_1: 'two', TAILRACE_PASSWORD_EVENTS_EU_1: 'b' };
    withEnvironment(environment, () => {
      assert.deepEqual(said([]), { user: 'one', password: 'a' });
      assert.deepEqual(said(['--ca', 'ca.pem'], 'events.eu-1'), { user: 'two', password: 'b', tlsFiles: { ca: resolve('ca.pem') } });
      assert.deepEqual(said([], 'work'), {});
    });
  });

  it('says in one line which flag does not fit, and connects to nothing', () => {
    const cases: [string[], RegExp][] = [
      [['drift', '--cert', 'me.pem'], /--cert is for one broker, and several are meant here: name one with --broker\.$/],
      [['tail', 'orders', 'jobs', '--sasl', 'plain'], /--sasl is for one broker, and several are meant here/],
      [['tail', 'orders', '--key', 'me.pem'], /--key is the key of a client certificate: name that with --cert\.$/],
      [['tail', 'orders', '--cert', 'me.pem'], /--cert is of use with TLS only: add --tls, or give a URL that says so\.$/],
      [['tail', 'orders', '--sasl', 'oauthbearer'], /--sasl oauthbearer takes its token from TAILRACE_TOKEN, which is not set\.$/],
      [['tail', 'orders', '--sasl', 'gssapi'], /--sasl takes plain, scram-sha-256, scram-sha-512, oauthbearer; not "gssapi"\.$/],
      [['tail', 'orders', '--credentials', 'me.creds'], /--credentials is for NATS\.$/],
      [['tail', 'jobs', '--credentials', 'me.creds'], /--credentials names a file that is not there: .*me\.creds\.$/],
      [['tail', 'orders', '--tls', '--ca', 'ca.pem'], /--ca names a file that is not there: .*ca\.pem\.$/],
      [['tail', 'orders', '--sasl', 'scram-sha-512'], /--sasl scram-sha-512 needs a user: set TAILRACE_USER and TAILRACE_PASSWORD\.$/],
      [['tail', 'jobs', '--sasl', 'plain'], /--sasl is for Kafka\.$/],
      [['import', 'amqp://127.0.0.1:1', '--sasl', 'plain'], /--sasl is for Kafka\.$/],
    ];
    inFolder({ 'a.flow.yaml': two }, (folder) => {
      for (const [args, words] of cases) {
        const { code, out, err } = tailrace(args, folder);
        assert.deepEqual([code, out], [2, ''], args.join(' '));
        assert.match(err.trim(), words);
        assert.equal(err.trim().split('\n').length, 1, err);
      }
    });
  });
}).timeout(60_000);
