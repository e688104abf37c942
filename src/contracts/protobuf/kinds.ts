import type { PlacedField, TypeRef } from './schema';
import { optionOf, type ProtoField } from './tree';

/** Types whose bytes are read as one another (protobuf.dev, "Updating A Message Type"). */
const wireGroups: readonly (readonly string[])[] = [
  ['int32', 'int64', 'uint32', 'uint64', 'bool', 'enum'], ['sint32', 'sint64'], ['string', 'bytes'], ['fixed32', 'sfixed32'], ['fixed64', 'sfixed64'],
];

/** What a scalar is on the wire, enums among them; undefined for messages and what is unknown. */
export function scalarOf(type: TypeRef): string | undefined {
  return type.kind === 'scalar' ? type.name : type.kind === 'enum' ? 'enum' : undefined;
}

export function areWireCompatible(a: string, b: string): boolean {
  return a === b || wireGroups.some((group) => group.includes(a) && group.includes(b));
}

const bits: Readonly<Record<string, number>> = { bool: 1, int32: 32, uint32: 32, enum: 32, int64: 64, uint64: 64, sint32: 32, sint64: 64 };

/** True if values that fit into what is written do not all fit into what they are read as. */
export function isNarrower(reader: string, writer: string): boolean {
  return (bits[reader] ?? 0) < (bits[writer] ?? 0);
}

/**
 * What a scalar looks like in JSON. Numbers of 64 bits are written as strings, but parsers of all integers take both
 * (protobuf.dev, "ProtoJSON Format"); a number is also taken for an enum, but an enum's name is not taken for a number.
 */
export function readsJson(reader: string, writer: string): boolean {
  if (reader === writer || (reader === 'enum' && jsonKind(writer) === 'integer')) return true;
  return jsonKind(reader) === jsonKind(writer);
}

function jsonKind(scalar: string): string {
  return /^s?u?(int|fixed)\d\d$/.test(scalar) ? 'integer' : scalar;
}

/** The name of a field in JSON. */
export function jsonName({ element, name }: PlacedField): string {
  if (name.startsWith('[')) return name;
  return optionOf(element, 'json_name')?.value ?? name.replaceAll(/_+([a-zA-Z0-9]?)/g, (_, next: string) => next.toUpperCase());
}

/** What a field says, in words: `repeated string tags = 4`. */
export function fieldWords(field: ProtoField): string {
  const type = field.mapKey === '' ? field.type : `map<${field.mapKey}, ${field.type}>`;
  const words = [field.label, field.isGroup ? 'group' : '', type, field.isGroup ? '' : field.name].filter((word) => word !== '');
  return `${words.join(' ')} = ${field.number}${field.oneof === '' ? '' : ` (in oneof ${field.oneof})`}`;
}

/** A type in words: `map<string, Money>`, `repeated int32`. */
export function typeWords({ element }: PlacedField): string {
  if (element.mapKey !== '') return `map<${element.mapKey}, ${element.type}>`;
  return element.label === 'repeated' ? `repeated ${element.type}` : element.isGroup ? `group ${element.type}` : element.type;
}
