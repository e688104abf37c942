import assert from 'node:assert/strict';
import { kafkaGitops } from '../../../src/readers/kafka-gitops/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';

const read = (text: string, path = 'kafka/state.yaml'): ReturnType<typeof reading> => reading(kafkaGitops, text, path);

const recognizes = (text: string, path = '/kafka/state.yaml'): boolean =>
  kafkaGitops.recognizes({ id: path as never, path, text });

const state = `settings:
  topics:
    defaults:
      replication: 3
    blacklist:
      prefixed: [ _confluent ]
topics:
  orders:
    partitions: 6
    configs:
      min.insync.replicas: 2
      cleanup.policy: compact
  audit:
    partitions: \${PARTITIONS}
    replication: 2
  connect-offsets-cluster:
    partitions: 25
services:
  billing:
    type: application
    principal: User:billing
    consumes:
      - orders
    produces: [ audit ]
  totals:
    type: kafka-streams
    application-id: totals-app
    consumes: [ orders ]
    produces: [ totals ]
  cluster:
    type: kafka-connect
    storage-topics:
      config: own-configs
    connectors:
      jdbc-sink:
        consumes: [ orders ]
users:
  bob:
    principal: User:bob
    roles: [ reader ]
customServiceAcls:
  billing:
    read-refunds:
      name: refunds.
      type: TOPIC
      pattern: PREFIXED
      principal: User:billing
      operation: READ
      permission: ALLOW
    all:
      name: "*"
      type: TOPIC
      pattern: LITERAL
      operation: WRITE
      permission: ALLOW
    group:
      name: x
      type: GROUP
      operation: READ
      permission: ALLOW
customUserAcls:
  bob:
    write:
      name: orders
      type: TOPIC
      pattern: LITERAL
      operation: WRITE
      permission: ALLOW
    no:
      name: secret
      type: TOPIC
      operation: READ
      permission: DENY
`;

describe('kafka-gitops state', () => {
  it('reads topics, services, connectors and rights', () => {
    const r = read(state);
    assert.match(r.report, /^info reading\/placeholders: "\$\{PARTITIONS\}" is/);
    assert.deepEqual(r.lines, [
      'channel orders minInsyncReplicas=2 cleanup=compact partitions=6 replicas=3',
      'channel audit replicas=2 open=partitions',
      'channel connect-offsets-cluster partitions=25 replicas=3',
      'service billing',
      'billing -> audit',
      'billing <- orders group=billing',
      'service totals client=kafka-streams',
      'totals -> totals',
      'totals <- orders group=totals-app',
      'service cluster client=kafka-connect',
      'cluster -> own-configs',
      'cluster <- own-configs',
      'cluster -> connect-offsets-cluster',
      'cluster <- connect-offsets-cluster',
      'service jdbc-sink client=kafka-connect',
      'jdbc-sink <- orders',
      'service billing',
      'billing <- refunds.',
      'service bob',
      'bob -> orders',
    ]);
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['${PARTITIONS}']);
  });

  it('says what it concluded', () => {
    const r = read(state);
    assert.match(fact(r, 'channel').note ?? '', /settings\.topics\.defaults/);
    assert.match(fact(r, 'consume').note ?? '', /group-id is not set/);
    const storage = fact(r, 'publish', (f) => f.channel?.name.value === 'connect-offsets-cluster');
    assert.match(storage.inferred ?? '', /storage-topics\.offset is not set/);
    const custom = fact(r, 'consume', (f) => f.channel?.match === 'prefix');
    assert.match(custom.inferred ?? '', /right to read topics that begin so/);
  });

  it('leaves the replication open where its default stands in another file', () => {
    assert.deepEqual(read('topics:\n  a:\n    partitions: 1\n    configs: {}\n', 'kafka/topics.yaml').lines,
      ['channel a partitions=1 open=replicas']);
  });

  it('keeps places', () => {
    const r = read(state);
    const orders = fact(r, 'channel');
    assert.equal(r.caret(orders.address.at), ['8 |   orders:', '  |   ^^^^^^'].join('\n'));
    assert.equal(r.caret(orders.settings.replicas?.at), ['4 |       replication: 3', '  |                    ^'].join('\n'));
    assert.equal(r.textAt(fact(r, 'publish').channel?.name.at), 'audit');
    assert.equal(r.textAt(fact(r, 'service', (f) => f.client !== undefined).client?.at), 'kafka-streams');
    assert.equal(r.textAt(fact(r, 'consume', (f) => f.service.value === 'totals').settings.group?.at), 'totals-app');
  });

  it('is known by its keys, in parts as well; Compose files and other lists of topics are not', () => {
    assert.ok(recognizes('topics:\n  a:\n    partitions: 1\n    replication: 3\n'));
    assert.ok(recognizes('# ours\nservices:\n\n  a:\n    type: application\n    produces: [ t ]\n'));
    assert.ok(recognizes('users:\n  a:\n    principal: User:a\n    roles:\n      - writer\n'));
    assert.ok(recognizes('settings:\n  files:\n    topics: topics.yaml\n'));
    assert.ok(!recognizes('services:\n  web:\n    image: nginx\n'));
    assert.ok(!recognizes('services:\n  web:\n    type: application\nvolumes:\n  v: {}\n'));
    assert.ok(!recognizes('topics:\n  - name: a\n    partitions: 1\n    replication: 3\n'));
    assert.ok(!recognizes('topics:\n  a:\n    partitions: 1\n    replication_factor: 3\n'));
    assert.ok(!recognizes('users:\n  - name: a\n'));
  });

  it('survives any text', () => {
    fuzzReader(kafkaGitops, [state], '/kafka/state.yaml');
  }).timeout(60_000);
});
