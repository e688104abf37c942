import type { Hazard, TraceStep } from '../../delivery/guarantee';

/** A station of a flow, as a story is drawn over it. */
export interface StoryStation {
  readonly kind: 'publisher' | 'channel' | 'processor' | 'consumer';
  /** How many copies a channel keeps; 1 where its stories do not tell them apart, 0 where it keeps nothing. */
  readonly copies: number;
}

/** A story to draw: `hazard` is what its last step comes to. */
export interface Story {
  readonly stations: readonly StoryStation[];
  readonly hazard: Hazard;
  readonly trace: readonly TraceStep[];
}

export type Message = 1 | 2;

/** A place of the drawing: a slot of a row, the way into a station, the middle of the way to the next, a station itself. */
export type Spot =
  | { readonly at: 'row'; readonly station: number; readonly row: number; readonly slot: number }
  | { readonly at: 'door'; readonly station: number; readonly slot: number }
  | { readonly at: 'way'; readonly station: number }
  | { readonly at: 'node'; readonly station: number };

/**
 * How a message at rest looks: `out` was handed to a consumer, `gone` lies in a copy that is down, `again` and `late` are
 * processed twice or too late, `missing` should have been processed and is not. `promised` is no message, but
 * the word given for one.
 */
export type Look = 'plain' | 'out' | 'gone' | 'again' | 'late' | 'missing' | 'promised';

export interface Copy {
  readonly message: Message;
  readonly at: Spot;
  readonly look: Look;
  /** True for what the step's move brings: it is not there before. */
  readonly arrives: boolean;
}

/** What travels in a step. `breaks` ends half way. */
export interface Travel {
  readonly token: 'message' | 'acknowledgement' | 'commit';
  readonly message?: Message;
  readonly from: Spot;
  readonly to: Spot;
  readonly breaks: boolean;
}

/** A row under a station: a copy of a channel, or what a service holds. */
export interface Row {
  readonly label: string;
  readonly state: 'plain' | 'leader' | 'down' | 'behind';
}

export function sameSpot(a: Spot, b: Spot): boolean {
  if (a.at !== b.at || a.station !== b.station) return false;
  if (a.at === 'row' && b.at === 'row') return a.row === b.row && a.slot === b.slot;
  return a.at !== 'door' || b.at !== 'door' || a.slot === b.slot;
}
