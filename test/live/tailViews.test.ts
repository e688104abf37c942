import assert from 'node:assert/strict';
import { TailBuffer } from '../../src/brokers/buffer';
import type { TapMessage } from '../../src/brokers/driver';
import { anyValueDecoder } from '../../src/codecs/anyValue';
import { Faults } from '../../src/live/faults';
import { compileFilter } from '../../src/live/filter';
import { BufferRow } from '../../src/live/filterRow';
import { findFrom } from '../../src/live/find';
import { histogramOf } from '../../src/live/histogram';
import { TailList } from '../../src/live/tailList';

const VALID = 1;
const VIOLATES = 2;
const message = (n: number, extra: Partial<TapMessage> = {}): TapMessage => {
  const value = Buffer.from(`{"n":${n}}`);
  return { channel: 'c', time: n, value, headers: [], size: value.length, ...extra };
};

function view(messages = 1000) {
  const buffer: TailBuffer = new TailBuffer({ messages, bytes: 1e9 }, ['c'], (seq) => list.fell(seq));
  const decoder = anyValueDecoder();
  const list = new TailList(buffer, new BufferRow(buffer, () => decoder), () => buffer.received);
  return { buffer, list };
}

describe('what is made of a tail’s list', function () {
  this.timeout(20_000);

  it('counts over time, errors among the counts, in intervals that people reckon with', async () => {
    const { buffer, list } = view(500);
    const start = Date.UTC(2026, 0, 31, 12);
    for (let n = 0; n < 600; n++) buffer.note(buffer.append(message(n, { time: start + n * 1000 })), n % 100 === 0 ? VIOLATES : VALID);
    const whole = histogramOf(buffer, list, 10);
    assert.equal(whole.step, 60_000);
    assert.equal(whole.from, start + 60_000);
    assert.deepEqual(whole.counts, [20, 60, 60, 60, 60, 60, 60, 60, 60]);
    assert.deepEqual(whole.errors, [1, 0, 1, 0, 1, 1, 0, 1, 0]);
    list.filter((await compileFilter({ from: start + 500_000, to: start + 509_000 }, [{ channel: 'c' }])).test);
    while (!list.scan(5));
    assert.deepEqual(histogramOf(buffer, list, 10), { from: start + 500_000, step: 1000, counts: new Array<number>(10).fill(1), errors: [1, ...new Array<number>(9).fill(0)] });
    for (const buckets of [1, 7, 60, 5000]) {
      const { counts } = histogramOf(buffer, list, buckets);
      assert.ok(counts.length <= buckets);
      assert.equal(counts.reduce((a, b) => a + b, 0), 10);
    }
  });

  it('counts nothing of nothing, and takes times of all ages', () => {
    const { buffer, list } = view();
    assert.deepEqual(histogramOf(buffer, list, 10).counts, []);
    for (const time of [0, 4e12, Number.NaN, -1e15]) buffer.append(message(1, { time }));
    const { counts } = histogramOf(buffer, list, 50);
    assert.equal(counts.reduce((a, b) => a + b, 0), 3);
    assert.ok(counts.length <= 50);
  });

  it('finds the next and the previous fault and match from any message', async () => {
    const { buffer, list } = view();
    for (let n = 0; n < 100; n++) buffer.note(buffer.append(message(n)), n % 30 === 7 ? VIOLATES : VALID);
    assert.equal(findFrom(buffer, list, 7, 'next', 'fault'), 37);
    assert.equal(findFrom(buffer, list, 37, 'previous', 'fault'), 7);
    assert.equal(findFrom(buffer, list, 7, 'previous', 'fault'), undefined);
    assert.equal(findFrom(buffer, list, 97, 'next', 'fault'), undefined);
    list.filter((await compileFilter({ text: '"n":3' }, [{ channel: 'c' }])).test);
    while (!list.scan(5));
    assert.equal(findFrom(buffer, list, 3, 'next', 'match'), 30);
    assert.equal(findFrom(buffer, list, 20, 'previous', 'match'), 3);
    assert.equal(findFrom(buffer, list, -1, 'next', 'fault'), 37);
  });

  it('finds the message before it with the same key, on the same channel', () => {
    const { buffer } = view(50);
    for (let n = 0; n < 100; n++) buffer.append(message(n, { key: n % 2 ? `k${n % 7}` : Buffer.from(`k${n % 7}`), channel: n % 3 ? 'c' : 'd' }));
    for (let n = 50; n < 100; n++) {
      let expected: number | undefined;
      for (let m = n - 1; m >= 50 && expected === undefined; m--) if (m % 7 === n % 7 && (m % 3 === 0) === (n % 3 === 0)) expected = m;
      assert.equal(buffer.previousOf(n), expected, String(n));
    }
    const long = 'x'.repeat(500_000);
    for (const key of [`${long}a${long}`, `${long}b${long}`, `${long}a${long}`]) buffer.append(message(0, { key }));
    assert.equal(buffer.previousOf(102), 100);
    buffer.append(message(0));
    assert.equal(buffer.previousOf(103), undefined);
  });

  it('groups faults by what they are, not by what they cite, in bounded memory', async () => {
    const faults = new Faults();
    const lacks = { path: '/order', reason: 'has no id, which is required' };
    faults.add(1, 0, 'violates', [lacks]);
    faults.add(5, 0, 'violates', [lacks, { path: '/items/0/n', reason: 'is -1, and must be at least 0', kind: 'must be at least 0' }, { path: '/items/12/n', reason: 'is -7, and must be at least 0', kind: 'must be at least 0' }]);
    faults.add(6, 0, 'undecodable', [{ path: '', reason: 'is not JSON: Unexpected token h' }]);
    faults.add(7, 0, 'undecodable', [{ path: '', reason: 'is not JSON: Unexpected end' }]);
    faults.add(8, 0, 'undecodable', [{ path: '/a', reason: 'claims 7123 bytes, and 3 bytes are left' }]);
    faults.add(9, 0, 'undecodable', [{ path: '/a', reason: 'claims 99 bytes, and 8 bytes are left' }]);
    const counts = faults.counts([{ channel: 'orders', contract: { name: 'Order', version: '2', format: 'json-schema', files: [], message: '' }, judged: 1000 }]);
    assert.deepEqual(counts.map((f) => [f.path, f.reason, f.count, f.last]), [
      ['', 'is not JSON', 2, 7],
      ['/a', 'claims … bytes, and … bytes are left', 2, 9],
      ['/order', 'has no id, which is required', 2, 5],
      ['/items/*/n', 'must be at least 0', 1, 5],
    ]);
    assert.deepEqual([counts[0]!.channel, counts[0]!.contract, counts[0]!.version, counts[0]!.of], ['orders', 'Order', '2', 1000]);
    for (let n = 0; n < 5000; n++) faults.add(n, 0, 'violates', [{ path: `/x${n}`, reason: 'must be integer' }]);
    const many = faults.counts([]);
    // Of what is counted together, a filter knows the verdict alone.
    const { verdict, path, reason } = many[0]!;
    const filter = await compileFilter({ fault: { verdict, path, reason } }, [{ channel: 'c' }]);
    assert.deepEqual([reason, filter.test?.costly], ['breaks it in yet other ways', undefined]);
    assert.ok(many.length <= 502, String(many.length));
    assert.equal(many.reduce((sum, f) => sum + f.count, 0), 5007);
  });
});
