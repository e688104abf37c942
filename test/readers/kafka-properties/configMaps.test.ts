import assert from 'node:assert/strict';
import { kafkaConfigMaps } from '../../../src/readers/kafka-properties/configMaps';
import { kafkaProperties } from '../../../src/readers/kafka-properties/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';

const yaml = `kafka:
  producer:
    bootstrap.servers: k.example:9093
    security.protocol: sasl_ssl
    sasl.password: "s3cret"
    acks: "1"
    client.id: billing
  consumer:
    bootstrap.servers: k.example:9093
    group.id: 'billing'
    enable.auto.commit: false
    metadata.max.age.ms: 1000
    enable.partition.eof: true
`;
const json = '{ "bootstrap.servers": "${KAFKA:localhost:9092}", "group.id": "billing", "acks": "zero" }';

describe('kafka clients in YAML and JSON', () => {
  it('reads maps with Kafka\'s own keys, wherever they stand', () => {
    const r = reading(kafkaConfigMaps, yaml, '/shop/billing/config/settings.yaml');
    assert.deepEqual(r.lines, [
      'broker k.example:9093 kafka k.example:9093 tls', 'service billing client=librdkafka', 'billing -> * clientId=billing acks=1',
      'credential - sasl.password secret', 'billing <- * group=billing autoCommit=false',
    ]);
    assert.equal(r.textAt(fact(r, 'publish').settings.acks?.at), '1');
    assert.equal(r.textAt(fact(r, 'consume').settings.group?.at), 'billing');
    assert.equal(r.textAt(fact(r, 'credential').secret), 's3cret');
    assert.equal(fact(r, 'publish').insert, undefined);
  });

  it('fills in defaults, and tells what no client takes', () => {
    const r = reading(kafkaConfigMaps, json, '/shop/billing/kafka.json');
    assert.deepEqual(r.lines.slice(0, 2), ['broker localhost:9092 kafka localhost:9092', 'service billing client=librdkafka']);
    assert.match(r.report, /kafka\/wrong-value: "zero" is no value of acks/);
    assert.equal(r.textAt(fact(r, 'service').name.at), 'billing');
  });

  it('is recognized by these keys alone, outside of formats that have them too', () => {
    const recognized = (text: string, path: string): boolean => kafkaConfigMaps.recognizes({ id: 'file:///x' as never, path, text });
    assert.ok(recognized(yaml, '/a.yml'));
    assert.ok(recognized(json, '/a.json'));
    assert.ok(!recognized(yaml, '/a.txt'));
    assert.ok(!recognized('kafka:\n  brokers: [a:9092]\n', '/a.yaml'));
    assert.ok(!recognized(`apiVersion: v1\nkind: X\nspec:\n  config:\n    bootstrap.servers: a:9092\n`, '/a.yaml'));
    assert.ok(!recognized('{ "connector.class": "x", "bootstrap.servers": "a:9092" }', '/a.json'));
    assert.ok(!recognized('services:\n  a:\n    bootstrap.servers: a:9092\n', '/a.yaml'));
  });

  it('survives 1,000 mutations', () => {
    fuzzReader(kafkaConfigMaps, [yaml], '/a.yaml', 500);
    fuzzReader(kafkaConfigMaps, [json], '/a.json', 500);
  }).timeout(20_000);
});

describe('librdkafka\'s files', () => {
  const recognized = (text: string, path: string): boolean => kafkaProperties.recognizes({ id: 'file:///x' as never, path, text });

  it('are recognized by an address, with other endings too', () => {
    assert.ok(recognized('# kcat\nmetadata.broker.list=a:9092\nsecurity.protocol=SSL\n', '/home/kcat.conf'));
    assert.ok(recognized('[default]\nbootstrap.servers=a:9092\n[consumer]\ngroup.id=x\n', '/app/getting_started.ini'));
    assert.ok(!recognized('group.id=x\nacks=all\n', '/app/x.conf'));
    assert.ok(!recognized('kafka {\n  bootstrap.servers = "a:9092"\n  group.id = x\n}\n', '/app/application.conf'));
    assert.ok(!recognized('<configuration>\nbootstrap.servers=a\n</configuration>', '/app/web.config'));
    assert.ok(!recognized('broker.id=1\nlog.dirs=/x\nbootstrap.servers=a:9092', '/app/x.conf'));
  });

  it('are librdkafka\'s unless Java\'s own keys stand in them', () => {
    const client = (text: string, path: string): string | undefined => fact(reading(kafkaProperties, text, path), 'service').client?.value;
    assert.equal(client('bootstrap.servers=a:9092\ngroup.id=x\n', '/app/client.conf'), 'librdkafka');
    assert.equal(client('bootstrap.servers=a:9092\ngroup.id=x\nkey.deserializer=x.Y\n', '/app/client.conf'), 'kafka-java');
    assert.equal(client('bootstrap.servers=a:9092\ngroup.id=x\n', '/app/java.config'), 'kafka-java');
  });
});

describe('topics beside a client\'s settings', () => {
  it('are published or consumed as the key or the role says', () => {
    const lines = (text: string): readonly string[] => reading(kafkaProperties, text, '/shop/billing/app.properties').lines.slice(2);
    assert.deepEqual(lines('bootstrap.servers=a:9092\nacks=all\ntopic=invoices\n'), ['billing -> * acks=all', 'billing -> invoices']);
    assert.deepEqual(lines('bootstrap.servers=a:9092\napplication.id=totals\ninput.topic.name=orders\noutput.topic.name=totals\naudit.topic=audit\n'), [
      'totals -> *', 'totals <- * group=totals', 'totals <- orders', 'totals -> totals', 'channel audit at a:9092',
    ]);
    assert.deepEqual(lines('bootstrap.servers=a:9092\ngroup.id=connect\nkey.converter=x.Y\noffset.storage.topic=connect-offsets\n'), [
      'connect -> *', 'connect <- *',
    ]);
  });
});
