import assert from 'node:assert/strict';
import { spring } from '../../../src/readers/spring/reader';
import { fact, reading } from '../../support/reading';

const read = (text: string, path = 'orders/src/main/resources/application.yml'): ReturnType<typeof reading> =>
  reading(spring, text, path);

const yaml = `spring:
  application:
    name: orders
  kafka:
    bootstrap-servers: kafka-1.example:9093, kafka-2.example:9093
    security:
      protocol: SASL_SSL
    ssl:
      trust-store-password: changeit
    properties:
      sasl.mechanism: PLAIN
      sasl.jaas.config: org.apache.kafka.common.security.plain.PlainLoginModule required username="orders" password="s3cret";
      schema.registry.url: https://registry.example
    producer:
      acks: 1
      client-id: orders-out
      transaction-id-prefix: tx-
      properties:
        enable.idempotence: true
        "[max.in.flight.requests.per.connection]": 2
    consumer:
      group-id: orders-group
      enable-auto-commit: false
      autoOffsetReset: earliest
      isolation-level: read-committed
      max_poll_records: 50
      max-poll-interval: 5m
    listener:
      ack-mode: manual_immediate
      type: batch
    template:
      default-topic: orders.placed
`;

describe('spring: spring.kafka', () => {
  it('reads a program with its settings, wherever Spring keeps them', () => {
    const r = read(yaml);
    assert.deepEqual(r.lines, [
      'broker kafka-1.example:9093 kafka kafka-1.example:9093, kafka-2.example:9093 tls',
      'service orders client=spring-kafka',
      'orders -> * clientId=orders-out acks=1 idempotence=true maxInFlight=2 transactionalId=tx-',
      'orders -> orders.placed',
      'orders <- * group=orders-group autoCommit=false isolation=read_committed offsetReset=earliest maxPollRecords=50 '
        + 'maxPollInterval=300000 commit=after-processing',
      'credential - spring.kafka.ssl.trust-store-password secret',
      'credential orders spring.kafka.properties.sasl.jaas.config secret',
    ]);
    assert.equal(r.report, '');
    assert.equal(fact(r, 'broker').registry?.value, 'https://registry.example');
  });

  it('keeps the places of values, not of keys', () => {
    const r = read(yaml);
    const { settings } = fact(r, 'consume');
    const { settings: out } = fact(r, 'publish');
    const at = [
      out.acks, out.maxInFlight, out.transactionalId, settings.isolation, settings.maxPollInterval, settings.commit,
      fact(r, 'service').name, fact(r, 'broker').tls,
    ].map((s) => r.textAt(s?.at));
    assert.deepEqual(at, ['1', '2', 'tx-', 'read-committed', '5m', 'manual_immediate', 'orders', 'SASL_SSL']);
    assert.equal(r.textAt(fact(r, 'credential', (f) => f.user !== undefined).secret), 's3cret');
    assert.ok(!JSON.stringify(r.facts).includes('s3cret') && !JSON.stringify(r.facts).includes('changeit'));
    assert.match(fact(r, 'consume').note ?? '', /the listener acknowledges.*all records of a poll at once/);
  });

  const spellings = [
    'spring.kafka.consumer.enable-auto-commit=true', 'spring.kafka.consumer.enableAutoCommit=true',
    'spring.kafka.consumer.enable_auto_commit=true', 'SPRING.KAFKA.CONSUMER.ENABLE-AUTO-COMMIT=yes',
    'spring.kafka.consumer.properties.enable.auto.commit=true',
    'spring.kafka.consumer.properties[enable.auto.commit]=true', 'spring.kafka.properties.enable.auto.commit=true',
  ];
  for (const line of spellings) {
    it(`takes ${line}`, () => {
      const r = read(`${line}\n`, 'orders/application.properties');
      assert.equal(fact(r, 'consume').settings.autoCommit?.value, true, r.lines.join('\n'));
    });
  }

  it('does not take a key that Spring has no word for', () => {
    const r = read('spring.kafka.producer.enable-idempotence=true\n', 'orders/application.properties');
    assert.deepEqual(r.lines, ['service orders client=spring-kafka', 'orders -> *']);
  });

  it('lets a client\'s properties win over its own names, and both over what is common', () => {
    const r = read(`spring.kafka.properties.acks=all
spring.kafka.producer.acks=1
spring.kafka.producer.properties.acks=0
spring.kafka.client-id=common
spring.kafka.consumer.client-id=mine
`, 'orders/application.properties');
    assert.deepEqual(r.lines, [
      'service orders client=spring-kafka', 'orders -> * clientId=common acks=0', 'orders <- * clientId=mine',
    ]);
  });

  it('says nothing of commits where the client commits by itself', () => {
    const r = read(`spring:
  kafka:
    consumer: { enable-auto-commit: true }
    listener: { ack-mode: record }
`);
    assert.deepEqual(r.lines.slice(1), ['orders <- * autoCommit=true']);
    assert.match(fact(r, 'consume').note ?? '', /does nothing/);
  });

  it('reads how many threads listen, and when retry topics begin', () => {
    const r = read(`spring:
  kafka:
    bootstrap-servers: a:9092
    listener: { concurrency: 3 }
    retry: { topic: { enabled: true, attempts: 4, backoff: { delay: 5s, multiplier: 2 } } }
app:
  kafka: { consumer: { topic: orders.placed } }
`);
    const { concurrency } = fact(r, 'consume', (c) => c.channel === undefined).settings;
    assert.deepEqual([concurrency?.value, r.textAt(concurrency?.at)], [3, '3']);
    const { onFailure } = fact(r, 'consume', (c) => c.channel !== undefined).settings;
    assert.deepEqual([onFailure?.retries?.value, onFailure?.delay?.value, r.textAt(onFailure?.delay?.at)], [3, 5000, '5s']);
  });

  it('reads the threads of Streams, and what becomes of what it cannot read', () => {
    const r = read(`spring:
  kafka:
    streams:
      application-id: totals
      properties:
        num.stream.threads: 4
        default.deserialization.exception.handler: org.apache.kafka.streams.errors.LogAndContinueExceptionHandler
`);
    const { concurrency, onFailure } = fact(r, 'consume').settings;
    assert.deepEqual([concurrency?.value, onFailure?.skip?.value], [4, true]);
    assert.match(r.textAt(onFailure?.skip?.at), /LogAndContinue/);
  });

  it('reports values that Kafka refuses', () => {
    const r = read('spring.kafka.producer.acks=two\n', 'orders/application.properties');
    assert.equal(r.report, `warning kafka/wrong-value: "two" is no value of acks. Write all, 1 or 0; the program refuses to start with anything else.
1 | spring.kafka.producer.acks=two
  |                            ^^^`);
    assert.deepEqual(fact(r, 'publish').settings, { open: ['acks'] });
  });

  it('leaves open what placeholders leave open', () => {
    const r = read(`spring:
  kafka:
    bootstrap-servers: \${BROKERS}
    producer:
      acks: \${ACKS}
    consumer:
      group-id: \${GROUP:billing}
      auto-offset-reset: "#{'\${X}'}"
`);
    assert.deepEqual(r.lines.slice(1), ['orders -> * open=acks', 'orders <- * group=billing open=offsetReset']);
    assert.deepEqual(r.skipped?.map(r.textAt), ['${BROKERS}', '${ACKS}', '#{\'${X}\'}']);
  });

  it('reads brokers of producers and consumers apart, and lists', () => {
    const r = read(`spring:
  kafka:
    bootstrap-servers:
      - a.example:9092
      - b.example:9092
    consumer:
      bootstrap-servers: c.example:9092
      group-id: x
    template:
      default-topic: t
`);
    assert.deepEqual(r.lines.slice(0, 2), [
      'broker a.example:9092 kafka a.example:9092,b.example:9092', 'broker c.example:9092 kafka c.example:9092',
    ]);
    assert.equal(fact(r, 'publish', (f) => f.channel !== undefined).channel?.broker, 'a.example:9092');
  });

  it('reads a Streams application', () => {
    const r = read(`spring.application.name=totals
spring.kafka.bootstrap-servers=k.example:9092
spring.kafka.streams.application-id=totals-app
spring.kafka.streams.properties.processing.guarantee=exactly_once_v2
spring.kafka.streams.properties.consumer.max.poll.records=10
`, 'x/application.properties');
    assert.deepEqual(r.lines.slice(1), [
      'service totals client=kafka-streams',
      'totals -> * guarantee=exactly-once idempotence=true transactionalId=totals-app kafka-streams',
      'totals <- * guarantee=exactly-once commit=transaction isolation=read_committed maxPollRecords=10 '
        + 'group=totals-app kafka-streams',
    ]);
  });

  it('sends what listeners fail with to the topics of its non-blocking retries', () => {
    const r = read(`spring:
  kafka:
    retry:
      topic: { enabled: true, attempts: 4, backoff: { multiplier: 2 } }
app:
  consumer:
    topic: orders.placed
    group-id: billing
`);
    assert.deepEqual(r.lines.slice(1), [
      'orders <- *', 'orders <- orders.placed group=billing onFailure={…}',
      'dead-letter orders.placed -> orders.placed-dlt by spring.kafka.retry.topic',
    ]);
    const failure = fact(r, 'consume', (f) => f.channel !== undefined).settings.onFailure;
    assert.deepEqual([failure?.retries?.value, failure?.backoff?.value, failure?.deadLetter?.value],
      [3, 'exponential', 'orders.placed-dlt']);
  });

  it('knows further clusters by their addresses', () => {
    const r = read(`spring:
  application: { name: bridge }
kafka:
  orders:
    bootstrap-servers: orders.example:9092
    security.protocol: SSL
  clusters:
    - name: audit
      bootstrapServers: audit.example:9092
      schemaRegistry: http://registry.example
`);
    assert.deepEqual(r.lines, [
      'broker orders.example:9092 kafka orders.example:9092 tls', 'broker audit kafka audit.example:9092',
    ]);
    assert.match(fact(r, 'broker').inferred ?? '', /kafka\.orders\.bootstrap-servers/);
  });

  it('says where a missing setting goes', () => {
    const text = 'spring:\n  kafka:\n    consumer:\n      group-id: a # ours\n    producer:\n      retries: 3\n';
    const insert = fact(read(text), 'consume').insert!;
    const fixed = text.slice(0, insert.at.start)
      + `${insert.before}enable-auto-commit${insert.separator}false${insert.after}` + text.slice(insert.at.end);
    assert.equal(fixed,
      'spring:\n  kafka:\n    consumer:\n      group-id: a # ours\n      enable-auto-commit: false\n    producer:\n      retries: 3\n');
    const flat = 'spring.kafka.consumer.group-id=a\n';
    const place = fact(read(flat, 'a/application.properties'), 'consume').insert!;
    assert.equal(flat.slice(0, place.at.start) + `${place.before}x${place.separator}1` + flat.slice(place.at.end),
      'spring.kafka.consumer.group-id=a\nspring.kafka.consumer.x=1\n');
  });
});
