import assert from 'node:assert/strict';
import { isCopyAt } from '../../src/drift/copy';
import { fixtureModel } from '../support/fixture';
import { brief, compared, fixed, inventory, lines, topic } from './support';

const settings = {
  'retention.ms': '604800000', 'cleanup.policy': 'delete', 'min.insync.replicas': '1', 'max.message.bytes': '1048588',
  'unclean.leader.election.enable': 'false',
};
const files = (channels: string, rest = ''): string => `flow: 1
brokers:
  events: { protocol: kafka, url: "localhost:9092" }
channels:
${channels}${rest}`;

describe('drift of Kafka topics', () => {
  it('compares values by what they mean', () => {
    const result = compared(
      files('  orders: { broker: events, partitions: 3, replicas: 1, retention: 7d, cleanup: delete, maxMessageSize: 1048588, minInsyncReplicas: 1 }\n'
        + '  forever: { broker: events, partitions: 3, replicas: 1, retention: -1, cleanup: "compact,delete" }\n'),
      inventory({ channels: [
        topic('forever', { partitions: 3, settings: { ...settings, 'retention.ms': '-1', 'cleanup.policy': 'delete,compact' }, explicit: ['retention.ms', 'cleanup.policy'] }),
        topic('orders', { partitions: 3, settings }),
      ] }));
    assert.deepEqual(lines(result), []);
    assert.equal(result.rows.length, 10);
  });

  it('says at its line what the file says, what the broker has, and puts the broker’s value into the file', () => {
    const result = compared(
      files('  orders: { broker: events, partitions: 12, replicas: 1, retention: 7d }\n'),
      inventory({ channels: [topic('orders', { partitions: 6, settings: { ...settings, 'retention.ms': '86400000' }, explicit: ['retention.ms'] })] }));
    assert.deepEqual(lines(result), [
      'warning drift/setting [12] orders: the file says partitions 12, and events has 6. How many consumers of a group work at a time, and which '
        + 'records stay in order, hangs on it. Write what the broker has, or change it there.',
      'warning drift/setting [7d] orders: the file says retention 7d, and events has 1d (retention.ms=86400000). A consumer that is away for longer '
        + 'than that misses records. Write what the broker has, or change it there.',
    ]);
    assert.equal(fixed(result), files('  orders: { broker: events, partitions: 6, replicas: 1, retention: 1d }\n'));
  });

  it('tells what was set and nobody says as a warning, and other defaults than those assumed as one information', () => {
    const real = inventory({ channels: [topic('orders', {
      partitions: 6, replicas: 3, settings: { ...settings, 'min.insync.replicas': '2', 'retention.ms': '172800000' }, explicit: ['min.insync.replicas'],
    })] });
    const result = compared(files('  orders: { broker: events }\n'), real);
    assert.deepEqual(brief(result), [
      'warning drift/setting topic orders, minInsyncReplicas: - | 2',
      'info drift/unsaid-setting topic orders, partitions, replicas, retention: - | 6, 3, 2d',
    ]);
    // Both write at the one place of the declaration: the second waits for the next pass, as all fixes do.
    const once = fixed(result);
    assert.match(once, /minInsyncReplicas: 2/);
    const again = compared(once, real);
    assert.deepEqual(lines(compared(fixed(again), real)), []);
  });

  it('writes settings as lines of a block', () => {
    const real = inventory({ channels: [topic('orders', { partitions: 6, replicas: 3, settings })] });
    const result = compared(files('  orders:\n    broker: events\n  # the end\n'), real);
    assert.equal(fixed(result), files('  orders:\n    broker: events\n    partitions: 6\n    replicas: 3\n  # the end\n'));
  });

  it('calls no topic missing that is only hidden, and takes one out of the file by hand only', () => {
    const text = files('  orders: { broker: events, partitions: 3 }\n  oders:\n    broker: events\n    partitions: 3\n  secret: { broker: events }\n');
    const result = compared(text, inventory({
      channels: [topic('orders', { partitions: 3 })], hidden: [{ address: 'secret', kind: 'topic' }],
    }));
    const [missing] = result.problems.filter(({ code }) => code === 'drift/missing-channel');
    assert.equal(missing?.message, 'Topic oders is declared on events, and it is not there. Who publishes to it fails, or makes '
      + 'a topic of the broker’s defaults where topics make themselves. Make it, or take it out of the file.');
    assert.equal(result.problems.filter(({ code }) => code === 'drift/missing-channel').length, 1);
    assert.deepEqual(result.notes, ['The rights on events do not let one see whether these are there: secret.']);
    assert.equal(fixed(result), text);
    assert.equal(fixed(result, { unsafe: true }), text.replace('  oders:\n    broker: events\n    partitions: 3\n', ''));
  });

  it('guesses what a name was meant to be from those that no file has', () => {
    const result = compared(files('  orders.placd: { broker: events }\n  orders.places: { broker: events }\n'),
      inventory({ channels: [topic('orders.placed'), topic('orders.places')] }));
    assert.deepEqual(result.problems.filter(({ code }) => code === 'drift/missing-channel').map(({ message }) => message.slice(0, 96)), [
      'Topic orders.placd is declared on events, and it is not there. Did you mean "orders.placed"? Who ',
    ].map((text) => text.slice(0, 96)));
  });

  it('does not say what the lists, of which it knows that they are not whole, do not have', () => {
    const result = compared(
      files('  orders: { broker: events, partitions: 4, replicas: 1, retention: 7d }\n  gone: { broker: events }\n', 'services:\n  billing: { consumes: { orders: { group: billing } } }\n'),
      inventory({ channels: [topic('orders', { partitions: 4 })], unread: ['channels', 'settings', 'consumers'], notes: ['Groups need DESCRIBE.'] }));
    assert.deepEqual(lines(result), []);
    assert.deepEqual(result.notes, ['Groups need DESCRIBE.']);
  });

  it('leaves out names that nobody can tell, and what taps of our own leave', () => {
    const result = compared(files('  "{tenant}.orders": { broker: events }\n  __internal: { broker: events }\n'), inventory({
      channels: [topic('tailrace-tap.1')], consumers: [{ channel: 'x', kind: 'topic', name: 'tailrace-tap.2', settings: {} }],
    }));
    assert.deepEqual(lines(result), []);
  });

  it('adds a topic that no file knows, and the groups that read', () => {
    const text = files('  orders: { broker: events, partitions: 3, replicas: 1 }\n', '# the end\n');
    const real = inventory({
      channels: [topic('orders', { partitions: 3 }), topic('payments', { partitions: 2, settings: { 'retention.ms': '3600000' }, explicit: ['retention.ms'] })],
      consumers: [
        { channel: 'orders', kind: 'topic', name: 'audit', settings: {} }, { channel: 'payments', kind: 'topic', name: 'audit', settings: {} },
      ],
    });
    const result = compared(text, real);
    assert.deepEqual(brief(result), [
      'info drift/unknown-channel topic payments, is there: no | yes',
      'info drift/unknown-consumer topic orders, group audit: no | yes',
    ]);
    let now = text;
    for (let pass = 0; pass < 4; pass++) now = fixed(compared(now, real));
    assert.deepEqual(lines(compared(now, real)), []);
    assert.match(now, /\n {2}payments:\n {4}broker: events\n {4}retention: 1h\n {4}partitions: 2\n/);
    assert.match(now, /\n\nservices:\n {2}audit:\n {4}consumes:\n {6}orders: \{ group: audit \}\n {6}payments: \{ group: audit \}\n# the end\n$/);
  });

  it('knows a group that a program’s own configuration names without a topic', () => {
    const result = compared(`=== shop.flow.yaml
${files('  orders: { broker: events, partitions: 3, replicas: 1 }\n')}
=== billing/consumer.properties
bootstrap.servers=localhost:9092
group.id=billing
`, inventory({ channels: [topic('orders', { partitions: 3 })], consumers: [{ channel: 'orders', kind: 'topic', name: 'billing', settings: {} }] }));
    assert.deepEqual(lines(result), []);
  });

  it('names groups that the broker does not know', () => {
    const result = compared(
      files('  orders: { broker: events, partitions: 3, replicas: 1 }\n', 'services:\n  billing: { consumes: { orders: { group: billng } } }\n'),
      inventory({ channels: [topic('orders', { partitions: 3 })], consumers: [{ channel: 'orders', kind: 'topic', name: 'billing', settings: {} }] }));
    assert.deepEqual(brief(result), [
      'info drift/unknown-consumer topic orders, group billing: no | yes',
      'info drift/missing-consumer topic orders, group billng: yes | no',
    ]);
  });

  it('counts less what differs on a copy for development', () => {
    const text = `=== deploy/kafka.yaml
apiVersion: kafka.strimzi.io/v1
kind: Kafka
metadata: { name: events, namespace: prod }
spec: { kafka: { version: 4.1.0, listeners: [{ name: plain, port: 9092, type: internal, tls: false }] } }
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: orders, namespace: prod, labels: { strimzi.io/cluster: events } }
spec: { partitions: 12, replicas: 3 }
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: refunds, namespace: prod, labels: { strimzi.io/cluster: events } }
spec: { partitions: 12, replicas: 3 }
=== compose.yaml
services:
  kafka:
    image: apache/kafka:4.1.0
    ports: ["9092:9092"]
`;
    const real = inventory({ channels: [topic('orders', { partitions: 1, settings })] });
    const [broker] = fixtureModel(text).model.brokers;
    assert.ok(broker && isCopyAt(broker, '127.0.0.1:9092'));
    assert.ok(!isCopyAt(broker, 'events-kafka-bootstrap.prod.svc:9092'));
    const severities = (isCopy: boolean): string[] => compared(text, real, isCopy).problems.map(({ severity, what }) => `${severity} ${what}`);
    assert.deepEqual(severities(true), ['info partitions', 'info replicas', 'warning is there']);
    assert.deepEqual(severities(false), ['warning partitions', 'warning replicas', 'error is there']);
  });

  it('speaks for files of other dialects in their own keys', () => {
    const result = compared(`=== orders.yaml
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: orders, labels: { strimzi.io/cluster: events } }
spec: { partitions: 3, replicas: 1, config: { retention.ms: 7200000 } }
`, inventory({ channels: [topic('orders', { partitions: 3, settings: { ...settings, 'retention.ms': '3600000' }, explicit: ['retention.ms'] })] }));
    assert.deepEqual(brief(result), ['warning drift/setting topic orders, retention: 2h | 1h']);
  });
});
