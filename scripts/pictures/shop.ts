import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The order of the pictures: JSON, so that what breaks its contract can be read without knowing Protobuf. */
const ORDER = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'OrderPlaced',
  type: 'object',
  required: ['order_id', 'customer_id', 'total', 'currency', 'lines'],
  properties: {
    order_id: { type: 'string' },
    customer_id: { type: 'string' },
    total: { type: 'number', minimum: 0 },
    currency: { enum: ['EUR', 'USD'] },
    lines: {
      type: 'array',
      items: {
        type: 'object', required: ['sku', 'qty'],
        properties: { sku: { type: 'string' }, qty: { type: 'integer', minimum: 1 } },
      },
    },
    placed_at: { type: 'string', format: 'date-time' },
  },
};

const CHANGES: readonly (readonly [from: string | RegExp, to: string])[] = [
  [/ {4}format: protobuf\n[^]*?#shop\.v2\.OrderPlaced\n/, '    format: json-schema\n    versions:\n      2: contracts/order.v2.schema.json\n'],
  ['    schema: StockLevel@1\n', '    schema: StockLevel@1\n    stream: { name: STOCK, storage: file, retention: limits, maxAge: 1d }\n'],
  ['      stock.level: { guarantee: at-most-once }\n\n  shop-window', '      stock.level: { guarantee: at-most-once, waitForAck: true }\n\n  shop-window'],
  [/(shop-window:[^]*?stock\.level: \{) guarantee: at-most-once \}/, '$1 guarantee: at-least-once, durable: shop-window, ackPolicy: explicit }'],
];

/**
 * A copy of examples/shop with orders in JSON and stock levels in a stream. Its folder is named `shop`, as the
 * window's title has it.
 */
export async function copyShop(example: string): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const parent = await mkdtemp(join(tmpdir(), 'tailrace-pictures-'));
  const folder = join(parent, 'shop');
  await cp(example, folder, { recursive: true });
  const file = join(folder, 'shop.flow.yaml');
  let text = await readFile(file, 'utf8');
  for (const [from, to] of CHANGES) {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${file} has nothing like ${String(from)} any more.`);
    text = changed;
  }
  await writeFile(file, text);
  await writeFile(join(folder, 'contracts/order.v2.schema.json'), `${JSON.stringify(ORDER, null, 2)}\n`);
  return { folder, remove: () => rm(parent, { recursive: true, force: true }) };
}
