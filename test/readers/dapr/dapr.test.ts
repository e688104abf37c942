import assert from 'node:assert/strict';
import { kubernetesReaders } from '../../../src/readers/kubernetes/reader';
import { dumpModel } from '../../support/dump';
import { fixtureModel } from '../../support/fixture';
import { fuzzReader } from '../../support/fuzzReader';
import { rangesOf } from '../../support/ranges';
import { fact, reading } from '../../support/reading';

const reader = kubernetesReaders.find((r) => r.dialect === 'dapr')!;
const read = (text: string) => reading(reader, text, 'components/bus.yaml');

const rabbit = `
apiVersion: dapr.io/v1alpha1
kind: Component
metadata: { name: bus, namespace: library }
spec:
  type: pubsub.rabbitmq
  version: v1
  metadata:
    - name: connectionString
      value: amqp://clerk:book5hop@rabbit:5672
    - name: durable
      value: "true"
    - name: autoAck
      value: "yes"
    - name: enableDeadLetter
      value: "true"
    - name: publishingScopes
      value: "desk=loans;archive="
scopes: [desk, archive]
`;

const subscription = `
apiVersion: dapr.io/v2alpha1
kind: Subscription
metadata: { name: archive-loans }
spec:
  pubsubname: bus
  topic: loans
  routes: { default: /loans }
  deadLetterTopic: unread
scopes: [archive]
`;

const kafkaBinding = `
apiVersion: dapr.io/v1alpha1
kind: Component
metadata: { name: scans }
spec:
  type: bindings.kafka
  version: v1
  metadata:
    - { name: brokers, value: "kafka-1:9092,kafka-2:9092" }
    - { name: topics, value: "scans, returns" }
    - { name: publishTopic, value: reminders }
    - { name: consumerGroup, value: scanners }
    - { name: initialOffset, value: oldest }
    - name: saslPassword
      secretKeyRef: { name: kafka, key: password }
scopes: [desk]
`;

const mqttBinding = `
apiVersion: dapr.io/v1alpha1
kind: Component
metadata: { name: gate, namespace: library }
spec:
  type: bindings.mqtt3
  version: v1
  metadata:
    - { name: url, value: "tcp://mosquitto:1883" }
    - { name: topic, value: gate/opened }
    - { name: consumerID, value: "{uuid}" }
scopes: [desk]
`;

describe('Dapr pub/sub', () => {
  it('is a broker by its component, and the programs of its scopes', () => {
    const r = read(rabbit.replace(/ +- name: publishingScopes\n.*\n/, ''));
    assert.deepEqual(r.lines, [
      'broker bus rabbitmq amqp://rabbit:5672', 'credential clerk user info of url secret', 'service desk', 'service archive',
      'desk <- * ack=auto prefetch=0 requeue=false amqp091-go', 'archive <- * ack=auto prefetch=0 requeue=false amqp091-go',
    ]);
    assert.equal(r.textAt(fact(r, 'credential').secret), 'book5hop');
    assert.ok(!JSON.stringify(r.facts).includes('book5hop'));
    assert.ok(fact(r, 'broker').addresses?.some((a) => a.value === 'rabbit.library.svc:5672'));
    const { settings, note } = fact(r, 'consume');
    assert.equal(r.textAt(settings.ack?.at), 'yes');
    assert.equal(r.textAt(settings.requeue?.at), 'metadata');
    assert.match(note ?? '', /requeueInFailure is not set, and Dapr's default is false\./);
  });

  it('names its topics where it restricts them', () => {
    const r = read(rabbit);
    assert.ok(r.lines.includes('channel exchange loans at bus exchange=fanout durable=true autoDelete=true'));
    assert.ok(r.lines.includes('desk -> loans confirms=false persistent=false mandatory=false amqp091-go'));
    assert.ok(!r.lines.some((l) => l.startsWith('archive ->')));
    const publish = fact(r, 'publish', (p) => p.channel !== undefined);
    assert.equal(r.textAt(publish.channel?.name.at), 'loans');
    assert.equal(r.textAt(publish.service.at), 'desk');
    assert.match(publish.inferred ?? '', /publishingScopes/);
    const allowed = read(rabbit.replace('name: publishingScopes\n      value: "desk=loans;archive="', 'name: allowedTopics\n      value: "loans, fees"'));
    assert.deepEqual(allowed.facts.flatMap((f) => (f.kind === 'channel' ? [allowed.textAt(f.address.at)] : [])), ['loans', 'fees']);
  });

  it('declares a queue of its own for each subscribed program in RabbitMQ', () => {
    const r = read(`${rabbit}---${subscription}`);
    const from = r.lines.lastIndexOf('service archive');
    assert.deepEqual(r.lines.slice(from), [
      'service archive', 'channel exchange loans at bus exchange=fanout durable=true autoDelete=true',
      'channel exchange unread at bus exchange=fanout durable=true autoDelete=true',
      'channel queue archive-loans at bus durable=true autoDelete=true',
      'binding loans -> archive-loans by component bus',
      'channel exchange dlx-archive-loans at bus exchange=fanout durable=true',
      'channel queue dlq-archive-loans at bus durable=true',
      'dead-letter archive-loans -> dlx-archive-loans by component bus',
      'binding dlx-archive-loans -> dlq-archive-loans by component bus',
      'archive <- archive-loans ack=auto prefetch=0 requeue=false onFailure={…} amqp091-go',
      'dead-letter loans -> unread by subscription archive-loans',
    ].map((line) => line.replace(/^(binding .* -> \S+)( by)/, '$1 []$2')));
  });

  it('joins a subscription in another file by the component\'s name', () => {
    const kafka = rabbit.replace('pubsub.rabbitmq', 'pubsub.kafka').replace('connectionString', 'brokers')
      .replace('amqp://clerk:book5hop@rabbit:5672', 'kafka:9092');
    const { model } = fixtureModel(`=== c/bus.yaml${kafka}=== c/sub.yaml${subscription}`);
    assert.equal(dumpModel(model), [
      'loans: bus kafka topic', '  <- desk', '  -> archive', '  => unread (dead-letter)', 'unread: bus kafka topic dead-letter',
    ].join('\n'));
    const consume = model.consumes.find((c) => c.channel !== undefined)!;
    assert.equal(consume.settings.onFailure?.deadLetter?.value, 'unread');
  });

  it('reads the first form of subscriptions, and those that hold for every program', () => {
    const r = read(`
apiVersion: dapr.io/v1alpha1
kind: Subscription
metadata: { name: all }
spec: { pubsubname: bus, topic: loans, route: /loans }
`);
    assert.deepEqual(r.lines, ['channel loans at bus']);
    assert.match(fact(r, 'channel').inferred ?? '', /names none/);
  });

  it('knows topics of systems that are not read, too', () => {
    const r = read(`${rabbit.replace('pubsub.rabbitmq', 'pubsub.redis')}---${subscription}`);
    assert.ok(!r.lines.some((l) => l.startsWith('broker')));
    assert.ok(r.lines.includes('archive <- loans onFailure={…}'));
  });

  it('says how JetStream and MQTT are read', () => {
    const jetstream = read(`
apiVersion: dapr.io/v1alpha1
kind: Component
metadata: { name: js }
spec:
  type: pubsub.jetstream
  metadata:
    - { name: natsURL, value: "nats://nats:4222" }
    - { name: durableName, value: "{appID}-durable" }
    - { name: ackWait, value: 10s }
scopes: [desk]
`);
    assert.ok(jetstream.lines.includes('desk <- * durable=desk-durable ackWait=10000 ackPolicy=explicit nats.go'));
    const mqtt = read(mqttBinding.replace('bindings.', 'pubsub.').replace('name: topic, value: gate/opened', 'name: cleanSession, value: "true"'));
    assert.ok(mqtt.lines.includes('desk <- * cleanStart=true qos=1 open=clientId'));
  });
});

describe('Dapr bindings', () => {
  it('read topics and write another, as their keys say', () => {
    const r = read(kafkaBinding);
    assert.deepEqual(r.lines, [
      'broker kafka-1:9092 kafka kafka-1:9092,kafka-2:9092', 'service desk',
      'channel scans at kafka-1:9092', 'channel returns at kafka-1:9092', 'channel reminders at kafka-1:9092',
      'desk <- scans group=scanners offsetReset=earliest commit=after-processing sarama',
      'desk <- returns group=scanners offsetReset=earliest commit=after-processing sarama',
      'desk -> reminders acks=all retries=5 sarama',
    ]);
    assert.deepEqual(r.facts.flatMap((f) => (f.kind === 'channel' ? [r.textAt(f.address.at)] : [])), ['scans', 'returns', 'reminders']);
    assert.match(fact(r, 'publish').inferred ?? '', /publishTopic/);
  });

  it('keep to the direction that they say', () => {
    const r = read(kafkaBinding.replace('scopes:', '    - { name: direction, value: input }\nscopes:'));
    assert.ok(!r.lines.some((l) => l.includes('->') || l.includes('reminders')));
    assert.equal(fact(r, 'consume').inferred, undefined);
    const output = read(mqttBinding.replace('scopes:', '    - { name: direction, value: output }\nscopes:'));
    assert.deepEqual(output.lines.filter((l) => /[<>]/.test(l)), ['desk -> gate/opened retain=false open=clientId,cleanStart,qos']);
  });

  it('without a direction are taken to be read, and their client id is not known', () => {
    const r = read(mqttBinding);
    assert.deepEqual(r.lines, [
      'broker mosquitto:1883 mqtt tcp://mosquitto:1883', 'service desk', 'channel gate/opened at mosquitto:1883',
      'desk <- gate/opened open=clientId,cleanStart,qos',
    ]);
    assert.match(fact(r, 'consume').inferred ?? '', /does not say its direction/);
  });

  it('of RabbitMQ declare their queue', () => {
    const r = read(`
apiVersion: dapr.io/v1alpha1
kind: Component
metadata: { name: print }
spec:
  type: bindings.rabbitmq
  metadata:
    - { name: queueName, value: print }
    - { name: host, secretKeyRef: { name: rabbit, key: url } }
    - { name: ttlInSeconds, value: 60 }
`);
    assert.deepEqual(r.lines, ['channel queue print durable=false autoDelete=false ttl=60000']);
    const { settings, note, inferred } = fact(r, 'channel');
    assert.equal(r.textAt(settings.durable?.at), 'metadata');
    assert.match(note ?? '', /durable is not set/);
    assert.match(inferred ?? '', /Every program/);
  });
});

describe('Dapr: files', () => {
  it('takes one\'s own machine for a stand-in of the cluster', () => {
    const local = mqttBinding.replace('mosquitto:1883', 'localhost:1883');
    const { model } = fixtureModel(`=== dapr/gate.yaml${local}=== k8s/gate.yaml${mqttBinding}`);
    assert.equal(dumpModel(model), 'gate/opened: mosquitto:1883 mqtt topic\n  -> desk');
  });

  it('takes a component of the same name there for the broker of the cluster, and says so', () => {
    const local = rabbit.replace('rabbit:5672', 'localhost:5672');
    const { model } = fixtureModel(`=== dapr/bus.yaml${local}=== k8s/bus.yaml${rabbit}`);
    assert.deepEqual(model.brokers.map((b) => b.id), ['bus']);
    assert.match(model.brokers[0]?.joins?.[0]?.why ?? '', /one's own machine/);
    const third = rabbit.replace('rabbit:5672', 'other.example.com:5672');
    const several = fixtureModel(`=== dapr/bus.yaml${local}=== k8s/bus.yaml${rabbit}=== prod/bus.yaml${third}`).model;
    assert.equal(several.brokers.length, 3);
  });

  it('are recognized without any of messaging in them, and say nothing then', () => {
    const text = 'apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: s }\nspec: { type: state.redis }\nscopes: [desk]\n';
    assert.deepEqual(read(text).facts, []);
    assert.ok(reader.recognizes(read(text).files[0]!));
    assert.ok(!reader.recognizes({ ...read(text).files[0]!, text: text.replace('dapr.io', 'example.io') }));
  });

  it('make nothing of placeholders', () => {
    const r = read(kafkaBinding.replace('value: reminders', 'value: "${TOPIC}"'));
    assert.ok(!r.lines.some((l) => l.includes('TOPIC') || l.includes('->')));
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['${TOPIC}']);
  });

  it('has all places on the words of the file', () => {
    const r = read(`${rabbit}---${subscription}---${kafkaBinding}---${mqttBinding}`);
    for (const f of r.facts) {
      for (const at of rangesOf(f)) assert.notEqual(r.textAt(at).trim(), '', `${f.kind} has an empty place`);
    }
  });

  it('survives broken text', () => {
    fuzzReader(reader, [`${rabbit}---${subscription}`, kafkaBinding, mqttBinding], '/w/bus.yaml', 300);
  });
});
