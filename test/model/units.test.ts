import assert from 'node:assert/strict';
import { parseDuration, parseSize } from '../../src/model/units';

describe('units', () => {
  it('reads durations as milliseconds', () => {
    const cases: readonly [string | number, number | undefined][] = [
      ['7d', 604_800_000], ['500ms', 500], ['1h30m', 5_400_000], ['30 s', 30_000], ['1.5s', 1_500], ['2min', 120_000],
      ['1w', 604_800_000], ['250us', 0.25], [1000, 1000], ['1000', 1000], ['-1', -1], [-1, -1], ['0', 0],
      ['', undefined], ['soon', undefined], ['7 dayz', undefined], ['-5s', undefined], ['5x', undefined], ['s', undefined],
    ];
    for (const [written, expected] of cases) assert.equal(parseDuration(written), expected, String(written));
  });

  it('reads sizes as bytes', () => {
    const cases: readonly [string | number, number | undefined][] = [
      ['10MiB', 10_485_760], ['1GB', 1e9], ['512k', 524_288], ['1 KiB', 1024], ['1.5kB', 1500], ['100', 100], [100, 100],
      ['5b', 5], ['-1', -1], ['', undefined], ['big', undefined], ['1XB', undefined], ['10 m 5', undefined],
    ];
    for (const [written, expected] of cases) assert.equal(parseSize(written), expected, String(written));
  });
});
