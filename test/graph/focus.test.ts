import assert from 'node:assert/strict';
import { buildGraph } from '../../src/graph/build';
import { focusGraph } from '../../src/graph/focus';
import { fixtureModel } from '../support/fixture';

const graph = buildGraph(
  fixtureModel(`
flow: 1
brokers:
  events: { protocol: kafka }
  audit: { protocol: kafka }
channels:
  orders: { broker: events }
  scores: { broker: events }
  trail: { broker: audit }
services:
  checkout: { publishes: { orders: {} } }
  scorer: { consumes: { orders: {} }, publishes: { scores: {} } }
  billing: { consumes: { orders: {} } }
  board: { consumes: { scores: {} } }
  auditor: { publishes: { trail: {} } }
`).model,
);

const focused = (name: string): string[] | undefined => focusGraph(graph, name)?.nodes.map((node) => node.id);

describe('focusing a graph', () => {
  it('keeps what can reach a node and what it can reach, not its neighbours’ other readers', () => {
    assert.deepEqual(focused('scorer'), [
      'broker:events',
      'channel:orders',
      'channel:scores',
      'service:board',
      'service:checkout',
      'service:scorer',
    ]);
  });

  it('keeps only edges between what it keeps', () => {
    assert.deepEqual(
      focusGraph(graph, 'scorer')?.edges.map((edge) => edge.id),
      ['consume:orders>scorer', 'consume:scores>board', 'publish:checkout>orders', 'publish:scorer>scores'],
    );
  });

  it('takes a broker for all of its channels', () => {
    assert.deepEqual(focused('audit'), ['broker:audit', 'channel:trail', 'service:auditor']);
  });

  it('takes a node id as well as a name', () => {
    assert.deepEqual(focused('channel:trail'), focused('trail'));
  });

  it('says that there is no such node', () => {
    assert.equal(focused('ordres'), undefined);
  });
});
