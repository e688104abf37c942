import assert from 'node:assert/strict';
import { julie } from '../../../src/readers/julie/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';

const read = (text: string, path = 'topology/shop.yaml'): ReturnType<typeof reading> => reading(julie, text, path);

const recognizes = (text: string, path = '/topology/shop.yaml'): boolean =>
  julie.recognizes({ id: path as never, path, text });

const shop = `---
context: "shop"
team: "orders"
projects:
  - name: "checkout"
    consumers:
      - principal: "User:billing"
        group: "billing-group"
      - principal: "User:audit"
        group: "*"
    producers:
      - principal: "User:web"
        transactionId: "web-tx"
        idempotence: "true"
    streams:
      - principal: "User:totals"
        applicationId: "totals-app"
        exactlyOnce: true
        topics:
          read: [ "raw" ]
          write: [ "shop.totals" ]
    connectors:
      artifacts:
        - path: "connectors/jdbc.json"
          server: "connect"
          name: "jdbc-source"
      access_control:
        - principal: "User:connect"
          group: "workers"
          offset_topic: "connect-offsets"
          topics:
            write: [ "raw" ]
    topics:
      - name: "placed"
        dataType: "avro"
        config:
          replication.factor: "3"
          num.partitions: "12"
          min.insync.replicas: "2"
        schemas:
          value.schema.file: "schemas/placed.avsc"
          value.compatibility: "FORWARD_TRANSITIVE"
      - name: "raw"
        plan: "gold"
        config:
          replication.factor: "3"
        consumers:
          - principal: "User:peek"
special_topics:
  - name: "whole.name"
platform:
  schema_registry:
    instances:
      - principal: "User:registry"
        topic: "_schemas"
`;

describe('JulieOps descriptors', () => {
  it('read topics, and who has rights to them', () => {
    const r = read(shop);
    assert.equal(r.report, '');
    assert.deepEqual(r.lines, [
      'service billing',
      'billing <- shop.orders.checkout.placed.avro group=billing-group',
      'billing <- shop.orders.checkout.raw group=billing-group',
      'service audit',
      'audit <- shop.orders.checkout.placed.avro',
      'audit <- shop.orders.checkout.raw',
      'service web',
      'web -> shop.orders.checkout.placed.avro transactionalId=web-tx idempotence=true',
      'web -> shop.orders.checkout.raw transactionalId=web-tx idempotence=true',
      'service totals',
      'totals <- raw group=totals-app commit=transaction isolation=read_committed kafka-streams',
      'totals -> shop.totals idempotence=true transactionalId=totals-app kafka-streams',
      'service jdbc-source client=kafka-connect',
      'service connect',
      'connect -> raw kafka-connect',
      'connect <- connect-offsets kafka-connect',
      'connect -> connect-offsets kafka-connect',
      'channel shop.orders.checkout.placed.avro partitions=12 replicas=3 minInsyncReplicas=2 '
        + 'schema=shop.orders.checkout.placed.avro-value',
      'schema shop.orders.checkout.placed.avro-value avro /topology/schemas/placed.avsc'.replace(
        '/topology', r.files[0]!.path.replace('/shop.yaml', '')),
      'channel shop.orders.checkout.raw replicas=3 '
        + 'open=retention,partitions,minInsyncReplicas,cleanup,uncleanLeaderElection',
      'service peek',
      'peek <- shop.orders.checkout.raw',
      'channel whole.name',
      'service registry',
      'registry <- _schemas',
      'registry -> _schemas',
    ]);
    assert.equal(fact(r, 'schema').compatibility?.value, 'forward-transitive');
  });

  it('says why: rights of a project, names put together, names taken whole', () => {
    const r = read(shop);
    assert.match(fact(r, 'consume').inferred ?? '', /checkout gives this principal the right to read all/);
    assert.match(fact(r, 'channel').inferred ?? '', /topology\.topic\.prefix\.format/);
    assert.equal(fact(r, 'channel', (f) => f.address.value === 'whole.name').inferred, undefined);
    assert.match(fact(r, 'consume', (f) => f.service.value === 'totals').note ?? '',
      /takes raw for the whole name; the project's topic is shop\.orders\.checkout\.raw/);
    assert.equal(fact(r, 'consume', (f) => f.service.value === 'peek').inferred, undefined);
  });

  it('keep the places of short names, principals and settings', () => {
    const r = read(shop);
    const topic = fact(r, 'channel');
    assert.equal(r.textAt(topic.address.at), 'placed');
    assert.equal(r.textAt(topic.settings.minInsyncReplicas?.at), '2');
    assert.equal(r.textAt(topic.schema?.at), 'schemas/placed.avsc');
    const consume = fact(r, 'consume');
    assert.equal(r.textAt(consume.service.at), 'billing');
    assert.equal(r.textAt(consume.channel?.name.at), 'placed');
    assert.equal(r.textAt(consume.settings.group?.at), 'billing-group');
    assert.equal(r.textAt(fact(r, 'publish', (f) => f.service.value === 'totals').settings.idempotence?.at), 'true');
    assert.deepEqual(r.links?.map((l) => r.textAt(l.at)), ['connectors/jdbc.json', 'schemas/placed.avsc']);
  });

  it('make no name of what a template leaves open', () => {
    const r = read(`context: "shop"
env: "{{ env }}"
projects:
  - name: "a"
    consumers:
      - principal: "User:{{ sa }}"
      - principal: "User:known"
    topics:
      - name: "t"
special_topics:
  - name: "still.known"
`);
    assert.deepEqual(r.lines, ['service known', 'channel still.known']);
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['{{ env }}', '{{ sa }}']);
  });

  it('are read as JSON as well, and with ksqlDB\'s rights', () => {
    const r = read(JSON.stringify({
      context: 'shop', projects: [{
        name: 'a', topics: [{ name: 't', dataType: 'json' }],
        ksql: {
          artefacts: { streams: [{ path: 'ksql/s.sql', name: 's' }] },
          access_control: [{ principal: 'User:ksql', topics: { read: ['x'], write: ['y'] } }],
        },
      }],
    }, null, 1), 'topology/shop.json');
    assert.deepEqual(r.lines, [
      'channel shop.a.t.json', 'service ksql', 'ksql <- x kafka-streams', 'ksql -> y kafka-streams',
    ]);
    assert.deepEqual(r.links?.map((l) => r.textAt(l.at)), ['ksql/s.sql']);
  });

  it('name many rights by what the topics\' names begin with', () => {
    const many = (count: number, line: (i: number) => string): string =>
      Array.from({ length: count }, (_, i) => line(i)).join('\n');
    const r = read(`context: c\nprojects:\n  - name: p\n    consumers:\n${many(80, (i) => `      - principal: User:s${i}`)}
    topics:\n${many(80, (i) => `      - name: t${i}`)}\n`);
    const consumes = r.facts.filter((f) => f.kind === 'consume');
    assert.equal(consumes.length, 80);
    assert.deepEqual([consumes[0]?.channel?.name.value, consumes[0]?.channel?.match], ['c.p.', 'prefix']);
    assert.equal(r.textAt(consumes[0]?.channel?.name.at), 'p');
  });

  it('are known by their keys, plans too; other files with such words are not', () => {
    assert.ok(recognizes(shop));
    assert.ok(recognizes('context: c\nplatform:\n  schema_registry:\n    instances: []\n'));
    assert.ok(recognizes('plans:\n  gold:\n    config:\n      retention.ms: "5000"\n'));
    assert.ok(!recognizes('context: .\nprojects:\n  - name: web\n    root: apps/web\n'));
    assert.ok(!recognizes('plans:\n  gold:\n    price: 5\n'));
    assert.ok(!recognizes('apiVersion: v1\ncontext: c\nprojects:\n  - topics: []\n'));
    assert.ok(!recognizes(shop, '/topology/shop.txt'));
    assert.deepEqual(read('plans:\n  gold:\n    config:\n      retention.ms: "5000"\n').lines, []);
  });

  it('survive any text', () => {
    fuzzReader(julie, [shop, 'plans:\n  gold:\n    config:\n      retention.ms: "5000"\n'], '/t/shop.yaml');
  }).timeout(60_000);
});
