import assert from 'node:assert/strict';
import { topicSpec } from '../../../src/readers/topic-spec/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';

const read = (text: string, path = 'kafka/registry.yaml'): ReturnType<typeof reading> => reading(topicSpec, text, path);

const recognizes = (text: string, path = '/shop/registry.yaml'): boolean =>
  topicSpec.recognizes({ id: path as never, path, text });

const list = `# what we have
kafka_topics:
  - name: orders
    partitions: 6
    replication_factor: 3
    config:
      retention.ms: 86400000
      min.insync.replicas: "{{ isr }}"
    value_schema: shop.v1.Order
    producers: [ web ]
    consumers:
      - name: billing
      - audit
    description: Orders as they come.
  - name: refunds
    numPartitions: \${COUNT:4}
    cleanupPolicy: compact
    valueSchema: ./schemas/refund.avsc
  - just a line
`;

const map = `defaults:
  partitions: 3
  replication_factor: 3
topics:
  defaults: { partitions: 3, replicas: 3 }
  orders.placed:
    partitions: 12
    replicas: 3
  orders.shipped:
    partitions: 6
    replicas: 2
    retention_ms: 1000
`;

const radar = `name: PHONE
data:
  - input_topic: phone_light
    value_schema: .stream.Numbers
    windowed: true
  - input_topic: phone_event
    value_schema: .passive.Event
  - topic: phone_sums
    input_topics: [ phone_light_1min, phone_call ]
    value_schema: .stream.Sums
`;

describe('home-made lists of topics', () => {
  it('are read as lists, with who is at their ends', () => {
    const r = read(list);
    assert.deepEqual(r.lines, [
      'channel orders retention=86400000 replicas=3 partitions=6 open=minInsyncReplicas schema=shop.v1.Order',
      'service web', 'web -> orders', 'service billing', 'billing <- orders', 'service audit', 'audit <- orders',
      `schema refunds-value ${r.files[0]!.path.replace('registry.yaml', 'schemas/refund.avsc')}`,
      'channel refunds partitions=4 cleanup=compact schema=refunds-value',
    ]);
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['{{ isr }}']);
    assert.equal(fact(r, 'channel').description, 'Orders as they come.');
  });

  it('are read as maps, without what all topics have in common', () => {
    const r = read(map);
    assert.deepEqual(r.lines, [
      'channel orders.placed partitions=12 replicas=3', 'channel orders.shipped retention=1000 partitions=6 replicas=2',
    ]);
    assert.deepEqual(read('orders:\n  partitions: 3\n  replication: 3\n  config: {}\n', 'x/topics.yaml').lines,
      ['channel orders partitions=3 replicas=3']);
  });

  it('take what an entry does not say from the defaults beside them', () => {
    const r = read('defaults: { replicas: 3, config: { min.insync.replicas: 2 } }\ntopics:\n  - name: a\n    partitions: 1\n'
      + '    cleanup_policy: compact\n  - name: b\n    partitions: 2\n    replicas: 1\n');
    assert.deepEqual(r.lines, [
      'channel a minInsyncReplicas=2 cleanup=compact partitions=1 replicas=3',
      'channel b minInsyncReplicas=2 partitions=2 replicas=1',
    ]);
    assert.equal(r.textAt(fact(r, 'channel').settings.replicas?.at), '3');
  });

  it('keep places', () => {
    const r = read(list);
    const [orders, refunds] = r.facts.filter((f) => f.kind === 'channel');
    assert.equal(r.textAt(orders?.address.at), 'orders');
    assert.equal(r.textAt(orders?.schema?.at), 'shop.v1.Order');
    assert.equal(r.textAt(orders?.settings.retention?.at), '86400000');
    assert.equal(r.textAt(refunds?.settings.partitions?.at), '${COUNT:4}');
    assert.deepEqual(r.links?.map((l) => r.textAt(l.at)), ['./schemas/refund.avsc']);
    const topics = read(map);
    assert.equal(topics.textAt(fact(topics, 'channel').address.at), 'orders.placed');
  });

  it('read the streams of RADAR-base with the outputs that it names by rule', () => {
    const r = read(radar, 'specifications/stream/phone.yml');
    const edges = r.lines.filter((line) => line.startsWith('PHONE'));
    assert.deepEqual(edges, [
      'PHONE <- phone_light', 'PHONE -> phone_light_10sec', 'PHONE -> phone_light_1min', 'PHONE -> phone_light_10min',
      'PHONE -> phone_light_1hour', 'PHONE -> phone_light_1day', 'PHONE -> phone_light_1week',
      'PHONE <- phone_event', 'PHONE -> phone_event_output',
      'PHONE <- phone_light_1min', 'PHONE <- phone_call', 'PHONE -> phone_sums',
    ]);
    assert.match(fact(r, 'publish').inferred ?? '', /windowed stream by its base topic and the window/);
    const sums = fact(r, 'channel', (f) => f.address.value === 'phone_sums');
    assert.equal(sums.schema?.value, 'org.radarcns.stream.Sums');
    assert.equal(r.textAt(sums.schema?.at), '.stream.Sums');
    assert.equal(sums.inferred, undefined);
    assert.equal(r.textAt(fact(r, 'service').name.at), 'PHONE');
    assert.deepEqual(r.problems, []);
  });

  it('name a stream without a name after its file', () => {
    const r = read('streams:\n  - input_topic: a\n    output_topic: b\n', 'x/joiner.yaml');
    assert.deepEqual(r.lines, ['service joiner', 'channel b', 'joiner <- a', 'joiner -> b']);
    assert.match(fact(r, 'service').inferred ?? '', /named after the file/);
    assert.equal(r.textAt(fact(r, 'service').name.at), 'streams');
  });

  it('are found inside of plays, and as JSON', () => {
    assert.deepEqual(read(`- hosts: kafka\n  vars:\n    my_topics:\n      - name: a\n        partitions: 1\n        replicas: 2\n`).lines,
      ['channel a partitions=1 replicas=2']);
    assert.deepEqual(read('{"topics": [{"topic": "a", "partitions": 1, "replicationFactor": 2}]}', 'topics.json').lines,
      ['channel a replicas=2 partitions=1']);
  });

  it('leave other files alone', () => {
    for (const text of [list, map, radar]) assert.ok(recognizes(text));
    assert.ok(!recognizes('apiVersion: v1\nkind: X\nspec:\n  topics:\n    - name: a\n      partitions: 1\n      replicas: 1\n'));
    assert.ok(!recognizes('topic: a\nservices:\n  producers: [x]\nschemas:\n  - version: 1\n    resource: a.json\n'));
    assert.ok(!recognizes('topics:\n  - name: politics\n    replies: 3\n'));
    assert.ok(!recognizes('deployments:\n  - name: web\n    replicas: 3\n    partitions: 4\n    topic: x\n'));
    assert.ok(!recognizes('topics:\n  - name: a\n    partitions: 3\n'));
    assert.ok(!recognizes('mqtt:\n  topic: a\n  schema: b\n'));
    assert.ok(!recognizes(list, '/shop/registry.md'));
  });

  it('survive any text', () => {
    fuzzReader(topicSpec, [list, map, radar], '/kafka/topics.yaml');
  }).timeout(60_000);
});
