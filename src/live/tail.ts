import type { TailBuffer } from '../brokers/buffer';
import type { TapMessage, TapState } from '../brokers/driver';
import type { Decoder } from '../codecs/decoded';
import type {
  ExportRequest,
  FaultCount,
  Histogram,
  TailDetail,
  RowPlace,
  RowPosition,
  RowsAround,
  TailFilter,
  TailOrder,
  TailRow,
  TailSelection,
  TailSource,
  TailStatus,
  TailVerdict,
} from '../protocol/tail';

export interface TailListeners {
  /** At most ten times a second, and once more at the end. */
  status(status: TailStatus): void;
  /** Every message of one source as it arrives, before the filter; for the command line. */
  messages?(batch: readonly TapMessage[], decoder: Decoder | undefined, source: number): void;
}

/** One running tail. Nothing here throws; failures are states. */
export interface Tail {
  rows(from: number, count: number): readonly TailRow[];
  detail(seq: number): TailDetail | undefined;
  /** Settles when the filter is in use or its problem is known; what it lets through is found from then on. */
  filter(filter: TailFilter): Promise<void>;
  /** JSON paths whose texts rows carry in `cells`. */
  columns(paths: readonly string[]): void;
  /** Paths that occur in the last messages. */
  paths(): readonly string[];
  histogram(buckets: number): Histogram;
  faults(): readonly FaultCount[];
  find(seq: number, direction: 'next' | 'previous', what: 'fault' | 'match'): number | undefined;
  /** Shows the view in another order; what is sorted is in it from then on. */
  sort(order: TailOrder): void;
  /** Which row of the view a message is, or would be. */
  position(place: RowPlace): RowPosition;
  rowsAround(place: RowPlace, before: number, count: number): RowsAround;
  /** Settles when the filter has looked at all that has arrived until now. */
  filtered(): Promise<void>;
  /** True when all that has arrived is judged and filtered. */
  settled(): boolean;
  /** Takes a source out, by its id; the others go on. @throws Error where there is no such source, or no other one */
  removeSource(id: string): Promise<void>;
  pause(): void;
  resume(): void;
  clear(): void;
  status(): TailStatus;
  /** Writes a file; settles with the number of messages when it is whole. @throws Error with one sentence */
  export(request: ExportRequest): Promise<number>;
  cancelExport(): void;
  countSelected(selection: TailSelection): number;
  /** Sequences in the order of the view. */
  selected(selection: TailSelection): readonly number[];
  /** As JSON Lines. @throws Error with one sentence where it is too much for a clipboard */
  lines(selection: TailSelection): Promise<string>;
  /** What it holds, for looking through all of it. */
  readonly buffer: TailBuffer;
  row(seq: number): TailRow | undefined;
  verdictOf(seq: number): TailVerdict;
  /** Where a message that is still held came from; undefined where that source was taken out. */
  sourceOf(seq: number): TailSource | undefined;
  /** Sequences of all that the filter lets through, oldest first. */
  shown(): readonly number[];
  /** A message that is still held; its bytes are views of the buffer. */
  message(seq: number): TapMessage | undefined;
  /** What reads that message's value. */
  decoderOf(seq: number): Decoder | undefined;
  /** Ends it and removes what it made. Safe to call twice. */
  stop(): Promise<void>;
  /** Settles when the tail has ended, by `stop`, by refusal or by the broker. */
  readonly ended: Promise<TapState>;
}
