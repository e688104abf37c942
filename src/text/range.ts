/** A file as the core knows it: an opaque key, given by the workspace (in practice the file's URI). */
export type FileId = string & { readonly brand: 'FileId' };

/** A half-open stretch of one file, in UTF-16 code units from the start of its text. */
export interface SourceRange {
  readonly file: FileId;
  readonly start: number;
  readonly end: number;
}

/** A value together with the place where somebody wrote it. */
export interface Sourced<T> {
  readonly value: T;
  readonly at: SourceRange;
  /** Set where what stands at the place decides the value but does not write it: no fix may put another in its stead. */
  readonly implied?: true;
}

export function sourced<T>(value: T, at: SourceRange): Sourced<T> {
  return { value, at };
}

/** True if `inner` lies in `outer`; a cursor (empty range) at either end counts as inside. */
export function contains(outer: SourceRange, inner: SourceRange): boolean {
  return outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end;
}

/** Sorts by file, then by position, then the longer range first, so that a parent comes before its children. */
export function compareRanges(a: SourceRange, b: SourceRange): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.start - b.start || b.end - a.end;
}
