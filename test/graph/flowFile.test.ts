import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dump } from 'js-yaml';
import { buildGraph } from '../../src/graph/build';
import { toFlowFile } from '../../src/graph/flowFile';
import type { FlowModel } from '../../src/model/model';
import { fixtureModel } from '../support/fixture';

/** The graph in words: what a reader of either file must find. */
function drawn(model: FlowModel): string[] {
  const graph = buildGraph(model);
  return [
    ...graph.nodes.map((n) => `${n.kind} ${n.label} ${n.protocol ?? ''} ${n.broker ?? ''}`),
    ...graph.edges.map((e) => `${e.from} ${e.kind} ${e.to}`),
  ].sort();
}

function converted(model: FlowModel, contracts: string): FlowModel {
  const { document, left } = toFlowFile(model, (path) => `.${path}`);
  assert.deepEqual(left, []);
  const again = fixtureModel(`=== all.flow.yaml\n${dump(document)}\n${contracts}`);
  assert.deepEqual(again.problems.map((p) => p.message), []);
  return again.model;
}

describe('converting to a flow file', () => {
  for (const example of ['shop', 'fleet', 'payments']) {
    it(`says of the example ${example} what its files say`, () => {
      const folder = resolve(import.meta.dirname, '../../examples', example);
      const all = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(yaml|proto|json|avsc)$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name));
      const text = (paths: readonly string[]): string =>
        paths.map((path) => `=== ${path.slice(folder.length + 1)}\n${readFileSync(path, 'utf8')}`).join('\n');
      const { model } = fixtureModel(text(all));
      const again = converted(model, text(all.filter((path) => !/\.flow\.yaml$/.test(path))));
      assert.deepEqual(drawn(again), drawn(model));
      const settings = (m: FlowModel): unknown => JSON.stringify(m.channels.map((c) => [c.id, values(c.settings)]));
      assert.equal(settings(again), settings(model));
      const edges = (m: FlowModel): unknown =>
        [...m.publishes, ...m.consumes].map((e) => JSON.stringify([e.kind, e.service.name, e.channel?.id, values(e.settings)])).sort();
      assert.deepEqual(edges(again), edges(model));
    });
  }

  it('takes other dialects over, and says what it cannot', () => {
    const { model } = fixtureModel(`
=== broker/definitions.json
{ "rabbit_version": "4.0.0", "vhosts": [{ "name": "/" }],
  "exchanges": [{ "name": "mail", "vhost": "/", "type": "topic", "durable": true, "auto_delete": false, "arguments": {} }],
  "queues": [{ "name": "mail", "vhost": "/", "durable": true, "auto_delete": false, "arguments": { "x-message-ttl": 60000 } }],
  "bindings": [{ "source": "mail", "vhost": "/", "destination": "mail", "destination_type": "queue", "routing_key": "a.#", "arguments": {} }] }
=== orders/consumer.properties
bootstrap.servers=kafka.example:9092
group.id=billing
enable.auto.commit=true
`);
    const { document, left } = toFlowFile(model, (path) => path);
    assert.deepEqual(left, ['queue mail: a flow file has one channel of a name, and this is the second']);
    assert.deepEqual(Object.keys(document['services'] as object), ['billing']);
    assert.deepEqual((document['brokers'] as Record<string, unknown>)['kafka.example:9092'], {
      protocol: 'kafka', url: 'kafka.example:9092',
    });
  });
});

function values(settings: object): unknown {
  return Object.fromEntries(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, setting]) => {
    if (Array.isArray(setting)) return [name, setting.map((item: { value: unknown }) => item.value)];
    if (typeof setting === 'object' && setting !== null && 'value' in setting) return [name, setting.value];
    return [name, typeof setting === 'object' && setting !== null && !('file' in setting) ? values(setting) : undefined];
  }));
}
