import protobuf, { type Type } from 'protobufjs';
import { MAX_DEPTH } from '../decoded';
import { instantOf, instantText } from '../instant';

interface Parts {
  readonly seconds?: unknown;
  readonly nanos?: unknown;
}

/** Protobuf's JSON mapping of `Duration` reaches ten thousand years either way. */
const MAX_DURATION = 315_576_000_000;

/** The message as the library shows it, with `Timestamp` and `Duration` as protobuf's JSON mapping writes them. */
export function withTimes(type: Type, shown: unknown): unknown {
  return mapped(type, shown, 0, (name, value) => {
    const { seconds, nanos } = value as Parts;
    const [whole, rest] = [Number(seconds ?? 0), Number(nanos ?? 0)];
    if (!Number.isSafeInteger(whole)) return value;
    // What is out of the mapping's range is left as its fields: no text would say the same.
    return (name === 'Timestamp' ? timestampText(whole, rest) : durationText(whole, rest)) ?? value;
  });
}

/** The way back: fields of the texts, as canonical bytes have them. What is no such text stays as it is. */
export function withoutTimes(type: Type, json: unknown): unknown {
  return mapped(type, json, 0, (name, value) => {
    const parts = typeof value !== 'string' ? undefined : name === 'Timestamp' ? instantOf(value, 'zone') : durationOf(value);
    if (!parts) return value;
    return { ...(parts.seconds === 0 ? {} : { seconds: String(parts.seconds) }), ...(parts.nanos === 0 ? {} : { nanos: parts.nanos }) };
  });
}

/** What a text for the type looks like, as the end of a sentence; undefined for other types. */
export function timeWords(type: Type): string | undefined {
  const name = timeName(type);
  return name && (name === 'Timestamp' ? 'must be a time as 2026-01-31T12:00:00Z' : 'must be a duration as 1.5s');
}

function timestampText(seconds: number, nanos: number): string | undefined {
  const text = nanos >= 0 && nanos < 1e9 ? instantText(seconds, fraction(nanos)) : undefined;
  return text && `${text}Z`;
}

function durationText(seconds: number, nanos: number): string | undefined {
  if (Math.abs(seconds) > MAX_DURATION || Math.abs(nanos) >= 1e9 || seconds * nanos < 0) return undefined;
  const behind = fraction(Math.abs(nanos));
  return `${seconds < 0 || nanos < 0 ? '-' : ''}${Math.abs(seconds)}${behind === '' ? '' : `.${behind}`}s`;
}

function durationOf(text: string): { readonly seconds: number; readonly nanos: number } | undefined {
  const [, sign, whole, behind = ''] = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(text) ?? [];
  if (whole === undefined || Number(whole) > MAX_DURATION) return undefined;
  const factor = sign === '-' ? -1 : 1;
  return { seconds: factor * Number(whole), nanos: factor * Number(behind.padEnd(9, '0')) };
}

/** None, three, six or nine digits, as the mapping has them. */
function fraction(nanos: number): string {
  const digits = String(nanos).padStart(9, '0');
  return nanos === 0 ? '' : nanos % 1e6 === 0 ? digits.slice(0, 3) : nanos % 1e3 === 0 ? digits.slice(0, 6) : digits;
}

/** Which of the two a type is: by its name and its fields, since a workspace may bring a file of its own. */
function timeName(type: Type): 'Timestamp' | 'Duration' | undefined {
  const isTime = type.fields['seconds']?.type === 'int64' && type.fields['nanos']?.type === 'int32';
  if (!isTime) return undefined;
  return type.fullName === '.google.protobuf.Timestamp' ? 'Timestamp' : type.fullName === '.google.protobuf.Duration' ? 'Duration' : undefined;
}

function mapped(type: Type, value: unknown, depth: number, change: (name: 'Timestamp' | 'Duration', value: unknown) => unknown): unknown {
  const name = timeName(type);
  if (name) return change(name, value);
  if (!isRecord(value) || depth > MAX_DEPTH) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => {
    const field = Object.hasOwn(type.fields, key) ? type.fields[key]!.resolve() : undefined;
    const below = field?.resolvedType;
    if (!(below instanceof protobuf.Type)) return [key, inner];
    const one = (item: unknown): unknown => mapped(below, item, depth + 1, change);
    if (field!.map && isRecord(inner)) return [key, Object.fromEntries(Object.entries(inner).map(([step, item]) => [step, one(item)]))];
    return [key, field!.repeated && Array.isArray(inner) ? inner.map(one) : one(inner)];
  }));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
