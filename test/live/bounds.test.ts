import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TapMessage } from '../../src/brokers/driver';
import { relatedTo } from '../../src/live/related';
import type { TailContract } from '../../src/protocol/tail';
import { request, scripted } from './scripted';

const MIB = 1024 * 1024;
const contract: TailContract = { name: 'Any', format: 'json-schema', message: '', files: [{ path: '/a.json', text: '{"type":"object"}' }] };
const of = (value: Uint8Array, extra: Partial<TapMessage> = {}): TapMessage => ({ channel: 'a', time: 0, value, headers: [], size: value.length, ...extra });

/** What brokers carry and nobody expects on a screen. */
const giants: Readonly<Record<string, TapMessage>> = {
  'a text of 10 MiB': of(Buffer.alloc(10 * MIB, 'x')),
  'an object of 10 MiB': of(Buffer.from(`{"id":1,"blob":"${'y'.repeat(10 * MIB)}"}`)),
  'a list of a million numbers': of(Buffer.from(`[${'1,'.repeat(MIB)}1]`)),
  'nesting of 100,000 levels': of(Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)),
  'a key of a megabyte': of(Buffer.from('{}'), { key: 'k'.repeat(MIB) }),
  'a key of a megabyte of bytes': of(Buffer.from('{}'), { key: Buffer.alloc(MIB, 0xff) }),
  '5,000 headers': of(Buffer.from('{}'), { headers: Array.from({ length: 5000 }, (_, n) => [`h${n}`, 'v'.repeat(5000)] as const) }),
  'bytes that are no UTF-8': of(Buffer.alloc(300_000, 0xfe), { headers: [['b', Uint8Array.of(0xff, 0)]] }),
  'HTML with script': of(Buffer.from('<img src=x onerror=alert(1)><script>alert(2)</script>\u202e\u0000')),
  'nothing': of(Buffer.alloc(0)),
  'a tombstone': { ...of(Buffer.alloc(0)), value: null },
};

describe('messages as large as brokers take them', function () {
  this.timeout(60_000);

  for (const withContract of [false, true]) {
    it(`are shown, filtered and written within bounds ${withContract ? 'with' : 'without'} a contract`, async () => {
      const s = scripted();
      const tail = s.open({ ...request, limits: { messages: 1000, bytes: 200 * MIB }, ...(withContract ? { contract } : {}) });
      const sink = await s.sink();
      const names = Object.keys(giants);
      for (const name of names) sink.messages([giants[name]!]);
      tail.columns(['id', 'blob', 'header:h1', 'header:b']);
      const rows = tail.rows(0, 100);
      assert.equal(rows.length, names.length);
      rows.forEach((row, n) => {
        assert.ok(JSON.stringify(row).length < 6000, `${names[n]}: ${JSON.stringify(row).length}`);
        const detail = tail.detail(row.seq)!;
        assert.ok(JSON.stringify(detail).length < 8 * MIB, `${names[n]}: ${JSON.stringify(detail).length}`);
      });
      assert.deepEqual(rows[6]!.cells, ['', '', `${'v'.repeat(240)}…`, '']);
      assert.ok(tail.paths().length <= 1000);
      const filters = [{ text: 'xxxxy' }, { text: 'x+y', regex: true }, { expression: 'value.id == 1 || size > 5' }, { key: 'k' }, { verdicts: ['valid' as const] }];
      for (const filter of filters) {
        await tail.filter(filter);
        while (!tail.settled()) await new Promise((resolve) => setTimeout(resolve, 5));
        assert.equal(tail.status().filterProblem, undefined);
        // `x+y` on ten million times x ends by the watchdog or by the engine's stack, whichever is reached first.
        if (filter.regex) assert.ok((tail.status().filterFailed ?? 0) >= 1);
      }
      await tail.filter({});
      assert.deepEqual(await relatedTo(new Map([['t', tail]]), 't', 6), { ids: [], messages: [] });
      const folder = await mkdtemp(join(tmpdir(), 'tailrace-bounds-'));
      try {
        for (const format of ['jsonl', 'csv'] as const) {
          const path = join(folder, `all.${format}`);
          assert.equal(await tail.export({ format, filtered: false, path, columns: ['id'] }), names.length);
          assert.ok((await readFile(path)).length > 20 * MIB);
        }
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
      await tail.stop();
    });
  }

  it('push out what is older, and are counted', async () => {
    const s = scripted();
    const tail = s.open({ ...request, limits: { messages: 1000, bytes: 25 * MIB } });
    const sink = await s.sink();
    for (let n = 0; n < 6; n++) sink.messages([giants['a text of 10 MiB']!, of(Buffer.from('{}'))]);
    const { counters, buffer } = tail.status();
    assert.deepEqual([counters.received, buffer.messages + counters.dropped], [12, 12]);
    assert.ok(buffer.bytes <= 25 * MIB);
    assert.ok(counters.dropped >= 7, String(counters.dropped));
    await tail.stop();
  });

  it('are judged before they fall out, however fast they come', async () => {
    const s = scripted();
    const tail = s.open({ ...request, limits: { messages: 100, bytes: 1e9 }, contract: { ...contract, files: [{ path: '/a.json', text: '{"required":["id"]}' }] } });
    const sink = await s.sink();
    sink.messages(Array.from({ length: 20_000 }, (_, n) => of(Buffer.from(n % 4 ? '{"id":1}' : n % 8 ? '{}' : 'no'))));
    while (!tail.settled()) await new Promise((resolve) => setTimeout(resolve, 5));
    const { counters } = tail.status();
    assert.deepEqual([counters.received, counters.violating, counters.undecodable, counters.dropped], [20_000, 2500, 2500, 19_900]);
    assert.deepEqual(tail.faults().map((f) => [f.reason, f.count, f.of]), [['has no id, which is required', 2500, 20_000], ['is not JSON', 2500, 20_000]]);
    await tail.stop();
  });
});
