import type { Faults, Hazard, SettingOwner, TraceStep } from '../delivery/guarantee';
import type { Guarantee } from '../model/settings';
import type { Place } from './common';

export type { Faults, Hazard, StepKind, TraceStep } from '../delivery/guarantee';

/** What a flow gives, in short: for pick lists, badges and tooltips. */
export interface FlowSummary {
  readonly id: string;
  /** `checkout → orders.placed → billing`. */
  readonly title: string;
  readonly derived: Guarantee;
  readonly declared?: Guarantee;
  /** True where less is given than was declared. */
  readonly fallsShort: boolean;
  /** `at-least-once · declared exactly-once ✗`. */
  readonly verdict: string;
  /** The ids of the graph elements that it passes, from its publisher to its consumer. */
  readonly elements: readonly string[];
}

/** A flow with all that its explanation shows. */
export interface FlowView extends FlowSummary {
  readonly stations: readonly StationView[];
  /** All four, always in the same order. */
  readonly hazards: readonly HazardView[];
  readonly decidedBy?: Hazard;
  /** In the order of the stations. */
  readonly settings: readonly SettingView[];
  readonly choices: readonly ChoiceView[];
  /** The smallest change that keeps the promise; absent where it is kept, none was made, or none is known. */
  readonly repair?: RepairView;
  /** What it was reckoned with instead of what the files say. */
  readonly changes: readonly Change[];
}

export interface StationView {
  readonly kind: 'publisher' | 'channel' | 'processor' | 'consumer';
  readonly label: string;
  /** The id of its node in the graph. */
  readonly element: string;
  /** How many copies of its messages a channel keeps, where its stories tell them apart; else 1, and 0 for an exchange. */
  readonly copies: number;
}

export interface HazardView {
  readonly hazard: Hazard;
  /** `lost`, `processed twice`. */
  readonly title: string;
  readonly faults: Faults;
  /** `by one fault`. */
  readonly words: string;
  readonly trace: readonly TraceStep[];
  /** Ids of settings. */
  readonly deciding: readonly string[];
}

export interface SettingView {
  /** Unique in its flow. */
  readonly id: string;
  readonly key: string;
  readonly subject: string;
  readonly station: number;
  readonly owner: SettingOwner;
  /** The value that was reckoned with. */
  readonly value: string;
  /** `declared`, `the default of Java client < 3.0, assumed`. */
  readonly origin: string;
  readonly assumed: boolean;
  /** Where it is declared. */
  readonly at?: Place;
  /** Where a default is documented. */
  readonly source?: string;
}

export type SettingValue = string | number | boolean;

/** A setting that can be changed in “what if”. */
export interface ChoiceView {
  /** The setting's id. */
  readonly id: string;
  /** The weakest first; `cost` is a sentence. */
  readonly values: readonly { readonly value: SettingValue; readonly words: string; readonly cost?: string }[];
}

/** Another value for a setting, as `what if` reckons with it. */
export interface Change {
  /** The setting's id. */
  readonly id: string;
  readonly station: number;
  readonly owner: SettingOwner;
  readonly key: string;
  readonly value: SettingValue;
}

export interface RepairView {
  readonly changes: readonly (Change & {
    readonly subject: string;
    readonly words: string;
    /** What it costs, in a sentence. */
    readonly cost?: string;
    /** True if writing the setting is not enough: the program must go along. */
    readonly needsCode: boolean;
  })[];
}

/** What changes come to in the files. */
export interface FlowEdits {
  readonly edits: readonly { readonly at: Place; readonly newText: string }[];
  /** What is written: `acks of checkout: all`. */
  readonly written: readonly string[];
  /** What cannot be written, with the reason: a sentence each. */
  readonly left: readonly string[];
}
