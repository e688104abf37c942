import { applyEdits } from '../text/edits';
import type { Fix, Problem, TextEdit } from '../text/problem';
import type { FileId } from '../text/range';

export interface FixOptions {
  /** Also fixes that change what is promised. Default false. */
  readonly unsafe?: boolean;
}

/** The first fix of each problem that may be applied, in order of the problems. */
export function collectFixes(problems: readonly Problem[], options: FixOptions = {}): Fix[] {
  return problems.flatMap((problem) => problem.fixes?.find((fix) => fix.safe || options.unsafe === true) ?? []);
}

/**
 * Applies fixes to texts, each wholly or not at all: of two that touch the same stretch of text the
 * later one waits for another pass. The same edit asked for twice is made once.
 * @returns the texts that changed, and how many fixes were applied.
 */
export function applyFixes(
  text: (file: FileId) => string | undefined, fixes: readonly Fix[],
): { texts: Map<FileId, string>; applied: number } {
  const accepted = new Map<FileId, TextEdit[]>();
  const seen = new Set<string>();
  let applied = 0;
  for (const fix of fixes) {
    const fresh = fix.edits.filter((edit) => !seen.has(keyOf(edit)));
    const free = fresh.every((edit) => (accepted.get(edit.at.file) ?? []).every((other) => !touches(edit, other)));
    if (fresh.length === 0 || !free) continue;
    applied++;
    for (const edit of fresh) {
      seen.add(keyOf(edit));
      accepted.set(edit.at.file, [...(accepted.get(edit.at.file) ?? []), edit]);
    }
  }
  const texts = new Map<FileId, string>();
  for (const [file, edits] of accepted) {
    const before = text(file);
    if (before === undefined) continue;
    const after = applyEdits(before, edits).text;
    if (after !== before) texts.set(file, after);
  }
  return { texts, applied };
}

/** Two insertions at one place touch as well: which comes first would be chance. */
function touches(a: TextEdit, b: TextEdit): boolean {
  if (a.at.start === b.at.start) return true;
  return a.at.start < b.at.end && b.at.start < a.at.end;
}

function keyOf(edit: TextEdit): string {
  return `${edit.at.file}\n${edit.at.start}\n${edit.at.end}\n${edit.newText}`;
}

/** A fix may bring out another problem; a pair that undoes each other must not go on for ever. */
const maxPasses = 10;

/**
 * Applies fixes until nothing is left to fix.
 * @param texts the files as they are; not changed.
 * @param relint gives the problems of the texts.
 */
export function fixUntilStable(
  texts: ReadonlyMap<FileId, string>,
  relint: (texts: ReadonlyMap<FileId, string>) => readonly Problem[],
  options: FixOptions = {},
): { texts: Map<FileId, string>; applied: number; problems: readonly Problem[] } {
  const current = new Map(texts);
  let applied = 0;
  let problems = relint(current);
  for (let pass = 0; pass < maxPasses; pass++) {
    const result = applyFixes((file) => current.get(file), collectFixes(problems, options));
    if (result.texts.size === 0) break;
    applied += result.applied;
    for (const [file, text] of result.texts) current.set(file, text);
    problems = relint(current);
  }
  return { texts: current, applied, problems };
}
