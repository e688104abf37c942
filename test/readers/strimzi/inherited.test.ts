import assert from 'node:assert/strict';
import { defaultConfig } from '../../../src/lint/config';
import { lint } from '../../../src/lint/run';
import { hover } from '../../../src/ide/hover';
import { fixtureModel } from '../../support/fixture';
import { ideFixture } from '../../ide/support';

const cluster = (config: string): string => `
=== cluster.yaml
apiVersion: kafka.strimzi.io/v1
kind: Kafka
metadata: { name: events }
spec:
  kafka:
    listeners: [{ name: tls, port: 9093, type: internal, tls: true, authentication: { type: tls } }]
    config: { ${config} }
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaNodePool
metadata: { name: brokers, labels: { strimzi.io/cluster: events } }
spec: { replicas: 3, roles: [broker] }
=== topics.yaml
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: $0orders, labels: { strimzi.io/cluster: events } }
`;

/** What the rules on durability say of one topic. */
function problems(config: string, spec: string): string[] {
  const { model, text } = fixtureModel(`${cluster(config).replace('$0', '')}spec: ${spec}\n`);
  return lint(model, defaultConfig, {}).filter((p) => p.code.startsWith('durability/')).map((p) => {
    const related = (p.related ?? []).map((r) => text(r.at.file).slice(r.at.start, r.at.end)).join(' ');
    return `${p.severity} ${p.code} ${text(p.at.file).slice(p.at.start, p.at.end)} ${related}`.trim();
  });
}

describe('Strimzi: what topics inherit', () => {
  it('makes writing impossible where the cluster asks for more replicas in sync than the topic has', () => {
    assert.deepEqual(problems('min.insync.replicas: 2', '{ replicas: 1 }').sort(), [
      'error durability/min-isr-equals-rf orders 2', 'warning durability/replication 1',
    ]);
  });

  it('is judged at the topic, with the place at the cluster', () => {
    assert.deepEqual(problems('min.insync.replicas: 3, default.replication.factor: 3', '{}'), ['info durability/min-isr-equals-rf orders 3']);
    assert.deepEqual(problems('min.insync.replicas: 1, default.replication.factor: 1', '{}'), ['warning durability/replication orders 1']);
  });

  it('is no fault where it is enough', () => {
    assert.deepEqual(problems('min.insync.replicas: 2, default.replication.factor: 3', '{ partitions: 3 }'), []);
    assert.deepEqual(problems('min.insync.replicas: 2', '{ replicas: 3 }'), []);
  });

  it('is named in the hover', () => {
    const [, clusterFile = '', topicFile = ''] = cluster('min.insync.replicas: 2').split(/^(?==== )/m);
    const f = ideFixture(`${topicFile}spec: { replicas: 3 }\n${clusterFile}`);
    const found = hover(f.ide, f.file, f.dialect, f.offset);
    assert.match(found?.markdown ?? '', /minInsyncReplicas: `2` \(inherited from events, declared in \[cluster\.yaml:7\]/);
  });
});
