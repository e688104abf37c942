import assert from 'node:assert/strict';
import { TailBuffer } from '../../src/brokers/buffer';
import type { TapMessage } from '../../src/brokers/driver';
import { anyValueDecoder } from '../../src/codecs/anyValue';
import { compileFilter } from '../../src/live/filter';
import { BufferRow } from '../../src/live/filterRow';
import { findFrom } from '../../src/live/find';
import { TailList } from '../../src/live/tailList';
import { TimeOrder } from '../../src/live/timeOrder';

const message = (time: number, partition: number, text = 'x'): TapMessage => {
  const value = Buffer.from(text);
  return { channel: 'c', time, partition, value, headers: [], size: value.length };
};

function view(messages: number, channels: readonly string[] = ['c']) {
  const buffer: TailBuffer = new TailBuffer({ messages, bytes: 1e9 }, channels, (seq) => list.fell(seq));
  const decoder = anyValueDecoder();
  const list = new TailList(buffer, new BufferRow(buffer, () => decoder), () => buffer.received);
  return { buffer, list, finish: () => { while (!list.scan(5)); } };
}

/** What the list has to be: by time, of one time by arrival, and within a lane as it came. */
function sorted(seqs: readonly number[], timeOf: (seq: number) => number, laneOf: (seq: number) => number): number[] {
  const latest = new Map<number, number>();
  const placed = seqs.map((seq) => {
    const own = Number.isNaN(timeOf(seq)) ? -8.64e15 : timeOf(seq);
    const at = Math.max(own, latest.get(laneOf(seq)) ?? -8.64e15);
    latest.set(laneOf(seq), at);
    return { seq, at };
  });
  return placed.sort((a, b) => a.at - b.at || a.seq - b.seq).map(({ seq }) => seq);
}

function randomFrom(seed: number): (n: number) => number {
  let state = seed;
  return (n) => (state = (state * 48271) % 2147483647) % n;
}

describe('a list by time', function () {
  this.timeout(30_000);

  it('is sorted whatever comes and goes, and keeps what is in one lane in its order', () => {
    const random = randomFrom(11);
    for (let round = 0; round < 20; round++) {
      const order = new TimeOrder();
      const times: number[] = [];
      const lanes: number[] = [];
      const limit = 1 + random(6000);
      const isBacklog = round % 2 === 0;
      const held = new Map<number, number>();
      const latest = new Map<number, number>();
      let oldest = 0;
      for (let seq = 0; seq < 9000; seq++) {
        lanes[seq] = isBacklog ? Math.floor(seq / 1500) : random(4);
        times[seq] = random(50) === 0 ? Number.NaN : isBacklog ? (seq % 1500) * 10 + random(30) : seq + random(200);
        for (; seq - oldest >= limit; oldest++) {
          order.remove(oldest);
          held.delete(oldest);
        }
        order.push(seq, times[seq]!, lanes[seq]!, oldest);
        const own = Number.isNaN(times[seq]) ? -8.64e15 : times[seq]!;
        const at = Math.max(own, latest.get(lanes[seq]!) ?? -8.64e15);
        latest.set(lanes[seq]!, at);
        held.set(seq, at);
        if (random(40) === 0) {
          const gone = oldest + random(seq - oldest + 1);
          order.remove(gone);
          held.delete(gone);
        }
        if (seq % 1777 !== 0 && seq !== 8999) continue;
        const expected = [...held].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
        assert.equal(order.length, expected.length);
        assert.deepEqual(Array.from({ length: order.length }, (_, n) => order.at(n)), expected.map(([one]) => one));
        for (let n = 0; n < 50 && expected.length > 0; n++) {
          const place = random(expected.length);
          const [one, time] = expected[place]!;
          assert.equal(order.at(place), one);
          assert.equal(order.timeOf(one), time);
          assert.equal(order.position(one, time), place);
        }
        assert.equal(order.timeOf(seq + 1), undefined);
      }
      order.clear();
      assert.equal(order.length, 0);
    }
  });

  it('is what a sorted list would be, whatever comes, falls out, is frozen, filtered, hidden and cleared', async () => {
    const random = randomFrom(5);
    for (let round = 0; round < 30; round++) {
      const limit = 5 + random(200);
      const v = view(limit, ['c', 'd']);
      v.list.sort('time');
      let wanted = '';
      let frozen: number | undefined;
      let base = 0;
      let hidden = -1;
      const words: string[] = [];
      for (let step = 0; step < 40; step++) {
        const act = random(9);
        if (act < 4) {
          for (let n = random(80); n > 0; n--) {
            const seq = v.buffer.received;
            words[seq] = `w${random(3)}`;
            // Times go up within a lane, so that the order is the same from whichever message on it is looked at.
            const [source, partition] = [random(2), random(3)];
            v.buffer.append(message(seq * 10 + partition * 500 + source * 77, partition, words[seq]), source);
            if (random(2)) v.finish();
          }
        } else if (act === 4) {
          wanted = random(2) ? '' : `w${random(3)}`;
          v.list.filter((await compileFilter(wanted ? { text: wanted } : {}, [{ channel: 'c' }, { channel: 'd' }])).test);
        } else if (act === 5) {
          v.list.freeze();
          frozen ??= v.buffer.received;
        } else if (act === 6) {
          v.list.thaw();
          frozen = undefined;
        } else if (act === 7 && random(4) === 0) {
          v.list.hide((hidden = random(2)));
          v.list.sort('arrival');
          v.list.sort('time');
          if (hidden === 0) break;
        } else if (random(5) === 0) {
          v.buffer.clear();
          v.list.clear();
          base = v.buffer.received;
          if (frozen !== undefined) frozen = base;
        }
        v.finish();
        const { buffer, list } = v;
        const there: number[] = [];
        for (let seq = Math.max(base, buffer.first); seq < (frozen ?? buffer.received); seq++)
          if (words[seq]!.includes(wanted) && buffer.sourceOf(seq) !== hidden) there.push(seq);
        const expected = sorted(there, (seq) => buffer.timeOf(seq), (seq) => buffer.sourceOf(seq) * 10 + buffer.partitionOf(seq)!);
        assert.deepEqual(list.window(0, 1e6), expected, `round ${round}, step ${step}`);
        assert.equal(list.shown, expected.length);
        assert.ok(list.isDone);
        for (const [n, seq] of expected.entries()) assert.deepEqual(list.place({ seq }), { index: n, isThere: true, isFinal: true });
        const [first, last] = [expected[1], expected.at(-2)];
        if (expected.length < 4) continue;
        const before = buffer.received - 3;
        const selection = { first: { seq: first! }, last: { seq: last! }, before };
        const selected = expected.slice(1, -1).filter((seq) => seq < before);
        assert.deepEqual(list.selected(selection), selected);
        assert.equal(list.countSelected(selection), selected.length);
      }
    }
  });

  it('goes from fault to fault in its own order, and is the order of arrival again when that is asked for', () => {
    const v = view(100);
    // Two partitions, one behind the other, as a backlog comes.
    for (let n = 0; n < 10; n++) v.buffer.note(v.buffer.append(message(n * 10, 0)), n % 4 === 1 ? 2 : 1);
    for (let n = 0; n < 10; n++) v.buffer.note(v.buffer.append(message(n * 10 + 5, 1)), n % 4 === 1 ? 2 : 1);
    v.list.sort('time');
    assert.equal(v.list.shown, 0);
    assert.deepEqual(v.list.place({ seq: 3 }), { index: 0, isThere: false, isFinal: false });
    v.finish();
    assert.deepEqual(v.list.window(0, 6), [0, 10, 1, 11, 2, 12]);
    const faults: number[] = [];
    for (let seq = findFrom(v.buffer, v.list, -1, 'next', 'fault'); seq !== undefined; seq = findFrom(v.buffer, v.list, seq, 'next', 'fault')) faults.push(seq);
    assert.deepEqual(faults, [1, 11, 5, 15, 9, 19]);
    assert.equal(findFrom(v.buffer, v.list, 20, 'previous', 'fault'), 19);
    assert.equal(findFrom(v.buffer, v.list, 15, 'previous', 'fault'), 5);
    // One that is stamped before what came before it in its partition stands right behind that.
    v.buffer.append(message(3, 0));
    v.buffer.append(message(Number.NaN, 1));
    v.finish();
    assert.deepEqual(v.list.window(16, 99), [8, 18, 9, 20, 19, 21]);
    assert.equal(v.list.timeOf(20), 90);
    v.list.sort('arrival');
    v.finish();
    assert.deepEqual(v.list.window(18, 99), [18, 19, 20, 21]);
    assert.equal(v.list.timeOf(20), undefined);
  });
});
