import type { SourceRange, Sourced } from '../../text/range';

/**
 * The same facts or problems with every place in them `by` further on. They are plain data, in which
 * nothing but a place has `file`, `start` and `end`.
 */
export function shifted<T>(value: T, by: number): T {
  return shift(value, by) as T;
}

function shift(value: unknown, by: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => shift(item, by));
  if (isRange(value)) return moved(value, by);
  if (isWord(value)) return { value: value.value, at: moved(value.at, by) };
  const result = { ...value } as Record<string, unknown>;
  for (const key in result) {
    const inner = result[key];
    if (typeof inner === 'object') result[key] = shift(inner, by);
  }
  return result;
}

function moved({ file, start, end }: SourceRange, by: number): SourceRange {
  return { file, start: start + by, end: end + by };
}

function isRange(value: Partial<SourceRange>): value is SourceRange {
  return value.start !== undefined && value.end !== undefined && value.file !== undefined;
}

/** A text, number or truth with its place: most of all that there is, so that it has a way of its own. */
function isWord(value: Partial<Sourced<unknown>>): value is Sourced<unknown> {
  const { value: inner, at } = value;
  if (inner === undefined || typeof inner === 'object' || at === undefined) return false;
  let keys = 0;
  for (const _ in value) keys++;
  return keys === 2;
}
