import assert from 'node:assert/strict';
import { Connections } from '../../src/extension/connections';
import { memoryStores } from './memoryStores';

function store() {
  const { kept, hidden, state, secrets } = memoryStores();
  return { connections: new Connections(state, secrets, memoryStores().state), state: kept, secrets: hidden };
}

describe('connections', () => {
  it('keep secrets in secret storage only', async () => {
    const { connections, state, secrets } = store();
    const added = await connections.put(
      { name: 'events', protocol: 'kafka', url: 'k:9092', user: 'me' },
      { password: 'hush' },
    );
    assert.equal(JSON.stringify([...state]).includes('hush'), false);
    assert.equal(secrets.size, 1);
    const options = await connections.connectOptions(added, 'tap');
    assert.deepEqual(
      [options.url, options.user, options.password, options.tapPrefix],
      ['k:9092', 'me', 'hush', 'tap'],
    );
    await connections.remove(added.id);
    assert.deepEqual([connections.all(), secrets.size], [[], 0]);
  });

  it('replace the one of the same name and protocol, with its secret', async () => {
    const { connections, secrets } = store();
    const first = await connections.put({ name: 'a', protocol: 'nats', url: 'nats://1' }, { token: 't' });
    const second = await connections.put({ name: 'a', protocol: 'nats', url: 'nats://2' }, {});
    await connections.put({ name: 'a', protocol: 'mqtt', url: 'mqtt://3' }, {});
    assert.equal(second.id, first.id);
    assert.deepEqual(
      connections
        .all()
        .map(({ url }) => url)
        .sort(),
      ['mqtt://3', 'nats://2'],
    );
    assert.equal(secrets.size, 0);
  });

  it('stand for the broker of their name; credentials alone only where they were given', async () => {
    const { connections } = store();
    await connections.put(
      { name: 'work', protocol: 'rabbitmq', url: 'amqp://mine', signInOnly: true },
      { password: 'x' },
    );
    assert.equal(connections.active({ name: 'work', url: 'amqp://mine' }, 'rabbitmq')?.url, 'amqp://mine');
    assert.equal(connections.active({ name: 'work', url: 'amqp://evil' }, 'rabbitmq'), undefined);
    assert.equal(connections.active({ name: 'work', url: 'amqp://mine' }, 'nats'), undefined);
    await connections.put({ name: 'work', protocol: 'rabbitmq', url: 'amqp://own' }, {});
    assert.equal(connections.active({ name: 'work', url: 'amqp://mine' }, 'rabbitmq')?.url, 'amqp://own');
  });

  it('are several to a broker; the chosen one is used, else the one of the declared environment, production last', async () => {
    const { connections } = store();
    const broker = { name: 'events', url: 'k:9092' };
    const add = (name: string, environment: string) =>
      connections.put({ name, broker: 'events', environment, protocol: 'kafka', url: `${name}:9092` }, {});
    const production = await add('a', 'production');
    const staging = await add('b', 'staging');
    const development = await add('c', 'development');
    const active = (environment?: string) => connections.active({ ...broker, environment }, 'kafka')?.environment;
    assert.equal(active(), 'development');
    assert.equal(active('production'), 'production');
    let told = 0;
    connections.onChanged(() => told++);
    await connections.choose(staging);
    assert.deepEqual([active(), active('production'), told, connections.lastChosen], ['staging', 'staging', 1, 'kafka events']);
    await connections.chooseDeclared('events', 'kafka');
    assert.equal(active(), undefined);
    await connections.choose(staging);
    await connections.remove(staging.id);
    await connections.remove(development.id);
    assert.equal(active(), production.environment, 'a choice that is gone chooses nothing');
  });

  it('of earlier versions lead to the broker of their name and have its environment', async () => {
    const { kept, hidden, state, secrets } = memoryStores();
    const old = { id: 'old', name: 'events', protocol: 'kafka', url: 'k:9092', tls: true, user: 'me', saslMechanism: 'plain' };
    kept.set('tailrace.connections', [old]);
    hidden.set('tailrace.connections.old', JSON.stringify({ password: 'hush' }));
    const connections = new Connections(state, secrets, memoryStores().state);
    const found = connections.active({ name: 'events', url: 'other:9092', environment: 'production' }, 'kafka');
    assert.deepEqual(found, old);
    const options = await connections.connectOptions(found, 'tap');
    assert.deepEqual([options.url, options.tls, options.user, options.password, options.saslMechanism], ['k:9092', true, 'me', 'hush', 'plain']);
  });

  it('hand over files by their whole path, and any certificate in development only', async () => {
    const { connections } = store();
    const added = await connections.put(
      { name: 'a', protocol: 'kafka', url: 'k:1', ca: '~/ca.pem', cert: '/c.pem', key: '/k.pem', unverified: true,
        oauth: { tokenEndpoint: 'https://t', clientId: 'c' } },
      { passphrase: 'p', clientSecret: 's' },
    );
    const options = await connections.connectOptions(added, 'tap', 'development');
    assert.match(options.tlsFiles?.ca ?? '', /^\/.*ca\.pem$/);
    assert.deepEqual([options.passphrase, options.unverified, options.oauth], ['p', true, { tokenEndpoint: 'https://t', clientId: 'c', clientSecret: 's' }]);
    assert.equal((await connections.connectOptions(added, 'tap', 'staging')).unverified, undefined);
  });
});
