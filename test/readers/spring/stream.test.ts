import assert from 'node:assert/strict';
import { spring } from '../../../src/readers/spring/reader';
import { fact, reading } from '../../support/reading';

const read = (text: string, path = 'shop/src/main/resources/application.yml'): ReturnType<typeof reading> =>
  reading(spring, text, path);

describe('spring: spring.cloud.stream on Kafka', () => {
  it('reads how many consumers a binding has, when it tries again, and whether it waits for sends', () => {
    const r = read(`spring:
  cloud:
    stream:
      kafka:
        binder: { brokers: k1.example }
        bindings:
          place-out-0: { producer: { sync: true } }
      bindings:
        place-out-0: { destination: orders }
        bill-in-0:
          destination: orders
          group: bill
          consumer: { concurrency: 5, back-off-initial-interval: 250, back-off-multiplier: 1.5, max-attempts: 1 }
`);
    const { concurrency, onFailure } = fact(r, 'consume').settings;
    assert.deepEqual([concurrency?.value, r.textAt(concurrency?.at)], [5, '5']);
    assert.deepEqual([onFailure?.retries?.value, onFailure?.delay?.value, onFailure?.backoff?.value], [0, 250, 'exponential']);
    const { awaitResult } = fact(r, 'publish').settings;
    assert.deepEqual([awaitResult?.value, r.textAt(awaitResult?.at)], [true, 'true']);
  });

  it('reads bindings with their directions, groups and dead letters', () => {
    const r = read(`spring:
  application.name: shop
  cloud:
    function:
      definition: place;bill
    stream:
      default:
        group: shop
      kafka:
        binder:
          brokers: k1.example,k2.example:9093
          required-acks: 1
          configuration:
            security.protocol: SSL
        bindings:
          bill-in-0:
            consumer:
              enable-dlq: true
              ack-mode: RECORD
              start-offset: latest
              configuration:
                max.poll.records: 10
          place-in-0:
            consumer: { enableDlq: true, dlqName: orders.dlq }
      bindings:
        place-in-0:
          destination: carts
          consumer: { max-attempts: 5 }
        place-out-0:
          destination: orders
          producer: { partition-key-expression: payload.id }
        bill-in-0:
          destination: orders,refunds
          group: billing
`);
    const client = 'spring-cloud-stream-kafka';
    assert.deepEqual(r.lines, [
      'broker k1.example:9092 kafka k1.example:9092,k2.example:9093 tls',
      'service shop client=spring-kafka',
      `shop <- carts group=shop autoCommit=false offsetReset=earliest onFailure={…} ${client}`,
      'dead-letter carts -> orders.dlq by binding place-in-0',
      `shop -> orders acks=1 key=payload.id ${client}`,
      `shop <- orders maxPollRecords=10 group=billing autoCommit=false commit=after-processing offsetReset=latest onFailure={…} ${client}`,
      'dead-letter orders -> error.orders.billing by binding bill-in-0',
      `shop <- refunds maxPollRecords=10 group=billing autoCommit=false commit=after-processing offsetReset=latest onFailure={…} ${client}`,
      'dead-letter refunds -> error.refunds.billing by binding bill-in-0',
    ]);
    const carts = fact(r, 'consume', (f) => f.channel?.name.value === 'carts');
    assert.deepEqual([carts.settings.onFailure?.retries?.value, carts.settings.onFailure?.deadLetter?.value], [4, 'orders.dlq']);
    const names = r.facts.flatMap((f) => (f.kind === 'consume' ? [r.textAt(f.channel?.name.at)] : []));
    assert.deepEqual(names, ['carts', 'orders', 'refunds']);
    assert.equal(r.textAt(carts.settings.offsetReset?.at), 'place-in-0');
  });

  it('takes the name of a binding without destination, and says that a group is missing', () => {
    const r = read(`spring.cloud.stream.bindings.orders-in-0.content-type=application/json
spring.cloud.stream.kafka.binder.brokers=k:9092
spring.kafka.consumer.group-id=others
`, 'shop/application.properties');
    const consume = fact(r, 'consume', (f) => f.channel !== undefined);
    assert.equal(r.caret(consume.channel?.name.at), [
      '1 | spring.cloud.stream.bindings.orders-in-0.content-type=application/json',
      '  |                              ^^^^^^^^^^^',
    ].join('\n'));
    assert.match(consume.inferred ?? '', /names no destination/);
    assert.match(consume.note ?? '', /no group/);
    assert.deepEqual([consume.settings.group, consume.settings.offsetReset?.value], [undefined, 'latest']);
  });

  const directions: readonly [string, string, string][] = [
    ['foo-in-0', 'destination: t', 'consume'], ['foo-out-1', 'destination: t', 'publish'],
    ['input', 'destination: t', 'consume'], ['output', 'destination: t', 'publish'],
    ['ordersIn', 'destination: t', 'consume'], ['orders-output', 'destination: t', 'publish'],
    ['orders', '{ destination: t, group: g }', 'consume'], ['orders', '{ destination: t, producer.partition-count: 2 }', 'publish'],
    ['orders', 'destination: t', 'channel'], ['[my.orders-in-0]', 'destination: t', 'consume'],
  ];
  for (const [name, body, kind] of directions) {
    it(`takes ${name} with ${body} for a ${kind}`, () => {
      const inner = body.startsWith('{') ? ` ${body}` : `\n          ${body}`;
      const r = read(`spring:\n  cloud:\n    stream:\n      kafka.binder.brokers: k\n      bindings:\n        "${name}":${inner}\n`);
      const found = r.facts.filter((f) => (f.kind === 'channel' ? f.address.value === 't'
        : (f.kind === 'publish' || f.kind === 'consume') && f.channel?.name.value === 't'));
      assert.deepEqual(found.map((f) => f.kind), [kind]);
    });
  }

  it('follows the other name of a function\'s binding', () => {
    const r = read(`spring.cloud.stream.function.bindings.bill-in-0=paid
spring.cloud.stream.bindings.paid.destination=payments
spring.cloud.stream.kafka.binder.brokers=k:9092
`, 'shop/application.properties');
    assert.equal(fact(r, 'consume').channel?.name.value, 'payments');
  });

  it('keeps clusters of several binders apart', () => {
    const r = read(`spring:
  cloud:
    stream:
      default-binder: east
      binders:
        east:
          type: kafka
          environment:
            spring.cloud.stream.kafka.binder.brokers: east.example:9092
        west:
          type: kafka
          environment:
            spring:
              kafka: { bootstrap-servers: "west.example:9092" }
        work:
          type: rabbit
          environment: { spring: { rabbitmq: { host: rabbit.example, password: s3cret, username: w } } }
        far: { type: pulsar }
      bindings:
        a-in-0: { destination: orders, group: g, binder: east }
        a-out-0: { destination: orders, binder: west }
        b-out-0: { destination: jobs, binder: work }
        c-out-0: { destination: clicks, binder: far }
`);
    assert.deepEqual(r.lines, [
      'broker east.example:9092 kafka east.example:9092', 'broker west.example:9092 kafka west.example:9092',
      'broker rabbit.example:5672 rabbitmq rabbit.example:5672',
      'service shop client=spring-kafka',
      'shop <- orders group=g autoCommit=false offsetReset=earliest spring-cloud-stream-kafka',
      'shop -> orders spring-cloud-stream-kafka',
      'channel exchange jobs at rabbit.example:5672 exchange=topic', 'shop -> jobs spring-amqp',
      'credential w spring.cloud.stream.binders.work.environment.spring.rabbitmq.password secret',
    ]);
    assert.equal(fact(r, 'credential').of, 'rabbit.example');
    assert.equal(fact(r, 'publish').channel?.broker, 'west.example:9092');
    assert.equal(fact(r, 'consume').channel?.broker, 'east.example:9092');
  });

  it('reads processors of Kafka Streams', () => {
    const r = read(`spring:
  application.name: totals
  cloud.stream:
    bindings:
      count-in-0: { destination: orders }
      count-out-0: { destination: totals }
    kafka.streams:
      binder:
        brokers: k:9092
        deserialization-exception-handler: sendToDlq
        functions.count.application-id: count-app
`);
    assert.deepEqual(r.lines.slice(1), [
      'service totals client=kafka-streams', 'totals <- orders group=count-app onFailure={…} kafka-streams',
      'dead-letter orders -> error.orders.count-app by binding count-in-0', 'totals -> totals kafka-streams',
    ]);
  });

  it('claims nothing of a binding that may be either binder\'s', () => {
    const r = read(`spring.cloud.stream:
  bindings:
    count-in-0.destination: words
    count-out-0.destination: counts
    show-in-0.destination: counts
    log-in-0.destination: logs
  kafka:
    binder.configuration.retries: 3
    streams.bindings.count-in-0.consumer.application-id: count
    bindings.log-in-0.consumer.start-offset: earliest
`);
    assert.deepEqual(r.lines, [
      'service shop client=spring-kafka', 'shop <- words group=count kafka-streams', 'shop -> counts kafka-streams',
      'shop <- counts',
      'shop <- logs autoCommit=false offsetReset=earliest open=group spring-cloud-stream-kafka',
    ]);
    assert.match(fact(r, 'consume', (f) => f.channel?.name.value === 'counts').note ?? '', /does not say which/);
  });

  it('keeps clusters apart whose addresses it does not know', () => {
    const binder = (n: number): string => `spring.cloud.stream.binders.k${n}.type=kafka
spring.cloud.stream.binders.k${n}.environment.spring.kafka.bootstrap-servers=\${K${n}}
`;
    const r = read(`${binder(1)}${binder(2)}spring.cloud.stream.bindings.a-in-0.destination=t
spring.cloud.stream.bindings.a-in-0.binder=k1
spring.cloud.stream.bindings.a-out-0.destination=t
spring.cloud.stream.bindings.a-out-0.binder=k2
`, 'shop/application.properties');
    assert.deepEqual([fact(r, 'consume').channel?.broker, fact(r, 'publish').channel?.broker], ['k1', 'k2']);
    assert.deepEqual(r.facts.flatMap((f) => (f.kind === 'broker' ? [r.textAt(f.name.at)] : [])), ['k1', 'k2']);
  });

  it('leaves other systems\' binders alone', () => {
    const r = read(`spring.cloud.stream.bindings.a-in-0.destination=t
spring.cloud.stream.kinesis.bindings.a-in-0.consumer.listener-mode=batch
`, 'shop/application.properties');
    assert.deepEqual(r.lines, []);
  });

  it('takes a destination that is a pattern for one', () => {
    const r = read(`spring.cloud.stream.bindings.all-in-0.destination=orders-.*
spring.cloud.stream.kafka.bindings.all-in-0.consumer.destination-is-pattern=true
`, 'shop/application.properties');
    assert.equal(fact(r, 'consume').channel?.match, 'regex');
  });
});

describe('spring: spring.cloud.stream on RabbitMQ', () => {
  const text = `spring:
  rabbitmq: { host: rabbit.example, publisher-confirm-type: correlated }
  cloud:
    stream:
      bindings:
        mail-in-0:
          destination: shop
          group: mail
          consumer: { max-attempts: 1 }
        mail-out-0:
          destination: sent
          producer: { required-groups: [audit] }
      rabbit:
        bindings:
          mail-in-0:
            consumer:
              auto-bind-dlq: true
              binding-routing-key: order.*
              acknowledge-mode: NONE
              quorum.enabled: true
              ttl: 60000
          mail-out-0:
            producer: { delivery-mode: NON_PERSISTENT }
`;

  it('reads exchanges, queues, bindings and dead letters as the binder declares them', () => {
    const r = read(text);
    assert.deepEqual(r.lines, [
      'broker rabbit.example:5672 rabbitmq rabbit.example:5672',
      'service shop client=spring-amqp',
      'shop -> * confirms=true',
      'channel exchange shop at rabbit.example:5672 exchange=topic',
      'channel queue shop.mail at rabbit.example:5672 queue=quorum ttl=60000',
      'binding shop -> shop.mail [order.*] by binding mail-in-0',
      'channel exchange DLX at rabbit.example:5672 exchange=direct',
      'channel queue shop.mail.dlq at rabbit.example:5672',
      'dead-letter shop.mail -> DLX [shop.mail] by binding mail-in-0',
      'binding DLX -> shop.mail.dlq [shop.mail] by binding mail-in-0',
      'shop <- shop.mail ack=auto prefetch=1 requeue=false onFailure={…} spring-amqp',
      'channel exchange sent at rabbit.example:5672 exchange=topic',
      'shop -> sent confirms=true persistent=false spring-amqp',
      'channel queue sent.audit at rabbit.example:5672',
      'binding sent -> sent.audit [#] by binding mail-out-0',
    ]);
    assert.match(fact(r, 'consume').note ?? '', /none is what AMQP calls automatic/);
    assert.equal(fact(r, 'consume').settings.onFailure?.deadLetter?.value, 'shop.mail.dlq');
  });

  it('follows dead letters that go back when their time is up', () => {
    const onward = (lines: string): string[] => read(`spring.cloud.stream.bindings.in-0.destination=shop
spring.cloud.stream.bindings.in-0.group=mail
spring.cloud.stream.rabbit.bindings.in-0.consumer.auto-bind-dlq=true
${lines.split(', ').map((line) => `spring.cloud.stream.rabbit.bindings.in-0.consumer.${line}\n`).join('')}`, 'shop/application.properties')
      .lines.filter((line) => /^(channel queue|dead-letter) shop\.mail\.dlq/.test(line));
    assert.deepEqual(onward('dlq-ttl=5000, dlq-dead-letter-exchange='), [
      'channel queue shop.mail.dlq ttl=5000', 'dead-letter shop.mail.dlq -> shop.mail [shop.mail] by binding in-0',
    ]);
    assert.deepEqual(onward('dlqTtl=5000, dlqDeadLetterExchange=again, dlqDeadLetterRoutingKey=x, dlqMaxLength=9'), [
      'channel queue shop.mail.dlq ttl=5000 maxLength=9', 'dead-letter shop.mail.dlq -> again [x] by binding in-0',
    ]);
    assert.deepEqual(onward('dlq-dead-letter-exchange=${DLX}'), ['channel queue shop.mail.dlq']);
  });

  it('names no queue for a binding without group', () => {
    const r = read(`spring.cloud.stream.bindings.x-in-0.destination=shop
spring.cloud.stream.rabbit.default.consumer.prefix=dev-
`, 'shop/application.properties');
    assert.deepEqual(r.lines.slice(1), [
      'channel exchange dev-shop exchange=topic',
      'channel queue dev-shop.anonymous.shop exclusive=true autoDelete=true',
      'binding dev-shop -> dev-shop.anonymous.shop [#] by binding x-in-0',
      'shop <- dev-shop.anonymous.shop prefetch=1 requeue=false spring-amqp',
    ]);
    assert.match(fact(r, 'consume').note ?? '', /no group/);
    const open = read(`spring.cloud.stream.bindings.x-in-0.destination=shop
spring.cloud.stream.bindings.x-in-0.group=\${GROUP}
spring.cloud.stream.rabbit.default.consumer.prefetch=5
`, 'shop/application.properties');
    assert.equal(open.lines.at(-1), 'shop <- shop prefetch=5 requeue=false spring-amqp');
    assert.equal(fact(open, 'consume').channel?.space, 'exchange');
  });
});

describe('spring: virtual hosts of one RabbitMQ', () => {
  it('are brokers of their own', () => {
    const r = read(`spring.rabbitmq.host=r.example
spring.cloud.stream.binders.a.type=rabbit
spring.cloud.stream.binders.a.environment.spring.rabbitmq.host=r.example
spring.cloud.stream.binders.a.environment.spring.rabbitmq.virtual-host=shop
spring.cloud.stream.bindings.x-out-0.destination=orders
`, 'shop/application.properties');
    assert.deepEqual(r.lines.slice(0, 2), [
      'broker r.example:5672 rabbitmq r.example:5672', 'broker r.example:5672/shop rabbitmq r.example:5672 vhost=shop',
    ]);
    assert.equal(fact(r, 'publish').channel?.broker, 'r.example:5672/shop');
  });
});
