import assert from 'node:assert/strict';
import type { BrokerInventory, InventoryChannel } from '../../src/brokers/inventory';
import { brief, compared, fixed, inventory, lines } from './support';

const stream = (address: string, subjects: readonly string[], more: InventoryChannel['settings'] = {}): InventoryChannel => ({
  address, kind: 'stream', subjects, explicit: Object.keys(more),
  settings: {
    storage: 'file', num_replicas: 1, retention: 'limits', discard: 'old', duplicate_window: 120e9, max_age: 0, max_msgs: -1, max_bytes: -1, ...more,
  },
});
const durable = (channel: string, name: string, more: BrokerInventory['consumers'][number]['settings'] = {}): BrokerInventory['consumers'][number] => ({
  channel, kind: 'stream', name, settings: { ack_policy: 'explicit', ack_wait: 30e9, max_deliver: -1, max_ack_pending: 1000, ...more },
});
const files = (channels: string, rest = ''): string => `flow: 1
brokers:
  stock: { protocol: nats, url: "nats://localhost" }
channels:
${channels}${rest}`;

describe('drift of JetStream’s streams and consumers', () => {
  it('finds streams by name, by address and by subject, and compares units', () => {
    const result = compared(
      files('  orders.>: { broker: stock, stream: { name: ORDERS, maxAge: 7d, duplicateWindow: 2m, storage: file } }\n'
        + '  EVENTS: { broker: stock, stream: { subjects: [e.a, e.b], maxBytes: 1MiB } }\n  level.now: { broker: stock, stream: {} }\n  plain: { broker: stock }\n'),
      inventory({ channels: [
        stream('ORDERS', ['orders.>'], { max_age: 604800e9 }), stream('EVENTS', ['e.b', 'e.a'], { max_bytes: 1048576 }), stream('LEVELS', ['level.*', 'more.*']),
      ] }));
    assert.deepEqual(lines(result), []);
  });

  it('tells settings, subjects, streams that are missing and unknown ones, and writes what the server has', () => {
    const text = files('  orders.>: { broker: stock, stream: { name: ORDERS, maxAge: 7d, storage: memory, maxMessages: 100 } }\n'
      + '  EVENTS: { broker: stock, stream: { subjects: [e.a, e.b] } }\n  GONE: { broker: stock, stream: { subjects: [g] } }\n');
    const real = inventory({ channels: [
      stream('ORDERS', ['orders.>'], { max_age: 86400e9, retention: 'workqueue' }), stream('EVENTS', ['e.b', 'e.c']), stream('OLD', ['old.>']),
    ] });
    const result = compared(text, real);
    assert.deepEqual(brief(result), [
      'info drift/unknown-channel stream OLD, is there: no | yes',
      'warning drift/setting stream orders.>, retention: - | workqueue',
      'warning drift/setting stream orders.>, maxAge: 7d | 1d',
      'warning drift/setting stream orders.>, storage: memory | file',
      'warning drift/setting stream orders.>, maxMessages: 100 | none',
      'warning drift/subjects stream EVENTS, subjects: e.a, e.b | e.b, e.c',
      'error drift/missing-channel stream GONE, is there: yes | no',
    ]);
    assert.equal(result.problems.find(({ what }) => what === 'maxAge')?.message,
      'orders.>: the file says maxAge 7d, and stock has 1d (max_age=86400000000000). A consumer that is away for longer misses messages. '
      + 'Write what the broker has, or change it there.');
    let now = text;
    for (let pass = 0; pass < 4; pass++) now = fixed(compared(now, real), { unsafe: true });
    assert.deepEqual(lines(compared(now, real)), []);
    assert.match(now, /old\.>:\n {4}broker: stock\n {4}stream: \{ name: OLD \}\n/);
  });

  it('compares durables, and reckons with what the client and the server fill in', () => {
    const text = files('  orders.>: { broker: stock, stream: { name: ORDERS } }\n', `services:
  packer: { client: nats.go@1.40, consumes: { orders.>: { durable: packer, maxDeliver: 5, ackWait: 30s } } }
  mover: { client: nats.go@1.40, consumes: { orders.>: { durable: mover } } }
  gone: { client: nats.go@1.40, consumes: { orders.>: { durable: gone } } }
`);
    const result = compared(text, inventory({
      channels: [stream('ORDERS', ['orders.>'])],
      consumers: [durable('ORDERS', 'packer', { max_deliver: 3 }), durable('ORDERS', 'mover', { ack_policy: 'none' }), durable('ORDERS', 'audit', { max_ack_pending: 10 })],
    }));
    assert.deepEqual(brief(result), [
      'info drift/unknown-consumer stream ORDERS, durable audit: no | yes',
      'warning drift/setting durable packer, maxDeliver: 5 | 3',
      'info drift/unsaid-setting durable mover, ackPolicy: - | none',
      'warning drift/missing-consumer stream ORDERS, durable gone: yes | no',
    ]);
    assert.match(fixed(result), /audit:\n {4}consumes:\n {6}orders\.>: \{ durable: audit, ackPolicy: explicit, maxAckPending: 10 \}/);
    assert.match(fixed(result), /maxDeliver: 3/);
  });
});
