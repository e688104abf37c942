import assert from 'node:assert/strict';
import { kubernetesReaders } from '../../../src/readers/kubernetes/reader';
import { dumpModel } from '../../support/dump';
import { fixtureModel } from '../../support/fixture';
import { fuzzReader } from '../../support/fuzzReader';
import { rangesOf } from '../../support/ranges';
import { fact, reading } from '../../support/reading';

const reader = kubernetesReaders.find((r) => r.dialect === 'keda')!;
const read = (text: string) => reading(reader, text, 'scale.yaml');

const scaled = `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: baker-scaler, namespace: mill }
spec:
  scaleTargetRef: { name: baker }
  triggers:
    - type: kafka
      metadata:
        bootstrapServers: events-kafka-bootstrap.kafka:9092
        consumerGroup: bakers
        topic: flour
        lagThreshold: "50"
    - type: rabbitmq
      metadata: { host: "amqp://miller:gr1nd@rabbit:5672/mill", queueName: orders, mode: QueueLength }
    - type: cpu
      metadata: { value: "60" }
`;

const job = `
apiVersion: keda.sh/v1alpha1
kind: ScaledJob
metadata: { name: sweeper }
spec:
  triggers:
    - type: nats-jetstream
      metadata: { natsServerMonitoringEndpoint: "nats:8222", stream: CRUMBS, consumer: sweepers }
`;

describe('KEDA', () => {
  it('lets a program have at most so many copies', () => {
    const r = read(scaled.replace('spec:\n', 'spec:\n  maxReplicaCount: 12\n'));
    const { instances } = fact(r, 'service');
    assert.deepEqual([instances?.value, r.textAt(instances?.at)], [12, '12']);
    assert.equal(fact(read(scaled), 'service').instances, undefined);
  });

  it('takes a workload for a consumer of what it is scaled by', () => {
    const r = read(scaled);
    assert.deepEqual(r.lines, [
      'service baker', 'broker events-kafka-bootstrap.kafka:9092 kafka events-kafka-bootstrap.kafka:9092',
      'baker <- flour group=bakers', 'broker rabbit:5672 rabbitmq amqp://rabbit:5672/mill', 'credential miller user info of url secret',
      'baker <- orders',
    ]);
    const consume = fact(r, 'consume');
    assert.match(consume.inferred ?? '', /backlog/);
    assert.deepEqual([consume.channel?.name.at, consume.settings.group?.at, consume.service.at].map((at) => r.textAt(at)), ['flour', 'bakers', 'baker']);
    assert.equal(r.textAt(fact(r, 'credential').secret), 'gr1nd');
    assert.ok(!JSON.stringify(r.facts).includes('gr1nd'));
  });

  it('takes a job for a program, and no server by where it is monitored', () => {
    assert.deepEqual(read(job).lines, ['service sweeper', 'sweeper <- CRUMBS durable=sweepers']);
    const management = read(scaled.replace('amqp://miller:gr1nd@rabbit:5672/mill', 'http://rabbit:15672/mill'));
    assert.ok(!management.lines.some((l) => l.includes('rabbit:15672')));
  });

  it('joins the workload that another file declares', () => {
    const { model } = fixtureModel(`=== d.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: baker, namespace: mill }
spec: { template: { spec: { containers: [{ name: b, image: b, env: [{ name: KAFKA_BROKERS, value: "events-kafka-bootstrap.kafka:9092" }] }] } } }
=== s.yaml${scaled}`);
    assert.match(dumpModel(model), /flour: events-kafka-bootstrap\.kafka:9092 kafka topic undeclared\n {2}-> baker/);
    assert.equal(model.services.length, 1);
  });

  it('leaves other triggers and placeholders alone', () => {
    const none = scaled.replace('type: kafka', 'type: cron').replace('type: rabbitmq', 'type: cron');
    assert.deepEqual(read(none).facts, []);
    assert.ok(!reader.recognizes(read(none).files[0]!) && reader.recognizes(read(scaled).files[0]!));
    const open = read(scaled.replace('topic: flour', 'topic: ${TOPIC}'));
    assert.ok(!open.lines.some((l) => l.includes('TOPIC')));
  });

  it('has all places on the words of the file', () => {
    const r = read(`${scaled}---${job}`);
    for (const f of r.facts) {
      for (const at of rangesOf(f)) assert.notEqual(r.textAt(at).trim(), '', `${f.kind} has an empty place`);
    }
  });

  it('survives broken text', () => {
    fuzzReader(reader, [scaled, job], '/w/s.yaml', 300);
  });
});
