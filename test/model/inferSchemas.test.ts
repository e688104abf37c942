import assert from 'node:assert/strict';
import { fixtureModel } from '../support/fixture';

const avro = (name: string, namespace = 'shop') =>
  JSON.stringify({ type: 'record', name, namespace, fields: [{ name: 'id', type: 'string' }] });

function carried(files: string): string[] {
  const { model } = fixtureModel(`
=== shop.flow.yaml
flow: 1
brokers: { k: { protocol: kafka } }
channels:
  orders: { broker: k }
${files}`);
  const use = model.channel('orders')?.schema;
  return use ? [use.name, ...(use.schema?.versions.map((v) => v.version) ?? []), use.inferred ?? 'declared'] : [];
}

describe('contracts that no file gives to a channel', () => {
  it('are found by the ways in which registries name them', () => {
    assert.deepEqual(carried(`=== schemas/orders-value.avsc\n${avro('Order')}`),
      ['shop.Order', 'The file is named after the subject of the topic, orders-value.']);
    assert.deepEqual(carried(`=== schemas/a.avsc\n${avro('orders', '')}`),
      ['orders', 'The contract has the name of the channel.']);
    assert.deepEqual(carried(`=== schemas/orders/orders-Order.avsc\n${avro('Order')}`),
      ['shop.Order', 'The contract’s file is named after the channel and the record.']);
  });

  it('are found by their folder last, versions together', () => {
    assert.deepEqual(carried(`=== orders/v1.avsc\n${avro('Order', 'shop.v1')}\n=== orders/v2.avsc\n${avro('Order', 'shop.v2')}`),
      ['shop.v1.Order', '1', '2', 'The contract lies in a folder that has the name of the channel.']);
  });

  it('stay open where several would fit, and for types inside others', () => {
    assert.deepEqual(carried(`=== orders/a.avsc\n${avro('Order')}\n=== orders/b.avsc\n${avro('Cancel')}`), []);
    assert.deepEqual(carried(`=== mail/a.avsc\n${avro('Order')}`), []);
  });

  it('are no places where a rename or a search finds the contract', () => {
    const { model } = fixtureModel(`
=== shop.flow.yaml
flow: 1
brokers: { k: { protocol: kafka } }
channels: { orders: { broker: k } }
=== schemas/orders-value.avsc
${avro('Order')}
`);
    assert.deepEqual(model.occurrences.filter((o) => o.entity === 'schema' && o.at.file.endsWith('flow.yaml')), []);
  });
});
