import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import type { Steady } from './lintProbe';
import { jsYaml } from '../build/jsYaml.mjs';
import { median, time, type Row } from './measure';
import { flowFile, mixedFolder } from './topology';

/**
 * Parsing, linting, and linting after one edit, of one large flow file. "Cold" is the first lint of a
 * fresh process, "from scratch" that of a fresh workspace in a process that is warmed up.
 */
export async function lintRows(): Promise<Row[]> {
  const rows: Row[] = [];
  const edits: number[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'tailrace-bench-'));
  try {
    const probe = join(folder, 'probe.cjs');
    await build({
      entryPoints: [join(__dirname, 'lintProbe.ts')], outfile: probe, bundle: true, platform: 'node', format: 'cjs',
      mainFields: ['module', 'main'], minify: true, logLevel: 'error', plugins: [jsYaml],
    });
    for (const channels of [1000, 10_000]) {
      const file = join(folder, `${channels}.flow.yaml`);
      writeFileSync(file, flowFile(channels));
      const large = channels > 1000;
      const cold = median(Array.from({ length: large ? 3 : 7 }, () => run(probe, 'cold', file)));
      const { peer, parse, scratch, edit }: Steady = run(probe, 'steady', file, large ? '2' : '8');
      edits.push(edit);
      const n = `${channels.toLocaleString('en')} channels`;
      if (peer !== undefined) rows.push(row(`parse with places, ${n}`, parse, 'yaml parseDocument', peer, '≤ 0.15'));
      rows.push({ name: `lint in a fresh process, ${n}`, value: cold, unit: 'ms' });
      rows.push({ name: `lint from scratch, ${n}`, value: scratch, unit: 'ms' });
      rows.push(row(`one edit to problems, ${n}`, edit, 'our cold lint', cold, '≤ 0.1'));
      rows.push(row('  the same', edit, 'our lint from scratch', scratch));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const [small = Number.NaN, large = Number.NaN] = edits;
  rows.push(row('one edit, 10,000 channels', large, 'the edit at 1,000', small, '≤ 3'));
  return rows;
}

function row(name: string, value: number, of: string, other: number, budget?: string): Row {
  return { name, value, unit: 'ms', ratio: { of, value: value / other, ...(budget === undefined ? {} : { budget }) } };
}

function run<T>(probe: string, ...args: readonly string[]): T {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-gc', probe, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the probe failed: ${stderr}`);
  return JSON.parse(stdout) as T;
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
