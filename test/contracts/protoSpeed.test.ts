import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

interface Figures {
  readonly messages: number;
  readonly ours: number;
  readonly theirs: number;
}

describe('contracts: speed of the protobuf parser', () => {
  it('takes at most a tenth of the time of protobufjs for the same text, as bundled', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tailrace-speed-'));
    try {
      const outfile = join(folder, 'speed.cjs');
      const entry = join(import.meta.dirname, '../support/protoSpeed.ts');
      buildSync({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
      const figures = JSON.parse(execFileSync(process.execPath, [outfile], { encoding: 'utf8' })) as Figures;
      assert.equal(figures.messages, 2_000);
      assert.ok(figures.ours <= figures.theirs / 10, `${figures.ours.toFixed(2)} ms, ${figures.theirs.toFixed(2)} ms`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }).timeout(60_000);
});
