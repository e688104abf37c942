import assert from 'node:assert/strict';
import { microProfile } from '../../../src/readers/microprofile/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';

const path = '/shop/billing/src/main/resources/application.properties';
const read = (text: string, at = path): ReturnType<typeof reading> => reading(microProfile, text, at);

const both = `
quarkus.application.name=billing
kafka.bootstrap.servers=kafka-1.example:9093,kafka-2.example:9093
kafka.security.protocol=SASL_SSL
kafka.sasl.jaas.config=x.PlainLoginModule required username="billing" password="s3cret";
quarkus.datasource.password=not-ours

mp.messaging.connector.smallrye-kafka.auto.offset.reset=earliest
mp.messaging.incoming.orders.connector=smallrye-kafka
mp.messaging.incoming.orders.topic=shop.orders
mp.messaging.incoming.orders.failure-strategy=dead-letter-queue
mp.messaging.incoming.orders.commit-strategy=latest
mp.messaging.outgoing.invoices.connector=smallrye-kafka
mp.messaging.outgoing.invoices.acks=1
mp.messaging.outgoing."paid.invoices".connector=smallrye-kafka
mp.messaging.outgoing."paid.invoices".topic=\${paid.topic}
paid.topic=shop.paid
`;

describe('microprofile: Kafka', () => {
  it('reads channels with what their connector and the program say for all', () => {
    const r = read(both);
    assert.deepEqual(r.lines, [
      'broker kafka-1.example:9093 kafka kafka-1.example:9093,kafka-2.example:9093 tls',
      'service billing client=smallrye-kafka',
      'billing <- shop.orders offsetReset=earliest commit=after-processing onFailure={…} group=billing smallrye-kafka',
      'dead-letter shop.orders -> dead-letter-topic-orders by channel orders',
      'billing -> invoices acks=1 smallrye-kafka',
      'billing -> shop.paid smallrye-kafka',
      'credential billing kafka.sasl.jaas.config secret',
    ]);
    assert.equal(r.report, '');
    assert.equal(fact(r, 'consume').settings.onFailure?.deadLetter?.value, 'dead-letter-topic-orders');
    assert.equal(fact(r, 'consume').channel?.broker, 'kafka-1.example:9093');
  });

  it('keeps the places of names and settings', () => {
    const r = read(both);
    assert.equal(r.textAt(fact(r, 'service').name.at), 'billing');
    assert.equal(r.textAt(fact(r, 'consume').channel?.name.at), 'shop.orders');
    assert.equal(r.textAt(fact(r, 'route').to.name.at), 'dead-letter-queue');
    assert.equal(r.caret(fact(r, 'publish').settings.acks?.at), ['13 | mp.messaging.outgoing.invoices.acks=1', '   |                                     ^'].join('\n'));
    // A topic that defaults to the channel's name stands in the key; one behind a reference where it is written.
    assert.equal(r.caret(fact(r, 'publish').channel?.name.at), [
      '12 | mp.messaging.outgoing.invoices.connector=smallrye-kafka', '   |                       ^^^^^^^^',
    ].join('\n'));
    assert.match(fact(r, 'publish').inferred ?? '', /its own name, "invoices"/);
    const paid = fact(r, 'publish', (f) => f.channel?.name.value === 'shop.paid');
    assert.equal(r.caret(paid.channel?.name.at), ['16 | paid.topic=shop.paid', '   |            ^^^^^^^^^'].join('\n'));
    assert.equal(paid.inferred, undefined);
    assert.equal(r.textAt(fact(r, 'credential').secret), 's3cret');
    assert.ok(r.textAt(fact(r, 'consume').extent).startsWith('mp.messaging.incoming.orders.connector'));
    assert.ok(r.textAt(fact(r, 'consume').extent).endsWith('commit-strategy=latest'));
  });

  it('says where a missing setting is written', () => {
    const text = 'mp.messaging.outgoing.a.connector=smallrye-kafka\r\nmp.messaging.outgoing.a.topic=t\r\nquarkus.x=1\r\n';
    const insert = fact(read(text), 'publish').insert!;
    const fixed = text.slice(0, insert.at.start) + `${insert.before}acks${insert.separator}all${insert.after}` + text.slice(insert.at.end);
    assert.ok(fixed.includes('.topic=t\r\nmp.messaging.outgoing.a.acks=all\r\nquarkus.x=1'), fixed);
    assert.equal(fact(read(fixed), 'publish').settings.acks?.value, 'all');
  });

  it('takes lists and patterns of topics', () => {
    const r = read(`mp.messaging.incoming.a.connector=smallrye-kafka
mp.messaging.incoming.a.topics=one, two
mp.messaging.incoming.b.connector=smallrye-kafka
mp.messaging.incoming.b.topic=shop\\\\..*
mp.messaging.incoming.b.pattern=true
`);
    assert.deepEqual(r.lines.slice(1), ['billing <- one smallrye-kafka', 'billing <- two smallrye-kafka', 'billing <- shop\\..* smallrye-kafka']);
    assert.equal(r.textAt(fact(r, 'consume', (f) => f.channel?.name.value === 'two').channel?.name.at), 'two');
    assert.equal(fact(r, 'consume', (f) => f.channel?.match === 'regex').channel?.name.value, 'shop\\..*');
  });

  it('follows failure strategies', () => {
    const strategy = (more: string): string[] => read(`mp.messaging.incoming.in.connector=smallrye-kafka
mp.messaging.incoming.in.topic=t
mp.messaging.incoming.in.failure-strategy=${more}
`).lines.slice(1);
    assert.deepEqual(strategy('fail'), ['billing <- t smallrye-kafka']);
    assert.deepEqual(strategy('ignore'), ['billing <- t onFailure={…} smallrye-kafka']);
    assert.deepEqual(strategy('dead-letter-queue\nmp.messaging.incoming.in.dead-letter-queue.topic=t-dead'), [
      'billing <- t onFailure={…} smallrye-kafka', 'dead-letter t -> t-dead by channel in',
    ]);
    assert.deepEqual(strategy('delayed-retry-topic\nmp.messaging.incoming.in.delayed-retry-topic.topics=r_1000\n'
      + 'mp.messaging.incoming.in.delayed-retry-topic.max-retries=4\nmp.messaging.incoming.in.dead-letter-queue.topic=dead'), [
      'billing <- t onFailure={…} smallrye-kafka', 'retry t -> r_1000 by channel in', 'billing <- r_1000 smallrye-kafka',
      'dead-letter t -> dead by channel in',
    ]);
    assert.deepEqual(strategy('delayed-retry-topic').filter((l) => l.startsWith('retry')), [
      'retry t -> in_retry_10000 by channel in', 'retry t -> in_retry_20000 by channel in', 'retry t -> in_retry_50000 by channel in',
    ]);
  });

  it('infers a connector that nobody names, and leaves channels of others alone', () => {
    const r = read('mp.messaging.incoming.a.value.deserializer=x.StringDeserializer\n');
    assert.deepEqual(r.lines, ['service billing client=smallrye-kafka', 'billing <- a smallrye-kafka']);
    assert.match(fact(r, 'consume').inferred ?? '', /value\.deserializer is an attribute of smallrye-kafka/);
    assert.deepEqual(read('kafka.bootstrap.servers=k:9092\nmp.messaging.outgoing.a.merge=true\n').lines.slice(1), [
      'service billing client=smallrye-kafka', 'billing -> a smallrye-kafka',
    ]);
    assert.deepEqual(read('mp.messaging.incoming.a.topic=persistent://public/default/a\n').lines, []);
    assert.deepEqual(read('mp.messaging.incoming.a.topic=a\nmp.messaging.incoming.a.subscriptionType=Shared\n').lines, []);
    assert.deepEqual(read('mp.messaging.incoming.a.connector=smallrye-in-memory\nmp.messaging.incoming.b.merge=true\n').lines, []);
    assert.deepEqual(read('mp.messaging.incoming.a.connector=smallrye-kafka\nmp.messaging.incoming.a.enabled=false\n').lines, []);
  });

  it('leaves open what is a placeholder', () => {
    const r = read(`mp.messaging.incoming.a.connector=smallrye-kafka
mp.messaging.incoming.a.topic=\${TOPIC}
mp.messaging.outgoing.b.connector=smallrye-kafka
mp.messaging.outgoing.b.topic=\${OUT:invoices}
mp.messaging.outgoing.b.acks=\${ACKS}
`);
    assert.deepEqual(r.lines.slice(1), ['billing -> invoices open=acks smallrye-kafka']);
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['${TOPIC}', '${ACKS}']);
  });

  it('takes the values of the chosen profile, and secrets of all', () => {
    const text = `mp.messaging.outgoing.a.connector=smallrye-kafka
mp.messaging.outgoing.a.topic=common
%prod.mp.messaging.outgoing.a.topic=real
%dev.mp.messaging.outgoing.a.topic=mine
%{test,it}.mp.messaging.outgoing.a.topic=tested
%dev,other.mp.messaging.outgoing.b.connector=smallrye-kafka
%dev.kafka.ssl.keystore.password=changeit
`;
    const topics = (profile?: string): string[] => microProfile.read(
      { id: 'file:///a' as never, path, text }, new Map(), undefined, profile === undefined ? {} : { profile },
    ).facts.flatMap((f) => (f.kind === 'publish' ? [f.channel?.name.value ?? ''] : []));
    assert.deepEqual(topics(), ['real']);
    assert.deepEqual(topics('dev'), ['mine', 'b']);
    assert.deepEqual(topics('it'), ['tested']);
    assert.deepEqual(topics('dev,prod'), ['real', 'b']);
    assert.deepEqual(topics('other'), ['common', 'b']);
    assert.equal(read(text).textAt(fact(read(text), 'credential').secret), 'changeit');
  });

  it('leaves files of other profiles and of tests alone', () => {
    const text = 'mp.messaging.outgoing.a.connector=smallrye-kafka\n';
    assert.deepEqual(read(text, '/a/src/main/resources/application-dev.properties').lines, []);
    assert.equal(read(text, '/a/src/main/resources/application-prod.properties').lines.length, 2);
    assert.deepEqual(read(text, '/a/src/test/resources/application.properties').lines, []);
  });

  it('reads the files of the profile in force together with the common one', () => {
    const common = `=== /a/src/main/resources/application.properties
quarkus.application.name=billing
mp.messaging.outgoing.a.connector=smallrye-kafka
mp.messaging.outgoing.a.topic=mine
mp.messaging.outgoing.a.acks=all
`;
    const production = `=== /a/src/main/resources/application-prod.properties
mp.messaging.outgoing.a.topic=real
mp.messaging.outgoing.a.acks=1
kafka.bootstrap.servers=k.example:9092
kafka.sasl.password=s3cret
`;
    const r = read(common + production);
    assert.deepEqual(r.lines, [
      'broker k.example:9092 kafka k.example:9092', 'service billing client=smallrye-kafka', 'billing -> real acks=1 smallrye-kafka',
    ]);
    assert.equal(r.textAt(fact(r, 'publish').channel?.name.at), 'real');
    assert.equal(r.textAt(fact(r, 'publish').settings.acks?.at), '1');
    assert.equal(fact(r, 'publish').insert, undefined);
    assert.deepEqual(read(production.replace('mp.', 'quarkus.x=1\nmp.') + common).lines, ['credential - kafka.sasl.password secret']);
    assert.deepEqual(read(common + production.replace('-prod', '-dev')).lines.slice(1), ['billing -> mine acks=all smallrye-kafka']);
  });

  it('takes topics of the program\'s own keys where the file is about Kafka', () => {
    const r = read(`quarkus.kafka.devservices.port=9092
app.kafka.incoming.topic=orders
app.outgoing.topics=paid,late
app.audit.topic=\${names.audit}
names.audit=audit-log
`);
    assert.deepEqual(r.lines, [
      'service billing', 'billing <- orders', 'billing -> paid', 'billing -> late', 'channel audit-log',
    ]);
    assert.match(fact(r, 'consume').inferred ?? '', /app\.kafka\.incoming\.topic names a topic, and says which way/);
    assert.deepEqual(read('quarkus.http.port=1\napp.audit.topic=audit-log\n').lines, []);
  });

  it('names a program after its module, not after the folders that every archive has', () => {
    const text = 'mp.messaging.outgoing.load.connector=liberty-kafka\nmp.messaging.outgoing.load.topic=system.load\n';
    const r = read(text, '/system/src/main/resources/META-INF/microprofile-config.properties');
    assert.equal(fact(r, 'service').name.value, 'system');
  });
});

describe('microprofile: Kafka Streams', () => {
  it('takes the topics that the program waits for, each where it is written', () => {
    const r = read(`in.topic=orders
quarkus.kafka-streams.application-id=totals
quarkus.kafka-streams.bootstrap-servers=k:9092
quarkus.kafka-streams.topics=\${in.topic},totals-by-day
kafka-streams.processing.guarantee=exactly_once_v2
kafka-streams.consumer.auto.offset.reset=latest
kafka-streams.producer.acks=all
`);
    assert.deepEqual(r.lines, [
      'broker k:9092 kafka k:9092', 'service totals client=kafka-streams', 'channel orders at k:9092', 'channel totals-by-day at k:9092',
      'totals -> * guarantee=exactly-once idempotence=true transactionalId=totals acks=all kafka-streams',
      'totals <- * guarantee=exactly-once commit=transaction isolation=read_committed offsetReset=latest group=totals kafka-streams',
    ]);
    assert.equal(r.textAt(fact(r, 'channel').address.at), 'orders');
  });
});

describe('microprofile: YAML', () => {
  const text = `quarkus:
  application:
    name: billing
mp:
  messaging:
    incoming:
      orders:
        connector: smallrye-kafka
        topic: shop.orders
      "my.channel":
        connector: smallrye-kafka
    outgoing:
      paid:
        connector: smallrye-kafka
        acks: 1
"%dev":
  mp:
    messaging:
      outgoing:
        "only.dev":
          connector: smallrye-kafka
"%prod":
  kafka:
    bootstrap:
      servers: kafka:9092
`;

  it('has the same keys, and names with dots in quotes of its own', () => {
    const r = read(text, '/a/src/main/resources/application.yml');
    assert.deepEqual(r.lines, [
      'broker kafka:9092 kafka kafka:9092', 'service billing client=smallrye-kafka',
      'billing <- shop.orders group=billing smallrye-kafka', 'billing <- my.channel group=billing smallrye-kafka',
      'billing -> paid acks=1 smallrye-kafka',
    ]);
    const places = r.facts.flatMap((f) => (f.kind === 'publish' || f.kind === 'consume' ? [r.textAt(f.channel?.name.at)] : []));
    assert.deepEqual(places, ['shop.orders', 'my.channel', 'paid']);
  });
});

describe('microprofile: recognition', () => {
  const recognized = (text: string, name: string): boolean => microProfile.recognizes({ id: 'file:///x' as never, path: `/a/${name}`, text });

  it('goes by the name, then by keys of Quarkus and MicroProfile', () => {
    assert.ok(recognized('quarkus.http.port=1', 'application.properties'));
    assert.ok(recognized('%dev.quarkus.http.port=1', 'application.properties'));
    assert.ok(recognized('mp.messaging.incoming.a.connector=x', 'microprofile-config.properties'));
    assert.ok(recognized('quarkus:\n  http: {}\n', 'application.yaml'));
    assert.ok(recognized('mp:\n\n  # channels\n  messaging:\n    incoming: {}\n', 'application-prod.yml'));
    assert.ok(recognized('"%dev":\n  a: 1\n', 'application.yml'));
  });

  it('leaves the files of others alone', () => {
    assert.ok(!recognized('spring.kafka.bootstrap-servers=k:9092', 'application.properties'));
    assert.ok(!recognized('spring:\n  kafka: {}\nmp: 1\n', 'application.yml'));
    assert.ok(!recognized('debezium.sink.type=kafka\nquarkus.log.level=INFO', 'application.properties'));
    assert.ok(!recognized('micronaut.application.name=a', 'application.properties'));
    assert.ok(!recognized('quarkus.http.port=1', 'other.properties'));
  });

  it('is not slowed down by blank lines', () => {
    assert.ok(!recognized(`mp:\n${'   \n'.repeat(10_000)}x`, 'application.yml'));
  });
});

describe('microprofile, broken', () => {
  it('survives 1,000 mutations of properties', () => fuzzReader(microProfile, [both], path)).timeout(20_000);
});
