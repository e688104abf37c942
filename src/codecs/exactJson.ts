import { utf8 } from './bytesText';
import { DECODE_LIMIT } from './decoded';

/** Strings are passed over whole, and numbers with a fraction or an exponent as well. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const INTEGER = /^-?\d{16,}$/;
/** Stands before the digits of such an integer; a private character, which no protocol gives a meaning. */
const MARK = '\ue000int:';
const MARKED = /^\ue000int:-?\d{16,}$/;

/**
 * The value of a JSON text, in which an integer that a number would round is a bigint.
 * @throws SyntaxError if it is not JSON
 */
export function parseExact(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  let wide = false;
  const marked = text.replace(TOKENS, (token) => {
    if (!INTEGER.test(token) || Number.isSafeInteger(Number(token))) return token;
    wide = true;
    return `"${MARK}${token}"`;
  });
  if (!wide) return JSON.parse(text);
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === 'string' && MARKED.test(value) ? BigInt(value.slice(MARK.length)) : value,
  );
}

/** The same of bytes; undefined where they are not JSON, or too many. */
export function jsonValue(bytes: Uint8Array): unknown {
  const text = bytes.length > DECODE_LIMIT ? undefined : utf8(bytes);
  if (text === undefined) return undefined;
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}

/** JSON of such a value, on one line; a bigint is its digits. */
export function exactText(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  if (Array.isArray(value)) return `[${value.map(exactText).join(',')}]`;
  return `{${Object.entries(value)
    .map(([name, v]) => `${JSON.stringify(name)}:${exactText(v)}`)
    .join(',')}}`;
}
