import type { TailSelection } from '../../src/protocol/tail';

/**
 * The messages that are chosen: one, whose details are shown, or all from the one where choosing began to the one it has come to.
 * Rows that come later are never among them.
 */
export class Selection {
  /** The one that the keyboard is at. */
  lead: number | undefined;
  private anchor: number | undefined;
  /** Set where there are several. */
  range: TailSelection | undefined;

  /** Chooses one message, or none. */
  set(seq: number | undefined): void {
    this.lead = seq;
    this.anchor = seq;
    this.range = undefined;
  }

  /** Chooses all from where it began to this one. */
  extend(seq: number): void {
    const anchor = this.anchor ?? this.lead ?? seq;
    this.anchor = anchor;
    this.lead = seq;
    this.range = anchor === seq ? undefined : { first: Math.min(anchor, seq), last: Math.max(anchor, seq) };
  }

  /** Chooses all rows between two; the keyboard stays where it is. */
  setRange(first: number, last: number): void {
    this.range = first === last ? undefined : { first, last };
  }

  /** Leaves of several the one that the keyboard is at. */
  collapse(): void {
    this.set(this.lead);
  }

  has(seq: number): boolean {
    return this.range ? seq >= this.range.first && seq <= this.range.last : seq === this.lead;
  }

  /** What is chosen; undefined for nothing. */
  get present(): TailSelection | undefined {
    return this.range ?? (this.lead === undefined ? undefined : { first: this.lead, last: this.lead });
  }
}
