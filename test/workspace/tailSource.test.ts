import assert from 'node:assert/strict';
import { decoderFor } from '../../src/codecs/decoder';
import { MemoryFiles } from '../../src/workspace/memoryFiles';
import { tailContract } from '../../src/workspace/tailSource';
import { Workspace } from '../../src/workspace/workspace';

const flow = (file: string): string => `flow: 1
brokers:
  k: { protocol: kafka }
schemas:
  Order: { format: avro, versions: { 1: ${file} } }
channels:
  orders: { broker: k, schema: Order@1 }
`;

const record = (name: string, fields: object): string => JSON.stringify({
  type: 'record', name, namespace: 'shop', fields: Object.entries(fields).map(([field, type]) => ({ name: field, type: type as unknown })),
});

/** The contract of the channel `orders`, as a tail of it gets it. */
function contractOf(files: Record<string, string>) {
  const workspace = new Workspace(new MemoryFiles(files));
  workspace.setFolders(['/w']);
  for (const step of workspace.scan()) void step;
  const channel = workspace.snapshot.model.channels.find(({ address }) => address === 'orders')!;
  return tailContract(channel, (path) => workspace.text(path));
}

describe('the contract of a tail', () => {
  it('has the Avro files in which types that it only names are found, and decodes by them', async () => {
    const contract = contractOf({
      '/w/shop.flow.yaml': flow('contracts/order.avsc'),
      '/w/contracts/order.avsc': record('Order', { id: 'string', address: 'shop.Address', line: 'OrderLine', again: 'Money' }),
      '/w/contracts/Address.avsc': record('Address', { city: 'string' }),
      '/w/contracts/order-line.avsc': record('OrderLine', { sku: 'string', price: 'Money' }),
      '/w/contracts/shop.Money.avsc': record('Money', { cents: 'long' }),
      '/w/contracts/Other.avsc': record('Other', { cents: 'long' }),
    });
    assert.deepEqual(contract?.files.map(({ path }) => path), [
      '/w/contracts/order.avsc', '/w/contracts/Address.avsc', '/w/contracts/order-line.avsc', '/w/contracts/shop.Money.avsc',
    ]);
    const decoded = (await decoderFor(contract)).decode(Uint8Array.of(2, 0x6f, 2, 0x62, 2, 0x73, 4, 6))!;
    assert.deepEqual([decoded.verdict, decoded.errors], ['valid', []]);
    assert.deepEqual(JSON.parse(decoded.json!), { id: 'o', address: { city: 'b' }, line: { sku: 's', price: { cents: 2 } }, again: { cents: 3 } });
  });

  it('has the files that an Avro IDL file imports', async () => {
    const contract = contractOf({
      '/w/shop.flow.yaml': flow('order.avdl#shop.Order'),
      '/w/order.avdl': '@namespace("shop") protocol Orders { import idl "common/money.avdl"; import schema "city.avsc"; record Order { Money total; City city; } }',
      '/w/common/money.avdl': '@namespace("shop") protocol Common { record Money { long cents; } }',
      '/w/city.avsc': record('City', { name: 'string' }),
    });
    const decoded = (await decoderFor(contract)).decode(Uint8Array.of(4, 2, 0x62))!;
    assert.deepEqual([decoded.as, decoded.verdict, decoded.errors], ['avro shop.Order', 'valid', []]);
    assert.deepEqual(JSON.parse(decoded.json!), { total: { cents: 2 }, city: { name: 'b' } });
  });

  it('says which type no file defines', async () => {
    const contract = contractOf({ '/w/shop.flow.yaml': flow('order.avsc'), '/w/order.avsc': record('Order', { address: 'Address' }) });
    const decoded = (await decoderFor(contract)).decode(Uint8Array.of(2, 0x6f))!;
    assert.deepEqual(decoded.errors, ['/address is of the type shop.Address, which no file of the contract defines.']);
  });
});
