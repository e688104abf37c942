import assert from 'node:assert/strict';
import { buildGraph } from '../../src/graph/build';
import type { Place } from '../../src/protocol/common';
import type { TailInfo } from '../../src/protocol/lsp';
import { figures, figureTargets } from '../../src/server/figures';
import { graphData } from '../../src/server/graphData';
import { tailInfo } from '../../src/server/tailInfo';
import { brokerCredentials, brokerInfo, tree } from '../../src/server/tree';
import type { SourceRange } from '../../src/text/range';
import { ideFixture } from '../ide/support';
import { handMade } from '../support/guarantee';

const place = (at: SourceRange): Place => ({
  uri: at.file, start: { line: 0, character: at.start }, end: { line: 0, character: at.end },
});

const shop = ideFixture(`
=== shop.flow.yaml
flow: 1
brokers:
  work: { protocol: rabbitmq, url: "amqps://rabbit.example.com/shop", environment: production }
  events: { protocol: kafka, url: "a:9092" }
schemas:
  Order:
    format: protobuf
    versions: { 1: contracts/v1.proto#shop.Order, 2: contracts/v2.proto#shop.Order }
channels:
  mail: { broker: work, exchange: topic }
  mail.out: { broker: work, queue: quorum, bindings: [{ exchange: mail, routingKey: "mail.#" }] }
  orders: { broker: events, schema: Order@1 }
  latest: { broker: events, schema: Order }
services:
  shop: { publishes: { mail: {}, orders: {}, loose: {} } }
  mailer: { consumes: { mail.out: {} } }
=== contracts/v1.proto
syntax = "proto3";
package shop;
import "common/money.proto";
import "google/protobuf/timestamp.proto";
message Order { common.Money price = 1; }
=== contracts/v2.proto
syntax = "proto3";
package shop;
message Order { string id = 1; }
=== common/money.proto
syntax = "proto3";
package common;
message Money { int64 units = 1; }
`);

const info = (id: string): TailInfo | undefined =>
  tailInfo(shop.ide, id, place, (path) => shop.files.find((f) => f.path === path));

describe('tail information', () => {
  it('holds the broker, by its scheme encrypted', () => {
    const broker = info('channel:mail.out')?.broker;
    assert.equal(broker?.url, 'amqps://rabbit.example.com/shop');
    assert.equal(broker?.tls, true);
    assert.equal(broker?.environment, 'production');
    assert.equal(info('channel:orders')?.broker?.tls, false);
  });

  it('holds what feeds a queue', () => {
    assert.deepEqual(info('channel:mail.out')?.target, {
      address: 'mail.out', kind: 'queue', bindings: [{ exchange: 'mail', routingKey: 'mail.#' }],
    });
  });

  it('holds the contract of the version in use, with the files that it imports', () => {
    const contract = info('channel:orders')?.contract;
    assert.equal(contract?.version, '1');
    assert.equal(contract?.message, 'shop.Order');
    assert.deepEqual(contract?.files.map((f) => f.path), ['/contracts/v1.proto', '/common/money.proto']);
    assert.equal(info('channel:latest')?.contract?.version, '2');
    assert.equal(info('channel:mail')?.contract, undefined);
  });

  it('knows nothing of other elements', () => {
    assert.equal(info('service:shop'), undefined);
  });
});

describe('side view', () => {
  it('tells of each service what its flows give', () => {
    const orders = ideFixture(`flow: 1
brokers: { events: { protocol: kafka } }
channels: { orders: { broker: events } }
services:
  shop: { publishes: { orders: {} } }
  billing: { consumes: { orders: { guarantee: exactly-once } } }
`);
    const guarantees = [handMade(orders.model, { from: 'shop', to: 'billing', derived: 'at-least-once' })];
    const services = tree(orders.model, buildGraph(orders.model), place, guarantees)[0]?.channels[0]?.services;
    const words = 'shop → orders → billing: at-least-once · declared exactly-once ✗';
    assert.deepEqual(services?.map(({ label, guarantees: lines }) => `${label}: ${lines?.join()}`), [`shop: ${words}`, `billing: ${words}`]);
  });

  it('lists brokers, channels and services, and last what has no broker', () => {
    const words = tree(shop.model, buildGraph(shop.model), place).map((broker) => [
      broker.label,
      ...broker.channels.map((c) => `${c.label}: ${c.services.map((s) => `${s.label} ${s.role}`).join(', ')}`),
    ]);
    assert.deepEqual(words, [
      ['events', 'latest: ', 'orders: shop publishes'],
      ['work', 'mail: shop publishes', 'mail.out: mailer consumes'],
      ['No broker named', 'loose: shop publishes'],
    ]);
  });
});

describe('graph data', () => {
  it('crosses as plain JSON with places', () => {
    const data = graphData(buildGraph(shop.model), [], place);
    assert.equal((JSON.parse(JSON.stringify(data)) as typeof data).nodes.length, data.nodes.length);
    assert.ok(data.nodes.every((node) => node.at?.uri === 'file:///shop.flow.yaml' && !('extents' in node)));
    assert.ok(data.edges.some((edge) => edge.from === 'channel:mail' && edge.to === 'channel:mail.out'));
  });
});

describe('credentials in a broker’s URL', () => {
  const { ide, files } = ideFixture(`
flow: 1
brokers:
  work: { protocol: rabbitmq, url: "\${env:WORK_URL:-amqp://localhost/}" }
  open: { protocol: mqtt, url: "mqtt://localhost" }
`);
  const textOf = (): string => files[0]?.text ?? '';
  const named = (name: string) => {
    const broker = ide.model.brokers.find((one) => one.id === name);
    assert.ok(broker);
    return broker;
  };

  it('come from the environment, with the address that they are for', () => {
    const environment = { WORK_URL: 'amqps://sam:p%40ss@rabbit.example.com/shop' };
    assert.deepEqual(brokerCredentials(named('work'), textOf, environment), {
      url: 'amqps://rabbit.example.com/shop', user: 'sam', password: 'p@ss',
    });
    assert.equal(brokerCredentials(named('work'), textOf, {}), undefined);
    assert.equal(brokerCredentials(named('open'), textOf, environment), undefined);
  });

  it('are in nothing that a view gets', () => {
    process.env.WORK_URL = 'amqps://sam:hush@rabbit.example.com/shop';
    try {
      const info = brokerInfo(named('work'), place, textOf);
      assert.equal(info.url, 'amqps://rabbit.example.com/shop');
      assert.doesNotMatch(JSON.stringify(info), /sam|hush/);
    } finally {
      delete process.env.WORK_URL;
    }
  });
});

describe('live figures for the views', () => {
  it('name what can be sampled of each broker', () => {
    const targets = figureTargets(shop.model, (broker) => brokerInfo(broker, place, () => ''));
    assert.deepEqual(
      targets.map(({ broker, protocol, targets: of }) => [broker.id, protocol, of.map(({ kind, address }) => `${kind} ${address}`)]),
      [
        ['broker:events', 'kafka', ['topic latest', 'topic orders']],
        ['broker:work', 'rabbitmq', ['exchange mail', 'queue mail.out']],
      ],
    );
  });

  it('are of the broker that told them, with places of thresholds', () => {
    const reading = { at: 0, channels: [{ address: 'mail.out', kind: 'queue', ready: 3 }], consumers: [], broker: [], notes: [] } as const;
    const answer = figures(shop.model, { readings: [{ broker: 'broker:work', reading }, { broker: 'broker:gone', reading }], prefix: 'tap' }, place);
    assert.deepEqual(answer.elements.map(({ id }) => id), ['broker:work', 'channel:mail.out', 'consume:mail.out>mailer']);
    assert.deepEqual(answer.breaches, []);
  });
});
