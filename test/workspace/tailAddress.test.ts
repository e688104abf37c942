import assert from 'node:assert/strict';
import { tailAddress, unsetVariables } from '../../src/workspace/tailAddress';
import { fixtureModel } from '../support/fixture';

/** Where a tail of the fixture's only broker, or of the named one, connects to. */
function addressOf(text: string, environment: Readonly<Record<string, string>> = {}, id?: string): string {
  const f = fixtureModel(text);
  const broker = id === undefined ? f.model.brokers[0] : f.model.broker(id);
  assert.ok(broker, f.model.brokers.map((b) => b.id).join(', '));
  const address = tailAddress(broker, (file) => f.text(file), environment);
  if (address === undefined) return 'none';
  return [address.url, address.tls ? 'tls' : '', address.environment ?? ''].filter(Boolean).join(' ');
}

const compose = `=== docker-compose.yml
services:
  kafka:
    image: apache/kafka:4.1.0
    ports: ["9092:9092"]
    environment:
      KAFKA_LISTENERS: PLAINTEXT://:9092,INTERNAL://:29092
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://localhost:9092,INTERNAL://kafka:29092
`;

const topic = `=== deploy/topic.yaml
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: orders, labels: { strimzi.io/cluster: shop } }
spec: { partitions: 3 }
`;

describe('address of a tail', () => {
  it('is what the environment says where a flow file leaves it to that, and nowhere where it says nothing', () => {
    const flow =
      '=== a.flow.yaml\nflow: 1\nbrokers:\n  work: { protocol: rabbitmq, url: "amqps://${env:WORK_HOST}/jobs", environment: production }\n';
    assert.equal(addressOf(flow, { WORK_HOST: 'u:p@rabbit.example' }), 'amqps://rabbit.example/jobs tls production');
    assert.equal(addressOf(flow), 'none');
    const f = fixtureModel(flow);
    const unset = (environment: Readonly<Record<string, string>>) => unsetVariables(f.model.brokers[0]!, (file) => f.text(file), environment);
    assert.deepEqual([unset({}), unset({ WORK_HOST: 'rabbit.example' })], [['WORK_HOST'], []]);
  });

  it('is the port that a compose file publishes, not the name in its network', () => {
    const app = '=== app/application.properties\nspring.kafka.bootstrap-servers=kafka:29092\n';
    assert.equal(addressOf(compose + app), 'localhost:9092 development');
  });

  it('is nowhere for a broker that a compose file publishes no port of', () => {
    assert.equal(addressOf('=== compose.yaml\nservices:\n  kafka: { image: apache/kafka:4.1.0 }\n'), 'none');
  });

  it('is nowhere for a cluster that only Kubernetes reaches', () => {
    assert.equal(addressOf(topic), 'none');
    const app = '=== app/application.yml\nspring: { kafka: { bootstrap-servers: "shop-kafka-bootstrap:9092" } }\n';
    assert.equal(addressOf(topic + app, {}, 'shop'), 'none');
  });

  it('is the copy for development of a cluster that only Kubernetes reaches', () => {
    assert.equal(addressOf(compose + topic, {}, 'shop'), 'localhost:9092 development');
  });

  it('is what a flow file says, whatever a compose file publishes', () => {
    const flow =
      '=== shop.flow.yaml\nflow: 1\nbrokers:\n' +
      '  shop: { protocol: kafka, url: kafka.example.com:9092, environment: production, same-as: kafka }\n';
    assert.equal(addressOf(flow + compose, {}, 'shop'), 'kafka.example.com:9092 production');
  });

  it('is a host that may be known on this network', () => {
    const app = '=== app/producer.properties\nbootstrap.servers=broker1:9092,broker2:9092\nacks=all\n';
    assert.equal(addressOf(app), 'broker1:9092,broker2:9092');
  });

  it('follows the environment where a file does, also for a part of it', () => {
    const kafka = '=== app/application.yml\nspring: { kafka: { bootstrap-servers: "${KAFKA:localhost:9092}" } }\n';
    assert.equal(addressOf(kafka), 'localhost:9092');
    assert.equal(addressOf(kafka, { KAFKA: 'k.example.com:9093' }), 'k.example.com:9093');
    const rabbit =
      '=== app/application.yml\nspring:\n  application: { name: a }\n' +
      '  rabbitmq: { host: "${RABBIT:localhost}", port: 5673 }\napp: { queue: q }\n';
    assert.equal(addressOf(rabbit), 'amqp://localhost:5673');
    assert.equal(addressOf(rabbit, { RABBIT: 'r.example.com' }), 'amqp://r.example.com:5673');
  });

  it('names the virtual host', () => {
    const rabbit =
      '=== app/application.properties\nspring.rabbitmq.host=r.example.com\nspring.rabbitmq.virtual-host=a/b\n';
    assert.equal(addressOf(rabbit), 'amqp://r.example.com:5672/a%2Fb');
  });
});
