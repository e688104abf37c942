import assert from 'node:assert/strict';
import { figuresOf } from '../../src/graph/figures/index';
import { edgePills, framePills, nodePills, rateStep } from '../../src/graph/figures/pills';
import type { ElementFigures, Reading } from '../../src/graph/figures/types';
import { countWords, rateWords, sizeWords, spanWords } from '../../src/graph/figures/words';
import { fixtureModel } from '../support/fixture';

const read = fixtureModel(`
flow: 1
brokers:
  events: { protocol: kafka }
  work: { protocol: rabbitmq }
  stock: { protocol: nats }
channels:
  orders: { broker: events, alert: { lag: 5000 }, deadLetter: orders.dlq, alias: [orders-v1] }
  orders.dlq: { broker: events }
  mail: { broker: work, exchange: topic }
  mail.in: { broker: work, queue: quorum, bindings: [{ exchange: mail, routingKey: "#" }], alert: { depth: 10, age: 10m } }
  levels.>: { broker: stock, stream: { name: LEVELS } }
services:
  shop: { publishes: { orders: {}, mail: {} } }
  billing: { consumes: { orders: { group: billing, alert: { lag: 100 } } } }
  audit: { consumes: { orders-v1: { group: audit } } }
  mailer: { consumes: { mail.in: { alert: { unacked: 5 } } } }
  window: { consumes: { levels.>: { durable: window } } }
`);

const at = 1_700_000_000_000;
const topic = (address: string, figures: object = {}) => ({ address, kind: 'topic', ...figures }) as const;
const group = (name: string, figures: object = {}) => ({ channel: 'orders', kind: 'topic', name, ...figures }) as const;

function of(broker: string, reading: Partial<Reading>): ReturnType<typeof figuresOf> {
  return figuresOf(read.model, broker, { at, channels: [], consumers: [], broker: [], notes: [], ...reading }, 'tailrace-tap');
}

function element(found: ReturnType<typeof figuresOf>, id: string): ElementFigures {
  const one = found.elements.find((figures) => figures.id === id);
  assert.ok(one, `${id} has figures: ${found.elements.map((figures) => figures.id).join(', ')}`);
  return one;
}

const texts = ({ badges }: ElementFigures): string[] => badges.map(({ text, tone, sign }) => [text, tone, sign].filter(Boolean).join(' | '));

describe('live figures on the model', () => {
  it('finds topics by address and kind, and groups by name, also under an alias', () => {
    const found = of('events', {
      channels: [topic('orders', { rateIn: 1214, depth: 3_400_000 }), { address: 'orders', kind: 'queue', depth: 1 }],
      consumers: [group('billing', { lag: 3410, trend: 'rising', rate: 120, state: 'Stable', members: 2 }), group('audit', { lag: 0 })],
    });
    assert.deepEqual(texts(element(found, 'channel:orders')), ['1.2 k/s · 3.4 M stored | plain']);
    assert.deepEqual(texts(element(found, 'consume:orders>billing')), ['lag 3,410 · 120/s | warning | rising']);
    assert.deepEqual(texts(element(found, 'consume:orders>audit')), ['lag 0 | plain']);
    const publish = element(found, 'publish:shop>orders');
    assert.deepEqual([publish.rate, publish.health, texts(publish)], [1214, 'good', ['1.2 k/s | plain']]);
  });

  it('tells of groups that no file knows, but not of our own', () => {
    const found = of('events', {
      channels: [topic('orders')],
      consumers: [group('zebra', { lag: 5, state: 'Empty' }), group('ad-hoc'), group('billing'), group('tailrace-tap-1')],
    });
    const orders = element(found, 'channel:orders');
    assert.deepEqual(texts(orders), ['+2 groups no file knows | muted']);
    assert.deepEqual(orders.strangers, [{ name: 'ad-hoc', value: '' }, { name: 'zebra', value: 'lag 5 · Empty' }]);
  });

  it('says when a group is not there to read, or not stable', () => {
    const lag = (figures: object): string[] =>
      texts(element(of('events', { channels: [topic('orders')], consumers: [group('billing', figures)] }), 'consume:orders>billing'));
    assert.deepEqual(lag({ lag: 10, state: 'Empty', members: 0 }), ['lag 10 · no members | warning']);
    assert.deepEqual(lag({ lag: 0, state: 'PreparingRebalance' }), ['lag 0 · preparing rebalance | plain']);
  });

  it('always shows dead letters, and says where all groups have read them', () => {
    const dlq = (depth: number, ...lags: number[]): string[] =>
      texts(element(of('events', {
        channels: [topic('orders.dlq', { depth })],
        consumers: lags.map((lag, i) => ({ channel: 'orders.dlq', kind: 'topic', name: `g${i}`, lag })),
      }), 'channel:orders.dlq'));
    assert.deepEqual(dlq(17), ['17 dead letters | error | alert']);
    assert.deepEqual(dlq(1, 0)[0], '1 dead letter, all read | warning | alert');
    assert.deepEqual(dlq(0), ['empty | plain']);
    const far = element(of('events', { channels: [topic('orders.dlq', { depth: 1 })] }), 'channel:orders.dlq').badges[0]?.far;
    assert.equal(far, true);
  });

  it('takes a queue’s figures for its consumers, who have no names', () => {
    const found = of('work', {
      channels: [
        { address: 'mail', kind: 'exchange', rateIn: 4 },
        { address: 'mail.in', kind: 'queue', ready: 12, unacked: 3, depth: 15, rateIn: 4, rateOut: 3.5, consumers: 1, redelivered: 2 },
      ],
    });
    assert.deepEqual(texts(element(found, 'channel:mail.in')), ['12 ready · 3 unacked · 4/s | plain']);
    assert.deepEqual(texts(element(found, 'consume:mail.in>mailer')), ['3 unacked · 3.5/s | plain']);
    assert.equal(element(found, 'route:mail>mail.in').rate, 4);
    const nobody = of('work', { channels: [{ address: 'mail.in', kind: 'queue', ready: 12, consumers: 0 }] });
    assert.deepEqual(texts(element(nobody, 'consume:mail.in>mailer')), ['nobody reads | warning']);
  });

  it('finds a stream by the subject or by its name, and its durable consumers', () => {
    for (const address of ['levels.>', 'LEVELS']) {
      const found = of('stock', {
        channels: [{ address, kind: 'stream', depth: 20 }],
        consumers: [{ channel: address, kind: 'stream', name: 'window', lag: 4, ackPending: 2, redelivered: 1 }],
      });
      assert.deepEqual(texts(element(found, 'channel:levels.>')), ['20 stored | plain']);
      assert.deepEqual(texts(element(found, 'consume:levels.>>window')), ['lag 4 · 2 ack pending · 1 redelivered | plain']);
    }
  });

  it('knows figures of no other broker, and of none that is gone', () => {
    assert.deepEqual(of('work', { channels: [topic('orders', { depth: 1 })] }).elements.map(({ id }) => id), ['broker:work']);
    assert.deepEqual(of('lost', {}).elements.filter(({ id }) => id !== 'broker:lost'), []);
  });

  it('tells under-replicated partitions, and the broker’s own figures', () => {
    const found = of('events', {
      channels: [topic('orders', { underReplicated: 2 })],
      broker: [
        { name: 'under-replicated partitions', value: 1 }, { name: 'clients connected', value: 1 }, { name: 'retained', value: 0 },
        { name: 'received', value: 34, unit: '/s' }, { name: 'memory', value: 2048, unit: 'B' },
      ],
      notes: ['Groups cannot be read.'],
    });
    assert.deepEqual(texts(element(found, 'channel:orders')), ['2 under-replicated | warning | alert']);
    const broker = element(found, 'broker:events');
    assert.deepEqual(texts(broker), ['1 under-replicated partition | warning | alert', '1 client connected · 34/s received | plain']);
    assert.deepEqual(broker.facts.at(-1), { name: 'memory', value: '2 KiB' });
    assert.deepEqual(broker.notes, ['Groups cannot be read.']);
  });
});

describe('thresholds', () => {
  const textAt = ({ file, start, end }: { file: string; start: number; end: number }): string =>
    read.text(file as never).slice(start, end);

  it('compares a channel by its slowest reader, and a consume by its own group', () => {
    const { breaches } = of('events', {
      channels: [topic('orders')], consumers: [group('billing', { lag: 101 }), group('zebra', { lag: 5001 })],
    });
    assert.deepEqual(breaches.map(({ key, message }) => [key, message]), [
      ['channel:orders lag', 'orders: 5,001 messages behind, and the alert allows 5,000. More arrives than is worked off: see whether the consumer runs, and how fast it is.'],
      ['consume:orders>billing lag', 'billing at orders: 101 messages behind, and the alert allows 100. More arrives than is worked off: see whether the consumer runs, and how fast it is.'],
    ]);
    assert.match(textAt(breaches[0]!.at), /^alert/);
  });

  it('knows depth, unacknowledged and age of queues', () => {
    const { breaches } = of('work', {
      channels: [{ address: 'mail.in', kind: 'queue', depth: 11, unacked: 6, oldest: at - 11 * 60_000 }],
    });
    assert.deepEqual(breaches.map(({ key, badge }) => [key, badge.text]), [
      ['channel:mail.in depth', 'depth above 10'],
      ['channel:mail.in age', 'age above 10m'],
      ['consume:mail.in>mailer unacked', 'unacked above 5'],
    ]);
  });

  it('knows no age of what keeps messages that were read', () => {
    const old = { at, consumers: [], broker: [], notes: [], channels: [{ address: 'levels.>', kind: 'stream', depth: 5, oldest: 0 }] } as const;
    const { model } = fixtureModel(`
flow: 1
brokers: { stock: { protocol: nats } }
channels:
  levels.>: { broker: stock, alert: { age: 1m }, stream: { name: LEVELS } }
  jobs.>: { broker: stock, alert: { age: 1m }, stream: { name: JOBS, retention: workqueue } }
`);
    const breaches = figuresOf(model, 'stock', { ...old, channels: [...old.channels, { address: 'jobs.>', kind: 'stream', oldest: 0 }] }, 'tap').breaches;
    assert.deepEqual(breaches.map(({ key }) => key), ['channel:jobs.> age']);
  });

  it('is silent at the threshold, and where nothing is known', () => {
    assert.deepEqual(of('work', { channels: [{ address: 'mail.in', kind: 'queue', depth: 10 }] }).breaches, []);
    assert.deepEqual(of('events', { channels: [topic('orders')] }).breaches, []);
  });
});

describe('words and places of figures', () => {
  it('writes numbers short', () => {
    assert.deepEqual([0, 950, 3410, 12_345, 4_100_000, 5e9].map(countWords), ['0', '950', '3,410', '12.3 k', '4.1 M', '5 G']);
    assert.deepEqual([0, 0.01, 3.44, 120.4, 1214, 2_000_000].map(rateWords), ['0/s', '< 0.1/s', '3.4/s', '120/s', '1.2 k/s', '2 M/s']);
    assert.deepEqual([12, 12_288, 3.4 * 2 ** 30].map(sizeWords), ['12 B', '12 KiB', '3.4 GiB']);
    assert.deepEqual([0, 42_000, 200_000, 18_600_000, 183_600_000].map(spanWords), ['0 s', '42 s', '3 min 20 s', '5 h 10 min', '2 d 3 h']);
    assert.deepEqual([undefined, 0, 0.5, 5, 50, 500, 5000].map(rateStep), [0, 0, 1, 2, 3, 4, 5]);
  });

  it('sets badges on a node’s lower edge, in rows that hardly leave it', () => {
    const box = { x: 100, y: 50, width: 200, height: 58 };
    const badges = ['17 dead letters', '1.2 k/s', '+2 groups no file knows'].map((text) => ({ text, tone: 'plain' }) as const);
    const pills = nodePills(badges, box);
    assert.deepEqual(pills.map(({ y }) => y), [50, 50, 67]);
    for (const pill of pills) assert.ok(pill.x >= 0 && pill.x + pill.width <= box.width + 26);
  });

  it('sets a broker’s badges where those of its channels leave room on the frame’s edge', () => {
    const frame = { x: 500, y: 300, width: 240, height: 130 };
    const plain = (...texts: string[]) => texts.map((text) => ({ text, tone: 'plain' }) as const);
    const place = (x: number, width: number, ...texts: string[]) => {
      const [pill] = framePills(plain('1 stream'), frame, [{ box: { x: 500 + x, y: 350, width, height: 58 }, badges: plain(...texts) }]);
      assert.ok(pill);
      return [pill.x + pill.width === frame.width - 14 ? 'right' : pill.x === 14 ? 'left' : pill.x, pill.y - frame.height];
    };
    assert.deepEqual(place(24, 192, '5 stored'), ['right', -8]);
    assert.deepEqual(place(24, 192, '12.3 k/s · 3.4 M stored, and more', '+1 consumer no file knows'), ['right', 9]);
    assert.deepEqual(place(110, 100, '12.3 k/s · 3.4 M', '+1 cons'), ['left', -8]);
  });

  it('sets an edge’s badge below its label, or on the middle of its line', () => {
    const badge = { text: 'lag 3', tone: 'plain' } as const;
    const line = { id: 'e', points: [{ x: 0, y: 0 }, { x: 100, y: 0 }, { x: 100, y: 100 }] };
    const [onLine] = edgePills([badge], line);
    assert.ok(onLine && Math.abs(onLine.x + onLine.width / 2 - 100) < 0.01 && Math.abs(onLine.y + 8) < 0.01);
    const [below] = edgePills([badge], { ...line, label: { x: 20, y: 40, width: 60, height: 20 } });
    assert.ok(below && Math.abs(below.x + below.width / 2 - 50) < 0.01 && below.y === 61);
  });
});
