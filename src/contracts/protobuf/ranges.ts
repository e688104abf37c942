import type { ProtoRange } from './tree';

interface Reserving {
  readonly reserved: readonly ProtoRange[];
  readonly reservedNames: readonly { readonly text: string }[];
}

/** What one version reserves and the other does not, with the first number of a range that is free. */
export function freed(previous: Reserving, current: Reserving): readonly { readonly words: string; readonly used?: number }[] {
  const found: { words: string; used?: number }[] = [];
  for (const { from, to } of previous.reserved) {
    let next = from;
    for (const range of current.reserved.toSorted((a, b) => a.from - b.from)) {
      if (range.from <= next && next <= range.to) next = range.to + 1;
    }
    if (next <= to) found.push({ words: from === to ? `${from}` : `${from} to ${to === Number.POSITIVE_INFINITY ? 'max' : to}`, used: next });
  }
  for (const { text } of previous.reservedNames) {
    if (!current.reservedNames.some((name) => name.text === text)) found.push({ words: `"${text}"` });
  }
  return found;
}

export function isReserved(ranges: readonly ProtoRange[], number: number): boolean {
  return ranges.some(({ from, to }) => from <= number && number <= to);
}
