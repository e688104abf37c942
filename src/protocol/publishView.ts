import type { Protocol } from './common';
import type {
  Draft,
  DraftCheck,
  PublishPlan,
  PublishProgress,
  RedriveMoved,
  RedriveRow,
  RedriveTo,
  RedriveUnseen,
} from './publish';

/** What every view that writes shows at all times. */
export interface WriteTarget {
  readonly channel: string;
  readonly kind: string;
  readonly broker: string;
  readonly protocol: Protocol;
  readonly environment?: string;
  /** Nothing is sent before the user has lifted it. */
  readonly readOnly: boolean;
  /** The connection takes any certificate. */
  readonly unverified: boolean;
}

export interface PublishInit {
  readonly to: WriteTarget;
  /** `OrderPlaced@2`; absent: the channel has no contract. */
  readonly contract?: string;
  readonly draft: Draft;
  /** Messages of a tail that can be replayed byte for byte. */
  readonly held?: { readonly of: string; readonly count: number };
  /** The user said which file of messages to replay. */
  readonly file?: string;
}

/** What the form asks for. `tail` is what `PublishInit.held` tells of, `file` the one that was chosen. */
export interface PublishOrder {
  readonly source: 'draft' | 'samples' | 'tail' | 'file';
  readonly draft: Draft;
  readonly count: number;
  readonly rate?: number;
}

/** Publish webview -> extension host. */
export type PublishHostFunctions = {
  ready(): void;
  check(draft: Draft): Promise<DraftCheck>;
  /** A value that the contract takes, as JSON; another one for each number. */
  sample(seed: number): Promise<string>;
  /** Lets the user choose a file of messages; it comes by `init`. */
  chooseFile(): void;
  /** Asks the user, naming the broker, and sends. */
  send(order: PublishOrder): void;
  cancel(): void;
  /** Asks whether a read-only connection may be written to in this session. */
  allowWriting(): void;
  log(text: string): void;
};

/** Extension host -> publish webview. */
export type PublishViewFunctions = {
  init(init: PublishInit): void;
  /** What publishing here does, or why it is refused. */
  plan(plan: PublishPlan): void;
  progress(progress: PublishProgress): void;
};

export interface RedriveInit {
  readonly from: WriteTarget;
  /** Undefined until the user has agreed to what reading does. */
  readonly about?: string;
  readonly effects: readonly string[];
  /** The user chose to move messages without reading them first. */
  readonly unseen?: boolean;
  /** Channels that messages can be sent to instead of where they came from. */
  readonly channels: readonly RedriveTo[];
}

/** Redrive webview -> extension host. */
export type RedriveHostFunctions = {
  ready(): void;
  /** Reads and holds further messages; they come by `rows`. */
  read(count: number): void;
  /** Asks the user, naming broker, channels and number, and moves one after the other. */
  move(moves: readonly { readonly id: string; readonly to: RedriveTo }[]): void;
  /** Asks likewise, and moves the next ones unseen; without `to` each goes to where it came from. */
  moveUnseen(count: number, to?: RedriveTo): void;
  allowWriting(): void;
  log(text: string): void;
};

/** Extension host -> redrive webview. */
export type RedriveViewFunctions = {
  init(init: RedriveInit): void;
  /** All that is held now, oldest first; `isEnd`: there were no more. */
  rows(rows: readonly RedriveRow[], isEnd: boolean): void;
  moved(results: readonly RedriveMoved[]): void;
  movedUnseen(result: RedriveUnseen): void;
  /** Something is under way, or what failed. */
  state(state: { readonly busy?: string; readonly problem?: string }): void;
};
