import assert from 'node:assert/strict';
import { kubernetesReaders } from '../../../src/readers/kubernetes/reader';
import { dumpModel } from '../../support/dump';
import { fixtureModel } from '../../support/fixture';
import { fuzzReader } from '../../support/fuzzReader';
import { rangesOf } from '../../support/ranges';
import { fact, reading } from '../../support/reading';

const reader = kubernetesReaders.find((r) => r.dialect === 'knative')!;
const read = (text: string) => reading(reader, text, 'events.yaml');

const broker = `
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata:
  name: main
  namespace: zoo
  annotations: { eventing.knative.dev/broker.class: Kafka }
spec:
  config: { apiVersion: v1, kind: ConfigMap, name: broker-config }
  delivery:
    retry: 4
    backoffPolicy: exponential
    backoffDelay: PT2S
    deadLetterSink: { ref: { apiVersion: v1, kind: Service, name: lost-animals } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: broker-config, namespace: zoo }
data:
  default.topic.partitions: "6"
  default.topic.replication.factor: "3"
  bootstrap.servers: "events-kafka-bootstrap.kafka:9092"
`;

const trigger = `
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: { name: feeding, namespace: zoo }
spec:
  broker: main
  filter: { attributes: { type: zoo.animal.hungry } }
  subscriber: { ref: { apiVersion: serving.knative.dev/v1, kind: Service, name: keeper } }
`;

const source = `
apiVersion: sources.knative.dev/v1
kind: KafkaSource
metadata: { name: scales, namespace: zoo }
spec:
  consumerGroup: scale-readers
  bootstrapServers: ["events-kafka-bootstrap.kafka:9092"]
  topics: [weights, heights]
  initialOffset: earliest
  sink: { ref: { apiVersion: v1, kind: Service, name: doctor } }
`;

const channels = `
apiVersion: messaging.knative.dev/v1
kind: Channel
metadata: { name: visits, namespace: zoo }
spec:
  channelTemplate:
    apiVersion: messaging.knative.dev/v1
    kind: InMemoryChannel
---
apiVersion: messaging.knative.dev/v1beta1
kind: KafkaChannel
metadata: { name: tickets, namespace: zoo }
spec: { numPartitions: 3, replicationFactor: 2, retentionDuration: P1DT12H }
---
apiVersion: messaging.knative.dev/v1
kind: Subscription
metadata: { name: counting, namespace: zoo }
spec:
  channel: { apiVersion: messaging.knative.dev/v1, kind: Channel, name: visits }
  subscriber: { uri: "http://counter.zoo.svc.cluster.local/count" }
  reply: { ref: { apiVersion: messaging.knative.dev/v1beta1, kind: KafkaChannel, name: tickets } }
  delivery: { retry: 2, deadLetterSink: { ref: { kind: KafkaSink, name: spoiled } } }
`;

const flows = `
apiVersion: flows.knative.dev/v1
kind: Sequence
metadata: { name: arrival }
spec:
  steps:
    - ref: { apiVersion: v1, kind: Service, name: gate }
    - ref: { apiVersion: v1, kind: Service, name: bath }
  reply: { ref: { apiVersion: eventing.knative.dev/v1, kind: Broker, name: main } }
---
apiVersion: flows.knative.dev/v1
kind: Parallel
metadata: { name: sorting }
spec:
  branches:
    - { filter: { ref: { kind: Service, name: is-bird } }, subscriber: { ref: { kind: Service, name: aviary } } }
    - { subscriber: { ref: { kind: Service, name: stable } } }
`;

describe('Knative: brokers and triggers', () => {
  it('makes a topic of a broker in Kafka, by Knative\'s name for it', () => {
    const r = read(broker);
    assert.deepEqual(r.lines, [
      'broker events-kafka-bootstrap.kafka:9092 kafka events-kafka-bootstrap.kafka:9092',
      'channel knative-broker-zoo-main at events-kafka-bootstrap.kafka:9092 partitions=6 replicas=3', 'service lost-animals',
    ]);
    const channel = fact(r, 'channel');
    assert.deepEqual(channel.aliases?.map((a) => a.value), ['zoo/main']);
    assert.equal(r.textAt(channel.address.at), 'main');
    assert.equal(r.textAt(channel.settings.partitions?.at), '6');
    assert.match(channel.note ?? '', /go to lost-animals after 4 more attempts/);
  });

  it('leaves a broker of another class without a protocol, on no broker that stands nearby', () => {
    const r = read(broker.replace('class: Kafka', 'class: RabbitMQBroker'));
    assert.ok(r.lines.includes('channel zoo/main'));
    const { model } = fixtureModel(`=== a.yaml${broker.replace('class: Kafka', 'class: MTChannelBasedBroker')}---${source}`);
    assert.equal(model.channels.find((c) => c.address === 'zoo/main')?.broker, undefined);
  });

  it('lets a trigger\'s subscriber take what its filter lets pass', () => {
    const r = read(trigger);
    assert.deepEqual(r.lines, ['service keeper', 'keeper <- zoo/main']);
    assert.match(fact(r, 'consume').note ?? '', /By Trigger feeding\. Only events with type zoo\.animal\.hungry\./);
    assert.equal(r.textAt(fact(r, 'consume').channel?.name.at), 'main');
    assert.equal(r.textAt(fact(r, 'consume').service.at), 'keeper');
  });

  it('gives a trigger beside its broker the broker\'s delivery and Kafka\'s group', () => {
    const r = read(`${broker}---${trigger}`);
    const { settings } = fact(r, 'consume');
    assert.equal(settings.group?.value, 'knative-trigger-zoo-feeding');
    assert.deepEqual([settings.onFailure?.retries?.value, settings.onFailure?.backoff?.value], [4, 'exponential PT2S']);
  });

  it('joins triggers and sources of other files with their broker', () => {
    const toBroker = source.replace('apiVersion: v1, kind: Service, name: doctor', 'apiVersion: eventing.knative.dev/v1, kind: Broker, name: main');
    const { model } = fixtureModel(`=== b.yaml${broker}=== t.yaml${trigger}=== s.yaml${toBroker}`);
    assert.equal(dumpModel(model), [
      'heights: events-kafka-bootstrap.kafka:9092 kafka topic undeclared', '  -> scales',
      'knative-broker-zoo-main: events-kafka-bootstrap.kafka:9092 kafka topic', '  <- scales', '  -> keeper',
      'weights: events-kafka-bootstrap.kafka:9092 kafka topic undeclared', '  -> scales', 'service lost-animals: idle',
    ].join('\n'));
  });
});

describe('Knative: channels and flows', () => {
  it('reads channels of all kinds, and who takes from them', () => {
    const r = read(channels);
    assert.deepEqual(r.lines, [
      'channel zoo/visits', 'channel zoo/tickets partitions=3 replicas=2 retention=129600000',
      'service counter', 'counter <- zoo/visits onFailure={…}', 'counter -> zoo/tickets',
      'dead-letter zoo/visits -> zoo/spoiled by Subscription counting',
    ]);
    assert.match(fact(r, 'channel').note ?? '', /in memory/);
    assert.equal(fact(r, 'consume').settings.onFailure?.deadLetter?.value, 'zoo/spoiled');
    assert.match(fact(r, 'publish').inferred ?? '', /answers/);
  });

  it('puts a channel before each step of a sequence, and all branches behind one', () => {
    const r = read(flows);
    assert.deepEqual(r.lines, [
      'channel arrival', 'service gate', 'gate <- arrival', 'gate -> arrival-kn-sequence-1',
      'service bath', 'bath <- arrival-kn-sequence-1', 'bath -> main',
      'channel sorting', 'service aviary', 'aviary <- sorting', 'service stable', 'stable <- sorting',
    ]);
    assert.match(fact(r, 'consume', (c) => c.service.value === 'aviary').note ?? '', /is-bird lets pass/);
  });

  it('knows the topic behind a KafkaSink by both names', () => {
    const sink = `
apiVersion: eventing.knative.dev/v1alpha1
kind: KafkaSink
metadata: { name: spoiled, namespace: zoo }
spec: { topic: spoiled-events, bootstrapServers: ["k.kafka:9092"] }
`;
    const { model } = fixtureModel(`=== a.yaml${sink}=== b.yaml${channels}`);
    const topic = model.channels.find((c) => c.address === 'spoiled-events');
    assert.deepEqual(topic?.routesIn.map((route) => route.from.address), ['zoo/visits']);
  });
});

describe('Knative: sources', () => {
  it('lets the program at the end of a KafkaSource stand for the consumer', () => {
    const r = read(source);
    assert.deepEqual(r.lines, [
      'broker events-kafka-bootstrap.kafka:9092 kafka events-kafka-bootstrap.kafka:9092', 'service doctor',
      'doctor <- weights group=scale-readers offsetReset=earliest', 'doctor <- heights group=scale-readers offsetReset=earliest',
    ]);
    assert.match(fact(r, 'consume').note ?? '', /KafkaSource scales sends it the messages over HTTP/);
    assert.equal(r.textAt(fact(r, 'consume').settings.group?.at), 'scale-readers');
  });

  it('takes a bound program for the publisher, and any other source for a program', () => {
    const bound = (kind: string, more: string): string => `
apiVersion: sources.knative.dev/v1
kind: ${kind}
metadata: { name: bell, namespace: zoo }
spec: { ${more}sink: { ref: { apiVersion: eventing.knative.dev/v1, kind: Broker, name: main } } }
`;
    assert.deepEqual(read(bound('SinkBinding', 'subject: { apiVersion: apps/v1, kind: Deployment, name: office }, ')).lines,
      ['service office', 'office -> zoo/main']);
    assert.deepEqual(read(bound('PingSource', 'schedule: "0 * * * *", ')).lines, ['service bell', 'bell -> zoo/main']);
    assert.deepEqual(read(bound('PingSource', '').replace('kind: Broker', 'kind: Service')).lines, []);
  });

  it('reads a queue of RabbitMQ', () => {
    const r = read(`
apiVersion: sources.knative.dev/v1alpha1
kind: RabbitmqSource
metadata: { name: mail }
spec:
  rabbitmqClusterReference: { name: rabbit }
  rabbitmqResourcesConfig: { exchangeName: letters, queueName: letters-in, parallelism: 5 }
  sink: { ref: { apiVersion: v1, kind: Service, name: sorter } }
`);
    assert.deepEqual(r.lines, ['binding letters -> letters-in by RabbitmqSource mail', 'service sorter', 'sorter <- letters-in']);
  });
});

describe('Knative: files', () => {
  it('makes nothing of placeholders', () => {
    const r = read(source.replace('weights', '"${TOPIC}"').replace('scale-readers', '${GROUP}'));
    assert.deepEqual(r.lines.slice(2), ['doctor <- heights offsetReset=earliest open=group']);
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['${GROUP}', '${TOPIC}']);
  });

  it('has all places on the words of the file', () => {
    const r = read(`${broker}---${trigger}---${source}---${channels}---${flows}`);
    for (const f of r.facts) {
      for (const at of rangesOf(f)) assert.notEqual(r.textAt(at).trim(), '', `${f.kind} has an empty place`);
    }
  });

  it('survives broken text', () => {
    fuzzReader(reader, [`${broker}---${trigger}`, channels, flows, source], '/w/events.yaml', 300);
  });
});
