import assert from 'node:assert/strict';
import { readFlow } from './read';

describe('values that are wrong, but plainly meant', () => {
  const read = readFlow(`flow: 1
brokers:
  e: { protocol: Kafka, url: "h:1", tls: yes, nodes: "3" }
  r: { protocol: RabbitMQ }
channels:
  t: { broker: e, replicas: "3", partitions: "three" }
  q: { broker: r, queue: Quorum, durable: "false" }
`);

  it('are understood, so that one slip makes one report', () => {
    const [e, r] = read.of('broker');
    assert.deepEqual([e?.protocol?.value, e?.tls?.value, e?.nodes?.value, r?.protocol?.value], ['kafka', true, 3, 'rabbitmq']);
    const [t, q] = read.of('channel');
    assert.deepEqual([t?.protocol, t?.settings.replicas?.value, t?.settings.partitions], ['kafka', 3, undefined]);
    assert.deepEqual([q?.space, q?.settings.queue?.value, q?.settings.durable?.value], ['queue', 'quorum', false]);
  });

  it('are reported all the same; quotes around a number only with a warning and a safe fix', () => {
    assert.deepEqual(read.problems.map((p) => `${p.severity} ${read.at(p.at)}: ${p.message}`), [
      'error Kafka: "Kafka" cannot stand here; write kafka, rabbitmq, mqtt or nats. Did you mean "kafka"?',
      'error yes: "yes" cannot stand here; write true or false. Did you mean "true"?',
      'warning 3: "3" in quotes is a text; write 3 without quotes.',
      'error RabbitMQ: "RabbitMQ" cannot stand here; write kafka, rabbitmq, mqtt or nats. Did you mean "rabbitmq"?',
      'warning 3: "3" in quotes is a text; write 3 without quotes.',
      'error three: "three" cannot stand here; write a whole number from 1.',
      'error Quorum: "Quorum" cannot stand here; write classic, quorum or stream. Did you mean "quorum"?',
      'warning false: "false" in quotes is a text; write false without quotes.',
    ]);
    const fix = read.problems[2]?.fixes?.[0];
    assert.deepEqual([fix?.safe, read.at(fix?.edits[0]?.at), fix?.edits[0]?.newText], [true, '"3"', '3']);
  });

  it('names the word of the channel\'s own protocol for a key of another', () => {
    const { problems } = readFlow(`flow: 1
brokers: { r: { protocol: rabbitmq }, k: { protocol: kafka }, m: { protocol: mqtt } }
channels: { x: { broker: r, exchange: topic }, q: { broker: r, queue: quorum, bindings: [{ exchange: x, key: a }] }, t: { broker: k }, m/t: { broker: m } }
services:
  s:
    publishes: { q: { acks: all }, t: { confirms: true, routingKey: a }, m/t: { waitForAck: true } }
    consumes: { q: { autoCommit: false }, t: { ack: manual } }
`);
    assert.deepEqual(problems.map((p) => p.message), [
      '"key" belongs to Kafka; q is a RabbitMQ queue. Did you mean "routingKey"?',
      '"acks" belongs to Kafka; q is a RabbitMQ queue. Did you mean "confirms"?',
      '"confirms" belongs to RabbitMQ; t is a Kafka topic. Did you mean "acks"?',
      '"routingKey" belongs to RabbitMQ; t is a Kafka topic. Did you mean "key"?',
      '"waitForAck" belongs to NATS; m/t is an MQTT topic. Did you mean "qos"?',
      '"autoCommit" belongs to Kafka; q is a RabbitMQ queue. Did you mean "ack"?',
      '"ack" belongs to RabbitMQ and MQTT; t is a Kafka topic. Did you mean "autoCommit"?',
    ]);
  });
});
