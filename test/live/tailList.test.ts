import assert from 'node:assert/strict';
import { TailBuffer, type BufferLimits } from '../../src/brokers/buffer';
import type { TapMessage } from '../../src/brokers/driver';
import { anyValueDecoder } from '../../src/codecs/anyValue';
import { compileFilter } from '../../src/live/filter';
import { BufferRow } from '../../src/live/filterRow';
import { TailList } from '../../src/live/tailList';
import type { TailFilter } from '../../src/protocol/tail';

const message = (n: number, extra: Partial<TapMessage> = {}): TapMessage => {
  const value = extra.value ?? Buffer.from(`value ${n}`);
  return {
    channel: 'orders',
    time: 1000 + n,
    partition: 1,
    offset: String(n),
    key: Buffer.from(`key-${n}`),
    headers: [],
    size: value.length,
    ...extra,
    value,
  };
};

/** A buffer with its view, as a tail has them. */
function view(limits: BufferLimits, channels: readonly string[] = ['orders']) {
  const buffer: TailBuffer = new TailBuffer(limits, channels, (seq) => list.fell(seq));
  const decoder = anyValueDecoder();
  const list = new TailList(buffer, new BufferRow(buffer, () => decoder), () => buffer.received);
  const finish = (): void => {
    while (!list.scan(5));
  };
  return {
    buffer,
    list,
    finish,
    fill: (count: number, from = 0): void => {
      for (let n = from; n < from + count; n++) {
        buffer.append(message(n));
        finish();
      }
    },
    filter: async (filter: TailFilter): Promise<number[]> => {
      const { test, problem } = await compileFilter(filter, channels.map((channel) => ({ channel })));
      assert.equal(problem, undefined);
      list.filter(test);
      finish();
      assert.equal(list.shown, list.window(0, 1e6).length);
      return list.window(0, 1e6);
    },
  };
}

describe('the list of a tail', function () {
  this.timeout(20_000);

  it('filters by key, value, header and another channel, whatever the case of letters', async () => {
    const v = view({ messages: 100, bytes: 1e6 });
    v.buffer.append(message(0, { key: Buffer.from('Customer-7') }));
    v.buffer.append(message(1, { value: Buffer.from('{"name":"KÖLN express"}') }));
    v.buffer.append(message(2, { headers: [['X-Trace', 'abcDEF']] }));
    v.buffer.append(message(3, { channel: 'trucks/9' }));
    const found = (text: string): Promise<number[]> => v.filter({ text });
    assert.deepEqual(await found('customer-7'), [0]);
    assert.deepEqual(await found('kÖln EXPRESS'), [1]);
    assert.deepEqual(await found('x-trace'), [2]);
    assert.deepEqual(await found('ABCdef'), [2]);
    assert.deepEqual(await found('trucks/9'), [3]);
    assert.deepEqual(await found('nowhere'), []);
    assert.deepEqual(await found(''), [0, 1, 2, 3]);
    // Fields do not run into each other, and lengths are not searched.
    assert.deepEqual(await found('X-TraceabcDEF'), []);
    assert.deepEqual(await found('\u0001'), []);
    assert.deepEqual(await v.filter({ text: 'abcdef', matchCase: true }), []);
    assert.deepEqual(await v.filter({ text: 'abcDEF', matchCase: true }), [2]);
    // The only source's channel tells nothing apart.
    assert.deepEqual(await found('orders'), []);
  });

  it('filters by channel, key, partition, time and verdict, all of which must hold', async () => {
    const v = view({ messages: 100, bytes: 1e6 }, ['orders', 'returns']);
    for (let n = 0; n < 20; n++) {
      v.buffer.append(message(n, { partition: n % 3, key: `k${n % 4}`, channel: n % 2 ? 'returns' : 'orders' }), n % 2);
      v.buffer.note(n, n % 4);
    }
    assert.deepEqual(await v.filter({ channels: ['returns'], partitions: [0] }), [3, 9, 15]);
    assert.deepEqual(await v.filter({ text: 'RETURNS', from: 1010, to: 1014 }), [11, 13]);
    assert.deepEqual(await v.filter({ key: 'k1', verdicts: ['valid', 'undecodable'] }), [1, 5, 9, 13, 17]);
    assert.deepEqual(await v.filter({ key: 'k' }), []);
  });

  it('keeps the filtered list right while messages come and go', async () => {
    const v = view({ messages: 1000, bytes: 1e9 });
    v.fill(500);
    await v.filter({ text: 'value 7' });
    v.fill(4500, 500);
    const expected: number[] = [];
    for (let n = 4000; n < 5000; n++) if (`value ${n}`.includes('value 7')) expected.push(n);
    assert.deepEqual(v.list.window(0, 1e6), expected);
    await v.filter({ text: '7' });
    const sevens: number[] = [];
    for (let n = 4000; n < 5000; n++) if (String(n).includes('7')) sevens.push(n);
    assert.deepEqual(v.list.window(0, 1e6), sevens);
    assert.deepEqual(v.list.window(10, 5), sevens.slice(10, 15));
    assert.deepEqual(v.list.window(sevens.length, 5), []);
    assert.equal(v.list.position({ seq: sevens[17]! }), 17);
    assert.equal(v.list.position({ seq: sevens[17]! + 1 }), 18);
  });

  it('is what a simple list would be, whatever comes, goes, is frozen and filtered', async () => {
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
    for (let round = 0; round < 30; round++) {
      const limit = 5 + random(60);
      const v = view({ messages: limit, bytes: 1e9 });
      let wanted = '';
      let frozen: number | undefined;
      let cleared = 0;
      for (let step = 0; step < 60; step++) {
        const act = random(8);
        if (act < 4) v.fill(random(40), v.buffer.received);
        else if (act === 4) await v.filter({ text: (wanted = random(2) ? '' : `value ${random(10)}`) });
        else if (act === 5) {
          v.list.freeze();
          frozen ??= v.buffer.received;
        } else if (act === 6) {
          v.list.thaw();
          frozen = undefined;
        } else if (random(5) === 0) {
          v.buffer.clear();
          v.list.clear();
          cleared = v.buffer.received;
          if (frozen !== undefined) frozen = cleared;
        }
        v.finish();
        const expected: number[] = [];
        for (let n = Math.max(cleared, v.buffer.received - limit); n < (frozen ?? v.buffer.received); n++)
          if (`value ${n}`.includes(wanted)) expected.push(n);
        assert.deepEqual(v.list.window(0, 1e6), expected, `round ${round}, step ${step}`);
        assert.equal(v.list.shown, expected.length);
      }
    }
  });

  it('searches in slices, and goes on with what came meanwhile', async () => {
    const v = view({ messages: 20_000, bytes: 1e9 });
    v.fill(10_000);
    for (const filter of [{ text: 'value' }, { text: 'val.e', regex: true }]) {
      const budget = filter.regex ? 1 : 0;
      v.list.filter((await compileFilter(filter, [{ channel: 'orders' }])).test);
      const before = v.buffer.received;
      let slices = 1;
      while (!v.list.scan(budget)) {
        if (slices++ === 3) v.buffer.append(message(10_000));
      }
      assert.ok(slices > 3, String(slices));
      assert.equal(v.list.shown, before + 1);
    }
  });

  it('stands still while frozen, and shows what came when it goes on', async () => {
    for (const text of ['', 'value']) {
      const v = view({ messages: 100, bytes: 1e9 });
      await v.filter({ text });
      v.fill(10);
      v.list.freeze();
      v.fill(20);
      assert.deepEqual([v.list.shown, v.buffer.received, v.buffer.messages], [10, 30, 30]);
      v.list.thaw();
      v.finish();
      assert.equal(v.list.shown, 30);
    }
  });

  it('ends a regular expression that would never end, and gives up after some', async () => {
    const v = view({ messages: 100, bytes: 1e6 });
    const bad = Buffer.from(`${'a'.repeat(40)}b`);
    v.buffer.append(message(0, { value: bad }));
    v.buffer.append(message(1, { value: Buffer.from('aaa') }));
    assert.deepEqual(await v.filter({ text: '^(a+)+$', regex: true }), [1]);
    assert.equal(v.list.failed, 1);
    for (let n = 2; n < 20; n++) v.buffer.append(message(n, { value: bad }));
    await v.filter({ text: '^(a+)+$', regex: true });
    assert.match(v.list.problem!, /switched off, since it took more than 100 ms for each of 10 messages/);
    assert.equal(v.list.shown, 20);
    await v.filter({ expression: 'value.contains("b") && value.matches("^(a+)+$")' });
    assert.match(v.list.problem!, /switched off/);
  });

  it('gives up also where a full buffer has lost each message before it can be asked again', async () => {
    const v = view({ messages: 10, bytes: 1e6 });
    const bad = Buffer.from(`${'a'.repeat(40)}b`);
    const fill = (from: number): void => {
      for (let n = 0; n < 10; n++) v.buffer.append(message(from + n, { value: bad }));
    };
    fill(0);
    v.list.filter((await compileFilter({ text: '^(a+)+$', regex: true }, [{ channel: 'orders' }])).test);
    let slices = 0;
    for (; v.list.problem === undefined && slices < 30; slices++) {
      v.list.scan(5);
      fill((slices + 1) * 10);
    }
    assert.equal(slices, 20, 'two for each of ten');
    assert.match(v.list.problem ?? '', /switched off/);
  });
});
