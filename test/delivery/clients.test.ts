import assert from 'node:assert/strict';
import { clientNames, parseClient } from '../../src/delivery/clients';
import { compareVersions, isVersion } from '../../src/delivery/version';

const parse = (written: string) => {
  const client = parseClient(written);
  return client && `${client.id} ${client.version ?? '-'} (${client.protocol})`;
};

describe('clients', () => {
  it('reads name and version, without regard to case', () => {
    assert.equal(parse('kafka-java@3.9'), 'kafka-java 3.9 (kafka)');
    assert.equal(parse('KafkaJS'), 'kafkajs - (kafka)');
    assert.equal(parse('spring-amqp@v3.1.2'), 'spring-amqp 3.1.2 (rabbitmq)');
    assert.equal(parse('mqtt.js@5'), 'mqtt.js 5 (mqtt)');
    assert.equal(parse('nats.go@latest'), 'nats.go - (nats)');
  });

  it('knows wrappers of librdkafka, and what they bundle', () => {
    assert.equal(parse('confluent-kafka-python@2.5'), 'librdkafka 2.5 (kafka)');
    assert.equal(parse('@confluentinc/kafka-javascript@1.0'), 'librdkafka 2.3 (kafka)');
    assert.equal(parse('node-rdkafka@3.1'), 'librdkafka 2.0 (kafka)');
    assert.equal(parse('node-rdkafka@2.18'), 'librdkafka - (kafka)');
    assert.equal(parse('rdkafka@0.36'), 'librdkafka 1.0 (kafka)');
  });

  it('does not make up clients', () => {
    for (const name of ['', '@', 'kafka', 'kafka-jav', '__proto__', 'constructor@1', 'toString']) assert.equal(parse(name), undefined, name);
  });

  it('understands every name it offers for completion', () => {
    for (const name of clientNames) assert.ok(parseClient(name), name);
  });

  it('compares versions as numbers', () => {
    assert.ok(compareVersions('3.10', '3.9') > 0);
    assert.equal(compareVersions('3', '3.0.0'), 0);
    assert.ok(compareVersions('3.0.0-rc1', '3.0.1') < 0);
    assert.ok(isVersion('v2') && isVersion('2.1.0-SNAPSHOT') && !isVersion('latest') && !isVersion('2x'));
  });
});
