import assert from 'node:assert/strict';
import type { TailRow } from '../../src/protocol/tail';
import { countText, rateText, sizeText, timeText } from '../../webview/tail/format';
import { jsonTokens } from '../../webview/tail/jsonTokens';
import { RowWindow, shiftOf } from '../../webview/tail/rowWindow';

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
  });
});

describe('colours of JSON', () => {
  it('tell keys, strings, numbers and words apart, escapes included', () => {
    const json = '{\n  "a\\"b": "x: \\"y\\"",\n  "n": [-1.5e3, true, null]\n}';
    assert.deepEqual(
      jsonTokens(json, 100).map((t) => `${t.kind} ${json.slice(t.start, t.end)}`),
      ['key "a\\"b"', 'string "x: \\"y\\""', 'key "n"', 'number -1.5e3', 'word true', 'word null'],
    );
    assert.equal(jsonTokens(json, 2).length, 2);
  });
});

describe('the window of fetched rows', () => {
  it('finds messages by number in a filtered list', () => {
    const window = new RowWindow();
    window.set(40, rowsOf(7, 19, 33));
    assert.deepEqual([window.indexOf(19), window.indexOf(20), window.at(42)?.seq], [41, undefined, 33]);
  });

  it('tells how far a row moved up when older ones fell out', () => {
    assert.equal(shiftOf(19, 41, 40, rowsOf(7, 19, 33)), 0);
    assert.equal(shiftOf(33, 44, 40, rowsOf(7, 19, 33)), 2);
    assert.equal(shiftOf(5, 42, 40, rowsOf(15, 16, 17)), 12, 'further up than what was fetched');
    assert.equal(shiftOf(5, 3, 0, rowsOf(15, 16, 17)), 3, 'gone: the oldest takes its place');
    assert.equal(shiftOf(5, 3, 0, []), 0);
  });
});
