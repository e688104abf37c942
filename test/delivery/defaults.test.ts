import assert from 'node:assert/strict';
import { effectiveChannel, effectiveConsume, effectivePublish, effectiveStream } from '../../src/delivery/effective';
import { effectiveBroker } from '../../src/delivery/effectiveBroker';
import { defaultWords } from '../../src/delivery/words';
import type { Setting } from '../../src/model/settings';
import { fixtureModel } from '../support/fixture';

function show(settings: object, ...names: readonly string[]): string {
  return names.map((name) => {
    const one = (settings as Record<string, Setting<unknown> | undefined>)[name];
    if (one === undefined || one.from === 'unknown') return one === undefined ? 'absent' : 'unknown';
    return `${one.value}${one.from === 'default' && one.assumed ? '?' : ''}`;
  }).join(' ');
}

function flow(broker: string, more: string) {
  return fixtureModel(`
flow: 1
brokers: { e: ${broker} }
${more}
`).model;
}

function producer(client: string, settings: string, ...names: readonly string[]): string {
  const model = flow('{ protocol: kafka }',
    `channels: { t: { broker: e } }\nservices: { s: { client: ${client}, publishes: { t: ${settings} } } }`);
  return show(effectivePublish(model.publishes[0]!), ...names);
}

function consumer(broker: string, client: string, settings: string, ...names: readonly string[]): string {
  const model = flow(broker, `channels: { t: { broker: e } }\nservices: { s: { client: ${client}, consumes: { t: ${settings} } } }`);
  return show(effectiveConsume(model.consumes[0]!), ...names);
}

function broker(written: string, ...names: readonly string[]): string {
  return show(effectiveBroker(flow(written, '').brokers[0]), ...names);
}

describe('defaults', () => {
  it('of Kafka producers: how long they try, and how much they have under way', () => {
    const names = ['maxInFlight', 'retries', 'deliveryTimeout', 'requestTimeout', 'linger'] as const;
    assert.equal(producer('kafka-java@3.9', '{}', ...names), '5 2147483647 120000 30000 0');
    assert.equal(producer('kafka-java@4.0', '{}', ...names), '5 2147483647 120000 30000 5');
    assert.equal(producer('kafka-streams@3.9', '{}', ...names, 'idempotence'), '5 2147483647 120000 30000 100 true');
    assert.equal(producer('kafka-connect@3.9', '{}', ...names), '1 2147483647 2147483647 30000 0');
    assert.equal(producer('librdkafka@1.5.0', '{}', ...names), '1000000 2 300000 5000 5');
    assert.equal(producer('librdkafka@1.1', '{}', ...names), '1000000 2 300000 5000 0');
    assert.equal(producer('librdkafka@2.5', '{}', ...names), '1000000 2147483647 300000 30000 5');
    assert.equal(producer('kafkajs@2.2', '{}', ...names), 'Infinity 5 absent 30000 0');
    assert.equal(producer('sarama@1.43', '{}', ...names), '5 3 absent 10000 absent');
    assert.equal(producer('franz-go@1.20', '{}', ...names), '1 Infinity absent 10000 10');
  });

  it('of librdkafka: idempotence brings the requests in flight down to five', () => {
    assert.equal(producer('librdkafka@2.5', '{ idempotence: true }', 'maxInFlight'), '5');
    assert.equal(producer('librdkafka@2.5', '{ idempotence: true, maxInFlight: 3 }', 'maxInFlight'), '3');
    assert.equal(producer('kafka-java@3.9', '{ idempotence: true }', 'maxInFlight'), '5');
  });

  it('of JetStream: the server fills in what no client says', () => {
    const names = ['ackPolicy', 'ackWait', 'maxDeliver', 'maxAckPending'] as const;
    assert.equal(consumer('{ protocol: nats }', 'nats.go@1', '{ durable: d }', ...names), 'explicit 30000 -1 1000');
    assert.equal(consumer('{ protocol: nats, version: "2.7" }', 'nats.go@1', '{ durable: d }', ...names), 'explicit 30000 -1 20000');
    assert.equal(consumer('{ protocol: nats }', 'homegrown', '{ durable: d }', ...names), 'none? 30000 -1 1000');
    assert.equal(consumer('{ protocol: nats }', 'nats.go@1', '{}', ...names), 'absent absent absent absent');
    assert.equal(consumer('{ protocol: nats }', 'nats.go@1.40', '{}', 'pendingLimit'), '524288');
    assert.equal(consumer('{ protocol: nats }', 'nats.go@1.44', '{}', 'pendingLimit'), '500000');
    // A list of waiting times takes the place of ackWait.
    const { model } = fixtureModel(`
=== consumer.yaml
apiVersion: jetstream.nats.io/v1beta2
kind: Consumer
metadata: { name: sorter }
spec: { durableName: sorter, streamName: PARCELS, ackPolicy: explicit, backoff: ["1s", "1m"] }
`);
    assert.equal(show(effectiveConsume(model.consumes[0]!), ...names), 'explicit 1000 -1 1000');
    // The resource definition of NACK fills in one nanosecond.
    assert.equal(consumer('{ protocol: nats }', 'nack', '{ durable: d, ackPolicy: explicit }', ...names), 'explicit 0.000001 -1 1000');
  });

  it('of streams: what has expired is not recognised as sent before', () => {
    const window = (stream: string) => show(effectiveStream(
      flow('{ protocol: nats }', `channels: { s: { broker: e, stream: ${stream} } }`).channel('s')!)!, 'duplicateWindow');
    assert.equal(window('{ storage: file }'), '120000');
    assert.equal(window('{ maxAge: 30s }'), '30000');
    assert.equal(window('{ maxAge: 7d }'), '120000');
    assert.equal(window('{ maxAge: 30s, duplicateWindow: 10s }'), '10000');
  });

  it('of RabbitMQ clients: what becomes of a message that is rejected', () => {
    const requeue = (client: string) => consumer('{ protocol: rabbitmq }', client, '{}', 'requeue', 'prefetch');
    assert.equal(requeue('amqplib@0.10'), 'true 0');
    assert.equal(requeue('spring-amqp@3.1'), 'true 250');
    assert.equal(requeue('pika@1.3'), 'true 0');
    assert.equal(requeue('smallrye-rabbitmq'), 'false 0');
    assert.equal(requeue('amqp091-go'), 'absent 0');
  });

  it('of RabbitMQ queues: members, and how long a delivery may wait', () => {
    const queue = (broker: string, kind: string) => show(effectiveChannel(
      flow(broker, `channels: { q: { broker: e, queue: ${kind} } }`).channel('q')!), 'replicas', 'consumerTimeout');
    assert.equal(queue('{ protocol: rabbitmq, version: "4.1" }', 'quorum'), '3 1800000');
    assert.equal(queue('{ protocol: rabbitmq, version: "4.1", nodes: 1 }', 'quorum'), '1 1800000');
    assert.equal(queue('{ protocol: rabbitmq, version: "4.1" }', 'classic'), 'absent 1800000');
    assert.equal(queue('{ protocol: rabbitmq, version: "4.3" }', 'classic'), 'absent absent');
    assert.equal(queue('{ protocol: rabbitmq, version: "4.3" }', 'quorum'), '3 1800000');
    assert.equal(queue('{ protocol: rabbitmq, version: "3.8.16" }', 'classic'), 'absent 900000');
    assert.equal(queue('{ protocol: rabbitmq, version: "3.8.9" }', 'classic'), 'absent Infinity');
    assert.equal(queue('{ protocol: rabbitmq, consumerTimeout: 1h }', 'classic'), 'absent 3600000');
  });

  it('of brokers, by software and service', () => {
    const kafka = ['autoCreate', 'allowEveryone', 'offsetsRetention'] as const;
    assert.equal(broker('{ protocol: kafka }', ...kafka), 'true false 604800000');
    assert.equal(broker('{ protocol: kafka, version: "1.1" }', ...kafka), 'true false 86400000');
    assert.equal(broker('{ protocol: kafka, managed: msk }', ...kafka), 'false true 604800000');
    assert.equal(broker('{ protocol: kafka, managed: confluent-cloud }', ...kafka), 'false false 604800000');
    assert.equal(broker('{ protocol: kafka, autoCreate: false }', ...kafka), 'false false 604800000');
    assert.equal(broker('{ protocol: rabbitmq, version: "3.13" }', 'partitionHandling', 'consumerTimeout'), 'ignore 1800000');
    assert.equal(broker('{ protocol: rabbitmq, version: "4.3" }', 'partitionHandling'), 'absent');
    assert.equal(broker('{ protocol: rabbitmq, version: "4.3", partitionHandling: autoheal }', 'partitionHandling'), 'absent');
    assert.equal(broker('{ protocol: nats, version: "2.9" }', 'syncInterval'), '60000');
    assert.equal(broker('{ protocol: nats }', 'syncInterval'), '120000');
    assert.equal(broker('{ protocol: mqtt }', 'persistence', 'maxQueuedMessages', 'anonymous'), 'false? 1000? absent');
  });

  it('of Amazon MSK: by the number of zones', () => {
    const topic = (zones: string) => show(effectiveChannel(flow(`{ protocol: kafka, managed: msk${zones} }`,
      'channels: { t: { broker: e } }').channel('t')!), 'replicas', 'minInsyncReplicas', 'uncleanLeaderElection');
    assert.equal(topic(''), '2 1 true');
    assert.equal(topic(', zones: 2'), '2 1 true');
    assert.equal(topic(', zones: 3'), '3 2 true');
  });

  it('say in words where there is no limit', () => {
    const { publishes } = flow('{ protocol: kafka }',
      'channels: { t: { broker: e } }\nservices: { s: { client: kafkajs@2, publishes: { t: {} } } }');
    assert.equal(defaultWords(effectivePublish(publishes[0]!).maxInFlight, undefined), 'kafkajs\'s default is no limit');
  });
});
