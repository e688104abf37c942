import assert from 'node:assert/strict';
import { kubernetesReaders } from '../../../src/readers/kubernetes/reader';
import { dumpModel } from '../../support/dump';
import { fixtureModel } from '../../support/fixture';
import { fuzzReader } from '../../support/fuzzReader';
import { rangesOf } from '../../support/ranges';
import { fact, reading } from '../../support/reading';

const reader = kubernetesReaders.find((r) => r.dialect === 'redpanda-operator')!;
const read = (text: string) => reading(reader, text, 'panda.yaml');

const cluster = `
apiVersion: cluster.redpanda.com/v1alpha2
kind: Redpanda
metadata: { name: bamboo, namespace: park }
spec: { clusterSpec: { statefulset: { replicas: 5 }, tls: { enabled: false } } }
`;
const topic = `
apiVersion: cluster.redpanda.com/v1alpha2
kind: Topic
metadata: { name: leaves-cr, namespace: park }
spec:
  overwriteTopicName: leaves
  partitions: 4
  replicationFactor: 3
  additionalConfig: { cleanup.policy: compact, retention.ms: "60000" }
  cluster: { clusterRef: { name: bamboo } }
`;
const user = `
apiVersion: cluster.redpanda.com/v1alpha2
kind: User
metadata: { name: gardener, namespace: park }
spec:
  cluster: { clusterRef: { name: bamboo } }
  authorization:
    acls:
      - { type: allow, resource: { type: topic, name: leaves, patternType: literal }, operations: [Read, Describe] }
      - { type: allow, resource: { type: topic, name: shoots-, patternType: prefixed }, operations: [All] }
      - { type: allow, resource: { type: group, name: gardeners }, operations: [Read] }
      - { type: deny, resource: { type: topic, name: roots }, operations: [Write] }
`;

describe('Redpanda operator', () => {
  it('reads clusters and topics', () => {
    const r = read(`${cluster}---${topic}`);
    assert.deepEqual(r.lines, ['broker bamboo kafka', 'channel leaves at bamboo retention=60000 cleanup=compact partitions=4 replicas=3']);
    const broker = fact(r, 'broker');
    assert.deepEqual([broker.nodes?.value, broker.tls?.value], [5, false]);
    assert.ok(broker.addresses?.some((a) => a.value === 'bamboo.park.svc.cluster.local:9093'));
    assert.equal(r.textAt(fact(r, 'channel').settings.partitions?.at), '4');
  });

  it('reads what users may do', () => {
    const r = read(user);
    assert.deepEqual(r.lines, [
      'broker bamboo kafka', 'service gardener', 'gardener <- leaves group=gardeners', 'gardener -> shoots-',
      'gardener <- shoots- group=gardeners',
    ]);
    assert.equal(fact(r, 'publish').channel?.match, 'prefix');
    assert.match(fact(r, 'consume').inferred ?? '', /access rules/);
  });

  it('joins a cluster with what other files say of it', () => {
    const { model } = fixtureModel(`=== c.yaml${cluster}=== t.yaml${topic}=== u.yaml${user}`);
    assert.deepEqual(model.brokers.map((b) => b.id), ['bamboo']);
    assert.equal(dumpModel(model), 'leaves: bamboo kafka topic\n  -> gardener');
  });

  it('knows a cluster by its brokers, and nothing by placeholders', () => {
    const by = (brokers: string): string => topic.replace('clusterRef: { name: bamboo }', `staticConfiguration: { kafka: { brokers: [${brokers}] } }`);
    assert.equal(read(by('"rp-0.park:9093"')).lines[0], 'broker rp-0.park:9093 kafka rp-0.park:9093');
    assert.ok(!read(by('"<broker>:9093"')).lines.some((l) => l.startsWith('broker')));
    assert.deepEqual(read(topic.replace('overwriteTopicName: leaves', 'overwriteTopicName: ${T}')).lines, ['broker bamboo kafka']);
  });

  it('has all places on the words of the file', () => {
    const r = read(`${cluster}---${topic}---${user}`);
    for (const f of r.facts) {
      for (const at of rangesOf(f)) assert.notEqual(r.textAt(at).trim(), '', `${f.kind} has an empty place`);
    }
  });

  it('survives broken text', () => {
    fuzzReader(reader, [`${cluster}---${topic}`, user], '/w/p.yaml', 300);
  });
});
