import assert from 'node:assert/strict';
import { flowReader } from '../../../src/readers/flow/reader';
import type { RouteFact } from '../../../src/model/facts';
import { fixture } from '../../support/fixture';
import { readFlow } from './read';

const route = (r: RouteFact): string =>
  `${r.route} ${r.from.space ?? ''}:${r.from.name.value} -> ${r.to.space ?? ''}:${r.to.name.value}` +
  `${r.key ? ` key ${JSON.stringify(r.key.value)}` : ''}${r.by ? ` by ${r.by}` : ''}`;

describe('facts of flow files', () => {
  it('are recognised by name only', () => {
    const names = [
      'a.flow.yaml',
      'a.flow.yml',
      'A.FLOW.YAML',
      'flow.yaml',
      'a.yaml',
      'a.flow.json',
      'a.flow.yaml.bak',
    ];
    const known = names.filter((name) => {
      const file = fixture('flow: 1\n', name).files[0];
      return file !== undefined && flowReader.recognizes(file);
    });
    assert.deepEqual(known, ['a.flow.yaml', 'a.flow.yml', 'A.FLOW.YAML']);
  });

  it('keep the places of names without quotes, and of whole declarations', () => {
    const read = readFlow(`flow: 1
channels:
  "orders.placed": # the main one
    broker: 'events'
    schema: "Order@2"
services:
  shop: { publishes: [ "orders.placed", other ] }
`);
    const channel = read.of('channel')[0];
    assert.equal(read.at(channel?.address.at), 'orders.placed');
    assert.equal(read.at(channel?.broker?.at), 'events');
    assert.equal(read.at(channel?.schema?.at), 'Order@2');
    assert.equal(
      read.at(channel?.extent),
      `"orders.placed": # the main one
    broker: 'events'
    schema: "Order@2"`,
    );
    assert.deepEqual(
      read.of('publish').map((p) => [read.at(p.channel?.name.at), p.channel?.mustExist, p.insert]),
      [
        ['orders.placed', true, undefined],
        ['other', true, undefined],
      ],
    );
    assert.equal(read.at(read.of('service')[0]?.extent), 'shop: { publishes: [ "orders.placed", other ] }');
  });

  it('read bindings in each way of writing them', () => {
    const read = readFlow(`flow: 1
channels:
  in: { exchange: topic }
  a: { queue: quorum, bindings: [in, amq.topic] }
  b: { queue: quorum, bindings: [{ exchange: in, routingKey: [x, y] }, { exchange: in, arguments: { x-match: any } }] }
  c: { queue: quorum, bindings: { in: [p, q], amq.fanout: "", amq.direct: } }
  d: { exchange: fanout, bindings: { in: "#" } }
`);
    assert.equal(read.report, '');
    assert.deepEqual(read.of('route').map(route), [
      'binding exchange:in -> queue:a',
      'binding exchange:amq.topic -> queue:a',
      'binding exchange:in -> queue:b key "x"',
      'binding exchange:in -> queue:b key "y"',
      'binding exchange:in -> queue:b',
      'binding exchange:in -> queue:c key "p"',
      'binding exchange:in -> queue:c key "q"',
      'binding exchange:amq.fanout -> queue:c key ""',
      'binding exchange:amq.direct -> queue:c',
      'binding exchange:in -> exchange:d key "#"',
    ]);
    assert.deepEqual(
      read.of('route').map((r) => r.from.mustExist),
      [true, false, true, true, true, true, true, false, false, true],
    );
    assert.equal(read.of('route')[4]?.arguments, 'x-match: any');
  });

  it('read dead letters of channels and of consumers, and alternate exchanges', () => {
    const read = readFlow(`flow: 1
channels:
  mail: { queue: quorum, deadLetter: dead, deadLetterRoutingKey: lost }
  in: { exchange: topic, alternateExchange: rest }
services:
  billing: { consumes: { mail: { onFailure: { deadLetter: broken } } } }
`);
    assert.deepEqual(read.of('route').map(route), [
      'dead-letter queue:mail -> :dead key "lost"',
      'alternate exchange:in -> exchange:rest',
      'dead-letter queue:mail -> :broken by service billing',
    ]);
    assert.equal(read.at(read.of('route')[2]?.extent), 'deadLetter: broken');
    assert.equal(read.of('consume')[0]?.settings.onFailure?.deadLetter?.value, 'broken');
  });

  it('resolve contract files against the folder of the flow file', () => {
    const file = fixture(
      'flow: 1\nschemas:\n  A: { versions: { 1: ../c/a.proto#x.A, "2.0": ./b.avsc } }\n  B: { source: /c.json }\n',
      'shop/flows/a.flow.yaml',
    ).files[0];
    assert.ok(file);
    const result = flowReader.read(file, new Map());
    assert.deepEqual(
      result.links?.map((l) => [l.path, l.fragment, file.text.slice(l.at.start, l.at.end)]),
      [
        ['/shop/c/a.proto', 'x.A', '../c/a.proto#x.A'],
        ['/shop/flows/b.avsc', '', './b.avsc'],
        ['/c.json', '', '/c.json'],
      ],
    );
    const schema = result.facts.find((f) => f.kind === 'schema');
    assert.deepEqual(schema?.kind === 'schema' && schema.versions.map((v) => v.version.value), ['1', '2.0']);
  });

  it('cut user info out of URLs and tell of it without the secret', () => {
    const secret = 'hunter2';
    const read = readFlow(`flow: 1
brokers:
  a: { protocol: rabbitmq, url: "amqp://guest:guest@localhost/" }
  b: { protocol: rabbitmq, url: "amqps://shop:${secret}@h/v" }
  c: { protocol: nats, url: "nats://\${env:U}:\${env:P:-x}@h:4222" }
  d: { protocol: nats, url: "nats://u:${secret}@h1, nats://h2" }
  e: { protocol: mqtt, url: "\${env:URL:-mqtt://u:${secret}@h}" }
  f: { protocol: kafka, url: "\${env:NOBODY}" , registry: "http://r:${secret}@reg" }
  g: { protocol: nats, url: "nats://${secret}@h:4222" }
`);
    assert.deepEqual(
      read.of('broker').map((b) => [b.name.value, b.url?.value, b.registry?.value]),
      [
        ['a', 'amqp://localhost/', undefined],
        ['b', 'amqps://h/v', undefined],
        ['c', undefined, undefined],
        ['d', 'nats://h1,nats://h2', undefined],
        ['e', 'mqtt://h', undefined],
        ['f', undefined, 'http://reg'],
        ['g', 'nats://h:4222', undefined],
      ],
    );
    assert.deepEqual(
      read.of('credential').map((c) => [c.of, c.user?.value, read.at(c.secret), c.isDefault, c.where]),
      [
        ['a', 'guest', 'guest', true, 'user info of url'],
        ['b', 'shop', secret, undefined, 'user info of url'],
        ['c', undefined, 'x', undefined, 'user info of url'],
        ['d', 'u', secret, undefined, 'user info of url'],
        ['e', 'u', secret, undefined, 'user info of url'],
        ['f', 'r', secret, undefined, 'user info of registry'],
        ['g', undefined, secret, undefined, 'token in url'],
      ],
    );
    assert.ok(!JSON.stringify(read.facts).includes(secret));
  });

  it('take the protocol from the broker, the only broker, or what the keys say', () => {
    const read = readFlow(`flow: 1
brokers: { k: { protocol: kafka }, n: { protocol: nats } }
channels:
  a: { broker: k }
  b: { queue: quorum }
  c: { stream: }
  d:
  n/e:
  fleet/truck: { broker: elsewhere }
services:
  s: { publishes: [a, n/e, k/a, fleet/truck] }
`);
    assert.deepEqual(
      read.of('channel').map((c) => c.protocol),
      ['kafka', 'rabbitmq', 'nats', undefined, 'nats', undefined],
    );
    assert.deepEqual(
      read.of('publish').map((p) => [p.channel?.name.value, p.protocol]),
      [
        ['a', 'kafka'],
        ['n/e', 'nats'],
        ['k/a', 'kafka'],
        ['fleet/truck', undefined],
      ],
    );
    assert.equal(
      readFlow('flow: 1\nbrokers: { m: { protocol: mqtt } }\nchannels: { x: }\n').of('channel')[0]?.protocol,
      'mqtt',
    );
  });

  it('read anchors and merges as if they were written out', () => {
    const read = readFlow(`flow: 1
x-r: &r { acks: all, idempotence: true }
services:
  s: { publishes: { a: *r, b: { <<: *r, acks: 1 } } }
`);
    assert.deepEqual(
      read.of('publish').map((p) => [p.settings.acks?.value, p.settings.idempotence?.value]),
      [
        ['all', true],
        ['1', true],
      ],
    );
    assert.deepEqual(
      read.of('publish').map((p) => p.insert !== undefined),
      [false, true],
    );
  });

  it('read several documents', () => {
    assert.deepEqual(
      readFlow('flow: 1\nchannels: { a: }\n---\nflow: 1\nchannels: { b: }\n')
        .of('channel')
        .map((c) => c.address.value),
      ['a', 'b'],
    );
  });
});
