import assert from 'node:assert/strict';
import { defaultConfig } from '../../src/lint/config';
import partitionChange from '../../src/lint/rules/ordering/partition-change';
import { lint } from '../../src/lint/run';
import { earlierFiles } from '../support/earlier';
import { fixtureModel } from '../support/fixture';

/** Each finding: its severity, which of the messages, and the text that it points at. */
function told(before: string, now: string): string[] {
  const { files, model, text } = fixtureModel(now);
  const problems = lint(model, defaultConfig, { rules: [partitionChange], text, earlier: earlierFiles(before, files), onError: (_, error) => assert.fail(String(error)) });
  return problems.map(({ severity, message, at }) => {
    const [, before, now] = /had (\d+) partitions? in .* and has (\d+)/.exec(message) ?? [];
    return `${severity} ${before}→${now} ${text(at.file).slice(at.start, at.end)}${message.includes('takes no partition away') ? ' fewer' : ''}${message.includes('no file says') ? ' unknown' : ''}`;
  });
}

const flow = (channel: string, publish = '{ acks: all, key: id }'): string => `=== shop.flow.yaml
flow: 1
brokers:
  events: { protocol: kafka }
channels:
  orders: { broker: events, ${channel} }
services:
  shop: { publishes: { orders: ${publish} } }
`;

describe('ordering/partition-change', () => {
  it('says nothing without an earlier state, of the same number, or of one that was in no file', () => {
    const { model, text } = fixtureModel(flow('partitions: 12'));
    assert.deepEqual(lint(model, defaultConfig, { rules: [partitionChange], text }), []);
    assert.deepEqual(told(flow('partitions: 12'), flow('partitions: 12, replicas: 3')), []);
    assert.deepEqual(told(flow('replicas: 3'), flow('partitions: 12')), []);
    assert.deepEqual(told(flow('partitions: 12'), flow('replicas: 3')), []);
    assert.deepEqual(told('=== other.flow.yaml\nflow: 1\n', flow('partitions: 12')), []);
  });

  it('is as severe as what is known of keys and order', () => {
    assert.deepEqual(told(flow('partitions: 6'), flow('partitions: 12')), ['warning 6→12 12']);
    assert.deepEqual(told(flow('partitions: 6'), flow('partitions: 12', '{ acks: all, key: id, needs: { ordering: per-key } }')), ['error 6→12 12']);
    assert.deepEqual(told(flow('partitions: 6'), flow('partitions: 12, ordering: none')), []);
    assert.deepEqual(told(flow('partitions: 6'), flow('partitions: 12, ordering: none, cleanup: compact')), ['warning 6→12 12']);
    assert.deepEqual(told(flow('partitions: 6'), flow('partitions: 12', '{ acks: all }')), []);
    assert.deepEqual(told(flow('partitions: 6'), flow('partitions: 12', '{ acks: all, key: id, partitioner: RoundRobinPartitioner }')), []);
  });

  it('leaves total order to the rules that ask for one partition, but tells that none can be taken away', () => {
    assert.deepEqual(told(flow('partitions: 1, ordering: total'), flow('partitions: 3, ordering: total')), []);
    assert.deepEqual(told(flow('partitions: 3, ordering: total'), flow('partitions: 1, ordering: total')), ['warning 3→1 1 fewer']);
    assert.deepEqual(told(flow('partitions: 12, ordering: per-key'), flow('partitions: 6, ordering: per-key')), ['error 12→6 6 fewer']);
  });

  it('tells topics of one name on two brokers apart', () => {
    const two = (east: number, west: number): string => `flow: 1
brokers:
  east: { protocol: kafka, url: east:9092 }
  west: { protocol: kafka, url: west:9092 }
channels:
  east/orders: { broker: east, partitions: ${east} }
  west/orders: { broker: west, partitions: ${west} }
`;
    const swapped = `flow: 1
brokers:
  east: { protocol: kafka, url: east:9092 }
  west: { protocol: kafka, url: west:9092 }
channels:
  orders: { broker: east, partitions: 6 }
`;
    assert.deepEqual(fixtureModel(two(6, 8)).problems.filter(({ severity }) => severity === 'error'), []);
    assert.deepEqual(told(two(6, 8), two(6, 9)), ['info 8→9 9 unknown']);
    assert.deepEqual(told(swapped, two(6, 8)), [], 'a second topic is new, and no change of the first');
  });

  it('finds the number behind a reference, which changes where the document does not', () => {
    const document = `=== asyncapi.yaml
asyncapi: 3.0.0
info: { title: shop, version: 1.0.0 }
servers: { events: { host: "localhost:9092", protocol: kafka } }
channels:
  orders:
    address: orders
    messages: { Order: { bindings: { kafka: { key: { type: string } } } } }
    bindings: { $ref: "./bindings.yaml" }
operations:
  place: { action: send, channel: { $ref: "#/channels/orders" } }
`;
    const bindings = (count: number): string => `=== bindings.yaml\nkafka: { partitions: ${count} }\n`;
    assert.deepEqual(told(document + bindings(6), document + bindings(12)), ['warning 6→12 12']);
    assert.deepEqual(told(document + bindings(6), document + bindings(6)), []);
  });
});
