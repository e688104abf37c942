import type { Channel, Consume, Publish, Route, Service } from '../model/model';
import type { Guarantee, Setting } from '../model/settings';
import type { Sourced } from '../text/range';

/**
 * What can become of a message besides arriving once and in order. Loss: acknowledged (or, where nobody
 * acknowledges, sent) and never processed. Duplication: processed twice. Reordering: first processed after a
 * later one. Blocking: no progress until somebody steps in.
 */
export type Hazard = 'loss' | 'duplication' | 'reordering' | 'blocking';
export const hazards: readonly Hazard[] = ['loss', 'duplication', 'reordering', 'blocking'];

/** The most faults at a time that are looked into. */
export const faultBound = 3;

/** How many faults must come together; 0 in normal running, null for never within `faultBound`. */
export type Faults = number | null;

/** What moves, or goes wrong, in one step of a story. */
export type StepKind =
  | 'send' | 'store' | 'replicate' | 'acknowledge' | 'deliver' | 'process' | 'commit' | 'hand-on' | 'retry' | 'fault' | 'outcome';

/**
 * One step of a story. Stations number the flow from its publisher (0) over its channels (1, 2, …) to its
 * consumer (the last); a service that reads and writes on the way is a station of its own.
 */
export interface TraceStep {
  /** A sentence: `The leader of orders.placed appends m1 and acknowledges it.` */
  readonly text: string;
  readonly kind: StepKind;
  readonly message?: 1 | 2;
  readonly from: number;
  readonly to: number;
  /** Which copy of a replicated channel it is about, 0 being the first leader. */
  readonly replica?: number;
  /** True where it comes to nothing: a copy that is dropped as known, a try that fails. */
  readonly inVain?: true;
}

/** Something a flow passes: its publisher, a channel, a service that reads and writes, its consumer. */
export type Station =
  | { readonly kind: 'publisher'; readonly service: Service }
  | { readonly kind: 'channel'; readonly channel: Channel }
  | { readonly kind: 'processor'; readonly service: Service }
  | { readonly kind: 'consumer'; readonly service: Service };

/** Who says a setting. `route` is of the tool that moves messages on. */
export type SettingOwner = 'publish' | 'consume' | 'channel' | 'stream' | 'broker' | 'route' | 'service';

/** A setting that the guarantee of a flow rests on. */
export interface FlowSetting {
  /** As a flow file names it: `acks`, `minInsyncReplicas`. */
  readonly key: string;
  readonly owner: SettingOwner;
  /** `checkout`, `topic orders.placed`. */
  readonly subject: string;
  /** The station it belongs to. */
  readonly station: number;
  /** `unknown` where the weakest value was taken because nothing tells it: `taken` is that value. */
  readonly setting: Setting<string | number | boolean>;
  /** The value that was reckoned with, in words. */
  readonly taken: string;
}

/** True where the value was taken without anybody having said it, and another client or version may have another. */
export function isAssumed({ setting }: FlowSetting): boolean {
  return setting.from === 'unknown' || (setting.from === 'default' && setting.assumed === true);
}

export interface HazardResult {
  readonly faults: Faults;
  /** The shortest story; empty where `faults` is null. */
  readonly trace: readonly TraceStep[];
  /** The settings of which a stronger value would make the hazard rarer. */
  readonly deciding: readonly FlowSetting[];
  /** True where no one of them is enough: the hazard becomes rarer only if all are made stronger. */
  readonly isJoint?: boolean;
}

/** True if a hazard may not be there at all: what nobody stated is enough to make it rarer. */
export function isByAssumption({ deciding, isJoint }: HazardResult, isGuess: (one: FlowSetting) => boolean = isAssumed): boolean {
  return isJoint === true ? deciding.length > 0 && deciding.every(isGuess) : deciding.some(isGuess);
}

/** One way of messages, from who publishes them to who processes them. */
export interface Flow {
  /** Unique and stable over edits elsewhere: `checkout > orders.placed > billing`. */
  readonly id: string;
  readonly publish: Publish;
  readonly consume: Consume;
  readonly stations: readonly Station[];
  readonly channels: readonly Channel[];
  readonly routes: readonly Route[];
  /** Publishes and consumes of services on the way, in pairs. */
  readonly via: readonly { readonly consume: Consume; readonly publish: Publish }[];
}

/** What a flow really gives. */
export interface FlowGuarantee {
  readonly flow: Flow;
  /** What somebody declared: the consumer, else the publisher, else the configuration (then `by` is absent). */
  readonly declared?: { readonly value: Guarantee; readonly by?: Sourced<Guarantee>; readonly who?: string };
  /** By what one fault can do: loss and duplication give best-effort, loss at-most-once, duplication at-least-once. */
  readonly derived: Guarantee;
  readonly hazards: Readonly<Record<Hazard, HazardResult>>;
  /** The hazard whose story tells why `derived` is not more, or not what is declared; undefined for exactly-once. */
  readonly decidedBy?: Hazard;
  /** Everything that was looked at, in the order of the stations. */
  readonly settings: readonly FlowSetting[];
  /** True where the search gave up before it had seen all states: null then means "not found". */
  readonly isBounded: boolean;
}

const losing: ReadonlySet<Guarantee> = new Set(['best-effort', 'at-most-once']);
const repeating: ReadonlySet<Guarantee> = new Set(['best-effort', 'at-least-once']);

/** True if what is derived gives less than what is declared. */
export function fallsShort(declared: Guarantee, derived: Guarantee): boolean {
  return (!losing.has(declared) && losing.has(derived)) || (!repeating.has(declared) && repeating.has(derived));
}
