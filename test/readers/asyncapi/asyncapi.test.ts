import assert from 'node:assert/strict';
import { asyncApi } from '../../../src/readers/asyncapi/reader';
import { fact, reading } from '../../support/reading';

const read = (text: string): ReturnType<typeof reading> => reading(asyncApi, text, 'asyncapi.yaml');

export const v3 = `
asyncapi: 3.0.0
info:
  title: Checkout
  version: 1.0.0
  x-tailrace: { client: kafka-java@3.9, owner: team-shop }
servers:
  main:
    host: '{region}.kafka.example:{port}'
    protocol: kafka-secure
    variables:
      region: { enum: [west] }
      port: { default: '9093' }
    tags: [{ name: 'env:production' }]
    bindings: { kafka: { schemaRegistryUrl: 'https://registry.example' } }
channels:
  placed:
    address: orders.placed
    messages:
      OrderPlaced: { $ref: '#/components/messages/OrderPlaced' }
    bindings:
      kafka:
        partitions: 12
        replicas: 3
        topicConfiguration: { cleanup.policy: [delete], retention.ms: 604800000, min.insync.replicas: 2 }
    x-tailrace: { deadLetter: orders.dead, ordering: per-key }
  paid:
    address: null
operations:
  sendPlaced:
    action: send
    channel: { $ref: '#/channels/placed' }
    x-tailrace:
      acks: all
      idempotence: true
  onPaid:
    action: receive
    channel: { $ref: '#/channels/paid' }
    traits: [{ $ref: '#/components/operationTraits/group' }]
components:
  messages:
    OrderPlaced:
      payload: { $id: 'https://shop.example/order/v2/placed', type: object }
      bindings: { kafka: { key: { type: string, title: order id } } }
  operationTraits:
    group:
      bindings:
        kafka: { groupId: { type: string, enum: [billing] }, clientId: { type: string, enum: [a, b] } }
`;

export const v2 = `
asyncapi: '2.6.0'
info: { title: Truck, version: '1' }
servers:
  broker:
    url: mqtts://user:secret@mqtt.example:8883
    protocol: secure-mqtt
    bindings:
      mqtt: { clientId: truck-1, cleanSession: false, sessionExpiryInterval: 3600, lastWill: { topic: trucks/lost, qos: 1, retain: true, message: bye } }
channels:
  trucks/{id}/command:
    publish:
      operationId: onCommand
      bindings: { mqtt: { qos: 1 } }
      message: { name: Command, payload: { type: object } }
  trucks/{id}/position:
    subscribe:
      bindings: { mqtt: { qos: 0, retain: true } }
      message:
        oneOf:
          - $ref: '#/components/messages/Position'
          - name: PositionV3
components:
  messages:
    Position: { payload: { $ref: './schemas/v1/position.json' } }
`;

describe('asyncapi 3', () => {
  it('reads servers, channels, operations and messages', () => {
    const r = read(v3);
    assert.deepEqual(r.lines, [
      'broker main kafka west.kafka.example:9093 tls production',
      'dead-letter orders.placed -> orders.dead by channel "placed"',
      'schema OrderPlaced @2 inline',
      'channel orders.placed at main partitions=12 replicas=3 retention=604800000 minInsyncReplicas=2 cleanup=delete ordering=per-key '
        + 'schema=OrderPlaced',
      'channel paid at main',
      'Checkout -> orders.placed key=order id acks=all idempotence=true',
      'Checkout <- paid group=billing',
      'service Checkout client=kafka-java@3.9 owner=team-shop',
    ]);
    assert.equal(r.report, '');
  });

  it('keeps places: address, settings, the version in an $id, the operation and its reference', () => {
    const r = read(v3);
    assert.equal(r.textAt(fact(r, 'broker').registry?.at), 'https://registry.example');
    const channel = fact(r, 'channel');
    assert.equal(r.caret(channel.address.at), ['17 |     address: orders.placed', '   |              ^^^^^^^^^^^^^'].join('\n'));
    assert.equal(r.textAt(channel.settings.minInsyncReplicas?.at), '2');
    assert.equal(r.textAt(fact(r, 'schema').versions[0]?.version.at), 'v2');
    const publish = fact(r, 'publish');
    assert.equal(r.textAt(publish.channel?.name.at), '#/channels/placed');
    assert.equal(r.textAt(publish.service.at), 'Checkout');
    assert.equal(r.caret(publish.settings.acks?.at), ['33 |       acks: all', '   |             ^^^'].join('\n'));
    assert.equal(publish.note, 'AsyncAPI 3: action "send", so the application publishes here.');
    assert.match(r.textAt(publish.extent), /^sendPlaced:[^]*idempotence: true$/);
    assert.match(fact(r, 'channel', (c) => c.address.value === 'paid').inferred ?? '', /leaves the address open/);
  });

  it('reads Windows line breaks alike, and writes them in what a fix inserts', () => {
    const r = read(v3.replaceAll('\n', '\r\n'));
    assert.deepEqual(r.lines, read(v3).lines);
    assert.match(fact(r, 'consume').insert?.before ?? '', /\r\n {4}x-tailrace:\r\n {6}$/);
  });

  it('reads the reply of a request', () => {
    const r = read(`
asyncapi: 3.0.0
info: { title: Prices, version: '1' }
channels:
  ask: { address: prices.ask }
  tell: { address: prices.tell }
operations:
  answer:
    action: receive
    channel: { $ref: '#/channels/ask' }
    reply: { channel: { $ref: '#/channels/tell' } }
`);
    assert.deepEqual(r.lines, [
      'channel prices.ask', 'channel prices.tell', 'Prices <- prices.ask', 'Prices -> prices.tell', 'service Prices',
    ]);
    assert.equal(fact(r, 'publish').inferred, 'reply of operation "answer"');
  });

  it('takes a publish or subscribe for the mistake it is', () => {
    const r = read(`
asyncapi: 3.0.0
info: { title: A, version: '1' }
channels: { c: { address: c } }
operations:
  op: { action: publish, channel: { $ref: '#/channels/c' } }
`);
    assert.equal(r.report, [
      'error asyncapi/unknown-action: "publish" is no action of AsyncAPI 3. Write "send".',
      '5 |   op: { action: publish, channel: { $ref: \'#/channels/c\' } }',
      '  |                 ^^^^^^^',
    ].join('\n'));
    assert.ok(!r.lines.some((l) => l.includes('->')));
  });

  it('holds x-tailrace against the flow file\'s keys', () => {
    const r = read(`
asyncapi: 3.0.0
info: { title: A, version: '1' }
servers: { k: { host: 'localhost:9092', protocol: kafka } }
channels: { c: { address: c } }
operations:
  op:
    action: send
    channel: { $ref: '#/channels/c' }
    x-tailrace: { ack: all, acks: maybe, qos: 1 }
`);
    assert.deepEqual(r.problems.map((p) => [p.code, r.textAt(p.at)]), [
      ['flow/unknown-key', 'ack'], ['flow/type', 'maybe'], ['flow/unknown-key', 'qos'],
    ]);
    assert.match(r.problems[2]?.message ?? '', /^"qos" belongs to MQTT; it is a Kafka operation\./);
    // As in a flow file, a key of another protocol is reported and kept.
    assert.deepEqual(r.lines.filter((l) => l.includes('->')), ['A -> c qos=1 open=acks']);
  });

  it('says where a fix writes a setting', () => {
    const r = read(v3);
    const insert = fact(r, 'publish').insert!;
    assert.equal(`${insert.before}linger${insert.separator}5ms${insert.after}`, '\n      linger: 5ms');
    assert.equal(r.files[0]!.text.slice(0, insert.at.start).endsWith('idempotence: true'), true);
    const fresh = fact(r, 'consume').insert!;
    const text = r.files[0]!.text;
    const fixed = text.slice(0, fresh.at.start) + fresh.before + 'autoCommit' + fresh.separator + 'false' + text.slice(fresh.at.end);
    const again = read(fixed);
    assert.equal(again.report, '');
    assert.ok(again.lines.includes('Checkout <- paid group=billing autoCommit=false'));
  });
});

describe('asyncapi 2', () => {
  it('turns publish and subscribe around, and says so', () => {
    const r = read(v2);
    assert.deepEqual(r.lines, [
      'broker broker mqtt mqtts://mqtt.example:8883 tls',
      'credential user user info of url secret',
      'schema Command inline',
      'channel trucks/{id}/command at broker schema=Command',
      'schema Position @1 /schemas/v1/position.json',
      'schema PositionV3 @3',
      'channel trucks/{id}/position at broker schema=Position',
      'Truck <- trucks/{id}/command clientId=truck-1 cleanStart=false sessionExpiry=3600000 qos=1',
      'Truck -> trucks/{id}/position clientId=truck-1 cleanStart=false sessionExpiry=3600000 qos=0 retain=true',
      'Truck -> trucks/lost qos=1 retain=true',
      'service Truck',
    ]);
    assert.equal(fact(r, 'consume').note,
      'AsyncAPI 2: "publish" is what others may send to this application, so it consumes here.');
    assert.equal(r.textAt(fact(r, 'credential').secret), 'secret');
    assert.equal(fact(r, 'channel').pattern, 'trucks/{id}/command');
    assert.deepEqual(r.links?.map((l) => [l.path, r.textAt(l.at)]), [['/schemas/v1/position.json', './schemas/v1/position.json']]);
  });

  it('limits a channel to the servers it names', () => {
    const r = read(`
asyncapi: 2.2.0
info: { title: A, version: '1' }
servers:
  a: { url: 'a:9092', protocol: kafka }
  b: { url: 'amqp://b', protocol: amqp }
  w: { url: 'ws://w', protocol: ws }
channels:
  one: { servers: [a], subscribe: {} }
  two: { servers: [w], subscribe: {} }
  three: { subscribe: { bindings: { amqp: { ack: true, deliveryMode: 2 } } } }
`);
    assert.deepEqual(r.lines, [
      'broker a kafka a:9092', 'broker b rabbitmq amqp://b', 'channel one at a', 'channel two', 'channel three at b',
      'A -> one', 'A -> two', 'A -> three persistent=true', 'service A',
    ]);
    assert.match(fact(r, 'channel', (c) => c.address.value === 'two').note ?? '', /speaks ws/);
  });
});

describe('asyncapi amqp', () => {
  const amqp = (channel: string, operation = ''): string[] => read(`
asyncapi: 3.0.0
info: { title: A, version: '1' }
servers: { r: { host: 'rabbit:5672', pathname: /prod, protocol: amqp } }
channels: { c: { address: order.placed, bindings: { amqp: ${channel} } } }
operations:
  out: { action: send, channel: { $ref: '#/channels/c' }, bindings: { amqp: { ${operation} } } }
  in: { action: receive, channel: { $ref: '#/channels/c' }, bindings: { amqp: { ${operation} } } }
`).lines.filter((l) => !l.startsWith('service'));

  it('reads an exchange with the address as routing key', () => {
    assert.deepEqual(amqp('{ is: routingKey, exchange: { name: orders, type: topic, durable: true } }', 'deliveryMode: 2, mandatory: true, ack: false'), [
      'broker r rabbitmq amqp://rabbit:5672/prod vhost=prod',
      'channel exchange orders at r exchange=topic durable=true',
      'A -> orders mandatory=true persistent=true routingKey=order.placed',
      'A <- orders ack=auto',
    ]);
  });

  it('reads RabbitMQ\'s own arguments of a queue, and where answers are expected', () => {
    const queue = '{ name: jobs, arguments: { x-queue-type: quorum, x-message-ttl: 60000, x-max-length: 10, '
      + 'x-overflow: reject-publish, x-delivery-limit: 5, x-consumer-timeout: 9000, x-single-active-consumer: true } }';
    assert.deepEqual(amqp(`{ is: queue, queue: ${queue} }`, 'replyTo: jobs.done').slice(1), [
      'channel queue jobs at r queue=quorum ttl=60000 maxLength=10 overflow=reject-publish deliveryLimit=5 consumerTimeout=9000 '
        + 'singleActiveConsumer=true',
      'A -> jobs replyTo=jobs.done', 'A <- jobs',
    ]);
  });

  it('reads a queue, and the default exchange as the queue of that name', () => {
    assert.deepEqual(amqp('{ is: queue, queue: { name: jobs, durable: true, exclusive: false } }', 'ack: true').slice(1), [
      'channel queue jobs at r durable=true exclusive=false', 'A -> jobs', 'A <- jobs ack=manual',
    ]);
    assert.deepEqual(amqp('{ is: routingKey, exchange: { type: default } }').slice(1), [
      'channel queue order.placed at r', 'A -> order.placed', 'A <- order.placed',
    ]);
  });

  it('binds the queue to the exchange where both are written', () => {
    assert.deepEqual(amqp('{ is: routingKey, exchange: { name: orders, type: direct }, queue: { name: jobs, durable: false } }').slice(1), [
      'channel exchange orders at r exchange=direct', 'channel queue jobs at r durable=false',
      'binding orders -> jobs [order.placed] by channel "c"', 'A -> orders routingKey=order.placed', 'A <- jobs',
    ]);
  });
});

describe('asyncapi recognition', () => {
  const recognized = (path: string, text: string): boolean => asyncApi.recognizes({ id: 'file:///x' as never, path, text });

  it('wants the key on the first level', () => {
    assert.ok(recognized('/a.yaml', '# a comment\nasyncapi: 3.0.0\n'));
    assert.ok(recognized('/a.yml', '"asyncapi": 2.0.0'));
    assert.ok(recognized('/a.json', '{ "info": { "title": "x" }, "asyncapi": "2.6.0" }'));
    assert.ok(!recognized('/package.json', '{ "dependencies": { "asyncapi": "^2.0.0" } }'));
    assert.ok(!recognized('/a.yaml', 'tools:\n  asyncapi: 3\n'));
    assert.ok(!recognized('/a.md', 'asyncapi: 3.0.0'));
  });

  it('warns about a version it does not know', () => {
    assert.match(read('asyncapi: 4.0.0\ninfo: { title: A }\n').report, /^warning asyncapi\/unknown-version: AsyncAPI "4\.0\.0" is not known/);
  });
});
