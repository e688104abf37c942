import type { TailView } from '../../src/protocol/tail';

export type TimeMode = TailView['time'];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

const two = (n: number): string => String(n).padStart(2, '0');
const three = (n: number): string => String(n).padStart(3, '0');

/**
 * A time as the list shows it; the day in front where it is not the day of `now`.
 * @param step how far from each other the times are that it stands among, in ms: no finer digits are shown
 */
export function timeText(time: number, now: number, mode: TimeMode = 'local', step = 1): string {
  if (mode === 'relative') return agoText(now - time);
  const isUtc = mode === 'utc';
  const day = dayOf(time, isUtc);
  const clock = clockOf(time, isUtc, step);
  // Days are counted in UTC; in local time they seldom begin at midnight.
  if (step % DAY === 0 && /^00:00Z?$/.test(clock)) return day;
  return day === dayOf(now, isUtc) && step % DAY !== 0 ? clock : `${day} ${clock}`;
}

/** `2026-11-23 23:14:07.009` or, in UTC, with a Z behind. */
export function fullTimeText(time: number, mode: TimeMode): string {
  const isUtc = mode === 'utc';
  return `${dayOf(time, isUtc)} ${clockOf(time, isUtc, 1)}`;
}

function dayOf(time: number, isUtc: boolean): string {
  const at = new Date(time);
  return isUtc
    ? `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`
    : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function clockOf(time: number, isUtc: boolean, step: number): string {
  const at = new Date(time);
  const [h, min, s, ms] = isUtc
    ? [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds(), at.getUTCMilliseconds()]
    : [at.getHours(), at.getMinutes(), at.getSeconds(), at.getMilliseconds()];
  const decimals = [SECOND, 100, 10, 1].findIndex((unit) => step % unit === 0 || unit === 1);
  const fraction = decimals > 0 ? `.${three(ms).slice(0, decimals)}` : '';
  const seconds = step % MINUTE === 0 ? '' : `:${two(s)}${fraction}`;
  return `${two(h)}:${two(min)}${seconds}${isUtc ? 'Z' : ''}`;
}

/** `now`, `3.2 s ago`, `4 min ago`; a time to come, as of a wrong clock, is `in 3.2 s`. */
export function agoText(ms: number): string {
  const length = durationText(Math.abs(ms));
  if (Math.abs(ms) < 50) return 'now';
  return ms < 0 ? `in ${length}` : `${length} ago`;
}

/** `12 ms`, `3.2 s`, `4 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const s = ms / 1000;
  if (s < 59.95) return `${s.toFixed(1)} s`;
  const whole = Math.round(s);
  const parts = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
    small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
  if (whole < 3600) return parts(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86_400) return parts(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min');
  return parts(Math.floor(whole / 86_400), 'd', Math.floor((whole % 86_400) / 3600), 'h');
}

const SPANS: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, min: MINUTE, h: 60 * MINUTE, d: DAY };

/**
 * The time that somebody wrote: `-15m` before `now`, `22:14` or `2026-11-23 22:14:07.5` in local time or UTC, ISO 8601
 * with its own zone, or milliseconds since 1970. Undefined where it is none.
 */
export function timeOf(text: string, now: number, mode: TimeMode): number | undefined {
  const written = text.trim();
  const span = /^-\s*(\d+(?:\.\d+)?)\s*(s|m|min|h|d)$/.exec(written);
  if (span) return now - Number(span[1]) * SPANS[span[2]!]!;
  if (/^\d{12,14}$/.test(written)) return Number(written);
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z?)$/.exec(written);
  const isUtc = mode === 'utc';
  if (clock) return checked(`${dayOf(now, isUtc || clock[5] === 'Z')}T${clock[1]!.padStart(2, '0')}:${clock[2]}:${clock[3] ?? '00'}.${clock[4] ?? '0'}${isUtc || clock[5] ? 'Z' : ''}`);
  const whole = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?(Z|[+-]\d{2}:?\d{2})?$/.exec(written);
  if (!whole) return undefined;
  return checked(`${whole[1]}T${whole[2] ?? '00:00'}${whole[3] ?? (isUtc ? 'Z' : '')}`);
}

/** `-15m`, `22:10 – 22:14`, `– 22:14`: a range that somebody wrote, open at either side; undefined where it is none. */
export function rangeOf(text: string, now: number, mode: TimeMode): { readonly from?: number; readonly to?: number } | undefined {
  const [first = '', last = '', ...rest] = text.split(/(?:^|\s)[–-](?:\s|$)|\.\.|–/).map((one) => one.trim());
  const from = first === '' ? undefined : timeOf(first, now, mode);
  const to = last === '' ? undefined : timeOf(last, now, mode);
  const isWrong = rest.length > 0 || (first !== '' && from === undefined) || (last !== '' && to === undefined);
  if (isWrong || (from !== undefined && to !== undefined && from > to)) return undefined;
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

function checked(iso: string): number | undefined {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? undefined : time;
}
