import assert from 'node:assert/strict';
import { benthos } from '../../../src/readers/benthos/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';

const read = (text: string, path = 'streams/enricher.yaml'): ReturnType<typeof reading> => reading(benthos, text, path);

const recognizes = (text: string): boolean => benthos.recognizes({ id: '/b.yaml' as never, path: '/b.yaml', text });

const franz = `input:
  label: orders_in
  kafka_franz:
    seed_brokers: [ "\${KAFKA:k1.example:9092}", k2.example:9092 ]
    topics: [ orders, "billing:0-3,refunds:1:20" ]
    consumer_group: enricher
    start_offset: latest
    auto_replay_nacks: false
    sasl:
      - mechanism: PLAIN
        username: bob
        password: hunter2
pipeline:
  processors:
    - mapping: root = this
output:
  redpanda:
    seed_brokers: [ "k1.example:9092", "k2.example:9092" ]
    topic: enriched
    key: \${! json("id") }
    acks: leader
    idempotent_write: false
    max_in_flight_requests: 4
`;

const rabbit = `input:
  amqp_0_9:
    urls: [ "amqp://guest:guest@rabbit:5672/shop" ]
    queue: work
    auto_ack: true
    nack_reject_patterns: [ "^bad" ]
    queue_declare:
      enabled: true
      durable: false
      arguments: { x-queue-type: quorum, x-dead-letter-exchange: dlx }
    bindings_declare:
      - exchange: events
        key: order.#
output:
  amqp_0_9:
    urls: [ amqp://app:\${PASSWORD}@rabbit:5672/shop ]
    exchange: results
    key: \${! json("kind") }
    persistent: true
    exchange_declare:
      enabled: true
      type: topic
`;

const light = `input:
  broker:
    inputs:
      - mqtt:
          urls: [ tcp://mosquitto:1883 ]
          topics: [ "sensors/#" ]
          client_id: enr
          qos: 2
          clean_session: false
      - read_until:
          input:
            nats:
              urls: [ nats://n:4222 ]
              subject: raw.>
              queue: workers
      - nats_jetstream:
          urls: [ nats://n:4222 ]
          stream: ORDERS
          subject: orders.*
          create_stream: true
          durable: enr
          ack_wait: 1m
output:
  switch:
    cases:
      - check: this.a
        output:
          fallback:
            - kafka:
                addresses: [ k:9092 ]
                topic: out
                ack_replicas: true
            - retry:
                output:
                  kafka:
                    addresses: [ k:9092 ]
                    topic: failed
      - output:
          resource: js
      - output:
          mqtt: { urls: [ tcp://mosquitto:1883 ], topic: "\${! meta("t") }" }
output_resources:
  - label: js
    nats_jetstream:
      urls: [ nats://n:4222 ]
      subject: done
  - label: others
    nats:
      urls: [ nats://n:4222 ]
      subject: seen
`;

describe('Redpanda Connect', () => {
  it('reads Kafka by franz-go', () => {
    const r = read(franz);
    assert.deepEqual(r.lines, [
      'service enricher',
      'broker k1.example:9092 kafka k1.example:9092,k2.example:9092',
      'credential bob sasl.password secret',
      ...['orders', 'billing', 'refunds'].map((topic) =>
        `enricher <- ${topic} group=enricher offsetReset=latest commit=after-processing onFailure={…} franz-go`),
      'enricher -> enriched acks=1 idempotence=false maxInFlight=4 key=${! json("id") } franz-go',
    ]);
    assert.equal(fact(r, 'consume').settings.onFailure?.retries?.value, 0);
    assert.equal(fact(r, 'consume').channel?.broker, 'k1.example:9092');
    assert.deepEqual(r.skipped, []);
    assert.ok(!JSON.stringify(r.facts).includes('hunter2'));
  });

  it('keeps places, also of parts of a list', () => {
    const r = read(franz);
    const consumes = r.facts.filter((f) => f.kind === 'consume');
    assert.deepEqual(consumes.map((f) => r.textAt(f.channel?.name.at)), ['orders', 'billing', 'refunds']);
    assert.equal(r.textAt(consumes[0]?.settings.offsetReset?.at), 'latest');
    assert.equal(r.textAt(consumes[0]?.settings.commit?.at), 'kafka_franz');
    assert.equal(r.textAt(fact(r, 'publish').settings.acks?.at), 'leader');
    assert.equal(r.textAt(fact(r, 'credential').secret), 'hunter2');
    assert.equal(r.textAt(fact(r, 'service').name.at), 'input');
    assert.match(fact(r, 'service').inferred ?? '', /named after the file/);
  });

  it('reads queues, exchanges and bindings, with a password that is left to the environment', () => {
    const r = read(rabbit);
    assert.equal(r.problems.filter((p) => p.severity === 'error').length, 0, r.report);
    assert.deepEqual(r.lines, [
      'service enricher',
      'broker rabbit:5672/shop rabbitmq amqp://rabbit:5672/shop',
      'credential guest user info of url secret default',
      'enricher <- work ack=auto prefetch=10 amqp091-go',
      'channel queue work at rabbit:5672/shop durable=false queue=quorum',
      'dead-letter work -> dlx',
      'binding events -> work [order.#]',
      'enricher -> results confirms=true persistent=true open=routingKey amqp091-go',
      'channel exchange results at rabbit:5672/shop exchange=topic durable=true',
    ]);
    assert.match(fact(r, 'consume').note ?? '', /prefetch_count is not set; the default is 10/);
    assert.equal(r.textAt(fact(r, 'credential').secret), 'guest');
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['${! json("kind") }']);
  });

  it('reads ends inside of others, and resources by their labels', () => {
    const r = read(light);
    assert.deepEqual(r.lines, [
      'service enricher',
      'broker mosquitto:1883 mqtt tcp://mosquitto:1883',
      'enricher <- sensors/# clientId=enr qos=2 cleanStart=false',
      'broker n:4222 nats nats://n:4222',
      'enricher <- raw.> queueGroup=workers nats.go',
      'channel orders.* at n:4222 stream={…}',
      'enricher <- orders.* durable=enr ackWait=60000 nats.go',
      'broker k:9092 kafka k:9092',
      'enricher -> out acks=all retries=2147483647 partitioner=fnv1a_hash sarama',
      'enricher -> failed retries=2147483647 partitioner=fnv1a_hash sarama',
      'enricher -> done waitForAck=true nats.go',
      'service others',
      'others -> seen waitForAck=false nats.go',
    ]);
    assert.match(fact(r, 'publish', (f) => f.channel?.name.value === 'failed').note ?? '', /only when the outputs before it fail/);
    assert.match(fact(r, 'service', (f) => f.name.value === 'others').inferred ?? '', /pipelines in other files/);
  });

  it('takes a fallback for where dead letters go', () => {
    const r = read(`input:
  kafka_franz: { seed_brokers: [ k:9092 ], topics: [ a, b ], consumer_group: g }
output:
  fallback:
    - reject_errored:
        nats: { urls: [ nats://n:4222 ], subject: s }
    - kafka_franz: { seed_brokers: [ k:9092 ], topic: failed }
`);
    assert.deepEqual(r.lines.filter((line) => line.startsWith('dead-letter')),
      ['dead-letter a -> failed by pipeline enricher', 'dead-letter b -> failed by pipeline enricher']);
    const { deadLetter } = fact(r, 'consume').settings.onFailure ?? {};
    assert.equal(r.textAt(deadLetter?.at), 'failed');
    assert.equal(r.lines.filter((line) => line.startsWith('enricher ->')).length, 2);
  });

  it('tells brokers apart that are left to placeholders, and takes a single one for any', () => {
    const mirror = (from: string, to: string): string[] => read(`input:
  kafka: { addresses: [ "${from}" ], topics: [ a ], consumer_group: m }
output:
  kafka: { addresses: [ "${to}" ], topic: a }
`).facts.flatMap((f) => (f.kind === 'publish' || f.kind === 'consume' ? [String(f.channel?.broker)] : []));
    assert.deepEqual(mirror('${SOURCE}', '${TARGET}'), ['${SOURCE}', '${TARGET}']);
    assert.deepEqual(mirror('${SOURCE}', 'k:9092'), ['${SOURCE}', 'k:9092']);
    assert.deepEqual(mirror('${ONE}', '${ONE}'), ['undefined', 'undefined']);
  });

  it('reads what Redpanda Connect shares and says of itself', () => {
    const r = read(`redpanda:
  seed_brokers: [ rp:9092 ]
  tls: { enabled: true }
  logs_topic: logs
input:
  redpanda_common: { regexp_topics: true, topics: [ "ev_.*" ], consumer_group: c }
output:
  drop: {}
`, 'streams/config.yaml');
    assert.deepEqual(r.lines, [
      'broker rp:9092 kafka rp:9092 tls', 'streams -> logs franz-go', 'service streams',
      'streams <- ev_.* group=c commit=after-processing franz-go',
    ].sort((a, b) => r.lines.indexOf(a) - r.lines.indexOf(b)));
    assert.equal(fact(r, 'consume').channel?.match, 'regex');
    assert.equal(fact(r, 'consume').channel?.broker, 'rp:9092');
  });

  it('is known by its keys', () => {
    for (const text of [franz, rabbit, light]) assert.ok(recognizes(text));
    assert.ok(recognizes('input:\n  generate: { mapping: root = {} }\noutput:\n  drop: {}\n'));
    assert.deepEqual(read('input:\n  generate: { mapping: root = 1 }\noutput:\n  drop: {}\n').lines, []);
    assert.ok(!recognizes('input:\n  path: src\noutput:\n  path: dist\n'));
    assert.ok(!recognizes('version: 2\ninput:\n  kafka: {}\noutput:\n  kafka: {}\n'));
    assert.ok(!recognizes('filebeat.inputs: []\noutput.kafka:\n  topic: a\n'));
  });

  it('survives any text', () => {
    fuzzReader(benthos, [franz, rabbit, light], '/streams/enricher.yaml');
  }).timeout(60_000);
});
