const durations: Readonly<Record<string, number>> = {
  ms: 1, s: 1_000, sec: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000,
};

const sizes: Readonly<Record<string, number>> = {
  '': 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4,
  ki: 1024, mi: 1024 ** 2, gi: 1024 ** 3, ti: 1024 ** 4, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3, tib: 1024 ** 4,
};

/** Milliseconds of `7d`, `1h30m`, `500ms`; a bare number counts milliseconds, `-1` is kept (no limit). */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase();
  if (/^-?\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  if (!/^(\d+(\.\d+)?\s*[a-z]+\s*)+$/.test(trimmed)) return undefined;
  let sum = 0;
  for (const part of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) {
    const unit = durations[part[2] ?? ''];
    if (unit === undefined) return undefined;
    sum += Number(part[1]) * unit;
  }
  return sum;
}

/** Bytes of `10MiB`, `1.5GB`, `512k`; a bare number counts bytes, `-1` is kept (no limit). */
export function parseSize(text: string): number | undefined {
  const match = /^(-?\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const unit = match && sizes[(match[2] ?? '').toLowerCase()];
  return match && unit ? Number(match[1]) * unit : undefined;
}
