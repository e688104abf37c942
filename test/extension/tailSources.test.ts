import assert from 'node:assert/strict';
import type { TapPlan } from '../../src/brokers/driver';
import type { Way } from '../../src/extension/resolveConnection';
import { planOfAll, requestOf, sourceOf, startWithin, statusOfUnreached, withTags } from '../../src/extension/tailSources';
import type { TailSubject } from '../../src/extension/tailSubject';

const plan = (part: Partial<TapPlan>): TapPlan => ({ verdict: 'ok', makes: [], changes: [], starts: ['latest'], ...part });
const subject = (channel: string): TailSubject => ({ key: channel, channel, target: { address: channel, kind: 'topic' }, brokerLabel: 'events' });
const way = { key: 'events', label: 'events', protocol: 'kafka', options: { url: 'localhost:9092' }, readOnly: true, unverified: false } satisfies Way;

describe('the sources of a tail', () => {
  it('are one request: the first channel, and the others beside it', () => {
    const sources = ['orders', 'mail', 'stock'].map((channel) => sourceOf(subject(channel), way, { at: 'latest' }));
    const request = requestOf(sources, { messages: 100, bytes: 1000 }, true);
    assert.equal(request?.target.address, 'orders');
    assert.deepEqual(request.more?.map(({ target }) => target.address), ['mail', 'stock']);
    assert.equal(requestOf(sources.slice(0, 1), { messages: 1, bytes: 1 }, true)?.more, undefined);
    assert.equal(requestOf([], { messages: 1, bytes: 1 }, true), undefined);
  });

  it('begin where each of them can', () => {
    const start = { at: 'time', time: 7, until: { at: 'now' }, partitions: [1, 2] } as const;
    assert.deepEqual(startWithin(start, plan({ starts: ['latest', 'time'], untils: ['now'], partitions: [0, 1, 2] })), start);
    assert.deepEqual(startWithin(start, plan({ starts: ['latest', 'time'] })), { at: 'time', time: 7 });
    assert.deepEqual(startWithin(start, plan({ untils: ['now'] })), { at: 'latest', until: { at: 'now' } });
  });

  it('tell together what they make and change, and offer the starts that all can give', () => {
    const one = plan({ makes: ['a group'], starts: ['latest', 'last', 'offset', 'time'], untils: ['now', 'offset'], partitions: [0, 1] });
    assert.equal(planOfAll([one]), one);
    assert.deepEqual(planOfAll([one, plan({ verdict: 'ask', makes: ['a queue'], changes: ['no returns'], starts: ['latest', 'offset', 'time'], untils: ['offset', 'now'] })]), {
      verdict: 'ask',
      makes: ['a group', 'a queue'],
      changes: ['no returns'],
      starts: ['latest', 'time'],
      untils: ['now'],
    });
  });

  it('say why one of them is not tailed', () => {
    const { channel, state } = statusOfUnreached({ subject: subject('orders'), error: new Error('No file says where events is.') });
    assert.deepEqual([channel, state], ['orders', { is: 'refused', reason: 'No file says where events is.' }]);
  });

  it('keep their colours, also one that comes back, and a new one gets the one that is seen least', () => {
    const first = withTags(new Map(), ['a', 'b', 'c']);
    assert.deepEqual([...first.values()], [0, 1, 2]);
    const second = withTags(first, ['a', 'c', 'd']);
    assert.deepEqual([second.get('a'), second.get('b'), second.get('c'), second.get('d')], [0, 1, 2, 3]);
    const many = withTags(second, ['a', 'c', 'd', 'e', 'f', 'g', 'h']);
    assert.deepEqual([...new Set(['a', 'c', 'd', 'e', 'f', 'g', 'h'].map((key) => many.get(key)))].length, 7);
    // All eight were given: that of a channel which is out goes before one that is seen.
    assert.equal(withTags(many, ['a', 'c', 'd', 'e', 'f', 'g', 'h', 'i']).get('i'), 1);
  });
});
