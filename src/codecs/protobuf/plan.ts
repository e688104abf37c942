import protobuf, { type Field, type Type } from 'protobufjs';

/** What bytes of a message may be, looked up by field number. */
export interface MessagePlan {
  readonly fields: ReadonlyMap<number, FieldPlan>;
  readonly required: readonly { readonly id: number; readonly name: string }[];
}

export interface FieldPlan {
  readonly name: string;
  /** As the contract has it: `int32`, `shop.v1.Money`. */
  readonly type: string;
  readonly wire: number;
  readonly repeated: boolean;
  /** Numbers, many of which may come in one piece whether the contract says `packed` or not. */
  readonly packed: boolean;
  readonly utf8: boolean;
  /** A function, since types may hold themselves. */
  readonly message?: () => MessagePlan;
}

/** https://protobuf.dev/programming-guides/encoding/#structure */
export const wireNames = ['a varint', '8 bytes', 'bytes with a length', 'a group', 'the end of a group', '4 bytes'];

const plans = new WeakMap<Type, MessagePlan>();

export function planOf(type: Type): MessagePlan {
  const known = plans.get(type);
  if (known) return known;
  const fields = type.fieldsArray.map((field) => field.resolve());
  const plan: MessagePlan = {
    fields: new Map(fields.map((field) => [field.id, field.map ? mapPlan(field) : fieldPlan(field)])),
    required: fields.filter((field) => field.required).map(({ id, name }) => ({ id, name })),
  };
  plans.set(type, plan);
  return plan;
}

function fieldPlan(field: Field): FieldPlan {
  const { resolvedType } = field;
  const shared = { name: field.name, repeated: field.repeated };
  if (resolvedType instanceof protobuf.Type) {
    // A group has its fields between two tags; the library keeps that from its typings.
    const isGroup = (field as unknown as { delimited?: boolean }).delimited === true;
    return { ...shared, type: nameOf(resolvedType), wire: isGroup ? 3 : 2, packed: false, utf8: false, message: () => planOf(resolvedType) };
  }
  const type = resolvedType ? 'int32' : field.type;
  return { ...shared, type: resolvedType ? nameOf(resolvedType) : type, wire: wireOf(type), packed: field.repeated && wireOf(type) !== 2, utf8: isChecked(field) && type === 'string' };
}

/** A map is a repeated message of a key and a value. */
function mapPlan(field: Field): FieldPlan {
  const key = (field as unknown as protobuf.MapField).keyType;
  const entry: MessagePlan = {
    fields: new Map([
      [1, { name: 'key', type: key, wire: wireOf(key), repeated: false, packed: false, utf8: isChecked(field) && key === 'string' }],
      [2, { ...fieldPlan(field), name: 'value', repeated: false, packed: false }],
    ]),
    required: [],
  };
  return { name: field.name, type: 'map', wire: 2, repeated: true, packed: false, utf8: false, message: () => entry };
}

function wireOf(type: string): number {
  return (protobuf.types.basic as Readonly<Record<string, number>>)[type] ?? 0;
}

function nameOf({ fullName }: { readonly fullName: string }): string {
  return fullName.replace(/^\./, '');
}

/** proto2 takes strings as they come; since proto3 they have to be UTF-8. */
function isChecked(field: Field): boolean {
  const features = (field as unknown as { _features?: { utf8_validation?: string } })._features;
  return features?.utf8_validation === 'VERIFY';
}
