import type { TapFrom, TapStart, TapUntil } from '../brokers/driver';
import { UsageError } from './arguments';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Where a tail begins and ends, by the flags.
 * @param now milliseconds since 1970, from which `-15m` is reckoned
 * @throws UsageError
 */
export function startOf(from: string | undefined, to: string | undefined, partition: string | undefined, now: number): TapStart {
  const partitions = partition === undefined ? undefined : partitionsOf(partition);
  const start = fromOf(from ?? 'latest', now);
  const until = to === undefined ? undefined : untilOf(to, now);
  if (start.at === 'time' && until?.at === 'time' && until.time <= start.time)
    throw new UsageError(`--to ${to} is not later than --from ${from}: nothing lies between. Exchange them.`);
  if (start.at === 'offset' && until?.at === 'offset' && BigInt(until.offset) < BigInt(start.offset))
    throw new UsageError(`--to ${to} comes before --from ${from}: nothing lies between. Exchange them.`);
  return { ...start, ...(partitions ? { partitions } : {}), ...(until ? { until } : {}) };
}

/** Puts together what begins with a dash and is no flag: `--from -15m` is `--from=-15m`. */
export function withTimes(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of argv) {
    const before = joined.at(-1);
    if ((before === '--from' || before === '--to') && /^-\d/.test(arg)) joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function fromOf(text: string, now: number): TapFrom {
  if (text === 'latest' || text === 'earliest') return { at: text };
  if (/^[1-9]\d{0,8}$/.test(text)) return { at: 'last', count: Number(text) };
  const offset = offsetOf(text);
  if (offset !== undefined) return { at: 'offset', offset };
  const time = timeOf(text, now);
  if (time !== undefined) return { at: 'time', time };
  throw new UsageError(
    `--from takes latest, earliest, a number of messages, offset:N, sequence:N, a time (2026-01-31T12:00:00Z) or how long ago (-15m); not "${text}".`,
  );
}

function untilOf(text: string, now: number): TapUntil {
  if (text === 'now') return { at: 'now' };
  const offset = offsetOf(text);
  if (offset !== undefined) return { at: 'offset', offset };
  const time = timeOf(text, now);
  if (time !== undefined) return { at: 'time', time };
  throw new UsageError(`--to takes now, offset:N, sequence:N, a time (2026-01-31T12:00:00Z) or how long ago (-5m); not "${text}".`);
}

function offsetOf(text: string): string | undefined {
  return /^(?:offset|sequence):(\d{1,19})$/.exec(text)?.[1];
}

/** Times are of this machine's zone where they name none. */
function timeOf(text: string, now: number): number | undefined {
  const [, count, unit = ''] = /^-(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * (SECONDS[unit] ?? 0) * 1000;
  const time = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function partitionsOf(text: string): number[] {
  if (!/^\d{1,9}(?:,\d{1,9})*$/.test(text)) throw new UsageError(`--partition takes numbers, parted by commas; not "${text}".`);
  return text.split(',').map(Number);
}
