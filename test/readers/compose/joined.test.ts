import assert from 'node:assert/strict';
import { dumpModel } from '../../support/dump';
import { fixtureModel } from '../../support/fixture';

const kafka = `services:
  kafka:
    image: apache/kafka:3.7.0
    ports: ["9092:9092"]
    environment: {KAFKA_ADVERTISED_LISTENERS: "IN://kafka:29092,OUT://localhost:9092"}
`;

/** The brokers of a model with all that they are known by. */
function brokersOf(text: string): string[] {
  return fixtureModel(text).model.brokers.map((b) =>
    `${b.id} ${b.protocol ?? ''}: ${b.facts.map((f) => `${f.name.value}`).join(', ')}`);
}

describe('compose, joined with other files', () => {
  it('gives mounted definitions to the broker that reads them', () => {
    const { model } = fixtureModel(`=== shop/docker-compose.yml
services:
  rabbit:
    image: rabbitmq:3.13
    volumes: ["./rabbit/definitions.json:/etc/rabbitmq/definitions.json"]
  other:
    image: rabbitmq:3.13
  orders:
    image: orders
    environment: {RABBITMQ_HOST: rabbit, OUTPUT_QUEUE: orders}
=== shop/rabbit/definitions.json
{"rabbit_version": "3.13.0", "vhosts": [{"name": "/"}], "queues": [{"name": "orders", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {}}], "exchanges": [], "bindings": []}
`);
    assert.equal(dumpModel(model), 'orders: rabbit rabbitmq queue\n  <- orders');
    assert.deepEqual(model.brokers.map((b) => b.id), ['other', 'rabbit']);
  });

  it('is the broker that a program below its folder knows by the published port', () => {
    assert.deepEqual(brokersOf(`=== shop/docker-compose.yml
${kafka}=== shop/orders/client.properties
bootstrap.servers=localhost:9092
client.id=orders
acks=all
`), ['kafka kafka: kafka, localhost:9092']);
  });

  it('is the broker of a second compose file in its network', () => {
    assert.deepEqual(brokersOf(`=== shop/app/compose.yaml
services:
  orders: {image: orders, environment: {KAFKA_BROKERS: "kafka:29092"}}
=== shop/infra/compose.yaml
${kafka}`), ['kafka kafka: kafka:29092, kafka']);
  });

  it('stays apart from the same names in another stack', () => {
    const app = '  worker: {image: worker, environment: {KAFKA_BROKERS: "kafka:29092", ORDERS_TOPIC: orders, INPUT_TOPIC: orders}}\n';
    const { model } = fixtureModel(`=== a/compose.yaml\n${kafka}${app}=== b/compose.yaml\n${kafka}${app}`);
    assert.deepEqual(model.brokers.map((b) => b.id), ['kafka', 'kafka (2)']);
    assert.deepEqual(model.channels.map((c) => [c.broker?.id, c.consumes.map((e) => e.service.name).join()]).sort(),
      [['kafka (2)', 'worker (2)'], ['kafka', 'worker']]);
  });

  it('names the program that it builds from a folder', () => {
    const { model } = fixtureModel(`=== shop/compose.yaml
${kafka}  billing: {build: ./services/billing, environment: {SPRING_KAFKA_BOOTSTRAP_SERVERS: "kafka:29092"}}
=== shop/services/billing/config/consumer.properties
bootstrap.servers=kafka:29092
group.id=billing-group
enable.auto.commit=false
key.deserializer=x
`);
    assert.deepEqual(model.services.map((s) => s.name), ['billing-group']);
  });
});
