import type { RowPosition } from '../../src/protocol/tail';

/**
 * Looks for the message that somebody was reading, while a list is made anew: until the list has come to it or gone past it, or the
 * reader has gone elsewhere.
 */
export class Seeker {
  private sought: number | undefined;
  private isSeeking = false;

  constructor(
    private readonly position: (seq: number) => Promise<RowPosition>,
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
      const { index, isThere, isFinal } = await this.position(seq);
      // By now something else may be read.
      if (this.sought !== seq) return;
      if (isFinal) this.sought = undefined;
      if (isThere) this.found(index);
    } catch (error) {
      this.failed(error);
    } finally {
      this.isSeeking = false;
    }
  }
}
