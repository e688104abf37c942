import assert from 'node:assert/strict';
import { topicctl } from '../../../src/readers/topicctl/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';

const read = (text: string, path = 'topicctl/topics/orders.yaml'): ReturnType<typeof reading> =>
  reading(topicctl, text, path);

const recognizes = (text: string): boolean =>
  topicctl.recognizes({ id: '/t.yaml' as never, path: '/t.yaml', text });

const cluster = `meta:
  name: main
  environment: production
  region: eu-1
spec:
  bootstrapAddrs:
    - k1.example:9093
    - k2.example:9093
  tls:
    enabled: true
  sasl:
    enabled: true
    username: admin
    password: s3cret
`;

const topics = `meta:
  name: orders
  cluster: main
  environment: production
  region: eu-1
  description: |
    Orders as they come.
  consumers:
    - billing
spec:
  partitions: 9
  replicationFactor: 3
  retentionMinutes: 360
  placement:
    strategy: in-rack
  settings:
    min.insync.replicas: 2
    follower.replication.throttled.replicas:
      - "1:3"
---
meta:
  name: $NAME
  cluster: main
spec:
  partitions: 1
  replicationFactor: 1
---
meta:
  name: refunds
  cluster: main
spec:
  partitions: \${COUNT}
  replicationFactor: 3
  retentionMinutes: 0
`;

const acls = `meta:
  name: rights
  cluster: main
  environment: production
  region: eu-1
spec:
  acls:
    - resource:
        type: topic
        name: orders
        patternType: literal
        principal: 'User:billing'
        permission: allow
      operations: [ Read, Describe ]
    - resource:
        type: topic
        name: refunds.
        patternType: prefixed
        principal: 'User:web'
        permission: allow
      operations: [ All ]
    - resource:
        type: group
        name: billing
        principal: 'User:billing'
      operations: [ Read ]
`;

describe('topicctl', () => {
  it('reads a cluster with its login', () => {
    const r = read(cluster, 'topicctl/cluster.yaml');
    assert.deepEqual(r.lines, [
      'broker main kafka k1.example:9093,k2.example:9093 tls production', 'credential admin sasl.password secret',
    ]);
    assert.equal(r.textAt(fact(r, 'credential').secret), 's3cret');
    assert.equal(r.textAt(fact(r, 'broker').name.at), 'main');
    assert.ok(!JSON.stringify(r.facts).includes('s3cret'));
  });

  it('reads topics of several documents', () => {
    const r = read(topics);
    assert.deepEqual(r.lines, [
      'channel orders at main minInsyncReplicas=2 partitions=9 replicas=3 retention=21600000',
      'broker main kafka production',
      'service billing',
      'billing <- orders',
      'channel refunds at main replicas=3 open=partitions',
    ]);
    const orders = fact(r, 'channel');
    assert.equal(r.textAt(orders.settings.retention?.at), '360');
    assert.equal(r.textAt(orders.broker?.at), 'main');
    assert.equal(orders.description, 'Orders as they come.');
    assert.equal(fact(r, 'consume').channel?.broker, 'main');
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['$NAME', '${COUNT}']);
  });

  it('reads rights as edges', () => {
    const r = read(acls);
    assert.deepEqual(r.lines, [
      'broker main kafka production',
      'service billing', 'billing <- orders', 'service web', 'web -> refunds.', 'web <- refunds.',
    ]);
    assert.equal(r.textAt(fact(r, 'consume').service.at), 'billing');
    assert.equal(fact(r, 'publish').channel?.match, 'prefix');
  });

  it('knows its files from those of Kubernetes', () => {
    for (const text of [cluster, topics, acls]) assert.ok(recognizes(text));
    assert.ok(!recognizes(`apiVersion: v1\nkind: Topic\n${topics}`));
    assert.ok(!recognizes('meta:\n  name: a\nspec:\n  replicas: 3\n'));
  });

  it('survives any text', () => {
    fuzzReader(topicctl, [cluster, topics, acls], '/topicctl/topics/orders.yaml');
  }).timeout(60_000);
});
