import protobuf, { type Field, type Type } from 'protobufjs';
import { between, oneOf, sampleInt, sampleReal, sampleText, sampleTime, type Random } from '../random';

const SHALLOW = 4;
const MAX_LEVELS = 40;

/** A value of the message as its decoder shows it. @throws Error where it has none that ends. */
export function sampleProtobuf(type: Type, random: Random, depth = 0): unknown {
  if (depth > MAX_LEVELS) throw new Error('it has no value that ends: a required message holds itself');
  if (type.fullName === '.google.protobuf.Timestamp') return new Date(sampleTime(random)).toISOString();
  if (type.fullName === '.google.protobuf.Duration') return `${between(random, 1, 600)}s`;
  // Of a oneof one field, always the same for the same seed.
  const chosen = new Map(type.oneofsArray.map((group) => [group.name, oneOf(random, group.fieldsArray)?.name]));
  const fields = type.fieldsArray
    .map((field) => field.resolve())
    .filter((field) => field.partOf === null || chosen.get(field.partOf.name) === field.name)
    .filter((field) => field.required || depth < SHALLOW || !(field.resolvedType instanceof protobuf.Type));
  return Object.fromEntries(fields.map((field) => [field.name, fieldValue(field, random, depth)]));
}

function fieldValue(field: Field, random: Random, depth: number): unknown {
  if (field.map) {
    const key = (field as unknown as protobuf.MapField).keyType;
    return { [key === 'string' ? 'first' : key === 'bool' ? 'true' : '1']: single(field, random, depth) };
  }
  if (!field.repeated) return single(field, random, depth);
  return Array.from({ length: between(random, 1, 3) }, () => single(field, random, depth));
}

function single(field: Field, random: Random, depth: number): unknown {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Type) return sampleProtobuf(resolvedType, random, depth + 1);
  if (resolvedType instanceof protobuf.Enum) return oneOf(random, Object.keys(resolvedType.values));
  switch (field.type) {
    case 'string':
      return sampleText(field.name, random);
    case 'bytes':
      return Buffer.from(Array.from({ length: 4 }, () => between(random, 0, 255))).toString('base64');
    case 'bool':
      return random() < 0.5;
    case 'float':
    case 'double':
      return sampleReal(random);
    default:
      return /64/.test(field.type) ? String(sampleInt(field.name, random)) : sampleInt(field.name, random);
  }
}
