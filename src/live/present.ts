import type { TapMessage } from '../brokers/driver';
import type { TailDetail, TailRow } from '../protocol/tail';
import { hexDump, hexLine, oneLine, utf8 } from '../codecs/bytesText';
import type { Decoded, Decoder } from '../codecs/decoded';
import { layOutJson } from '../codecs/jsonText';

const PREVIEW = 240;
const KEY = 120;
/** Of a header in the detail. */
const HEADER = 4096;
const HEX_PREVIEW = 48;
/** What of a value the detail pane shows; `cutAt` says so where there is more. */
export const VIEW_LIMIT = 512 * 1024;

/** One line of the list. */
export function rowOf(seq: number, message: TapMessage, decoder?: Decoder): TailRow {
  // Text without a contract is its own preview; only opening it says what it may be.
  const isPlain = decoder?.contract === undefined && message.value !== null && isText(message.value);
  return row(seq, message, isPlain ? undefined : decodedBy(decoder, message));
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
    ...(m.key !== undefined ? { key: shownKey(m.key) } : {}),
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

/** A message with its place in a tail, and what reads its value. */
export interface Placed {
  readonly seq: number;
  readonly message: TapMessage;
  readonly decoder: Decoder | undefined;
}

/**
 * All of one message, within `VIEW_LIMIT`.
 * @param before the message before it with the same key
 */
export function detailOf(seq: number, m: TapMessage, decoder?: Decoder, before?: Placed): TailDetail {
  const value = m.value ?? new Uint8Array(0);
  const decoded = decodedBy(decoder, m);
  const cut = value.length > VIEW_LIMIT;
  const { json, text } = views(m, decoded);
  const contract = decoder?.contract;
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
    ...(decoded ? { why: whyOf(decoded), ...(decoded.tried.length > 0 ? { tried: decoded.tried } : {}) } : {}),
    ...(json !== undefined ? { json } : {}),
    ...(text !== undefined ? { text } : {}),
    ...(contract ? { contract: { name: contract.name, version: contract.version } } : {}),
    ...(decoded && decoded.verdict !== 'unchecked' && decoded.faults.length > 0 ? { faults: decoded.faults } : {}),
    ...(before
      ? { previous: { seq: before.seq, time: before.message.time, ...views(before.message, decodedBy(before.decoder, before.message)) } }
      : {}),
    hex: hexDump(value, VIEW_LIMIT),
    headers: headersOf(m),
    ...(cut ? { cutAt: VIEW_LIMIT } : {}),
  };
}

/** The value as laid out JSON and as text, as far as it is either; neither is longer than can be shown. */
function views(m: TapMessage, decoded: Decoded | undefined): { readonly json?: string; readonly text?: string } {
  const text = m.value === null ? undefined : utf8(m.value, VIEW_LIMIT);
  const cut = m.value !== null && m.value.length > VIEW_LIMIT;
  const json = decoded?.json ?? (text === undefined ? undefined : layOutJson(text, cut)?.text);
  return {
    ...(json !== undefined ? { json: json.length > 4 * VIEW_LIMIT ? json.slice(0, 4 * VIEW_LIMIT) : json } : {}),
    ...(text !== undefined ? { text } : {}),
  };
}

/** All headers. Where they are too many to be shown whole, those behind are cut shorter. */
function headersOf(m: TapMessage): { name: string; value: string }[] {
  let left = VIEW_LIMIT;
  return m.headers.map(([name, v]) => {
    const value = shortText(v, Math.min(HEADER, Math.max(KEY, left)));
    left -= value.length;
    return { name: oneLine(name, KEY), value };
  });
}

/** A key as a row shows it. */
export function shownKey(key: string | Uint8Array): string {
  return shortText(key, KEY);
}

/** A value on one line: text where it is text, else bytes. */
export function preview(value: Uint8Array): string {
  return isText(value) ? oneLine(utf8(value, PREVIEW * 4 + 4)!, PREVIEW) : hexLine(value, HEX_PREVIEW);
}

function isText(value: Uint8Array): boolean {
  return utf8(value, PREVIEW * 4 + 4)?.includes('\0') === false;
}

/** What kept a value from being judged is neither a fault of it nor of its bytes. */
function whyOf({ verdict, why, errors }: Decoded): string {
  return verdict === 'unchecked' ? [why, ...errors].join(' ') : why;
}

function shortText(value: string | Uint8Array, limit: number): string {
  if (typeof value === 'string') return oneLine(value, limit);
  const text = utf8(value, limit * 4 + 4);
  return text !== undefined && !text.includes('\0') ? oneLine(text, limit) : hexLine(value, HEX_PREVIEW);
}

function decodedBy(decoder: Decoder | undefined, m: TapMessage): Decoded | undefined {
  return decoder && m.value && m.undecodable === undefined ? decoder.decode(m.value, m.headers) : undefined;
}
