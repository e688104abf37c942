import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { BrokerDriver, TapMessage, TapSink } from '../../src/brokers/driver';
import { quietServices } from '../../src/brokers/services';
import { openTail } from '../../src/live/openTail';
import type { Tail } from '../../src/live/tail';
import type { TailContract, TailFilter } from '../../src/protocol/tail';
import { until } from '../support/until.mjs';
import { median, time, type Row } from './measure';

const MILLION = 1_000_000;
const SOME = 200_000;
const BATCH = 500;
const RUNS = 3;

const contract: TailContract = {
  name: 'Order', format: 'json-schema', message: '',
  files: [{
    path: '/order.json',
    text: JSON.stringify({
      type: 'object', required: ['order_id', 'amount'],
      properties: { order_id: { type: 'string' }, amount: { type: 'number', minimum: 0 }, customer: { type: 'object' } },
    }),
  }],
};

/** An order of 200 bytes of JSON. */
function order(n: number): TapMessage {
  const text = `{"order_id":"order-${n}","amount":${n % 1000},"customer":{"id":${n % 97},"note":"`;
  const value = Buffer.from(`${text}${'x'.repeat(Math.max(0, 197 - text.length))}"}}`);
  return {
    channel: 'orders', time: 1_770_000_000_000 + n, partition: n % 12, offset: String(n), key: Buffer.from(`k${n % 5000}`),
    value, headers: [], size: value.length,
  };
}

/** A tail whose driver is the benchmark: what is measured begins where a tap hands over. */
async function tailOf(withContract: boolean, filter: TailFilter): Promise<{ tail: Tail; sink: TapSink }> {
  let sink: TapSink | undefined;
  const driver: BrokerDriver = {
    protocol: 'kafka',
    connect: async () => ({
      protocol: 'kafka',
      about: 'a benchmark',
      plan: async () => ({ verdict: 'ok', makes: [], changes: [], starts: ['latest'] }),
      tap: async (_target, _start, given) => {
        sink = given;
        return { pause: () => {}, resume: () => {}, stop: async () => {} };
      },
      list: async () => undefined,
      remove: async () => true,
      close: async () => {},
    }),
  };
  const tail = openTail(
    {
      protocol: 'kafka', connect: { url: 'nowhere' }, target: { address: 'orders', kind: 'topic' }, start: { at: 'latest' },
      limits: { messages: MILLION, bytes: 1e9 }, ...(withContract ? { contract } : {}),
    },
    { status: () => {} },
    quietServices(),
    { kafka: () => driver, rabbitmq: () => driver, mqtt: () => driver, nats: () => driver },
  );
  await tail.filter(filter);
  return { tail, sink: await until(() => sink, { what: 'the tap', every: 1 }) };
}

/** Messages a second until all are in the buffer, judged and filtered. */
async function rate(messages: readonly TapMessage[], withContract: boolean, filter: TailFilter): Promise<number> {
  const rates: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { tail, sink } = await tailOf(withContract, filter);
    const started = performance.now();
    for (let n = 0; n < messages.length; n += BATCH) {
      sink.messages(messages.slice(n, n + BATCH));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => tail.settled(), { what: 'all to be judged and filtered', every: 1, timeout: 60_000 });
    rates.push((messages.length * 1000) / (performance.now() - started));
    await tail.stop();
  }
  return median(rates);
}

/** What a message costs between the tap and the list, and what a million of them weigh and take to look at. */
export async function bufferRows(): Promise<Row[]> {
  // First, so that nothing of the others is collected meanwhile.
  const million = await millionRows();
  const messages = Array.from({ length: SOME }, (_, n) => order(n));
  const bare = await rate(messages, false, {});
  const rows: Row[] = [{ name: 'append', value: bare, unit: 'msg/s' }];
  const cases: [string, boolean, TailFilter][] = [
    ['append, text filter', false, { text: 'order-77' }],
    ['append, regular expression', false, { text: 'order-7+"', regex: true }],
    ['append, expression', false, { expression: 'value.amount > 990 && value.customer.id == 7' }],
    ['append, contract', true, {}],
    ['append, contract and expression', true, { expression: 'value.amount > 990' }],
  ];
  for (const [name, withContract, filter] of cases) {
    const value = await rate(messages, withContract, filter);
    rows.push({ name, value, unit: 'msg/s', ratio: { of: 'append', value: value / bare } });
  }
  return [...rows, ...million];
}

/** The list by time, made of all that is there, and kept up with what comes. */
async function byTime(tail: Tail): Promise<Row[]> {
  let worst = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    worst = Math.max(worst, performance.now() - last);
    last = performance.now();
  }, 1);
  const made = await time(1, async () => {
    tail.sort('time');
    await until(() => tail.settled(), { what: 'the order by time', every: 1, timeout: 120_000 });
  }, 0);
  clearInterval(watch);
  const rows: Row[] = [
    { name: 'sorted by time', value: made, unit: 'ms' },
    { name: 'longest pause meanwhile', value: worst, unit: 'ms' },
    { name: '100 rows in the middle, by time', value: await time(10, () => tail.rows(500_000, 100)), unit: 'ms' },
    { name: 'histogram of them by time', value: await time(10, () => tail.histogram(200)), unit: 'ms' },
  ];
  tail.sort('arrival');
  return rows;
}

async function millionRows(): Promise<Row[]> {
  const { tail, sink } = await tailOf(false, {});
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage();
  let bytes = 0;
  for (let n = 0; n < MILLION; n += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, m) => order(n + m));
    for (const { value } of batch) bytes += value?.length ?? 0;
    sink.messages(batch);
    await new Promise((resolve) => setImmediate(resolve));
  }
  collect();
  const after = process.memoryUsage();
  const held = after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed;
  const rows: Row[] = [
    { name: '1,000,000 messages of 200 B', value: held / 1e6, unit: 'MB', ratio: { of: 'their bytes', value: held / bytes, budget: '≤ 2' } },
    { name: 'histogram of them, 200 intervals', value: await time(10, () => tail.histogram(200)), unit: 'ms' },
    { name: '100 rows in the middle, 5 columns', value: await time(10, () => {
      tail.columns(['order_id', 'amount', 'customer.id', 'customer.note', 'header:x']);
      return tail.rows(500_000, 100);
    }), unit: 'ms' },
    ...(await byTime(tail)),
    { name: 'the message before it with the same key', value: await time(10, () => tail.detail(999_999)), unit: 'ms' },
  ];
  const filters: [string, TailFilter][] = [
    ['expression over them', { expression: 'value.amount > 990' }],
    ['regular expression over them', { text: 'order-7+"', regex: true }],
    ['text filter over them, which all match', { text: 'order-' }],
  ];
  for (const [name, filter] of filters) {
    const value = await time(1, async () => {
      await tail.filter(filter);
      await until(() => tail.settled(), { what: name, every: 1, timeout: 120_000 });
    }, 0);
    rows.push({ name, value, unit: 'ms' });
  }
  rows.push({ name: 'histogram of the filtered, 200 intervals', value: await time(10, () => tail.histogram(200)), unit: 'ms' });
  await tail.stop();
  return rows;
}
