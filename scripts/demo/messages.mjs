import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the demo publishes: made up, and the same each time, so that a screenshot can be made again. */

const skus = ['SKU-5512', 'SKU-0407', 'SKU-9913', 'SKU-3320', 'SKU-7001'];

/** A number from 0 to below `limit` that looks random and is not. @param {number} n @param {number} limit */
export function scatter(n, limit) {
  // Knuth's multiplicative hash, taken as unsigned.
  return (Math.imul(n + 1, 2654435761) >>> 8) % limit;
}

/** @param {number} n */
export function shelfWeight(n) {
  const shelf = scatter(n, 8) + 1;
  return {
    topic: `shop/shelves/${shelf}/weight`,
    payload: JSON.stringify({ shelf, sku: skus[scatter(n + 7, skus.length)], grams: 800 + scatter(n + 3, 4200), at: new Date().toISOString() }),
  };
}

/** @param {number} n */
export function receipt(n) {
  return {
    routingKey: n % 5 === 4 ? 'receipt.refund' : 'receipt.order',
    payload: JSON.stringify({ order_id: `o-${88200 + n}`, to: `customer-${scatter(n, 900)}@shop.example`, total: scatter(n, 90000) / 100 }),
  };
}

/** @param {number} n */
export function stockLevel(n) {
  return JSON.stringify({ sku: skus[scatter(n, skus.length)], left: scatter(n + 11, 240), at: new Date().toISOString() });
}

/**
 * Orders as the contract of examples/shop has them, encoded by it.
 *
 * @returns {Promise<(n: number) => { key: string, value: Buffer, headers: Record<string, string> }>}
 */
export async function orders() {
  const protobuf = (await import('protobufjs')).default;
  const contract = await readFile(join(import.meta.dirname, '../../examples/shop/contracts/v2/order.proto'), 'utf8');
  const OrderPlaced = protobuf.parse(contract).root.lookupType('shop.v2.OrderPlaced');
  return (n) => {
    const lines = Array.from({ length: 1 + scatter(n, 3) }, (_, i) => ({ sku: skus[scatter(n + i, skus.length)], quantity: 1 + scatter(n + i + 5, 4) }));
    const order = {
      orderId: `o-${88200 + n}`, customerId: `c-${1000 + scatter(n, 900)}`, totalCents: 990 + scatter(n + 2, 119000),
      currency: 'EUR', lines, placedAtMs: Date.now(),
    };
    return {
      key: order.orderId,
      value: Buffer.from(OrderPlaced.encode(OrderPlaced.create(order)).finish()),
      headers: { tenant: n % 3 === 0 ? 'eu' : 'us', trace: (n * 7919).toString(16) },
    };
  };
}
