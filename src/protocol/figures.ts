import type { ConnectOptions, TapTarget } from '../brokers/driver';
import type { ElementFigures, FigureBadge, Reading } from '../graph/figures/types';
import type { Place, Protocol } from './common';
import type { BrokerInfo } from './lsp';

export type { ElementFigures, FigureBadge, FigureKey, Reading } from '../graph/figures/types';

/** What is sampled of one broker, and how often. */
export interface FiguresRequest {
  readonly protocol: Protocol;
  readonly connect: ConnectOptions;
  readonly targets: readonly TapTarget[];
  /** Milliseconds from the end of one sample to the next. */
  readonly every: number;
}

/** Live worker -> extension host: how it stands with one broker. */
export type FiguresReport =
  | { readonly is: 'connecting' }
  | { readonly is: 'live'; readonly about: string; readonly reading: Reading }
  /** One sentence, and in how many milliseconds it is tried again. */
  | { readonly is: 'failed'; readonly reason: string; readonly again: number };

/** One figure over the last samples. */
export interface FigureSeries {
  readonly name: string;
  /** Time in milliseconds since 1970, value; null where nothing is known, as after a pause. */
  readonly points: readonly (readonly [time: number, value: number | null])[];
}

/** Request, no parameters: what could be sampled. Answer: FigureTargets[], a broker each. */
export const figureTargetsRequest = 'tailrace/figureTargets';
export interface FigureTargets {
  readonly broker: BrokerInfo;
  readonly protocol?: Protocol;
  readonly targets: readonly TapTarget[];
}

/** Request: what readings say of the graph's elements. Params: FiguresParams. Answer: FiguresAnswer. */
export const figuresRequest = 'tailrace/figures';
export interface FiguresParams {
  /** By the element id of a broker (`broker:events`). */
  readonly readings: readonly { readonly broker: string; readonly reading: Reading }[];
  /** What names that taps make begin with. */
  readonly prefix: string;
}
export interface FiguresAnswer {
  readonly elements: readonly ElementFigures[];
  readonly breaches: readonly PlacedBreach[];
}

/** A threshold of a file that a reading exceeds. */
export interface PlacedBreach {
  readonly key: string;
  readonly element: string;
  /** The element id of the broker that told it. */
  readonly broker: string;
  readonly measure: 'lag' | 'depth' | 'unacked' | 'age';
  readonly at: Place;
  readonly message: string;
  readonly badge: FigureBadge;
}

/** Extension host -> graph webview: all live figures as they are now. */
export interface FiguresView {
  readonly on: boolean;
  readonly elements: readonly ElementFigures[];
  /** One line for the foot: `live, sampled every 5 s`. */
  readonly about: string;
}
