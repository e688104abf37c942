import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../scripts/support/until.mjs';
import type { TapMessage } from '../../src/brokers/driver';
import type { ExportRequest, TailContract, TailSelection } from '../../src/protocol/tail';
import { request, scripted } from './scripted';

const message = (text: string, extra: Partial<TapMessage> = {}): TapMessage => {
  const value = Buffer.from(text);
  return { channel: 'a', time: 0, value, headers: [], size: value.length, ...extra };
};
const contract: TailContract = { name: 'Order', version: '2', format: 'json-schema', message: '', files: [{ path: '/o.json', text: '{"required":["id"]}' }] };

/** Reads CSV as RFC 4180 has it. */
function csv(text: string): string[][] {
  const records: string[][] = [[]];
  for (const [, cell = '', end] of text.matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/g)) {
    records.at(-1)!.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === '\r\n') records.push([]);
  }
  assert.deepEqual(records.pop(), []);
  return records;
}

describe('an export', function () {
  this.timeout(30_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tailrace-export-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('writes all messages or those of the filter as JSON Lines, over what was there', async () => {
    const s = scripted();
    const tail = s.open({ ...request, contract });
    const sink = await s.sink();
    sink.messages([message('{"id":9007199254740993}', { key: 'k', headers: [['h', 'v']] }), message('{}'), message('no'), message('', { value: null })]);
    const path = join(folder, 'all.jsonl');
    await writeFile(path, 'old');
    assert.equal(await tail.export({ format: 'jsonl', filtered: false, path }), 4);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as { value: unknown; key?: string; contract?: { verdict: string } });
    assert.deepEqual(lines.map((l) => [l.value, l.contract?.verdict]), [['{"id":9007199254740993}', 'valid'], ['{}', 'violates'], ['no', 'undecodable'], [null, undefined]]);
    await tail.filter({ verdicts: ['violates', 'undecodable'] });
    assert.equal(await tail.export({ format: 'jsonl', filtered: true, path }), 2);
    assert.deepEqual(await readdir(folder), ['all.jsonl']);
    assert.equal(tail.status().exporting, undefined);
    await tail.stop();
  });

  it('writes CSV that is read back as it was, and that no spreadsheet takes for formulas', async () => {
    const s = scripted();
    const tail = s.open({ ...request, contract });
    const sink = await s.sink();
    const nasty = ['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\t=x', '＝1', '-5', '+1.5e3', 'a,"b"\r\nc', 'ü'];
    sink.messages(nasty.map((key, n) => message(`{"id":${n},"n":{"x":"${n % 2 ? '=' : ''}v"}}`, { key, time: n, headers: [['a', '1'], ['a', '2']] })));
    const path = join(folder, 'all.csv');
    assert.equal(await tail.export({ format: 'csv', filtered: false, path, columns: ['n.x', 'header:A', 'id'] }), nasty.length);
    const [head, ...records] = csv(await readFile(path, 'utf8'));
    assert.deepEqual(head, ['time', 'channel', 'partition', 'offset', 'key', 'value', 'headers', 'size', 'contract', 'verdict', 'errors', 'n.x', 'header:A', 'id']);
    assert.deepEqual(records.map((r) => r[4]), ["'=1+1", "'+cmd", "'-2+3", "'@SUM(A1)", "'\t=x", "'＝1", '-5', '+1.5e3', 'a,"b"\r\nc', 'ü']);
    assert.deepEqual(records[1], ['1970-01-01T00:00:00.001Z', 'a', '', '', "'+cmd", '{"id":1,"n":{"x":"=v"}}', '{"a":["1","2"]}', '23', 'Order@2', 'valid', '', "'=v", '2', '1']);
    await tail.stop();
  });

  it('keeps to what was there when it began, and tells what fell out before it came to it', async () => {
    const s = scripted();
    const tail = s.open({ ...request, limits: { messages: 20_000, bytes: 1e9 } });
    const sink = await s.sink();
    sink.messages(Array.from({ length: 20_000 }, (_, n) => message(`old ${n} ${'x'.repeat(300)}`)));
    const path = join(folder, 'moving.jsonl');
    const ended = tail.export({ format: 'jsonl', filtered: false, path });
    await until(() => (tail.status().exporting?.done ?? 0) > 0, { what: 'the export to begin', every: 1 });
    const { of } = tail.status().exporting!;
    assert.equal(of, 20_000);
    sink.messages(Array.from({ length: 15_000 }, (_, n) => message(`new ${n}`)));
    const written = await ended;
    const text = await readFile(path, 'utf8');
    assert.equal(text.split('\n').length - 1, written);
    assert.ok(!text.includes('"new '));
    const notice = tail.status().notices!.at(-1);
    assert.deepEqual([notice?.count, /fell out/.test(notice?.why ?? '')], [20_000 - written, true]);
    await tail.stop();
  });

  it('leaves no file where it is cancelled, stopped or fails, and says why', async () => {
    const s = scripted();
    const tail = s.open({ ...request, limits: { messages: 50_000, bytes: 1e9 } });
    const sink = await s.sink();
    sink.messages(Array.from({ length: 50_000 }, () => message('x'.repeat(200))));
    const before = await readdir(folder);
    const cancelled = tail.export({ format: 'csv', filtered: false, path: join(folder, 'c.csv') });
    await assert.rejects(tail.export({ format: 'csv', filtered: false, path: join(folder, 'd.csv') }), /already/);
    await until(() => (tail.status().exporting?.done ?? 0) > 0, { what: 'the export to begin', every: 1 });
    tail.cancelExport();
    await assert.rejects(cancelled, /^Error: The export was cancelled\.$/);
    await assert.rejects(tail.export({ format: 'csv', filtered: false, path: join(folder, 'no', 'x.csv') }), /^Error: x\.csv could not be written: the folder .*no does not exist\.$/);
    const stopped = tail.export({ format: 'csv', filtered: false, path: join(folder, 's.csv') });
    const refused = assert.rejects(stopped, /cancelled/);
    await tail.stop();
    await refused;
    assert.deepEqual(await readdir(folder), before);
  });

  it('writes, copies and tells the selected rows, as far as they are held', async () => {
    const s = scripted();
    const tail = s.open({ ...request, limits: { messages: 4, bytes: 1e8 } });
    const sink = await s.sink();
    sink.messages(['{"n":0}', 'one', '{"n":2}', '{"n":3}', '{"n":4}'].map((text) => message(text)));
    const rows = (first: number, last: number): TailSelection => ({ first: { seq: first }, last: { seq: last }, before: 1e9 });
    const all = rows(0, 3);
    assert.deepEqual([tail.selected(all), tail.countSelected(all)], [[1, 2, 3], 3]);
    const path = join(folder, 'selected.jsonl');
    assert.equal(await tail.export({ format: 'jsonl', filtered: true, selected: rows(2, 3), path }), 2);
    assert.equal(await readFile(path, 'utf8'), await tail.lines(rows(2, 3)));
    await tail.filter({ text: 'n' });
    await tail.filtered();
    assert.deepEqual((await tail.lines(all)).split('\n').filter(Boolean).map((line) => (JSON.parse(line) as { value: string }).value), ['one', '{"n":2}', '{"n":3}']);
    await tail.filter({ text: '"n"' });
    await tail.filtered();
    assert.deepEqual(tail.selected(all), [2, 3]);
    await assert.rejects(tail.lines(rows(0, 1)), /The messages are not held any more\./);
    sink.messages(['x', 'y'].map((text) => message(`"n"${text.repeat(9 << 20)}`)));
    await tail.filtered();
    await assert.rejects(tail.lines(rows(0, 9)), /more than 16 MiB of text; export them instead\./);
    await tail.stop();
  });

  it('keeps the order by time of a list that is shown so, and tells rows around one as they stand', async () => {
    const s = scripted();
    const tail = s.open();
    const sink = await s.sink();
    const at = (text: string, time: number, partition: number): TapMessage => message(text, { time, partition });
    sink.messages([at('a0', 10, 0), at('a1', 30, 0), at('a2', 20, 0), at('b0', 5, 1), at('b1', 25, 1), at('b2', 40, 1)]);
    assert.equal(tail.status().order, undefined);
    assert.deepEqual(tail.rows(0, 9).map((row) => row.at), new Array(6).fill(undefined));
    tail.sort('time');
    await until(() => tail.settled(), { what: 'the order', every: 5 });
    assert.equal(tail.status().order, 'time');
    // The third is stamped before the one before it, and stands behind that.
    const sorted = ['b0', 'a0', 'b1', 'a1', 'a2', 'b2'];
    assert.deepEqual(tail.rows(0, 9).map((row) => [row.preview, row.at, row.time]), [
      ['b0', 5, 5], ['a0', 10, 10], ['b1', 25, 25], ['a1', 30, 30], ['a2', 30, 20], ['b2', 40, 40],
    ]);
    const { index, from, rows, shown } = tail.rowsAround({ seq: 2, at: 30 }, 2, 3);
    assert.deepEqual([index, from, rows.map(({ preview }) => preview), shown], [4, 2, ['b1', 'a1', 'a2'], 6]);
    const written = async (request: Pick<ExportRequest, 'filtered' | 'selected'>): Promise<string[]> => {
      const path = join(folder, 'sorted.jsonl');
      await tail.export({ format: 'jsonl', ...request, path });
      return (await readFile(path, 'utf8')).trim().split('\n').map((line) => (JSON.parse(line) as { value: string }).value);
    };
    assert.deepEqual(await written({ filtered: false }), sorted);
    // What came after choosing is not chosen, though it stands between.
    sink.messages([at('c0', 26, 2)]);
    const selected = { first: { seq: 0, at: 10 }, last: { seq: 2, at: 30 }, before: 6 };
    assert.deepEqual([await written({ filtered: true, selected }), tail.countSelected(selected)], [['a0', 'b1', 'a1', 'a2'], 4]);
    await tail.filter({ text: '0' });
    await tail.filtered();
    assert.deepEqual(await written({ filtered: true }), ['b0', 'a0', 'c0']);
    assert.deepEqual(await written({ filtered: false }), ['a0', 'a1', 'a2', 'b0', 'b1', 'b2', 'c0']);
    await tail.stop();
  });
});
