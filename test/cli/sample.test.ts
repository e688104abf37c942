import assert from 'node:assert/strict';
import { inFolder, tailrace } from './support';

const record = (fields: object[]): string => JSON.stringify({ type: 'record', name: 'Order', namespace: 'shop', fields });
const folder = {
  'shop.flow.yaml': 'flow: 1\nschemas:\n  Order: { format: avro, versions: { 1: order-v1.avsc, 2: order-v2.avsc } }\n',
  'order-v1.avsc': record([{ name: 'id', type: 'string' }]),
  'order-v2.avsc': record([{ name: 'id', type: 'string' }, { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } }, { name: 'to', type: 'Address' }]),
  'Address.avsc': JSON.stringify({ type: 'record', name: 'Address', namespace: 'shop', fields: [{ name: 'city', type: 'string' }] }),
  'order.proto': 'syntax = "proto3"; package shop; message Other { int32 n = 1; } message Order { string email = 1; Other other = 2; }',
  'order.schema.json': '{"type":"object","$defs":{"Item":{"type":"object","required":["sku"],"properties":{"sku":{"enum":["A"]}},"additionalProperties":false}}}',
};

describe('tailrace sample', () => {
  it('prints values of files and of schemas, the same for the same seed', () => {
    inFolder(folder, (cwd) => {
      const values = (...args: string[]): unknown[] => {
        const { code, out, err } = tailrace(['sample', ...args], cwd);
        assert.deepEqual([code, err], [0, '']);
        return out.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
      };
      const [order] = values('Order') as [{ id: string; at: string; to: { city: string } }];
      assert.deepEqual(Object.keys(order), ['id', 'at', 'to']);
      assert.match(order.at, /^2026-01-/);
      assert.deepEqual(values('Order@1').map((one) => Object.keys(one as object)), [['id']]);
      assert.deepEqual(values('order.schema.json#/$defs/Item'), [{ sku: 'A' }]);
      const three = values('order.proto#shop.Order', '--seed', '7', '--count', '3') as { email: string }[];
      assert.equal(three.length, 3);
      for (const { email } of three) assert.match(email, /@example\.com$/);
      assert.deepEqual(values('order.proto#shop.Order', '--seed', '8', '--count', '2'), three.slice(1));
    });
  });

  it('says in one line what it cannot find', () => {
    inFolder(folder, (cwd) => {
      for (const [args, message] of [
        [[], /^tailrace: sample takes one contract/],
        [['Ordr'], /^tailrace: There is no file "Ordr", and no file here declares a schema of this name\. Did you mean "?Order/],
        [['Order@3'], /^tailrace: Order has no version 3, but 1, 2\.\n$/],
        [['shop.flow.yaml'], /^tailrace: "shop\.flow\.yaml" has no file that could be read/],
        [['order.proto#shop.Nope'], /^tailrace: .*shop\.Nope/],
      ] as const) {
        const { code, out, err } = tailrace(['sample', ...args], cwd);
        assert.equal(code, 2, err);
        assert.equal(out, '');
        assert.match(err, message);
        assert.equal(err.split('\n').length, 2);
      }
    });
  });
});
