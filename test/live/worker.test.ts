import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
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
  const logged: string[] = [];

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
      // As scripts/build.mjs: jsonc-parser's `main` has requires that no bundler can follow.
      mainFields: ['module', 'main'],
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
      { status: (id: string, s: TailStatus) => void latest.set(id, s), log: (_level: string, text: string) => void logged.push(text) },
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
    const check = await remote.test('nats', { url: nats.url });
    assert.match(check.about ?? '', /^NATS /);
    assert.deepEqual(check.steps.map(({ step, state }) => `${step} ${state}`), [
      'name passed', 'port passed', 'tls unused', 'protocol passed', 'sign-in passed', 'rights passed',
    ]);
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
    await remote.filter('one', { text: 'nothing' });
    await until(() => latest.get('one')!.counters.shown === 0, { what: 'the filter', every: 10 });
    await remote.stop('one');
    assert.equal(latest.get('one')!.state.is, 'ended');
    await client.endAsync();
    await assert.rejects(remote.rows('one', 0, 1), /There is no tail one/);
    const refused = await remote.test('nats', { url: 'nats://127.0.0.1:1' });
    assert.match(refused.reason ?? '', /refused/);
    assert.deepEqual([refused.kind, refused.steps[1], refused.steps[3]], [
      'port', { step: 'port', state: 'failed' }, { step: 'protocol', state: 'not-reached' },
    ]);
  });

  it('merges channels of two brokers in one tail, and filters, counts, follows and exports them', async () => {
    const { remote } = peer;
    const contract = { name: 'Order', format: 'json-schema', message: '', files: [{ path: '/o.json', text: '{"required":["id"]}' }] } as const;
    await remote.start('merged', {
      ...ask('mqtt', mqtt.url, 'orders/+', 'channel'),
      broker: 'floor',
      contract,
      more: [{ ...ask('nats', nats.url, 'payments.*', 'subject'), broker: 'money' }, ask('mqtt', mqtt.url, '$share/g/x', 'channel')],
      limits: { messages: 1000, bytes: 1e7 },
    });
    const states = (): string[] => (latest.get('merged')?.sources ?? []).map((source) => source.state.is);
    await until(() => states().join() === 'live,live,refused', { what: 'its sources', every: 10 });
    assert.equal(latest.get('merged')!.state.is, 'live');
    await remote.start('other', ask('nats', nats.url, 'ledger', 'subject'));
    await state('other', 'live');
    const client = await connectAsync(mqtt.url);
    const connection = await connect({ servers: nats.url });
    for (let n = 0; n < 10; n++) await client.publishAsync(`orders/${n % 2}`, n % 5 ? `{"id":${n},"correlation_id":"c-${n}."}` : '{}');
    for (let n = 0; n < 10; n++) connection.publish('payments.eu', `{"amount":${n * 100},"correlation_id":"c-${n}."}`);
    const headed = headers();
    headed.set('Correlation-Id', 'c-7.');
    connection.publish('ledger', 'booked', { headers: headed });
    await connection.flush();
    await until(() => latest.get('merged')?.counters.received === 20 && latest.get('other')?.counters.received === 1, { what: 'the messages', every: 10 });

    await remote.filter('merged', { expression: 'value.amount > 650 || value.id == 7' });
    await until(() => latest.get('merged')?.counters.shown === 4, { what: 'the filter', every: 10 });
    await remote.columns('merged', ['correlation_id', 'amount']);
    const rows = await remote.rows('merged', 0, 10);
    assert.deepEqual(rows.map((r) => [r.channel, r.cells, r.verdict]).sort(), [
      ['orders/1', ['c-7.', ''], 'valid'], ...[7, 8, 9].map((n) => ['payments.eu', [`c-${n}.`, `${n * 100}`], 'none']),
    ]);
    const { sources } = latest.get('merged')!;
    assert.deepEqual(sources!.map((one) => [one.channel, one.broker, one.received, one.violating]), [['orders/+', 'floor', 10, 2], ['payments.*', 'money', 10, 0], ['$share/g/x', undefined, 0, 0]]);
    assert.deepEqual((await remote.faults('merged')).map((f) => [f.channel, f.reason, f.count, f.of]), [['orders/+', 'has no id, which is required', 2, 10]]);
    const related = await remote.related('other', 0);
    assert.deepEqual(related.messages.map((m) => [m.tail, m.broker, m.row.channel, m.by]).sort(), [
      ['merged', 'floor', 'orders/1', 'field correlation_id'], ['merged', 'money', 'payments.eu', 'field correlation_id'], ['other', undefined, 'ledger', 'header Correlation-Id'],
    ]);
    const histogram = await remote.histogram('merged', 50);
    assert.equal(histogram.counts.reduce((a, b) => a + b, 0), 4);
    const path = join(folder, 'merged.jsonl');
    assert.equal(await remote.export('merged', { format: 'jsonl', filtered: true, path }), 4);
    assert.equal((await readFile(path, 'utf8')).trimEnd().split('\n').length, 4);
    await assert.rejects(remote.export('merged', { format: 'csv', filtered: true, path: join(folder, 'none', 'x.csv') }), /does not exist/);
    assert.match((await remote.propose('merged')).problem!, /several channels/);
    await remote.filter('merged', { channels: ['orders/+'] });
    assert.deepEqual((await remote.propose('merged')).changes, ['/id is no longer required.']);
    await remote.filter('merged', { text: '(', regex: true });
    await until(() => latest.get('merged')?.filterProblem !== undefined, { what: 'the problem', every: 10 });
    assert.equal(latest.get('merged')!.filterProblem, 'The regular expression cannot be read: unterminated group.');
    await Promise.all([remote.stop('merged'), remote.stop('other'), client.endAsync(), connection.close()]);
  });

  it('runs ten tails at once, each with all of its own messages', async () => {
    const { remote } = peer;
    const ids = Array.from({ length: 10 }, (_, n) => `ten-${n}`);
    await Promise.all(ids.map((id, n) => remote.start(id, n % 2 ? ask('nats', nats.url, `ten.${n}`, 'subject') : ask('mqtt', mqtt.url, `ten/${n}`, 'channel'))));
    await Promise.all(ids.map((id) => state(id, 'live')));
    await Promise.all(ids.map((id, n) => remote.filter(id, n % 3 ? { text: 'even' } : { expression: 'value.n % 2 == 0' })));
    const client = await connectAsync(mqtt.url);
    const connection = await connect({ servers: nats.url });
    for (let m = 0; m < 500; m++) {
      for (let n = 0; n < 10; n++) {
        const text = `{"n":${m},"is":"${m % 2 ? 'odd' : 'even'}"}`;
        if (n % 2) connection.publish(`ten.${n}`, text);
        else await client.publishAsync(`ten/${n}`, text);
      }
    }
    await connection.flush();
    for (const id of ids) {
      await until(() => latest.get(id)?.counters.received === 500, { what: `${id} to have all`, every: 10 });
      // Each keeps its last hundred.
      await until(() => latest.get(id)?.counters.shown === 50, { what: `${id} to have filtered`, every: 10 });
      assert.deepEqual((await remote.rows(id, 0, 2)).map((r) => r.preview), ['{"n":400,"is":"even"}', '{"n":402,"is":"even"}']);
    }
    await Promise.all([...ids.map((id) => remote.stop(id)), client.endAsync(), connection.close()]);
  });

  it('takes one of several channels out of a tail: its consumer, its connection and its messages go, the others go on', async () => {
    const { remote } = peer;
    const connection = await connect({ servers: nats.url });
    const client = await connectAsync(mqtt.url);
    const jsm = await jetstreamManager(connection);
    await jsm.streams.add({ name: 'OUT', subjects: ['out'] });
    const contract = { name: 'Order', format: 'json-schema', message: '', files: [{ path: '/o.json', text: '{"required":["id"]}' }] } as const;
    await remote.start('out', {
      ...ask('nats', nats.url, 'OUT', 'stream'), id: 'stream', contract,
      more: [{ ...ask('mqtt', mqtt.url, 'in/+', 'channel'), id: 'topic', contract }],
    });
    const status = (): TailStatus => latest.get('out')!;
    await until(() => status()?.sources?.every(({ state: now }) => now.is === 'live' || now.is === 'caught-up'), { what: 'both to run', every: 10 });
    const connections = async (): Promise<number> => ((await (await fetch(`${nats.adminUrl}/connz`)).json()) as { num_connections: number }).num_connections;
    const before = await connections();
    const publish = async (texts: readonly string[]): Promise<void> => {
      for (const text of texts) {
        connection.publish('out', text);
        await client.publishAsync('in/1', text);
      }
      await connection.flush();
    };
    await publish(['{"id":1}', '{}']);
    await until(() => status().counters.received === 4 && status().counters.violating === 2, { what: 'the messages', every: 10 });
    const sent = (await remote.rows('out', 0, 10)).filter(({ channel }) => channel === 'out').map(({ seq }) => seq);
    assert.equal((await jsm.streams.info('OUT')).state.consumer_count, 1);

    await remote.removeSource('out', 'stream');
    assert.equal((await jsm.streams.info('OUT')).state.consumer_count, 0);
    await until(async () => (await connections()) < before, { what: 'its connection to be closed' });
    await publish(['{"id":3}']);
    await until(() => status().counters.shown === 3, { what: 'what the other one sends', every: 10 });
    assert.deepEqual((await remote.rows('out', 0, 10)).map(({ channel, preview }) => [channel, preview]), [['in/1', '{"id":1}'], ['in/1', '{}'], ['in/1', '{"id":3}']]);
    assert.deepEqual(status().sources!.map(({ id, received, violating }) => [id, received, violating]), [['topic', 3, 1]]);
    assert.deepEqual([status().state.is, status().counters.violating, status().buffer.messages], ['live', 1, 3]);
    assert.deepEqual((await remote.faults('out')).map(({ channel, count, of }) => [channel, count, of]), [['in/+', 1, 3]]);
    assert.deepEqual(await Promise.all(sent.map((seq) => remote.detail('out', seq))), [undefined, undefined]);
    await remote.filter('out', { text: 'id' });
    await until(() => status().counters.shown === 2, { what: 'a filter among the others', every: 10 });
    await remote.filter('out', {});
    await until(() => status().counters.shown === 3, { what: 'all of the others', every: 10 });
    const path = join(folder, 'out.jsonl');
    assert.equal(await remote.export('out', { format: 'jsonl', filtered: false, path }), 3);
    await assert.rejects(remote.removeSource('out', 'stream'), /not in the tail any more/);
    await assert.rejects(remote.removeSource('out', 'topic'), /The last channel cannot be taken out of a tail; close the tail instead\./);
    await Promise.all([remote.stop('out'), client.endAsync(), connection.close()]);
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
    await peer.remote.start('while alive', ask('nats', nats.url, 'quiet', 'subject'));
    await state('while alive', 'live');
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal((await jsm.streams.info('CRASH')).state.consumer_count, 1);
    logged.length = 0;
    // Two that begin at once: what was left is removed once.
    await Promise.all(['one', 'two'].map((id) => peer.remote.start(id, ask('nats', nats.url, 'quiet', 'subject'))));
    await until(() => logged.length > 0, { what: 'the sweep', every: 10 });
    assert.equal((await jsm.streams.info('CRASH')).state.consumer_count, 0);
    await Promise.all([state('one', 'live'), state('two', 'live')]);
    await Promise.all(['while alive', 'one', 'two'].map((id) => peer.remote.stop(id)));
    assert.match(logged.join('\n'), /^Removed consumer tailrace-tap-[0-9a-f]+, which a tap left on NATS [^\n]+$/);
    await connection.close();
  });
});
