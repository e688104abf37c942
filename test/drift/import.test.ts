import assert from 'node:assert/strict';
import type { BrokerInventory } from '../../src/brokers/inventory';
import { importName } from '../../src/drift/importName';
import { importText } from '../../src/drift/importText';
import type { Protocol } from '../../src/model/settings';
import { fixtureModel } from '../support/fixture';
import { compared, inventory, lines, topic } from './support';

const inventories: readonly (readonly [Protocol, string, BrokerInventory])[] = [
  ['kafka', 'localhost:9092', inventory({
    about: 'Kafka 4.1, 3 brokers', version: '4.1.0',
    channels: [
      topic('orders', { partitions: 12, replicas: 3, settings: { 'cleanup.policy': 'compact,delete', 'retention.ms': '5400000', 'segment.bytes': '1048576' }, explicit: ['cleanup.policy', 'retention.ms', 'segment.bytes'] }),
      topic('2024'), topic('null'), topic('a: b #c', { partitions: 2 }),
    ],
    consumers: [{ channel: 'orders', kind: 'topic', name: 'billing', settings: {} }, { channel: '2024', kind: 'topic', name: 'billing', settings: {} }],
  })],
  ['rabbitmq', 'amqp://localhost/shop', inventory({
    about: 'RabbitMQ 3.13', version: '3.13.1',
    channels: [
      { address: 'mail', kind: 'exchange', settings: { type: 'topic', durable: true, auto_delete: false, 'alternate-exchange': 'lost' }, explicit: ['alternate-exchange'] },
      { address: 'lost', kind: 'exchange', settings: { type: 'fanout', durable: false, auto_delete: true }, explicit: [] },
      { address: 'some', kind: 'exchange', settings: { type: 'headers', durable: true, auto_delete: false }, explicit: [] },
      { address: 'hash', kind: 'exchange', settings: { type: 'x-consistent-hash', durable: true, auto_delete: false }, explicit: [] },
      { address: 'mail.in', kind: 'queue', settings: { 'x-queue-type': 'quorum', durable: true, auto_delete: false, exclusive: false, 'x-dead-letter-exchange': 'lost', 'x-dead-letter-routing-key': 'dead', 'x-max-length-bytes': 10485760, 'x-message-ttl': 90000 }, explicit: ['x-max-length-bytes'] },
      { address: 'dead', kind: 'queue', settings: { 'x-queue-type': 'classic', durable: true, auto_delete: false, exclusive: false, 'x-queue-mode': 'lazy' }, explicit: ['x-queue-mode'] },
      { address: 'log', kind: 'stream', settings: { 'x-queue-type': 'stream', durable: true, auto_delete: false, exclusive: false, 'x-max-age': '7D' }, explicit: ['x-max-age'] },
    ],
    bindings: [
      { exchange: 'mail', destination: 'mail.in', destinationKind: 'queue', routingKey: '#', arguments: {} },
      { exchange: 'mail', destination: 'mail.in', destinationKind: 'queue', routingKey: 'a.*', arguments: {} },
      { exchange: 'mail', destination: 'some', destinationKind: 'exchange', routingKey: 'b', arguments: {} },
      { exchange: 'some', destination: 'dead', destinationKind: 'queue', routingKey: '', arguments: { 'x-match': 'any', kind: 'order', count: 1 } },
      { exchange: 'lost', destination: 'dead', destinationKind: 'queue', routingKey: '', arguments: {} },
      { exchange: 'amq.topic', destination: 'dead', destinationKind: 'queue', routingKey: 'x', arguments: {} },
    ],
    policies: [{ name: 'limit', pattern: '^mail', applyTo: 'queues', priority: 0, definition: { 'delivery-limit': 7, overflow: 'reject-publish' } }],
    consumers: [{ channel: 'mail.in', kind: 'queue', members: 3, settings: { prefetch: 20, ack: 'manual' } }],
  })],
  ['nats', 'nats://localhost:4222', inventory({
    about: 'NATS 2.10', version: '2.10.4',
    channels: [
      { address: 'ORDERS', kind: 'stream', subjects: ['orders.>'], settings: { storage: 'memory', num_replicas: 3, retention: 'workqueue', discard: 'new', duplicate_window: 120e9, max_age: 3600e9, max_msgs: -1, max_bytes: -1 }, explicit: ['storage', 'num_replicas', 'retention', 'discard', 'max_age'] },
      { address: 'ALL', kind: 'stream', subjects: ['a.*', 'b.>'], settings: { storage: 'file', num_replicas: 1, retention: 'limits', discard: 'old', duplicate_window: 60e9, max_age: 0, max_msgs: 500, max_bytes: -1 }, explicit: ['duplicate_window', 'max_msgs'] },
      { address: 'COPY', kind: 'stream', subjects: [], settings: { storage: 'file', num_replicas: 1, retention: 'limits', discard: 'old', duplicate_window: 120e9, max_age: 0, max_msgs: -1, max_bytes: -1, mirror: 'ORDERS' }, explicit: ['mirror'] },
    ],
    consumers: [{ channel: 'ORDERS', kind: 'stream', name: 'packer', settings: { ack_policy: 'explicit', ack_wait: 10e9, max_deliver: 4, max_ack_pending: 1000 } }],
  })],
  ['mqtt', 'mqtt://localhost:1883', inventory({ about: 'mosquitto 2.0', notes: ['Topics are names that messages pass.'] })],
];

describe('importing a broker as a flow file', () => {
  for (const [protocol, url, real] of inventories) {
    it(`writes ${protocol} so that it reads back whole, and differs in nothing`, () => {
      const text = importText(protocol, real, { name: 'it', url });
      const { problems } = fixtureModel(text);
      assert.deepEqual(problems.map(({ message }) => message), [], text);
      assert.deepEqual(lines(compared(text, real)), [], text);
      assert.match(text, new RegExp(`url: ${url}`));
    });
  }

  it('orders and lays out as a person would, and notes what a flow file cannot say', () => {
    const [, , real] = inventories[1]!;
    assert.equal(importText('rabbitmq', real, { name: 'work', url: 'amqp://localhost/shop' }), `# work as it was when it was imported: RabbitMQ 3.13.
flow: 1

brokers:
  work:
    protocol: rabbitmq
    url: amqp://localhost/shop
    version: 3.13.1

channels:
  hash:
    broker: work
    exchange: x-consistent-hash
    durable: true
  lost:
    broker: work
    exchange: fanout
    durable: false
    autoDelete: true
  mail:
    broker: work
    exchange: topic
    durable: true
    alternateExchange: lost
  some:
    broker: work
    exchange: headers
    durable: true
    bindings: [{ exchange: mail, routingKey: b }]
  dead:
    broker: work
    queue: classic
    durable: true
    bindings:
      - { exchange: some, arguments: { x-match: any, kind: order, count: 1 } }
      - { exchange: lost }
      - { exchange: amq.topic, routingKey: x }
  log:
    broker: work
    retention: 7d
    queue: stream
    durable: true
  mail.in:
    broker: work
    queue: quorum
    durable: true
    maxLengthBytes: 10MiB
    overflow: reject-publish
    ttl: 90s
    deliveryLimit: 7
    deadLetter: lost
    deadLetterRoutingKey: dead
    bindings: [{ exchange: mail, routingKey: '#' }, { exchange: mail, routingKey: a.* }]

services:
  # The broker tells that somebody reads, and not who: name the programs, and say which client they use.
  mail.in-readers:
    consumes:
      mail.in: { ack: manual, prefetch: 20 }

# A flow file cannot say:
# - queue dead: x-queue-mode=lazy
`);
  });

  it('keeps an inventory’s words from becoming lines of the file', () => {
    const text = importText('kafka', inventory({ about: 'Kafka\nservices: {}', channels: [topic('a\nb: {}', { explicit: ['x'], settings: { x: 'y\nflow: 2' } })] }), { name: 'it', url: 'h:1' });
    assert.doesNotMatch(text, /^(services|flow: 2|b:)/m);
  });

  it('names a broker by its host', () => {
    assert.equal(importName('events.example.com:9092,other:9092', 'kafka'), 'events');
    assert.equal(importName('amqp://127.0.0.1:5672/x', 'rabbitmq'), 'rabbitmq');
    assert.equal(importName('nats://10.0.0.7', 'nats'), 'nats');
  });
});
