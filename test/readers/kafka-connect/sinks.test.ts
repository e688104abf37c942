import assert from 'node:assert/strict';
import { kafkaConnect } from '../../../src/readers/kafka-connect/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';
import { connector, names } from './support';

const rest = `{
  "name": "search",
  "config": {
    "connector.class": "io.confluent.connect.elasticsearch.ElasticsearchSinkConnector",
    "topics": "orders, payments,orders",
    "connection.url": "http://elastic:9200",
    "connection.username": "writer",
    "connection.password": "s3cr3t",
    "errors.tolerance": "all",
    "errors.deadletterqueue.topic.name": "search.dlq",
    "errors.deadletterqueue.topic.replication.factor": 3,
    "errors.retry.timeout": "60000",
    "consumer.override.auto.offset.reset": "latest",
    "value.converter": "io.confluent.connect.avro.AvroConverter",
    "tasks.max": "2"
  }
}`;

describe('kafka connect: sinks', () => {
  it('reads what a sink consumes, its group and its dead letters', () => {
    const r = reading(kafkaConnect, rest, '/connect/search.json');
    assert.deepEqual(r.lines, [
      'service search client=kafka-connect',
      'search <- orders offsetReset=latest group=connect-search concurrency=2 onFailure={…}',
      'search <- payments offsetReset=latest group=connect-search concurrency=2 onFailure={…}',
      'channel search.dlq replicas=3',
      'dead-letter orders -> search.dlq by connector search',
      'dead-letter payments -> search.dlq by connector search',
      'credential writer connection.password secret',
    ]);
    assert.equal(r.report, '');
    const { onFailure, concurrency } = fact(r, 'consume').settings;
    assert.equal(r.textAt(concurrency?.at), '2');
    assert.equal(onFailure?.deadLetter?.value, 'search.dlq');
    assert.equal(onFailure?.backoff?.value, 'exponential');
    assert.match(fact(r, 'service').note ?? '', /AvroConverter/);
  });

  it('keeps every place on its words, and no secret in a fact', () => {
    const r = reading(kafkaConnect, rest, '/connect/search.json');
    const consume = fact(r, 'consume', (f) => f.channel?.name.value === 'payments');
    assert.equal(r.textAt(consume.channel?.name.at), 'payments');
    assert.equal(r.textAt(consume.settings.group?.at), 'search');
    assert.equal(r.textAt(consume.settings.offsetReset?.at), 'latest');
    assert.equal(r.textAt(consume.settings.onFailure?.deadLetter?.at), 'search.dlq');
    assert.equal(r.textAt(consume.settings.onFailure?.backoff?.at), '60000');
    assert.equal(r.textAt(fact(r, 'channel').settings.replicas?.at), '3');
    assert.match(r.textAt(fact(r, 'service').client?.at), /ElasticsearchSinkConnector$/);
    const credential = fact(r, 'credential');
    assert.equal(r.textAt(credential.secret), 's3cr3t');
    assert.equal(r.textAt(credential.user?.at), 'writer');
    assert.equal(credential.of, 'elastic:9200');
    assert.ok(!JSON.stringify(r.facts).includes('s3cr3t'));
  });

  it('tells of errors that are skipped, and of a dead-letter topic that stays empty', () => {
    const skipping = connector('name=a\nconnector.class=x.FooSinkConnector\ntopics=t\nerrors.tolerance=all\n');
    assert.match(fact(skipping, 'consume').note ?? '', /records that fail are skipped/);
    const unused = connector('name=a\nconnector.class=x.FooSinkConnector\ntopics=t\nerrors.deadletterqueue.topic.name=d\n');
    assert.match(fact(unused, 'consume').note ?? '', /stays empty/);
  });

  it('subscribes by an expression, with a group of its own if it says so', () => {
    const r = connector('name=a\nconnector.class=x.FooSinkConnector\ntopics.regex=shop\\\\..*\nconsumer.override.group.id=mine\n');
    assert.deepEqual(names(r, 'consume'), ['/shop\\..*/']);
    assert.equal(fact(r, 'consume').settings.group?.value, 'mine');
  });

  it('names a connector without a name after its file, and then knows no group', () => {
    const r = reading(kafkaConnect, '{ "connector.class": "FileStreamSink", "topics": "t" }', '/x/put-files.json');
    assert.deepEqual(r.lines, ['service put-files client=kafka-connect', 'put-files <- t']);
    assert.match(fact(r, 'service').inferred ?? '', /named after the file/);
    assert.equal(r.textAt(fact(r, 'service').name.at), 'connector.class');
  });

  it('leaves placeholders open, also those of providers that look like defaults', () => {
    const r = connector(`name=a
connector.class=x.FooSinkConnector
topics=\${file:/etc/topics.properties:orders}
errors.deadletterqueue.topic.name=\${vault:secret/dlq}
connection.password=\${vault:db:password}
collection.name.format=\${topic}
`);
    assert.deepEqual(r.lines, ['service a client=kafka-connect']);
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)),
      ['${file:/etc/topics.properties:orders}', '${vault:secret/dlq}']);
  });

  it('takes a shell\'s variables for no names, as scripts fill them in', () => {
    const r = connector(`name=a
connector.class=x.FooSinkConnector
topics=orders,$TOPIC_NAME
errors.deadletterqueue.topic.name=dlq-$TOPIC_NAME
transforms=r
transforms.r.type=org.apache.kafka.connect.transforms.RegexRouter
transforms.r.regex=(.*)
transforms.r.replacement=$1
`);
    assert.deepEqual(r.lines, ['service a client=kafka-connect', 'a <- orders group=connect-a open=onFailure']);
  });

  it('reads topics of reports', () => {
    const r = connector(`name=web
connector.class=io.confluent.connect.http.HttpSinkConnector
topics=orders
reporter.bootstrap.servers=kafka:9092
reporter.result.topic.name=web-ok
reporter.error.topic.name=web-failed
`);
    assert.deepEqual(r.lines, [
      'broker kafka:9092 kafka kafka:9092', 'service web client=kafka-connect', 'web <- orders group=connect-web',
      'web -> web-ok', 'web -> web-failed',
    ]);
  });

  it('reads lists and maps of connectors in JSON and YAML', () => {
    const list = reading(kafkaConnect, `[
      { "name": "a", "config": { "connector.class": "x.ASink", "topics": "t" } },
      { "name": "b", "config": { "connector.class": "x.BSink", "topics": "u" } }
    ]`, '/all.json');
    assert.deepEqual(list.lines.filter((l) => l.includes('<-')), ['a <- t group=connect-a', 'b <- u group=connect-b']);
    const yaml = reading(kafkaConnect, `
connectors:
  first:
    connector.class: x.ASink
    topics: [t, u]
  second:
    name: other
    config:
      connector.class: x.BSink
      topics: v
`, '/all.yaml');
    assert.deepEqual(yaml.lines.filter((l) => l.includes('<-')),
      ['first <- t group=connect-first', 'first <- u group=connect-first', 'other <- v group=connect-other']);
  });

  it('takes connectors of tests for no part of the system, but sees their secrets', () => {
    const r = reading(kafkaConnect, rest, '/shop/src/test/resources/search.json');
    assert.deepEqual(r.lines, ['credential writer connection.password secret']);
  });

  it('finds logins in addresses', () => {
    const r = connector(`name=a
connector.class=com.mongodb.kafka.connect.MongoSinkConnector
topics=t
connection.uri=mongodb://ann:pw-1@mongo:27017/?authSource=admin
`);
    const credential = fact(r, 'credential');
    assert.equal(r.textAt(credential.secret), 'pw-1');
    assert.equal(r.textAt(credential.user?.at), 'ann');
    assert.equal(credential.of, 'mongo:27017');
    const jdbc = connector('name=a\nconnector.class=x.JdbcSinkConnector\ntopics=t\nconnection.url=jdbc:postgresql://db:5432/shop?user=u&password=pw-2\n');
    assert.equal(jdbc.textAt(fact(jdbc, 'credential').secret), 'pw-2');
    assert.equal(fact(jdbc, 'credential').of, 'db:5432');
  });
});

describe('kafka connect: recognition', () => {
  const recognized = (text: string, path: string): boolean =>
    kafkaConnect.recognizes({ id: 'file:///x' as never, path, text });

  it('goes by the class of a connector', () => {
    assert.ok(recognized(rest, '/search.json'));
    assert.ok(recognized('{"connector.class":"X","topics":"a"}', '/a.json'));
    assert.ok(recognized('name=x\nconnector.class = X\n', '/connect-file-sink.properties'));
    assert.ok(recognized('name=x\nconnector.class=X\n', '/sink.properties.template'));
    assert.ok(recognized(`---\n# all\n${'\n'.repeat(200)}- name: x\n  config:\n    connector.class: X\n`, '/a.yml'));
    assert.ok(!recognized(`${' \n'.repeat(200)}x: y\nz:\n  connector.class: X\n`, '/a.yml'));
    assert.ok(recognized('name: x\nconfig:\n  connector.class: X\n', '/a.yml'));
    assert.ok(recognized('{"type":"io.debezium.connector.mysql.MySqlConnector","name":"a","config":{}}', '/source.json'));
  });

  it('leaves other files alone', () => {
    assert.ok(!recognized('debezium.source.connector.class=X\n', '/application.properties'));
    assert.ok(!recognized('bootstrap.servers=a\nkey.converter=x\n', '/connect-distributed.properties'));
    assert.ok(!recognized('{"type":"POSTGRESQL","config":{"host":"a"}}', '/connection.json'));
    assert.ok(!recognized('apiVersion: v1\nkind: ConfigMap\nconfig:\n  connector.class: X\n', '/a.yaml'));
    assert.ok(!recognized('{"info":{},"item":[{"body":{"connector.class":"x"}}]}', '/postman.json'));
    assert.ok(!recognized('The key connector.class: names it', '/notes.md'));
    assert.ok(!recognized('# connector.class=X\n', '/a.properties'));
  });

  it('takes no topics from a source of a platform, whose destination stands elsewhere', () => {
    const r = reading(kafkaConnect, `{ "name": "pg", "type": "io.debezium.connector.postgresql.PostgresConnector",
      "config": { "topic.prefix": "shop", "table.include.list": "public.orders" } }`, '/source.json');
    assert.deepEqual(r.lines, ['service pg client=kafka-connect']);
  });
});

describe('kafka connect, broken', () => {
  it('survives 1,000 mutations of JSON', () => fuzzReader(kafkaConnect, [rest, `[${rest}]`], '/search.json')).timeout(20_000);
});
