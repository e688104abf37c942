import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { Row } from './measure';

/** Our `.proto` parser, which keeps places, against protobufjs, which does not; bundled, in a process of its own. */
export async function protoRows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tailrace-proto-'));
  try {
    const outfile = join(folder, 'probe.cjs');
    buildSync({
      entryPoints: [join(__dirname, 'protoProbe.ts')], outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error',
    });
    const { messages, ours, theirs } = JSON.parse(execFileSync(process.execPath, [outfile], { encoding: 'utf8' })) as {
      messages: number; ours: number; theirs: number;
    };
    return [{
      name: `.proto with places, ${messages.toLocaleString('en')} messages`, value: ours, unit: 'ms',
      ratio: { of: 'protobufjs', value: ours / theirs, budget: '≤ 0.10' },
    }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
