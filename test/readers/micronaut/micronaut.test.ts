import assert from 'node:assert/strict';
import { micronaut } from '../../../src/readers/micronaut/reader';
import { fixture } from '../../support/fixture';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';

const read = (text: string, path = 'stock/src/main/resources/application.yml'): ReturnType<typeof reading> =>
  reading(micronaut, text, path);

const yaml = `micronaut:
  application:
    name: stock
kafka:
  bootstrap:
    servers: k1.example:9093,k2.example:9093
  security.protocol: SASL_SSL
  sasl.jaas.config: X required username="stock" password="s3cret";
  schema.registry.url: https://registry.example
  client.id: stock
  producers:
    default:
      acks: all
    orders:
      acks: 1
      enable.idempotence: false
  consumers:
    default:
      auto.offset.reset: earliest
    stock-keeper:
      enable.auto.commit: false
      max.poll.records: 10
app:
  consumer:
    topic: orders.placed
`;

describe('micronaut', () => {
  it('reads Kafka\'s producers and consumers, with what holds for all of them beneath', () => {
    const r = read(yaml);
    assert.deepEqual(r.lines, [
      'broker k1.example:9093 kafka k1.example:9093,k2.example:9093 tls',
      'service stock client=kafka-java',
      'stock -> * clientId=stock acks=all',
      'stock -> * clientId=stock acks=1 idempotence=false',
      'stock <- * clientId=stock offsetReset=earliest',
      'stock <- * clientId=stock autoCommit=false offsetReset=earliest maxPollRecords=10 group=stock-keeper',
      'stock <- orders.placed',
      'credential stock kafka.sasl.jaas.config secret',
    ]);
    assert.equal(r.report, '');
    const keeper = fact(r, 'consume', (f) => f.settings.group !== undefined);
    assert.match(keeper.inferred ?? '', /section's name is taken for the group/);
    assert.deepEqual(
      [keeper.settings.group, keeper.settings.maxPollRecords, keeper.settings.offsetReset, fact(r, 'service').name]
        .map((s) => r.textAt(s?.at)),
      ['stock-keeper', '10', 'earliest', 'stock']);
    assert.equal(r.textAt(fact(r, 'credential').secret), 's3cret');
    assert.ok(!JSON.stringify(r.facts).includes('s3cret'));
  });

  it('takes flat keys and properties for the same', () => {
    const r = read(`micronaut.application.name=stock
kafka.bootstrap.servers=\${KAFKA:k:9092}
kafka.consumers.stock-keeper.isolation.level=read_committed
kafka.producers.orders.retries=\${RETRIES}
`, 'stock/application.properties');
    assert.deepEqual(r.lines, [
      'broker k:9092 kafka k:9092', 'service stock client=kafka-java', 'stock -> * open=retries',
      'stock <- * isolation=read_committed group=stock-keeper',
    ]);
    assert.deepEqual(r.skipped?.map(r.textAt), ['${RETRIES}']);
  });

  it('reads Kafka Streams', () => {
    const r = read(`kafka:
  bootstrap.servers: k:9092
  streams:
    default:
      application.id: totals
      processing.guarantee: exactly_once_v2
`);
    assert.deepEqual(r.lines.slice(1), [
      'service stock client=kafka-streams',
      'stock -> * guarantee=exactly-once idempotence=true transactionalId=totals kafka-streams',
      'stock <- * guarantee=exactly-once commit=transaction isolation=read_committed group=totals kafka-streams',
    ]);
  });

  it('reads RabbitMQ, one broker or several', () => {
    const one = read('micronaut.application.name: m\nrabbitmq:\n  uri: amqp://u:p4ss@r.example:5672/shop\n  password: other\n');
    assert.deepEqual(one.lines, [
      'broker r.example:5672 rabbitmq amqp://r.example:5672/shop vhost=shop', 'service m client=rabbitmq-java',
      'credential u user info of rabbitmq.uri secret', 'credential - rabbitmq.password secret',
    ]);
    assert.ok(!JSON.stringify(one.facts).includes('p4ss'));
    const two = read(`rabbitmq:
  servers:
    a: { host: a.example, port: 5672, username: guest, password: guest }
    b: { host: b.example, virtual-host: v }
`);
    assert.deepEqual(two.lines, [
      'broker a.example:5672 rabbitmq a.example:5672', 'broker b.example:5672 rabbitmq b.example:5672 vhost=v',
      'service stock client=rabbitmq-java', 'credential guest rabbitmq.servers.a.password secret default',
    ]);
  });

  it('reads MQTT and NATS', () => {
    const mqtt = read(`mqtt:
  client:
    server-uri: tcp://m.example:1883
    client-id: stock-1
    clean-session: false
    session-expiry-interval: 60
    user-name: u
    password: s3cret
`);
    assert.deepEqual(mqtt.lines, [
      'broker m.example:1883 mqtt tcp://m.example:1883', 'service stock',
      'stock -> * clientId=stock-1 cleanStart=false sessionExpiry=60000',
      'stock <- * clientId=stock-1 cleanStart=false sessionExpiry=60000',
      'credential u mqtt.client.password secret',
    ]);
    const nats = read(`nats:
  addresses:
    - nats://n1.example:4222
    - nats://n2.example:4222
  tls: true
  token: t0ken
`);
    assert.deepEqual(nats.lines, [
      'broker n1.example:4222 nats nats://n1.example:4222,nats://n2.example:4222 tls', 'service stock',
      'credential - nats.token secret',
    ]);
  });

  it('leaves out what is switched off', () => {
    const r = read('micronaut.application.name: m\nkafka:\n  enabled: false\n  bootstrap.servers: k:9092\n');
    assert.deepEqual(r.lines.filter((l) => l.startsWith('broker')), []);
  });

  const environments: readonly [string, string | undefined, number][] = [
    ['a/application-prod.yml', undefined, 3], ['a/application-dev.yml', undefined, 0],
    ['a/application-dev.yml', 'dev', 3], ['a/src/test/resources/application.yml', undefined, 0],
  ];
  for (const [path, profile, facts] of environments) {
    it(`makes ${facts} facts of ${path} for ${profile ?? 'no choice'}`, () => {
      const file = fixture('kafka.bootstrap.servers: k:9092\nkafka.consumers.g.acks: 1\n', path).files[0]!;
      assert.equal(micronaut.read(file, new Map(), undefined, profile === undefined ? {} : { profile }).facts.length, facts);
    });
  }

  const known: readonly [string, string, boolean][] = [
    ['a/application.yml', 'micronaut:\n  a: b\n', true], ['a/application.yml', 'kafka:\n  bootstrap:\n    servers: k\n', true],
    ['a/application.properties', 'nats.addresses=nats://n\n', true], ['a/application.yml', 'spring:\n  a: b\nkafka:\n  bootstrap: x\n', false],
    ['a/application.yml', 'kafka:\n  topic: x\n', false], ['a/other.yml', 'micronaut:\n  a: b\n', false],
    ['a/application.properties', 'quarkus.a=b\nkafka.bootstrap.servers=k\n', false],
  ];
  for (const [path, text, expected] of known) {
    it(`${expected ? 'knows' : 'leaves alone'} ${path} with ${text.split('\n')[0]}`, () => {
      assert.equal(micronaut.recognizes(fixture(text, path).files[0]!), expected);
    });
  }

  it('never throws, and keeps all places inside the file', function () {
    this.timeout(60_000);
    const rest = 'rabbitmq: { servers: { a: { uri: "amqp://u:p@r/v" } } }\nmqtt.client: { server-uri: "tcp://m", client-id: c }\n'
      + 'nats: { addresses: ["nats://u:p@n:1", x], eu: { addresses: y } }\n';
    fuzzReader(micronaut, [yaml, rest], 'stock/application.yml', 800);
  });
});
