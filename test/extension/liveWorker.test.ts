import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LiveWorker } from '../../src/extension/liveWorker';

/** Answers `test` with the ledger's folder, tells a status on `pause`, dies on `clear`. */
const SCRIPT = `
const { parentPort, workerData } = require('node:worker_threads');
parentPort.on('message', ({ id, method, args }) => {
  if (method === 'clear') throw new Error('out of memory, so to say');
  const post = (message) => parentPort.postMessage(message);
  if (method === 'pause') post({ rpc: 'notify', method: 'status', args: [args[0], { paused: true }] });
  if (method === 'plan') post({ rpc: 'answer', id, error: 'no such user', errorKind: 'authentication' });
  else post({ rpc: 'answer', id, value: method === 'test' ? workerData.ledgerFolder : undefined });
});`;

describe('the live worker, seen from the extension', () => {
  let folder: string;
  let worker: LiveWorker;
  let logged: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tailrace-live-'));
    await writeFile(join(folder, 'live.js'), SCRIPT);
    logged = [];
    const put = (text: string) => void logged.push(text);
    worker = new LiveWorker({
      script: join(folder, 'live.js'),
      ledgerFolder: 'ledger',
      log: { info: put, warn: put, error: put },
    });
  });
  afterEach(async () => {
    await worker.stop();
    await rm(folder, { recursive: true });
  });

  it('starts with the first call and is told where its ledger is', async () => {
    assert.equal(worker.remoteIfRunning, undefined);
    assert.equal(await worker.remote.test('mqtt', { url: '' }), 'ledger');
    assert.notEqual(worker.remoteIfRunning, undefined);
  });

  it('passes status on, and the kind of an error', async () => {
    const told: unknown[] = [];
    worker.onStatus((status) => told.push(status));
    await worker.remote.pause('one');
    assert.deepEqual(told, [{ id: 'one', status: { paused: true } }]);
    await assert.rejects(worker.remote.plan({} as never), {
      message: 'no such user',
      kind: 'authentication',
    });
  });

  it('tells why it died, rejects what was asked, and starts anew with the next call', async () => {
    const died = new Promise<string>((resolve) => worker.onDied(resolve));
    await assert.rejects(worker.remote.clear('one'), /closed/);
    assert.match(await died, /the live worker failed: out of memory, so to say/);
    assert.match(worker.lastDeath!, /out of memory/);
    assert.ok(logged.some((line) => line.includes('out of memory')));
    assert.equal(await worker.remote.test('mqtt', { url: '' }), 'ledger');
    assert.equal(worker.lastDeath, undefined);
  });

  it('is not reported dead when it was stopped', async () => {
    const deaths: string[] = [];
    worker.onDied((reason) => deaths.push(reason));
    await worker.remote.test('mqtt', { url: '' });
    await worker.stop();
    assert.deepEqual([deaths, worker.remoteIfRunning], [[], undefined]);
  });
});
