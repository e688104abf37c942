import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { LedgerEntry, TapLedger } from '../brokers/ledger';
import { isAlive, processStart } from './processStamp';

type Line = { readonly made: LedgerEntry } | { readonly removed: string };

const NAME = /^taps-.*\.jsonl$/;

/**
 * A ledger in a folder: a file of JSON lines for each process, so that no two write to the same one.
 * It holds names and addresses, never secrets. A process that ends in order leaves no file.
 */
export function fileLedger(folder: string): TapLedger {
  const started = processStart(process.pid);
  const own = join(folder, `taps-${process.pid}-${randomBytes(4).toString('hex')}.jsonl`);
  /** Which file an entry is in: ours, or that of a process that is gone. */
  const fileOf = new Map<string, string>();

  const append = (file: string, line: Line): void => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Begins a line of its own: a crash may have cut off the last one.
    appendFileSync(file, `\n${JSON.stringify(line)}\n`, { mode: 0o600 });
  };
  return {
    made: async (thing) => {
      const entry: LedgerEntry = {
        ...thing,
        id: randomBytes(8).toString('hex'),
        pid: process.pid,
        started,
        host: hostname(),
        at: new Date().toISOString(),
      };
      append(own, { made: entry });
      fileOf.set(entry.id, own);
      return entry;
    },
    removed: async (entry) => {
      const file = fileOf.get(entry.id);
      if (file === undefined) return;
      fileOf.delete(entry.id);
      append(file, { removed: entry.id });
      if (openEntries(file).length === 0) rmSync(file, { force: true });
    },
    abandoned: async (protocol, broker) => {
      const found: LedgerEntry[] = [];
      for (const file of ledgerFiles(folder)) {
        if (file === own) continue;
        const entries = openEntries(file);
        // A folder may be shared between machines, and another machine's processes cannot be looked at.
        const orphans = entries.filter((e) => e.host === hostname() && !isAlive(e.pid, e.started));
        if (entries.length === 0) continue;
        for (const e of orphans) {
          if (e.protocol !== protocol || e.broker !== broker) continue;
          fileOf.set(e.id, file);
          found.push(e);
        }
      }
      return found;
    },
  };
}

function ledgerFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => NAME.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** What a file says was made and not removed. A last line that a crash cut off is left out. */
function openEntries(file: string): LedgerEntry[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  const open = new Map<string, LedgerEntry>();
  for (const line of text.split('\n')) {
    try {
      const parsed = JSON.parse(line) as Partial<{ made: LedgerEntry; removed: string }>;
      if (parsed.made) open.set(parsed.made.id, parsed.made);
      else if (parsed.removed !== undefined) open.delete(parsed.removed);
    } catch {
      // Not a whole line.
    }
  }
  return [...open.values()];
}
