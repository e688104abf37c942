import assert from 'node:assert/strict';
import { text } from '../../src/lint/example';
import { point } from './support';

const contracts = '=== v1.avsc\n{ "type": "record", "name": "Order", "namespace": "shop.v1", "fields": [] }\n';

/** One flow over Kafka; the parts that a test is about are filled in. */
function kafka(parts: { channel?: string; publish?: string; consume?: string; schemas?: string; service?: string; broker?: string } = {}): string {
  return [
    '=== test.flow.yaml', 'flow: 1',
    `brokers: { events: { protocol: kafka${parts.broker ?? ''} } }`,
    ...(parts.schemas === undefined ? [] : [`schemas: { ${parts.schemas} }`]),
    'channels:',
    `  orders: { broker: events${parts.channel ?? ''} }`,
    'services:',
    `  checkout: { ${parts.service ?? ''} publishes: { orders: { ${parts.publish ?? ''} } } }`,
    `  billing: { ${parts.service ?? ''} consumes: { orders: { ${parts.consume ?? ''} } } }`,
    contracts,
  ].join('\n');
}

describe('the point of schema and versioning', () => {
  const schemas = 'Order: { format: avro, versions: { 1: v1.avsc } }';

  it('is met by a version that is there', () => {
    assert.equal(point(kafka({ channel: ', schema: Order@1', schemas }), 'schema'),
      'met | topic orders carries Order, version 1 (avro). | Order@1 :5 | ');
  });

  it('is not met where a version is missing, or nobody says which it is', () => {
    assert.match(point(kafka({ channel: ', schema: Order@2', schemas }), 'schema'), /^not-met \| topic orders carries Order@2, and the schema Order has no version 2/);
    const two = 'Order: { format: avro, versions: { 1: v1.avsc, 2: v1.avsc } }';
    assert.match(point(kafka({ channel: ', schema: Order', schemas: two }), 'schema'), /^not-met \| topic orders carries Order, of which there are versions 1 and 2/);
    assert.match(point(kafka({ channel: ', schema: Order', schemas: 'Order: { format: avro, source: v2.avsc }' }), 'schema'), /^not-met \| .* has no version/);
  });

  it('tells a channel that is declared without one from a channel that files only mention', () => {
    assert.match(point(kafka(), 'schema'), /^not-met \| topic orders is declared without a schema/);
    assert.match(point(text`
      === test.flow.yaml
      flow: 1
      services:
        checkout: { client: kafka-java@3.9, publishes: { orders: } }
        billing: { client: kafka-java@3.9, consumes: { orders: } }
    `, 'schema'), /^unknown \| No file that was read names a schema for/);
  });
});

describe('the point of guarantees', () => {
  it('is met where the settings give what is declared, or more', () => {
    assert.equal(point(kafka({ consume: 'guarantee: at-least-once' }), 'guarantee'),
      'met | billing declares at-least-once, and the settings give it. | at-least-once :7 | ');
    assert.match(point(kafka({ consume: 'guarantee: at-least-once' }), 'guarantee', { derived: 'exactly-once' }), /^met \| .*the settings give exactly-once/);
  });

  it('is unknown where nobody declares one', () => {
    assert.match(point(kafka(), 'guarantee'), /^unknown \| Nobody declares what billing needs\. The settings give at-least-once/);
  });

  it('is not met where the settings give less, and unknown where only an assumption makes them', () => {
    const weak = { derived: 'best-effort', faults: { loss: 1, duplication: 1 } } as const;
    const files = kafka({ publish: 'acks: 1', consume: 'guarantee: at-least-once' });
    assert.match(point(files, 'guarantee', { ...weak, change: (g) => ({ ...g, decidedBy: 'loss' }) }),
      /^not-met \| billing declares at-least-once\. The settings give best-effort: a message is lost by one fault\./);
    assert.match(point(files, 'guarantee', { ...weak, change: (g) => ({
      ...g,
      hazards: { ...g.hazards, loss: { ...g.hazards.loss, deciding: [
        { key: 'acks', owner: 'publish', subject: 'checkout', station: 0, setting: { from: 'unknown' }, taken: '1' },
      ] } },
    }) }), /^unknown \| billing declares at-least-once\. With the weakest value of acks of checkout/);
  });

  it('is unknown where the search gave up', () => {
    assert.match(point(kafka({ consume: 'guarantee: at-least-once' }), 'guarantee', { change: (g) => ({ ...g, isBounded: true }) }),
      /^unknown \| .* not all ways were looked at/);
  });
});

describe('the point of producers that wait', () => {
  it('goes by acks, with where the value comes from', () => {
    assert.equal(point(kafka({ publish: 'acks: all' }), 'producer-waits'),
      'met | checkout publishes to topic orders with acks=all: the leader waits for all replicas that are in sync. | all :6 | ');
    assert.match(point(kafka({ publish: 'acks: 1' }), 'producer-waits'), /^not-met \| checkout publishes to topic orders with acks=1\. \| 1 :6 \| Set acks=all/);
    assert.match(point(kafka({ service: 'client: kafka-java@3.9,' }), 'producer-waits'), /^met \| .* acks is not set, and the default of Java client >= 3\.0 is all/);
  });

  it('is sure of a weak default only where somebody asks for no loss', () => {
    const service = 'client: kafka-java@2.8,';
    assert.match(point(kafka({ service }), 'producer-waits'), /^unknown \|/);
    assert.match(point(kafka({ service, publish: 'guarantee: at-least-once' }), 'producer-waits'), /^not-met \|/);
  });

  it('accuses no client that nobody knows', () => {
    assert.match(point(kafka({ publish: 'guarantee: at-least-once' }), 'producer-waits'), /^unknown \| .* the weakest default .* is assumed/);
  });

  it('believes a producer that ignores results', () => {
    assert.match(point(kafka({ publish: 'acks: all, awaitResult: false' }), 'producer-waits'), /^not-met \|/);
  });

  it('asks nothing of a flow that may lose messages', () => {
    assert.equal(point(kafka({ publish: 'acks: 0', consume: 'guarantee: best-effort' }), 'producer-waits'),
      'met | billing declares best-effort, which asks for no acknowledgement. | best-effort :7 | ');
  });

  it('knows confirms, QoS and JetStream', () => {
    const over = (protocol: string, channel: string, publish: string): string => point([
      'flow: 1', `brokers: { b: { protocol: ${protocol} } }`, `channels: { c: { broker: b${channel} } }`,
      `services: { a: { publishes: { c: { ${publish} } } }, z: { consumes: { c: } } }`,
    ].join('\n'), 'producer-waits');
    assert.match(over('rabbitmq', ', queue: quorum', 'confirms: true'), /^met \| .*the broker confirms each message/);
    assert.match(over('rabbitmq', ', queue: quorum', 'confirms: false'), /^not-met/);
    assert.match(over('rabbitmq', ', queue: quorum', ''), /^unknown/);
    assert.match(over('mqtt', '', 'qos: 1'), /^met/);
    assert.match(over('mqtt', '', 'qos: 0'), /^not-met/);
    assert.match(over('nats', ', stream: { storage: file }', 'waitForAck: true'), /^met/);
    assert.match(over('nats', ', stream: { storage: file }', ''), /^unknown \| .*said nowhere/);
    assert.match(over('nats', '', ''), /^unknown \| .*core NATS acknowledges nothing/);
  });
});

describe('the point of commits after processing', () => {
  const of = (consume: string, client = 'kafka-java@3.9'): string =>
    point(kafka({ consume, service: `client: ${client},` }), 'commit-after-processing');

  it('takes a consumer at its word', () => {
    assert.match(of('autoCommit: false, commit: after-processing'), /^met \| billing consumes topic orders and commits after the work\. \| after-processing :7/);
    assert.match(of('commit: before-processing'), /^not-met/);
    assert.match(of('autoCommit: false, commit: transaction'), /^met/);
  });

  it('does not know when a program commits that says nothing of it', () => {
    assert.match(of('autoCommit: false'), /^unknown \| .*when it commits is said nowhere/);
    assert.match(of('autoCommit: true'), /^unknown \| .*right as long as each batch is finished/);
    assert.match(of('autoCommit: true, processing: sync'), /^met/);
    assert.match(of('autoCommit: true, processing: async'), /^not-met/);
  });

  it('knows what frameworks and clients do', () => {
    assert.match(of('', 'spring-kafka@3.2'), /^met \| .*Spring Kafka commits what has been processed/);
    assert.match(of('guarantee: at-least-once', 'librdkafka@2.5'), /^not-met \| .*hands the record over/);
    assert.match(of('', 'librdkafka@2.5'), /^unknown/);
    assert.match(of('processing: sync', 'kafkajs@2.2'), /^met/);
  });

  it('knows that what a worker of Connect keeps for itself has no offsets', () => {
    assert.match(point([
      'flow: 1', 'brokers: { b: { protocol: kafka } }', 'channels: { connect-offsets: { broker: b } }',
      'services: { connect: { client: kafka-connect, publishes: [connect-offsets], consumes: [connect-offsets] } }',
    ].join('\n'), 'commit-after-processing'), /^met \| .*there is no offset to commit/);
  });

  it('knows acks of queues, QoS and JetStream', () => {
    const over = (protocol: string, channel: string, consume: string): string => point([
      'flow: 1', `brokers: { b: { protocol: ${protocol} } }`, `channels: { c: { broker: b${channel} } }`,
      `services: { a: { publishes: { c: } }, z: { consumes: { c: { ${consume} } } } }`,
    ].join('\n'), 'commit-after-processing');
    assert.match(over('rabbitmq', ', queue: quorum', 'ack: manual'), /^met/);
    assert.match(over('rabbitmq', ', queue: quorum', 'ack: auto'), /^not-met/);
    assert.match(over('rabbitmq', ', queue: quorum', ''), /^unknown/);
    assert.match(over('mqtt', '', 'qos: 1, ack: manual'), /^met/);
    assert.match(over('mqtt', '', 'qos: 1'), /^unknown/);
    assert.match(over('mqtt', '', 'qos: 1, processing: sync'), /^unknown/);
    assert.match(over('mqtt', '', 'client: paho-mqtt@2.1, qos: 1, processing: sync'), /^met/);
    assert.match(over('mqtt', '', 'qos: 0'), /^not-met/);
    assert.match(over('nats', ', stream: { storage: file }', 'ackPolicy: explicit'), /^met/);
    assert.match(over('nats', ', stream: { storage: file }', 'ackPolicy: none'), /^not-met/);
  });
});

describe('the point of idempotent consumers', () => {
  it('is met by a key, by a transaction, or where nothing comes twice', () => {
    const twice = { faults: { duplication: 1 } };
    assert.match(point(kafka({ consume: 'idempotentBy: order_id' }), 'idempotent-consumers', twice), /^met \| .*by order_id\. \| order_id :7/);
    assert.match(point(kafka({ consume: 'autoCommit: false, commit: transaction' }), 'idempotent-consumers'), /^met \| .*in a transaction.* \| transaction :7/);
    assert.match(point(kafka({ consume: 'autoCommit: false, commit: transaction' }), 'idempotent-consumers', twice), /^unknown \| .*A message is processed twice by one fault/);
    assert.match(point(kafka(), 'idempotent-consumers'), /^met \| .*nothing on the way/);
    assert.match(point(kafka(), 'idempotent-consumers', twice), /^unknown \| billing consumes topic orders\. A message is processed twice by one fault; whether that does harm is said nowhere/);
  });
});

describe('the point of dead letters', () => {
  it('is met by a route, and not met where a message is passed over', () => {
    const files = (consume: string): string => kafka({ consume }).replace('services:', '  orders.dead: { broker: events }\nservices:');
    assert.match(point(files('onFailure: { deadLetter: orders.dead }'), 'dead-letters'), /^met \| .*dead letters to topic orders\.dead; who reads them there is in no file/);
    assert.match(point(files('onFailure: { skip: true }'), 'dead-letters'), /^not-met/);
    assert.match(point(files('guarantee: at-least-once'), 'dead-letters'), /^not-met \| .*no file names a place/);
    assert.match(point(files(''), 'dead-letters'), /^unknown/);
  });
});

describe('the points that only people can settle', () => {
  it('reads alerts', () => {
    assert.match(point(kafka({ consume: 'alert: { lag: 1000, age: 5m }' }), 'monitoring'), /^met \| .*with an alert above lag 1000, age 5m/);
    assert.match(point(kafka({ channel: ', alert: { lag: 9 }' }), 'monitoring'), /^met \| topic orders has an alert above lag 9/);
    assert.match(point(kafka({ broker: ', monitoredBy: Burrow' }), 'monitoring'), /^met \| Burrow watches what waits for consumers on events; .*said nowhere\. \| Burrow :2/);
    assert.match(point(kafka(), 'monitoring'), /^unknown \| .*\| State the threshold/);
  });

  it('reads failure tests of each service, and looks whether a path is there', () => {
    assert.match(point(kafka({ service: 'failureTests: Game day each quarter.,' }), 'failure-tests'), /^met \| checkout names its failure tests: Game day each quarter\./);
    const path = kafka({ service: 'failureTests: tests/failures,' });
    assert.match(point(path, 'failure-tests', { exists: (p) => p === '/tests/failures' }), /^met/);
    assert.match(point(path, 'failure-tests', { exists: () => false }), /^not-met \| .*there is no such file or folder/);
    assert.match(point(kafka(), 'failure-tests'), /^unknown \| How checkout and billing are tested against failures is said nowhere/);
  });

  it('reads what a flow needs', () => {
    assert.match(point(kafka({ consume: 'needs: { throughput: 200, replay: 7d }' }), 'protocol-fit'), /^met \| It needs throughput 200 and replay 7d; .* of Kafka/);
    assert.match(point(kafka({ consume: 'needs: { replay: 7d }' }), 'protocol-fit', { isOff: (rule) => rule === 'fit/replay' }), /^unknown \| .* as the rule fit\/replay is off\. \| 7d :7 \| Switch fit\/replay on/);
    assert.match(point(kafka({ channel: ', cleanup: compact', consume: 'needs: { replay: 7d }' }), 'protocol-fit'), /^not-met \| .*compact.* \| 7d :7 \| The page of the rule fit\/replay/);
    assert.match(point(kafka(), 'protocol-fit'), /^unknown/);
  });

  it('reads the plan of a schema', () => {
    const of = (mode: string, broker = ''): string => point(kafka({
      channel: ', schema: Order@1', broker, schemas: `Order: { format: avro, ${mode} versions: { 1: v1.avsc } }`,
    }), 'evolution');
    assert.match(of('compatibility: backward-transitive,'), /^met \| Order is kept backward-transitive: consumers are upgraded first\. \| backward-transitive :3/);
    assert.match(of('compatibility: none,'), /^not-met/);
    assert.match(of(''), /^unknown \| Order states no compatibility mode\. \|/);
    assert.match(of('', ', registry: http://r:8081'), /^unknown \| .*The registry http:\/\/r:8081 has one for it/);
    assert.match(point(kafka(), 'evolution'), /^unknown \| Without a schema/);
  });

  it('counts a version that breaks those who use the one before', () => {
    const files = (use: string): string => `${kafka({
      channel: ', schema: Order@2', schemas: 'Order: { format: avro, compatibility: backward, versions: { 1: v1.avsc, 2: v2.avsc } }', consume: use,
    })}=== v2.avsc
{ "type": "record", "name": "Order", "namespace": "shop.v1", "fields": [{ "name": "id", "type": "string" }] }
`;
    assert.match(point(files(''), 'evolution'), /^not-met \| .*id.* \| The page of the rule schema\/incompatible says what to do/);
  });
});
