import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runHostile } from './hostile';

const EXTRA_MIB = 64;
const LIMIT_MS = 1000;

/** `npm run bench -- hostile`: says what it found, and whether all is well. */
export async function hostile(cases: number): Promise<boolean> {
  const { slowest, thrown } = await runHostile(cases, 1);
  console.log(`  ${cases.toLocaleString('en')} payloads on every decoder: ${thrown.length} threw; slowest ${slowest.ms.toFixed(0)} ms (${slowest.name})`);
  for (const one of thrown.slice(0, 10)) console.log(`    ${one}`);
  const baseline = probe([], 'baseline') as { heap: number } | undefined;
  if (!baseline) return false;
  const limit = Math.ceil(baseline.heap / 2 ** 20) + EXTRA_MIB;
  const giants = probe([`--max-old-space-size=${limit}`], 'giants') as { runs: number; slowest: typeof slowest } | undefined;
  console.log(
    giants
      ? `  ${giants.runs} runs on giants within ${EXTRA_MIB} MiB more than the ${limit - EXTRA_MIB} MiB of before; slowest ${giants.slowest.ms.toFixed(0)} ms (${giants.slowest.name})`
      : `  giants took more than ${EXTRA_MIB} MiB`,
  );
  return thrown.length === 0 && slowest.ms <= LIMIT_MS && giants !== undefined && giants.slowest.ms <= LIMIT_MS;
}

function probe(flags: readonly string[], what: string): unknown {
  const run = spawnSync(process.execPath, [...flags, '--import', 'tsx', join(__dirname, 'hostileProbe.ts'), what], { encoding: 'utf8' });
  if (run.status === 0) return JSON.parse(run.stdout);
  console.log(run.stderr.split('\n').find((line) => /Error|FATAL/.test(line)) ?? `ended with ${String(run.status ?? run.signal)}`);
  return undefined;
}
