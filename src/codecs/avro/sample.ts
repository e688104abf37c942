import type { AvroType } from '../../contracts/avro/schema';
import { between, oneOf, sampleInt, sampleReal, sampleText, sampleTime, sampleUuid, type Random } from '../random';
import { branchName } from './shape';
import { timeText } from './times';

/** Below this, lists are empty and what may be null is. */
const SHALLOW = 4;
/** A type that holds itself without a way out has no values. */
const MAX_LEVELS = 40;
const DAY = 86_400_000;

/** A value of the type as `readAvro` gives it. @throws Error where the type has none. */
export function sampleAvro(type: AvroType, random: Random, name = '', depth = 0): unknown {
  if (depth > MAX_LEVELS) throw new Error('it has no value that ends: a type holds itself');
  switch (type.kind) {
    case 'primitive':
      return primitive(type, random, name);
    case 'record':
      return Object.fromEntries(type.fields.map((field) => [field.name, sampleAvro(field.type, random, field.name, depth + 1)]));
    case 'enum':
      if (type.symbols.length === 0) throw new Error(`the enum ${type.fullName} has no symbols`);
      return oneOf(random, type.symbols).name;
    case 'fixed':
      if (type.logicalType === 'uuid' && type.size === 16) return sampleUuid(random);
      return type.logicalType === 'decimal' ? decimal(type.scale ?? 0, random, type.size) : sampleBytes(random, type.size);
    case 'array':
      return depth > SHALLOW ? [] : Array.from({ length: between(random, 1, 3) }, () => sampleAvro(type.items, random, name.replace(/s$/, ''), depth + 1));
    case 'map': {
      if (depth > SHALLOW) return {};
      return Object.fromEntries(['first', 'second'].slice(0, between(random, 1, 2)).map((key) => [key, sampleAvro(type.values, random, key, depth + 1)]));
    }
    case 'union': {
      const hasNull = type.branches.some(isNull);
      if (hasNull && (depth > SHALLOW || type.branches.length === 1 || random() < 0.25)) return null;
      const branch = oneOf(random, type.branches.filter((one) => !isNull(one)));
      const value = sampleAvro(branch, random, name, depth + 1);
      return hasNull && type.branches.length <= 2 ? value : { [branchName(branch)]: value };
    }
    case 'unknown':
      throw new Error(`it names ${type.name}, which no file of it defines`);
  }
}

function primitive(type: AvroType & { kind: 'primitive' }, random: Random, name: string): unknown {
  switch (type.type) {
    case 'null':
      return null;
    case 'boolean':
      return random() < 0.5;
    case 'int':
    case 'long':
      return time(type, random) ?? sampleInt(name, random);
    case 'float':
    case 'double':
      return sampleReal(random);
    case 'bytes':
      return type.logicalType === 'decimal' ? decimal(type.scale ?? 0, random) : sampleBytes(random, 4);
    case 'string':
      return type.logicalType === 'uuid' ? sampleUuid(random) : sampleText(name, random);
  }
}

/** A date or time of 2026 in milliseconds, as the type counts it. */
function time(type: AvroType & { kind: 'primitive' }, random: Random): string | undefined {
  const millis = sampleTime(random);
  const count = type.logicalType === 'date' ? Math.floor(millis / DAY)
    : (type.logicalType?.startsWith('time-') ? millis % DAY : millis);
  const step = type.logicalType?.endsWith('-micros') ? 1000n : type.logicalType?.endsWith('-nanos') ? 1_000_000n : 1n;
  return timeText(type, BigInt(count) * step);
}

function decimal(scale: number, random: Random, size = 4): string {
  const digits = String(between(random, 0, size < 2 ? 99 : 9999)).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
}

function sampleBytes(random: Random, size: number): string {
  return Array.from({ length: size }, () => String.fromCharCode(between(random, 0, 255))).join('');
}

function isNull(type: AvroType): boolean {
  return type.kind === 'primitive' && type.type === 'null';
}
