import { utf8 } from './bytesText';
import { base64, emptyMap, exact, readWhole, real, setKey, Stop, type ByteReader } from './reading';

/**
 * One CBOR data item (RFC 8949) as plain JSON values: bytes as base64, big numbers as digits, tags
 * left out but for big numbers, `undefined` as null.
 */
export function readCbor(bytes: Uint8Array): { readonly value: unknown } | { readonly reason: string } {
  return readWhole(bytes, (reader) => item(reader, 0));
}

const BREAK = Symbol('break');
const INDEFINITE = 31;

function item(r: ByteReader, depth: number): unknown {
  const value = next(r, depth);
  if (value === BREAK) throw new Stop('has an end of something that did not begin');
  return value;
}

/** The next item, or the break that ends an item of indefinite length (§3.2.1). */
function next(r: ByteReader, depth: number): unknown {
  r.count(depth);
  const head = r.byte();
  const major = head >> 5;
  const info = head & 31;
  if (major === 7) return simple(r, info);
  const argument = info === INDEFINITE ? undefined : argumentOf(r, info);
  switch (major) {
    case 0:
      return exact(definite(argument));
    case 1:
      return exact(-1n - BigInt(definite(argument)));
    case 2:
      return base64(chunks(r, argument, major));
    case 3: {
      const text = utf8(chunks(r, argument, major));
      if (text === undefined) throw new Stop('has text that is not UTF-8');
      return text;
    }
    case 4:
      return array(r, argument, depth);
    case 5:
      return map(r, argument, depth);
    default:
      return tagged(r, definite(argument), depth);
  }
}

function argumentOf(r: ByteReader, info: number): number | bigint {
  if (info < 24) return info;
  if (info > 27) throw new Stop(`has the additional information ${info}, which is reserved`);
  return r.uint((1 << (info - 24)) as 1 | 2 | 4 | 8);
}

function definite(argument: number | bigint | undefined): number | bigint {
  if (argument === undefined) throw new Stop('has no length where one is needed');
  return argument;
}

function chunks(r: ByteReader, argument: number | bigint | undefined, major: number): Uint8Array {
  if (argument !== undefined) return r.take(Number(argument));
  const parts: Uint8Array[] = [];
  for (;;) {
    r.count(0);
    const head = r.byte();
    if (head === 0xff) return Buffer.concat(parts);
    if (head >> 5 !== major || (head & 31) === INDEFINITE) throw new Stop('has a piece of another kind within a string');
    parts.push(r.take(Number(argumentOf(r, head & 31))));
  }
}

function array(r: ByteReader, argument: number | bigint | undefined, depth: number): unknown[] {
  const items: unknown[] = [];
  if (argument !== undefined) {
    for (let n = r.items(Number(argument)); n > 0; n--) items.push(item(r, depth + 1));
    return items;
  }
  for (let value = next(r, depth + 1); value !== BREAK; value = next(r, depth + 1)) items.push(value);
  return items;
}

function map(r: ByteReader, argument: number | bigint | undefined, depth: number): Record<string, unknown> {
  const entries = emptyMap();
  if (argument !== undefined) {
    for (let n = r.items(Number(argument)); n > 0; n--) setKey(entries, item(r, depth + 1), item(r, depth + 1));
    return entries;
  }
  for (let key = next(r, depth + 1); key !== BREAK; key = next(r, depth + 1)) setKey(entries, key, item(r, depth + 1));
  return entries;
}

function tagged(r: ByteReader, tag: number | bigint, depth: number): unknown {
  const value = item(r, depth + 1);
  if ((tag !== 2 && tag !== 3) || typeof value !== 'string') return value;
  // A big number's bytes (§3.4.3). Converting very many digits takes quadratic time.
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length > 256) return value;
  const number = BigInt(`0x${bytes.toString('hex') || '0'}`);
  return exact(tag === 2 ? number : -1n - number);
}

function simple(r: ByteReader, info: number): unknown {
  switch (info) {
    case 20:
      return false;
    case 21:
      return true;
    case 22:
    case 23:
      return null;
    case 24:
      return `simple(${r.byte()})`;
    case 25:
      return real(half(Number(r.uint(2))));
    case 26:
      return real(r.float(4));
    case 27:
      return real(r.float(8));
    case INDEFINITE:
      return BREAK;
    default:
      if (info > 27) throw new Stop(`has the additional information ${info}, which is reserved`);
      return `simple(${info})`;
  }
}

/** Half precision: a sign, five bits of exponent, ten of fraction (RFC 8949 appendix D). */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (fraction + 1024) * 2 ** (exponent - 25);
}
