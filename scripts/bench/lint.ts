import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseDocument } from 'yaml';
import { parseYaml } from '../../src/syntax/yaml';
import { MemoryFiles } from '../../src/workspace/memoryFiles';
import { Workspace } from '../../src/workspace/workspace';
import { time, type Row } from './measure';
import { flowFile, mixedFolder } from './topology';

const path = '/bench/topology.flow.yaml';

/** Parsing, linting from scratch, and linting after one edit, of one large flow file. */
export async function lintRows(): Promise<Row[]> {
  const rows: Row[] = [];
  const text = flowFile(1000);
  const peer = await time(7, () => parseDocument(text));
  const own = await time(15, () => parseYaml(text));
  rows.push({ name: 'parse with places, 1,000 channels', value: own, unit: 'ms', ratio: { of: 'yaml parseDocument', value: own / peer, budget: '≤ 0.15' } });

  const edits: Record<number, number> = {};
  for (const channels of [1000, 10_000]) {
    const source = flowFile(channels);
    const cold = await time(channels > 1000 ? 3 : 7, () => open(source).snapshot);
    const workspace = open(source);
    void workspace.snapshot;
    const edit = await time(channels > 1000 ? 5 : 25, (run) => {
      workspace.open(path, source.replace('partitions: 3', `partitions: ${100 + run}`));
      return workspace.snapshot;
    });
    edits[channels] = edit;
    const n = channels.toLocaleString('en');
    rows.push({ name: `lint from scratch, ${n} channels`, value: cold, unit: 'ms' });
    rows.push({ name: `one edit to problems, ${n} channels`, value: edit, unit: 'ms', ratio: { of: 'our lint from scratch', value: edit / cold, budget: '≤ 0.1' } });
  }
  rows.push({ name: 'one edit, 10,000 against 1,000 channels', value: edits[10_000]! / edits[1000]!, unit: '×', ratio: { of: 'the edit at 1,000', value: edits[10_000]! / edits[1000]!, budget: '≤ 3' } });
  return rows;
}

function open(text: string): Workspace {
  const workspace = new Workspace(new MemoryFiles());
  workspace.setFolders(['/bench']);
  workspace.open(path, text);
  return workspace;
}

/** `tailrace check` as a whole process over a folder of mixed files, against reading and hashing them. */
export async function checkRows(cli: string): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tailrace-bench-'));
  try {
    const files = mixedFolder(1000);
    for (const [name, text] of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const floor = await time(5, () => {
      for (const name of files.keys()) createHash('sha1').update(readFileSync(join(folder, name))).digest();
    });
    const check = await time(5, () => runCheck(cli, folder));
    const small = join(folder, 'small.flow.yaml');
    writeFileSync(small, flowFile(100));
    const one = await time(5, () => runCheck(cli, small));
    const start = await time(5, () => spawnSync(process.execPath, [cli, '--version']));
    return [
      { name: 'check of 1,000 mixed files, whole process', value: check, unit: 'ms', ratio: { of: 'reading and hashing the same files', value: check / floor } },
      { name: 'check of 100 channels, whole process', value: one, unit: 'ms', ratio: { of: 'printing the version', value: one / start } },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runCheck(cli: string, target: string): void {
  const { status, stderr } = spawnSync(process.execPath, [cli, 'check', '--format', 'json', target], { maxBuffer: 1 << 28 });
  if (status !== 0 && status !== 1) throw new Error(`check failed: ${stderr.toString()}`);
}
