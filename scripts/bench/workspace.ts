import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { median, time, type Row } from './measure';
import { mixedWorkspace } from './mixedWorkspace';
import { ServerClient } from './serverClient';

const count = 10_000;

/** A workspace of 10,000 mixed files: `tailrace check` as a process, and the language server while it scans. */
export async function workspaceRows(dist: string): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tailrace-bench-'));
  try {
    const root = join(folder, 'ws');
    const { files, made } = mixedWorkspace(count);
    for (const all of [files, made]) {
      for (const [name, text] of all) {
        mkdirSync(dirname(join(root, name)), { recursive: true });
        writeFileSync(join(root, name), text);
      }
    }
    const floor = await time(5, () => {
      for (const name of files.keys()) createHash('sha1').update(readFileSync(join(root, name))).digest();
    });
    const check = await time(3, () => {
      const args = [join(dist, 'cli.js'), 'check', '--format', 'json', root];
      const { status, stderr } = spawnSync(process.execPath, args, { maxBuffer: 1 << 28 });
      if (status !== 0 && status !== 1) throw new Error(`check failed: ${stderr.toString()}`);
    }, 1);
    const probe = join(folder, 'probe.cjs');
    await build({ entryPoints: [join(__dirname, 'pauseProbe.ts')], outfile: probe, platform: 'node', format: 'cjs', logLevel: 'error' });
    const runs: Figures[] = [];
    for (let run = 0; run < 3; run++) runs.push(await session(join(dist, 'server.js'), probe, root, files));
    const of = (name: keyof Figures): number => median(runs.map((r) => r[name]));
    const against = (value: number, budget?: string): Row['ratio'] =>
      ({ of: 'reading and hashing', value: value / floor, ...(budget === undefined ? {} : { budget }) });
    return [
      { name: 'reading and hashing 10,000 files', value: floor, unit: 'ms' },
      { name: 'check, whole process', value: check, unit: 'ms', ratio: against(check, '≤ 10')! },
      { name: 'server: problems of the open file', value: of('open'), unit: 'ms', ratio: against(of('open'))! },
      { name: 'server: all problems', value: of('all'), unit: 'ms', ratio: against(of('all'), '≤ 10')! },
      { name: 'server: the tree', value: of('tree'), unit: 'ms', ratio: against(of('tree'))! },
      { name: 'longest pause while it scans', value: of('pause'), unit: 'ms' },
      { name: '  the second', value: of('second'), unit: 'ms' },
      { name: 'hover while it scans, median', value: of('hover'), unit: 'ms' },
      { name: '  the slowest', value: of('slowestHover'), unit: 'ms' },
      { name: 'keystroke to problems while it scans, median', value: of('typing'), unit: 'ms' },
      { name: '  the slowest', value: of('slowestTyping'), unit: 'ms' },
      { name: 'hover afterwards, median', value: of('hoverAfter'), unit: 'ms' },
      { name: 'completion afterwards, median', value: of('completionAfter'), unit: 'ms' },
      { name: 'keystroke to problems afterwards, median', value: of('typingAfter'), unit: 'ms' },
      { name: 'changed file on disk to problems', value: of('changed'), unit: 'ms' },
      { name: 'longest pause afterwards', value: of('pauseAfter'), unit: 'ms' },
      { name: 'resident memory', value: of('rss') / 1e6, unit: 'MB' },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds, but for `rss` in bytes. */
interface Figures {
  readonly open: number;
  readonly all: number;
  readonly tree: number;
  readonly pause: number;
  readonly second: number;
  readonly hover: number;
  readonly slowestHover: number;
  readonly typing: number;
  readonly slowestTyping: number;
  readonly hoverAfter: number;
  readonly completionAfter: number;
  readonly typingAfter: number;
  readonly changed: number;
  readonly pauseAfter: number;
  readonly rss: number;
}

async function session(
  server: string, probe: string, root: string, files: ReadonlyMap<string, string>,
): Promise<Figures> {
  const client = await ServerClient.start(server, probe, root);
  const timed = async (act: () => Promise<unknown>): Promise<number> => {
    const from = performance.now();
    await act();
    return performance.now() - from;
  };
  const name = 'domain-0/project-60/p60.flow.yaml';
  const document = await client.open(join(root, name), files.get(name) ?? '');
  const place = { textDocument: { uri: document.uri }, position: { line: 4, character: 5 } };
  const hover = (): Promise<unknown> => client.request('textDocument/hover', place);
  const completion = (): Promise<unknown> =>
    client.request('textDocument/completion', { textDocument: { uri: document.uri }, position: { line: 5, character: 12 } });
  const at = document.text.indexOf('qos: 1') + 5;
  let tree = Number.NaN;
  const hovers: number[] = [];
  const typings: number[] = [];
  let scanning = true;
  let typed = 0;
  // An editor asks while somebody types: both go on until all is read.
  const asking = (async () => {
    await client.until(() => client.published.has(document.uri));
    while (scanning) {
      hovers.push(await timed(hover));
      typings.push(await client.type(document, at, ['0', '1', '2'][typed++ % 3] ?? '1', 1));
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  })();
  const treeAsked = (async () => {
    for (;;) {
      const answer = JSON.stringify(await client.request('tailrace/tree').catch(() => undefined)) ?? '';
      if (answer.includes('p99')) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    tree = performance.now() - client.started;
  })();
  // The last project's problems come when all is read.
  const last = pathToFileURL(join(root, 'domain-3/project-99/docker-compose.yml')).href;
  const lastOther = (): boolean => [...client.published.keys()].some((uri) => uri.includes('/project-99/'));
  await client.until(() => client.published.has(last) || lastOther());
  const all = client.lastPublished - client.started;
  scanning = false;
  await asking;
  await treeAsked;
  const during = await client.pauses();

  const repeat = async (times: number, act: () => Promise<number>): Promise<number> => {
    const values: number[] = [];
    for (let i = 0; i < times; i++) values.push(await act());
    return median(values);
  };
  const hoverAfter = await repeat(20, () => timed(hover));
  const completionAfter = await repeat(20, () => timed(completion));
  // With a rest between the letters, as people type: what follows at once shares the time with other requests.
  const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 400));
  const typingAfter = await repeat(12, () => rest().then(() => client.type(document, at, ['0', '1', '2'][typed++ % 3] ?? '1', 1)));
  const changedName = 'domain-1/project-1/p1.flow.yaml';
  const changedUri = pathToFileURL(join(root, changedName)).href;
  const original = files.get(changedName) ?? '';
  let broken = false;
  const changed = await repeat(6, () => timed(async () => {
    broken = !broken;
    writeFileSync(join(root, changedName), broken ? original.replace('qos: 1', 'qos: 7') : original);
    const before = client.published.get(changedUri)?.at;
    await client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: changedUri, type: 2 }] });
    await client.until(() => client.published.get(changedUri)?.at !== before);
  }));
  const after = await client.pauses();
  const open = (client.firstOf(document.uri) ?? Number.NaN) - client.started;
  await client.stop();
  return {
    open, all, tree, pause: during.longest[0] ?? 0, second: during.longest[1] ?? 0,
    hover: median(hovers), slowestHover: Math.max(...hovers), typing: median(typings), slowestTyping: Math.max(...typings),
    hoverAfter, completionAfter, typingAfter, changed, pauseAfter: after.longest[0] ?? 0, rss: during.rss,
  };
}
