/** Types that cross a process: plain JSON values, no classes, nothing of VS Code or LSP. */

export type { Protocol } from '../model/settings';

/** A place in a file, as editors count: lines and columns from 0, columns in UTF-16 code units. */
export interface Place {
  readonly uri: string;
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export interface ProblemCounts {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
}
