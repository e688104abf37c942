import assert from 'node:assert/strict';
import { buildGraph } from '../../src/graph/build';
import { countGraph } from '../../src/graph/count';
import { elementAt } from '../../src/graph/problems';
import type { FlowGraph } from '../../src/graph/types';
import type { Problem, Severity } from '../../src/text/problem';
import type { SourceRange } from '../../src/text/range';
import { fixtureModel, type FixtureModel } from '../support/fixture';

const text = `
flow: 1
brokers:
  events: { protocol: kafka, version: "4.1", environment: production }
  work: { protocol: rabbitmq }
schemas:
  OrderPlaced: { format: protobuf, versions: { 2: order.proto#OrderPlaced } }
channels:
  orders:
    broker: events
    schema: OrderPlaced@2
    partitions: 12
    replicas: 3
    retention: 7d
    deadLetter: orders.dlq
  orders.dlq: { broker: events }
  mail: { broker: work, exchange: topic }
  mail.receipts:
    broker: work
    queue: quorum
    deliveryLimit: 20
    bindings:
      - { exchange: mail, routingKey: receipt.* }
      - { exchange: mail, routingKey: invoice.* }
services:
  checkout:
    owner: team-shop
    client: kafka-java@3.9
    publishes:
      orders: { acks: all }
      orders.lost: {}
  billing:
    consumes:
      orders: { group: billing }
  mailer:
    consumes:
      mail.receipts: { ack: manual }
`;

const read = fixtureModel(text);
const graph = buildGraph(read.model);
const node = (id: string, of: FlowGraph = graph): FlowGraph['nodes'][number] => {
  const found = of.nodes.find((one) => one.id === id);
  assert.ok(found, `there is a node ${id}`);
  return found;
};
const edge = (id: string, of: FlowGraph = graph): FlowGraph['edges'][number] => {
  const found = of.edges.find((one) => one.id === id);
  assert.ok(found, `there is an edge ${id}`);
  return found;
};
const written = (at: SourceRange, of: FixtureModel = read): string =>
  of.text(at.file).slice(at.start, at.end);

/** A problem at the first place where a text stands after another. */
function problemAt(after: string, what: string, severity: Severity, of: FixtureModel = read): Problem {
  const file = of.files[0];
  assert.ok(file);
  const start = file.text.indexOf(what, file.text.indexOf(after));
  assert.ok(start >= 0);
  return {
    code: 'test/rule',
    severity,
    message: what,
    at: { file: file.id, start, end: start + what.length },
  };
}

describe('building a graph', () => {
  it('makes a node of every broker, channel and service, sorted by id', () => {
    assert.deepEqual(
      graph.nodes.map((one) => one.id),
      [
        'broker:events',
        'broker:work',
        'channel:mail',
        'channel:mail.receipts',
        'channel:orders',
        'channel:orders.dlq',
        'channel:orders.lost',
        'service:billing',
        'service:checkout',
        'service:mailer',
      ],
    );
  });

  it('says on the second line what decides', () => {
    assert.equal(node('broker:events').detail, 'Kafka 4.1 · production');
    assert.equal(node('channel:orders').detail, '12 part. · RF 3 · OrderPlaced@2');
    assert.equal(node('channel:mail').detail, 'topic exchange');
    assert.equal(node('channel:mail.receipts').detail, 'quorum · limit 20');
    assert.equal(node('service:checkout').detail, 'team-shop · kafka-java 3.9');
    assert.equal(node('channel:orders.lost').undeclared, true);
    assert.equal(node('channel:orders.dlq').deadLetter, true);
    assert.equal(node('channel:orders').broker, 'broker:events');
  });

  it('tells edges apart by kind and labels them in the words of their protocol', () => {
    assert.deepEqual(
      graph.edges.map((one) => `${one.id} [${one.label}]`),
      [
        'consume:mail.receipts>mailer [ack manual]',
        'consume:orders>billing [group billing]',
        'dead-letter:orders>orders.dlq []',
        'publish:checkout>orders [acks=all]',
        'publish:checkout>orders.lost []',
        'route:mail>mail.receipts [invoice.*, receipt.*]',
      ],
    );
  });

  it('points at the names as written', () => {
    assert.equal(written(node('channel:orders').at), 'orders');
    assert.equal(written(node('service:checkout').at), 'checkout');
    assert.equal(written(edge('consume:orders>billing').at), 'orders');
  });

  it('keeps the declared facts, durations with their units', () => {
    const facts = new Map(node('channel:orders').facts?.map((fact) => [fact.name, fact.value]));
    assert.equal(facts.get('retention'), '7d');
    assert.equal(facts.get('partitions'), '12');
    assert.equal(facts.get('broker'), 'events');
  });

  it('counts services, channels and flows', () => {
    assert.deepEqual(countGraph(graph), { brokers: 2, services: 3, channels: 5, flows: 1 });
  });

  it('counts a problem at the innermost element around it, and every problem in all', () => {
    const problems = [
      problemAt('channels:', 'partitions', 'error'),
      problemAt('checkout:', 'acks', 'warning'),
      problemAt('checkout:', 'team-shop', 'info'),
      problemAt('flow', '1', 'error'),
    ];
    const marked = buildGraph(read.model, problems);
    assert.deepEqual(node('channel:orders', marked).problems, { errors: 1, warnings: 0, infos: 0 });
    assert.deepEqual(node('channel:orders', marked).problemList, [
      { code: 'test/rule', severity: 'error', message: 'partitions' },
    ]);
    assert.deepEqual(edge('publish:checkout>orders', marked).problems, { errors: 0, warnings: 1, infos: 0 });
    assert.deepEqual(node('service:checkout', marked).problems, { errors: 0, warnings: 0, infos: 1 });
    assert.deepEqual(marked.problems, { errors: 2, warnings: 1, infos: 1 });
  });

  it('finds the element that a cursor is on', () => {
    const at = (after: string, what: string): string | undefined => {
      const { at: place } = problemAt(after, what, 'info');
      return elementAt(graph, { ...place, end: place.start });
    };
    assert.equal(at('channels:', 'replicas'), 'channel:orders');
    assert.equal(at('billing:', 'group'), 'consume:orders>billing');
    assert.equal(at('checkout:', 'owner'), 'service:checkout');
    assert.equal(at('brokers:', 'events'), 'broker:events');
    assert.equal(at('', 'flow: 1'), undefined);
  });

  it('gives the same graph for the same files', () => {
    assert.deepEqual(buildGraph(fixtureModel(text).model), graph);
  });
});
