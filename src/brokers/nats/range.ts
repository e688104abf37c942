import { BrokerError, type TapUntil } from '../driver';

/** Where a tap of a stream ends. */
export interface StreamEnd {
  /** The last sequence that is given. */
  readonly sequence?: number;
  /** Messages of this time and later are not given; milliseconds since 1970. */
  readonly time?: number;
  /** For the screen. */
  readonly words: string;
}

/** @param last the stream's last sequence when the tap began */
export function endOf(until: TapUntil | undefined, last: number): StreamEnd | undefined {
  if (!until) return undefined;
  if (until.at === 'now') return { sequence: last, words: 'all that was there when it began has been given' };
  if (until.at === 'offset') {
    const sequence = sequenceOf(until.offset);
    return { sequence, words: `sequence ${sequence} has been reached` };
  }
  return { time: until.time, words: `${new Date(until.time).toISOString()} has been reached` };
}

export function isBeyond(end: StreamEnd, sequence: number, time: number): boolean {
  return (
    (end.sequence !== undefined && sequence > end.sequence) || (end.time !== undefined && time >= end.time)
  );
}

/** @throws BrokerError where it is no whole number. */
export function sequenceOf(offset: string): number {
  if (!/^\d{1,15}$/.test(offset)) {
    throw new BrokerError(
      'other',
      `“${offset}” is no sequence. A stream counts its messages by whole numbers from 1.`,
    );
  }
  return Number(offset);
}
