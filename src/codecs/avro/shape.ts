import type { AvroType } from '../../contracts/avro/schema';

/** What a union's branch is called in Avro's JSON encoding: the type's name, with its namespace. */
export function branchName(type: AvroType): string {
  switch (type.kind) {
    case 'primitive':
      return type.type;
    case 'record':
    case 'enum':
    case 'fixed':
      return type.fullName;
    default:
      return type.kind;
  }
}

const known = new WeakMap<AvroType, number>();

/** The fewest bytes that a value of the type takes, by which an array's count is believed or not. */
export function leastBytes(type: AvroType): number {
  const before = known.get(type);
  if (before !== undefined) return before;
  // A type within itself adds nothing that is certain.
  known.set(type, 0);
  const least = measure(type);
  known.set(type, least);
  return least;
}

function measure(type: AvroType): number {
  switch (type.kind) {
    case 'primitive':
      return type.type === 'null' ? 0 : type.type === 'float' ? 4 : type.type === 'double' ? 8 : 1;
    case 'record':
      return type.fields.reduce((sum, field) => sum + leastBytes(field.type), 0);
    case 'fixed':
      return Math.max(0, type.size || 0);
    case 'unknown':
      return 0;
    default:
      return 1;
  }
}
