import type { Protocol } from '../protocol/common';

/**
 * What taps have made on brokers and not yet removed. An entry is written before the thing is made
 * and taken out after it is gone, so that a crash leaves an entry rather than an unknown remainder.
 */
export interface TapLedger {
  /** Resolves when the entry is on disk; only then may the thing be made. */
  made(thing: LedgerThing): Promise<LedgerEntry>;
  removed(entry: LedgerEntry): Promise<void>;
  /**
   * Entries of processes that no longer live, for this broker; entries of living taps are never among them.
   */
  abandoned(protocol: Protocol, broker: string): Promise<readonly LedgerEntry[]>;
}

export interface LedgerThing {
  readonly protocol: Protocol;
  /** The broker's address without user info: the same text for the same broker. */
  readonly broker: string;
  readonly kind: 'group' | 'queue' | 'consumer';
  readonly name: string;
  /** What the thing belongs to: the stream of a NATS consumer. */
  readonly of?: string;
}

export interface LedgerEntry extends LedgerThing {
  readonly id: string;
  /** The process that made it. A process id is used again, so its start goes with it. */
  readonly pid: number;
  readonly started: string;
  readonly host: string;
  /** ISO 8601. */
  readonly at: string;
}

/** A ledger for programs that keep none: nothing is remembered, nothing can be swept. */
export function memoryLedger(): TapLedger {
  const entries = new Map<string, LedgerEntry>();
  let next = 1;
  return {
    made: async (thing) => {
      const entry = {
        ...thing,
        id: String(next++),
        pid: 0,
        started: '',
        host: '',
        at: new Date().toISOString(),
      };
      entries.set(entry.id, entry);
      return entry;
    },
    removed: async (entry) => void entries.delete(entry.id),
    abandoned: async () => [],
  };
}
