import assert from 'node:assert/strict';
import { completions } from '../../src/ide/completion';
import { ideFixture } from './support';

const manifests = `=== deploy/all.yaml
apiVersion: kafka.strimzi.io/v1
kind: Kafka
metadata: { name: shop }
spec: { kafka: { listeners: [{ name: plain, port: 9092, type: internal, tls: false }] } }
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: orders, labels: { strimzi.io/cluster: shop } }
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: payments, labels: { strimzi.io/cluster: shop } }
=== definitions.json
{ "rabbit_version": "4.1", "vhosts": [{ "name": "/" }], "bindings": [],
  "exchanges": [{ "name": "mail", "vhost": "/", "type": "topic", "durable": true, "auto_delete": false, "arguments": {} }],
  "queues": [{ "name": "mail.out", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {} }] }
`;

/** What is proposed at the cursor, and the line after taking the first proposal. */
function proposed(text: string): string {
  const f = ideFixture(`${manifests}${text}`);
  const found = completions(f.ide, f.file, f.dialect, f.offset);
  const [first] = found;
  if (first === undefined) return 'nothing';
  const after = f.file.text.slice(0, first.start) + first.insert + f.file.text.slice(first.end);
  const line = after.slice(0, first.start + first.insert.length).split('\n').length - 1;
  return `${found.map((c) => c.label).join(' ')} | ${after.split('\n')[line]?.trim() ?? ''}`;
}

describe('names at the places of other dialects', () => {
  const spring = (rest: string): string =>
    `=== web/application.yml\nspring:\n  application: { name: web }\n  kafka: { bootstrap-servers: "k:9092" }\n${rest}\n`;

  it('are proposed for the destinations and topics of a Spring program', () => {
    const binding = '  cloud:\n    stream:\n      bindings:\n        out-0:\n          destination: ';
    assert.equal(proposed(spring(`${binding}$0`)), 'mail orders payments | destination: mail');
    assert.equal(proposed(spring(`${binding}pay$0`)), 'mail orders payments | destination: mail');
    assert.equal(proposed(spring('app:\n  topic: "ord$0ers"')), 'orders payments | topic: "orders"');
    assert.equal(proposed(spring('app:\n  queue: $0')), 'mail.out | queue: mail.out');
    assert.equal(proposed(spring('app:\n  exchange: $0')), 'mail | exchange: mail');
    assert.equal(proposed(spring('app:\n  topic: ${TOPIC:$0}')), 'nothing');
    assert.equal(proposed(spring('app:\n  title: $0')), 'nothing');
    assert.equal(proposed(spring('app:\n  topic: a # $0')), 'nothing');
  });

  it('are proposed for each item of a list', () => {
    const quarkus = (value: string): string =>
      `=== b/application.properties\nmp.messaging.incoming.in.connector=smallrye-kafka\nmp.messaging.incoming.in.${value}\n`;
    assert.equal(proposed(quarkus('topics=payments,$0')), 'orders payments | mp.messaging.incoming.in.topics=payments,orders');
    assert.equal(proposed(quarkus('topic=or$0')), 'orders payments | mp.messaging.incoming.in.topic=orders');
    const connector = (topics: string): string =>
      `=== c/sink.json\n{ "name": "s", "config": {\n  "connector.class": "io.confluent.connect.s3.S3SinkConnector",\n  "topics": "${topics}"\n} }\n`;
    assert.equal(proposed(connector('payments, $0')), 'orders payments | "topics": "payments, orders"');
  });

  it('are proposed for the cluster of a topic', () => {
    const topic = 'apiVersion: kafka.strimzi.io/v1\nkind: KafkaTopic\nmetadata:\n  name: x\n  labels:\n    strimzi.io/cluster: $0\n';
    assert.equal(proposed(`=== t.yaml\n${topic}`), 'shop | strimzi.io/cluster: shop');
  });

  it('do not propose what is only being typed', () => {
    assert.equal(proposed(spring('app:\n  consumer:\n    topic: fres$0h')), 'orders payments | topic: orders');
  });
});
