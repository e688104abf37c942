import type { TailBuffer } from '../brokers/buffer';
import type { TapMessage } from '../brokers/driver';
import type { Needle } from '../brokers/search';
import type { Decoder, Fault } from '../codecs/decoded';
import type { TailVerdict } from '../protocol/tail';

/** What a filter asks of one message; what costs something is made when it is asked for. */
export interface FilterRow {
  readonly source: number;
  readonly time: number;
  readonly verdict: TailVerdict;
  readonly message: TapMessage;
  /** Whether its key, headers or value contain it, or its channel where that is not the source's own. */
  contains(wanted: Needle): boolean;
  /** The decoded value; undefined where there is none to compute with. */
  value(): unknown;
  /** What is wrong with it by its contract; found anew each time, since nothing of it is kept. */
  faults(): readonly Fault[];
}

/** Verdicts as they are noted in the buffer; what is not judged yet is none. */
export const VERDICTS: readonly TailVerdict[] = ['none', 'valid', 'violates', 'undecodable'];
export const UNDECODABLE = VERDICTS.indexOf('undecodable');
const VIOLATES = VERDICTS.indexOf('violates');

/** Whether what is noted at a message is a fault of it. */
export function isFault(note: number): boolean {
  return note >= VIOLATES;
}

/** One row after the other of a buffer. */
export class BufferRow implements FilterRow {
  private seq = -1;
  private read: TapMessage | undefined;

  constructor(
    private readonly buffer: TailBuffer,
    private readonly decoderOf: (source: number) => Decoder | undefined,
  ) {}

  /** @param seq of a message that is held */
  at(seq: number): this {
    this.seq = seq;
    this.read = undefined;
    return this;
  }

  get source(): number {
    return this.buffer.sourceOf(this.seq);
  }

  get time(): number {
    return this.buffer.timeOf(this.seq);
  }

  get verdict(): TailVerdict {
    return VERDICTS[this.buffer.noteOf(this.seq)] ?? 'none';
  }

  get message(): TapMessage {
    this.read ??= this.buffer.get(this.seq);
    if (!this.read) throw new Error(`The message ${this.seq} has fallen out of the buffer.`);
    return this.read;
  }

  contains(wanted: Needle): boolean {
    return this.buffer.contains(this.seq, wanted);
  }

  value(): unknown {
    return valueOf(this.message, this.decoderOf(this.source));
  }

  faults(): readonly Fault[] {
    return faultsOf(this.message, this.decoderOf(this.source));
  }
}

/** A message that is in no buffer. */
export function messageRow(message: TapMessage, source: number, verdict: TailVerdict, decoder: Decoder | undefined): FilterRow {
  const holds = (wanted: Needle, field: string | Uint8Array): boolean => {
    const bytes = typeof field === 'string' ? Buffer.from(field) : field;
    return wanted.isIn(bytes, 0, bytes.length);
  };
  return {
    source,
    time: message.time,
    verdict,
    message,
    contains: (wanted) =>
      (message.key !== undefined && holds(wanted, message.key)) ||
      (message.value !== null && holds(wanted, message.value)) ||
      message.headers.some(([name, value]) => holds(wanted, name) || holds(wanted, value)),
    value: () => valueOf(message, decoder),
    faults: () => faultsOf(message, decoder),
  };
}

/** The decoded value of a message; undefined where it has none to compute with. */
export function valueOf(message: TapMessage, decoder: Decoder | undefined): unknown {
  return message.value === null || message.undecodable !== undefined
    ? undefined
    : decoder?.value(message.value, message.headers);
}

function faultsOf(message: TapMessage, decoder: Decoder | undefined): readonly Fault[] {
  if (message.value === null || message.undecodable !== undefined) return [];
  return decoder?.decode(message.value, message.headers)?.faults ?? [];
}
