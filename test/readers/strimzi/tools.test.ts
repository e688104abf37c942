import assert from 'node:assert/strict';
import { kubernetesReaders } from '../../../src/readers/kubernetes/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';
import { rangesOf } from '../../support/ranges';
import { fixtureModel } from '../../support/fixture';

const reader = kubernetesReaders.find((r) => r.dialect === 'strimzi')!;
const read = (text: string) => reading(reader, text, 'tools.yaml');

const connect = `
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaConnect
metadata: { name: pipes, namespace: data }
spec:
  bootstrapServers: events-kafka-bootstrap:9092
  config:
    group.id: pipes-group
    offset.storage.topic: pipes-offsets
    offset.storage.replication.factor: 3
    config.storage.topic: pipes-configs
    config.storage.replication.factor: -1
    producer.acks: 1
---
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaConnector
metadata: { name: export, labels: { strimzi.io/cluster: pipes } }
spec:
  class: org.apache.kafka.connect.file.FileStreamSourceConnector
  tasksMax: 1
  config: { topic: lines, file: /tmp/lines }
`;

const mirror2 = `
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaMirrorMaker2
metadata: { name: copier }
spec:
  connectCluster: east
  clusters:
    - { alias: west, bootstrapServers: "west-kafka-bootstrap:9092" }
    - { alias: east, bootstrapServers: "east-kafka-bootstrap:9093", tls: {} }
  mirrors:
    - sourceCluster: west
      targetCluster: east
      topicsPattern: orders, payments\\..*
      sourceConnector: { config: { replication.factor: 3 } }
`;

describe('Strimzi: Connect', () => {
  it('counts the tasks of a sink beside its configuration', () => {
    const r = read(connect.replace('FileStreamSourceConnector', 'FileStreamSinkConnector')
      .replace('{ topic: lines,', '{ topics: lines,').replace('tasksMax: 1', 'tasksMax: 4'));
    const { concurrency } = fact(r, 'consume', (c) => c.service.value === 'export').settings;
    assert.deepEqual([concurrency?.value, r.textAt(concurrency?.at)], [4, '4']);
  });

  it('is a service with its own topics; connectors run on it with the settings of its workers', () => {
    const r = read(connect);
    assert.deepEqual(r.lines, [
      'broker events-kafka-bootstrap:9092 kafka events-kafka-bootstrap:9092', 'service pipes client=kafka-connect',
      'channel pipes-configs at events-kafka-bootstrap:9092', 'pipes -> pipes-configs', 'pipes <- pipes-configs',
      'channel pipes-offsets at events-kafka-bootstrap:9092 replicas=3', 'pipes -> pipes-offsets', 'pipes <- pipes-offsets',
      'service export client=kafka-connect', 'export -> lines acks=1',
    ]);
    assert.equal(fact(r, 'publish', (p) => p.service.value === 'export').channel?.broker, 'events-kafka-bootstrap:9092');
    assert.match(fact(r, 'service').note ?? '', /pipes-group/);
    const places = r.facts.flatMap((f) => (f.kind === 'channel' ? [r.textAt(f.address.at)] : []));
    assert.deepEqual(places, ['pipes-configs', 'pipes-offsets']);
  });

  it('says its topics in keys of its own since v1', () => {
    const r = read(`
apiVersion: kafka.strimzi.io/v1
kind: KafkaConnect
metadata: { name: pipes }
spec: { bootstrapServers: "e-kafka-bootstrap:9092", groupId: g, statusStorageTopic: pipes-status }
`);
    assert.ok(r.lines.includes('pipes -> pipes-status'));
    assert.match(fact(r, 'service').note ?? '', /group g\b/);
  });
});

describe('Strimzi: mirrors', () => {
  it('copy topics under the alias of their source', () => {
    const r = read(mirror2);
    assert.deepEqual(r.lines, [
      'broker west kafka west-kafka-bootstrap:9092', 'broker east kafka east-kafka-bootstrap:9093 tls',
      'mirror orders -> west.orders by KafkaMirrorMaker2 copier', 'mirror payments\\..* -> west.$& by KafkaMirrorMaker2 copier',
    ]);
    const [literal, pattern] = r.facts.filter((f) => f.kind === 'route');
    assert.deepEqual([literal?.from.match, pattern?.from.match], [undefined, 'regex']);
    assert.deepEqual([literal?.from.broker, literal?.to.broker], ['west', 'east']);
    assert.deepEqual([literal, pattern].map((f) => r.textAt(f?.from.name.at)), ['orders', 'payments\\..*']);
    assert.match(literal?.note ?? '', /replication\.factor=3/);
  });

  it('keep names by the identity policy, and are not known by a policy of somebody\'s own', () => {
    const policy = (name: string) => read(mirror2.replace('replication.factor: 3', `replication.policy.class: ${name}`))
      .lines.filter((l) => l.startsWith('mirror'));
    assert.equal(policy('org.apache.kafka.connect.mirror.IdentityReplicationPolicy')[0], 'mirror orders -> orders by KafkaMirrorMaker2 copier');
    assert.equal(policy('org.apache.kafka.connect.mirror.DefaultReplicationPolicy').length, 2);
    assert.deepEqual(policy('com.example.OwnPolicy'), []);
    const dash = read(mirror2.replace('replication.factor: 3', 'replication.policy.separator: "-"'));
    assert.ok(dash.lines.some((l) => l.startsWith('mirror orders -> west-orders')));
  });

  it('name source and target in their own places since v1, and copy all where nothing is listed', () => {
    const r = read(`
apiVersion: kafka.strimzi.io/v1
kind: KafkaMirrorMaker2
metadata: { name: copier }
spec:
  target: { alias: east, bootstrapServers: "east-kafka-bootstrap:9092" }
  mirrors:
    - source: { alias: west, bootstrapServers: "west-kafka-bootstrap:9092" }
      sourceConnector: {}
`);
    assert.deepEqual(r.lines, [
      'broker east kafka east-kafka-bootstrap:9092', 'broker west kafka west-kafka-bootstrap:9092',
      'mirror .* -> west.$& by KafkaMirrorMaker2 copier',
    ]);
    assert.equal(r.textAt(fact(r, 'route').from.name.at), 'sourceConnector: {}');
  });

  it('put the topics of the source in the place of a pattern', () => {
    const { model } = fixtureModel(`
=== mirror.yaml
${mirror2}
=== topics.yaml
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: payments.done, labels: { strimzi.io/cluster: west } }
spec: { partitions: 3 }
`);
    assert.deepEqual(model.routes.map((r) => `${r.from.address}@${r.from.broker?.name} -> ${r.to.address}@${r.to.broker?.name}`),
      ['orders@west -> west.orders@east', 'payments.done@west -> west.payments.done@east']);
  });

  it('leave out what is excluded', () => {
    const topic = (name: string) => `apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: ${name}, labels: { strimzi.io/cluster: west } }
`;
    const text = mirror2.replace('topicsPattern: orders, payments\\..*', 'topicsPattern: ".*"\n      topicsExcludePattern: "test-.*, tmp"');
    const { model } = fixtureModel(`=== m.yaml${text}=== t.yaml\n${['orders', 'test-orders', 'tmp', '__secret'].map(topic).join('---\n')}`);
    assert.deepEqual(model.routes.map((r) => r.from.address), ['orders']);
  });

  it('of the first MirrorMaker keep all names', () => {
    const r = read(`
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaMirrorMaker
metadata: { name: old }
spec:
  consumer: { bootstrapServers: "a:9092", groupId: g }
  producer: { bootstrapServers: "b:9092" }
  include: "orders|stock"
`);
    assert.deepEqual(r.lines.slice(2), ['mirror orders -> orders by KafkaMirrorMaker old', 'mirror stock -> stock by KafkaMirrorMaker old']);
    assert.deepEqual(r.facts.flatMap((f) => (f.kind === 'route' ? [r.textAt(f.to.name.at)] : [])), ['orders', 'stock']);
  });
});

describe('Strimzi: bridge', () => {
  const bridge = `
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaBridge
metadata: { name: http }
spec:
  bootstrapServers: events-kafka-bootstrap:9092
  producer: { config: { acks: 1 } }
  consumer: { config: { auto.offset.reset: earliest } }
`;

  it('is a service whose topics its clients choose', () => {
    assert.deepEqual(read(bridge).lines.slice(1), ['service http client=kafka-java', 'http -> * acks=1', 'http <- * offsetReset=earliest']);
  });

  it('survives mutations, as all of Strimzi', function () {
    this.timeout(20_000);
    fuzzReader(reader, [connect, mirror2, bridge], '/tools.yaml', 400);
  });

  it('has every range on words of the file', () => {
    for (const text of [connect, mirror2, bridge]) {
      const r = read(text);
      for (const at of rangesOf(r.facts)) assert.match(r.textAt(at), /^\S[^]*\S$|^\S$/);
    }
  });

  it('says nothing for kinds that tell of no flow', () => {
    assert.deepEqual(read('apiVersion: kafka.strimzi.io/v1\nkind: KafkaRebalance\nmetadata: { name: r }\nspec: {}\n').facts, []);
  });
});
