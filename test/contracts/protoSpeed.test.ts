import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

interface Figures {
  readonly messages: number;
  readonly ours: number;
  readonly theirs: number;
}

describe('contracts: speed of the protobuf parser', () => {
  it('takes at most a tenth of the time of protobufjs for the same text', () => {
    const script = join(import.meta.dirname, '../support/protoSpeed.ts');
    const figures = JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', script], { encoding: 'utf8' })) as Figures;
    assert.equal(figures.messages, 2_000);
    assert.ok(figures.ours <= figures.theirs / 10, `${figures.ours.toFixed(2)} ms against ${figures.theirs.toFixed(2)} ms`);
  }).timeout(60_000);
});
