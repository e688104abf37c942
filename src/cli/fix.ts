import { readFileSync, writeFileSync } from 'node:fs';
import { applyEdits } from '../text/edits';
import type { TextEdit } from '../text/problem';
import type { FileId } from '../text/range';
import { pathOfNative } from '../workspace/uri';
import { reload, type Loaded } from './load';

/** Fixes may uncover others; a chain longer than this is two fixes that undo each other. */
const maxPasses = 10;

/**
 * Applies all safe fixes and lints again until there are none left.
 * @returns the state afterwards and how many fixes were applied.
 */
export function applySafeFixes(loaded: Loaded, cwd: string): { loaded: Loaded; applied: number } {
  let applied = 0;
  for (let pass = 0; pass < maxPasses; pass++) {
    const edits = new Map<FileId, TextEdit[]>();
    let fixes = 0;
    for (const problem of [...loaded.snapshot.problems.values()].flat()) {
      const fix = problem.fixes?.find((f) => f.safe);
      // A fix over several files would have to be applied whole; one that meets another waits for the next pass.
      if (fix === undefined || overlaps(edits, fix.edits)) continue;
      fixes++;
      for (const edit of fix.edits) edits.set(edit.at.file, [...(edits.get(edit.at.file) ?? []), edit]);
    }
    if (edits.size === 0) break;
    const before = new Map([...edits.keys()].map((file) => [file, loaded.places.text(file)]));
    const broken = syntaxProblems(loaded, before.keys());
    write(loaded, new Map([...edits].map(([file, list]) => [file, applyEdits(before.get(file) ?? '', list).text])));
    const next = reload(loaded.workspace, cwd);
    // A fix that leaves a file less readable than it was is our fault: nobody's file shall keep it.
    if (syntaxProblems(next, before.keys()) > broken) {
      write(loaded, before);
      return { loaded: reload(loaded.workspace, cwd), applied };
    }
    applied += fixes;
    loaded = next;
  }
  return { loaded, applied };
}

function write(loaded: Loaded, texts: ReadonlyMap<FileId, string>): void {
  for (const [file, text] of texts) {
    const native = loaded.native(file);
    rewrite(native, text);
    loaded.workspace.touch(pathOfNative(native));
  }
}

function syntaxProblems(loaded: Loaded, files: Iterable<FileId>): number {
  let count = 0;
  for (const file of files) {
    count += (loaded.snapshot.problems.get(file) ?? []).filter((p) => p.code.startsWith('syntax/')).length;
  }
  return count;
}

function overlaps(edits: ReadonlyMap<FileId, readonly TextEdit[]>, wanted: readonly TextEdit[]): boolean {
  return wanted.some((e) => edits.get(e.at.file)?.some((o) => e.at.start < o.at.end && o.at.start < e.at.end
    || (e.at.start === o.at.start && e.at.end === o.at.end)));
}

/** Writes a text in the encoding and with the byte order mark that the file has. */
function rewrite(path: string, text: string): void {
  const [a, b] = readFileSync(path);
  if (a === 0xff && b === 0xfe) writeFileSync(path, `\ufeff${text}`, 'utf16le');
  else if (a === 0xfe && b === 0xff) writeFileSync(path, Buffer.from(`\ufeff${text}`, 'utf16le').swap16());
  else if (a === 0xef && b === 0xbb) writeFileSync(path, `\ufeff${text}`);
  else writeFileSync(path, text);
}
