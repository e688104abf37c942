import assert from 'node:assert/strict';
import { hasUserInfo, saysTls, urlFault } from '../../src/extension/brokerUrl';

describe('the address of a connection', () => {
  it('is taken in each protocol’s own form', () => {
    for (const [protocol, url] of [
      ['kafka', 'localhost:9092'],
      ['kafka', 'a.example:9092, b.example:9093'],
      ['kafka', '[::1]:9092'],
      ['rabbitmq', 'amqp://localhost'],
      ['rabbitmq', 'amqps://mq.example:5671/shop'],
      ['mqtt', 'mqtt://localhost:1883'],
      ['mqtt', 'wss://mq.example/mqtt'],
      ['nats', 'nats://localhost:4222'],
    ] as const)
      assert.equal(urlFault(protocol, url), undefined, `${protocol} ${url}`);
  });

  it('is refused with what to write instead', () => {
    assert.match(urlFault('kafka', 'localhost')!, /localhost is not host:port; write localhost:9092/);
    assert.match(urlFault('kafka', 'a:9092,')!, /An empty entry is not host:port/);
    assert.match(urlFault('mqtt', 'http://localhost')!, /begins with mqtt:\/\/, mqtts:\/\//);
    assert.match(urlFault('nats', '')!, /such as nats:\/\/localhost:4222/);
    assert.match(urlFault('rabbitmq', 'amqp://[bad')!, /not an address/);
  });

  it('holds no user and password, which belong into secret storage', () => {
    for (const url of ['amqp://user:word@host', 'nats://token@host:4222', 'user:word@host:9092']) {
      assert.ok(hasUserInfo(url), url);
    }
    assert.equal(hasUserInfo('mqtt://host/a@b'), false);
    assert.match(urlFault('rabbitmq', 'amqp://guest:guest@host')!, /secret storage/);
  });

  it('says by its scheme whether it is encrypted', () => {
    assert.deepEqual(['amqps://h', 'wss://h', 'tls://h', 'mqtt://h', 'h:9093'].map(saysTls), [
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
