import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import type { TapMessage } from '../driver';

export function headersOf(headers: MsgHdrs | undefined): [string, string][] {
  const list: [string, string][] = [];
  if (!headers) return list;
  for (const name of headers.keys()) for (const value of headers.values(name)) list.push([name, value]);
  return list;
}

const NO_HEADERS: TapMessage['headers'] = [];

/** A message of a plain subscription; it has no time of its own. */
export function coreMessage(m: Msg): TapMessage {
  return {
    channel: m.subject,
    time: Date.now(),
    value: m.data,
    headers: m.headers ? headersOf(m.headers) : NO_HEADERS,
    size: m.data.length,
  };
}

/** What the reply subject of a JetStream delivery says. */
export interface Delivery {
  readonly streamSequence: number;
  readonly consumerSequence: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The same in nanoseconds, a decimal string; with the sequence it tells a message from one in its place. */
  readonly stamp: string;
  /** Messages of the stream that match and are yet to come. */
  readonly pending: number;
}

/** Reads `$JS.ACK.…`: nine tokens, or eleven and more since domains and accounts are in it (ADR-15). */
export function deliveryOf(reply: string | undefined): Delivery | undefined {
  if (!reply?.startsWith('$JS.ACK.')) return undefined;
  const t = reply.split('.');
  const at = t.length >= 11 ? 7 : 5;
  const streamSequence = Number(t[at]);
  const pending = Number(t[at + 3]);
  if (!Number.isFinite(streamSequence) || !Number.isFinite(pending)) return undefined;
  return {
    streamSequence,
    consumerSequence: Number(t[at + 1]),
    // Nanoseconds: 19 digits, of which a number keeps 16. Milliseconds are the first 13.
    time: Number(t[at + 2]!.slice(0, -6)),
    stamp: t[at + 2]!,
    pending,
  };
}

/** A time as the server writes it in JSON (RFC 3339, up to nine digits behind the point), as nanoseconds since 1970. */
export function stampOf(time: string): string {
  const [, seconds = '', fraction = ''] = /^([^.Z]+)(?:\.(\d+))?Z$/.exec(time) ?? [];
  return `${Date.parse(`${seconds}Z`) / 1000}${fraction.padEnd(9, '0')}`;
}
