import type { ReadResult } from '../model/reader';
import type { Problem } from '../text/problem';
import { compareRanges } from '../text/range';
import type { SourceFile } from '../text/sourceFile';

/** Adds the one note that tells how much of a file nobody can know from the file itself. */
export function withNote(file: SourceFile, result: ReadResult): ReadResult {
  const places = [...(result.skipped ?? [])].sort(compareRanges);
  const first = places[0];
  if (first === undefined) return result;
  const distinct = places.filter((at, i) => i === 0 || at.start !== places[i - 1]?.start);
  const shown = file.text.slice(first.start, Math.min(first.end, first.start + 60)).replace(/\s+/g, ' ').trim()
    .replace(/^(["'])(.*)\1$/, '$2');
  const message = distinct.length === 1
    ? `"${shown}" is filled in elsewhere. What it stands for counts as unknown, and nothing is claimed about it.`
    : `${distinct.length} values of this file are filled in elsewhere, the first is "${shown}". `
      + 'What they stand for counts as unknown, and nothing is claimed about it.';
  const problem: Problem = { code: 'reading/placeholders', severity: 'info', message, at: first };
  return { ...result, problems: [...result.problems, problem] };
}
