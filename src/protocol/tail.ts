import type { ConnectOptions, TapPlan, TapStart, TapState, TapTarget } from '../brokers/driver';
import type { Protocol } from './common';

// The views know the protocol, not the drivers: what crosses is named here.
export type { TapPlan, TapStart, TapState, TapTarget } from '../brokers/driver';

/** What one tail needs: which broker, how to reach it, what to watch and how much to keep. */
export interface TailRequest {
  readonly protocol: Protocol;
  readonly connect: ConnectOptions;
  readonly target: TapTarget;
  readonly start: TapStart;
  readonly limits: { readonly messages: number; readonly bytes: number };
  /** Decodes values by contract; absent: text, JSON and hex only. */
  readonly contract?: TailContract;
  /** True once the user has accepted what a plan with the verdict `ask` changes. */
  readonly accepted?: boolean;
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

/** One line of the list. All strings are display text, cut to what a row can show. */
export interface TailRow {
  /** Counts from 0 in order of arrival; never reused within a tail. */
  readonly seq: number;
  readonly time: number;
  readonly channel: string;
  readonly partition?: number;
  readonly offset?: string;
  readonly key?: string;
  readonly size: number;
  readonly preview: string;
  readonly marks: readonly string[];
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
  /** Pretty JSON where it is JSON or decoded by contract. */
  readonly json?: string;
  /** The value as UTF-8 text, if it is valid UTF-8. */
  readonly text?: string;
  /** A dump of `offset  hex bytes  ascii` lines. */
  readonly hex: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
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
  readonly filter: string;
  readonly counters: {
    readonly received: number;
    /** In the buffer and matching the filter. */
    readonly shown: number;
    /** Fallen out of the bounded buffer, or dropped before it by client or broker. */
    readonly dropped: number;
    readonly undecodable: number;
    /** Decoded, but against their contract. */
    readonly violating?: number;
  };
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
export type LiveFunctions = {
  /** Connects and tells what a tap would make and change; makes nothing. Rejects with the broker's reason. */
  plan(request: TailRequest): TapPlan;
  /** Starts a tail under an id of the caller's; its status comes by `status` notifications. */
  start(id: string, request: TailRequest): void;
  /** Rows `from` up to `from + count` of the filtered list, oldest first. */
  rows(id: string, from: number, count: number): readonly TailRow[];
  detail(id: string, seq: number): TailDetail | undefined;
  filter(id: string, text: string): void;
  pause(id: string): void;
  resume(id: string): void;
  clear(id: string): void;
  stop(id: string): void;
  /** The broker in one line, or rejects with the reason. */
  test(protocol: Protocol, connect: ConnectOptions): string;
  channels(protocol: Protocol, connect: ConnectOptions): readonly TapTarget[] | undefined;
  /** Removes what taps of earlier processes left on this broker, by the ledger. Returns what was removed. */
  sweep(protocol: Protocol, connect: ConnectOptions): readonly string[];
  shutdown(): void;
};

/** Live worker -> extension host. At most ten status notifications a second a tail. */
export type LiveEvents = {
  status(id: string, status: TailStatus): void;
  log(level: 'info' | 'warn' | 'error', text: string): void;
};

/** Tail webview -> extension host. */
export type TailHostFunctions = {
  ready(): void;
  rows(from: number, count: number): readonly TailRow[];
  detail(seq: number): TailDetail | undefined;
  filter(text: string): void;
  pause(): void;
  resume(): void;
  clear(): void;
  restart(start: TapStart): void;
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
};

export interface TailInit {
  readonly channel: string;
  readonly broker: string;
  readonly protocol: Protocol;
  readonly environment?: string;
  readonly contract?: string;
  /** What the channel is: only streams number their messages. */
  readonly kind?: TapTarget['kind'];
  readonly start: TapStart;
}
