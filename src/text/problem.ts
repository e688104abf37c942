import { compareRanges, type SourceRange } from './range';

export type Severity = 'error' | 'warning' | 'info';

export const severities: readonly Severity[] = ['error', 'warning', 'info'];

/** Replaces the text at `at` by `newText`; an empty range inserts. */
export interface TextEdit {
  readonly at: SourceRange;
  readonly newText: string;
}

/** A change that mends a problem. `safe` fixes keep the meaning of all else and may be applied unseen. */
export interface Fix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly TextEdit[];
}

/** Something wrong in the user's files. It is data: reported, never thrown. */
export interface Problem {
  /** A rule's name (`producer/acks-not-all`) or a reader's own code (`flow/unknown-key`). */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly at: SourceRange;
  readonly related?: readonly { readonly at: SourceRange; readonly message: string }[];
  readonly fixes?: readonly Fix[];
}

/** The order of all reports: by place, then by code, then by message. */
export function compareProblems(a: Problem, b: Problem): number {
  return compareRanges(a.at, b.at) || compare(a.code, b.code) || compare(a.message, b.message);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
