import assert from 'node:assert/strict';
import { spring } from '../../../src/readers/spring/reader';
import { fact, reading } from '../../support/reading';

const read = (text: string, path = 'mail/src/main/resources/application.yml'): ReturnType<typeof reading> =>
  reading(spring, text, path);

const yaml = `spring:
  rabbitmq:
    host: rabbit.example
    port: 5671
    virtual-host: /shop
    username: mailer
    password: s3cret
    ssl:
      enabled: true
    publisher-confirm-type: correlated
    publisher-returns: true
    template:
      exchange: shop
      routing-key: mail.sent
      default-receive-queue: mail.todo
    listener:
      simple:
        acknowledge-mode: auto
        prefetch: 20
        default-requeue-rejected: false
        retry:
          enabled: true
          max-attempts: 5
          multiplier: 2
`;

describe('spring: spring.rabbitmq', () => {
  it('reads how many consumers a listener has, and when it tries again', () => {
    const listener = (lines: string, type = 'simple'): string => {
      const r = read(`spring.rabbitmq.host=r\nspring.rabbitmq.listener.type=${type}\n${lines.split(', ').map((line) =>
        `spring.rabbitmq.listener.${type}.${line}\n`).join('')}`, 'mail/src/main/resources/application.properties');
      const { concurrency, onFailure } = fact(r, 'consume').settings;
      return `${concurrency?.value} ${r.textAt(concurrency?.at)}, ${onFailure?.delay?.value} ${r.textAt(onFailure?.delay?.at)}`;
    };
    assert.equal(listener('concurrency=3'), '3 3, undefined (nowhere)');
    assert.equal(listener('concurrency=3, max-concurrency=10'), '10 10, undefined (nowhere)');
    assert.equal(listener('consumers-per-queue=4', 'direct'), '4 4, undefined (nowhere)');
    assert.equal(listener('retry.enabled=true, retry.initial-interval=2s'), 'undefined (nowhere), 2000 2s');
    assert.equal(listener('prefetch=1, concurrency=${N}'), 'undefined (nowhere), undefined (nowhere)');
  });

  it('reads broker, publisher, listener and login', () => {
    const r = read(yaml);
    assert.deepEqual(r.lines, [
      'broker rabbit.example:5671 rabbitmq amqps://rabbit.example:5671 tls vhost=/shop',
      'service mail client=spring-amqp',
      'mail -> * confirms=true mandatory=true',
      'mail -> shop routingKey=mail.sent',
      'mail <- * ack=manual prefetch=20 requeue=false onFailure={…}',
      'mail <- mail.todo open=ack,prefetch,requeue',
      'credential mailer spring.rabbitmq.password secret',
    ]);
    const { settings, note } = fact(r, 'consume');
    assert.deepEqual([settings.onFailure?.retries?.value, settings.onFailure?.backoff?.value], [4, 'exponential']);
    assert.deepEqual(
      [settings.ack, settings.prefetch, settings.onFailure?.retries, settings.onFailure?.backoff].map((s) => r.textAt(s?.at)),
      ['auto', '20', '5', '2']);
    assert.match(note ?? '', /the container acknowledges after the listener has returned/);
    assert.equal(r.textAt(fact(r, 'credential').secret), 's3cret');
    assert.equal(fact(r, 'publish', (f) => f.channel !== undefined).channel?.space, 'exchange');
  });

  const modes: readonly [string, string | undefined][] = [
    ['auto', 'manual'], ['manual', 'manual'], ['none', 'auto'], ['NONE', 'auto'], ['other', undefined],
  ];
  for (const [word, ack] of modes) {
    it(`takes acknowledge-mode ${word} for ${ack ?? 'what nobody knows'}`, () => {
      const r = read(`spring.rabbitmq.listener.type=direct\nspring.rabbitmq.listener.direct.acknowledge-mode=${word}\n`,
        'mail/application.properties');
      const { settings } = fact(r, 'consume');
      assert.deepEqual([settings.ack?.value, settings.open], [ack, ack === undefined ? ['ack'] : undefined]);
    });
  }

  const confirms: readonly [string, boolean | undefined][] = [
    ['publisher-confirm-type=correlated', true], ['publisher-confirm-type=SIMPLE', true],
    ['publisherConfirmType=none', false], ['publisher-confirms=true', true], ['publisher-confirms=false', false],
  ];
  for (const [line, value] of confirms) {
    it(`takes ${line}`, () => {
      const r = read(`spring.rabbitmq.${line}\n`, 'mail/application.properties');
      assert.equal(fact(r, 'publish').settings.confirms?.value, value);
    });
  }

  it('takes addresses before host and port, with their logins', () => {
    const r = read(`spring.rabbitmq.addresses=amqps://app:pw1@a.example:5671/orders,amqps://app:pw2@b.example:5671/orders
spring.rabbitmq.host=ignored
`, 'mail/application.properties');
    assert.deepEqual(r.lines.slice(0, 1), [
      'broker a.example:5671 rabbitmq amqps://a.example:5671,amqps://b.example:5671 tls vhost=orders',
    ]);
    const logins = r.facts.flatMap((f) => (f.kind === 'credential' ? [[f.user?.value, r.textAt(f.secret), f.of]] : []));
    assert.deepEqual(logins.map((l) => l.slice(0, 2)), [['app', 'pw1'], ['app', 'pw2']]);
    assert.ok(!/pw[12]/.test(JSON.stringify(r.facts)));
  });

  it('knows the default login, and no other for it', () => {
    const guest = read('spring:\n  rabbitmq: { host: r.example, username: guest, password: guest }\n');
    assert.equal(fact(guest, 'credential').isDefault, true);
    const open = read('spring:\n  rabbitmq: { host: r.example, username: "${U:guest}", password: "${P:guest}" }\n');
    assert.deepEqual(open.facts.filter((f) => f.kind === 'credential'), []);
  });

  it('takes an open host for no address', () => {
    const r = read('spring:\n  rabbitmq:\n    host: ${RABBIT}\n    virtual-host: a\n    listener.simple.prefetch: 5\n');
    assert.deepEqual(r.lines, ['service mail client=spring-amqp', 'mail <- * prefetch=5']);
    assert.deepEqual(r.skipped?.map(r.textAt), ['${RABBIT}']);
  });

  it('does not call logins that stand elsewhere unknown', () => {
    const r = read('spring:\n  rabbitmq: { host: r.example, username: "${U}", password: "${P}", ssl.key-store-password: "${K}" }\n'
      + '  kafka.properties.sasl.jaas.config: LoginModule required password="${P}";\n');
    assert.deepEqual(r.skipped, []);
  });

  it('publishes to a queue where only a routing key is said, and reads streams', () => {
    const r = read(`spring.rabbitmq.host=r.example
spring.rabbitmq.template.routing-key=jobs
spring.rabbitmq.listener.type=stream
spring.rabbitmq.stream.port=5552
`, 'mail/application.properties');
    assert.equal(fact(r, 'publish', (f) => f.channel !== undefined).channel?.space, 'queue');
    assert.match(fact(r, 'consume').note ?? '', /streams, where acknowledging removes nothing/);
    assert.equal(fact(r, 'broker').addresses?.[0]?.value, 'r.example:5552');
  });

  it('says of a program with two protocols which client each edge has', () => {
    const r = read(`spring:
  kafka: { producer: { acks: all } }
  rabbitmq: { publisher-confirm-type: none }
`);
    assert.deepEqual(r.lines, [
      'service mail client=spring-kafka', 'mail -> * acks=all spring-kafka', 'mail -> * confirms=false spring-amqp',
    ]);
  });
});
