import assert from 'node:assert/strict';
import { defaultConfig, type LintConfig } from '../../src/lint/config';
import { lint } from '../../src/lint/run';
import { fixtureModel } from '../support/fixture';

/** What the rules of some names say of a fixture: `severity rule text-at-the-place`. */
function said(fixture: string, only: string, config: Partial<LintConfig> = {}): string[] {
  const { model, text } = fixtureModel(fixture);
  return lint(model, { ...defaultConfig, ...config }, { text }).filter((p) => p.code.startsWith(only))
    .map((p) => `${p.severity} ${p.code} ${text(p.at.file).slice(p.at.start, p.at.end)}`);
}

const kafka = (client: string, settings: string) => `
flow: 1
brokers: { e: { protocol: kafka } }
channels: { t: { broker: e } }
services: { s: { ${client}publishes: { t: { ${settings} } } } }
`;

describe('advice', () => {
  it('is in the words of the file', () => {
    const { model, text } = fixtureModel(`
=== fraud/src/main/resources/application.properties
quarkus.application.name=fraud
mp.messaging.incoming.jobs.connector=smallrye-rabbitmq
mp.messaging.incoming.jobs.queue.name=jobs
mp.messaging.incoming.jobs.auto-acknowledgement=true
mp.messaging.incoming.jobs.failure-strategy=accept
mp.messaging.incoming.heat.connector=smallrye-mqtt
mp.messaging.incoming.heat.topic=heat
mp.messaging.incoming.heat.failure-strategy=ignore
mp.messaging.incoming.heat.auto-clean-session=true
mp.messaging.incoming.paid.connector=smallrye-kafka
mp.messaging.incoming.paid.failure-strategy=ignore
mp.messaging.outgoing.alerts.connector=smallrye-kafka
mp.messaging.outgoing.alerts.waitForWriteCompletion=false
`);
    const of = (rule: string): string[] => lint(model, defaultConfig, { text }).filter((p) => p.code === rule)
      .map(({ message }) => message.replace(/^.*?(: messages that are delivered|such messages are gone|nobody looks at the result|is lost)/, '$1'));
    assert.deepEqual(of('consumer/auto-ack'), [': messages that are delivered but not yet processed are lost in a crash. '
      + 'Acknowledge by hand after processing (auto-acknowledgement=false).']);
    assert.deepEqual(of('dlq/tolerance-all'), [
      'such messages are gone. Let the queue set them aside (failure-strategy=reject, auto-bind-dlq=true), or let it stop.',
      'such messages are gone. Keep them yourself before the message counts as done, or let it stop.',
      'such messages are gone. Name one (failure-strategy=dead-letter-queue), or let it stop.',
    ]);
    assert.deepEqual(of('producer/result-ignored'), ['nobody looks at the result (waitForWriteCompletion=false): a send that fails for good goes '
      + 'unnoticed, and the message is lost. Await what send returns, or give it a callback that handles the error.']);
    assert.deepEqual(of('consumer/clean-session'), ['is lost. Connect with auto-clean-session=false and a fixed client-id.']);
  });
});

describe('severity', () => {
  const alo = 'guarantee: at-least-once';
  for (const [client, settings, expected] of [
    ['', `${alo}, acks: 1`, 'error producer/acks-not-all 1'],
    ['', 'acks: 1', 'warning producer/acks-not-all 1'],
    ['', 'guarantee: at-most-once, acks: 1', undefined],
    ['client: kafka-java@2.8, ', alo, 'error producer/missing-acks t'],
    ['client: kafka-java@2.8, ', '', 'info producer/missing-acks t'],
    ['client: kafka-java, ', alo, 'warning producer/missing-acks t'],
    ['', alo, 'warning producer/missing-acks t'],
    ['', '', 'info producer/missing-acks t'],
    ['', 'guarantee: best-effort', undefined],
    ['client: kafka-java@3.9, ', alo, undefined],
    ['client: kafkajs, ', alo, undefined],
    ['client: sarama, ', alo, 'error producer/missing-acks t'],
    ['', `${alo}, idempotence: true`, undefined],
  ] as const) {
    it(`of { ${settings} } with "${client}" is ${expected?.split(' ')[0] ?? 'nothing'}`, () => {
      assert.deepEqual(said(kafka(client, settings), 'producer/'), expected === undefined ? [] : [expected]);
    });
  }

  it('never reports acks that are written and acks that are missing at one publish', () => {
    assert.deepEqual(said(kafka('client: kafka-java@2.8, ', `${alo}, acks: 0`), 'producer/'), ['error producer/acks-not-all 0']);
  });

  it('judges written settings although no file tells the protocol', () => {
    assert.deepEqual(said('flow: 1\nchannels: { t: {} }\nservices: { s: { publishes: { t: { acks: 1 } } } }\n', 'producer/'), [
      'warning producer/acks-not-all 1',
    ]);
  });

  it('reports a setting once that a file states for many topics', () => {
    assert.deepEqual(said(`
=== shop/producer.properties
bootstrap.servers=localhost:9092
client.id=checkout
key.serializer=org.apache.kafka.common.serialization.StringSerializer
acks=1
=== shop/shop.flow.yaml
flow: 1
brokers: { e: { protocol: kafka } }
channels: { t: { broker: e }, u: { broker: e } }
services: { checkout: { publishes: { t: { guarantee: best-effort }, u: { guarantee: at-least-once } } } }
`, 'producer/'), ['error producer/acks-not-all 1']);
  });
});

describe('brokers to try things out with', () => {
  const durable = (broker: string) => `
flow: 1
brokers: { e: { protocol: rabbitmq, ${broker} } }
channels: { q: { broker: e, queue: classic, durable: false } }
`;
  const quiet = ['url: "amqp://localhost"', 'url: "amqp://127.0.0.1:5672"', 'url: "amqp://[::1]"', 'url: "amqp://rabbitmq:5672/"', 'environment: development', 'url: "amqp://rabbit.example.com", environment: test'];
  const loud = ['url: "amqp://rabbit.example.com"', 'url: "amqp://localhost", environment: production', 'environment: staging'];
  for (const broker of quiet) {
    it(`are left alone: ${broker}`, () => {
      assert.deepEqual([...said(durable(broker), 'durability/'), ...said(durable(broker), 'security/')], []);
    });
  }
  for (const broker of loud) {
    it(`are not these: ${broker}`, () => {
      assert.deepEqual(said(durable(broker), 'durability/'), ['warning durability/non-durable false']);
    });
  }

  it('may be told by the configuration', () => {
    const flow = durable('url: "amqp://rabbit.example.com"');
    assert.deepEqual(said(flow, 'security/', { environment: 'dev' }), []);
    assert.deepEqual(said(durable('url: "amqp://rabbitmq"'), 'security/', { environment: 'production' }), ['error security/plaintext amqp://rabbitmq']);
  });

  it('have less to fear from known and written passwords', () => {
    const at = (url: string) => said(`flow: 1\nbrokers: { e: { protocol: rabbitmq, url: "${url}" } }\n`, 'security/');
    assert.deepEqual(at('amqp://guest:guest@localhost'), ['info security/default-credentials guest']);
    assert.deepEqual(at('amqps://guest:guest@rabbit.example.com'), ['error security/default-credentials guest']);
    assert.deepEqual(at('amqp://me:s3cr3t@localhost'), ['warning security/secret-in-file s3cr3t']);
    assert.deepEqual(at('amqps://me:${env:PASSWORD}@rabbit.example.com'), []);
  });

  it('are those of compose files also where a program names none, and by any of their addresses', () => {
    const compose = (rest: string) => said(`
=== compose.yaml
services:
  kafka:
    image: apache/kafka:3.9.0
    environment: { KAFKA_ADVERTISED_LISTENERS: 'INTERNAL://kafka:9092,OUT://kafka.example.com:9094' }
  gateway:
    image: example/gateway
    environment: ${rest}
`, 'security/secret-in-file');
    assert.deepEqual(compose('{ GATEWAY_KAFKA_USERNAME: gateway, GATEWAY_KAFKA_PASSWORD: s3cr3t-9f2a }'),
      ['warning security/secret-in-file s3cr3t-9f2a']);
    assert.deepEqual(compose(`
      KAFKA_BOOTSTRAP_SERVERS: kafka:9092
      KAFKA_SASL_USERNAME: gateway
      KAFKA_SASL_PASSWORD: s3cr3t-9f2a`), ['warning security/secret-in-file s3cr3t-9f2a']);
    assert.deepEqual(compose(`
      KAFKA_BOOTSTRAP_SERVERS: broker.cloud.example.org:9092
      KAFKA_SASL_USERNAME: gateway
      KAFKA_SASL_PASSWORD: s3cr3t-9f2a`), ['error security/secret-in-file s3cr3t-9f2a']);
  });
});

describe('routing', () => {
  const rabbit = (channels: string, services = '{}') => `
flow: 1
brokers: { w: { protocol: rabbitmq, environment: development } }
channels:
${channels.split('\n').map((line) => `  ${line}`).join('\n')}
services: ${services}
`;

  it('finds a cycle only where the dead letter\'s key is taken', () => {
    const cycle = (key: string) => said(rabbit(`
x: { broker: w, exchange: direct }
q: { broker: w, queue: quorum, bindings: [{ exchange: x, routingKey: a }], deadLetter: x, deadLetterRoutingKey: ${key} }
d: { broker: w, queue: quorum, bindings: [{ exchange: x, routingKey: b }] }`), 'dlq/');
    assert.deepEqual(cycle('a'), ['error dlq/cycle x']);
    assert.deepEqual(cycle('b'), []);
    assert.deepEqual(cycle('c'), ['error dlq/target-missing c']);
  });

  it('tells a cycle of several queues once', () => {
    assert.equal(said(rabbit(`
x: { broker: w, exchange: fanout }
y: { broker: w, exchange: fanout }
q: { broker: w, queue: quorum, bindings: [{ exchange: x }], deadLetter: y }
r: { broker: w, queue: quorum, bindings: [{ exchange: y }], deadLetter: x }`), 'dlq/cycle').length, 1);
  });

  it('does not call a message unroutable of whose exchange a program makes the bindings', () => {
    assert.deepEqual(said(`
=== booking/src/main/resources/application.yml
spring.rabbitmq: { host: rabbit.example.com, template: { exchange: booking, routing-key: made } }
`, 'producer/unroutable'), []);
  });

  it('does not say that nothing is bound to an exchange whose bindings other files would tell', () => {
    assert.deepEqual(said(`
=== pricing/src/main/resources/application.yml
spring:
  rabbitmq: { host: rabbit.example.com }
  cloud.stream.bindings.price-out-0: { destination: prices }
`, 'producer/unroutable'), []);
    assert.deepEqual(said(`
=== asyncapi.yaml
asyncapi: 3.0.0
info: { title: shop, version: 1.0.0 }
servers: { work: { host: rabbit.example.com, protocol: amqps } }
channels:
  placed:
    address: order.placed
    bindings: { amqp: { is: routingKey, exchange: { name: orders, type: topic } } }
operations:
  place: { action: send, channel: { $ref: "#/channels/placed" }, bindings: { amqp: { mandatory: false } } }
`, 'producer/unroutable'), []);
  });

  it('tells one routing key that is wrong once, at the binding that is nearest', () => {
    const both = (services: string) => ['topology/filter-mismatch', 'producer/unroutable'].flatMap((rule) => said(rabbit(`
x: { broker: w, exchange: topic }
a: { broker: w, queue: quorum, bindings: [{ exchange: x, routingKey: order.placed }] }
b: { broker: w, queue: quorum, bindings: [{ exchange: x, routingKey: invoice.sent }] }`, services), rule));
    assert.deepEqual(both('{ s: { publishes: { x: { routingKey: order.plcaed } } }, t: { publishes: { x: { routingKey: invoice.sent } } } }'),
      ['error topology/filter-mismatch order.placed']);
    assert.deepEqual(both('{ s: { publishes: { x: { routingKey: order.plcaed } } } }'),
      ['error topology/filter-mismatch order.placed', 'error topology/filter-mismatch invoice.sent']);
    // Somebody publishes for each binding: only the publisher's own key can be wrong.
    assert.deepEqual(both('{ s: { publishes: { x: { routingKey: order.plcaed } } }, t: { publishes: { x: { routingKey: "#" } } } }'),
      ['warning producer/unroutable order.plcaed']);
  });

  it('does not call a message unroutable that every binding takes', () => {
    const publish = (exchange: string, binding: string) => said(rabbit(`
x: { broker: w, exchange: ${exchange} }
q: { broker: w, queue: quorum, bindings: [{ exchange: x${binding} }] }`,
    '{ s: { client: pika, publishes: { x: { guarantee: at-least-once, confirms: true } } } }'), 'producer/unroutable');
    assert.deepEqual(publish('fanout', ''), []);
    assert.deepEqual(publish('topic', ', routingKey: "#"'), []);
    assert.deepEqual(publish('topic', ', routingKey: "a.#"'), ['warning producer/unroutable x']);
  });

  it('tells two replicas that both must be in sync once, and never asks for fewer than two', () => {
    const of = (replicas: number, min: number) => said(`
flow: 1
brokers: { e: { protocol: kafka, environment: production } }
channels: { t: { broker: e, replicas: ${replicas}, minInsyncReplicas: ${min} } }
services: { s: { client: kafka-java@3.9, publishes: { t: { guarantee: at-least-once, key: id } } } }
`, 'durability/');
    assert.deepEqual(of(2, 2), ['warning durability/replication 2']);
    assert.deepEqual(of(3, 3), ['warning durability/min-isr-equals-rf 3']);
    assert.deepEqual(of(3, 2), []);
  });

  it('calls the stream of a consumer dangling only where a declared one must be meant', () => {
    const consumer = (stream: string) => said(`
=== s.yaml
apiVersion: jetstream.nats.io/v1beta2
kind: Stream
metadata: { name: audit }
spec: { name: AUDIT, subjects: [audit.>], storage: file, replicas: 3 }
=== c.yaml
apiVersion: jetstream.nats.io/v1beta2
kind: Consumer
metadata: { name: archive }
spec: { streamName: ${stream}, durableName: archive, ackPolicy: explicit }
`, 'topology/dangling-ref');
    assert.deepEqual(consumer('AUDTI'), ['warning topology/dangling-ref AUDTI']);
    assert.deepEqual(consumer('ORDERS'), []);
    assert.deepEqual(consumer('AUDIT'), []);
    assert.deepEqual(consumer('AUDIT, account: other'), []);
  });

  it('leaves filters alone where more may be published than is known', () => {
    const bindings = (services: string, more = '') => said(rabbit(`
x: { broker: w, exchange: topic }
q: { broker: w, queue: quorum, bindings: [{ exchange: x, routingKey: b }] }${more}`, services), 'topology/filter-mismatch');
    assert.deepEqual(bindings('{ s: { publishes: { x: { routingKey: a } } } }'), ['error topology/filter-mismatch b']);
    assert.deepEqual(bindings('{ s: { publishes: { x: { routingKey: a } } }, t: { publishes: { x: {} } } }'), []);
    assert.deepEqual(bindings('{}'), []);
    assert.deepEqual(bindings('{ s: { publishes: { x: { routingKey: a } } } }', '\nz: { broker: w, queue: quorum, deadLetter: x }'), []);
    assert.deepEqual(bindings('{ s: { publishes: { x: { routingKey: "{region}" } } } }'), []);
  });

  it('matches MQTT filters level by level, on their own broker', () => {
    const mqtt = (filter: string, broker = 'm') => said(`
flow: 1
brokers: { m: { protocol: mqtt }, n: { protocol: mqtt } }
channels: { "a/b/c": { broker: m }, "${filter}": { broker: ${broker} }, other: { broker: n } }
services: { s: { publishes: { a/b/c: { qos: 1 }, other: { qos: 1 } } }, t: { consumes: { "${filter}": { qos: 1 } } } }
`, 'topology/filter-mismatch');
    assert.deepEqual(mqtt('a/+/c'), []);
    assert.deepEqual(mqtt('a/#'), []);
    assert.deepEqual(mqtt('a/+'), ['error topology/filter-mismatch a/+']);
    assert.deepEqual(mqtt('a/#', 'n'), ['error topology/filter-mismatch a/#']);
  });
});

describe('dead letters and their readers', () => {
  it('asks nobody to read dead letters in a folder that names no consumers', () => {
    assert.deepEqual(said(`
=== definitions.json
{
  "rabbit_version": "4.1.0", "vhosts": [{ "name": "/" }], "bindings": [
    { "source": "d", "vhost": "/", "destination": "dq", "destination_type": "queue", "routing_key": "", "arguments": {} }],
  "exchanges": [{ "name": "d", "vhost": "/", "type": "fanout", "durable": true, "auto_delete": false, "arguments": {} }],
  "queues": [{ "name": "q", "vhost": "/", "durable": true, "auto_delete": false, "arguments": { "x-dead-letter-exchange": "d" } },
    { "name": "dq", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {} }]
}
`, ''), []);
  });

  it('takes `external: true` for a reader', () => {
    const dlq = (settings: string) => said(`
flow: 1
brokers: { e: { protocol: kafka } }
channels: { t: { broker: e, deadLetter: d }, d: { broker: e${settings} } }
services: { s: { consumes: { t: { group: g } } } }
`, 'dlq/');
    assert.deepEqual(dlq(''), ['warning dlq/no-consumer d']);
    assert.deepEqual(dlq(', external: true'), []);
  });
});

describe('a message in a file of parts', () => {
  it('is reported where the document uses it, since nobody opens the parts alone', () => {
    assert.deepEqual(said(`
=== asyncapi.yaml
asyncapi: 3.0.0
info: { title: billing, version: 1.0.0 }
channels:
  placed: { address: placed, messages: { Placed: { $ref: 'common.yaml#/Placed' } } }
operations: { on: { action: receive, channel: { $ref: '#/channels/placed' } } }
=== common.yaml
Placed: { name: Placed, payload: { type: object } }
`, 'schema/unversioned'), ['info schema/unversioned common.yaml#/Placed']);
  });
});
