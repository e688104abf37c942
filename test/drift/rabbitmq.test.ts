import assert from 'node:assert/strict';
import type { InventoryChannel } from '../../src/brokers/inventory';
import { brief, compared, fixed, inventory, lines } from './support';

const queue = (address: string, more: InventoryChannel['settings'] = {}): InventoryChannel => ({
  address, kind: 'queue', settings: { 'x-queue-type': 'quorum', durable: true, auto_delete: false, exclusive: false, ...more }, explicit: Object.keys(more),
});
const exchange = (address: string, type = 'topic', more: InventoryChannel['settings'] = {}): InventoryChannel => ({
  address, kind: 'exchange', settings: { type, durable: true, auto_delete: false, ...more }, explicit: Object.keys(more),
});
const bound = (from: string, to: string, routingKey: string, args: InventoryChannel['settings'] = {}) =>
  ({ exchange: from, destination: to, destinationKind: 'queue' as const, routingKey, arguments: args });
const files = (channels: string, rest = ''): string => `flow: 1
brokers:
  work: { protocol: rabbitmq, url: "amqp://localhost" }
channels:
${channels}${rest}`;

describe('drift of RabbitMQ’s queues, exchanges, bindings and policies', () => {
  it('takes for the queue’s own what a policy puts in force', () => {
    const result = compared(
      files('  mail: { broker: work, queue: quorum, deadLetter: dead, maxLength: 500, deliveryLimit: 5 }\n  dead: { broker: work, queue: quorum }\n'),
      inventory({
        version: '3.13.1',
        channels: [exchange('dlx', 'fanout'), queue('mail', { 'x-max-length': 1000 }), queue('dead')], bindings: [bound('dlx', 'dead', '')],
        policies: [
          { name: 'low', pattern: '.*', applyTo: 'all', priority: 0, definition: { 'dead-letter-exchange': 'elsewhere', 'delivery-limit': 9 } },
          { name: 'high', pattern: '^mail$', applyTo: 'quorum_queues', priority: 5, definition: { 'dead-letter-exchange': 'dlx', 'delivery-limit': 5 } },
          { name: 'most', pattern: '.*', applyTo: 'queues', priority: 9, operator: true, definition: { 'max-length': 500 } },
        ],
      }));
    assert.deepEqual(brief(result).filter((line) => line.includes('queue mail')), []);
  });

  it('tells of dead letters that are dropped or go elsewhere', () => {
    const result = compared(
      files('  mail: { broker: work, queue: quorum, deadLetter: dead }\n  more: { broker: work, queue: quorum, deadLetter: dead }\n  other: { broker: work, queue: quorum }\n  dead: { broker: work, queue: quorum }\n'),
      inventory({ version: '3.13.1', channels: [
        queue('mail'), queue('more', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'other' }), queue('dead'),
        queue('other', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' }),
      ] }));
    assert.deepEqual(brief(result), [
      'error drift/dead-letter queue mail, dead letters: dead | -',
      'error drift/dead-letter queue more, dead letters: dead | other',
      'warning drift/dead-letter queue other, dead letters: - | dead',
    ]);
    assert.equal(fixed(result), files('  mail: { broker: work, queue: quorum, deadLetter: dead }\n  more: { broker: work, queue: quorum, deadLetter: other }\n  other: { broker: work, queue: quorum, deadLetter: dead }\n  dead: { broker: work, queue: quorum }\n'));
    assert.match(fixed(result, { unsafe: true }), /mail: \{ broker: work, queue: quorum \}/);
  });

  it('says a setting in the broker’s own words, or that a policy sets it', () => {
    const result = compared(files('  log: { broker: work, queue: stream, retention: 7d }\n  mail: { broker: work, queue: quorum, maxLength: 5 }\n'), inventory({
      version: '3.13.1',
      channels: [{ address: 'log', kind: 'stream', settings: { 'x-queue-type': 'stream', 'x-max-age': '3D' }, explicit: ['x-max-age'] }, queue('mail')],
      policies: [{ name: 'short', pattern: '^mail', applyTo: 'queues', priority: 0, definition: { 'max-length': 9 } }],
    }));
    assert.deepEqual(result.problems.map(({ message }) => /work has [^.]*/.exec(message)?.[0]), ['work has 3d (x-max-age=3D)', 'work has 9 (by a policy)']);
  });

  it('is silent on what a program does with its failures itself', () => {
    const result = compared(files(
      '  mail: { broker: work, queue: quorum }\n  dead: { broker: work, queue: quorum }\n',
      'services:\n  mailer: { consumes: { mail: { onFailure: { deadLetter: dead } } } }\n',
    ), inventory({ version: '3.13.1', channels: [queue('mail'), queue('dead')] }));
    assert.deepEqual(lines(result), []);
  });

  it('finds bindings that are missing, others, or not said, and adds them to lists and blocks', () => {
    const text = files(`  mail: { broker: work, exchange: topic }
  a: { broker: work, queue: quorum, bindings: [{ exchange: mail, routingKey: a.* }] }
  b:
    broker: work
    queue: quorum
    bindings:
      - { exchange: mail, routingKey: b.# }
  c: { broker: work, queue: quorum, bindings: { mail: c } }
  d: { broker: work, queue: quorum }
`);
    const result = compared(text, inventory({ version: '3.13.1', channels: [exchange('mail'), queue('a'), queue('b'), queue('c'), queue('d')], bindings: [
      bound('', 'a', 'a'), bound('mail', 'a', 'a.b'), bound('mail', 'b', 'b.#'), bound('mail', 'b', 'z'), bound('mail', 'd', 'd'),
    ] }));
    assert.deepEqual(brief(result), [
      'error drift/binding queue a, binding to mail: a.* | a.b',
      'warning drift/binding queue b, binding to mail with z: no | yes',
      'error drift/binding queue c, binding to mail with c: yes | no',
      'warning drift/binding queue d, binding to mail with d: no | yes',
    ]);
    assert.equal(fixed(result), files(`  mail: { broker: work, exchange: topic }
  a: { broker: work, queue: quorum, bindings: [{ exchange: mail, routingKey: a.b }] }
  b:
    broker: work
    queue: quorum
    bindings:
      - { exchange: mail, routingKey: b.# }
      - { exchange: mail, routingKey: z }
  c: { broker: work, queue: quorum, bindings: { mail: c } }
  d: { broker: work, queue: quorum, bindings: [{ exchange: mail, routingKey: d }] }
`));
  });

  it('takes a binding out of the file however it is written, by hand only', () => {
    const text = files(`  mail: { broker: work, exchange: topic }
  a: { broker: work, queue: quorum, bindings: [{ exchange: mail, routingKey: a }, { exchange: mail, routingKey: gone }] }
  b:
    broker: work
    queue: quorum
    bindings:
      - { exchange: mail, routingKey: gone }
      - exchange: mail
        routingKey: b
  c: { broker: work, queue: quorum, bindings: { mail: [gone, c] } }
  d: { broker: work, queue: quorum, bindings: [{ exchange: mail, routingKey: gone }] }
`);
    const real = inventory({ version: '3.13.1', channels: [exchange('mail'), queue('a'), queue('b'), queue('c'), queue('d')],
      bindings: ['a', 'b', 'c'].map((name) => bound('mail', name, name)) });
    assert.equal(fixed(compared(text, real)), text);
    const mended = fixed(compared(text, real), { unsafe: true });
    assert.equal(mended, files(`  mail: { broker: work, exchange: topic }
  a: { broker: work, queue: quorum, bindings: [{ exchange: mail, routingKey: a }] }
  b:
    broker: work
    queue: quorum
    bindings:
      - exchange: mail
        routingKey: b
  c: { broker: work, queue: quorum, bindings: { mail: [c] } }
  d: { broker: work, queue: quorum }
`));
    assert.deepEqual(lines(compared(mended, real)), []);
  });

  it('compares bindings of a fanout exchange without keys, of a headers exchange by arguments', () => {
    const result = compared(files(`  all: { broker: work, exchange: fanout }
  some: { broker: work, exchange: headers }
  a:
    broker: work
    queue: quorum
    bindings:
      - { exchange: all, routingKey: whatever }
      - { exchange: some, arguments: { x-match: all, kind: order } }
`), inventory({ version: '3.13.1', channels: [exchange('all', 'fanout'), exchange('some', 'headers'), queue('a')], bindings: [
      bound('all', 'a', ''), bound('some', 'a', '', { kind: 'order', 'x-match': 'all' }),
    ] }));
    assert.deepEqual(lines(result), []);
  });

  it('leaves to the missing queue what is missing with it, and does not wait for queues that come and go', () => {
    const result = compared(files(`  mail: { broker: work, exchange: topic }
  gone: { broker: work, queue: quorum, deadLetter: mail, bindings: [{ exchange: mail, routingKey: a }] }
  passing: { broker: work, queue: classic, autoDelete: true }
  from: { broker: work, queue: quorum, bindings: [{ exchange: amq.topic, routingKey: a }] }
`), inventory({ version: '3.13.1', channels: [
      exchange('mail'), queue('from'), { ...queue('amq.gen-1'), settings: { 'x-queue-type': 'classic', exclusive: true } },
    ], bindings: [bound('amq.topic', 'from', 'a')] }));
    assert.deepEqual(brief(result), ['error drift/missing-channel queue gone, is there: yes | no']);
  });

  it('tells of exchanges of another type, of alternate exchanges and of readers', () => {
    const result = compared(files('  mail: { broker: work, exchange: topic, alternateExchange: lost }\n  lost: { broker: work, exchange: fanout }\n  a: { broker: work, queue: quorum }\n  b: { broker: work, queue: quorum }\n',
      'services:\n  mailer: { consumes: { b: { prefetch: 20, ack: manual } } }\n'),
    inventory({
      version: '3.13.1', channels: [exchange('mail', 'direct'), exchange('lost', 'fanout', { 'alternate-exchange': 'mail' }), queue('a'), queue('b')],
      consumers: [{ channel: 'a', kind: 'queue', members: 2, settings: {} }, { channel: 'b', kind: 'queue', members: 1, settings: { prefetch: 5, ack: 'manual' } }, { channel: 'b', kind: 'queue', members: 1, settings: { prefetch: 5, ack: 'auto' } }],
    }));
    assert.deepEqual(brief(result), [
      'warning drift/setting exchange mail, exchange: topic | direct',
      'error drift/alternate-exchange exchange mail, alternate exchange: lost | -',
      'warning drift/alternate-exchange exchange lost, alternate exchange: - | mail',
      'info drift/unknown-consumer queue a, consumers: no | yes',
      'warning drift/setting queue b, prefetch: 20 | 5',
    ]);
  });
});
