import assert from 'node:assert/strict';
import { compilesJava, findJava } from '../../scripts/setup/kafka-home.mjs';
import { notRun } from '../support/not-run';
import { requireBroker } from '../support/brokers';
import type { Group, OpenGroup } from './row';
import { agrees, observedWords, runRow } from './run';

async function canCompile(): Promise<boolean> {
  const java = await findJava();
  return java !== undefined && compilesJava(java);
}

/** Makes each row of a group a test: what is seen is what was predicted. */
export function testRows(group: Group): void {
  describe(`faults on ${group.name}`, function () {
    this.timeout(90_000);
    let open: OpenGroup | undefined;
    before(async function () {
      await requireBroker(this, group.broker);
      open = await group.open();
    });
    after(async function () {
      this.timeout(60_000);
      await open?.close();
    });
    for (const row of group.rows) {
      it(`${row.id}: ${row.predicted ? '' : 'no '}${row.hazard} (${row.injected})`, async function () {
        if (row.needs === 'jdk' && !await canCompile()) {
          notRun(this, 'the Java here cannot run programs from source', 'node scripts/setup/brokers.mjs');
        }
        const outcome = await runRow(row, open!);
        assert(agrees(row.predicted, outcome),
          `${row.title}: predicted ${row.predicted ? 'yes' : 'no'} (${row.because}), `
          + `seen in ${outcome.seen} of ${outcome.runs} runs (${observedWords(row, outcome)})`);
      });
    }
  });
}
