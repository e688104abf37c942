import assert from 'node:assert/strict';
import { buildModel } from '../../src/model/build';
import { dumpModel } from '../support/dump';
import { fixtureModel } from '../support/fixture';

function expectModel(files: string, expected: string): void {
  assert.equal(dumpModel(fixtureModel(files).model), expected.replace(/^\n/, '').trimEnd());
}

describe('buildModel', () => {
  it('joins services and channels over files', () => {
    expectModel(`
=== topics.flow.yaml
flow: 1
brokers:
  events: { protocol: kafka, url: "kafka.example:9092" }
channels:
  orders: { broker: events, deadLetter: orders.dlq }
  orders.dlq: { broker: events }
=== services.flow.yaml
flow: 1
services:
  checkout:
    publishes: { orders: { acks: all } }
=== more.flow.yaml
flow: 1
services:
  checkout:
    consumes: { orders.dlq: }
  billing:
    consumes: { orders: }
`, `
orders: events kafka topic
  <- checkout
  -> billing
  => orders.dlq (dead-letter)
orders.dlq: events kafka topic dead-letter
  -> checkout
`);
  });

  it('keeps equal addresses of two brokers apart, and finds them as broker/address', () => {
    expectModel(`
flow: 1
brokers:
  eu: { protocol: kafka, url: "eu.example:9092" }
  us: { protocol: kafka, url: "us.example:9092" }
channels:
  eu/orders: { broker: eu }
  us/orders: { broker: us }
services:
  mirror:
    consumes: { eu/orders: }
    publishes: { us/orders: }
`, `
eu/orders: eu kafka topic
  -> mirror
us/orders: us kafka topic
  <- mirror
`);
  });

  it('takes a broker before the address off, but not the first level of an MQTT topic', () => {
    const { model } = fixtureModel(`
flow: 1
brokers:
  eu: { protocol: kafka, url: "eu.example:9092" }
  us: { protocol: kafka, url: "us.example:9092" }
  fleet: { protocol: mqtt, url: "mqtt://a.example" }
  yard: { protocol: mqtt, url: "mqtt://b.example" }
channels:
  eu/orders: { broker: eu }
  us/orders: { broker: us }
  fleet/+/position: { broker: fleet }
  fleet/gate: { broker: fleet }
  yard/gate: { broker: yard }
`);
    assert.deepEqual(model.channels.map((c) => [c.id, c.address]), [
      ['eu/orders', 'orders'],
      ['fleet/+/position', 'fleet/+/position'],
      ['fleet/gate', 'gate'],
      ['us/orders', 'orders'],
      ['yard/gate', 'gate'],
    ]);
  });

  it('keeps two brokers of two names apart, though both default to one address', () => {
    const { model } = fixtureModel(`
=== a.flow.yaml
flow: 1
brokers: { events: { protocol: kafka, url: "localhost:9092" } }
=== b.flow.yaml
flow: 1
brokers: { money: { protocol: kafka, url: "localhost:9092" } }
=== asyncapi.yaml
asyncapi: 3.0.0
info: { title: Shop, version: 1.0.0 }
servers: { local: { host: "localhost:9092", protocol: kafka } }
`);
    assert.deepEqual(model.brokers.map((b) => b.id), ['events', 'money']);
  });

  it('says which names are declared nowhere, and draws them all the same', () => {
    expectModel(`
flow: 1
brokers:
  events: { protocol: kafka }
channels:
  orders: { broker: evnets, schema: Order@3 }
schemas:
  Order: { format: avro, versions: { 1: order.avsc } }
services:
  checkout:
    publishes: { order: }
`, `
order: events kafka topic undeclared
  <- checkout
orders: - - channel Order@3
? broker evnets by channel orders (broker)
? schema-version Order@3 by channel orders (schema)
? channel order by service checkout (publish)
`);
  });

  it('tells an exchange and a queue of one name apart', () => {
    expectModel(`
=== definitions.json
{
  "vhosts": [{ "name": "/" }],
  "exchanges": [{ "name": "mail", "vhost": "/", "type": "topic", "durable": true, "auto_delete": false, "internal": false, "arguments": {} }],
  "queues": [
    { "name": "mail", "vhost": "/", "durable": true, "auto_delete": false, "arguments": { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "mail.dead" } },
    { "name": "mail.dead", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {} }
  ],
  "bindings": [{ "source": "mail", "vhost": "/", "destination": "mail", "destination_type": "queue", "routing_key": "receipt.#", "arguments": {} }]
}
=== services.flow.yaml
flow: 1
services:
  storefront: { publishes: { mail: { routingKey: receipt.order } } }
  mailer: { consumes: { mail: } }
`, `
exchange:mail: / rabbitmq exchange
  <- storefront
  => queue:mail (binding receipt.#)
mail.dead: / rabbitmq queue dead-letter
queue:mail: / rabbitmq queue
  -> mailer
  => mail.dead (dead-letter mail.dead)
`);
  });

  it('carries dead letters through the exchange to the queue behind it', () => {
    expectModel(`
flow: 1
brokers: { work: { protocol: rabbitmq } }
channels:
  jobs: { broker: work, queue: quorum, deadLetter: jobs.dlx }
  jobs.dlx: { broker: work, exchange: fanout }
  jobs.dead: { broker: work, queue: quorum, bindings: [jobs.dlx] }
`, `
jobs: work rabbitmq queue
  => jobs.dlx (dead-letter)
jobs.dead: work rabbitmq queue dead-letter
jobs.dlx: work rabbitmq exchange dead-letter
  => jobs.dead (binding)
`);
  });

  it('lets topics flow into the filters that take them in', () => {
    expectModel(`
flow: 1
brokers: { road: { protocol: mqtt } }
channels:
  fleet/7/position: { broker: road }
  fleet/+/position: { broker: road }
services:
  truck: { publishes: { fleet/7/position: } }
  map: { consumes: { fleet/+/position: } }
  archive: { consumes: { "fleet/#": } }
`, `
fleet/#: road mqtt topic undeclared
  -> archive
fleet/+/position: road mqtt topic
  -> map
fleet/7/position: road mqtt topic
  <- truck
  => fleet/+/position (match)
  => fleet/# (match)
`);
  });

  it('lets settings of a client file hold for the service of that name', () => {
    const { model } = fixtureModel(`
=== shop.flow.yaml
flow: 1
brokers: { events: { protocol: kafka, url: "kafka.example:9092" } }
channels: { orders: { broker: events }, returns: { broker: events } }
services:
  checkout: { publishes: { orders: { acks: all }, returns: } }
=== checkout/producer.properties
bootstrap.servers=kafka.example:9092
client.id=checkout
acks=1
linger.ms=20
key.serializer=org.apache.kafka.common.serialization.StringSerializer
`);
    const settings = model.publishes.map((p) => [p.channel?.id, p.settings.acks?.value, p.settings.linger?.value]);
    assert.deepEqual(settings, [['orders', 'all', 20], ['returns', '1', 20]]);
    assert.equal(model.brokers.length, 1, 'the same address is the same broker');
  });

  it('joins a schema to the contract that it names', () => {
    const { model } = fixtureModel(`
=== shop.flow.yaml
flow: 1
schemas:
  Order:
    format: protobuf
    versions:
      1: contracts/v1/order.proto#shop.v1.Order
      2: contracts/v2/order.proto#shop.v2.Order
=== contracts/v1/order.proto
syntax = "proto3";
package shop.v1;
message Order { string id = 1; }
`);
    assert.deepEqual(
      model.schema('Order')?.versions.map((v) => [v.version, v.fileExists, v.contract?.name.value]),
      [['1', true, 'shop.v1.Order'], ['2', false, undefined]],
    );
  });

  it('is the same for any order of files', () => {
    const { read } = fixtureModel(`
=== b.flow.yaml
flow: 1
channels: { orders: { broker: events, partitions: 3 } }
services: { a: { publishes: { orders: } } }
=== a.flow.yaml
flow: 1
brokers: { events: { protocol: kafka } }
channels: { orders: { broker: events, partitions: 6 } }
services: { b: { consumes: { orders: } } }
`);
    const files = read.map((r) => ({ id: r.id, path: r.path, dialect: r.dialect, facts: r.result.facts }));
    const one = buildModel(files);
    const other = buildModel([...files].reverse());
    assert.equal(dumpModel(one), dumpModel(other));
    assert.equal(one.channel('orders')?.settings.partitions?.value, 6, 'the first file in order of paths decides');
    assert.deepEqual(one.occurrences, other.occurrences);
  });

  it('finds every place of a name', () => {
    const { model, text } = fixtureModel(`
flow: 1
brokers: { events: { protocol: kafka } }
channels: { orders: { broker: events, deadLetter: orders.dlq }, orders.dlq: { broker: events } }
services: { billing: { consumes: { orders: { onFailure: { deadLetter: orders.dlq } } } } }
`);
    const places = model.occurrences
      .filter((o) => o.entity === 'channel' && o.id === 'orders.dlq')
      .map((o) => `${o.role} ${text(o.at.file).slice(o.at.start, o.at.end)}`);
    assert.deepEqual(places, ['reference orders.dlq', 'declaration orders.dlq', 'reference orders.dlq']);
  });
});
