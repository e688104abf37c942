import assert from 'node:assert/strict';
import { kubernetesReaders } from '../../../src/readers/kubernetes/reader';
import { fact, reading } from '../../support/reading';
import { fixtureModel } from '../../support/fixture';

const reader = kubernetesReaders.find((r) => r.dialect === 'strimzi')!;
const read = (text: string) => reading(reader, text, 'cluster.yaml');

const cluster = `
apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata:
  name: events
  namespace: data
spec:
  kafka:
    version: 3.9.0
    listeners:
      - { name: plain, port: 9092, type: internal, tls: false }
      - { name: tls, port: 9093, type: internal, tls: true, authentication: { type: tls } }
      - name: out
        port: 9094
        type: route
        tls: true
        configuration: { bootstrap: { host: events.example.com } }
    config:
      default.replication.factor: 3
      min.insync.replicas: 2
      log.retention.hours: 48
      auto.create.topics.enable: "false"
---
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaNodePool
metadata: { name: brokers, labels: { strimzi.io/cluster: events } }
spec: { replicas: 3, roles: [broker] }
---
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaNodePool
metadata: { name: controllers, labels: { strimzi.io/cluster: events } }
spec: { replicas: 5, roles: [controller] }
`;

describe('Strimzi: clusters', () => {
  it('are brokers with their listeners, nodes and defaults for topics', () => {
    const r = read(cluster);
    assert.deepEqual(r.lines, ['broker events kafka']);
    const broker = fact(r, 'broker');
    const addresses = broker.addresses!.map((a) => a.value);
    for (const address of [
      'events-kafka-bootstrap:9092', 'events-kafka-bootstrap.data:9092', 'events-kafka-bootstrap.data.svc:9093',
      'events-kafka-brokers.data.svc.cluster.local:9093', 'events.example.com:443', 'events-kafka-out-bootstrap.data.svc:9094',
    ]) assert.ok(addresses.includes(address), address);
    assert.equal(r.textAt(broker.version!.at), '3.9.0');
    assert.deepEqual([broker.nodes!.value, r.textAt(broker.nodes!.at)], [3, '3']);
    const defaults = broker.topicDefaults!;
    assert.deepEqual([defaults.replicas?.value, defaults.minInsyncReplicas?.value, defaults.retention?.value], [3, 2, 172_800_000]);
    assert.equal(r.textAt(defaults.minInsyncReplicas?.at), '2');
    assert.equal(broker.autoCreate?.value, false);
    assert.equal(broker.tls, undefined, 'the listeners differ');
    assert.equal(broker.anonymous?.value, true);
    assert.equal(r.textAt(broker.anonymous?.at), 'plain');
  });

  it('tell TLS where all listeners agree, and nobody anonymous where all ask for a login', () => {
    const r = read(`
apiVersion: kafka.strimzi.io/v1
kind: Kafka
metadata: { name: events }
spec: { kafka: { listeners: [{ name: tls, port: 9093, type: internal, tls: true, authentication: { type: tls } }] } }
`);
    const broker = fact(r, 'broker');
    assert.deepEqual([broker.tls?.value, broker.anonymous?.value, broker.nodes], [true, false, undefined]);
  });

  it('were written with a map of listeners before v1beta2', () => {
    const r = read(`
apiVersion: kafka.strimzi.io/v1beta1
kind: Kafka
metadata: { name: old }
spec: { kafka: { replicas: 2, listeners: { plain: {}, external: { type: nodeport, tls: false } } } }
`);
    const broker = fact(r, 'broker');
    assert.deepEqual(broker.addresses?.map((a) => a.value), ['old-kafka-bootstrap:9092', 'old-kafka-brokers:9092', 'old-kafka-external-bootstrap:9094']);
    assert.deepEqual([broker.nodes?.value, broker.tls?.value], [2, false]);
  });
});

describe('Strimzi: topics', () => {
  it('are named by topicName before metadata.name, on the cluster of their label', () => {
    const r = read(`
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaTopic
metadata: { name: orders-placed, labels: { strimzi.io/cluster: events } }
spec:
  topicName: orders_placed
  partitions: 12
  replicas: 3
  config: { retention.ms: 3600000, min.insync.replicas: '2', cleanup.policy: compact }
---
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaTopic
metadata: { name: plain, labels: { strimzi.io/cluster: events } }
spec: {}
`);
    assert.deepEqual(r.lines, [
      'broker events kafka',
      'channel orders_placed at events retention=3600000 minInsyncReplicas=2 cleanup=compact partitions=12 replicas=3',
      'channel plain at events',
    ]);
    assert.match(fact(r, 'broker').inferred ?? '', /strimzi\.io\/cluster/);
    const { address, broker, settings } = fact(r, 'channel');
    assert.deepEqual([address, broker!, settings.partitions!].map((s) => r.textAt(s.at)), ['orders_placed', 'events', '12']);
  });

  it('join the cluster of another file, and clients of its bootstrap service', () => {
    const { model } = fixtureModel(`
=== cluster.yaml
${cluster}
=== topics.yaml
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: orders, labels: { strimzi.io/cluster: events } }
spec: { partitions: 3 }
=== connect.yaml
apiVersion: kafka.strimzi.io/v1
kind: KafkaConnect
metadata: { name: pipes, namespace: other }
spec: { bootstrapServers: "events-kafka-bootstrap.data.svc:9093", tls: {} }
`);
    assert.deepEqual(model.brokers.map((b) => b.name), ['events']);
    assert.equal(model.channel('orders')?.broker?.name, 'events');
  });

  it('stay apart in clusters of one name in two namespaces', () => {
    const of = (namespace: string) => `
apiVersion: kafka.strimzi.io/v1
kind: Kafka
metadata: { name: events, namespace: ${namespace} }
spec: { kafka: { listeners: [{ name: plain, port: 9092, type: internal, tls: false }] } }
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: orders, namespace: ${namespace}, labels: { strimzi.io/cluster: events } }
spec: { partitions: 3 }
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaBridge
metadata: { name: bridge-${namespace}, namespace: ${namespace} }
spec: { bootstrapServers: "events-kafka-bootstrap:9092" }
`;
    const { model } = fixtureModel(`=== a.yaml${of('blue')}=== b.yaml${of('green')}=== c.yaml
apiVersion: kafka.strimzi.io/v1
kind: KafkaBridge
metadata: { name: other, namespace: red }
spec: { bootstrapServers: "events-kafka-bootstrap.green.svc:9092" }
`);
    assert.deepEqual(model.brokers.map((b) => [b.id, b.facts.length]), [['events', 2], ['events (2)', 3]]);
    assert.equal(model.channels.filter((c) => c.address === 'orders').length, 2);
  });

  it('are unknown where a template or placeholder names them', () => {
    const r = read(`
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: "{{ .Release.Name }}-orders", labels: { strimzi.io/cluster: events } }
spec: { partitions: "{{ .Values.partitions }}" }
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: payments, labels: { strimzi.io/cluster: events } }
spec: { partitions: "{{ .Values.partitions }}", replicas: \${REPLICAS} }
`);
    assert.deepEqual(r.lines, ['broker events kafka', 'channel payments at events open=partitions,replicas']);
    assert.equal(r.skipped?.length, 4);
    assert.deepEqual(r.problems.map((p) => p.code), ['reading/placeholders']);
  });
});

describe('Strimzi: users', () => {
  it('are services with edges from their ACLs', () => {
    const r = read(`
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaUser
metadata: { name: billing, labels: { strimzi.io/cluster: events } }
spec:
  authorization:
    type: simple
    acls:
      - resource: { type: topic, name: orders, patternType: literal }
        operations: [Read, Describe]
      - resource: { type: topic, name: invoices., patternType: prefix }
        operation: Write
      - resource: { type: topic, name: audit }
        operation: All
      - resource: { type: group, name: billing-group, patternType: literal }
        operation: Read
      - resource: { type: topic, name: secrets }
        type: deny
        operation: Read
      - resource: { type: topic, name: "*" }
        operation: Read
`);
    assert.deepEqual(r.lines, [
      'broker events kafka', 'service billing', 'billing <- orders group=billing-group', 'billing -> invoices.',
      'billing -> audit', 'billing <- audit group=billing-group',
    ]);
    const publish = fact(r, 'publish');
    assert.deepEqual([publish.channel?.match, publish.channel?.broker, r.textAt(publish.channel?.name.at)], ['prefix', 'events', 'invoices.']);
    assert.match(publish.inferred ?? '', /ACL/);
    assert.match(fact(r, 'service').note ?? '', /all topics/);
  });

  it('have no known group with two of them', () => {
    const acl = (name: string) => `{ resource: { type: group, name: ${name} }, operations: [Read] }`;
    const r = read(`
apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata: { name: billing }
spec: { authorization: { acls: [${acl('a')}, ${acl('b')}, { resource: { type: topic, name: t }, operations: [Read] }] } }
`);
    assert.deepEqual(r.lines, ['service billing', 'billing <- t']);
  });
});

describe('Strimzi: Kafka Exporter', () => {
  it('watches a cluster that has its key, even without settings', () => {
    const of = (key: string) => {
      const text = cluster.trimStart().replace('  kafka:\n    version', `${key}  kafka:\n    version`);
      const { monitoredBy } = fact(read(text), 'broker');
      return monitoredBy && [monitoredBy.value, text.slice(monitoredBy.at.start, monitoredBy.at.end)];
    };
    assert.deepEqual(of('  kafkaExporter: {}\n'), ['Kafka Exporter', 'kafkaExporter']);
    assert.deepEqual(of('  kafkaExporter:\n    groupRegex: ".*"\n'), ['Kafka Exporter', 'kafkaExporter']);
    assert.equal(of(''), undefined);
  });
});
