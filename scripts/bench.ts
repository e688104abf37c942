/**
 * `npm run bench`: what things cost on this machine, as medians, and as ratios to something measured
 * in the same run. Names of groups (`lint check guarantee proto contracts codecs layout buffer taps panel workspace`) choose; default all.
 *
 * `npm run bench -- fuzz [--cases N] [--only <dialect>]` runs every reader on mutated files instead, 100,000 a
 * reader if nothing else is said, and ends with 1 if one throws, takes over a second or says what cannot be.
 * `npm run bench -- hostile [--cases N]` does so with decoders and payloads, and with giants within 64 MiB of heap.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { print, type Row } from './bench/measure';

const cli = join(__dirname, '../dist/cli.js');

const groups: Record<string, () => Promise<readonly Row[]>> = {
  lint: async () => (await import('./bench/lint')).lintRows(),
  check: async () => {
    if (!existsSync(cli)) throw new Error('dist/cli.js is missing: run npm run build');
    return (await import('./bench/lint')).checkRows(cli);
  },
  guarantee: async () => (await import('./bench/guarantee')).guaranteeRows(),
  proto: async () => [...await (await import('./bench/proto')).protoRows(), ...await (await import('./bench/protoFiles')).protoFileRows()],
  codecs: async () => (await import('./bench/codecs')).codecRows(),
  contracts: async () => (await import('./bench/contracts')).contractRows(),
  workspace: async () => {
    if (!existsSync(cli)) throw new Error('dist/cli.js is missing: run npm run build');
    return (await import('./bench/workspace')).workspaceRows(dirname(cli));
  },
  layout: async () => (await import('./bench/layout')).layoutRows(),
  buffer: async () => (await import('./bench/buffer')).bufferRows(),
  taps: async () => (await import('./bench/taps')).tapRows(),
  panel: async () => (await import('./bench/panel')).panelRows(),
};

async function main(): Promise<void> {
  const { values, positionals: asked } = parseArgs({
    allowPositionals: true, options: { cases: { type: 'string', default: '100000' }, only: { type: 'string' } },
  });
  if (asked[0] === 'fuzz') {
    const { fuzz } = await import('./bench/fuzz');
    console.log('fuzz:');
    const good = await fuzz({ cases: Number(values.cases), ...(values.only === undefined ? {} : { only: values.only }) });
    process.exitCode = good ? 0 : 1;
    return;
  }
  if (asked[0] === 'hostile') {
    console.log('hostile:');
    process.exitCode = (await (await import('./bench/hostileRun')).hostile(Number(values.cases))) ? 0 : 1;
    return;
  }
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
