import type { SyntaxNode } from '../../syntax/tree';
import type { SourceRange } from '../../text/range';
import type { JsonValue } from './value';

/** The types of JSON as bits; a number is an integer or has a fraction. */
export const bits = { null: 1, boolean: 2, object: 4, array: 8, string: 16, integer: 32, fraction: 64 } as const;
export const allBits = 127;
export const numberBits = bits.integer | bits.fraction;

/**
 * A schema with the places of its parts. What its draft does not know is left out. Subschemas are schemas of their own;
 * a reference is followed when it is asked for, since it may lead back.
 */
export interface JsonSchema {
  /** Tells schemas apart in keys of what was shown already. */
  readonly id: number;
  /** Of the key that leads here (`total`), or of the whole. */
  readonly at: SourceRange;
  /** From the file's root: `#/properties/total`. */
  readonly pointer: string;
  /** What stands at a keyword, for places and for words. */
  readonly keywords: ReadonlyMap<string, { readonly at: SourceRange; readonly text: string }>;
  /** A schema that is `true` or `false`. */
  readonly always?: boolean;
  /** Something that cannot be followed: `$dynamicRef`, a reference to no file at hand, too deep. Its text. */
  readonly opaque?: string;
  readonly ref?: () => JsonSchema | undefined;
  /** Up to draft-07, a reference's neighbours are ignored by the specification and not by all validators. */
  readonly refAlone?: boolean;

  readonly types?: number;
  /** Of `enum` and of `const`: the value is one of each. */
  readonly values: readonly (readonly JsonValue[])[];
  readonly limits: ReadonlyMap<Limit, number>;
  readonly multipleOf?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly hasDefault: boolean;

  readonly prefix: readonly JsonSchema[];
  /** Of the items behind `prefix`. */
  readonly items?: JsonSchema;
  readonly uniqueItems: boolean;
  readonly contains?: { readonly schema: JsonSchema; readonly min: number; readonly max: number };
  readonly unevaluatedItems?: JsonSchema;

  readonly properties: ReadonlyMap<string, JsonSchema>;
  readonly patterns: ReadonlyMap<string, JsonSchema>;
  readonly additional?: JsonSchema;
  readonly names?: JsonSchema;
  readonly required: ReadonlyMap<string, SourceRange>;
  readonly dependencies: readonly Dependency[];
  readonly unevaluated?: JsonSchema;

  readonly allOf: readonly JsonSchema[];
  readonly anyOf: readonly JsonSchema[];
  readonly oneOf: readonly JsonSchema[];
  readonly not?: JsonSchema;
  readonly when?: { readonly test: JsonSchema; readonly then?: JsonSchema; readonly else?: JsonSchema };
  readonly node: SyntaxNode | undefined;
}

export type Limit =
  | 'minimum' | 'exclusiveMinimum' | 'maximum' | 'exclusiveMaximum' | 'minLength' | 'maxLength'
  | 'minItems' | 'maxItems' | 'minProperties' | 'maxProperties';

/** What must hold where a property is there. */
export interface Dependency {
  readonly key: string;
  readonly schema: JsonSchema;
  readonly isArray: boolean;
  /** `dependencies` since 2019-09: no keyword of the draft any more, but still checked by some validators. */
  readonly isOld: boolean;
}

/** A schema that says one thing only; for what is made up while comparing. */
export function bareSchema(id: number, like: JsonSchema, parts: Partial<JsonSchema>): JsonSchema {
  return {
    id, at: like.at, pointer: like.pointer, keywords: new Map(), values: [], limits: new Map(), hasDefault: false, prefix: [],
    uniqueItems: false, properties: new Map(), patterns: new Map(), required: new Map(), dependencies: [],
    allOf: [], anyOf: [], oneOf: [], node: undefined, ...parts,
  };
}

/** A set of types in words: `string or null`. */
export function typeWords(types: number): string {
  const names = Object.entries(bits).filter(([name, bit]) => (types & bit) !== 0 && name !== 'integer' && name !== 'fraction').map(([name]) => name);
  if ((types & numberBits) === numberBits) names.push('number');
  else if ((types & bits.integer) !== 0) names.push('integer');
  else if ((types & bits.fraction) !== 0) names.push('number with a fraction');
  return types === allBits ? 'anything' : names.length === 0 ? 'nothing' : names.join(' or ');
}
