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
const text = (v: string | Uint8Array | null | undefined): unknown =>
  v instanceof Uint8Array ? `0x${Buffer.from(v).toString('hex')}` : v;
const fill = (buffer: TailBuffer, count: number, extra?: Partial<TapMessage>): void => {
  for (let n = 0; n < count; n++) buffer.append(message(n, extra));
};

describe('the tail buffer', function () {
  this.timeout(20_000);

  it('gives back every field as it came', () => {
    const buffer = new TailBuffer({ messages: 10, bytes: 1e6 }, ['orders']);
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

  it('holds what a simple list would, whatever comes and however large', () => {
    let seed = 11;
    const random = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
    const pick = <T>(...of: T[]): T => of[random(of.length)]!;
    for (let round = 0; round < 40; round++) {
      const limits = { messages: 1 + random(200), bytes: pick(500, 5_000, 200_000, 1e9) };
      const fell: number[] = [];
      const buffer = new TailBuffer(limits, ['orders', 'x'], (seq) => {
        assert.ok(buffer.has(seq), 'it is still there');
        fell.push(seq);
      });
      const all: { message: TapMessage; source: number; note: number }[] = [];
      let cleared = 0;
      for (let n = 0; n < 400; n++) {
        const size = pick(0, 1, random(300), random(3000), n % 97 === 0 ? 100_000 : 7);
        const value = pick<Buffer | null>(Buffer.alloc(size, random(256)), Buffer.alloc(size, 'a'), null);
        const one = {
          message: message(n, {
            value, size: pick(value?.length ?? 0, 12), channel: pick('orders', 'x', 'y/z'), time: pick(n, -1, 1.5, 4e12),
            key: pick<string | Buffer | undefined>(undefined, '', `k${random(9)}`, Buffer.alloc(random(200), 1)),
            partition: pick(undefined, 0, 7), offset: pick(undefined, String(n), '18446744073709551615'),
            headers: Array.from({ length: random(4) }, (_, h) => [`h${h}`, pick<string | Uint8Array>('v', Uint8Array.of(0xff))] as const),
          }),
          source: random(2), note: random(4),
        };
        assert.equal(buffer.append(one.message, one.source), n);
        buffer.note(n, one.note);
        all.push(one);
        if (random(150) === 0) {
          buffer.clear();
          cleared = n + 1;
        }
      }
      assert.ok(buffer.messages <= limits.messages && (buffer.bytes <= limits.bytes || buffer.messages === 1));
      assert.deepEqual([buffer.received, fell.length], [400, buffer.dropped]);
      for (let seq = 0; seq < 400; seq++) {
        assert.equal(buffer.has(seq), seq >= buffer.first);
        const found = buffer.get(seq);
        if (!found) continue;
        assert.ok(seq >= cleared);
        const { message: was, source, note } = all[seq]!;
        assert.deepEqual([buffer.sourceOf(seq), buffer.noteOf(seq), buffer.timeOf(seq)], [source, note, was.time]);
        assert.deepEqual([found.channel, found.time, found.partition, found.offset, found.size], [was.channel, was.time, was.partition, was.offset, was.size]);
        assert.deepEqual([found.value, found.key].map(text), [was.value, was.key].map(text));
        assert.deepEqual(found.headers.map(([name, v]) => [name, text(v)]), was.headers.map(([name, v]) => [name, text(v)]));
      }
    }
  });

  it('forgets its messages on clear, but not the count, and never uses a sequence again', () => {
    const buffer = new TailBuffer({ messages: 100, bytes: 1e9 });
    fill(buffer, 10);
    buffer.clear();
    assert.deepEqual(
      [buffer.messages, buffer.bytes, buffer.first, buffer.received, buffer.dropped],
      [0, 0, 10, 10, 0],
    );
    fill(buffer, 1);
    assert.deepEqual([buffer.first, buffer.get(9), buffer.get(10)!.offset], [10, undefined, '0']);
  });

  it('takes at most 1.3 times the bytes of many small messages', () => {
    const count = 200_000;
    const buffer = new TailBuffer({ messages: count, bytes: 1e9 }, ['orders']);
    fill(buffer, count, { value: Buffer.alloc(200, 'x'), size: 200 });
    // Beside the records there are 27 bytes of index for each, in arrays of the next power of two.
    const index = 27 * 2 ** Math.ceil(Math.log2(count));
    assert.ok(buffer.bytes + index <= 1.3 * count * 210, `${(buffer.bytes + index) / (count * 210)}`);
  });
});
