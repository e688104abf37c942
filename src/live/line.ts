import type { TapMessage } from '../brokers/driver';
import { utf8 } from '../codecs/bytesText';
import type { Decoded, Decoder, Fault, Tried } from '../codecs/decoded';

/** A line of `tailrace tail`: what a protocol lacks is left out. */
export interface TailLine {
  readonly channel: string;
  /** ISO 8601. */
  readonly time: string;
  readonly partition?: number;
  readonly offset?: string;
  readonly key?: string;
  /**
   * Text where the value is UTF-8; `{ base64 }` where not; null for a tombstone; an object where a contract
   * decoded it.
   */
  readonly value: unknown;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly size: number;
  readonly contract?: {
    readonly name: string;
    readonly version?: string;
    readonly verdict: Decoded['verdict'];
    readonly errors: readonly string[];
    /** The same with places: JSON pointers into the value. */
    readonly faults?: readonly Fault[];
    /** How the value was read. */
    readonly as: string;
    readonly why: string;
    readonly tried?: readonly Tried[];
  };
  /** How a value was read that is neither text nor decoded by a contract. */
  readonly decoded?: { readonly as: string; readonly why: string; readonly tried?: readonly Tried[] };
  readonly undecodable?: string;
}

/** One message as a line of JSON Lines, without the line break. */
export function tailLine(m: TapMessage, decoder?: Decoder): string {
  return JSON.stringify(lineOf(m, decoder));
}

/** What such a line says. */
export function lineOf(m: TapMessage, decoder?: Decoder): TailLine {
  const decoded = decoder && m.value && m.undecodable === undefined ? decoder.decode(m.value, m.headers) : undefined;
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of m.headers) {
    const text = asText(value);
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
    Object.defineProperty(headers, name, {
      value: before === undefined ? text : [...(Array.isArray(before) ? before : [before]), text],
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return {
    channel: m.channel,
    time: new Date(Number.isFinite(m.time) ? m.time : 0).toISOString(),
    partition: m.partition,
    offset: m.offset,
    key: m.key === undefined ? undefined : asText(m.key),
    value:
      m.value === null
        ? null
        : decoded?.json !== undefined && !isJsonText(decoded)
          ? (JSON.parse(decoded.json) as unknown)
          : valueOf(m.value),
    headers: m.headers.length > 0 ? headers : undefined,
    size: m.size,
    contract:
      decoded && decoder?.contract
        ? {
            name: decoder.contract.name,
            version: decoder.contract.version,
            verdict: decoded.verdict,
            errors: decoded.errors,
            ...(decoded.faults.length > 0 ? { faults: decoded.faults } : {}),
            as: decoded.as,
            why: decoded.why,
            ...(decoded.tried.length > 0 ? { tried: decoded.tried } : {}),
          }
        : undefined,
    decoded:
      decoded && !decoder?.contract && decoded.json !== undefined && decoded.as !== 'json'
        ? { as: decoded.as, why: decoded.why, ...(decoded.tried.length > 0 ? { tried: decoded.tried } : {}) }
        : undefined,
    undecodable: m.undecodable,
  };
}

/** JSON as it came stays text: parsing rounds large numbers. */
function isJsonText({ as }: Decoded): boolean {
  return as === 'json' || as.startsWith('CloudEvents');
}

function valueOf(value: Uint8Array): unknown {
  const text = utf8(value);
  return text ?? { base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
}

/** What is no text comes as base64, and so does text that would be taken for that when it is read again. */
function asText(value: string | Uint8Array): string {
  const text = typeof value === 'string' ? value : utf8(value);
  if (text !== undefined && !text.startsWith('base64:')) return text;
  return `base64:${Buffer.from(value).toString('base64')}`;
}
