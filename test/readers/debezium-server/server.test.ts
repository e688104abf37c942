import assert from 'node:assert/strict';
import { debeziumServer } from '../../../src/readers/debezium-server/reader';
import { keysOfEnvironment, serverFacts, serverOfKeys } from '../../../src/readers/debezium-server/server';
import { kubernetesReaders } from '../../../src/readers/kubernetes/reader';
import { keyed, KeyedValues } from '../../../src/readers/shared/keyed';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading, type Reading } from '../../support/reading';

const read = (text: string, path = '/shop/cdc/conf/application.properties'): Reading => reading(debeziumServer, text, path);

const source = `debezium.source.connector.class=io.debezium.connector.postgresql.PostgresConnector
debezium.source.topic.prefix=shop
debezium.source.table.include.list=public.orders,public.items
debezium.source.database.hostname=db
debezium.source.database.user=cdc
debezium.source.database.password=pw-1
`;

describe('debezium server: properties', () => {
  it('writes to Kafka', () => {
    const r = read(`${source}debezium.sink.type=kafka
debezium.sink.kafka.producer.bootstrap.servers=kafka:9092
debezium.sink.kafka.producer.acks=1
quarkus.application.name=shop-cdc
`);
    assert.deepEqual(r.lines, [
      'service shop-cdc client=kafka-java', 'broker kafka:9092 kafka kafka:9092',
      'shop-cdc -> shop.public.orders acks=1', 'shop-cdc -> shop.public.items acks=1',
      'credential cdc database.password secret',
    ]);
    const publish = fact(r, 'publish');
    assert.equal(r.textAt(publish.channel?.name.at), 'public.orders');
    assert.equal(r.textAt(publish.settings.acks?.at), '1');
    assert.equal(r.textAt(fact(r, 'service').name.at), 'shop-cdc');
    assert.equal(r.textAt(fact(r, 'credential').secret), 'pw-1');
    assert.equal(fact(r, 'credential').of, 'db');
    assert.ok(!JSON.stringify(r.facts).includes('pw-1'));
    assert.equal(r.report, '');
  });

  it('routes an outbox by transforms of the server', () => {
    const r = read(`${source}debezium.sink.type=kafka
debezium.transforms=outbox
debezium.transforms.outbox.type=io.debezium.transforms.outbox.EventRouter
debezium.transforms.outbox.route.topic.replacement=\${routedByValue}.events
`);
    assert.deepEqual(r.lines.filter((l) => l.includes('->')), ['cdc -> .*\\.events']);
    assert.equal(fact(r, 'publish').channel?.match, 'regex');
    assert.match(fact(r, 'service').inferred ?? '', /named after its folder/);
    assert.deepEqual(r.skipped, []);
    const escaped = read(`${source}debezium.sink.type=kafka
debezium.transforms=outbox
debezium.transforms.outbox.type=io.debezium.transforms.outbox.EventRouter
debezium.transforms.outbox.route.topic.replacement=shop.$\${routedByValue}.events
`);
    assert.deepEqual(escaped.lines.filter((l) => l.includes('->')), ['cdc -> shop\\..*\\.events']);
  });

  it('writes to a RabbitMQ exchange, or to exchanges of the tables\' names', () => {
    const rabbit = `${source}debezium.sink.type=rabbitmq
debezium.sink.rabbitmq.connection.host=rabbit
debezium.sink.rabbitmq.connection.port=5672
debezium.sink.rabbitmq.connection.password=pw-2
`;
    const one = read(`${rabbit}debezium.sink.rabbitmq.exchange=cdc
debezium.sink.rabbitmq.routingKey=changes
debezium.sink.rabbitmq.autoCreateRoutingKey=true
debezium.sink.rabbitmq.routingKeyDurable=false
debezium.sink.rabbitmq.deliveryMode=1
`);
    assert.deepEqual(one.lines, [
      'service cdc', 'broker rabbit:5672 rabbitmq rabbit:5672',
      'cdc -> cdc confirms=true persistent=false routingKey=changes', 'channel queue changes at rabbit:5672 durable=false',
      'credential cdc database.password secret', 'credential - connection.password secret',
    ]);
    assert.equal(fact(one, 'publish').channel?.space, 'exchange');
    assert.match(fact(one, 'publish').note ?? '', /waits for confirms/);
    const byTable = read(rabbit);
    assert.deepEqual(byTable.lines.filter((l) => l.includes('->')), [
      'cdc -> shop.public.orders confirms=true persistent=true', 'cdc -> shop.public.items confirms=true persistent=true',
    ]);
    const keyed = read(`${rabbit}debezium.sink.rabbitmq.exchange=cdc\ndebezium.sink.rabbitmq.routingKeyFromTopicName=true\n`);
    assert.deepEqual(keyed.lines.filter((l) => l.includes('->')), [
      'cdc -> cdc confirms=true persistent=true routingKey=shop.public.orders',
      'cdc -> cdc confirms=true persistent=true routingKey=shop.public.items',
    ]);
    const open = read(`${rabbit}debezium.sink.rabbitmq.exchange=\${EXCHANGE}\n`);
    assert.deepEqual(open.lines.filter((l) => l.includes('->')), []);
    assert.deepEqual(open.skipped?.map((at) => open.textAt(at)), ['${EXCHANGE}']);
  });

  it('writes to RabbitMQ streams', () => {
    const r = read(`${source}debezium.sink.type=rabbitmqstream
debezium.sink.rabbitmqstream.host=rabbit
debezium.sink.rabbitmqstream.port=5552
debezium.sink.rabbitmqstream.stream=changes
debezium.sink.rabbitmqstream.tls.enable=true
`);
    assert.deepEqual(r.lines.slice(1, 4), [
      'broker rabbit:5552 rabbitmq rabbit:5552 tls', 'channel queue changes at rabbit:5552 queue=stream', 'cdc -> changes confirms=true',
    ]);
  });

  it('writes to JetStream, in a stream that it makes in memory', () => {
    const r = read(`${source}debezium.sink.type=nats-jetstream
debezium.sink.nats-jetstream.url=nats://nats:4222
debezium.sink.nats-jetstream.create-stream=true
debezium.sink.nats-jetstream.subjects=shop.*.*
debezium.sink.nats-jetstream.auth.password=pw-3
`);
    assert.deepEqual(r.lines.slice(0, 5), [
      'service cdc', 'broker nats:4222 nats nats://nats:4222', 'channel shop.*.* at nats:4222 stream={…}',
      'cdc -> shop.public.orders waitForAck=true', 'cdc -> shop.public.items waitForAck=true',
    ]);
    const stream = fact(r, 'channel').settings.stream;
    assert.deepEqual([stream?.name?.value, stream?.storage?.value], ['DebeziumStream', 'memory']);
    assert.equal(fact(r, 'credential', (f) => f.where === 'auth.password').of, 'nats:4222');
  });

  it('says where changes go that are not drawn, and keeps the history\'s topic', () => {
    const r = read(`debezium.sink.type=pubsub
debezium.source.connector.class=io.debezium.connector.mysql.MySqlConnector
debezium.source.topic.prefix=shop
debezium.source.table.include.list=shop.orders
debezium.source.schema.history.internal.kafka.topic=history
debezium.source.schema.history.internal.kafka.bootstrap.servers=kafka:9092
debezium.source.offset.storage=org.apache.kafka.connect.storage.KafkaOffsetBackingStore
debezium.source.offset.storage.topic=offsets
`);
    assert.deepEqual(r.lines, [
      'broker kafka:9092 kafka kafka:9092', 'service cdc', 'cdc -> history', 'cdc <- history', 'cdc -> offsets', 'cdc <- offsets',
    ]);
    assert.match(fact(r, 'service').note ?? '', /go to pubsub/);
  });

  it('takes values of the profile in force', () => {
    const text = `${source}debezium.sink.type=kafka\n%dev.debezium.source.topic.prefix=dev\n%prod.debezium.source.topic.prefix=live\n`;
    assert.deepEqual(read(text).lines.filter((l) => l.includes('->')), ['cdc -> live.public.orders', 'cdc -> live.public.items']);
  });

  it('reads YAML as well', () => {
    const r = read(`debezium:
  sink:
    type: kafka
    kafka:
      producer:
        bootstrap.servers: kafka:9092
  source:
    connector:
      class: io.debezium.connector.mysql.MySqlConnector
    topic.prefix: shop
    table.include.list: shop.orders
`, '/cdc/application.yaml');
    assert.deepEqual(r.lines, ['service cdc client=kafka-java', 'broker kafka:9092 kafka kafka:9092', 'cdc -> shop.shop.orders']);
  });
});

describe('debezium server: other forms', () => {
  it('reads the operator\'s resource, with transforms as a list', () => {
    const reader = kubernetesReaders.find((one) => one.dialect === 'debezium-server')!;
    const r = reading(reader, `apiVersion: debezium.io/v1alpha1
kind: DebeziumServer
metadata:
  name: cdc
spec:
  sink:
    type: kafka
    config:
      producer.bootstrap.servers: kafka:9092
  source:
    class: io.debezium.connector.postgresql.PostgresConnector
    config:
      topic.prefix: shop
      table.include.list: public.orders,\${MORE_TABLES}
      database.password: \${DB_PASSWORD}
  transforms:
    - type: org.apache.kafka.connect.transforms.RegexRouter
      predicate: all
      config:
        regex: shop\\.public\\.(.*)
        replacement: cdc-$1
  predicates:
    all:
      type: org.apache.kafka.connect.transforms.predicates.TopicNameMatches
      config:
        pattern: shop.*
`, '/k8s/server.yaml');
    assert.deepEqual(r.lines, ['service cdc client=kafka-java', 'broker kafka:9092 kafka kafka:9092', 'cdc -> cdc-orders']);
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['public.orders,${MORE_TABLES}']);
    assert.equal(r.textAt(fact(r, 'publish').channel?.name.at), 'public.orders');
  });

  it('knows the keys behind environment variables', () => {
    const file = { id: 'file:///c' as never, path: '/c', text: 'x' };
    const at = { file: file.id, start: 0, end: 1 };
    const values = new KeyedValues(file, keysOfEnvironment([
      ['DEBEZIUM_SINK_TYPE', 'kafka'], ['DEBEZIUM_SOURCE_CONNECTOR_CLASS', 'io.debezium.connector.mysql.MySqlConnector'],
      ['DEBEZIUM_SOURCE_TOPIC_PREFIX', 'shop'], ['DEBEZIUM_SOURCE_TABLE_INCLUDE_LIST', 'a.b'], ['PATH', '/bin'],
    ].map(([key = '', value = '']) => keyed(key, at, value, at, at))));
    const facts = serverFacts(serverOfKeys(values, { extent: at, name: { value: 'cdc', at } }));
    assert.deepEqual(facts.flatMap((f) => (f.kind === 'publish' ? [f.channel?.name.value] : [])), ['shop.a.b']);
  });
});

describe('debezium server: recognition', () => {
  const recognized = (text: string, path: string): boolean =>
    debeziumServer.recognizes({ id: 'file:///x' as never, path, text });

  it('goes by the keys of source and sink', () => {
    assert.ok(recognized('debezium.sink.type=kafka\n', '/application.properties'));
    assert.ok(recognized('# x\n%prod.debezium.source.connector.class = X\n', '/debezium.properties.tpl'));
    assert.ok(recognized('debezium:\n  sink:\n    type: kafka\n  source:\n    connector:\n      class: X\n', '/application.yml'));
    assert.ok(!recognized('quarkus.application.name=x\n', '/application.properties'));
    assert.ok(!recognized('#debezium.sink.type=kafka\n', '/application.properties'));
    assert.ok(!recognized('connector.class=X\n', '/connect.properties'));
    assert.ok(!recognized('services:\n  debezium:\n    sink: 1\n', '/docker-compose.yml'));
  });
});

describe('debezium server, broken', () => {
  it('survives 1,000 mutations', () => fuzzReader(debeziumServer, [
    `${source}debezium.sink.type=kafka\ndebezium.sink.kafka.producer.bootstrap.servers=k:1\n`,
    `${source}debezium.sink.type=nats-jetstream\ndebezium.sink.nats-jetstream.url=nats://u:p@n\ndebezium.sink.nats-jetstream.create-stream=true\n`,
    `${source}debezium.sink.type=rabbitmq\ndebezium.sink.rabbitmq.routingKey=k\ndebezium.sink.rabbitmq.autoCreateRoutingKey=true\n`,
  ], '/application.properties')).timeout(20_000);
});
