import type { EpochEnd } from './fetch';

/**
 * Under which leader epochs the records of one partition were written that a tap has read. A log that goes another
 * way than this came from another leader: offsets alone would not tell, once it has grown past them (KIP-101).
 */
export class ReadEpochs {
  /** The first offset that was read of each epoch; both only grow. */
  private runs: { readonly epoch: number; from: number }[] = [];
  /** Not below the epoch of anything before the first run; -1: unknown. */
  private base = -1;

  /** A batch of this epoch begins at `offset`. */
  note(epoch: number, offset: number): void {
    if (epoch < 0) return;
    let at = this.runs.length;
    while (at > 0 && this.runs[at - 1]!.epoch > epoch) at--;
    const run = this.runs[at - 1];
    if (run?.epoch !== epoch) this.runs.splice(at, 0, { epoch, from: offset });
    else if (offset < run.from) run.from = offset;
  }

  /** The leader of this epoch has what lies before the first record that is read. */
  beginUnder(epoch: number): void {
    this.base = epoch;
  }

  /** The epoch of what was read last before `offset`; -1 where it is not known. */
  before(offset: number): number {
    for (let at = this.runs.length - 1; at >= 0; at--) if (this.runs[at]!.from < offset) return this.runs[at]!.epoch;
    return this.base;
  }

  /**
   * Where a leader's log and what was read up to `next` part, as followers find it (KIP-101): the epoch that both
   * have ends where the shorter of them has it end. What lies behind is forgotten. The place is the first that
   * may differ: asking again from there tells whether still earlier epochs do.
   */
  part(leader: EpochEnd, next: number): number {
    const later = this.runs.find(({ epoch }) => epoch > leader.epoch);
    const at = Math.max(0, Math.min(next, leader.endOffset, later?.from ?? next));
    this.runs = this.runs.filter(({ epoch, from }) => epoch <= leader.epoch && from < at);
    this.base = leader.epoch;
    return at;
  }

  forget(): void {
    this.runs = [];
    this.base = -1;
  }
}
