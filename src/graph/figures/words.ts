/** Numbers as the drawing says them: short, and the same width for small changes. */

/** `950`, `3,410`, `12.3 k`, `4.1 M`. */
export function countWords(value: number): string {
  const whole = Math.round(value);
  if (whole < 10_000) return grouped(whole);
  for (const [factor, unit] of [[1e9, 'G'], [1e6, 'M'], [1e3, 'k']] as const) {
    if (whole >= factor) return `${tenth(whole / factor)} ${unit}`;
  }
  return grouped(whole);
}

/** `0/s`, `3.4/s`, `120/s`, `1.2 k/s`. */
export function rateWords(value: number): string {
  if (value === 0) return '0/s';
  // A trickle is told apart from nothing.
  if (value < 0.1) return '< 0.1/s';
  if (value < 10) return `${tenth(value)}/s`;
  if (value < 1000) return `${Math.round(value)}/s`;
  return value < 1e6 ? `${tenth(value / 1e3)} k/s` : `${tenth(value / 1e6)} M/s`;
}

/** `12 KiB`, `3.4 GiB`. */
export function sizeWords(bytes: number): string {
  for (const [factor, unit] of [[2 ** 40, 'TiB'], [2 ** 30, 'GiB'], [2 ** 20, 'MiB'], [2 ** 10, 'KiB']] as const) {
    if (bytes >= factor) return `${tenth(bytes / factor)} ${unit}`;
  }
  return `${Math.round(bytes)} B`;
}

/** A time span's largest units: `42 s`, `3 min 20 s`, `5 h 10 min`, `2 d 3 h`. */
export function spanWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const units = [[86_400, 'd'], [3_600, 'h'], [60, 'min'], [1, 's']] as const;
  const at = units.findIndex(([size]) => seconds >= size);
  if (at < 0) return '0 s';
  const [size, unit] = units[at]!;
  const next = units[at + 1];
  const rest = next && Math.floor((seconds % size) / next[0]);
  return [`${Math.floor(seconds / size)} ${unit}`, next && rest ? `${rest} ${next[1]}` : ''].filter(Boolean).join(' ');
}

/** `1 dead letter`, `17 dead letters`. */
export function counted(count: number, word: string): string {
  return `${countWords(count)} ${word}${count === 1 ? '' : 's'}`;
}

/** Thousands apart, without asking the machine's language. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

function tenth(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Math.round(value * 10) / 10);
}
