import assert from 'node:assert/strict';
import { dumpModel } from '../support/dump';
import { fixtureModel } from '../support/fixture';

const compose = (name = 'kafka'): string => `services:
  ${name}:
    image: apache/kafka:4.0.0
    ports: ["9092:9092"]
    environment:
      KAFKA_LISTENERS: PLAINTEXT://:9092
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://localhost:9092
`;
const spring = (topic: string, servers: string): string => `spring:
  kafka:
    bootstrap-servers: ${servers}
    template:
      default-topic: ${topic}
`;
const quarkus = (topic: string): string => `mp.messaging.incoming.in.connector=smallrye-kafka
mp.messaging.incoming.in.topic=${topic}
`;
const topic = (name: string, cluster: string): string => `apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata:
  name: ${name}
  labels: { strimzi.io/cluster: ${cluster} }
spec: { partitions: 12, replicas: 3 }
`;

function expectModel(files: string, expected: string): void {
  assert.equal(dumpModel(fixtureModel(files).model), expected.replace(/^\n/, '').trimEnd());
}

describe('one model of many dialects', () => {
  it('makes one channel of a topic that five files speak of', () => {
    expectModel(`
=== docker-compose.yml
${compose()}
=== deploy/topics.yaml
${topic('orders', 'prod')}
=== orders/src/main/resources/application.yml
${spring('orders', '${KAFKA:localhost:9092}')}
=== billing/src/main/resources/application.properties
kafka.bootstrap.servers=kafka:9092
${quarkus('orders')}
=== schemas/orders-value.avsc
{ "type": "record", "name": "Order", "namespace": "shop", "fields": [] }
=== connect/sink.json
{ "name": "orders-to-s3", "config": { "connector.class": "io.confluent.connect.s3.S3SinkConnector", "topics": "orders" } }
`, `
orders: prod kafka topic shop.Order
  <- orders
  -> billing
  -> orders-to-s3
`);
  });

  it('says what it only concluded', () => {
    const { model } = fixtureModel(`
=== docker-compose.yml
${compose()}
=== deploy/topics.yaml
${topic('orders', 'prod')}
=== orders/src/main/resources/application.yml
${spring('orders', 'localhost:9092')}
`);
    const [broker] = model.brokers;
    assert.equal(model.brokers.length, 1);
    const why = (broker?.joins ?? []).map((join) => join.why);
    assert.ok(why.some((words) => words.includes('for development')));
    assert.ok(why.some((words) => words.startsWith('localhost:9092 is taken to be')));
    // What the copy is like says nothing of the cluster.
    assert.equal(broker?.environment, undefined);
  });

  it('keeps equal names of two systems apart', () => {
    expectModel(`
=== a/docker-compose.yml
${compose()}
=== a/orders/application.yml
${spring('orders', 'kafka:9092')}
=== b/docker-compose.yml
${compose()}
=== b/mail/src/main/resources/application.properties
kafka.bootstrap.servers=kafka:9092
${quarkus('orders')}
`, `
kafka (2)/orders: kafka (2) kafka topic undeclared
  -> mail
kafka/orders: kafka kafka topic undeclared
  <- orders
`);
  });

  it('takes a cluster in Kubernetes for none that a compose file runs, though both are called kafka', () => {
    const { model } = fixtureModel(`
=== docker-compose.yml
${compose()}
=== k8s/kafka.yaml
apiVersion: kafka.strimzi.io/v1
kind: Kafka
metadata: { name: kafka }
spec:
  kafka:
    replicas: 3
    listeners: [{ name: plain, port: 9092, type: internal, tls: false }]
    config: { min.insync.replicas: 2 }
=== k8s/topic.yaml
${topic('orders', 'kafka')}
`);
    assert.deepEqual(model.brokers.map((b) => [b.id, b.environment?.value, b.topicDefaults?.minInsyncReplicas?.value]), [
      ['kafka', undefined, 2],
    ]);
    assert.ok(model.brokers[0]?.joins?.some((join) => join.why.includes('for development')));
  });

  it('takes of two brokers of one name the one that lies nearer', () => {
    const component = (host: string): string => `apiVersion: dapr.io/v1alpha1
kind: Component
metadata: { name: pubsub }
spec: { type: pubsub.kafka, version: v1, metadata: [{ name: brokers, value: "${host}:9092" }] }`;
    const subscription = `apiVersion: dapr.io/v2alpha1
kind: Subscription
metadata: { name: s }
spec: { topic: orders, pubsubname: pubsub, routes: { default: /o } }
scopes: [billing]`;
    const { model } = fixtureModel(`
=== a/components/pubsub.yaml
${component('a.example')}
=== b/components/pubsub.yaml
${component('b.example')}
=== b/subscriptions/orders.yaml
${subscription}
`);
    assert.equal(model.channel('orders')?.broker?.url?.value, 'b.example:9092');
  });

  it('tells programs of one name in two systems apart, and not those in parts of one', () => {
    const app = (path: string): string => `=== ${path}/application.yml\nspring.application.name: shop\n${spring('orders', 'kafka:9092')}`;
    const names = (files: string): string[] => fixtureModel(files).model.services.map((service) => service.name);
    const two = `\n=== a/docker-compose.yml\n${compose()}${app('a/shop')}\n=== b/docker-compose.yml\n${compose()}${app('b/shop')}`;
    assert.deepEqual(names(two), ['shop', 'shop (2)']);
    assert.deepEqual(names(`${two}\n=== docker-compose.yml\n${compose()}`), ['shop']);
  });

  it('keeps brokers apart whose own files say one bare host in two folders', () => {
    const server = 'broker.id=1\nlog.dirs=/data\nadvertised.listeners=PLAINTEXT://kafka:9092\n';
    const brokers = (files: string): number => fixtureModel(files).model.brokers.length;
    assert.equal(brokers(`\n=== a/server.properties\n${server}\n=== b/server.properties\n${server}`), 2);
    const mounted = compose().replace('    environment:', '    volumes: ["./conf/server.properties:/etc/kafka/server.properties"]\n    environment:');
    assert.equal(brokers(`\n=== docker-compose.yml\n${mounted}\n=== conf/server.properties\n${server}`), 1);
  });

  it('gives the names of a folder without a broker to none of the systems beside it', () => {
    const sink = (topics: string): string =>
      `{ "name": "sink", "config": { "connector.class": "io.confluent.connect.s3.S3SinkConnector", ${topics} } }`;
    const systems = `
=== a/docker-compose.yml
${compose()}
=== a/orders/application.yml
${spring('orders', 'kafka:9092')}
=== b/docker-compose.yml
${compose()}
=== c/sink.json
`;
    expectModel(`${systems}${sink('"topics": "orders"')}`, `
kafka/orders: kafka kafka topic undeclared
  <- orders
orders: - kafka topic undeclared
  -> sink
`);
    expectModel(`${systems}${sink('"topics.regex": "ord.*"')}`, `
orders: kafka kafka topic undeclared
  <- orders
service sink: idle
`);
  });

  it('keeps topics of two clusters apart when files say where they are', () => {
    expectModel(`
=== deploy/topics.yaml
${topic('orders', 'east')}---
${topic('orders', 'west')}
=== west/application.yml
${spring('orders', 'west-kafka-bootstrap:9092')}
`, `
east/orders: east kafka topic
west/orders: west kafka topic
  <- west
`);
  });

  it('lets a flow file settle what could only be guessed', () => {
    expectModel(`
=== shop.flow.yaml
flow: 1
brokers:
  events: { protocol: kafka, url: "kafka.example:9092", same-as: [east, kafka] }
channels:
  orders.placed: { broker: events, alias: orders }
services:
  order-service: { same-as: orders }
=== docker-compose.yml
${compose()}
=== deploy/topics.yaml
${topic('orders', 'east')}
=== orders/application.yml
${spring('orders', 'localhost:9092')}
`, `
orders.placed: events kafka topic
  <- order-service
`);
  });

  it('knows the program that a compose file builds from a folder', () => {
    expectModel(`
=== docker-compose.yml
${compose()}
  shop:
    build: ./orders
    environment: { KAFKA_BOOTSTRAP_SERVERS: "kafka:9092" }
=== orders/src/main/resources/application.yml
${spring('orders', 'localhost:9092')}
`, `
orders: kafka kafka topic undeclared
  <- shop
`);
  });

  it('knows the program whose variables a compose file sets', () => {
    const variables = ['ORDERS_TOPIC', 'AUDIT_TOPIC', 'CONSUMER_GROUP', 'PAGE_SIZE'];
    const files = (set: readonly string[]): string => `
=== compose/docker-compose.yml
${compose()}
  runner:
    image: shop/web:1
    environment:
      KAFKA_BOOTSTRAP_SERVERS: kafka:9092
${set.map((name) => `      ${name}: x`).join('\n')}
=== orders/src/main/resources/application.yml
${spring('${ORDERS_TOPIC:orders}', 'localhost:9092')}app:
  audit: \${AUDIT_TOPIC:audit}
  group: \${CONSUMER_GROUP:g}
  page: \${PAGE_SIZE:10}
`;
    const names = (text: string): string[] => fixtureModel(text).model.services.map((service) => service.name);
    assert.deepEqual(names(files(variables)), ['orders']);
    assert.deepEqual(names(files(variables.slice(0, 2))), ['orders', 'runner']);
  });

  it('puts every topic of the cluster in the place of a prefix or a pattern', () => {
    expectModel(`
=== deploy/all.yaml
${topic('orders.placed', 'prod')}---
${topic('orders.paid', 'prod')}---
${topic('mail', 'prod')}---
${topic('orders.other', 'test-cluster')}---
apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata:
  name: billing
  labels: { strimzi.io/cluster: prod }
spec:
  authorization:
    type: simple
    acls:
      - resource: { type: topic, name: orders., patternType: prefix }
        operations: [Read]
`, `
mail: prod kafka topic
orders.other: test-cluster kafka topic
orders.paid: prod kafka topic
  -> billing
orders.placed: prod kafka topic
  -> billing
`);
  });

  it('takes the production profile, and another one when it is chosen', () => {
    const { model } = fixtureModel(`
=== orders/src/main/resources/application.yml
${spring('orders', 'kafka.example:9092')}
---
spring:
  config.activate.on-profile: dev
  kafka.template.default-topic: orders-dev
=== orders/src/main/resources/application-prod.yml
spring.kafka.producer.acks: all
=== orders/src/test/resources/application.yml
${spring('orders-test', 'localhost:9092')}
`);
    assert.equal(dumpModel(model), 'orders: kafka.example:9092 kafka topic undeclared\n  <- orders');
    assert.equal(model.publishes[0]?.settings.acks?.value, 'all');
  });
});
