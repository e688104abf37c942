import type { TailRow } from '../../src/protocol/tail';
import { locate } from './locate';

/**
 * Looks for the message that somebody was reading, while a new filter fills the list from the oldest message on:
 * until the list has come to it or gone past it, or the reader has gone elsewhere.
 */
export class Seeker {
  private sought: number | undefined;
  private isSeeking = false;

  constructor(
    private readonly rows: (from: number, count: number) => Promise<readonly TailRow[]>,
    private readonly found: (index: number) => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  seek(seq: number | undefined): void {
    this.sought = seq;
  }

  /** The list has so many rows now. */
  async update(count: number): Promise<void> {
    const seq = this.sought;
    if (seq === undefined || this.isSeeking || count === 0) return;
    this.isSeeking = true;
    try {
      const { index, isThere } = await locate(seq, count, this.rows);
      const [last] = isThere ? [] : await this.rows(count - 1, 1);
      // By now something else may be read.
      if (this.sought !== seq) return;
      if (isThere || (last && last.seq > seq)) this.sought = undefined;
      if (isThere) this.found(index);
    } catch (error) {
      this.failed(error);
    } finally {
      this.isSeeking = false;
    }
  }
}
