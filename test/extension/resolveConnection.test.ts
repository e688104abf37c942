import assert from 'node:assert/strict';
import { Connections } from '../../src/extension/connections';
import { NoWay, wayToBroker } from '../../src/extension/resolveConnection';
import type { BrokerCredentials, BrokerInfo } from '../../src/protocol/lsp';
import { memoryStores } from './memoryStores';

const events: BrokerInfo = {
  id: 'broker:events',
  name: 'events',
  protocol: 'kafka',
  url: 'k.example:9092',
  tls: true,
  environment: 'production',
};
const none = () => Promise.resolve(undefined);
const trusted = { isTrusted: true, tapPrefix: 'tap' };
const restricted = { isTrusted: false, tapPrefix: 'tap' };

describe('the way to a broker', () => {
  let connections: Connections;

  beforeEach(() => {
    const { state, secrets } = memoryStores();
    connections = new Connections(state, secrets, memoryStores().state);
  });

  it('is what the file says, in a trusted workspace only', async () => {
    const way = await wayToBroker(events, 'kafka', connections, trusted, none);
    assert.deepEqual(way.options, { url: 'k.example:9092', tls: true, tapPrefix: 'tap' });
    assert.deepEqual([way.label, way.environment, way.declared], ['events', 'production', events]);
    await assert.rejects(
      wayToBroker(events, 'kafka', connections, restricted, none),
      (error: unknown) =>
        error instanceof NoWay &&
        error.untrusted &&
        /Trust the workspace, or add a connection/.test(error.message),
    );
  });

  it('is the user’s own connection of that name, trusted or not', async () => {
    await connections.put(
      { name: 'events', protocol: 'kafka', url: 'mine:9092', user: 'me' },
      { password: 'x' },
    );
    for (const surroundings of [trusted, restricted]) {
      const way = await wayToBroker(events, 'kafka', connections, surroundings, none);
      assert.deepEqual([way.options.url, way.options.user, way.options.password], ['mine:9092', 'me', 'x']);
      assert.equal(way.declared, undefined);
    }
  });

  it('sends credentials of a sign-in to the address they were given for, and to no other', async () => {
    await connections.put(
      { name: 'events', protocol: 'kafka', url: 'k.example:9092', user: 'me', signInOnly: true },
      { password: 'x' },
    );
    assert.equal((await wayToBroker(events, 'kafka', connections, trusted, none)).options.password, 'x');
    const moved = { ...events, url: 'evil.example:9092' };
    assert.equal((await wayToBroker(moved, 'kafka', connections, trusted, none)).options.password, undefined);
    await assert.rejects(wayToBroker(events, 'kafka', connections, restricted, none), NoWay);
  });

  it('takes user and password of the file’s URL, for that URL and in a trusted workspace only', async () => {
    const asked: string[] = [];
    const found: BrokerCredentials = { url: 'k.example:9092', user: 'zoe', password: 's3' };
    const ask = (id: string) => {
      asked.push(id);
      return Promise.resolve(found);
    };
    const way = await wayToBroker(events, 'kafka', connections, trusted, ask);
    assert.deepEqual(way.options, {
      url: 'k.example:9092',
      tls: true,
      tapPrefix: 'tap',
      user: 'zoe',
      password: 's3',
    });
    assert.doesNotMatch(JSON.stringify([way.label, way.declared]), /s3|zoe/);
    const token = () => Promise.resolve({ url: 'k.example:9092', user: 't0k' });
    const nats = await wayToBroker(events, 'nats', connections, trusted, token);
    assert.deepEqual([nats.options.token, nats.options.user], ['t0k', undefined]);

    const moved = { ...events, url: 'evil.example:9092' };
    assert.equal((await wayToBroker(moved, 'kafka', connections, trusted, ask)).options.password, undefined);
    assert.deepEqual(asked, ['broker:events', 'broker:events']);
    await assert.rejects(wayToBroker(events, 'kafka', connections, restricted, ask), NoWay);
    await connections.put(
      { name: 'events', protocol: 'kafka', url: 'k.example:9092', user: 'me', signInOnly: true },
      { password: 'x' },
    );
    assert.equal((await wayToBroker(events, 'kafka', connections, trusted, ask)).options.password, 'x');
    assert.equal(asked.length, 2, 'asked only where they are used');
  });

  it('is missing where no file says it, with what to do', async () => {
    const { url: _, ...nowhere } = events;
    await assert.rejects(
      wayToBroker(nowhere, 'kafka', connections, trusted, none),
      /No file says how to reach events from this machine\. Give the broker a url, or add a connection named events\./,
    );
    await assert.rejects(
      wayToBroker({ ...nowhere, unset: ['KAFKA_HOST', 'KAFKA_PORT'] }, 'kafka', connections, trusted, none),
      /The address of events is left to KAFKA_HOST and KAFKA_PORT, which are not set here\. Set them, or add a connection named events\./,
    );
  });

  it('is read-only but in development, and where the user has lifted that for this session', async () => {
    const way = (environment: string, surroundings = trusted) =>
      wayToBroker({ ...events, environment }, 'kafka', connections, surroundings, none);
    assert.deepEqual([(await way('production')).readOnly, (await way('development')).readOnly], [true, false]);
    connections.writing.lift(await way('production'));
    assert.equal((await way('production')).readOnly, false);
    const moved = await wayToBroker({ ...events, url: 'other:1' }, 'kafka', connections, trusted, none);
    assert.equal(moved.readOnly, true, 'what was allowed holds for that address');

    const own = await connections.put({ name: 'events', protocol: 'kafka', url: 'mine:1' }, {});
    assert.equal((await way('development')).readOnly, false);
    assert.equal((await way('development', restricted)).readOnly, true, 'a file that nobody trusts allows nothing');
    await connections.save({ ...own, environment: 'staging' }, {});
    const staging = await way('development');
    assert.deepEqual([staging.environment, staging.readOnly], ['staging', true]);
    connections.writing.lift(staging);
    assert.equal(connections.writing.mayWrite(staging), true);
    await connections.save({ ...own, environment: 'production' }, {});
    assert.equal((await way('development')).readOnly, true, 'an edited connection has to be allowed anew');
  });

  it('takes any certificate in development, and is refused elsewhere with what to do', async () => {
    const own = await connections.put({ name: 'events', protocol: 'kafka', url: 'mine:1', unverified: true, environment: 'development' }, {});
    const way = await wayToBroker(events, 'kafka', connections, trusted, none);
    assert.deepEqual([way.unverified, way.options.unverified], [true, true]);
    await connections.save({ ...own, environment: 'production' }, {});
    await assert.rejects(wayToBroker(events, 'kafka', connections, trusted, none), /takes any certificate.*development only.*Edit it/);
  });
});
