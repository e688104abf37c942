import assert from 'node:assert/strict';
import { javaMatcher, javaRenaming } from '../../../src/readers/kafka-connect/javaRegex';
import { namesOfPattern } from '../../../src/readers/kafka-connect/tablePattern';
import { part, wild } from '../../../src/readers/kafka-connect/topicName';
import { fact } from '../../support/reading';
import { connector, names } from './support';

const source = 'name=x\nconnector.class=io.debezium.connector.postgresql.PostgresConnector\ntopic.prefix=db\n';
const routedBy = (tables: string, chain: string): string[] => names(connector(`${source}${tables}\n${chain}`), 'publish');
const orders = 'table.include.list=shop.orders,shop.items';

describe('kafka connect: transforms', () => {
  it('renames by an expression', () => {
    assert.deepEqual(routedBy(orders, 'transforms=r\ntransforms.r.type=org.apache.kafka.connect.transforms.RegexRouter\n'
      + 'transforms.r.regex=([^.]+)\\\\.([^.]+)\\\\.([^.]+)\ntransforms.r.replacement=$3-of-$2\n'), ['orders-of-shop', 'items-of-shop']);
    assert.deepEqual(routedBy(orders, 'transforms=r\ntransforms.r.type=io.debezium.transforms.ByLogicalTableRouter\n'
      + 'transforms.r.topic.regex=db\\\\.shop\\\\..*\ntransforms.r.topic.replacement=shop\n'), ['shop']);
  });

  it('carries unknown parts through, in order of the chain', () => {
    assert.deepEqual(routedBy('schema.include.list=shop', 'transforms=a, b\ntransforms.a.type=x.RegexRouter\n'
      + 'transforms.a.regex=db\\\\.(.*)\ntransforms.a.replacement=$1\ntransforms.b.type=x.RegexRouter\n'
      + 'transforms.b.regex=(.*)\\\\.(.*)\ntransforms.b.replacement=cdc_$1_$2\n'), ['/cdc_shop_[^.]+/']);
    assert.deepEqual(routedBy('schema.include.list=shop', 'transforms=a\ntransforms.a.type=x.RegexRouter\n'
      + 'transforms.a.regex=.*\\\\.([^.]+)\ntransforms.a.replacement=$1\n'), []);
  });

  it('routes an outbox by a field of each event', () => {
    const router = 'transforms=outbox\ntransforms.outbox.type=io.debezium.transforms.outbox.EventRouter\n';
    assert.deepEqual(routedBy('table.include.list=shop.outbox', router), ['outbox.event.*']);
    assert.deepEqual(routedBy('table.include.list=shop.outbox', `${router}transforms.outbox.route.topic.replacement=\${routedByValue}.events\n`), ['/.*\\.events/']);
    assert.deepEqual(routedBy('table.include.list=shop.outbox', `${router}transforms.outbox.route.topic.replacement=events\n`), ['events']);
    assert.deepEqual(routedBy('table.include.list=shop.outbox', `${router}transforms.outbox.route.topic.replacement=\${OTHER}\n`), []);
    const r = connector(`${source}table.include.list=shop.outbox\n${router}transforms.outbox.route.by.field=kind\n`
      + 'transforms.outbox.route.topic.replacement=${routedByValue}.events\n');
    assert.match(fact(r, 'publish').inferred ?? '', /field kind of each event/);
    assert.equal(r.textAt(fact(r, 'publish').channel?.name.at), '${routedByValue}.events');
    assert.deepEqual(r.skipped, []);
  });

  it('asks predicates over names, and keeps both names where only the data tells', () => {
    const chain = 'transforms=r\ntransforms.r.type=x.RegexRouter\ntransforms.r.regex=.*\ntransforms.r.replacement=one\n'
      + 'transforms.r.predicate=p\n';
    const byName = 'predicates=p\npredicates.p.type=org.apache.kafka.connect.transforms.predicates.TopicNameMatches\npredicates.p.pattern=.*orders\n';
    assert.deepEqual(routedBy(orders, chain + byName), ['one', 'db.shop.items']);
    assert.deepEqual(routedBy(orders, `${chain}${byName}transforms.r.negate=true\n`), ['db.shop.orders', 'one']);
    assert.deepEqual(routedBy('table.include.list=shop.orders', `${chain}predicates=p\npredicates.p.type=x.HasHeaderKey\n`), ['db.shop.orders', 'one']);
  });

  it('leaves names alone that a transform leaves alone, and says what it cannot tell', () => {
    assert.deepEqual(routedBy(orders, 'transforms=u\ntransforms.u.type=io.debezium.transforms.ExtractNewRecordState\n'), ['db.shop.orders', 'db.shop.items']);
    assert.deepEqual(routedBy('table.include.list=shop.orders', 'transforms=t\ntransforms.t.type=x.TimestampRouter\n'), ['db.shop.orders-*']);
    const r = connector(`${source}${orders}\ntransforms=e\ntransforms.e.type=io.confluent.connect.transforms.ExtractTopic$Value\n`);
    assert.deepEqual(names(r, 'publish'), []);
    assert.match(fact(r, 'service').note ?? '', /out of each record/);
  });
});

describe('kafka connect: Java\'s expressions', () => {
  const rename = (pattern: string, replacement: string, name: string): string | undefined | null =>
    javaRenaming(pattern, replacement)?.rename(name);

  it('replaces as Java does', () => {
    assert.equal(rename('(?<a>[a-z]+)-(\\d+)', '${a}_$2', 'orders-12'), 'orders_12');
    assert.equal(rename('(a)(b)', '$12', 'ab'), 'a2');
    assert.equal(rename('(.*)', '\\$1-$1', 'x'), '$1-x');
    assert.equal(rename('(?i)ORDERS', 'o', 'orders'), 'o');
    assert.equal(rename('orders', 'o', 'my-orders'), undefined);
    assert.equal(javaMatcher('a.*')('abc'), true);
    assert.equal(javaMatcher('a.*')('bc'), false);
  });

  it('does not run what means something else here, or might never end', () => {
    for (const pattern of ['\\Qa.b\\E', '\\p{Alpha}+', 'a*+b', '[a-z&&[^b]]', '(', '(?x)a']) {
      assert.equal(javaRenaming(pattern, ''), undefined, pattern);
    }
    assert.equal(rename('(a+)+b', '$1', 'a'.repeat(40)), undefined);
    assert.equal(rename('(a+)+b', '$1', `${'a'.repeat(40)}b`), null);
    assert.equal(rename('(.*)(.*)(.*)(.*)(.*)(.*)x', '$1', `${'a'.repeat(200)}x`), null);
    assert.equal(rename('(a+)+(?=b)b', '$1', 'a'.repeat(40)), null);
    assert.equal(rename('(.*)', '$1', 'a'.repeat(300)), null);
    assert.equal(javaMatcher('(a|aa)+$')('a'.repeat(60)), true);
  });
});

describe('kafka connect: tables of a list', () => {
  it('finds the names that an expression stands for', () => {
    assert.deepEqual(namesOfPattern('shop.orders'), ['shop.orders']);
    assert.deepEqual(namesOfPattern('^shop\\.orders$'), ['shop.orders']);
    assert.deepEqual(namesOfPattern('shop[.]orders'), ['shop.orders']);
    assert.deepEqual(namesOfPattern('shop.(orders|items)_v1'), ['shop.orders_v1', 'shop.items_v1']);
    assert.deepEqual(namesOfPattern('a.b|c.d'), ['a.b', 'c.d']);
    assert.deepEqual(namesOfPattern('shop.*'), [`shop${wild}`]);
    assert.deepEqual(namesOfPattern('shop\\.order_\\d+'), [`shop.order_${wild}`]);
    assert.deepEqual(namesOfPattern('shop.(?!tmp_).*'), [`shop.${wild}`]);
    assert.deepEqual(namesOfPattern('(?i)shop.o[a-z]{2,5}'), [`shop.o${wild}`]);
    assert.ok(!namesOfPattern('x').includes(part));
  });

  it('keeps its work bounded', () => {
    assert.ok(namesOfPattern('(a|b)'.repeat(50)).length <= 64);
    assert.deepEqual(namesOfPattern('('.repeat(5_000)), [wild]);
    assert.ok(namesOfPattern('('.repeat(500)).length >= 1);
    assert.ok(namesOfPattern(`a)${'|b'.repeat(500)}`).length <= 64);
  });
});
