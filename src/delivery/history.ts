import type { Setting } from '../model/settings';
import { compareVersions } from './version';

/** One default of one client or broker, from a version on. */
export interface DefaultRow<T> {
  readonly value: T;
  /** The first version with this default; absent for the oldest row. */
  readonly since?: string;
  /** Where it is documented, or the code that sets it. */
  readonly source: string;
}

/** All defaults that one setting had, oldest first. */
export type History<T> = readonly DefaultRow<T>[];

/** The defaults of one client's or broker's settings. */
export type Defaults<Settings> = { readonly [K in keyof Settings]?: History<Settings[K]> };

/** Weakest first: what promises least about delivery. A value that is not listed ranks last. */
export type Weakness<Settings> = { readonly [K in keyof Settings]?: readonly Settings[K][] };

interface Candidate<T> {
  readonly row: DefaultRow<T>;
  readonly of: string;
}

/**
 * The default of a known client. With no version, the weakest of its history, marked as assumed
 * unless all versions agree.
 */
export function defaultOf<T>(
  history: History<T> | undefined, label: string, version: string | undefined, weakestFirst: readonly T[] | undefined,
): Setting<T> {
  if (history === undefined || history.length === 0) return { from: 'unknown' };
  if (version !== undefined) {
    const at = history.findLastIndex((row) => row.since === undefined || compareVersions(version, row.since) >= 0);
    const row = history[Math.max(at, 0)]!;
    return { from: 'default', value: row.value, of: ofWords(history, row, label), source: row.source };
  }
  const row = weakest(history.map((row) => ({ row, of: label })), weakestFirst).row;
  const assumed = history.some((other) => other.value !== row.value);
  const found = { from: 'default', value: row.value, of: assumed ? ofWords(history, row, label) : label, source: row.source } as const;
  return assumed ? { ...found, assumed: true } : found;
}

/** The weakest default of all clients, marked as assumed: what must be reckoned with when the client is unknown. */
export function weakestDefault<T>(
  clients: readonly { readonly label: string; readonly history: History<T> | undefined }[],
  weakestFirst: readonly T[] | undefined,
): Setting<T> {
  const candidates = clients.flatMap(({ label, history }) =>
    (history ?? []).map((row) => ({ row, of: ofWords(history ?? [], row, label) })));
  if (candidates.length === 0) return { from: 'unknown' };
  const { row, of } = weakest(candidates, weakestFirst);
  return { from: 'default', value: row.value, of, source: row.source, assumed: true };
}

function weakest<T>(candidates: readonly Candidate<T>[], weakestFirst: readonly T[] | undefined): Candidate<T> {
  const rank = (value: T): number => {
    const at = weakestFirst?.indexOf(value) ?? -1;
    return at < 0 ? Infinity : at;
  };
  return candidates.reduce((best, c) => (rank(c.row.value) < rank(best.row.value) ? c : best));
}

/** `Java client`, `Java client < 3.0`, `Java client >= 3.0`, `Java client 2.1 to < 3.0`. */
function ofWords<T>(history: History<T>, row: DefaultRow<T>, label: string): string {
  const until = history[history.indexOf(row) + 1]?.since;
  if (row.since === undefined) return until === undefined ? label : `${label} < ${until}`;
  return until === undefined ? `${label} >= ${row.since}` : `${label} ${row.since} to < ${until}`;
}
