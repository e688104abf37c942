import assert from 'node:assert/strict';
import { TailKept } from '../../src/extension/tailKept';
import type { TailView } from '../../src/protocol/tail';
import { memoryStores } from './memoryStores';

const view: TailView = { columns: ['$time', 'order.id'], pinned: ['$time'], time: 'utc' };

describe('what a workspace remembers of its tails', () => {
  it('is filters by name: saved, replaced, removed', async () => {
    const kept = new TailKept(memoryStores().state);
    await kept.saveFilter({ name: 'large', filter: { expression: 'value.total > 5' } });
    await kept.saveFilter({ name: 'errors', filter: { verdicts: ['violates'] } });
    await kept.saveFilter({ name: 'large', filter: { expression: 'value.total > 500' } });
    assert.deepEqual(kept.filters(), [
      { name: 'errors', filter: { verdicts: ['violates'] } },
      { name: 'large', filter: { expression: 'value.total > 500' } },
    ]);
    await kept.removeFilter('errors');
    assert.deepEqual(kept.filters().map(({ name }) => name), ['large']);
  });

  it('is which tails are open, by what finds their channels again, and nothing of a contract', async () => {
    const kept = new TailKept(memoryStores().state);
    const target = { address: 'orders', kind: 'topic' } as const;
    const subject = { key: 'k', channel: 'orders', target, brokerLabel: 'events', elementId: 'channel:orders' };
    await kept.keepOpen([[{ ...subject, contract: { name: 'Order', format: 'json-schema', message: '', files: [] } }], [{ ...subject, connectionId: 'c1' }]]);
    assert.deepEqual(JSON.parse(JSON.stringify(kept.open())), [[{ elementId: 'channel:orders', target }], [{ elementId: 'channel:orders', connectionId: 'c1', target }]]);
    await kept.keepOpen([]);
    assert.deepEqual(kept.open(), []);
  });

  it('is each channel’s view, as long as there are not too many', async () => {
    const kept = new TailKept(memoryStores().state);
    for (let i = 0; i < 250; i++) await kept.keepView(`channel ${i}`, view);
    await kept.keepView('channel 249', { ...view, time: 'local' });
    assert.equal(kept.view('channel 0'), undefined);
    assert.deepEqual(kept.view('channel 248'), view);
    assert.equal(kept.view('channel 249')?.time, 'local');
  });
});
