/**
 * `npm run faults`: breaks the real brokers on purpose and prints, row by row, what the settings were
 * predicted to do and what was seen. `--broker KIND` and `--only ID` (a part of it) choose rows; `--format markdown`
 * prints a table to keep. Ends with 1 when a row does not agree.
 */
import { parseArgs } from 'node:util';
import { findBroker } from '../test/support/brokers';
import { GROUPS } from '../test/faults/groups';
import { predict } from '../test/faults/predict';
import { agrees, observedWords, runRow, type Outcome } from '../test/faults/run';
import type { OpenGroup, Row } from '../test/faults/row';

const { values } = parseArgs({
  options: { broker: { type: 'string' }, only: { type: 'string' }, format: { type: 'string', default: 'plain' } },
});
const markdown = values.format === 'markdown';
let disagreements = 0;

const COLUMNS = ['id', 'settings', 'fault injected', 'predicted', 'observed', 'runs', 'seconds'] as const;
async function main(): Promise<void> {
  if (markdown) {
    console.log(`| ${COLUMNS.join(' | ')} |`);
    console.log(`|${COLUMNS.map(() => ' --- |').join('')}`);
  }

  for (const group of GROUPS) {
    const rows = group.rows.filter(({ id, broker }) =>
      (!values.broker || broker === values.broker) && (!values.only || id.includes(values.only)));
    if (rows.length === 0) continue;
    if (!await findBroker(group.broker)) {
      console.error(`${group.name}: not run, ${group.broker} is not installed (node scripts/setup/brokers.mjs)`);
      continue;
    }
    let open: OpenGroup | undefined;
    try {
      open = await group.open();
      for (const row of rows) await show(row, open);
    } finally {
      await open?.close();
    }
  }
  process.exitCode = disagreements === 0 ? 0 : 1;
}

async function show(row: Row, open: OpenGroup): Promise<void> {
  let outcome: Outcome | undefined;
  let observed: string;
  try {
    outcome = await runRow(row, open);
    observed = observedWords(row, outcome);
  } catch (error) {
    observed = `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
  const holds = outcome !== undefined && agrees(row.predicted, outcome);
  const model = predict(row).comes;
  if (!holds) disagreements++;
  const faults = row.faults === 0 ? 'normal running' : row.faults === 1 ? '1 fault' : `${row.faults} faults`;
  print([
    row.id, row.title, `${faults}: ${row.injected}`,
    `${row.hazard}: ${model ? 'yes' : 'no'}${model === row.predicted ? '' : ` (but ${row.beyond ?? row.differs ?? 'nobody knows why'})`}`, `${observed}${holds ? '' : ' (DISAGREES)'}`,
    outcome ? String(outcome.runs) : '-', outcome ? outcome.seconds.toFixed(1) : '-',
  ]);
}

function print(cells: readonly string[]): void {
  if (markdown) {
    console.log(`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
    return;
  }
  const [id, title, injected, predicted, observed, runs, seconds] = cells;
  console.log(`${id}\n  ${title}\n  ${injected}\n  predicted ${predicted}; observed ${observed} (${runs} runs, ${seconds} s)`);
}

void main();
