const counts = new Intl.NumberFormat('en-US');

/** `86,412`. */
export function countText(count: number): string {
  return counts.format(count);
}

/** `214 B`, `3.4 KiB`, `19 MiB`: at most three digits before the unit. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = -1;
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]}`;
}

/** `412/s`, `0.4/s`, `20.1 k/s`. */
export function rateText(perSecond: number): string {
  if (perSecond >= 10_000) return `${(perSecond / 1000).toFixed(1)} k/s`;
  return perSecond > 0 && perSecond < 10
    ? `${perSecond.toFixed(1)}/s`
    : `${countText(Math.round(perSecond))}/s`;
}
