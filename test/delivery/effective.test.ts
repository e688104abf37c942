import assert from 'node:assert/strict';
import { edgeClient, effectiveChannel, effectiveConsume, effectivePublish, effectiveStream } from '../../src/delivery/effective';
import type { History } from '../../src/delivery/history';
import { kafkaConsumeDefaults, kafkaPublishDefaults } from '../../src/delivery/kafkaDefaults';
import { mqttConsumeDefaults, mqttPublishDefaults } from '../../src/delivery/mqttDefaults';
import { natsConsumeDefaults } from '../../src/delivery/natsDefaults';
import { rabbitConsumeDefaults, rabbitPublishDefaults } from '../../src/delivery/rabbitmqDefaults';
import { brokerDefaultWords, defaultWords } from '../../src/delivery/words';
import type { Setting } from '../../src/model/settings';
import { fixtureModel } from '../support/fixture';

function show(setting: Setting<unknown> | undefined): string {
  if (setting === undefined || setting.from === 'unknown') return setting === undefined ? 'absent' : 'unknown';
  if (setting.from === 'declared') return `${setting.value}`;
  return `${setting.value} of ${setting.of}${setting.assumed ? ', assumed' : ''}`;
}

/** The acks and idempotence of a Kafka publish by a client. */
function producer(client: string, settings = '{}'): string {
  const { model } = fixtureModel(`
flow: 1
brokers: { e: { protocol: kafka } }
channels: { t: { broker: e } }
services: { s: { ${client && `client: ${client}, `}publishes: { t: ${settings} } } }
`);
  const { acks, idempotence } = effectivePublish(model.publishes[0]!);
  return `${show(acks)} | ${show(idempotence)}`;
}

function consumer(protocol: string, client: string, settings = '{}') {
  const { model } = fixtureModel(`
flow: 1
brokers: { e: { protocol: ${protocol} } }
channels: { t: { broker: e } }
services: { s: { ${client && `client: ${client}, `}consumes: { t: ${settings} } } }
`);
  return { effective: effectiveConsume(model.consumes[0]!), consume: model.consumes[0]! };
}

describe('effective settings', () => {
  it('have explicit acks on a work queue, where the server takes no others', () => {
    const policy = (client: string) => {
      const { model } = fixtureModel(`
flow: 1
brokers: { e: { protocol: nats } }
channels: { W: { broker: e, stream: { subjects: [w.>], retention: workqueue } }, w.a: { broker: e } }
services: { s: { ${client && `client: ${client}, `}consumes: { W: { durable: s }, w.a: { durable: t } } } }
`);
      return model.consumes.map((consume) => show(effectiveConsume(consume).ackPolicy));
    };
    assert.deepEqual(policy(''), Array(2).fill('explicit of a consumer of a work queue'));
    assert.deepEqual(policy('nats.js@3'), Array(2).fill('explicit of a consumer of a work queue'));
    assert.deepEqual(policy('nack'), Array(2).fill('none of NACK'));
  });

  it('follows the history of the Java client', () => {
    assert.equal(producer('kafka-java@2.8'), '1 of Java client < 3.0 | false of Java client < 3.0.1');
    assert.equal(producer('kafka-java@3.0.0'), 'all of Java client >= 3.0 | false of Java client < 3.0.1');
    assert.equal(producer('kafka-java@3.0.1'), 'all of Java client >= 3.0 | true of Java client 3.0.1 to < 3.1.0');
    assert.equal(producer('kafka-java@3.1.0'), 'all of Java client >= 3.0 | false of Java client 3.1.0 to < 3.1.1');
    assert.equal(producer('kafka-java@3.9'), 'all of Java client >= 3.0 | true of Java client >= 3.1.1');
  });

  it('assumes the weakest where version or client are unknown', () => {
    assert.equal(producer('kafka-java'), '1 of Java client < 3.0, assumed | false of Java client < 3.0.1, assumed');
    assert.equal(producer('kafkajs'), 'all of kafkajs | false of kafkajs');
    assert.equal(producer(''), '1 of Java client < 3.0, assumed | false of Java client < 3.0.1, assumed');
    assert.equal(producer('homegrown@1'), producer(''));
    // A client of another protocol says nothing of this one.
    assert.equal(producer('amqplib@2'), producer(''));
  });

  it('knows that idempotence asks for acks=all, and that weak settings switch it off', () => {
    assert.equal(producer('kafka-java@2.8', '{ idempotence: true }'), 'all of a producer with enable.idempotence=true | true');
    assert.equal(producer('kafka-java@3.9', '{ acks: 1 }'), '1 | false of a producer with acks=1');
    assert.equal(producer('kafka-java@3.9', '{ retries: 0 }'), 'all of Java client >= 3.0 | false of a producer with retries=0');
    assert.equal(producer('kafka-java@3.9', '{ maxInFlight: 6 }').split(' | ')[1], 'false of a producer with more than 5 requests in flight');
    assert.equal(producer('', '{ transactionalId: t1 }'), 'all of a producer with a transactional.id | true of a producer with a transactional.id');
  });

  it('puts a declared value, with its place, before every default', () => {
    const { effective, consume } = consumer('kafka', 'kafka-java@3.9', '{ autoCommit: false }');
    assert.deepEqual(effective.autoCommit, { from: 'declared', value: false, at: consume.settings.autoCommit?.at });
    assert.equal(show(effective.isolation), 'read_uncommitted of Java client');
    assert.equal(show(consumer('kafka', 'librdkafka@2.5').effective.isolation), 'read_committed of librdkafka');
    assert.equal(show(consumer('kafka', 'spring-kafka@3.1').effective.autoCommit), 'false of Spring Kafka >= 2.3');
  });

  it('gives a protocol only its own settings', () => {
    assert.deepEqual(Object.keys(consumer('mqtt', 'mqtt.js@5').effective).sort(), ['ack', 'cleanStart', 'qos', 'sessionExpiry']);
    assert.deepEqual(Object.keys(consumer('nats', 'nats.go@1').effective), ['pendingLimit']);
    assert.equal(show(consumer('nats', 'nats.go@1', '{ durable: d }').effective.ackPolicy), 'explicit of nats.go');
    assert.equal(show(consumer('nats', '', '{ durable: d }').effective.ackPolicy), 'none of nats.js, assumed');
  });

  it('takes the client of a publish or consume before that of its service', () => {
    const { model } = fixtureModel(`
flow: 1
brokers: { e: { protocol: kafka } }
channels: { t: { broker: e }, u: { broker: e } }
services:
  s:
    client: kafka-java@3.9
    publishes: { t: {}, u: { client: kafka-java@2.8 } }
    consumes: { t: {}, u: { client: librdkafka@2.5 } }
`);
    const acks = model.publishes.map((p) => show(effectivePublish(p).acks));
    assert.deepEqual(acks, ['all of Java client >= 3.0', '1 of Java client < 3.0']);
    const isolation = model.consumes.map((c) => show(effectiveConsume(c).isolation));
    assert.deepEqual(isolation, ['read_uncommitted of Java client', 'read_committed of librdkafka']);
    assert.equal(edgeClient(model.consumes[1]!)?.id, 'librdkafka');
  });

  it('knows brokers and managed clusters', () => {
    const { model } = fixtureModel(`
flow: 1
brokers:
  own: { protocol: kafka, version: "4.0" }
  cloud: { protocol: kafka, managed: confluent-cloud }
  rabbit: { protocol: rabbitmq, version: "4.1" }
  nats: { protocol: nats }
channels:
  a: { broker: own }
  b: { broker: cloud }
  q: { broker: rabbit, queue: quorum }
  s: { broker: nats, stream: { storage: memory } }
`);
    const channel = (id: string) => effectiveChannel(model.channel(id)!);
    assert.equal(show(channel('a').replicas), '1 of Kafka broker');
    assert.equal(show(channel('b').replicas), '3 of Confluent Cloud');
    assert.equal(show(channel('q').deliveryLimit), '20 of RabbitMQ >= 4.0');
    const stream = effectiveStream(model.channel('s')!)!;
    assert.deepEqual([show(stream.storage), show(stream.replicas)], ['memory', '1 of NATS server']);
    assert.equal(effectiveStream(model.channel('a')!), undefined);
  });

  it('lets topics inherit what their cluster is configured to give them', () => {
    const { model, text } = fixtureModel(`
=== cluster.yaml
apiVersion: kafka.strimzi.io/v1
kind: Kafka
metadata: { name: events }
spec:
  kafka:
    listeners: [{ name: plain, port: 9092, type: internal, tls: false }]
    config: { default.replication.factor: 3, min.insync.replicas: 2, num.partitions: '\${COUNT}' }
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: orders, labels: { strimzi.io/cluster: events } }
spec: { replicas: 2 }
`);
    const channel = effectiveChannel(model.channel('orders')!);
    assert.equal(show(channel.replicas), '2');
    assert.equal(channel.replicas?.from === 'declared' && channel.replicas.inherited, undefined);
    assert.deepEqual([show(channel.minInsyncReplicas), show(channel.partitions)], ['2', 'unknown']);
    const { minInsyncReplicas: min } = channel;
    assert.ok(min?.from === 'declared' && min.inherited === 'events');
    const file = text(min.at.file);
    assert.equal(file.slice(min.at.start - 'min.insync.replicas: '.length, min.at.end), 'min.insync.replicas: 2');
  });

  it('says where a default comes from in words', () => {
    const words = (client: string) => {
      const { consume, effective } = consumer('kafka', client);
      return defaultWords(effective.autoCommit, edgeClient(consume));
    };
    assert.equal(words('kafka-java@3.9'), "the Java client's default is true");
    assert.equal(words('kafkajs@2.2'), "kafkajs's default is true");
    assert.equal(words('spring-kafka@3'), 'the default of Spring Kafka >= 2.3 is false');
    assert.equal(words('spring-kafka'), 'the default of Spring Kafka < 2.3 is true (assumed: no version is stated)');
    assert.equal(words(''), 'the client is not known, and true, the weakest default (that of Java client), is assumed');
    assert.equal(brokerDefaultWords({ from: 'unknown' }), '');
  });

  it('has a source for every row', () => {
    const tables: Readonly<Record<string, Readonly<Record<string, History<unknown>>>>>[] = [
      kafkaPublishDefaults, kafkaConsumeDefaults, rabbitPublishDefaults, rabbitConsumeDefaults, mqttPublishDefaults,
      mqttConsumeDefaults, natsConsumeDefaults,
    ];
    for (const table of tables) {
      for (const rows of Object.values(table).flatMap((own) => Object.values(own))) {
        for (const row of rows) assert.match(row.source, /^https:\/\//);
        assert.equal(rows.filter((row) => row.since !== undefined).length, rows.length - 1);
      }
    }
  });
});
