import assert from 'node:assert/strict';
import { kafkaConnect } from '../../../src/readers/kafka-connect/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact } from '../../support/reading';
import { connector, names } from './support';

const published = (text: string): string[] => names(connector(`name=x\n${text}`), 'publish');

const mysql = `name=shop
connector.class=io.debezium.connector.mysql.MySqlConnector
topic.prefix=shop
table.include.list=sales.orders, sales\\\\.(items|refunds), audit.log_.*
schema.history.internal.kafka.bootstrap.servers=kafka:9092
schema.history.internal.kafka.topic=shop-schema
schema.history.internal.producer.acks=1
heartbeat.interval.ms=5000
provide.transaction.metadata=true
topic.creation.default.replication.factor=3
topic.creation.default.partitions=6
topic.creation.groups=orders
topic.creation.orders.include=shop\\\\.sales\\\\.orders
topic.creation.orders.partitions=12
topic.creation.orders.cleanup.policy=compact
producer.override.acks=all
`;

describe('kafka connect: Debezium sources', () => {
  it('names topics after prefix and table, and the topics beside them', () => {
    const r = connector(mysql);
    assert.deepEqual(names(r, 'publish'), [
      'shop.sales.orders', 'shop.sales.items', 'shop.sales.refunds', 'shop.audit.log_*',
      '__debezium-heartbeat.shop', 'shop.transaction', 'shop-schema',
    ]);
    assert.deepEqual(names(r, 'consume'), ['shop-schema']);
    assert.equal(fact(r, 'broker').url?.value, 'kafka:9092');
    assert.equal(fact(r, 'publish').settings.acks?.value, 'all');
    const history = fact(r, 'publish', (f) => f.channel?.name.value === 'shop-schema');
    assert.equal(history.settings.acks?.value, '1');
    assert.match(history.note ?? '', /history of the schemas/);
  });

  it('keeps the place of each table, and says how its topic is named', () => {
    const r = connector(mysql);
    const at = (name: string): string =>
      r.textAt(fact(r, 'publish', (f) => f.channel?.name.value === name).channel?.name.at);
    assert.equal(at('shop.sales.orders'), 'sales.orders');
    assert.equal(at('shop.audit.log_'), 'audit.log_.*');
    assert.equal(at('__debezium-heartbeat.shop'), '5000');
    assert.match(fact(r, 'publish').inferred ?? '', /prefix shop/);
  });

  it('declares topics with the settings of their creation group', () => {
    const r = connector(mysql);
    const lines = r.lines.filter((l) => l.startsWith('channel'));
    assert.ok(lines.includes('channel shop.sales.orders partitions=12 replicas=3 cleanup=compact'), lines.join('\n'));
    assert.ok(lines.includes('channel shop.sales.items partitions=6 replicas=3'), lines.join('\n'));
    assert.equal(lines.length, 5);
  });

  it('stands for all known topics of a schema where no table is listed', () => {
    const of = (type: string, rest: string): string[] => published(`connector.class=io.debezium.connector.${type}\ntopic.prefix=p\n${rest}`);
    assert.deepEqual(of('postgresql.PostgresConnector', 'schema.include.list=inventory\n'), ['/p\\.inventory\\.[^.]+/']);
    assert.deepEqual(of('postgresql.PostgresConnector', ''), ['/p\\.[^.]+\\.[^.]+/']);
    assert.deepEqual(of('mongodb.MongoDbConnector', 'database.include.list=shop\n'), ['/p\\.shop\\.[^.]+/']);
    assert.deepEqual(of('mongodb.MongoDbConnector', 'collection.include.list=shop.orders\n'), ['p.shop.orders']);
    assert.deepEqual(of('sqlserver.SqlServerConnector', 'database.names=a,b\ntable.include.list=dbo.orders\n'), ['p.a.dbo.orders', 'p.b.dbo.orders']);
    assert.deepEqual(of('oracle.OracleConnector', 'table.include.list=ORCL.SHOP.ORDERS\n'), ['p.SHOP.ORDERS']);
    assert.deepEqual(of('vitess.VitessConnector', 'vitess.keyspace=commerce\n'), ['/p\\.commerce\\.[^.]+/']);
  });

  it('reads the keys of older releases', () => {
    assert.deepEqual(published('connector.class=io.debezium.connector.mysql.MySqlConnector\ndatabase.server.name=old\n'
      + 'table.whitelist=a.b\ndatabase.history.kafka.topic=hist\n'), ['old.a.b', 'hist']);
  });

  it('writes no history where it is kept elsewhere, or where the database has none', () => {
    const history = 'topic.prefix=p\ntable.include.list=a.b\nschema.history.internal.kafka.topic=h\n';
    assert.deepEqual(published(`connector.class=io.debezium.connector.mysql.MySqlConnector\n${history}`
      + 'schema.history.internal=io.debezium.storage.file.history.FileSchemaHistory\n'), ['p.a.b']);
    assert.deepEqual(published(`connector.class=io.debezium.connector.postgresql.PostgresConnector\n${history}`), ['p.a.b']);
  });

  it('reads signals and sends notifications', () => {
    const base = 'name=x\nconnector.class=io.debezium.connector.postgresql.PostgresConnector\ntopic.prefix=p\ntable.include.list=a.b\n';
    const r = connector(`${base}signal.enabled.channels=source,kafka\nsignal.kafka.groupId=sig
notification.enabled.channels=sink\nnotification.sink.topic.name=notes\n`);
    assert.deepEqual(names(r, 'consume'), ['p-signal']);
    assert.equal(fact(r, 'consume').settings.group?.value, 'sig');
    assert.deepEqual(names(r, 'publish'), ['p.a.b', 'notes']);
    assert.deepEqual(names(connector(`${base}signal.enabled.channels=source\nsignal.kafka.topic=s\n`), 'consume'), []);
    assert.deepEqual(names(connector(`${base}signal.kafka.topic=s\n`), 'consume'), ['s']);
  });

  it('knows nothing of topics behind a placeholder or a strategy of somebody\'s own', () => {
    const base = 'connector.class=io.debezium.connector.postgresql.PostgresConnector\ntable.include.list=a.b\n';
    assert.deepEqual(published(`${base}topic.prefix=\${env:PREFIX}\n`), []);
    assert.deepEqual(published(`${base}topic.prefix=p\ntopic.naming.strategy=com.example.Mine\n`), []);
    assert.deepEqual(published(`connector.class=io.debezium.connector.postgresql.PostgresConnector\ntopic.prefix=p\ntable.include.list=\${env:TABLES}\n`), ['p.*']);
  });

  it('says that a source keeps no dead letters', () => {
    assert.match(fact(connector(`${mysql}errors.deadletterqueue.topic.name=dlq\n`), 'service').note ?? '', /no effect on a source/);
  });

  it('takes exactly-once support that is required as a guarantee', () => {
    const r = connector(`${mysql}exactly.once.support=required\n`);
    const { guarantee, idempotence, transactionalId } = fact(r, 'publish').settings;
    assert.deepEqual([guarantee?.value, idempotence?.value, transactionalId?.value], ['exactly-once', true, 'shop']);
    assert.equal(r.textAt(guarantee?.at), 'required');
  });
});

describe('kafka connect: other sources', () => {
  it('reads topics by the keys of each class', () => {
    assert.deepEqual(published('connector.class=FileStreamSource\ntopic=lines\n'), ['lines']);
    assert.deepEqual(published('connector.class=io.confluent.kafka.connect.datagen.DatagenConnector\nkafka.topic=users\n'), ['users']);
    assert.deepEqual(published('connector.class=org.apache.camel.kafkaconnector.timersource.CamelTimersourceSourceConnector\ntopics=ticks\n'), ['ticks']);
    assert.deepEqual(published('connector.class=io.confluent.connect.github.GithubSourceConnector\ntopic.name.pattern=gh-${resourceName}\n'), ['gh-*']);
    assert.deepEqual(published('connector.class=com.example.Unknown\ntopic=t\n'), ['t']);
    assert.deepEqual(published('connector.class=S3_SOURCE\nkafka.topic=t\n'), ['t']);
    const neo4j = connector('name=n\nconnector.class=org.neo4j.connectors.kafka.source.Neo4jConnector\nneo4j.cdc.topic.changes.patterns=()\n');
    assert.equal(neo4j.textAt(fact(neo4j, 'publish').channel?.name.at), 'changes');
  });

  it('names a table\'s topic after the table alone for JDBC', () => {
    const jdbc = 'connector.class=io.confluent.connect.jdbc.JdbcSourceConnector\n';
    assert.deepEqual(published(`${jdbc}topic.prefix=pg-\ntable.whitelist=public.orders,"items"\n`), ['pg-orders', 'pg-items']);
    assert.deepEqual(published(`${jdbc}topic.prefix=all-orders\nquery=select * from orders\n`), ['all-orders']);
    assert.deepEqual(published(`${jdbc}topic.prefix=pg-\n`), ['/pg-[^.]+/']);
    assert.deepEqual(published(`${jdbc}topic.prefix=pg-\ntable.include.list=.*\\\\.public\\\\.(orders|items)\n`), ['pg-orders', 'pg-items']);
  });

  it('names a collection\'s topic after database and collection for MongoDB\'s own source', () => {
    const mongo = 'connector.class=com.mongodb.kafka.connect.MongoSourceConnector\n';
    assert.deepEqual(published(`${mongo}topic.prefix=m\ndatabase=shop\ncollection=orders\n`), ['m.shop.orders']);
    assert.deepEqual(published(`${mongo}database=shop\ntopic.suffix=v1\n`), ['/shop\\.[^.]+\\.v1/']);
    assert.deepEqual(published(`${mongo}topic.namespace.map={"shop": "shop-all", "shop.orders": "orders"}\n`), ['shop-all', 'orders']);
  });

  it('names topics by a template for Confluent\'s source of Oracle changes', () => {
    const oracle = 'connector.class=OracleCdcSource\n';
    assert.deepEqual(published(`${oracle}table.inclusion.regex=ORCL[.]SHOP[.](ORDERS|ITEMS)\n`), ['ORCL.SHOP.ORDERS', 'ORCL.SHOP.ITEMS']);
    assert.deepEqual(published(`${oracle}table.inclusion.regex=ORCL[.]SHOP[.]ORDERS\ntable.topic.name.template=cdc-\${tableName}\nredo.log.topic.name=redo\n`),
      ['cdc-ORDERS', 'redo']);
    assert.deepEqual(published(`${oracle}table.inclusion.regex=ORCL[.]SHOP[.].*\ntable.topic.name.template=cdc-\${tableName}\n`), ['/cdc-[^.]+/']);
  });

  it('mirrors topics from cluster to cluster', () => {
    const r = connector(`name=mm
connector.class=org.apache.kafka.connect.mirror.MirrorSourceConnector
source.cluster.alias=east
target.cluster.alias=west
source.cluster.bootstrap.servers=east-1:9092
target.cluster.bootstrap.servers=west-1:9092
topics=orders, logs\\\\..*
`);
    assert.deepEqual(r.lines, [
      'broker east kafka east-1:9092', 'broker west kafka west-1:9092',
      'mirror orders -> east.orders by connector mm', 'mirror logs\\..* -> east.$& by connector mm',
    ]);
    const route = fact(r, 'route', (f) => f.from.match === 'regex');
    assert.deepEqual([route.from.broker, route.to.broker], ['east', 'west']);
    const all = connector('name=mm\nconnector.class=MirrorSourceConnector\nsource.cluster.alias=a\ntarget.cluster.alias=b\n'
      + 'replication.policy.class=org.apache.kafka.connect.mirror.IdentityReplicationPolicy\n');
    assert.equal(all.lines.at(-1), 'mirror .* -> $& by connector mm');
    const replicator = connector(`name=r
connector.class=io.confluent.connect.replicator.ReplicatorSourceConnector
src.kafka.bootstrap.servers=a:9092
dest.kafka.bootstrap.servers=b:9092
topic.whitelist=orders
topic.rename.format=\${topic}.replica
`);
    assert.equal(replicator.lines.at(-1), 'mirror orders -> orders.replica by connector r');
  });
});

describe('kafka connect sources, broken', () => {
  it('survives 1,000 mutations', () => fuzzReader(kafkaConnect, [
    mysql,
    'name=a\nconnector.class=io.debezium.connector.postgresql.PostgresConnector\ntopic.prefix=p\ntable.include.list=a.(b|c)\n'
      + 'transforms=r,o\ntransforms.r.type=x.RegexRouter\ntransforms.r.regex=(.*)\\\\.(.*)\ntransforms.r.replacement=$2-$1\n'
      + 'transforms.o.type=io.debezium.transforms.outbox.EventRouter\n',
    'name=a\nconnector.class=MirrorSourceConnector\nsource.cluster.alias=a\ntopics=b.*\n',
  ], '/connect-source.properties')).timeout(20_000);
});
