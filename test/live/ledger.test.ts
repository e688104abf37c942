import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEntry } from '../../src/brokers/ledger';
import { fileLedger } from '../../src/live/fileLedger';
import { isAlive, processStart } from '../../src/live/processStamp';

describe('the tap ledger on disk', function () {
  this.timeout(20_000);
  let folder: string;
  const thing = {
    protocol: 'nats',
    broker: 'nats://b:4222',
    kind: 'consumer',
    name: 'tailrace-tap-1',
    of: 'ORDERS',
  } as const;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tailrace-ledger-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A process that lives until it is killed. */
  const bystander = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout!, 'data');
    return child;
  };
  const entryOf = (pid: number, started: string, change: Partial<LedgerEntry> = {}): Promise<void> => {
    const { host, ...own } = {
      ...thing,
      id: 'e1',
      pid,
      started,
      host: '',
      at: '2026-01-01T00:00:00Z',
      ...change,
    };
    return writeFile(
      join(folder, `taps-${pid}-aa.jsonl`),
      `${JSON.stringify({ made: { ...own, host: host || hostname() } })}\n{"made":{"id":"cut o`,
    );
  };

  it('writes before the thing is made, and leaves no file when all is removed', async () => {
    const ledger = fileLedger(folder);
    const one = await ledger.made(thing);
    const two = await ledger.made({ ...thing, name: 'tailrace-tap-2' });
    const [file] = await readdir(folder);
    assert.match(await readFile(join(folder, file!), 'utf8'), /tailrace-tap-1[^]*\n[^]*tailrace-tap-2/);
    await ledger.removed(one);
    assert.equal((await readdir(folder)).length, 1);
    await ledger.removed(two);
    assert.deepEqual(await readdir(folder), []);
  });

  it('never offers what this or another living process has made', async () => {
    const mine = fileLedger(folder);
    await mine.made(thing);
    assert.deepEqual(await mine.abandoned('nats', 'nats://b:4222'), []);
    // A second worker of the same process is no less alive.
    assert.deepEqual(await fileLedger(folder).abandoned('nats', 'nats://b:4222'), []);
    const child = await bystander();
    await entryOf(child.pid!, processStart(child.pid!));
    assert.deepEqual(await mine.abandoned('nats', 'nats://b:4222'), []);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.deepEqual(
      (await mine.abandoned('nats', 'nats://b:4222')).map((e) => e.name),
      ['tailrace-tap-1'],
    );
  });

  it('offers what a dead process left, for this broker only, until it is removed', async () => {
    const child = await bystander();
    child.kill('SIGKILL');
    await once(child, 'exit');
    await entryOf(child.pid!, 'then');
    const ledger = fileLedger(folder);
    assert.deepEqual(await ledger.abandoned('nats', 'nats://other:4222'), []);
    assert.deepEqual(await ledger.abandoned('kafka', 'nats://b:4222'), []);
    const [left] = await ledger.abandoned('nats', 'nats://b:4222');
    assert.deepEqual([left!.name, left!.of], ['tailrace-tap-1', 'ORDERS']);
    await ledger.removed(left!);
    assert.deepEqual(await ledger.abandoned('nats', 'nats://b:4222'), []);
    assert.deepEqual(await readdir(folder), []);
  });

  it('knows a process that got the id of a dead one by its start', async () => {
    const child = await bystander();
    assert.equal(isAlive(child.pid!, processStart(child.pid!)), true);
    if (processStart(child.pid!) !== '') assert.equal(isAlive(child.pid!, 'another boot/17'), false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(isAlive(child.pid!, ''), false);
  });

  it('leaves entries of other machines alone', async () => {
    await entryOf(999_999_999, 'then', { host: 'another-machine' });
    assert.deepEqual(await fileLedger(folder).abandoned('nats', 'nats://b:4222'), []);
  });
});
