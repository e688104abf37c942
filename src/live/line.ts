import type { TapMessage } from '../brokers/driver';
import { utf8 } from './bytesText';
import type { Decoder } from './decoder';

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
    readonly verdict: 'valid' | 'violates' | 'undecodable';
    readonly errors: readonly string[];
  };
  readonly undecodable?: string;
}

/** One message as a line of JSON Lines, without the line break. */
export function tailLine(m: TapMessage, decoder?: Decoder): string {
  const decoded = decoder && m.value && m.undecodable === undefined ? decoder.decode(m.value) : undefined;
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
  const line: TailLine = {
    channel: m.channel,
    time: new Date(Number.isFinite(m.time) ? m.time : 0).toISOString(),
    partition: m.partition,
    offset: m.offset,
    key: m.key === undefined ? undefined : asText(m.key),
    value:
      m.value === null
        ? null
        : decoded?.json !== undefined && decoded.as !== 'json'
          ? (JSON.parse(decoded.json) as unknown)
          : valueOf(m.value),
    headers: m.headers.length > 0 ? headers : undefined,
    size: m.size,
    contract:
      decoded && decoder
        ? {
            name: decoder.contract.name,
            version: decoder.contract.version,
            verdict: decoded.verdict,
            errors: decoded.errors,
          }
        : undefined,
    undecodable: m.undecodable,
  };
  return JSON.stringify(line);
}

function valueOf(value: Uint8Array): unknown {
  const text = utf8(value);
  return text ?? { base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
}

function asText(value: string | Uint8Array): string {
  if (typeof value === 'string') return value;
  return (
    utf8(value) ??
    `base64:${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}`
  );
}
