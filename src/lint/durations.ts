const steps: readonly (readonly [number, string])[] = [
  [86_400_000, 'd'], [3_600_000, 'h'], [60_000, 'm'], [1000, 's'],
];

/** Above this a number of units says less than a decimal of a larger one. */
const readable = 200;

/**
 * A span of time as a flow file would write it (`36h`, `90s`). What divides by no unit, or by a small one only, is told to
 * one decimal of the largest that fits, rounded up: `2.2h`. Milliseconds below a second stay as they are.
 */
export function durationWords(milliseconds: number): string {
  const exact = steps.find(([factor]) => milliseconds >= factor && milliseconds % factor === 0);
  if (exact !== undefined && milliseconds / exact[0] <= readable) return `${milliseconds / exact[0]}${exact[1]}`;
  const [factor, unit] = steps.find(([f]) => milliseconds >= f) ?? [1, 'ms'];
  return `${Math.ceil(Math.round((milliseconds / factor) * 1000) / 100) / 10}${unit}`;
}

/** A number of messages, or of messages a second, without digits that nobody needs: `3,600`, `0.5`. */
export function countWords(count: number): string {
  const rounded = count >= 10 ? Math.round(count) : Math.round(count * 10) / 10;
  return String(rounded).replace(/\B(?=(\d{3})+$)/g, ',');
}
