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
  if ('file' in value && 'start' in value && 'end' in value) {
    const { file, start, end } = value as { file: unknown; start: number; end: number };
    return { file, start: start + by, end: end + by };
  }
  const result = { ...value } as Record<string, unknown>;
  for (const key in result) {
    const inner = result[key];
    if (typeof inner === 'object') result[key] = shift(inner, by);
  }
  return result;
}
