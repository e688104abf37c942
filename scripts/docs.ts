import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { driftIndex, driftPages } from '../src/drift/docs';
import { rulePages } from '../src/lint/docs';
import { rules } from '../src/lint/rules/index';

const folder = fileURLToPath(new URL('../docs/rules/', import.meta.url));

/** The pages of rules and of drift, with one table of both. */
function allPages(): Map<string, string> {
  const pages = rulePages(rules);
  return new Map([...pages, ...driftPages(), ['README.md', `${pages.get('README.md') ?? ''}\n${driftIndex()}`]]);
}

/** Pages on disk that differ from what the rules say, or that belong to none. */
export function stalePages(): string[] {
  const pages = allPages();
  const onDisk = readPages();
  const paths = new Set([...pages.keys(), ...onDisk.keys()]);
  return [...paths].filter((path) => pages.get(path) !== onDisk.get(path)).sort();
}

function readPages(): Map<string, string> {
  const pages = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    pages.set(path.slice(folder.length).replaceAll('\\', '/'), readFileSync(path, 'utf8'));
  }
  return pages;
}

function write(): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of allPages()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

// `npx tsx scripts/docs.ts` writes docs/rules/; with --check it only tells which pages are stale.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--check')) {
    const stale = stalePages();
    for (const path of stale) console.error(`stale: docs/rules/${path}`);
    if (stale.length > 0) process.exitCode = 1;
  } else {
    write();
    console.log(`docs/rules: ${allPages().size} pages`);
  }
}
