import assert from 'node:assert/strict';
import { microProfile } from '../../../src/readers/microprofile/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';

const path = '/shop/mailer/src/main/resources/application.properties';
const read = (text: string, at = path): ReturnType<typeof reading> => reading(microProfile, text, at);

const rabbit = `rabbitmq-host=rabbit.example
rabbitmq-port=5671
rabbitmq-ssl=true
rabbitmq-username=mailer
rabbitmq-password=s3cret
rabbitmq-virtual-host=shop
mp.messaging.incoming.mails.connector=smallrye-rabbitmq
mp.messaging.incoming.mails.queue.name=mails.out
mp.messaging.incoming.mails.queue.x-queue-type=quorum
mp.messaging.incoming.mails.exchange.name=shop
mp.messaging.incoming.mails.exchange.type=direct
mp.messaging.incoming.mails.routing-keys=mail, letter
mp.messaging.incoming.mails.auto-bind-dlq=true
mp.messaging.incoming.mails.auto-acknowledgement=true
mp.messaging.incoming.mails.max-outstanding-messages=20
mp.messaging.incoming.mails.failure-strategy=requeue
mp.messaging.outgoing.sent.connector=smallrye-rabbitmq
mp.messaging.outgoing.sent.publish-confirms=true
mp.messaging.outgoing.sent.default-routing-key=done
`;

describe('microprofile: RabbitMQ', () => {
  it('reads copies of a channel, and strategies that pass over what fails', () => {
    const consume = (connector: string, lines: string): string => {
      const r = read(`mp.messaging.incoming.in.connector=smallrye-${connector}\nmp.messaging.incoming.in.topic=t\n`
        + `mp.messaging.incoming.in.queue.name=t\n${lines.split(', ').map((line) => `mp.messaging.incoming.in.${line}\n`).join('')}`);
      const { concurrency, onFailure } = fact(r, 'consume').settings;
      return `${concurrency?.value} ${r.textAt(concurrency?.at)}, ${onFailure?.skip?.value}`;
    };
    assert.equal(consume('rabbitmq', 'concurrency=4, failure-strategy=accept'), '4 4, true');
    assert.equal(consume('rabbitmq', 'failure-strategy=reject'), 'undefined (nowhere), undefined');
    assert.equal(consume('mqtt', 'failure-strategy=ignore'), 'undefined (nowhere), true');
    assert.equal(consume('mqtt', 'failure-strategy=fail, concurrency=2'), '2 2, undefined');
    assert.equal(consume('kafka', 'partitions=3'), '3 3, undefined');
  });

  it('reads whether a channel waits for its writes', () => {
    const awaits = (line: string): unknown => fact(read(
      `mp.messaging.outgoing.out.connector=smallrye-kafka\nmp.messaging.outgoing.out.topic=t\n${line}`), 'publish').settings.awaitResult?.value;
    assert.equal(awaits('mp.messaging.outgoing.out.waitForWriteCompletion=false\n'), false);
    assert.equal(awaits(''), undefined);
  });

  it('reads queue, exchange, bindings and dead letters that the connector declares', () => {
    const r = read(rabbit);
    assert.deepEqual(r.lines, [
      'broker rabbit.example:5671/shop rabbitmq amqps://rabbit.example:5671 tls vhost=shop',
      'service mailer client=smallrye-rabbitmq',
      'mailer <- mails.out ack=auto prefetch=20 requeue=true smallrye-rabbitmq',
      'channel exchange shop at rabbit.example:5671/shop exchange=direct',
      'channel queue mails.out at rabbit.example:5671/shop queue=quorum',
      'binding shop -> mails.out [mail] by channel mails', 'binding shop -> mails.out [letter] by channel mails',
      'channel queue mails.out.dlq at rabbit.example:5671/shop',
      'dead-letter mails.out -> DLX [mails.out] by channel mails', 'binding DLX -> mails.out.dlq [mails.out] by channel mails',
      'mailer -> sent confirms=true routingKey=done smallrye-rabbitmq',
      'channel exchange sent at rabbit.example:5671/shop exchange=topic',
      'credential mailer rabbitmq-password secret',
    ]);
    assert.equal(r.textAt(fact(r, 'credential').secret), 's3cret');
    assert.equal(r.textAt(fact(r, 'route', (f) => f.key?.value === 'letter').key?.at), 'letter');
    assert.equal(r.textAt(fact(r, 'broker').name.at), 'rabbit.example');
    assert.match(fact(r, 'channel', (f) => f.address.value === 'sent').note ?? '', /declares a topic exchange/);
    assert.ok(!JSON.stringify(r.facts).includes('s3cret'));
  });

  it('publishes to a queue by the default exchange, and declares nothing where it is told not to', () => {
    const r = read(`mp.messaging.outgoing.a.connector=smallrye-rabbitmq
mp.messaging.outgoing.a.exchange.name=""
mp.messaging.outgoing.a.default-routing-key=jobs
mp.messaging.incoming.b.connector=smallrye-rabbitmq
mp.messaging.incoming.b.queue.declare=false
mp.messaging.incoming.b.exchange.declare=false
`);
    assert.deepEqual(r.lines.slice(1), ['mailer -> jobs routingKey=jobs smallrye-rabbitmq', 'mailer <- b smallrye-rabbitmq']);
    assert.equal(fact(r, 'publish').channel?.space, 'queue');
  });

  it('shows a program whose channels are known to its code alone', () => {
    assert.deepEqual(read('rabbitmq-host=rabbit\nkafka.bootstrap.servers=k:9092\nquarkus.application.name=mailer\n').lines, [
      'broker k:9092 kafka k:9092', 'broker rabbit:5672 rabbitmq amqp://rabbit:5672', 'service mailer',
    ]);
  });

  it('knows the broker\'s own login', () => {
    const r = read('rabbitmq-username=guest\nrabbitmq-password=guest\nquarkus.a=1\n');
    assert.deepEqual(r.lines, ['credential guest rabbitmq-password secret default']);
    assert.deepEqual(read('quarkus.a=1\nrabbitmq-password=${RABBIT_PASSWORD}\n').lines, []);
  });

  it('takes AMQP 1.0 for RabbitMQ only where the address is RabbitMQ\'s', () => {
    const r = read(`amqp-host=rabbit
mp.messaging.incoming.a.connector=smallrye-amqp
mp.messaging.incoming.a.address=/queues/jobs
mp.messaging.outgoing.b.connector=smallrye-amqp
mp.messaging.outgoing.b.address=/exchanges/shop/sold
mp.messaging.outgoing.c.connector=smallrye-amqp
mp.messaging.outgoing.c.address=anything
`);
    assert.deepEqual(r.lines.slice(2), ['mailer <- jobs', 'mailer -> shop routingKey=sold']);
    assert.equal(r.textAt(fact(r, 'publish').settings.routingKey?.at), 'sold');
    assert.equal(r.textAt(fact(r, 'consume').channel?.name.at), 'jobs');
  });
});

describe('microprofile: MQTT and NATS', () => {
  it('reads topics, QoS and sessions', () => {
    const r = read(`mp.messaging.incoming.heat.connector=smallrye-mqtt
mp.messaging.incoming.heat.host=mqtt.example
mp.messaging.incoming.heat.ssl=true
mp.messaging.incoming.heat.topic=house/+/heat
mp.messaging.incoming.heat.qos=1
mp.messaging.incoming.heat.client-id=boiler
mp.messaging.incoming.heat.auto-clean-session=false
mp.messaging.outgoing.valve.connector=smallrye-mqtt
mp.messaging.outgoing.valve.retain=true
`);
    assert.deepEqual(r.lines, [
      'broker mqtt.example:8883 mqtt mqtts://mqtt.example:8883 tls', 'service mailer client=smallrye-mqtt',
      'mailer <- house/+/heat clientId=boiler qos=1 cleanStart=false smallrye-mqtt', 'mailer -> valve retain=true smallrye-mqtt',
    ]);
  });

  it('reads subjects of JetStream', () => {
    const r = read(`quarkus.messaging.nats.connection.servers=nats://nats.example:4222
quarkus.messaging.nats.connection.username=app
quarkus.messaging.nats.connection.password=s3cret
mp.messaging.incoming.orders.connector=quarkus-jetstream
mp.messaging.incoming.orders.stream=shop
mp.messaging.incoming.orders.subject=orders.*
mp.messaging.incoming.orders.durable=billing
mp.messaging.outgoing.paid.connector=quarkus-jetstream
`);
    assert.deepEqual(r.lines, [
      'broker nats.example:4222 nats nats://nats.example:4222', 'service mailer', 'mailer <- orders.* durable=billing', 'mailer -> paid',
      'credential app quarkus.messaging.nats.connection.password secret',
    ]);
  });

  it('names no client for a service of two protocols; each edge says its own', () => {
    const r = read('mp.messaging.incoming.a.connector=smallrye-kafka\nmp.messaging.outgoing.b.connector=smallrye-mqtt\n');
    assert.deepEqual(r.lines, ['service mailer', 'mailer <- a smallrye-kafka', 'mailer -> b smallrye-mqtt']);
  });
});

describe('microprofile, broken YAML and brokers', () => {
  it('survives 1,000 mutations', () => {
    fuzzReader(microProfile, [rabbit], path, 500);
    fuzzReader(microProfile, [`quarkus:
  kafka-streams: { topics: "\${a},b", application-id: x }
mp:
  messaging:
    incoming: { "a.b": { connector: smallrye-mqtt, host: h, topic: t }, c: { connector: quarkus-jetstream } }
"%{dev,prod}": { a: orders, rabbitmq-password: guest }
`], '/x/application.yaml', 500);
  }).timeout(20_000);
});
