import type { Fault } from '../codecs/decoded';
import type { FaultCount, TailContract, TailVerdict } from '../protocol/tail';

interface Group {
  readonly source: number;
  readonly verdict: 'violates' | 'undecodable';
  readonly path: string;
  readonly reason: string;
  count: number;
  last: number;
}

/** Kinds of faults that are told apart; what comes behind them is one kind. */
const MAX_GROUPS = 500;
/** How what comes behind them is counted together. */
export const OTHER = 'breaks it in yet other ways';
const MAX_REASON = 200;

/** How often each kind of fault was seen, of so many kinds that memory is bounded. */
export class Faults {
  private readonly groups = new Map<string, Group>();

  add(seq: number, source: number, verdict: 'violates' | 'undecodable', faults: readonly Fault[]): void {
    const seen = new Set<Group>();
    for (const { path, reason } of kindsOf(faults)) {
      const group = this.group(source, verdict, path, reason);
      // A message with the same fault in each of its items is one message with it.
      if (seen.has(group)) continue;
      seen.add(group);
      group.count++;
      group.last = seq;
    }
  }

  clear(): void {
    this.groups.clear();
  }

  /** Forgets those of one source. */
  drop(source: number): void {
    for (const [key, group] of this.groups) if (group.source === source) this.groups.delete(key);
  }

  /** The most frequent first. */
  counts(sources: readonly { readonly channel: string; readonly contract?: TailContract; readonly judged: number }[]): FaultCount[] {
    return [...this.groups.values()]
      .sort((a, b) => b.count - a.count || a.path.localeCompare(b.path) || a.reason.localeCompare(b.reason))
      .map(({ source, verdict, path, reason, count, last }) => {
        const { channel = '', contract, judged = count } = sources[source] ?? {};
        return {
          channel,
          contract: contract?.name ?? '',
          ...(contract?.version !== undefined ? { version: contract.version } : {}),
          verdict, path, reason, count, of: judged, last,
        };
      });
  }

  private group(source: number, verdict: 'violates' | 'undecodable', path: string, reason: string): Group {
    const key = JSON.stringify([source, verdict, path, reason]);
    const known = this.groups.get(key);
    if (known) return known;
    if (this.groups.size >= MAX_GROUPS && reason !== OTHER) return this.group(source, verdict, '', OTHER);
    const group: Group = { source, verdict, path, reason, count: 0, last: 0 };
    this.groups.set(key, group);
    return group;
  }
}

/** What tells faults apart: where they are, without places in lists, and what is wrong, without what is cited of the one value. */
export type FaultKind = Pick<Fault, 'path' | 'reason'>;

/** The kinds of a message's faults; of one that nobody has a word on, that alone. */
export function kindsOf(faults: readonly Fault[]): readonly FaultKind[] {
  if (faults.length === 0) return [{ path: '', reason: 'cannot be decoded' }];
  return faults.map(({ path, reason, kind }) => ({ path: path.replace(/\/\d+(?=\/|$)/g, '/*'), reason: short(kind ?? uncited(reason)) }));
}

/**
 * A reason whose writer did not say what of it is cited: without a parser's piece of the text and without lengths that
 * were claimed. Limits of a contract are the same each time, and stay.
 */
function uncited(reason: string): string {
  return /^is not JSON\b/.test(reason)
    ? 'is not JSON'
    : reason
        .replace(/(claims|and|has the number|has the symbol number|is of the branch|followed by|needs|byte|fingerprint|id) (?:\d+|[0-9a-f]{16})\b/g, '$1 …')
        .replace(/"[^"]{40,}"/g, '"…"');
}

function short(reason: string): string {
  return reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON)}…` : reason;
}

export function isFaulty(verdict: TailVerdict): verdict is 'violates' | 'undecodable' {
  return verdict === 'violates' || verdict === 'undecodable';
}
