import { receipt, scatter, shelfWeight, stockLevel } from '../demo/messages.mjs';

/** What the pictures' brokers carry: made up, the same each time, with a few messages that break their contract. */

const SKUS = ['SKU-5512', 'SKU-0407', 'SKU-9913', 'SKU-3320', 'SKU-7001', 'SKU-1188'];
const hex = (n: number, digits: number): string => (Math.imul(n + 1, 2654435761) >>> 0).toString(16).padStart(8, '0').repeat(4).slice(0, digits);

export interface Order {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** One order; a faulty one lacks what its last line is about. */
export function order(n: number, time: number, isFaulty: boolean): Order {
  const id = `o-${88_200 + n}`;
  const customer = `c-${1000 + scatter(n, 900)}`;
  const lines = Array.from({ length: 1 + scatter(n, 3) }, (_, i, all = 1 + scatter(n, 3)) => ({
    ...(isFaulty && i === all - 1 ? {} : { sku: SKUS[scatter(n + i, SKUS.length)] }),
    qty: 1 + scatter(n + i + 5, 4),
  }));
  return {
    key: customer,
    time,
    headers: { tenant: scatter(n, 3) === 0 ? 'us' : 'eu', traceparent: `00-${hex(n, 32)}-${hex(n + 1, 16)}-01` },
    value: JSON.stringify({
      order_id: id, customer_id: customer, total: (990 + scatter(n + 2, 119_000)) / 100, currency: scatter(n, 9) === 0 ? 'USD' : 'EUR',
      lines, placed_at: new Date(time - 3 - scatter(n, 40)).toISOString(),
    }),
  };
}

/**
 * Orders of the last `minutes`, ten to thirty a second. For a minute and a half a publisher left something out of each
 * third order, and of one in 400 else.
 */
export function pastOrders(now: number, minutes: number): Order[] {
  const orders: Order[] = [];
  const began = now - minutes * 60_000;
  for (let second = 0; second < minutes * 60; second++) {
    const count = Math.round(9 + 4 * Math.sin(second / 70) + scatter(second, 6));
    const isBad = second > minutes * 41 && second < minutes * 41 + 90;
    for (let i = 0; i < count; i++) {
      const n = orders.length;
      orders.push(order(n, began + second * 1000 + Math.floor((i * 1000) / count), scatter(n + 17, isBad ? 3 : 400) === 0));
    }
  }
  return orders;
}

export function score(n: number): { readonly key: string; readonly value: string } {
  return { key: `o-${88_200 + n}`, value: JSON.stringify({ order_id: `o-${88_200 + n}`, score: scatter(n, 1000) / 1000, reasons: ['new-customer'] }) };
}

/** Each 40th receipt tells its total as text, each 45th shelf weighs less than nothing, of each 50th article less than nothing is left. */
export function receiptWithFaults(n: number): { readonly routingKey: string; readonly payload: string } {
  const { routingKey, payload } = receipt(n);
  return { routingKey, payload: n % 40 === 31 ? payload.replace(/"total":([\d.]+)/, '"total":"$1"') : payload };
}

export function weightWithFaults(n: number): { readonly topic: string; readonly payload: string } {
  const { topic, payload } = shelfWeight(n);
  return { topic, payload: n % 45 === 38 ? payload.replace(/"grams":\d+/, `"grams":-${1 + scatter(n, 60)}`) : payload };
}

export function stockWithFaults(n: number): string {
  const level = stockLevel(n);
  return n % 50 === 41 ? level.replace(/"left":\d+/, `"left":-${1 + scatter(n, 4)}`) : level;
}
