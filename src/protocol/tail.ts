import type { ConnectOptions, TapPlan, TapStart, TapState, TapTarget } from '../brokers/driver';
import type { BrokerInventory } from '../brokers/inventory';
import type { Protocol } from './common';
import type { FigureKey, FigureSeries, FiguresReport, FiguresRequest } from './figures';
import type { LivePublishFunctions, PublishProgress } from './publish';
import type { ConnectionCheck } from './connectionCheck';

// The views know the protocol, not the drivers: what crosses is named here.
export type { TapFrom, TapPlan, TapStart, TapState, TapTarget, TapUntil } from '../brokers/driver';

/** One channel of a tail: which broker, how to reach it, and what to watch. */
export interface TailSource {
  readonly protocol: Protocol;
  readonly connect: ConnectOptions;
  readonly target: TapTarget;
  readonly start: TapStart;
  /** Decodes values by contract; absent: text, JSON and hex only. */
  readonly contract?: TailContract;
  /** The broker's name for the screen; absent: its protocol. */
  readonly broker?: string;
  /** The caller's name for it, by which it can be taken out of a tail; no other source of the tail has it. */
  readonly id?: string;
  /** The caller's number for it, by which the screen gives its messages their colour. */
  readonly tag?: number;
}

/** What one tail needs: its channel, those that are merged into it, and how much to keep. */
export interface TailRequest extends TailSource {
  /** Further channels, of this or of other brokers, in the same list. */
  readonly more?: readonly TailSource[];
  readonly limits: { readonly messages: number; readonly bytes: number };
  /** True once the user has accepted what a plan with the verdict `ask` changes. */
  readonly accepted?: boolean;
}

/** What a list is narrowed to: all that is given must hold. */
export interface TailFilter {
  /** Found in key, headers, value, or in the channel where it tells messages apart; letters' case does not matter unless `matchCase`. */
  readonly text?: string;
  readonly matchCase?: boolean;
  /** `text` is a regular expression. */
  readonly regex?: boolean;
  /** A CEL expression over `value`, `key`, `headers`, `channel`, `partition`, `offset`, `time`, `size`, `verdict`. */
  readonly expression?: string;
  readonly key?: string;
  readonly channels?: readonly string[];
  readonly partitions?: readonly number[];
  /** Milliseconds since 1970, both included. */
  readonly from?: number;
  readonly to?: number;
  readonly verdicts?: readonly TailVerdict[];
  /** Messages with this kind of fault, as `FaultCount` tells kinds apart. */
  readonly fault?: Pick<FaultCount, 'verdict' | 'path' | 'reason'>;
}

/** `none`: no contract to be judged by, or it could not be used. */
export type TailVerdict = 'valid' | 'violates' | 'undecodable' | 'none';

/** One source of a tail, for the screen. */
export interface SourceStatus {
  /** As in `TailSource`. */
  readonly id?: string;
  readonly tag?: number;
  readonly channel: string;
  readonly kind: TapTarget['kind'];
  readonly protocol: Protocol;
  readonly broker?: string;
  readonly about: string;
  readonly state: TapState;
  readonly plan?: TapPlan;
  readonly received: number;
  readonly undecodable: number;
  readonly violating: number;
  readonly contract?: { readonly name: string; readonly version?: string; readonly problem?: string };
}

/** How often each fault of a contract was seen, the most frequent first. */
export interface FaultCount {
  readonly channel: string;
  readonly contract: string;
  readonly version?: string;
  readonly verdict: 'violates' | 'undecodable';
  /** JSON pointer into the value, with `*` for any item of a list; empty for the whole. */
  readonly path: string;
  readonly reason: string;
  readonly count: number;
  /** Messages of the channel that were judged, the faulty ones included. */
  readonly of: number;
  /** Sequence of the last such message. */
  readonly last: number;
}

/** Messages over time: `counts[i]` in the interval that begins at `from + i × step`. Errors are among the counts. */
export interface Histogram {
  readonly from: number;
  /** Milliseconds. */
  readonly step: number;
  readonly counts: readonly number[];
  /** Violating or undecodable. */
  readonly errors: readonly number[];
}

/** How a list is sorted: as messages came, or by their times, where no partition's own order is changed. */
export type TailOrder = 'arrival' | 'time';

/** By what a row has its place in a list: it is sorted by `at` where there is one, and then by `seq`. */
export interface RowPlace {
  readonly seq: number;
  /** The time that it stands at in a list by time: its own, or that of the message before it in its partition if that is later. */
  readonly at?: number;
}

/** The rows of a list from one message to another, both included. */
export interface TailSelection {
  readonly first: RowPlace;
  readonly last: RowPlace;
  /** What came from this sequence on is not among them: in a list by time it may come to stand between. */
  readonly before: number;
}

export interface ExportRequest {
  readonly format: 'jsonl' | 'csv';
  /** Only what the filter lets through. */
  readonly filtered: boolean;
  /** Of that only these. */
  readonly selected?: TailSelection;
  /** An absolute path; the file is written anew. */
  readonly path: string;
  /** CSV: JSON paths that become columns. */
  readonly columns?: readonly string[];
}

/** A message of any tail that belongs to the same correlation or trace. */
export interface RelatedMessage {
  /** The tail that holds it. */
  readonly tail: string;
  /** That is the tail that asks; the extension host says so. */
  readonly isHere?: boolean;
  readonly row: TailRow;
  readonly broker?: string;
  /** Why it belongs: `header traceparent`, `field correlation_id`. */
  readonly by: string;
}

export interface Related {
  /** What was followed: `4bf92f35…` by `header traceparent`. */
  readonly ids: readonly { readonly value: string; readonly by: string }[];
  /** By time, the message itself included. */
  readonly messages: readonly RelatedMessage[];
}

/** A contract that observed messages keep, or the change to the present one that would admit them. */
export interface ContractProposal {
  readonly format: 'json-schema';
  /** The whole contract as text, to be shown and saved by the user. */
  readonly text: string;
  /** Messages that it was made from. */
  readonly observed: number;
  /** For a contract that is there: what changes, a sentence each. */
  readonly changes?: readonly string[];
  /** What kept it from being made, instead. */
  readonly problem?: string;
}

export interface TailContract {
  readonly name: string;
  readonly version?: string;
  readonly format: 'protobuf' | 'avro' | 'json-schema';
  /** The contract's files by absolute path; the first is the one that defines `message`. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Full message name or JSON pointer; empty for the whole file. */
  readonly message: string;
}

/** Where a message stands in a list, or where it would. */
export interface RowPosition {
  readonly index: number;
  readonly isThere: boolean;
  /** False while the list is still being made, and has not come to it yet. */
  readonly isFinal: boolean;
}

/** Rows of a list around one message, as they stand at one moment. */
export interface RowsAround {
  /** Which row the message is, or would be. */
  readonly index: number;
  /** Which row the first of `rows` is. */
  readonly from: number;
  readonly rows: readonly TailRow[];
  /** How many rows the list has. */
  readonly shown: number;
}

/** One line of the list. All strings are display text, cut to what a row can show. */
export interface TailRow extends RowPlace {
  /** Counts from 0 in order of arrival; never reused within a tail. */
  readonly seq: number;
  readonly time: number;
  readonly channel: string;
  /** `TailSource.tag` of the source that it came from. */
  readonly tag?: number;
  readonly partition?: number;
  readonly offset?: string;
  readonly key?: string;
  readonly size: number;
  readonly preview: string;
  /** Texts of the chosen columns, in their order; an empty one is not in this message. */
  readonly cells?: readonly string[];
  readonly marks: readonly string[];
  readonly verdict?: TailVerdict;
  /** Why the value could not be decoded. */
  readonly undecodable?: string;
  readonly tombstone?: boolean;
  /** It could be decoded, but does not keep its contract: why, one sentence each. */
  readonly violates?: readonly string[];
}

/** All of one message, for the detail pane. */
export interface TailDetail extends TailRow {
  /** How `text` was made: `json`, `protobuf shop.v1.OrderPlaced`, `text`, `hex`. */
  readonly decodedAs: string;
  /** Why it was read so, one sentence. */
  readonly why?: string;
  /** What was tried before. */
  readonly tried?: readonly { readonly as: string; readonly reason: string }[];
  /** Pretty JSON where it is JSON or decoded by contract. */
  readonly json?: string;
  /** The value as UTF-8 text, if it is valid UTF-8. */
  readonly text?: string;
  /** A dump of `offset  hex bytes  ascii` lines. */
  readonly hex: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** The contract and version that it was judged by. */
  readonly contract?: { readonly name: string; readonly version?: string };
  /** Where it breaks its contract: JSON pointers into the value. */
  readonly faults?: readonly { readonly path: string; readonly reason: string }[];
  /** The message before it with the same key, as far as the buffer goes back. */
  readonly previous?: { readonly seq: number; readonly time: number; readonly json?: string; readonly text?: string };
  /** True where a view was cut because the value is larger than what can be shown; the counts say by how much. */
  readonly cutAt?: number;
}

export interface TailStatus {
  readonly state: TapState;
  readonly about: string;
  readonly plan?: TapPlan;
  /**
   * The view stands still. A Kafka tap stops fetching and goes on later where it was; the others
   * cannot make the broker wait, so they go on receiving, counting and buffering behind the view.
   */
  readonly paused: boolean;
  readonly filter: TailFilter;
  /** Absent: arrival. */
  readonly order?: TailOrder;
  /** Why the filter cannot be used, one sentence; then it lets everything through. */
  readonly filterProblem?: string;
  /** Messages for which the expression failed or took too long; they are left out of the list. */
  readonly filterFailed?: number;
  /** Each channel of the tail, in the order of the request, without those that were taken out. */
  readonly sources?: readonly SourceStatus[];
  /** An export that runs: messages written, of how many. */
  readonly exporting?: { readonly done: number; readonly of: number };
  readonly counters: {
    /** Also from channels that were taken out, as sequences count; nothing else counts those. */
    readonly received: number;
    /** In the buffer and matching the filter. */
    readonly shown: number;
    /** Fallen out of the bounded buffer, or dropped before it by client or broker. */
    readonly dropped: number;
    readonly undecodable: number;
    /** Decoded, but against their contract. */
    readonly violating?: number;
  };
  /** Messages of channels that were taken out: those that came, and those that are held until they fall out. */
  readonly removed?: { readonly received: number; readonly messages: number; readonly bytes: number };
  /**
   * What was missed or dropped and why, newest last, at most ten: also where the broker does not
   * say how many messages it was (then `count` is 0).
   */
  readonly notices?: readonly { readonly time: number; readonly count: number; readonly why: string }[];
  /** Which contract decodes the values, or why it cannot. */
  readonly contract?: { readonly name: string; readonly version?: string; readonly problem?: string };
  readonly buffer: {
    readonly messages: number;
    readonly bytes: number;
    readonly maxMessages: number;
    readonly maxBytes: number;
  };
  /** Messages per second over the last seconds. */
  readonly rate: number;
}

/** Extension host -> live worker. Every call names the tail it is about. */
export type LiveFunctions = LivePublishFunctions & {
  /** Connects and tells what a tap would make and change; makes nothing. Rejects with the broker's reason. */
  plan(request: TailRequest): TapPlan;
  /** Starts a tail under an id of the caller's; its status comes by `status` notifications. */
  start(id: string, request: TailRequest): void;
  /** Rows `from` up to `from + count` of the filtered list, in its order. */
  rows(id: string, from: number, count: number): readonly TailRow[];
  detail(id: string, seq: number): TailDetail | undefined;
  filter(id: string, filter: TailFilter): void;
  order(id: string, order: TailOrder): void;
  /** JSON paths (`order.id`, `items[0].sku`, `header:traceparent`) whose texts rows carry in `cells`. */
  columns(id: string, paths: readonly string[]): void;
  /** Paths that occur in the last messages, for choosing columns and for completion in expressions. */
  paths(id: string): readonly string[];
  /** Of what the filter lets through, in at most so many intervals. */
  histogram(id: string, buckets: number): Histogram;
  faults(id: string): readonly FaultCount[];
  /** Sequences before or after `seq` of the filtered list, nearest first, that match `what`. */
  find(id: string, seq: number, direction: 'next' | 'previous', what: 'fault' | 'match'): number | undefined;
  /** Which row of the filtered list a message is. */
  position(id: string, place: RowPlace): RowPosition;
  /** `count` rows of it, of which as many as `before` stand before a message. */
  rowsAround(id: string, place: RowPlace, before: number, count: number): RowsAround;
  /** All that belongs to a message's correlation or trace, over all tails. */
  related(id: string, seq: number): Related;
  propose(id: string): ContractProposal;
  /** Writes a file; settles with the number of messages when it is whole, or rejects and leaves none. */
  export(id: string, request: ExportRequest): number;
  cancelExport(id: string): void;
  /** How many messages a selection has, as far as they are still held. */
  countSelected(id: string, selection: TailSelection): number;
  /** Their sequences, in the order of the list. */
  selected(id: string, selection: TailSelection): readonly number[];
  /** The same as JSON Lines, as an export has them. Rejects where that is too much for a clipboard. */
  lines(id: string, selection: TailSelection): string;
  /**
   * Takes one of several channels out of a running tail: its tap ends, and its messages are in the list no more; the
   * others go on. Settles when what its tap made is removed. Rejects where it is the only one.
   */
  removeSource(id: string, source: string): void;
  pause(id: string): void;
  resume(id: string): void;
  clear(id: string): void;
  stop(id: string): void;
  /** How far connecting goes, and what the broker is. */
  test(protocol: Protocol, connect: ConnectOptions): ConnectionCheck;
  channels(protocol: Protocol, connect: ConnectOptions): readonly TapTarget[] | undefined;
  /**
   * All that is on the broker, to be compared with files or written as one. Rejects where it cannot tell.
   * Of the `wanted` channels that it does not list, those come as `hidden` that may be there all the same.
   */
  inventory(protocol: Protocol, connect: ConnectOptions, wanted: readonly TapTarget[]): BrokerInventory;
  /** Samples a broker's figures until `endFigures`; what is told comes by `figures` notifications under this id. */
  watchFigures(id: string, request: FiguresRequest): void;
  /** Settles when nothing is asked any more. */
  endFigures(id: string): void;
  /** The last samples of a channel or reader. */
  figureSeries(id: string, key: FigureKey): readonly FigureSeries[];
  shutdown(): void;
};

/** Live worker -> extension host. At most ten status notifications a second a tail. */
export type LiveEvents = {
  status(id: string, status: TailStatus): void;
  figures(id: string, report: FiguresReport): void;
  /** At most ten a second a job, and one at its end. */
  publishing(id: string, progress: PublishProgress): void;
  log(level: 'info' | 'warn' | 'error', text: string): void;
};

/** Tail webview -> extension host. */
export type TailHostFunctions = {
  ready(): void;
  rows(from: number, count: number): readonly TailRow[];
  detail(seq: number): TailDetail | undefined;
  filter(filter: TailFilter): void;
  order(order: TailOrder): void;
  position(place: RowPlace): RowPosition;
  rowsAround(place: RowPlace, before: number, count: number): RowsAround;
  columns(paths: readonly string[]): void;
  paths(): readonly string[];
  histogram(buckets: number): Histogram;
  faults(): readonly FaultCount[];
  find(seq: number, direction: 'next' | 'previous', what: 'fault' | 'match'): number | undefined;
  related(seq: number): Related;
  /** Brings the tail to the front that holds a related message, and chooses it there. */
  openRelated(tail: string, seq: number): void;
  /** Opens a contract made from the messages as an unsaved file. */
  propose(): void;
  /** Tells a fault in the Problems list, at the channel's contract. */
  report(fault: FaultCount): void;
  /** Asks where to write, writes, and shows progress that can be cancelled. */
  export(format: 'jsonl' | 'csv', filtered: boolean, selected?: TailSelection): void;
  countSelected(selection: TailSelection): number;
  /** Copies messages as JSON Lines; false where that failed, which is told. */
  copyLines(selection: TailSelection): boolean;
  openContract(): void;
  /** Shows who consumes the channel in the graph. */
  showConsumers(): void;
  /** Opens the form for publishing, filled with this message; undefined: with a sample. */
  publish(seq: number | undefined): void;
  /** Opens it with these messages, to be published byte for byte. */
  publishSelected(selection: TailSelection): void;
  saveFilter(filter: TailFilter): void;
  removeFilter(name: string): void;
  /** Keeps the columns and how times are shown, for this channel. */
  keepView(view: TailView): void;
  pause(): void;
  resume(): void;
  clear(): void;
  restart(start: TapStart): void;
  /** Asks for a further channel, and begins anew with it in the same list. */
  addChannel(): void;
  /** Takes a channel (`SourceStatus.id`) out of the list with its messages; the others go on. */
  removeChannel(source: string): void;
  /** The user's answer to a plan that asks. */
  accept(): void;
  copy(text: string): void;
  openSource(): void;
  log(text: string): void;
};

/** Extension host -> tail webview. */
export type TailViewFunctions = {
  init(init: TailInit): void;
  status(status: TailStatus): void;
  savedFilters(filters: readonly SavedFilter[]): void;
  /** Chooses a message and brings it into view. */
  choose(seq: number): void;
  /** Sorts the list by time, or as messages came where it is. */
  toggleOrder(): void;
};

export interface SavedFilter {
  readonly name: string;
  readonly filter: TailFilter;
}

/** How a channel's list is looked at; kept for the next time. */
export interface TailView {
  /** In their order: `$time`, `$offset`, … for what every message has, else a JSON path as in `LiveFunctions.columns`. */
  readonly columns: readonly string[];
  /** Columns that stay at the left while the others scroll. */
  readonly pinned: readonly string[];
  /** Columns whose width the user has set, in px. */
  readonly widths?: Readonly<Record<string, number>>;
  readonly time: 'local' | 'utc' | 'relative';
  /** Absent: arrival. */
  readonly order?: TailOrder;
}

export interface TailInit {
  readonly channel: string;
  readonly broker: string;
  readonly protocol: Protocol;
  readonly environment?: string;
  readonly contract?: string;
  /** What the channel is: only streams number their messages. */
  readonly kind?: TapTarget['kind'];
  readonly start: TapStart;
  /** The channels that are merged into it. */
  readonly more?: readonly { readonly channel: string; readonly broker: string }[];
  readonly readOnly?: boolean;
  /** The connection takes any certificate. */
  readonly unverified?: boolean;
  readonly savedFilters?: readonly SavedFilter[];
  readonly view?: TailView;
}
