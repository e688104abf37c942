import type { TailContract } from '../protocol/tail';
import { escapeStep } from '../text/pointer';

/** What is wrong with one value, and where in it. */
export interface Fault {
  /** A JSON pointer into the value; empty for the whole. */
  readonly path: string;
  /** The end of a sentence that begins with the path: `is a string, and must be an integer`. */
  readonly reason: string;
  /** The same without what the reason cites of this one value, so that values with one fault have one kind; absent: nobody has said. */
  readonly kind?: string;
}

/** What could not be, and why not. */
export interface Tried {
  readonly as: string;
  readonly reason: string;
}

/** What a decoder says of one value. */
export interface Decoded {
  /** `unchecked`: shown, or left alone, without anything that says what it has to be. */
  readonly verdict: 'valid' | 'violates' | 'undecodable' | 'unchecked';
  /** Why not `valid`, one sentence each. */
  readonly errors: readonly string[];
  /** The same with places, in the same order. */
  readonly faults: readonly Fault[];
  /** `protobuf shop.v1.OrderPlaced`, `json`. */
  readonly as: string;
  /** Why it was read as `as`, one sentence. */
  readonly why: string;
  /** What else was tried before, in order. */
  readonly tried: readonly Tried[];
  /** The value as pretty JSON, where it could be decoded. */
  readonly json?: string;
  /** The value on one line. */
  readonly preview?: string;
}

/** A message's headers, where its protocol has them. */
export type Headers = readonly (readonly [name: string, value: string | Uint8Array])[];

/** Decodes the values of one contract, or of any kind where there is none. Never throws. */
export interface Decoder {
  readonly contract?: TailContract;
  /** Why the contract cannot decode anything; then `decode` says nothing. */
  readonly problem?: string;
  /** Undefined where nothing can be said: the value is too large, or a tombstone. */
  decode(value: Uint8Array, headers?: Headers): Decoded | undefined;
  /** The verdict alone, for counting every message at the rate at which they come. */
  check(value: Uint8Array, headers?: Headers): Decoded['verdict'] | undefined;
  /**
   * The value to compute with, undefined where it cannot be decoded to one: plain objects, lists, texts, numbers,
   * and bigints for integers that a number would round.
   */
  value(value: Uint8Array, headers?: Headers): unknown;
}

/** Values larger than this are shown as they are: decoding them would hold up all other tails. */
export const DECODE_LIMIT = 2 * 1024 * 1024;

/** Values within a value, counted before they are made: an item of no bytes costs memory all the same. */
export const MAX_VALUES = 100_000;

/** Levels within a value. JSON's and protobuf's own readers stop at about as many. */
export const MAX_DEPTH = 100;

/** A fault as a sentence that begins with its place. */
export function sentenceOf({ path, reason }: Fault): string {
  return `${path || 'The value'} ${reason.replace(/\.$/, '')}.`;
}

/** `1 byte is`, `3 bytes are`. */
export function bytesAre(count: number): string {
  return count === 1 ? '1 byte is' : `${count} bytes are`;
}

/** One step of a JSON pointer, with the slash before it. */
export function pointerStep(name: string | number): string {
  return `/${escapeStep(String(name))}`;
}
