import assert from 'node:assert/strict';
import { defaultConfig } from '../../src/lint/config';
import { lint } from '../../src/lint/run';
import { fixtureModel } from '../support/fixture';

/** All that rules and readers say, but for schemas and dead letters. */
function said(fixture: string): string[] {
  const { model, text, problems } = fixtureModel(fixture);
  return lint(model, defaultConfig, { text, readerProblems: problems })
    .filter((p) => !p.code.startsWith('schema/') && !p.code.startsWith('dlq/'))
    .map((p) => `${p.code} ${text(p.at.file).slice(p.at.start, p.at.end)}`);
}

describe('a setting whose value no file tells', () => {
  it('is not taken for one that is not set', () => {
    assert.deepEqual(said(`
flow: 1
brokers: { k: { protocol: kafka, environment: production }, m: { protocol: mqtt }, r: { protocol: rabbitmq }, n: { protocol: nats } }
channels:
  t: { broker: k, replicas: "\${env:RF}", minInsyncReplicas: "\${env:ISR}" }
  m/t: { broker: m }
  x: { broker: r, exchange: topic }
  s: { broker: n, stream: { replicas: 3 } }
services:
  p:
    client: kafka-java@2.8
    publishes:
      t: { guarantee: at-least-once, acks: "\${env:ACKS}" }
      m/t: { guarantee: at-least-once, client: mqtt.js, qos: "\${env:QOS}" }
      x: { guarantee: at-least-once, client: amqplib, confirms: "\${env:C}", mandatory: "\${env:M}", persistent: "\${env:P}" }
      s: { guarantee: at-least-once, waitForAck: "\${env:W}" }
  c:
    client: kafka-java@3.9
    consumes:
      t: { guarantee: at-least-once, group: c, offsetReset: "\${env:OR}", autoCommit: "\${env:AC}" }
      m/t: { guarantee: at-least-once, client: mqtt.js, qos: "\${env:QOS}", cleanStart: "\${env:CS}" }
      s: { guarantee: at-least-once, client: nats.js, durable: d, ackPolicy: "\${env:AP}" }
`), []);
  });

  it('is told once where it is no value at all', () => {
    assert.deepEqual(said(`
flow: 1
brokers: { k: { protocol: kafka } }
channels: { t: { broker: k } }
services: { p: { client: kafka-java@2.8, publishes: { t: { guarantee: at-least-once, acks: leader } } } }
`), ['flow/type leader']);
  });

  it('counts in properties too', () => {
    const file = (acks: string) => `=== producer.properties\nbootstrap.servers=localhost:9092\nclient.id=p\nacks=${acks}\n`;
    assert.deepEqual(said(file('${ACKS}')), ['reading/placeholders ${ACKS}']);
    assert.deepEqual(said(file('2')), ['kafka/wrong-value 2']);
    assert.deepEqual(said('=== consumer.properties\nbootstrap.servers=localhost:9092\ngroup.id=g\nenable.auto.commit=${AC}\nmax.poll.records=many\nauto.offset.reset=by_duration:PT1H\n'), [
      'reading/placeholders ${AC}', 'kafka/wrong-value many',
    ]);
    assert.deepEqual(said('=== rd.properties\nmetadata.broker.list=localhost:9092\nrequest.required.acks=2\n'), []);
  });

  it('is shown without the quotes of its language', () => {
    const { problems } = fixtureModel('=== main.tf\nresource "aws_msk_cluster" "events" {\n  cluster_name  = "${var.prefix}-events"\n  kafka_version = "3.6.0"\n}\n');
    assert.deepEqual(problems.map((p) => p.message.split('. ')[0]), ['"${var.prefix}-events" is filled in elsewhere']);
  });

  it('is no secret that is written out, where a template fills it in', () => {
    const file = (password: string) => `=== client.properties\nbootstrap.servers=kafka.example.com:9093\nclient.id=p\nsecurity.protocol=SASL_SSL\nsasl.jaas.config=x.PlainLoginModule required username='{{ KEY }}' password='${password}';\n`;
    assert.deepEqual(said(file('{{ SECRET }}')).filter((p) => p.startsWith('security/')), []);
    assert.deepEqual(said(file('s3cr3t-9f2a')).filter((p) => p.startsWith('security/')), ['security/secret-in-file s3cr3t-9f2a']);
  });
});
