import assert from 'node:assert/strict';
import type { BrokerFigures, ChannelFigures, ConsumerFigures } from '../../src/brokers/figures';
import { FigureHistory, samplesKept, trendOf } from '../../src/live/figuresHistory';

const orders = { address: 'orders', kind: 'topic' } as const;
const billing = { channel: 'orders', kind: 'topic', name: 'billing' } as const;

/** A sample at a second, of one topic and one group. */
function sample(second: number, channel?: Partial<ChannelFigures>, consumer?: Partial<ConsumerFigures>): BrokerFigures {
  return {
    at: second * 1000,
    channels: channel ? [{ ...orders, ...channel }] : [],
    consumers: consumer ? [{ ...billing, ...consumer }] : [],
    broker: [], notes: [],
  };
}

describe('figures over time', () => {
  it('makes rates of counters, from the second sample on', () => {
    const history = new FigureHistory(30_000);
    const first = history.add(sample(0, { published: 100, delivered: 40, depth: 60 }, { done: 40, lag: 60 }));
    assert.deepEqual(first.channels, [{ ...orders, depth: 60 }]);
    assert.deepEqual(first.consumers, [{ ...billing, lag: 60 }]);
    const second = history.add(sample(5, { published: 150, delivered: 45 }, { done: 45, lag: 105 }));
    assert.deepEqual(second.channels, [{ ...orders, rateIn: 10, rateOut: 1 }]);
    assert.deepEqual(second.consumers, [{ ...billing, lag: 105, rate: 1 }]);
  });

  it('takes the broker’s own rate where it tells no counter, and none until there are two counts', () => {
    const history = new FigureHistory(30_000);
    assert.equal(history.add(sample(0, { published: 0, rateIn: 7 })).channels[0]?.rateIn, undefined);
    assert.equal(history.add(sample(5, { published: 50, rateIn: 0 })).channels[0]?.rateIn, 10);
    assert.equal(history.add(sample(10, { rateIn: 3 })).channels[0]?.rateIn, 3);
  });

  it('evens out counters that go in steps, over the last seconds', () => {
    const history = new FigureHistory(30_000);
    const rates = [0, 0, 60, 60, 60, 120, 120, 120].map((published, i) => history.add(sample(i * 5, { published })).channels[0]?.rateIn);
    assert.deepEqual(rates, [undefined, 0, 6, 4, 4, 4, 4, 4]);
  });

  it('gives no rate where a counter begins anew, and goes on from there', () => {
    const history = new FigureHistory(30_000);
    history.add(sample(0, { published: 1000 }));
    assert.equal(history.add(sample(5, { published: 10 })).channels[0]?.rateIn, undefined);
    assert.equal(history.add(sample(10, { published: 20 })).channels[0]?.rateIn, 2);
  });

  it('gives no rate over a pause, after which nobody knows what happened meanwhile', () => {
    const history = new FigureHistory(30_000);
    history.add(sample(0, { published: 0, depth: 1 }));
    assert.equal(history.add(sample(3600, { published: 36_000, depth: 2 })).channels[0]?.rateIn, undefined);
    assert.equal(history.add(sample(3605, { published: 36_050, depth: 3 })).channels[0]?.rateIn, 10);
    const depth = history.series({ channel: 'orders', kind: 'topic' }).find(({ name }) => name === 'depth');
    assert.deepEqual(depth?.points.map(([, value]) => value), [1, null, 2, 3]);
  });

  it('gives no rate where the clock went back', () => {
    const history = new FigureHistory(30_000);
    history.add(sample(100, { published: 0 }));
    assert.equal(history.add(sample(90, { published: 10 })).channels[0]?.rateIn, undefined);
  });

  it('begins anew with what was gone for a sample', () => {
    const history = new FigureHistory(30_000);
    history.add(sample(0, { published: 0 }));
    history.add(sample(5));
    assert.deepEqual(history.series({ channel: 'orders', kind: 'topic' }), []);
    assert.equal(history.add(sample(10, { published: 100 })).channels[0]?.rateIn, undefined);
  });

  it('never makes a 0 of what is not known', () => {
    const history = new FigureHistory(30_000);
    history.add(sample(0, { depth: 5 }, {}));
    const reading = history.add(sample(5, {}, {}));
    assert.deepEqual([reading.channels, reading.consumers], [[orders], [billing]]);
    const depth = history.series({ channel: 'orders', kind: 'topic' });
    assert.deepEqual(depth, [{ name: 'depth', points: [[0, 5], [5000, null]] }]);
  });

  it('keeps the last samples only', () => {
    const history = new FigureHistory(30_000);
    for (let i = 0; i < samplesKept + 20; i++) history.add(sample(i * 5, undefined, { lag: i }));
    const [lag] = history.series({ channel: 'orders', kind: 'topic', reader: 'billing' });
    assert.equal(lag?.points.length, samplesKept);
    assert.deepEqual(lag?.points.at(-1), [(samplesKept + 19) * 5000, samplesKept + 19]);
  });

  it('tells a trend of the lag once there are enough samples', () => {
    const history = new FigureHistory(30_000);
    const trends = [10, 20, 40, 80, 160].map((lag, i) => history.add(sample(i * 5, undefined, { lag })).consumers[0]?.trend);
    assert.deepEqual(trends, [undefined, undefined, undefined, 'rising', 'rising']);
  });

  it('tells the worst partitions first, and not thousands of them', () => {
    const lagByPartition = Array.from({ length: 1000 }, (_, partition) => ({ partition, lag: partition % 500 }));
    const told = new FigureHistory(30_000).add(sample(0, undefined, { lag: 1, lagByPartition })).consumers[0]?.lagByPartition;
    assert.equal(told?.length, 64);
    assert.deepEqual(told?.slice(0, 3), [{ partition: 499, lag: 499 }, { partition: 999, lag: 499 }, { partition: 498, lag: 498 }]);
  });

  it('calls a few messages that come and go no trend', () => {
    assert.equal(trendOf([0, 1, 0, 1, 1, 0]), 'steady');
    assert.equal(trendOf([1000, 1010, 1020, 1030]), 'steady');
    assert.equal(trendOf([1000, 900, 600, 500]), 'falling');
    assert.equal(trendOf([0, 0, 3, 3]), 'rising');
  });
});
