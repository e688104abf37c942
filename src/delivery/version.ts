/**
 * Compares dotted versions number by number; a missing part counts as 0, so that `3` is `3.0`.
 * Suffixes (`-rc1`, `.RELEASE`, `-ccs`) do not count. Negative if `a` is older.
 */
export function compareVersions(a: string, b: string): number {
  const left = numbers(a);
  const right = numbers(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** True for texts that begin with a number, with or without a `v` before it. */
export function isVersion(text: string): boolean {
  return /^v?\d+(\.|-|$)/.test(text);
}

function numbers(version: string): number[] {
  const match = /^v?(\d+(?:\.\d+)*)/.exec(version);
  return match?.[1]?.split('.').map(Number) ?? [];
}
