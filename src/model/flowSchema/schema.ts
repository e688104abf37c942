import type { Protocol } from '../settings';
import json from './flow.schema.json';

/** What a name in a flow file refers to. */
export type RefKind = 'channel' | 'broker' | 'schema' | 'file' | 'client';
/** What the free keys of a map are names of. */
export type NameKind = 'broker' | 'schema' | 'channel' | 'service' | 'version';

/** The part of JSON Schema (draft-07) that the flow file's schema uses, with our own `x-` words. */
export interface SchemaNode {
  readonly $ref?: string;
  /** What to write, as it reads behind "write": `a duration such as 7d`. */
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | number)[];
  readonly enumDescriptions?: readonly string[];
  readonly anyOf?: readonly SchemaNode[];
  /** Only ever one `$ref`, so that a description may stand beside it. */
  readonly allOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly examples?: readonly (string | number)[];
  /** The key exists for channels of these protocols only. */
  readonly 'x-protocols'?: readonly Protocol[];
  /** The key exists for RabbitMQ's queues or exchanges only. */
  readonly 'x-on'?: 'queue' | 'exchange';
  /** The key's value goes into the settings of its fact under the same name. */
  readonly 'x-setting'?: boolean;
  /** Written values that mean another one: `acks: -1` is `acks: all`. */
  readonly 'x-same'?: Readonly<Record<string, string>>;
  readonly 'x-names'?: NameKind;
  readonly 'x-ref'?: RefKind;
  readonly 'x-unit'?: 'duration' | 'size';
}

/** The one JSON Schema of `*.flow.yaml`: shape checks, completion and hover all come from it. */
export const flowSchema = json as unknown as SchemaNode & {
  readonly definitions: Readonly<Record<string, SchemaNode>>;
};

/** The kinds of blocks that have keys of their own, as `definitions` names them. */
export const blockKinds = [
  'broker',
  'schema',
  'channel',
  'service',
  'publish',
  'consume',
  'onFailure',
  'stream',
  'needs',
  'alert',
] as const;
export type BlockKind = (typeof blockKinds)[number];

const resolved = new Map<SchemaNode, SchemaNode>();

/** Follows `$ref` and `allOf`; what stands beside them wins over what they refer to. */
export function resolveSchema(node: SchemaNode): SchemaNode {
  if (node.$ref === undefined && node.allOf === undefined) return node;
  const known = resolved.get(node);
  if (known) return known;
  const { $ref, allOf, ...own } = node;
  let result: SchemaNode = own;
  if ($ref !== undefined) result = { ...resolveSchema(definition($ref)), ...own };
  for (const part of allOf ?? []) result = { ...resolveSchema(part), ...result };
  resolved.set(node, result);
  return result;
}

/** The schema of one kind of block. */
export function blockSchema(kind: BlockKind): SchemaNode {
  return resolveSchema({ $ref: `#/definitions/${kind}` });
}

const leaves = new Map<SchemaNode, readonly SchemaNode[]>();

/** The alternatives that a value may take: the schema itself, or the leaves of its `anyOf`. */
export function alternatives(node: SchemaNode): readonly SchemaNode[] {
  const known = leaves.get(node);
  if (known) return known;
  const schema = resolveSchema(node);
  // `anyOf` beside `properties` only says which keys are required together.
  const result =
    schema.anyOf === undefined || schema.properties !== undefined
      ? [schema]
      : schema.anyOf.flatMap(alternatives);
  leaves.set(node, result);
  return result;
}

/** True if a schema allows a JSON type, by itself or by leaving all open. */
export function allowsType(schema: SchemaNode, type: string): boolean {
  if (schema.type === undefined) return schema.enum === undefined;
  return typeof schema.type === 'string' ? schema.type === type : schema.type.includes(type);
}

function definition(ref: string): SchemaNode {
  const name = ref.slice(ref.lastIndexOf('/') + 1);
  const found = flowSchema.definitions[name];
  if (found === undefined) throw new Error(`the flow schema refers to ${ref}, which it does not define`);
  return found;
}
