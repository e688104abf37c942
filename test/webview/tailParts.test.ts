import assert from 'node:assert/strict';
import type { TailRow } from '../../src/protocol/tail';
import { agoText, durationText, rangeOf, timeOf, timeText } from '../../webview/tail/clock';
import { countText, rateText, sizeText } from '../../webview/tail/format';
import { RowWindow, shiftOf } from '../../webview/tail/rowWindow';
import { Selection } from '../../webview/tail/selection';

const row = (seq: number): TailRow => ({ seq, time: 0, channel: 'c', size: 0, preview: '', marks: [] });
const rowsOf = (...seqs: number[]) => seqs.map(row);

describe('figures of the tail', () => {
  it('are short and never round to something else', () => {
    assert.deepEqual([0, 1023, 1024, 3500, 1_048_575, 19 * 2 ** 20].map(sizeText), [
      '0 B',
      '1023 B',
      '1.0 KiB',
      '3.4 KiB',
      '1.0 MiB',
      '19 MiB',
    ]);
    assert.deepEqual([0, 0.4, 412, 20_123].map(rateText), ['0/s', '0.4/s', '412/s', '20.1 k/s']);
    assert.equal(countText(86_412), '86,412');
  });

  it('show the day only where it is another', () => {
    const at = new Date(2026, 10, 23, 23, 14, 7, 9).getTime();
    assert.equal(timeText(at, at), '23:14:07.009');
    assert.equal(timeText(at, at + 3_600_000), '2026-11-23 23:14:07.009');
    assert.equal(timeText(Date.UTC(2026, 0, 2, 3, 4, 5, 6), Date.UTC(2026, 0, 2), 'utc'), '03:04:05.006Z');
    assert.equal(timeText(at, at + 3200, 'relative'), '3.2 s ago');
  });

  it('show of a time among others no more than tells them apart', () => {
    const at = Date.UTC(2026, 10, 23, 12, 30);
    const text = (step: number, time = at): string => timeText(time, at + 60_000, 'utc', step);
    assert.deepEqual(
      [1, 2, 50, 500, 1000, 15_000, 60_000, 1_800_000].map((step) => text(step)),
      ['12:30:00.000Z', '12:30:00.000Z', '12:30:00.00Z', '12:30:00.0Z', '12:30:00Z', '12:30:00Z', '12:30Z', '12:30Z'],
    );
    assert.equal(text(0.5), '12:30:00.000Z');
    assert.equal(text(3_600_000, at - 86_400_000), '2026-11-22 12:30Z');
    assert.equal(text(86_400_000, Date.UTC(2026, 10, 23)), '2026-11-23');
    // Where days of UTC begin in the middle of one's own.
    assert.equal(timeText(new Date(2026, 10, 23, 2).getTime(), at, 'local', 86_400_000), '2026-11-23 02:00');
    assert.equal(timeText(new Date(2026, 10, 23).getTime(), at, 'local', 7 * 86_400_000), '2026-11-23');
  });

  it('tell how long something took in two units at most', () => {
    assert.deepEqual([12, 3210, 59_949, 59_960, 245_000, 7_800_000, 273_600_000].map(durationText), [
      '12 ms',
      '3.2 s',
      '59.9 s',
      '1 min',
      '4 min 5 s',
      '2 h 10 min',
      '3 d 4 h',
    ]);
    assert.deepEqual([agoText(10), agoText(-3200)], ['now', 'in 3.2 s']);
  });
});

describe('a time that somebody wrote', () => {
  const now = Date.UTC(2026, 10, 23, 22, 14, 7, 500);
  it('is a span before now, a clock time, a day, ISO 8601 or milliseconds', () => {
    assert.equal(timeOf('-15m', now, 'utc'), now - 900_000);
    assert.equal(timeOf('-1.5 h', now, 'utc'), now - 5_400_000);
    assert.equal(timeOf('22:10', now, 'utc'), Date.UTC(2026, 10, 23, 22, 10));
    assert.equal(timeOf('9:10:11.5', now, 'utc'), Date.UTC(2026, 10, 23, 9, 10, 11, 500));
    assert.equal(timeOf('2026-11-20', now, 'utc'), Date.UTC(2026, 10, 20));
    assert.equal(timeOf('2026-11-20 10:00', now, 'local'), new Date(2026, 10, 20, 10).getTime());
    assert.equal(timeOf('2026-11-20T10:00:00+02:00', now, 'utc'), Date.UTC(2026, 10, 20, 8));
    assert.equal(timeOf('1795472047500', now, 'local'), 1_795_472_047_500);
  });

  it('is one end of a range, or both', () => {
    const at = (h: number, m: number): number => Date.UTC(2026, 10, 23, h, m);
    assert.deepEqual(rangeOf('22:10 – 22:14', now, 'utc'), { from: at(22, 10), to: at(22, 14) });
    assert.deepEqual(rangeOf('2026-11-23 22:10 - 2026-11-23 22:14', now, 'utc'), { from: at(22, 10), to: at(22, 14) });
    assert.deepEqual(rangeOf('-15m', now, 'utc'), { from: now - 900_000 });
    assert.deepEqual(rangeOf('– 22:14', now, 'utc'), { to: at(22, 14) });
    assert.deepEqual(rangeOf('-15m..-5m', now, 'utc'), { from: now - 900_000, to: now - 300_000 });
    assert.deepEqual(rangeOf('', now, 'utc'), {});
    for (const text of ['22:14 – 22:10', 'a – b', '1 – 2 – 3']) assert.equal(rangeOf(text, now, 'utc'), undefined, text);
  });

  it('is none where it could be meant in two ways, or not at all', () => {
    for (const text of ['', 'soon', '15m', '25:10', '2026-13-01', '20/11/2026']) assert.equal(timeOf(text, now, 'utc'), undefined, text);
  });
});

describe('the window of fetched rows', () => {
  it('finds messages by number in a filtered list', () => {
    const window = new RowWindow();
    window.set(40, rowsOf(7, 19, 33));
    assert.deepEqual([window.indexOf(19), window.indexOf(20), window.at(42)?.seq], [41, undefined, 33]);
  });

  it('tells how far a row moved up when older ones fell out', () => {
    assert.equal(shiftOf({ seq: 19 }, 41, 40, rowsOf(7, 19, 33)), 0);
    assert.equal(shiftOf({ seq: 33 }, 44, 40, rowsOf(7, 19, 33)), 2);
    assert.equal(shiftOf({ seq: 5 }, 42, 40, rowsOf(15, 16, 17)), 12, 'further up than what was fetched');
    assert.equal(shiftOf({ seq: 5 }, 3, 0, rowsOf(15, 16, 17)), 3, 'gone: the oldest takes its place');
    assert.equal(shiftOf({ seq: 5 }, 3, 0, []), 0);
  });
});

describe('the messages that are chosen', () => {
  it('are one, or all rows between two, but for those that come later', () => {
    const chosen = new Selection();
    assert.equal(chosen.present, undefined);
    chosen.set({ seq: 5 });
    assert.deepEqual(chosen.present, { first: { seq: 5 }, last: { seq: 5 }, before: 6 });
    chosen.extend({ seq: 2 }, 9);
    assert.deepEqual([chosen.lead, chosen.range], [2, { first: { seq: 2 }, last: { seq: 5 }, before: 9 }]);
    assert.deepEqual([1, 2, 5, 6].map((seq) => chosen.has({ seq })), [false, true, true, false]);
    // It began at the fifth, also when it turns round.
    chosen.extend({ seq: 7 }, 9);
    assert.deepEqual([chosen.range?.first, chosen.range?.last], [{ seq: 5 }, { seq: 7 }]);
    chosen.extend({ seq: 5 }, 9);
    assert.deepEqual(chosen.present, { first: { seq: 5 }, last: { seq: 5 }, before: 6 });
    chosen.setRange({ seq: 0 }, { seq: 30 }, 20);
    assert.deepEqual([chosen.lead, chosen.range?.before], [5, 31]);
    chosen.collapse();
    assert.deepEqual([chosen.has({ seq: 5 }), chosen.has({ seq: 4 })], [true, false]);
  });

  it('are told by their places in a list by time, which they get anew in another order', () => {
    const chosen = new Selection();
    chosen.set({ seq: 3 });
    // Not seen by time yet: there is no place to begin at.
    chosen.extend({ seq: 8, at: 50 }, 9);
    assert.deepEqual([chosen.lead, chosen.range], [8, undefined]);
    chosen.set({ seq: 3 });
    chosen.replace({ seq: 4, at: 1 });
    chosen.replace({ seq: 3, at: 70 });
    chosen.extend({ seq: 8, at: 50 }, 9);
    assert.deepEqual(chosen.range, { first: { seq: 8, at: 50 }, last: { seq: 3, at: 70 }, before: 9 });
    assert.deepEqual([[8, 50], [2, 50], [1, 60], [3, 70], [5, 70], [9, 60]].map(([seq, at]) => chosen.has({ seq: seq!, at: at! })), [true, false, true, true, false, false]);
  });
});
