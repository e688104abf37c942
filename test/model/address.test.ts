import assert from 'node:assert/strict';
import { hostsOf, isLocalAddress, isTlsUrl, vhostOf } from '../../src/model/address';

describe('addresses', () => {
  it('reads bootstrap lists and URLs as hosts with their ports', () => {
    assert.deepEqual(hostsOf('a:9092,b:9093', 'kafka'), ['a:9092', 'b:9093']);
    assert.deepEqual(hostsOf('localhost', 'kafka'), ['localhost:9092']);
    assert.deepEqual(hostsOf('amqps://user:secret@mq.example/shop', 'rabbitmq'), ['mq.example:5671']);
    assert.deepEqual(hostsOf('mqtt://127.0.0.1', 'mqtt'), ['localhost:1883']);
    assert.deepEqual(hostsOf('nats://[::1]:4223', 'nats'), ['localhost:4223']);
    assert.deepEqual(hostsOf('SASL_SSL://b-1.msk.example:9096', 'kafka'), ['b-1.msk.example:9096']);
    assert.deepEqual(hostsOf('', 'kafka'), []);
  });

  it('reads the vhost of an AMQP URL', () => {
    assert.equal(vhostOf('amqp://localhost'), '/');
    assert.equal(vhostOf('amqp://localhost/'), '/');
    assert.equal(vhostOf('amqp://localhost/shop'), 'shop');
    assert.equal(vhostOf('amqp://localhost:5672/%2Fshop?heartbeat=10'), '/shop');
    assert.equal(vhostOf('amqp://localhost/%zz'), '%zz');
  });

  it('knows TLS by the scheme', () => {
    assert.equal(isTlsUrl('amqps://a'), true);
    assert.equal(isTlsUrl('amqp://a'), false);
    assert.equal(isTlsUrl('a:9093'), false);
  });

  it('calls an address local only if all its hosts are', () => {
    assert.equal(isLocalAddress('localhost:9092'), true);
    assert.equal(isLocalAddress('nats://127.0.0.1:4222'), true);
    assert.equal(isLocalAddress('localhost:9092,kafka.example:9092'), false);
    assert.equal(isLocalAddress('kafka.example:9092'), false);
    assert.equal(isLocalAddress(''), false);
  });
});
