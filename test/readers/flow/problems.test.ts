import assert from 'node:assert/strict';
import { applyEdits } from '../../../src/text/edits';
import { readFlow } from './read';

const cases: readonly [name: string, text: string, report: string][] = [
  [
    'no version',
    `
channels:
  orders:
`,
    `
flow/version: This flow file does not say its format version. Begin it with "flow: 1".
1 | channels:
  | ^^^^^^^^
`,
  ],
  [
    'another version',
    `
flow: 2
`,
    `
flow/version: The format version "2" is not known; this Tailrace reads version 1. Write "flow: 1", or update Tailrace.
1 | flow: 2
  |       ^
`,
  ],
  [
    'an empty version',
    `
flow:
`,
    `
flow/version: The format version is missing. Write "flow: 1".
1 | flow:
  | ^^^^^
`,
  ],
  [
    'no map',
    `
flow
`,
    `
flow/type: A flow file is a map. Begin with "flow: 1", then "brokers:", "channels:" and "services:".
1 | flow
  | ^^^^
`,
  ],
  [
    'a slip of a key',
    `
flow: 1
chanels:
  orders: {}
services:
  shop:
    publishes:
      orders: { aks: all }
    consumes:
      orders:
        onFailure: { retires: 3 }
`,
    `
flow/unknown-key: "chanels" is no key of a flow file. Did you mean "channels"?
2 | chanels:
  | ^^^^^^^
flow/unknown-key: "aks" is no key of a publish. Did you mean "acks"?
7 |       orders: { aks: all }
  |                 ^^^
flow/unknown-key: "retires" is no key of onFailure. Did you mean "retries"?
10 |         onFailure: { retires: 3 }
   |                      ^^^^^^^
`,
  ],
  [
    'a key of another protocol',
    `
flow: 1
brokers:
  events: { protocol: kafka, vhost: shop }
  work: { protocol: rabbitmq }
channels:
  orders.placed: { broker: events, queue: quorum }
  mail: { broker: work, exchange: fanout, maxLength: 5 }
services:
  billing:
    consumes:
      orders.placed: { prefetch: 20, acks: all }
      mail: { group: billing }
`,
    `
flow/unknown-key: "vhost" belongs to RabbitMQ; events is a Kafka broker. Remove it.
3 |   events: { protocol: kafka, vhost: shop }
  |                              ^^^^^
flow/unknown-key: "queue" belongs to RabbitMQ; orders.placed is a Kafka topic. Remove it.
6 |   orders.placed: { broker: events, queue: quorum }
  |                                    ^^^^^
flow/unknown-key: "maxLength" belongs to a queue; mail is a RabbitMQ exchange. Remove it.
7 |   mail: { broker: work, exchange: fanout, maxLength: 5 }
  |                                           ^^^^^^^^^
flow/unknown-key: "prefetch" belongs to RabbitMQ; orders.placed is a Kafka topic. Did you mean "maxPollRecords"?
11 |       orders.placed: { prefetch: 20, acks: all }
   |                        ^^^^^^^^
flow/unknown-key: "acks" is no key of a consume. It is a key of a publish; move it there.
11 |       orders.placed: { prefetch: 20, acks: all }
   |                                      ^^^^
flow/unknown-key: "group" belongs to Kafka; mail is a RabbitMQ exchange. Remove it.
12 |       mail: { group: billing }
   |               ^^^^^
`,
  ],
  [
    'values of the wrong type',
    `
flow: 1
brokers:
  events: { protocol: kafkaa }
channels:
  orders:
    broker: [events]
    partitions: twelve
    retention: 7 dayz
    ordering: perkey
services:
  shop:
    publishes:
      orders: { idempotence: yes, acks: 2, maxInFlight: 0 }
    consumes: orders
`,
    `
flow/type: "kafkaa" cannot stand here; write kafka, rabbitmq, mqtt or nats. Did you mean "kafka"?
3 |   events: { protocol: kafkaa }
  |                       ^^^^^^
flow/type: A list cannot stand here; write a text.
6 |     broker: [events]
  |             ^^^^^^^^
flow/type: "twelve" cannot stand here; write a whole number from 1.
7 |     partitions: twelve
  |                 ^^^^^^
flow/type: "7 dayz" cannot stand here; write a duration such as 7d, 30s, 500ms or 1h30m.
8 |     retention: 7 dayz
  |                ^^^^^^
flow/type: "perkey" cannot stand here; write none, per-key or total. Did you mean "per-key"?
9 |     ordering: perkey
  |               ^^^^^^
flow/type: "yes" cannot stand here; write true or false. Did you mean "true"?
13 |       orders: { idempotence: yes, acks: 2, maxInFlight: 0 }
   |                              ^^^
flow/type: "2" cannot stand here; write 0, 1 or all.
13 |       orders: { idempotence: yes, acks: 2, maxInFlight: 0 }
   |                                         ^
flow/type: "0" cannot stand here; write a whole number from 1.
13 |       orders: { idempotence: yes, acks: 2, maxInFlight: 0 }
   |                                                         ^
flow/type: "orders" cannot stand here; write a map from channel to settings, or a list of channels.
14 |     consumes: orders
   |               ^^^^^^
`,
  ],
  [
    'what is missing',
    `
flow: 1
brokers:
  events: { url: localhost }
schemas:
  A: { format: avro }
channels:
  mail: { queue: quorum, bindings: [{ routingKey: x }] }
  orders:
    partitions:
`,
    `
flow/required: "events" does not say its "protocol". Add it.
3 |   events: { url: localhost }
  |   ^^^^^^
flow/required: "A" says neither "versions" nor "source". Add one of them.
5 |   A: { format: avro }
  |   ^
flow/required: This does not say its "exchange". Add it.
7 |   mail: { queue: quorum, bindings: [{ routingKey: x }] }
  |                                     ^
flow/type: "partitions" has no value; write a whole number from 1.
9 |     partitions:
  |     ^^^^^^^^^^^
`,
  ],
  [
    'placeholders: what they stand for is judged, what nobody knows is not',
    `
flow: 1
channels:
  a: { partitions: "\${env:N}", replicas: "\${env:N:-3}" }
  b:
    partitions: \${env:N:-3}
    retention: \${env:N:-soon}
`,
    `
flow/type: "\${env:N:-soon}" cannot stand here; write a duration such as 7d, 30s, 500ms or 1h30m.
6 |     retention: \${env:N:-soon}
  |                ^^^^^^^^^^^^^^
`,
  ],
  [
    'a placeholder without quotes in braces',
    `
flow: 1
brokers:
  a: { protocol: kafka, url: \${env:A:-h:1} }
`,
    `
syntax/yaml: Inside braces or brackets a placeholder must be in quotes. Write "\${env:A:-h:1}".
3 |   a: { protocol: kafka, url: \${env:A:-h:1} }
  |                              ^^^^^^^^^^^^^
`,
  ],
  [
    'an anchor is judged once, where it stands',
    `
flow: 1
x-defaults: &reliable { acks: all, idempotence: true }
services:
  shop:
    publishes:
      a: *reliable
      b: { <<: *reliable, key: id }
      c: &own { aks: all }
      d: *own
`,
    `
flow/unknown-key: "aks" is no key of a publish. Did you mean "acks"?
8 |       c: &own { aks: all }
  |                 ^^^
`,
  ],
  [
    'duplicate keys',
    `
flow: 1
channels:
  a: { partitions: 1 }
  a: { partitions: 2 }
`,
    `
syntax/duplicate-key: The key "a" stands twice in this map; only the last one counts. Remove one of them.
4 |   a: { partitions: 2 }
  |   ^
`,
  ],
];

describe('problems of flow files', () => {
  for (const [name, text, report] of cases) {
    it(name, () => assert.equal(`\n${readFlow(text).report}`, report));
  }

  it('offers to mend slips', () => {
    const { problems, file } = readFlow('chanels:\n  a: { ordering: perkey }\n');
    const fixes = problems.flatMap((p) => p.fixes ?? []);
    assert.deepEqual(
      fixes.map((f) => [f.title, f.safe]),
      [
        ['Rename to channels', false],
        ['Add flow: 1', true],
      ],
    );
    const mended = applyEdits(
      file.text,
      fixes.flatMap((f) => f.edits),
    ).text;
    assert.equal(mended, 'flow: 1\nchannels:\n  a: { ordering: perkey }\n');
    assert.equal(readFlow(mended).problems[0]?.fixes?.[0]?.title, 'Change to per-key');
  });

  it('says that an empty file needs its version', () => {
    assert.deepEqual(
      readFlow('').problems.map((p) => p.code),
      ['flow/version'],
    );
    assert.deepEqual(
      readFlow('# soon\n').problems.map((p) => p.code),
      ['flow/version'],
    );
  });
});
