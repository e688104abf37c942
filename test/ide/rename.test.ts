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
