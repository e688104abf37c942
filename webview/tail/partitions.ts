/** `0-3, 7` of somebody's writing as numbers in order; undefined where it is something else, none for an empty text. */
export function partitionsOf(text: string): readonly number[] | undefined {
  const found = new Set<number>();
  for (const part of text.split(',').map((one) => one.trim()).filter(Boolean)) {
    const match = /^(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?$/.exec(part);
    if (!match) return undefined;
    const first = Number(match[1]);
    const last = Number(match[2] ?? first);
    if (last < first || last - first > 100_000) return undefined;
    for (let one = first; one <= last; one++) found.add(one);
  }
  return [...found].sort((a, b) => a - b);
}

/** The same back again: `0–3, 7`. */
export function partitionsText(partitions: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const one of [...partitions].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && one === last[1] + 1) last[1] = one;
    else runs.push([one, one]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}
