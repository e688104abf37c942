import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { build } from 'esbuild';
import { connectAsync } from 'mqtt';
import { until } from '../../scripts/support/until.mjs';
import { connectRpc, type RpcPeer } from '../../src/protocol/rpc';
import type { LiveFunctions, TailRequest, TailStatus } from '../../src/protocol/tail';
import { requireBroker, startMosquitto, startNats, type RunningBroker } from '../support/brokers/index';

describe('the live worker, bundled', function () {
  this.timeout(60_000);
  let folder: string;
  let worker: Worker;
  let peer: RpcPeer<LiveFunctions>;
  let mqtt: RunningBroker;
  let nats: RunningBroker;
  const latest = new Map<string, TailStatus>();

  before(async function () {
    await requireBroker(this, 'mosquitto');
    await requireBroker(this, 'nats');
    folder = await mkdtemp(join(tmpdir(), 'tailrace-live-'));
    const outfile = join(folder, 'live.js');
    await build({
      entryPoints: ['src/live/main.ts'],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile,
      logLevel: 'error',
    });
    [mqtt, nats] = await Promise.all([startMosquitto(), startNats()]);
    worker = new Worker(outfile, { workerData: { ledgerFolder: join(folder, 'ledger') }, stdout: true });
    peer = connectRpc<LiveFunctions>(
      {
        post: (m) => worker.postMessage(m),
        listen: (l) => {
          worker.on('message', l);
          return () => worker.off('message', l);
        },
      },
      { status: (id: string, s: TailStatus) => void latest.set(id, s), log: () => {} },
      (_m, error) => assert.fail(String(error)),
    );
  });
  after(async () => {
    await worker?.terminate();
    await Promise.all([mqtt?.stop(), nats?.stop()]);
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const ask = (
    protocol: 'mqtt' | 'nats',
    url: string,
    address: string,
    kind: TailRequest['target']['kind'],
  ): TailRequest => ({
    protocol,
    connect: { url },
    target: { address, kind },
    start: { at: 'latest' },
    limits: { messages: 100, bytes: 1e6 },
  });
  const state = (id: string, is: string) =>
    until(() => latest.get(id)?.state.is === is, { what: `${id} to be ${is}`, every: 10 });

  it('runs many tails at once; one that is refused does not disturb the others', async () => {
    const { remote } = peer;
    assert.match(await remote.test('nats', { url: nats.url }), /^NATS /);
    assert.equal((await remote.plan(ask('mqtt', mqtt.url, '$share/g/a', 'channel'))).verdict, 'refused');
    await remote.start('one', ask('mqtt', mqtt.url, 'a/+', 'channel'));
    await remote.start('two', ask('nats', nats.url, 'b.*', 'subject'));
    await remote.start('bad', ask('nats', nats.url, 'NOPE', 'stream'));
    await Promise.all([state('one', 'live'), state('two', 'live'), state('bad', 'refused')]);
    const client = await connectAsync(mqtt.url);
    await client.publishAsync('a/1', '{"n":1}');
    await until(() => latest.get('one')!.counters.shown === 1, { what: 'the message', every: 10 });
    assert.deepEqual(
      (await remote.rows('one', 0, 10)).map((r) => [r.channel, r.preview]),
      [['a/1', '{"n":1}']],
    );
    assert.equal((await remote.detail('one', 0))!.decodedAs, 'json');
    await remote.filter('one', 'nothing');
    await until(() => latest.get('one')!.counters.shown === 0, { what: 'the filter', every: 10 });
    await remote.stop('one');
    assert.equal(latest.get('one')!.state.is, 'ended');
    await client.endAsync();
    await assert.rejects(remote.rows('one', 0, 1), /There is no tail one/);
    await assert.rejects(remote.test('nats', { url: 'nats://127.0.0.1:1' }), /refused/);
  });

  it('removes all that its tails made on shutdown, and leaves no ledger', async () => {
    const connection = await connect({ servers: nats.url });
    const jsm = await jetstreamManager(connection);
    await jsm.streams.add({ name: 'S', subjects: ['s'] });
    await peer.remote.start('s', ask('nats', nats.url, 'S', 'stream'));
    await state('s', 'live');
    assert.equal((await jsm.streams.info('S')).state.consumer_count, 1);
    assert.equal((await readdir(join(folder, 'ledger'))).length, 1);
    await peer.remote.shutdown();
    assert.equal((await jsm.streams.info('S')).state.consumer_count, 0);
    assert.deepEqual(await readdir(join(folder, 'ledger')), []);
    await connection.close();
  });

  it('sweeps what a tail of a killed process left on the broker', async () => {
    const connection = await connect({ servers: nats.url });
    const jsm = await jetstreamManager(connection);
    await jsm.streams.add({ name: 'CRASH', subjects: ['crash'] });
    const request = JSON.stringify(ask('nats', nats.url, 'CRASH', 'stream'));
    const script = `
      const { Worker } = require('node:worker_threads');
      const workerData = { ledgerFolder: ${JSON.stringify(join(folder, 'ledger'))} };
      const w = new Worker(${JSON.stringify(join(folder, 'live.js'))}, { workerData });
      w.postMessage({ rpc: 'request', id: 1, method: 'start', args: ['x', ${request}] });`;
    const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
    await until(async () => (await jsm.streams.info('CRASH')).state.consumer_count === 1, {
      what: 'the other process to tap',
    });
    assert.deepEqual(await peer.remote.sweep('nats', { url: nats.url }), [], 'it is alive');
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal((await jsm.streams.info('CRASH')).state.consumer_count, 1);
    const removed = await peer.remote.sweep('nats', { url: nats.url });
    assert.match(removed.join(), /^consumer tailrace-tap-[0-9a-f]+$/);
    assert.equal((await jsm.streams.info('CRASH')).state.consumer_count, 0);
    assert.deepEqual(await peer.remote.sweep('nats', { url: nats.url }), []);
    await connection.close();
  });
});
