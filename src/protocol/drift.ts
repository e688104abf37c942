import type { TapTarget } from '../brokers/driver';
import type { BrokerInventory } from '../brokers/inventory';
import type { Place, Protocol } from './common';

/** Messages about files beside a live broker. The broker was asked before; nothing here connects anywhere. */

/** Request: the channels that must be on a broker by its files. Params: { broker } of an element id. Answer: TapTarget[]. */
export const wantedRequest = 'tailrace/wantedOnBroker';
export type WantedAnswer = readonly TapTarget[];

/** Request: files and an inventory side by side. Params: CompareBrokerParams. Answer: CompareBrokerAnswer. */
export const compareBrokerRequest = 'tailrace/compareBroker';
export interface CompareBrokerParams {
  /** The broker's element id. */
  readonly broker: string;
  /** When the broker was asked, in milliseconds since 1970: which inventory is meant. */
  readonly asked: number;
  /** Sent once, since it may be large: the server keeps the last one of each broker. */
  readonly inventory?: BrokerInventory;
  /** Where it was asked, without user info: it may be a copy for development. */
  readonly url: string;
}

export type CompareBrokerAnswer =
  | DriftAnswer
  /** No file declares the broker any more. */
  | { readonly is: 'gone' }
  /** The server has no such inventory, as after its restart. */
  | { readonly is: 'forgotten' };

export interface DriftAnswer {
  readonly is: 'compared';
  readonly broker: string;
  readonly about: string;
  /** What could not be compared and why, a sentence each. */
  readonly notes: readonly string[];
  /** By place. */
  readonly problems: readonly DriftEntry[];
  /** All that was compared, by subject. */
  readonly rows: readonly DriftTableRow[];
}

/** A difference at its line, with what would make the file say what the broker has. */
export interface DriftEntry {
  readonly at: Place;
  readonly severity: 'error' | 'warning' | 'info';
  readonly code: string;
  /** The address of the code's page. */
  readonly docs: string;
  readonly message: string;
  readonly fixes: readonly { readonly title: string; readonly safe: boolean; readonly edits: readonly { readonly at: Place; readonly newText: string }[] }[];
}

/** One line of the table. */
export interface DriftTableRow {
  /** `topic orders.placed` */
  readonly subject: string;
  /** `retention` */
  readonly what: string;
  readonly declared?: string;
  readonly real?: string;
  readonly at?: Place;
  /** Set where both sides differ. */
  readonly severity?: 'error' | 'warning' | 'info';
}

/** Request: a flow file of what is on a broker. Params: ImportBrokerParams. Answer: its text. */
export const importBrokerRequest = 'tailrace/importBroker';
export interface ImportBrokerParams {
  readonly protocol: Protocol;
  readonly inventory: BrokerInventory;
  /** Without it, after the host of the URL. */
  readonly name?: string;
  /** Without user info. */
  readonly url: string;
  readonly tls?: boolean;
  readonly environment?: string;
}
export interface ImportAnswer {
  readonly name: string;
  readonly text: string;
}

/** Drift webview -> extension host. */
export type DriftHostFunctions = {
  ready(): void;
  /** Asks the broker again. */
  again(): void;
  open(at: Place): void;
  log(text: string): void;
};

/** Extension host -> drift webview. */
export type DriftViewFunctions = {
  show(view: DriftView): void;
};

export interface DriftView {
  readonly broker: string;
  readonly about: string;
  readonly notes: readonly string[];
  readonly rows: readonly DriftTableRow[];
  /** Milliseconds since 1970: when the broker was asked. */
  readonly asked: number;
  /** True while it is asked again. */
  readonly busy: boolean;
}
