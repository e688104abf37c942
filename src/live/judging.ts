import type { TailBuffer } from '../brokers/buffer';
import type { TapMessage } from '../brokers/driver';
import type { Decoder } from '../codecs/decoded';
import type { TailVerdict } from '../protocol/tail';
import { UNDECODABLE, VERDICTS } from './filterRow';

/** What a tail has to say of each message it judged. */
export interface Judge {
  decoderOf(source: number): Decoder | undefined;
  judged(seq: number, source: number, verdict: TailVerdict, message: TapMessage): void;
}

const STRIDE = 16;

/**
 * Judges each message by its contract, once, in the order of arrival. What arrives faster than it can be
 * judged waits in the buffer and is judged in slices, so that a burst is not held up; nothing falls
 * out unjudged, so that the counts are right.
 */
export class Judging {
  /** Messages up to this one have been judged. */
  next = 0;

  constructor(
    private readonly buffer: TailBuffer,
    private readonly judge: Judge,
  ) {}

  /** Judges what waits, for up to `budget` milliseconds; true when nothing waits any more. */
  catchUp(budget: number): boolean {
    const until = performance.now() + budget;
    for (let n = 1; this.next < this.buffer.received; n++) {
      this.one(this.next);
      if (n % STRIDE === 0 && performance.now() > until) return false;
    }
    return true;
  }

  /** A message is about to fall out of the buffer. */
  fell(seq: number): void {
    while (this.next <= seq) this.one(this.next);
  }

  /** All that is in the buffer is about to go. */
  clear(): void {
    this.catchUp(Infinity);
  }

  private one(seq: number): void {
    this.next = seq + 1;
    const source = this.buffer.sourceOf(seq);
    const decoder = this.judge.decoderOf(source);
    // What could not be unpacked was noted when it came.
    if (!decoder?.contract || this.buffer.noteOf(seq) === UNDECODABLE) return;
    const message = this.buffer.get(seq);
    if (!message) return;
    const verdict = verdictOf(message, decoder);
    this.buffer.note(seq, VERDICTS.indexOf(verdict));
    this.judge.judged(seq, source, verdict, message);
  }
}

/** `none` where nothing says what the value has to be, or it could not be checked. */
export function verdictOf(message: TapMessage, decoder: Decoder | undefined): TailVerdict {
  if (message.undecodable !== undefined) return 'undecodable';
  if (!decoder?.contract || message.value === null) return 'none';
  const verdict = decoder.check(message.value, message.headers);
  return verdict === undefined || verdict === 'unchecked' ? 'none' : verdict;
}
