/** One figure of a benchmark. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Against something else measured in the same run: what, and how the two relate. */
  readonly ratio?: { readonly of: string; readonly value: number; readonly budget?: string };
}

/** The middle of the values; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}

/** The median time of one call in milliseconds, after some calls that do not count. */
export async function time(runs: number, act: (run: number) => unknown, warmUps = Math.ceil(runs / 4)): Promise<number> {
  const values: number[] = [];
  for (let run = -warmUps; run < runs; run++) {
    const started = performance.now();
    await act(run);
    if (run >= 0) values.push(performance.now() - started);
  }
  return median(values);
}

export function print(rows: readonly Row[]): void {
  const width = Math.max(...rows.map((r) => r.name.length));
  for (const { name, value, unit, ratio } of rows) {
    const shown = value >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(value < 10 ? 2 : 1);
    const peer = ratio ? `   ${ratio.value.toFixed(3)} × ${ratio.of}${ratio.budget ? ` (budget ${ratio.budget})` : ''}` : '';
    console.log(`  ${name.padEnd(width)}  ${shown.padStart(9)} ${unit.padEnd(6)}${peer}`);
  }
}
