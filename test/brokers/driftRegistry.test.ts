import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBroker, requireBroker, startMosquitto, startRegistry, type RunningBroker } from '../support/brokers/index';
import { notRun } from '../support/not-run';
import { DriftFolder } from './driftFolder';

const order = (...fields: readonly string[]): string =>
  `{ "type": "record", "name": "Order", "namespace": "shop", "fields": [{ "name": "id", "type": "string" }${fields.map((f) => `, ${f}`).join('')}] }\n`;

describe('tailrace drift with a schema registry', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let registry: RunningBroker;
  let folder: DriftFolder;

  before(async function () {
    await requireBroker(this, 'mosquitto');
    if (await findBroker('registry') === undefined) notRun(this, 'Apicurio Registry is not installed', 'node scripts/setup/brokers.mjs');
    [broker, registry] = await Promise.all([startMosquitto(), startRegistry()]);
    for (const [subject, schema] of [['orders-value', order()], ['payments-value', order()]] as const) {
      const answer = await fetch(`${registry.url}/subjects/${subject}/versions`, {
        method: 'POST', body: JSON.stringify({ schema }), headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      });
      assert.ok(answer.ok, await answer.text());
    }
    folder = new DriftFolder();
  });
  after(async () => {
    folder?.remove();
    await Promise.all([broker?.stop(), registry?.stop()]);
  });

  it('tells what is registered and in no file, and goes on where the registry does not answer', () => {
    const write = (url: string): void => folder.write(`flow: 1
brokers:
  it: { protocol: mqtt, url: "${broker.url}", registry: "${url}" }
schemas:
  Order: { format: avro, versions: { 1: order.avsc } }
channels:
  orders: { broker: it, schema: Order@1 }
`);
    writeFileSync(join(folder.path, 'order.avsc'), order('{ "name": "total", "type": "long", "default": 0 }'));
    write(registry.url);
    assert.deepEqual(folder.drift().differences, [
      'info drift/registry contract shop.Order, REGISTRY_DRIFT: - | version 1 of orders-value',
      'info drift/unknown-subject subject payments-value, is there: no | yes',
    ]);
    write('http://127.0.0.1:1');
    const { differences, notes, code } = folder.drift();
    assert.deepEqual([differences, code], [[], 0]);
    assert.match(notes.join(' '), /The schema registry was not compared: /);
  });
});
