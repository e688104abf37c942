import type { Protocol } from '../settings';
import {
  allowsType,
  alternatives,
  flowSchema,
  resolveSchema,
  type NameKind,
  type RefKind,
  type SchemaNode,
} from './schema';

/** A key that may stand at a place. */
export interface FlowKey {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** How its value is written: in place, or as a block below. */
  readonly shape: 'value' | 'map' | 'list';
  /** Empty where it exists for all. */
  readonly protocols: readonly Protocol[];
  readonly on?: 'queue' | 'exchange';
}

export interface FlowValue {
  readonly value: string;
  readonly description: string;
}

/** What may stand at a place of a flow file, and what it means. */
export interface FlowPlace {
  readonly description: string;
  /** What to write there in words: `a duration such as 7d`. */
  readonly expected?: string;
  /** The fixed keys of a map, in the schema's order. */
  readonly keys: readonly FlowKey[];
  /** Set for a map whose keys are names: what they name. */
  readonly names?: NameKind;
  /** The fixed values of a scalar. */
  readonly values: readonly FlowValue[];
  /** Examples of free values. */
  readonly examples: readonly string[];
  /** Set for a value, or for the items of a list, that names something. */
  readonly ref?: RefKind;
  readonly unit?: 'duration' | 'size';
  readonly protocols: readonly Protocol[];
}

/** What a place's channel is, as far as the caller knows; keys that do not belong to it are left out. */
export interface PlaceContext {
  readonly protocol?: Protocol;
  readonly space?: 'queue' | 'exchange';
}

/**
 * What may stand below a path of keys (`['channels', 'orders', 'queue']`); numbers are items of lists.
 * `context` may depend on the path. Undefined for a path that the schema does not know.
 */
export function schemaAt(
  path: readonly (string | number)[],
  context: PlaceContext | ((path: readonly (string | number)[]) => PlaceContext) = {},
): FlowPlace | undefined {
  let node: SchemaNode = resolveSchema(flowSchema);
  for (const step of path) {
    const next = below(node, step);
    if (next === undefined) return undefined;
    node = next;
  }
  return describe(node, typeof context === 'function' ? context(path) : context);
}

function below(node: SchemaNode, step: string | number): SchemaNode | undefined {
  for (const schema of alternatives(node)) {
    if (typeof step === 'number') {
      if (schema.items) return resolveSchema(schema.items);
      continue;
    }
    const found = schema.properties?.[step];
    if (found) return resolveSchema(found);
    if (typeof schema.additionalProperties === 'object') return resolveSchema(schema.additionalProperties);
  }
  return undefined;
}

function describe(node: SchemaNode, context: PlaceContext): FlowPlace {
  const all = alternatives(node);
  const map = all.find((s) => s.properties !== undefined || typeof s.additionalProperties === 'object');
  const items = all.find((s) => s.items !== undefined)?.items;
  const ref = node['x-ref'] ?? all.find((s) => s['x-ref'] !== undefined)?.['x-ref'] ?? refOf(items);
  const expected = node.title;
  return {
    description: node.description ?? '',
    ...(expected === undefined ? {} : { expected }),
    keys: Object.entries(map?.properties ?? {}).flatMap(([name, schema]) => {
      const key = keyOf(name, resolveSchema(schema), map?.required ?? []);
      return fits(key, context) ? [key] : [];
    }),
    ...(map?.['x-names'] === undefined ? {} : { names: map['x-names'] }),
    values: all.flatMap(valuesOf),
    examples: (node.examples ?? []).map(String),
    ...(ref === undefined ? {} : { ref }),
    ...(node['x-unit'] === undefined ? {} : { unit: node['x-unit'] }),
    protocols: node['x-protocols'] ?? [],
  };
}

function refOf(items: SchemaNode | undefined): RefKind | undefined {
  return items && alternatives(items).find((s) => s['x-ref'] !== undefined)?.['x-ref'];
}

function keyOf(name: string, schema: SchemaNode, required: readonly string[]): FlowKey {
  const all = alternatives(schema);
  const isMap = all.some((s) => s.properties !== undefined || typeof s.additionalProperties === 'object');
  const isList = all.some((s) => s.items !== undefined);
  return {
    name,
    description: schema.description ?? '',
    required: required.includes(name),
    shape: isMap ? 'map' : isList ? 'list' : 'value',
    protocols: schema['x-protocols'] ?? [],
    ...(schema['x-on'] === undefined ? {} : { on: schema['x-on'] }),
  };
}

function fits(key: FlowKey, context: PlaceContext): boolean {
  if (context.protocol !== undefined && key.protocols.length > 0 && !key.protocols.includes(context.protocol))
    return false;
  return context.space === undefined || key.on === undefined || key.on === context.space;
}

/** Fixed values; only those that say what they mean, others are second spellings of the same. */
function valuesOf(schema: SchemaNode): FlowValue[] {
  if (schema.enum !== undefined) {
    return schema.enum.flatMap((value, i) => {
      const description = schema.enumDescriptions?.[i];
      return description === undefined ? [] : [{ value: String(value), description }];
    });
  }
  if (schema.type !== undefined && allowsType(schema, 'boolean')) {
    return [
      { value: 'true', description: '' },
      { value: 'false', description: '' },
    ];
  }
  return [];
}
