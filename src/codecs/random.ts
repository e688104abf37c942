/** Numbers from 0 up to 1, the same ones for the same seed on every machine (mulberry32). */
export type Random = () => number;

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from `low` to `high`, both of them possible. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

export function oneOf<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)]!;
}

/** 1 January 2026, in milliseconds: samples do not depend on the day that they are made on. */
const DAY_ZERO = 1_767_225_600_000;

/** A moment within a month of 2026, in milliseconds. */
export function sampleTime(random: Random): number {
  return DAY_ZERO + between(random, 0, 31 * 24 * 3600 * 1000 - 1);
}

/** Text as a field of this name may hold. */
export function sampleText(name: string, random: Random): string {
  const [, text] = words.find(([pattern]) => pattern.test(name)) ?? [/./, (r: Random) => oneOf(r, ['alpha', 'bravo', 'delta', 'kilo', 'lima'])];
  return text(random);
}

const hex = (random: Random, digits: number): string => Array.from({ length: digits }, () => between(random, 0, 15).toString(16)).join('');

export function sampleUuid(random: Random): string {
  return `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`;
}

const words: readonly (readonly [RegExp, (random: Random) => string])[] = [
  [/uuid|guid/i, sampleUuid],
  [/e-?mail/i, (r) => `${oneOf(r, ['ada', 'grace', 'linus'])}${between(r, 1, 99)}@example.com`],
  [/ur[il]$|link$/i, (r) => `https://example.com/${hex(r, 6)}`],
  [/currency/i, (r) => oneOf(r, ['EUR', 'USD', 'GBP', 'JPY'])],
  [/country/i, (r) => oneOf(r, ['DE', 'FR', 'US', 'JP'])],
  [/city/i, (r) => oneOf(r, ['Berlin', 'Lyon', 'Osaka', 'Boston'])],
  [/phone|mobile/i, (r) => `+1555${between(r, 1_000_000, 9_999_999)}`],
  [/sku|product/i, (r) => `SKU-${between(r, 1000, 9999)}`],
  [/(^|_|[a-z])(at|time|timestamp|date)$/i, (r) => new Date(sampleTime(r)).toISOString()],
  [/(^|_)name$|Name$/, (r) => oneOf(r, ['Ada Lovelace', 'Grace Hopper', 'Alan Turing'])],
  [/(^|_|[a-z])id$/i, (r) => `${hex(r, 8)}`],
];

/** A whole number as a field of this name may hold, within a byte's range so that every type can. */
export function sampleInt(name: string, random: Random): number {
  return /quantity|count|retries|attempt/i.test(name) ? between(random, 1, 5) : between(random, 0, 127);
}

/** With two digits behind the point that floats of 32 bits hold exactly. */
export function sampleReal(random: Random): number {
  return between(random, 0, 400) / 4;
}
