import assert from 'node:assert/strict';
import { TailBuffer } from '../../src/brokers/buffer';
import type { TapMessage } from '../../src/brokers/driver';

const message = (n: number, extra: Partial<TapMessage> = {}): TapMessage => {
  const value = Buffer.from(`value ${n}`);
  return {
    channel: 'orders',
    time: 1000 + n,
    partition: 1,
    offset: String(n),
    key: Buffer.from(`key-${n}`),
    value,
    headers: [],
    size: value.length,
    ...extra,
  };
};
const fill = (buffer: TailBuffer, count: number, extra?: Partial<TapMessage>): void => {
  for (let n = 0; n < count; n++) buffer.append(message(n, extra));
};
const finish = (buffer: TailBuffer): void => {
  while (!buffer.scan(5));
};

describe('the tail buffer', function () {
  this.timeout(20_000);

  it('gives back every field as it came', () => {
    const buffer = new TailBuffer({ messages: 10, bytes: 1e6 });
    const all: TapMessage[] = [
      message(1),
      { channel: 'other', time: 1.5, value: null, headers: [], size: 0 },
      {
        channel: 'orders',
        time: 2,
        key: 'text ü',
        value: Buffer.alloc(0),
        size: 0,
        offset: '9223372036854775807',
        headers: [
          ['a', 'x'],
          ['b', Uint8Array.of(0, 255, 1)],
          ['a', ''],
        ],
        marks: ['retained', 'redelivered'],
        undecodable: 'why',
      },
      {
        channel: 'orders',
        time: -1,
        partition: -2,
        key: Buffer.of(0xff),
        value: Buffer.of(0xff, 0),
        headers: [],
        size: 99,
      },
    ];
    all.forEach((m) => buffer.append(m));
    // Buffers turn themselves into something else on the way through JSON.
    const hex = (v: string | Uint8Array | null | undefined): unknown =>
      v instanceof Uint8Array ? `0x${Buffer.from(v).toString('hex')}` : v;
    const plain = (m: TapMessage): unknown => ({
      partition: undefined,
      offset: undefined,
      ...m,
      key: hex(m.key),
      value: hex(m.value),
      headers: m.headers.map(([name, v]) => [name, hex(v)]),
    });
    all.forEach((m, n) => assert.deepEqual(plain(buffer.get(n)!), plain(m), `message ${n}`));
  });

  it('keeps the newest messages within both bounds and counts what falls out', () => {
    const few = new TailBuffer({ messages: 100, bytes: 1e9 });
    fill(few, 1234);
    assert.deepEqual([few.messages, few.dropped, few.received], [100, 1134, 1234]);
    assert.equal(few.get(1133), undefined);
    assert.equal(few.get(1134)!.offset, '1134');
    const small = new TailBuffer({ messages: 1e6, bytes: 10_000 });
    fill(small, 5000);
    assert.ok(small.bytes <= 10_000 && small.bytes > 9000, String(small.bytes));
    assert.equal(small.messages + small.dropped, 5000);
    assert.equal(small.get(4999)!.offset, '4999');
  });

  it('shows a message that is larger than the whole buffer, alone', () => {
    const buffer = new TailBuffer({ messages: 100, bytes: 1000 });
    fill(buffer, 5);
    buffer.append(message(5, { value: Buffer.alloc(5000, 'x'), size: 5000 }));
    assert.equal(buffer.messages, 1);
    assert.equal(buffer.get(5)!.value!.length, 5000);
    buffer.append(message(6));
    assert.deepEqual([buffer.messages, buffer.get(6)!.offset], [1, '6']);
  });

  it('filters by key, value, header and another channel, whatever the case of letters', () => {
    const buffer = new TailBuffer({ messages: 100, bytes: 1e6 });
    buffer.append(message(0, { key: Buffer.from('Customer-7') }));
    buffer.append(message(1, { value: Buffer.from('{"name":"KÖLN express"}') }));
    buffer.append(message(2, { headers: [['X-Trace', 'abcDEF']] }));
    buffer.append(message(3, { channel: 'trucks/9' }));
    const found = (text: string): number[] => {
      buffer.filter(text);
      finish(buffer);
      assert.equal(buffer.shown, buffer.window(0, 100).length);
      return buffer.window(0, 100);
    };
    assert.deepEqual(found('customer-7'), [0]);
    assert.deepEqual(found('kÖln EXPRESS'), [1]);
    assert.deepEqual(found('x-trace'), [2]);
    assert.deepEqual(found('ABCdef'), [2]);
    assert.deepEqual(found('trucks/9'), [3]);
    assert.deepEqual(found('nowhere'), []);
    assert.deepEqual(found(''), [0, 1, 2, 3]);
    // Fields do not run into each other, and lengths are not searched.
    assert.deepEqual(found('X-TraceabcDEF'), []);
    assert.deepEqual(found('\u0001'), []);
  });

  it('keeps the filtered list right while messages come and go', () => {
    const buffer = new TailBuffer({ messages: 1000, bytes: 1e9 });
    fill(buffer, 500);
    buffer.filter('7');
    finish(buffer);
    for (let n = 500; n < 5000; n++) buffer.append(message(n));
    const expected: number[] = [];
    for (let n = 4000; n < 5000; n++) if (String(n).includes('7')) expected.push(n);
    assert.equal(buffer.shown, expected.length);
    assert.deepEqual(buffer.window(0, 1e6), expected);
    assert.deepEqual(buffer.window(10, 5), expected.slice(10, 15));
    assert.deepEqual(buffer.window(expected.length, 5), []);
  });

  it('searches in slices, and goes on with what came meanwhile', () => {
    const buffer = new TailBuffer({ messages: 20_000, bytes: 1e9 });
    fill(buffer, 10_000);
    buffer.filter('value');
    let slices = 1;
    while (!buffer.scan(0)) {
      if (slices++ === 3) buffer.append(message(10_000));
    }
    assert.ok(slices > 3);
    assert.equal(buffer.shown, 10_001);
  });

  it('stands still while frozen, and shows what came when it goes on', () => {
    for (const filter of ['', 'value']) {
      const buffer = new TailBuffer({ messages: 100, bytes: 1e9 });
      buffer.filter(filter);
      fill(buffer, 10);
      finish(buffer);
      buffer.freeze();
      fill(buffer, 20);
      finish(buffer);
      assert.deepEqual([buffer.shown, buffer.received, buffer.messages], [10, 30, 30]);
      buffer.thaw();
      finish(buffer);
      assert.equal(buffer.shown, 30);
    }
  });

  it('forgets its messages on clear, but not the count, and never uses a sequence again', () => {
    const buffer = new TailBuffer({ messages: 100, bytes: 1e9 });
    fill(buffer, 10);
    buffer.clear();
    assert.deepEqual(
      [buffer.messages, buffer.bytes, buffer.shown, buffer.received, buffer.dropped],
      [0, 0, 0, 10, 0],
    );
    fill(buffer, 1);
    assert.deepEqual(buffer.window(0, 10), [10]);
  });

  it('takes at most 1.3 times the bytes of many small messages', () => {
    const count = 200_000;
    const buffer = new TailBuffer({ messages: count, bytes: 1e9 });
    fill(buffer, count, { value: Buffer.alloc(200, 'x'), size: 200 });
    // Beside the records there are three numbers of four bytes for each, in arrays of the next power of two.
    const index = 12 * 2 ** Math.ceil(Math.log2(count));
    assert.ok(buffer.bytes + index <= 1.3 * count * 210, `${(buffer.bytes + index) / (count * 210)}`);
  });
});
