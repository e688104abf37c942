import assert from 'node:assert/strict';
import { prepareRename, rename } from '../../src/ide/rename';
import { ideFixture } from './support';

/** The files after a rename at the cursor, or the reason why not. */
function renamed(text: string, newName: string): string {
  const f = ideFixture(text);
  const result = rename(f.ide, f.file.id, f.offset, newName);
  return 'refused' in result ? result.refused : f.after(result.edits);
}

describe('rename', () => {
  it('renames a channel in all flow files, keeping quotes', () => {
    assert.equal(
      renamed(
        `
=== a.flow.yaml
flow: 1
brokers: { b: { protocol: kafka } }
channels:
  ord$0ers: { broker: b, deadLetter: "orders.dlq" }
  orders.dlq: { broker: b }
services:
  s:
    publishes: { 'orders': { acks: all } }
=== b.flow.yaml
flow: 1
services:
  t:
    consumes: [orders]
`,
        'orders.new',
      ),
      `\
=== a.flow.yaml
flow: 1
brokers: { b: { protocol: kafka } }
channels:
  orders.new: { broker: b, deadLetter: "orders.dlq" }
  orders.dlq: { broker: b }
services:
  s:
    publishes: { 'orders.new': { acks: all } }
=== b.flow.yaml
flow: 1
services:
  t:
    consumes: [orders.new]
`,
    );
  });

  it('renames a dead-letter target where it is named', () => {
    assert.match(
      renamed('flow: 1\nchannels:\n  a: { deadLetter: a.d$0lq }\n  a.dlq: {}\n', 'dead'),
      /deadLetter: dead }\n {2}dead: {}/,
    );
  });

  it('renames a broker, also before a slash', () => {
    const result = renamed(
      `
=== a.flow.yaml
flow: 1
brokers:
  one: { protocol: nats }
channels:
  a: { broker: o$0ne }
services:
  s: { publishes: { one/a: {}, two/a: {} } }
=== b.flow.yaml
flow: 1
brokers:
  two: { protocol: nats }
channels:
  a: { broker: two }
`,
      'first',
    );
    assert.equal(
      result,
      `\
=== a.flow.yaml
flow: 1
brokers:
  first: { protocol: nats }
channels:
  a: { broker: first }
services:
  s: { publishes: { first/a: {}, two/a: {} } }
`,
    );
  });

  it('keeps the version of a schema', () => {
    assert.equal(
      renamed(
        `
flow: 1
schemas:
  Order: { format: avro, versions: { 1: a.avsc } }
channels:
  a: { schema: Ord$0er@1 }
  b: { schema: Order }
`,
        'OrderPlaced',
      ),
      `\
=== test.flow.yaml
flow: 1
schemas:
  OrderPlaced: { format: avro, versions: { 1: a.avsc } }
channels:
  a: { schema: OrderPlaced@1 }
  b: { schema: OrderPlaced }
`,
    );
  });

  it('quotes a name that YAML would read as something else', () => {
    assert.match(renamed('flow: 1\nservices:\n  s$0: { publishes: { a: {} } }\n', 'yes'), /\n {2}"yes": /);
    assert.match(renamed('flow: 1\nservices:\n  s$0: { publishes: { a: {} } }\n', 'a: b'), /\n {2}"a: b": /);
  });

  it('refuses with a reason', () => {
    const two =
      'flow: 1\nbrokers: { k: { protocol: kafka } }\nchannels:\n  a$0: { broker: k }\n  b: { broker: k }\n';
    assert.match(renamed(two, 'b'), /already a channel “b”/);
    assert.match(renamed(two, 'no blanks'), /Kafka topics/);
    assert.match(renamed(two, ''), /cannot be empty/);
    const queue = 'flow: 1\nbrokers: { r: { protocol: rabbitmq } }\nchannels:\n  q$0: { broker: r, queue: quorum }\n';
    assert.match(renamed(queue, 'ü'.repeat(128)), /up to 255 bytes/);
    assert.match(renamed(queue, 'ü'.repeat(127)), /üü/);
    assert.match(renamed('flow: 1\nfl$0ow: 1\n', 'x'), /no name here/);
    assert.match(renamed('flow: 1\nschemas: { Ord$0er: {} }\n', 'a@b'), /has an @/);
  });

  it('refuses what a file of another kind names as well', () => {
    assert.match(
      renamed(
        `
=== a.flow.yaml
flow: 1
channels:
  ma$0il: { queue: quorum }
=== definitions.json
{ "rabbit_version": "4.0", "queues": [ { "name": "mail", "vhost": "/", "durable": true, "arguments": {} } ], "exchanges": [], "bindings": [] }
`,
        'post',
      ),
      /also named in definitions\.json/,
    );
  });

  it('names the files that keep a name, before a new one is typed', () => {
    const text = `
=== a.flow.yaml
flow: 1
brokers: { shop: { protocol: kafka } }
channels:
  ord$0ers: { broker: shop }
=== connect/sink.json
{ "name": "sink", "config": { "connector.class": "io.confluent.connect.s3.S3SinkConnector", "topics": "orders,paid" } }
=== deploy/topic.yaml
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: orders, labels: { strimzi.io/cluster: shop } }
=== app/application.properties
mp.messaging.incoming.in.connector=smallrye-kafka
mp.messaging.incoming.in.topic=orders
`;
    const f = ideFixture(text);
    const target = prepareRename(f.ide, f.file.id, f.offset);
    assert.ok('refused' in target);
    assert.match(
      target.refused,
      /^orders is also named in app\/application\.properties \(microprofile\), connect\/sink\.json \(kafka-connect\) and deploy\/topic\.yaml \(strimzi\)\. .* Change it there by hand\.$/,
    );
    const item = prepareRename(f.ide, 'file:///connect/sink.json' as typeof f.file.id, f.files[1]!.text.indexOf('paid'));
    assert.match('refused' in item ? item.refused : '', /^paid is also named in connect\/sink\.json/);
  });

  it('leaves aliases as they are, and what goes by them', () => {
    const text = `
=== a.flow.yaml
flow: 1
brokers: { events: { protocol: kafka, same-as: kafka } }
channels:
  ord$0ers: { broker: events, alias: [orders.v0, old] }
services:
  s: { publishes: { orders: {}, orders.v0: {} } }
=== app/consumer.properties
bootstrap.servers=k.example.com:9092
group.id=g
topic=old
=== docker-compose.yml
services:
  kafka: { image: 'apache/kafka:4.1.0', ports: ['9092:9092'] }
`;
    assert.equal(
      renamed(text, 'placed'),
      `\
=== a.flow.yaml
flow: 1
brokers: { events: { protocol: kafka, same-as: kafka } }
channels:
  placed: { broker: events, alias: [orders.v0, old] }
services:
  s: { publishes: { placed: {}, orders.v0: {} } }
`,
    );
    // The compose file goes on to call the broker kafka.
    assert.match(
      renamed(text.replace('ord$0ers', 'orders').replace('broker: events', 'broker: eve$0nts'), 'main'),
      /^=== a\.flow\.yaml\nflow: 1\nbrokers: \{ main: \{ protocol: kafka, same-as: kafka \} \}\nchannels:\n {2}orders: \{ broker: main,/,
    );
  });

  it('renames a service that only flow files name, whatever else they stand beside', () => {
    const text = `
=== a.flow.yaml
flow: 1
services:
  chec$0kout: { publishes: { orders: {} } }
=== deploy/topic.yaml
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: orders, labels: { strimzi.io/cluster: shop } }
`;
    assert.match(renamed(text, 'till'), /\n {2}till: \{ publishes/);
  });

  it('refuses where one text names two things', () => {
    const twice = 'flow: 1\nbrokers:\n  &n mai$0l: { protocol: kafka }\nchannels:\n  *n : { broker: *n }\n';
    assert.match(renamed(twice, 'post'), /also names the channel mail/);
    const values = 'flow: 1\nbrokers: { mail: { protocol: kafka } }\nchannels:\n'
      + '  a: { broker: &n ma$0il, deadLetter: *n }\n  mail: {}\n';
    assert.match(renamed(values, 'post'), /also names the (channel|broker) mail/);
    assert.match(renamed(values.replace('*n', 'dead'), 'post'), /brokers: \{ post: .*broker: &n post,/s);
  });

  it('does not put a name in the place of a prefix or of a part of it', () => {
    const user = (name: string, type: string): string => `
=== a.flow.yaml
flow: 1
brokers: { shop: { protocol: kafka } }
channels:
  ord$0ers: { broker: shop }
=== user.yaml
apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata: { name: audit, labels: { strimzi.io/cluster: shop } }
spec:
  authorization:
    type: simple
    acls:
      - resource: { type: topic, name: ${name}, patternType: ${type} }
        operations: [Read]
`;
    assert.match(renamed(user('ord', 'prefix'), 'placed'), /also named in user\.yaml \(strimzi\)/);
    assert.match(renamed(user('orders', 'literal'), 'placed'), /also named in user\.yaml \(strimzi\)/);
    assert.match(renamed(user('other', 'prefix'), 'placed'), /\n {2}placed: /);
  });

  it('follows into AsyncAPI where the name is the address', () => {
    assert.equal(
      renamed(
        `
=== a.flow.yaml
flow: 1
services:
  s: { consumes: { ord$0ers: { group: s } } }
=== two.yaml
asyncapi: 2.6.0
info: { title: shop, version: '1' }
channels:
  "orders":
    subscribe: { message: { name: X } }
=== three.json
{ "asyncapi": "3.0.0", "info": { "title": "other", "version": "1" },
  "channels": { "ordersChannel": { "address": "orders" } },
  "operations": { "take": { "action": "receive", "channel": { "$ref": "#/channels/ordersChannel" } } } }
`,
        'orders.v2',
      ),
      `\
=== a.flow.yaml
flow: 1
services:
  s: { consumes: { orders.v2: { group: s } } }
=== three.json
{ "asyncapi": "3.0.0", "info": { "title": "other", "version": "1" },
  "channels": { "ordersChannel": { "address": "orders.v2" } },
  "operations": { "take": { "action": "receive", "channel": { "$ref": "#/channels/ordersChannel" } } } }
=== two.yaml
asyncapi: 2.6.0
info: { title: shop, version: '1' }
channels:
  "orders.v2":
    subscribe: { message: { name: X } }
`,
    );
  });

  it('says what would be renamed', () => {
    const f = ideFixture(
      'flow: 1\nchannels:\n  a: { schema: "Ord$0er@1" }\nschemas: { Order: { versions: { 1: x.avsc } } }\n',
    );
    const target = prepareRename(f.ide, f.file.id, f.offset);
    assert.ok(!('refused' in target));
    assert.equal(f.place(target.at), 'test.flow.yaml 3:17-3:22 "Order"');
  });
});
