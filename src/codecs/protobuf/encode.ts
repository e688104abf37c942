import protobuf, { type Type } from 'protobufjs';
import { MAX_DEPTH, pointerStep, type Fault } from '../decoded';
import { timeWords, withoutTimes } from './times';
import { walkProtobuf } from './walk';

/** Encodes what the decoder shows of a message, or says what does not fit. Never throws. */
export function encodeProtobuf(type: Type, shown: unknown): { readonly bytes: Uint8Array } | { readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const json = withoutTimes(type, shown);
  strangers(type, json, '', 0, faults);
  if (faults.length > 0) return { faults };
  try {
    const bytes = type.encode(type.fromObject(json as Record<string, unknown>)).finish();
    const walk = walkProtobuf(type, bytes);
    return walk.faults.length > 0 ? { faults: walk.faults } : { bytes };
  } catch (error) {
    return { faults: [{ path: '', reason: `cannot be encoded: ${error instanceof Error ? error.message : String(error)}` }] };
  }
}

/** The library passes over names that it does not know, and turns one kind of value into another. */
function strangers(type: Type, json: unknown, path: string, depth: number, faults: Fault[]): void {
  if (depth > MAX_DEPTH) return void faults.push({ path, reason: `is nested deeper than ${MAX_DEPTH} levels` });
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return void faults.push({ path, reason: timeWords(type) ?? 'must be an object' });
  for (const [name, value] of Object.entries(json)) {
    const at = path + pointerStep(name);
    const field = Object.hasOwn(type.fields, name) ? type.fields[name]!.resolve() : undefined;
    if (!field) {
      faults.push({ path: at, reason: `is no field of ${type.fullName.replace(/^\./, '')}` });
      continue;
    }
    if (value === null) continue;
    const many = field.map && typeof value === 'object' ? Object.entries(value) : field.repeated && Array.isArray(value) ? [...value.entries()] : undefined;
    if (!many && (field.map || field.repeated)) {
      faults.push({ path: at, reason: field.map ? 'must be an object' : 'must be an array' });
      continue;
    }
    const { resolvedType } = field;
    for (const [step, one] of many ?? [['', value] as const]) {
      const place = many ? at + pointerStep(step) : at;
      if (resolvedType instanceof protobuf.Type) strangers(resolvedType, one, place, depth + 1, faults);
      else if (!fits(resolvedType instanceof protobuf.Enum ? 'enum' : field.type, one, resolvedType)) faults.push({ path: place, reason: `must be ${resolvedType ? 'a value of its enum' : field.type}` });
    }
  }
}

function fits(type: string, value: unknown, resolved: unknown): boolean {
  switch (type) {
    case 'enum':
      return typeof value === 'number' || (typeof value === 'string' && resolved instanceof protobuf.Enum && Object.hasOwn(resolved.values, value));
    case 'string':
      return typeof value === 'string';
    case 'bytes':
      return typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
    case 'bool':
      return typeof value === 'boolean';
    case 'float':
    case 'double':
      return typeof value === 'number' || value === 'NaN' || value === 'Infinity' || value === '-Infinity';
    default:
      return isInt(type, value);
  }
}

function isInt(type: string, value: unknown): boolean {
  const isWhole = typeof value === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && /^-?\d{1,20}$/.test(value);
  if (!isWhole) return false;
  const number = BigInt(value as number | string);
  const bits = type.includes('64') ? 64 : 32;
  return (/^u|^fixed/.test(type) ? BigInt.asUintN(bits, number) : BigInt.asIntN(bits, number)) === number;
}
