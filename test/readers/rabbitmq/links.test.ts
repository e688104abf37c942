import assert from 'node:assert/strict';
import { rabbitmqDefinitions } from '../../../src/readers/rabbitmq/reader';
import { fact, reading } from '../../support/reading';
import { fuzzReader } from '../../support/fuzzReader';
import { shop } from './definitions.test';

const read = (value: object): ReturnType<typeof reading> => reading(rabbitmqDefinitions, JSON.stringify(value), 'definitions.json');

const shovel = (value: object): object => ({
  queues: [{ name: 'out', vhost: '/' }],
  parameters: [{ component: 'shovel', vhost: '/', name: 'move', value }],
});

describe('rabbitmq shovels and federation', () => {
  it('reads a shovel to another broker, and the secret in its URI', () => {
    const r = read(shovel({
      'src-uri': 'amqp://', 'src-queue': 'out', 'dest-uri': ['amqps://app:s3cret@west.example:5671/orders'], 'dest-queue': 'in',
    }));
    assert.deepEqual(r.lines, [
      'broker / rabbitmq vhost=/',
      'channel queue out at / queue=classic',
      'credential app dest-uri of shovel "move" secret',
      'broker west.example:5671/orders rabbitmq amqps://west.example:5671/orders tls vhost=orders',
      'shovel out -> in by shovel "move"',
    ]);
    const credential = fact(r, 'credential');
    assert.equal(r.textAt(credential.secret), 's3cret');
    assert.equal(r.textAt(credential.user?.at), 'app');
    assert.equal(credential.of, 'amqps://west.example:5671/orders');
    assert.equal(fact(r, 'route').from.broker, '/');
    assert.equal(fact(r, 'route').to.broker, 'west.example:5671/orders');
  });

  it('reads exchanges, keys and addresses of AMQP 1.0', () => {
    assert.deepEqual(read(shovel({
      'src-uri': 'amqp://localhost', 'src-exchange': 'orders', 'src-exchange-key': 'order.#', 'dest-protocol': 'amqp10',
      'dest-uri': 'amqp://localhost', 'dest-address': '/exchanges/archive/all%2Forders',
    })).lines.slice(2), ['shovel orders -> archive [all/orders] by shovel "move"']);
  });

  it('leaves out a shovel that does not say where it leads', () => {
    assert.deepEqual(read(shovel({ 'src-uri': 'amqp://', 'src-queue': 'out', 'dest-uri': 'amqp://' })).lines.slice(2), []);
  });

  it('takes guest:guest in a URI for the default credentials', () => {
    assert.equal(fact(read(shovel({ 'src-uri': 'amqp://guest:guest@far:5672', 'src-queue': 'out' })), 'credential').isDefault, true);
  });

  it('mirrors what a policy federates', () => {
    const r = read({
      exchanges: [{ name: 'fed.orders', vhost: '/', type: 'topic' }, { name: 'local', vhost: '/', type: 'topic' }],
      policies: [{ vhost: '/', name: 'fed', pattern: '^fed\\.', 'apply-to': 'exchanges', definition: { 'federation-upstream-set': 'all' } }],
      parameters: [{ component: 'federation-upstream', vhost: '/', name: 'west', value: { uri: 'amqp://west.example', exchange: 'orders' } }],
    });
    assert.deepEqual(r.lines.slice(3), [
      'broker west.example rabbitmq amqp://west.example vhost=/',
      'mirror orders -> fed.orders by federation upstream "west"',
    ]);
  });
});

describe('rabbitmq definitions, broken', () => {
  it('survives 1,000 mutations', () => {
    fuzzReader(rabbitmqDefinitions, [shop, JSON.stringify({
      ...shovel({ 'src-uri': 'amqp://a:b@c/d', 'src-queue': 'out', 'dest-uri': 'amqp://', 'dest-exchange': 'x' }),
      policies: [{ vhost: '/', name: 'p', pattern: '^o', definition: { 'dead-letter-exchange': '', 'message-ttl': 5 }, priority: 1 }],
    }, undefined, 2)], '/definitions.json');
  }).timeout(20_000);
});
