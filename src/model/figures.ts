import type { ChannelKind } from './model';

/** What is told of one broker at one moment. What is not known is left out, never 0. */
export interface Figures<C extends ChannelState, R extends ReaderState> {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly channels: readonly C[];
  readonly consumers: readonly R[];
  /** Of the broker itself, in its own words: `clients connected`, `under-replicated partitions`. */
  readonly broker: readonly BrokerFigure[];
  /** What could not be read and why, a sentence each, with what would allow it. */
  readonly notes: readonly string[];
}

export interface BrokerFigure {
  readonly name: string;
  readonly value: number;
  readonly unit?: string;
}

/** How a channel stands at one moment. */
export interface ChannelState {
  readonly address: string;
  readonly kind: ChannelKind;
  /** Messages a second. */
  readonly rateIn?: number;
  readonly rateOut?: number;
  /** Messages that lie in it: ready and unacknowledged in a queue, stored in a topic or stream. */
  readonly depth?: number;
  readonly ready?: number;
  readonly unacked?: number;
  readonly bytes?: number;
  readonly consumers?: number;
  readonly redelivered?: number;
  readonly partitions?: number;
  readonly underReplicated?: number;
  /** When the oldest message that waits was stored, milliseconds since 1970. */
  readonly oldest?: number;
}

/** How a group, durable consumer or queue's reader stands on one channel. */
export interface ReaderState {
  readonly channel: string;
  readonly kind: ChannelKind;
  /** Group id, durable name. */
  readonly name: string;
  /** In the broker's word: `Stable`, `Empty`, `PreparingRebalance`. */
  readonly state?: string;
  readonly members?: number;
  /** Messages behind, over all partitions. */
  readonly lag?: number;
  readonly lagByPartition?: readonly { readonly partition: number; readonly lag: number }[];
  readonly ackPending?: number;
  readonly redelivered?: number;
}
