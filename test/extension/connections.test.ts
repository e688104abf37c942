import assert from 'node:assert/strict';
import { Connections } from '../../src/extension/connections';
import { memoryStores } from './memoryStores';

function store() {
  const { kept, hidden, state, secrets } = memoryStores();
  return { connections: new Connections(state, secrets), state: kept, secrets: hidden };
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
    assert.equal(connections.forBroker('work', 'rabbitmq', 'amqp://mine')?.url, 'amqp://mine');
    assert.equal(connections.forBroker('work', 'rabbitmq', 'amqp://evil'), undefined);
    assert.equal(connections.forBroker('work', 'nats', 'amqp://mine'), undefined);
    await connections.put({ name: 'work', protocol: 'rabbitmq', url: 'amqp://own' }, {});
    assert.equal(connections.forBroker('work', 'rabbitmq', 'amqp://mine')?.url, 'amqp://own');
  });
});
