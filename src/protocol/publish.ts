import type { ConnectOptions, TapTarget } from '../brokers/driver';
import type { PublishPlan } from '../brokers/publish';
import type { Protocol } from './common';
import type { TailContract, TailRow } from './tail';

export type { PublishPlan } from '../brokers/publish';

/** Where messages go: which broker, how to reach it, which channel, and the contract that they keep to. */
export interface PublishTarget {
  readonly protocol: Protocol;
  readonly connect: ConnectOptions;
  readonly target: TapTarget;
  readonly contract?: TailContract;
}

/** How a text becomes bytes. `contract`: it is JSON, encoded by the contract; `none`: there is no value (Kafka). */
export type DraftEncoding = 'contract' | 'text' | 'base64' | 'none';

/** A message as a form has it. */
export interface Draft {
  /** Absent: the message has no key. */
  readonly key?: DraftText;
  readonly value: string;
  readonly as: DraftEncoding;
  /** Base64 of bytes before the encoded value: the schema registry's frame of the message that it was made from. */
  readonly frame?: string;
  readonly headers: readonly ({ readonly name: string } & DraftText)[];
  readonly partition?: number;
  readonly routingKey?: string;
  readonly contentType?: string;
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
}

export interface DraftText {
  readonly text: string;
  /** The text is base64 of what is no UTF-8. */
  readonly isBase64?: boolean;
}

/** What a draft comes to. Problems are sentences that begin with the place, a JSON pointer or a field's name. */
export interface DraftCheck {
  readonly bytes: number;
  readonly problems: readonly string[];
}

/** Which messages are published. */
export type PublishSource =
  | { readonly is: 'draft'; readonly draft: Draft; readonly count: number }
  /** Values made by the contract, `seed` and on; all else is the draft's. */
  | { readonly is: 'samples'; readonly draft: Draft; readonly seed: number; readonly count: number }
  /** Messages that a tail holds, byte for byte: those with these sequences, or all that its filter lets through. */
  | { readonly is: 'tail'; readonly tail: string; readonly seqs?: readonly number[] }
  /** JSON Lines as a tail is exported. */
  | { readonly is: 'file'; readonly path: string };

export interface PublishJob extends PublishTarget {
  readonly source: PublishSource;
  /** At most so many messages a second; absent: as fast as the broker confirms. */
  readonly rate?: number;
}

/** How far a job is. A message is done when the broker has confirmed it, as far as its protocol can. */
export interface PublishProgress {
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  readonly done: number;
  /** Unknown while a file is read. */
  readonly of?: number;
  /** Why it ended early: nothing after the message that failed was sent. */
  readonly reason?: string;
  /** What the broker could not promise, each once. */
  readonly notes: readonly string[];
  /** Where the last message lies. */
  readonly last?: { readonly partition?: number; readonly offset?: string };
}

export interface RedriveOpened {
  readonly about: string;
  /** What holding messages does to others, a sentence each. */
  readonly effects: readonly string[];
  /** Messages can also be moved without being read first, since reading costs them something here. */
  readonly unseen?: {
    readonly effects: readonly string[];
    /** Why they cannot be read at all. */
    readonly onlyWay?: string;
  };
}

/** A message of a dead-letter channel, held where the broker can. */
export interface RedriveRow {
  readonly id: string;
  readonly row: TailRow;
  /** Why it is here, as its headers say. */
  readonly reason?: string;
  /** Where it came from, and what says so; absent where nothing does. */
  readonly source?: RedriveTo & { readonly why: string };
}

export interface RedriveTo {
  readonly target: TapTarget;
  readonly routingKey?: string;
}

/** What became of one message. */
export type RedriveMoved =
  | { readonly id: string; readonly is: 'moved'; readonly removed: boolean; readonly note?: string }
  /** It stays where it is; messages after it were not tried. */
  | { readonly id: string; readonly is: 'failed'; readonly reason: string };

/** What became of messages that were moved unseen, in their order. */
export interface RedriveUnseen {
  readonly moved: readonly RedriveUnseenRow[];
  /** There were no more. */
  readonly isEnd: boolean;
  /** Why it ended early, and what became of the message that was not moved. */
  readonly problem?: string;
}

export type RedriveUnseenRow = RedriveRow & { readonly to: RedriveTo; readonly removed: boolean; readonly note?: string };

/** Extension host -> live worker: what writes. The host asks the user before each call that does. */
export type LivePublishFunctions = {
  planPublish(to: PublishTarget): PublishPlan;
  checkDraft(draft: Draft, contract: TailContract | undefined): DraftCheck;
  /** A value that the contract takes, as JSON; the same one for the same seed. */
  sampleValue(contract: TailContract, seed: number): string;
  /** A tailed message as a draft, to be edited. */
  draftOf(tail: string, seq: number): Draft;
  /** Starts a job; how it goes comes by `publishing` notifications. */
  publish(id: string, job: PublishJob): void;
  /** Sends no more. What was sent is confirmed first. */
  cancelPublish(id: string): void;
  openRedrive(id: string, from: PublishTarget): RedriveOpened;
  /** The next messages; fewer, or none, where there are no more. */
  readRedrive(id: string, count: number): readonly RedriveRow[];
  /** One after the other; ends with the first that fails. */
  moveRedrive(id: string, moves: readonly { readonly id: string; readonly to: RedriveTo }[]): readonly RedriveMoved[];
  /**
   * Takes and moves the next messages, at most so many, one after the other; ends with the first that cannot be moved.
   * @param to undefined: each to where it came from
   */
  moveRedriveUnseen(id: string, count: number, to: RedriveTo | undefined): RedriveUnseen;
  /** Gives back what was not moved. */
  closeRedrive(id: string): void;
};
