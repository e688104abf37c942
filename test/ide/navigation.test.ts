import assert from 'node:assert/strict';
import { links } from '../../src/ide/links';
import { definition, references } from '../../src/ide/navigation';
import { ideFixture } from './support';

const shop = `
=== shop.flow.yaml
flow: 1
brokers:
  events: { protocol: kafka }
schemas:
  Order:
    format: protobuf
    versions:
      1: v1/order.proto#shop.v1.Order
      2: v2/order.proto#shop.v2.Order
channels:
  orders:
    broker: events
    schema: Order@2
services:
  checkout:
    publishes:
      orders: { acks: all }
=== billing.flow.yaml
flow: 1
services:
  billing:
    consumes:
      orders: { group: billing }
=== v1/order.proto
syntax = "proto3";
package shop.v1;
message Order { string id = 1; }
=== v2/order.proto
syntax = "proto3";
package shop.v2;
message Order { string id = 1; }
`;

/** The fixture with the cursor at the nth place of a text. */
function withCursor(text: string, before: string): string {
  const at = text.indexOf(before);
  assert.notEqual(at, -1);
  return `${text.slice(0, at + before.length)}$0${text.slice(at + before.length)}`;
}

function definitions(before: string): string[] {
  const f = ideFixture(withCursor(shop, before));
  return definition(f.ide, f.file.id, f.offset).map((at) => f.place(at));
}

describe('definition', () => {
  it('goes from a use in another file to the channel', () => {
    assert.deepEqual(definitions('consumes:\n      ord'), ['shop.flow.yaml 11:3-11:9 "orders"']);
  });
  it('goes from a channel to its broker', () => {
    assert.deepEqual(definitions('broker: ev'), ['shop.flow.yaml 3:3-3:9 "events"']);
  });
  it('goes from a schema name to the schema, and from its version to the version', () => {
    assert.deepEqual(definitions('schema: Or'), ['shop.flow.yaml 5:3-5:8 "Order"']);
    assert.deepEqual(definitions('schema: Order@2'), ['shop.flow.yaml 9:7-9:8 "2"']);
  });
  it('goes from a schema version to its contract', () => {
    assert.deepEqual(definitions('2: v2/or'), ['v2/order.proto 3:9-3:14 "Order"']);
  });
  it('has nothing to say elsewhere', () => {
    assert.deepEqual(definitions('acks: a'), []);
  });
});

describe('definition of a $ref', () => {
  const api = `
=== api.yaml
asyncapi: 3.0.0
info: { title: shop, version: '1' }
channels:
  orders:
    address: orders
    messages:
      placed: { $ref: '#/components/messages/Placed' }
      gone: { $ref: './parts.yaml#/messages/a~1b' }
      none: { $ref: './parts.yaml#/messages/none' }
components:
  messages:
    Placed: { name: Placed }
=== parts.yaml
messages:
  a/b: { name: X }
`;
  const go = (before: string): string[] => {
    const f = ideFixture(withCursor(api, before));
    return definition(f.ide, f.file.id, f.offset).map((at) => f.place(at));
  };
  it('is the key that it names, in this file or another', () => {
    assert.deepEqual(go("'#/comp"), ['api.yaml 12:5-12:11 "Placed"']);
    assert.deepEqual(go("'./parts.yaml#/messages/a"), ['parts.yaml 2:3-2:6 "a/b"']);
    assert.deepEqual(go('messages/no'), []);
  });
  it('is a link where it leads out of the file', () => {
    const f = ideFixture(api);
    assert.deepEqual(links(f.ide, f.file.id).map((l) => `${f.place(l.at)} ${l.path}`), [
      'api.yaml 8:22-8:49 "./parts.yaml#/messages/a~1b" /parts.yaml',
      'api.yaml 9:22-9:49 "./parts.yaml#/messages/none" /parts.yaml',
    ]);
  });
});

describe('references', () => {
  it('finds all places of a channel, with and without its declaration', () => {
    const f = ideFixture(withCursor(shop, 'channels:\n  or'));
    const all = references(f.ide, f.file.id, f.offset, true).map((at) => f.place(at));
    assert.deepEqual(all, [
      'billing.flow.yaml 5:7-5:13 "orders"',
      'shop.flow.yaml 11:3-11:9 "orders"',
      'shop.flow.yaml 17:7-17:13 "orders"',
    ]);
    assert.equal(references(f.ide, f.file.id, f.offset, false).length, 2);
  });
});
