import assert from 'node:assert/strict';
import { spring } from '../../../src/readers/spring/reader';
import { readerOf, readFile } from '../../../src/workspace/read';
import { fixture } from '../../support/fixture';
import { fuzzReader } from '../../support/fuzzReader';

function isSpring(path: string, text: string): boolean {
  return spring.recognizes(fixture(text, path).files[0]!);
}

describe('spring: recognition', () => {
  const yes: readonly [string, string][] = [
    ['a/application.yml', 'spring:\n  application:\n    name: x\n'], ['a/application.yaml', 'management:\n  a: b\n'],
    ['a/application-prod.properties', 'spring.kafka.client-id=a\n'], ['a/application.properties', 'logging.level.root=off\n'],
    ['a/bootstrap.yml', 'spring.cloud.config.uri: x\n'], ['config/orders.yml', 'spring:\n  kafka:\n    client-id: x\n'],
    ['config/orders.yml', 'server.port: 1\nspring:\n  cloud:\n    stream:\n      bindings: {}\n'],
    ['config/orders.properties', 'spring.rabbitmq.host=x\n'], ['config/orders.yml', 'spring.kafka.client-id: x\n'],
  ];
  for (const [path, text] of yes) it(`knows ${path} with ${text.split('\n')[0]}`, () => assert.ok(isSpring(path, text)));

  const no: readonly [string, string][] = [
    ['a/application.properties', 'quarkus.http.port=1\nserver.port=1\n'], ['a/application.yml', 'micronaut:\n  application:\n    name: x\n'],
    ['a/application.properties', '%dev.quarkus.a=1\nlogging.level=1\n'], ['a/application.properties', 'mp.messaging.incoming.a.topic=x\nserver.port=1\n'],
    ['a/application.yml', 'apiVersion: argoproj.io/v1\nkind: Application\nserver: x\n'],
    ['chart/values.yml', 'spring:\n  kafka:\n    client-id: x\n'], ['config/orders.yml', 'spring:\n  datasource:\n    url: kafka\nkafka: 1\n'],
    ['a/application.json', '{}'], ['a/other.properties', 'a=spring.kafka\n'], ['a/application.properties', 'debezium.sink.type=kafka\nserver.port=1\n'],
  ];
  for (const [path, text] of no) it(`leaves ${path} with ${text.split('\n')[0]} alone`, () => assert.ok(!isSpring(path, text)));
});

describe('spring: among other readers', () => {
  it('takes a program\'s file that holds a Kafka client\'s keys as well', () => {
    const text = 'spring.application.name=a\nbootstrap.servers=k.example:9092\ngroup.id=g\n';
    assert.equal(readerOf(fixture(text, 'a/application.properties').files[0]!)?.dialect, 'spring');
    const client = 'bootstrap.servers=k.example:9092\ngroup.id=g\n';
    assert.equal(readerOf(fixture(client, 'a/application.properties').files[0]!)?.dialect, 'kafka-properties');
    const { result } = readFile(fixture(text, 'a/application.properties').files[0]!, spring, () => undefined);
    assert.deepEqual(result.facts.map((f) => f.kind), ['broker']);
  });
});

describe('spring: whatever stands in a file', () => {
  const yaml = `spring:
  application: { name: shop }
  profiles: { include: [a, b], group: { prod: [x] } }
  kafka:
    bootstrap-servers: [a:9092, "\${B:b}:9092"]
    properties: { "[sasl.jaas.config]": 'X required username="u" password="p";' }
    producer: { acks: all, transaction-id-prefix: t }
    consumer: { group-id: \${app.g:\${X}}, max-poll-interval: PT5M }
    listener: { ack-mode: RECORD }
    retry.topic: { enabled: true, attempts: 3 }
    streams: { application-id: s, properties: { processing.guarantee: exactly_once_v2 } }
  rabbitmq: { addresses: "amqp://u:p@r:5672/v,amqp://s", listener.simple: { acknowledge-mode: none, retry.enabled: true } }
  cloud.stream:
    binders: { k: { type: kafka, environment: { spring.kafka.bootstrap-servers: z } } }
    bindings: { in-in-0: { destination: "a,b", group: g }, o-out-0: { destination: q, producer.required-groups: r } }
    rabbit.bindings.in-in-0.consumer: { auto-bind-dlq: true }
    kafka.bindings.in-in-0.consumer: { enable-dlq: true }
---
spring.config.activate.on-profile: "!dev & (prod | eu)"
app: { topics: { orders: o, list: [a, b] }, g: \${app.topics.orders}, consumer: { topic: t, group: x } }
`;
  const properties = `spring.application.name=shop
spring.kafka.properties[sasl.jaas.config]=X required username="u" password="p";
spring.kafka.bootstrap-servers[0]=a:9092
spring.rabbitmq.username=guest
spring.rabbitmq.password=guest
#---
spring.config.activate.on-profile=prod,eu
spring.cloud.stream.bindings.in-in-0.destination=a
spring.cloud.stream.rabbit.bindings.in-in-0.consumer.auto-bind-dlq=true
app.orders.topic=\${T:o}
`;

  it('never throws, and keeps all places inside the file', function () {
    this.timeout(60_000);
    fuzzReader(spring, [yaml], 'shop/application.yml', 600);
    fuzzReader(spring, [properties], 'shop/application-prod.properties', 600);
  });
});
