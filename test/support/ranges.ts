import type { SourceRange } from '../../src/text/range';

/** Every range inside a value: whatever has `file`, `start` and `end`. */
export function rangesOf(value: unknown, found: SourceRange[] = []): SourceRange[] {
  if (Array.isArray(value)) for (const item of value) rangesOf(item, found);
  else if (typeof value === 'object' && value !== null) {
    const { file, start, end } = value as Partial<SourceRange>;
    if (typeof file === 'string' && typeof start === 'number' && typeof end === 'number') found.push(value as SourceRange);
    else for (const member of Object.values(value)) rangesOf(member, found);
  }
  return found;
}
