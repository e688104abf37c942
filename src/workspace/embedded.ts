import type { Fact } from '../model/facts';
import type { EmbeddedFile, ReadResult } from '../model/reader';
import type { SourceRange } from '../text/range';
import type { SourceFile } from '../text/sourceFile';

/** Files inside files inside files: a ConfigMap in a ConfigMap says nothing that a broker reads. */
export const maxNesting = 2;

/**
 * Reads a file that stands inside another one by the reader of its own dialect, and puts all places to where
 * they are in the outer file. Undefined if no reader knows it.
 */
export function readEmbedded(
  outer: SourceFile,
  inner: EmbeddedFile,
  read: (file: SourceFile) => ReadResult | undefined,
): ReadResult | undefined {
  const result = read({ id: outer.id, path: inner.path, text: inner.text });
  if (result === undefined) return undefined;
  const moved = move(result, inner.outer) as ReadResult;
  return { ...moved, facts: moved.facts.map((fact) => settled(fact, inner)) };
}

/** Merges what the inner files gave into the outer file's result. */
export function withEmbedded(result: ReadResult, inner: readonly ReadResult[]): ReadResult {
  return {
    ...result,
    facts: [...result.facts, ...inner.flatMap((r) => r.facts)],
    problems: [...result.problems, ...inner.flatMap((r) => r.problems)],
    links: [...(result.links ?? []), ...inner.flatMap((r) => r.links ?? [])],
    skipped: [...(result.skipped ?? []), ...inner.flatMap((r) => r.skipped ?? [])],
    wants: result.wants,
  };
}

/** A fact of an inner file: its fixes would not keep the outer file's indentation, and the outer file names it. */
function settled(fact: Fact, inner: EmbeddedFile): Fact {
  const { service } = inner;
  if (fact.kind === 'service') {
    return service !== undefined && fact.inferred !== undefined ? { ...fact, name: service, inferred: undefined } : fact;
  }
  if (fact.kind !== 'publish' && fact.kind !== 'consume') return fact;
  const { insert: _, ...rest } = fact;
  return rest as Fact;
}

function isRange(value: object): value is SourceRange {
  return 'file' in value && 'start' in value && 'end' in value;
}

/** The same value with all places in it put through `place`. Facts are plain trees without cycles. */
function move(value: unknown, place: (offset: number) => number): unknown {
  if (Array.isArray(value)) return value.map((item) => move(item, place));
  if (typeof value !== 'object' || value === null) return value;
  if (isRange(value)) return { file: value.file, start: place(value.start), end: place(value.end) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, move(item, place)]));
}
