import assert from 'node:assert/strict';
import { dumpModel } from '../support/dump';
import { fixtureModel } from '../support/fixture';

describe('readers: several dialects, one model', () => {
  it('joins a flow file, definitions, an AsyncAPI document and client properties', () => {
    const { model, problems } = fixtureModel(`
=== shop.flow.yaml
flow: 1
brokers:
  work: { protocol: rabbitmq, url: amqp://localhost }
  events: { protocol: kafka, url: localhost:9092 }
channels:
  orders.placed: { broker: events, partitions: 3 }
services:
  mailer:
    consumes:
      mail: { ack: manual }
=== broker/definitions.json
{
  "vhosts": [{ "name": "/" }],
  "exchanges": [{ "name": "orders", "vhost": "/", "type": "topic", "durable": true }, { "name": "dead", "vhost": "/", "type": "fanout" }],
  "queues": [{ "name": "mail", "vhost": "/", "durable": true }, { "name": "mail.dead", "vhost": "/", "durable": true }],
  "bindings": [
    { "source": "orders", "vhost": "/", "destination": "mail", "destination_type": "queue", "routing_key": "order.#" },
    { "source": "dead", "vhost": "/", "destination": "mail.dead", "destination_type": "queue", "routing_key": "" }
  ],
  "policies": [{ "vhost": "/", "name": "dlx", "pattern": "^mail$", "definition": { "dead-letter-exchange": "dead" } }]
}
=== checkout/asyncapi.yaml
asyncapi: 3.0.0
info: { title: checkout, version: '1' }
servers:
  rabbit: { host: 'localhost:5672', protocol: amqp }
  kafka: { host: 'localhost:9092', protocol: kafka }
channels:
  placed: { address: orders.placed, servers: [{ $ref: '#/servers/kafka' }] }
  orders:
    address: order.placed
    servers: [{ $ref: '#/servers/rabbit' }]
    bindings: { amqp: { is: routingKey, exchange: { name: orders, type: topic } } }
operations:
  one: { action: send, channel: { $ref: '#/channels/placed' } }
  two: { action: send, channel: { $ref: '#/channels/orders' } }
=== checkout/producer.properties
bootstrap.servers=localhost:9092
client.id=checkout
acks=1
`);
    assert.deepEqual(problems, []);
    assert.deepEqual(model.brokers.map((b) => b.id), ['events', 'work']);
    assert.equal(dumpModel(model), `
dead: work rabbitmq exchange dead-letter
  => mail.dead (binding)
mail: work rabbitmq queue
  -> mailer
  => dead (dead-letter)
mail.dead: work rabbitmq queue dead-letter
orders: work rabbitmq exchange
  <- checkout
  => mail (binding order.#)
orders.placed: events kafka topic
  <- checkout
`.trim());
    const publish = model.channel('orders.placed')?.publishes[0];
    assert.equal(publish?.settings.acks?.value, '1');
    assert.equal(publish?.service.client?.value, 'kafka-java');
  });
});
