import assert from 'node:assert/strict';
import { startOf, withTimes } from '../../src/cli/tailStart';
import { inFolder, tailrace } from './support';

const now = Date.UTC(2026, 0, 31, 12);

describe('tailrace tail, before it connects', function () {
  this.timeout(60_000);

  it('begins and ends where it is told to', () => {
    assert.deepEqual(startOf(undefined, undefined, undefined, now), { at: 'latest' });
    assert.deepEqual(startOf('earliest', 'now', '0,3', now), { at: 'earliest', partitions: [0, 3], until: { at: 'now' } });
    assert.deepEqual(startOf('50', 'offset:120', undefined, now), { at: 'last', count: 50, until: { at: 'offset', offset: '120' } });
    assert.deepEqual(startOf('sequence:9007199254740993', undefined, undefined, now), { at: 'offset', offset: '9007199254740993' });
    assert.deepEqual(startOf('-15m', '-90s', undefined, now), { at: 'time', time: now - 900_000, until: { at: 'time', time: now - 90_000 } });
    assert.deepEqual(startOf('2026-01-31T11:00:00Z', '2026-01-31T12:30:00.5+01:00', undefined, now), {
      at: 'time', time: now - 3_600_000, until: { at: 'time', time: now - 1_800_000 + 500 },
    });
    assert.equal(startOf('2026-01-31', undefined, undefined, now).at, 'time');
    assert.deepEqual(withTimes(['orders', '--from', '-15m', '--to', '-1h', '--limit', '5']), ['orders', '--from=-15m', '--to=-1h', '--limit', '5']);
  });

  it('says in one line what is wrong with a call, and exits with 2', () => {
    inFolder({ 'shop.flow.yaml': 'flow: 1\n' }, (cwd) => {
      const cases: [string[], RegExp][] = [
        [[], /tail takes at least one channel/],
        [['a', '--from', 'yesterday'], /--from takes latest, earliest, .*not "yesterday"/],
        [['a', '--from', '2026-13-31'], /--from takes/],
        [['a', '--to', 'earliest'], /--to takes now, .*not "earliest"/],
        [['a', '--partition', '1;2'], /--partition takes numbers/],
        [['a', '--format', 'xml'], /--format takes jsonl, csv/],
        [['a', '--broker', 'nats://127.0.0.1:1', '--where', 'value.n >'], /The expression cannot be read at character 10/],
        [['a', 'b'], /No file here declares a channel "a"/],
      ];
      for (const [args, words] of cases) {
        const { code, err, out } = tailrace(['tail', ...args], cwd);
        assert.equal(code, 2, args.join(' '));
        assert.match(err, words);
        assert.equal(err.trim().split('\n').length, 1, err);
        assert.equal(out, '');
      }
    });
  });

  it('tells in its help what its flags take', () => {
    inFolder({}, (cwd) => {
      const { code, out } = tailrace(['tail', '--help'], cwd);
      assert.equal(code, 0);
      for (const word of ['offset:N', '-15m', '--to', '--partition', '--where', 'csv', 'Exit code']) assert.ok(out.includes(word), word);
    });
  });
});
