import type { RowPlace, TailSelection } from '../../src/protocol/tail';
import { compare } from './rowWindow';

/**
 * The messages that are chosen: one, whose details are shown, or all from the one where choosing began to the one it has come to.
 * Rows that come later are never among them.
 */
export class Selection {
  private at: RowPlace | undefined;
  private anchor: RowPlace | undefined;
  /** Set where there are several. */
  range: TailSelection | undefined;

  /** The one that the keyboard is at. */
  get lead(): number | undefined {
    return this.at?.seq;
  }

  /** Chooses one message, or none. */
  set(place: RowPlace | undefined): void {
    this.at = place && placeOf(place);
    this.anchor = this.at;
    this.range = undefined;
  }

  /** In another order the message that the keyboard is at has another place. */
  replace(row: RowPlace): void {
    if (row.seq !== this.lead || this.range) return;
    this.set(row);
  }

  /** Chooses all from where it began to this one. @param received as many messages have come until now */
  extend(place: RowPlace, received: number): void {
    // One that has not been seen in this order yet has no place to begin at.
    const isPlaced = this.anchor && (this.anchor.at === undefined) === (place.at === undefined);
    const anchor = this.anchor && isPlaced ? this.anchor : placeOf(place);
    this.anchor = anchor;
    this.at = placeOf(place);
    const [first, last] = compare(anchor, place) < 0 ? [anchor, place] : [place, anchor];
    this.setRange(first, last, received);
  }

  /** Chooses all rows between two; the keyboard stays where it is. */
  setRange(first: RowPlace, last: RowPlace, received: number): void {
    // Rows may have come since that was told.
    const before = Math.max(received, first.seq + 1, last.seq + 1);
    this.range = first.seq === last.seq ? undefined : { first: placeOf(first), last: placeOf(last), before };
  }

  /** Leaves of several the one that the keyboard is at. */
  collapse(): void {
    this.set(this.at);
  }

  has(row: RowPlace): boolean {
    const { range } = this;
    return range ? row.seq < range.before && compare(row, range.first) >= 0 && compare(row, range.last) <= 0 : row.seq === this.lead;
  }

  /** What is chosen; undefined for nothing. */
  get present(): TailSelection | undefined {
    return this.range ?? (this.at && selectionOf(this.at));
  }
}

/** One message alone. */
export function selectionOf(place: RowPlace): TailSelection {
  return { first: placeOf(place), last: placeOf(place), before: place.seq + 1 };
}

/** A row's place alone. */
export function placeOf({ seq, at }: RowPlace): RowPlace {
  return at === undefined ? { seq } : { seq, at };
}
