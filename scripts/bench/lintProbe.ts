/**
 * What `lint.ts` starts as a process of its own, bundled as the product is: a compiler that runs beside
 * the code, or wraps its functions, would be measured too. `cold <file>` prints the milliseconds of the
 * first lint, without node's start; `steady <file> <rounds>` those of a process that is warmed up, as JSON.
 */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { parseYaml } from '../../src/syntax/yaml';
import { MemoryFiles } from '../../src/workspace/memoryFiles';
import { Workspace } from '../../src/workspace/workspace';
import { median } from './measure';

/** Medians in milliseconds. */
export interface Steady {
  /** `yaml`'s own parser; measured on small files only, since it takes seconds on large ones. */
  readonly peer?: number;
  readonly parse: number;
  readonly scratch: number;
  readonly edit: number;
}

const path = '/bench/topology.flow.yaml';

function open(text: string): Workspace {
  const workspace = new Workspace(new MemoryFiles());
  workspace.setFolders(['/bench']);
  workspace.open(path, text);
  return workspace;
}

function steady(text: string, rounds: number): Steady {
  const workspace = open(text);
  void workspace.snapshot;
  let edits = 0;
  const acts = {
    ...(text.length < 1_000_000 ? { peer: () => parseDocument(text) } : {}),
    parse: () => parseYaml(text),
    scratch: () => open(text).snapshot,
    // Each edit is at the top and changes the text's length, so that all places below it move.
    edit: () => {
      workspace.open(path, text.replace('partitions: 3', `partitions: ${'1'.repeat(1 + (edits++ % 7))}`));
      return workspace.snapshot;
    },
  };
  const times: Record<string, number[]> = {};
  // In turns, so that what else the machine does is a burden on all alike. The first round only warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, act] of Object.entries(acts)) {
      // Nobody pays for what another left behind.
      globalThis.gc?.();
      for (let run = 0; run < (name === 'edit' ? 20 : 4); run++) {
        const started = performance.now();
        act();
        if (round > 0) (times[name] ??= []).push(performance.now() - started);
      }
    }
  }
  const medians = Object.entries(times).map(([name, all]) => [name, median(all)]);
  return Object.fromEntries(medians) as unknown as Steady;
}

function main([mode, file = '', rounds = '1']: readonly string[]): void {
  const text = readFileSync(file, 'utf8');
  if (mode === 'steady') {
    console.log(JSON.stringify(steady(text, Number(rounds))));
    return;
  }
  const started = performance.now();
  void open(text).snapshot;
  console.log(performance.now() - started);
}

main(process.argv.slice(2));
