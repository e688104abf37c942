import type { TapMessage } from '../brokers/driver';
import type { TailDetail, TailRow } from '../protocol/tail';
import { hexDump, hexLine, oneLine, utf8 } from './bytesText';
import type { Decoded, Decoder } from './decoder';
import { layOutJson } from './jsonText';

const PREVIEW = 240;
const KEY = 120;
const HEX_PREVIEW = 48;
/** What of a value the detail pane shows; `cutAt` says so where there is more. */
export const VIEW_LIMIT = 512 * 1024;

/** One line of the list. */
export function rowOf(seq: number, message: TapMessage, decoder?: Decoder): TailRow {
  const decoded = decodedBy(decoder, message);
  return row(seq, message, decoded);
}

function row(seq: number, m: TapMessage, decoded: Decoded | undefined): TailRow {
  const undecodable = m.undecodable ?? (decoded?.verdict === 'undecodable' ? decoded.errors[0] : undefined);
  const violates = decoded?.verdict === 'violates' ? decoded.errors : undefined;
  return {
    seq,
    time: m.time,
    channel: m.channel,
    ...(m.partition !== undefined ? { partition: m.partition } : {}),
    ...(m.offset !== undefined ? { offset: m.offset } : {}),
    ...(m.key !== undefined ? { key: shortText(m.key, KEY) } : {}),
    size: m.size,
    preview:
      decoded?.preview !== undefined
        ? oneLine(decoded.preview, PREVIEW)
        : m.value === null
          ? ''
          : preview(m.value),
    marks: m.marks ?? [],
    ...(undecodable !== undefined ? { undecodable } : {}),
    ...(violates ? { violates } : {}),
    ...(m.value === null ? { tombstone: true } : {}),
  };
}

/** All of one message, within `VIEW_LIMIT`. */
export function detailOf(seq: number, m: TapMessage, decoder?: Decoder): TailDetail {
  const value = m.value ?? new Uint8Array(0);
  const decoded = decodedBy(decoder, m);
  const cut = value.length > VIEW_LIMIT;
  const text = m.value === null ? undefined : utf8(value, VIEW_LIMIT);
  const json = decoded?.json ?? (text === undefined ? undefined : layOutJson(text, cut)?.text);
  return {
    ...row(seq, m, decoded),
    decodedAs:
      decoded?.json !== undefined
        ? decoded.as
        : json !== undefined
          ? 'json'
          : text !== undefined
            ? 'text'
            : m.value === null
              ? 'tombstone'
              : 'hex',
    ...(json !== undefined
      ? { json: json.length > 4 * VIEW_LIMIT ? json.slice(0, 4 * VIEW_LIMIT) : json }
      : {}),
    ...(text !== undefined ? { text } : {}),
    hex: hexDump(value, VIEW_LIMIT),
    headers: m.headers.map(([name, v]) => ({ name, value: shortText(v, 4096) })),
    ...(cut ? { cutAt: VIEW_LIMIT } : {}),
  };
}

/** A value on one line: text where it is text, else bytes. */
export function preview(value: Uint8Array): string {
  const text = utf8(value, PREVIEW * 4 + 4);
  return text !== undefined && !text.includes('\0') ? oneLine(text, PREVIEW) : hexLine(value, HEX_PREVIEW);
}

function shortText(value: string | Uint8Array, limit: number): string {
  if (typeof value === 'string') return oneLine(value, limit);
  const text = utf8(value, limit * 4 + 4);
  return text !== undefined && !text.includes('\0') ? oneLine(text, limit) : hexLine(value, HEX_PREVIEW);
}

function decodedBy(decoder: Decoder | undefined, m: TapMessage): Decoded | undefined {
  return decoder && m.value && m.undecodable === undefined ? decoder.decode(m.value) : undefined;
}
