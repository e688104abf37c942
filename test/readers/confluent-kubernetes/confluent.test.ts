import assert from 'node:assert/strict';
import { kubernetesReaders } from '../../../src/readers/kubernetes/reader';
import { dumpModel } from '../../support/dump';
import { fixtureModel } from '../../support/fixture';
import { fuzzReader } from '../../support/fuzzReader';
import { rangesOf } from '../../support/ranges';
import { fact, reading } from '../../support/reading';

const reader = kubernetesReaders.find((r) => r.dialect === 'confluent-kubernetes')!;
const read = (text: string) => reading(reader, text, 'platform.yaml');

const kafka = `
apiVersion: platform.confluent.io/v1beta1
kind: Kafka
metadata: { name: events, namespace: bank }
spec:
  replicas: 3
  listeners:
    external:
      tls: { enabled: true }
      externalAccess: { type: loadBalancer, loadBalancer: { domain: bank.example.com, bootstrapPrefix: front } }
  configOverrides:
    server:
      - min.insync.replicas=2
      - "auto.create.topics.enable = false"
`;

const topic = `
apiVersion: platform.confluent.io/v1beta1
kind: KafkaTopic
metadata: { name: payments-cr, namespace: bank }
spec:
  name: payments
  replicas: 3
  partitionCount: 12
  kafkaClusterRef: { name: events }
  configs: { retention.ms: "86400000", cleanup.policy: compact }
`;

const connect = `
apiVersion: platform.confluent.io/v1beta1
kind: Connect
metadata: { name: pumps, namespace: bank }
spec:
  dependencies: { kafka: { bootstrapEndpoint: "events.bank.svc.cluster.local:9071" } }
  configOverrides:
    server:
      - offset.storage.topic=pumps-offsets
      - offset.storage.replication.factor=3
      - producer.acks=1
---
apiVersion: platform.confluent.io/v1beta1
kind: Connector
metadata: { name: rates-cr }
spec:
  name: rates
  class: io.confluent.kafka.connect.datagen.DatagenConnector
  taskMax: 2
  connectClusterRef: { name: pumps }
  configs: { kafka.topic: rates, quickstart: stock }
`;

const restClass = (name: string, cluster: string, namespace: string): string => `
apiVersion: platform.confluent.io/v1beta1
kind: KafkaRestClass
metadata: { name: ${name} }
spec: { kafkaClusterRef: { name: ${cluster}, namespace: ${namespace} } }
`;

const link = `
apiVersion: platform.confluent.io/v1beta1
kind: ClusterLink
metadata: { name: south }
spec:
  sourceKafkaCluster: { bootstrapEndpoint: "events.north.svc.cluster.local:9092", kafkaRestClassRef: { name: north-rest } }
  destinationKafkaCluster: { kafkaRestClassRef: { name: south-rest } }
  mirrorTopics:
    - name: payments
    - { name: north.refunds, sourceTopicName: refunds }
  mirrorTopicOptions:
    prefix: north.
    autoCreateTopics:
      enabled: true
      topicFilters:
        - { filterType: INCLUDE, name: audit-, patternType: PREFIXED }
        - { filterType: EXCLUDE, name: audit-internal, patternType: LITERAL }
`;

const binding = (role: string, patterns: string): string => `
apiVersion: platform.confluent.io/v1beta1
kind: ConfluentRolebinding
metadata: { name: b }
spec:
  principal: { type: user, name: "User:ledger" }
  role: ${role}
  kafkaClusterRef: { name: events, namespace: bank }
  resourcePatterns:
${patterns}
`;

const pattern = (type: string, name: string, how = 'LITERAL'): string =>
  `    - { resourceType: ${type}, name: ${name}, patternType: ${how} }`;

describe('Confluent for Kubernetes: clusters and topics', () => {
  it('reads a cluster with its addresses and what it gives to its topics', () => {
    const r = read(kafka);
    assert.deepEqual(r.lines, ['broker events kafka tls']);
    const broker = fact(r, 'broker');
    const addresses = broker.addresses?.map((a) => a.value) ?? [];
    for (const one of ['events:9071', 'events.bank.svc.cluster.local:9092', 'front.bank.example.com:9092']) assert.ok(addresses.includes(one), one);
    assert.deepEqual([broker.nodes?.value, broker.topicDefaults?.minInsyncReplicas?.value, broker.autoCreate?.value], [3, 2, false]);
    assert.equal(r.textAt(broker.topicDefaults?.minInsyncReplicas?.at), '2');
    assert.equal(r.textAt(broker.autoCreate?.at), 'false');
  });

  it('counts no nodes of a part of a cluster over several regions', () => {
    const part = read(kafka.replace('namespace: bank }', 'namespace: bank, annotations: { platform.confluent.io/broker-id-offset: "30" } }'));
    assert.equal(fact(part, 'broker').nodes, undefined);
  });

  it('reads topics, by their own name before that of the resource', () => {
    const r = read(`${kafka}---${topic}`);
    assert.deepEqual(r.lines.slice(1), ['channel payments at events retention=86400000 cleanup=compact partitions=12 replicas=3']);
    assert.equal(r.textAt(fact(r, 'channel').settings.partitions?.at), '12');
    const blueprint = read(`
apiVersion: apps.cpc.platform.confluent.io/v1beta1
kind: KafkaTopic
metadata: { name: cards }
spec: { kafkaClusterRefs: [{ name: events }], parameters: { partitions: 6, replicationFactor: 3 } }
`);
    assert.deepEqual(blueprint.lines, ['broker events kafka', 'channel cards at events partitions=6 replicas=3']);
  });

  it('joins a topic with its cluster in another file, also through a REST class in a third', () => {
    const through = topic.replace('kafkaClusterRef: { name: events }', 'kafkaRestClassRef: { name: rest }');
    const { model } = fixtureModel(`=== k.yaml${kafka}=== r.yaml${restClass('rest', 'events', 'bank')}=== t.yaml${through}`);
    assert.deepEqual(model.brokers.map((b) => b.id), ['events']);
    assert.equal(dumpModel(model), 'payments: events kafka topic');
  });
});

describe('Confluent for Kubernetes: Connect, links and roles', () => {
  it('runs connectors on workers of the cluster that their address leads to', () => {
    const r = read(`${kafka}---${connect}`);
    assert.deepEqual(r.lines.slice(1), [
      'service pumps client=kafka-connect', 'channel pumps-offsets at events replicas=3', 'pumps -> pumps-offsets', 'pumps <- pumps-offsets',
      'service rates client=kafka-connect', 'rates -> rates acks=1',
    ]);
    assert.equal(fact(r, 'publish', (p) => p.service.value === 'rates').channel?.broker, 'events');
    const alone = read(connect);
    assert.ok(alone.lines[0]?.startsWith('broker events.bank.svc.cluster.local:9071'));
  });

  it('mirrors topics from cluster to cluster', () => {
    const r = read(link);
    assert.deepEqual(r.lines, [
      'broker north-rest kafka', 'broker south-rest kafka',
      'mirror payments -> payments by ClusterLink south', 'mirror refunds -> north.refunds by ClusterLink south',
      'mirror audit- -> north.$& by ClusterLink south',
    ]);
    const routes = r.facts.filter((f) => f.kind === 'route');
    assert.deepEqual(routes.map((f) => f.from.match), [undefined, undefined, 'prefix']);
    assert.deepEqual(routes.map((f) => [f.from.broker, f.to.broker]), Array(3).fill(['north-rest', 'south-rest']));
  });

  it('keeps clusters of one name in two namespaces apart', () => {
    const { model } = fixtureModel(`=== n.yaml${restClass('north-rest', 'events', 'north')}=== s.yaml${restClass('south-rest', 'events', 'south')}=== l.yaml${link}`);
    assert.equal(model.brokers.length, 2);
    const mirror = model.routes.find((route) => route.from.address === 'payments')!;
    assert.notEqual(mirror.from.broker, mirror.to.broker);
  });

  it('takes a REST class with another address for a cluster of its own', () => {
    const cloud = restClass('south-rest', 'events', 'bank').replace('} }', '}, kafkaRest: { endpoint: "https://pkc-1.eu.confluent.cloud:443" } }');
    const { model } = fixtureModel(`=== k.yaml${kafka}=== c.yaml${cloud}=== l.yaml${link.replace('events.north', 'events.bank')
      .replace(', kafkaRestClassRef: { name: north-rest }', '')}`);
    assert.deepEqual(model.brokers.map((b) => [b.id, b.managed?.value]), [['events', undefined], ['south-rest', 'confluent-cloud']]);
    const mirror = model.routes.find((route) => route.from.address === 'payments')!;
    assert.deepEqual([mirror.from.broker?.id, mirror.to.broker?.id], ['events', 'south-rest']);
  });

  it('takes a role over topics for what a program may do', () => {
    const r = read(`${binding('DeveloperRead', pattern('Topic', 'payments'))}---${binding('DeveloperRead', pattern('Group', 'ledgers'))}`
      + `---${binding('DeveloperWrite', pattern('Topic', 'books-', 'PREFIXED'))}`);
    assert.deepEqual(r.lines.filter((l) => /[<>]/.test(l)), ['ledger <- payments group=ledgers', 'ledger -> books-']);
    assert.equal(fact(r, 'publish').channel?.match, 'prefix');
    assert.equal(r.textAt(fact(r, 'consume').service.at), 'ledger');
    assert.match(fact(r, 'consume').inferred ?? '', /role lets it read/);
    for (const role of ['SystemAdmin', 'DeveloperManage']) {
      assert.deepEqual(read(binding(role, pattern('Topic', 'payments'))).lines.filter((l) => /[<>]/.test(l)), []);
    }
    const own = read(binding('ResourceOwner', pattern('Topic', '_confluent-monitoring', 'PREFIXED')));
    assert.deepEqual(own.lines, ['broker events kafka']);
  });
});

describe('Confluent for Kubernetes: files', () => {
  it('makes nothing of placeholders', () => {
    const r = read(`${topic.replace('name: payments\n', 'name: <topic>\n')}---${connect.replace('events.bank.svc.cluster.local', '<kafka>')}`);
    assert.ok(!r.lines.some((l) => l.includes('<kafka>') || l.startsWith('channel <')), r.lines.join('\n'));
  });

  it('has all places on the words of the file', () => {
    const r = read([kafka, topic, connect, link, binding('ResourceOwner', pattern('Topic', 'a')), restClass('r', 'events', 'bank')].join('---'));
    for (const f of r.facts) {
      for (const at of rangesOf(f)) assert.notEqual(r.textAt(at).trim(), '', `${f.kind} has an empty place`);
    }
  });

  it('survives broken text', () => {
    fuzzReader(reader, [`${kafka}---${topic}`, connect, link, binding('DeveloperRead', pattern('Topic', 'a'))], '/w/p.yaml', 300);
  });
});
