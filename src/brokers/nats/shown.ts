import { createHash } from 'node:crypto';
import type { TapMessage } from '../driver';

/** As many as are remembered: a megabyte or two. */
const FULL = 20_000;

/**
 * What a tap has shown of messages that have no sequence, so that a later reading of the stream by sequence
 * does not show them again.
 */
export class Shown {
  private prints: string[] = [];

  add(print: string): void {
    this.prints.push(print);
  }

  get isFull(): boolean {
    return this.prints.length >= FULL;
  }

  get size(): number {
    return this.prints.length;
  }

  /** Forgets the oldest. */
  forget(count: number): void {
    this.prints.splice(0, count);
  }

  /** Hands all of it out and remembers nothing. */
  take(): string[] {
    const all = this.prints;
    this.prints = [];
    return all;
  }
}

/** A bag of fingerprints: equal messages count each. */
export class Counts {
  private readonly counts = new Map<string, number>();

  constructor(prints: readonly string[] = []) {
    for (const print of prints) this.add(print);
  }

  add(print: string): void {
    this.counts.set(print, (this.counts.get(print) ?? 0) + 1);
  }

  /** True where one was there, which is gone then. */
  remove(print: string): boolean {
    const count = this.counts.get(print);
    if (count === undefined) return false;
    if (count === 1) this.counts.delete(print);
    else this.counts.set(print, count - 1);
    return true;
  }

  *rest(): Iterable<string> {
    for (const [print, count] of this.counts) for (let n = 0; n < count; n++) yield print;
  }
}

/** Tells messages apart that have no sequence: the plain copy and the stored one have the same. */
export function fingerprint(m: TapMessage): string {
  const hash = createHash('sha1').update(m.channel).update('\n');
  if (m.value) hash.update(m.value);
  return hash.digest('base64');
}
