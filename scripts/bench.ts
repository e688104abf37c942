/**
 * `npm run bench`: what things cost on this machine, as medians, and as ratios to something measured
 * in the same run. Names of groups (`lint check proto layout taps`) choose; default all.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { print, type Row } from './bench/measure';

const cli = join(__dirname, '../dist/cli.js');

const groups: Record<string, () => Promise<readonly Row[]>> = {
  lint: async () => (await import('./bench/lint')).lintRows(),
  check: async () => {
    if (!existsSync(cli)) throw new Error('dist/cli.js is missing: run npm run build');
    return (await import('./bench/lint')).checkRows(cli);
  },
  proto: async () => (await import('./bench/proto')).protoRows(),
  layout: async () => (await import('./bench/layout')).layoutRows(),
  taps: async () => (await import('./bench/taps')).tapRows(),
};

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !Object.hasOwn(groups, name));
  if (unknown.length > 0) throw new Error(`There is no group ${unknown.join(', ')}; there are ${Object.keys(groups).join(', ')}.`);
  for (const [name, run] of Object.entries(groups)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    console.log(`${name}:`);
    print(await run());
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
