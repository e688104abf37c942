import type { SyntaxNode } from '../../syntax/tree';
import type { SourceRange } from '../../text/range';

export const primitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const;
export type AvroPrimitive = (typeof primitives)[number];

/** A schema with the place of each part. Named types are shared: a recursive one leads back to itself. */
export type AvroType =
  | { readonly kind: 'primitive'; readonly type: AvroPrimitive; readonly at: SourceRange; readonly logicalType?: string; readonly scale?: number }
  | AvroRecord | AvroEnum | AvroFixed
  | { readonly kind: 'array'; readonly items: AvroType; readonly at: SourceRange }
  | { readonly kind: 'map'; readonly values: AvroType; readonly at: SourceRange }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[]; readonly at: SourceRange; /** IDL's `T?`, whose order its default decides. */ readonly isNullable?: boolean }
  /** A name that no file at hand defines, or something that is no schema yet. */
  | { readonly kind: 'unknown'; readonly name: string; readonly at: SourceRange };

interface Named {
  /** With its namespace. */
  readonly fullName: string;
  /** Full names. */
  readonly aliases: readonly string[];
  /** Of the name, or of the whole where it has none. */
  readonly at: SourceRange;
}

export type AvroNamed = AvroRecord | AvroEnum | AvroFixed;

export interface AvroRecord extends Named {
  readonly kind: 'record';
  readonly fields: readonly AvroField[];
}

export interface AvroField {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly type: AvroType;
  /** Of the name. */
  readonly at: SourceRange;
  /** What stands behind `default`, where that key is there: also `null`. */
  readonly default?: SyntaxNode;
}

export interface AvroEnum extends Named {
  readonly kind: 'enum';
  readonly symbols: readonly { readonly name: string; readonly at: SourceRange }[];
  readonly default?: string;
}

export interface AvroFixed extends Named {
  readonly kind: 'fixed';
  readonly size: number;
  readonly logicalType?: string;
  /** Of a decimal: how many of its digits stand behind the point. */
  readonly scale?: number;
}

/** A name without its namespace. */
export function simpleName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('.') + 1);
}

/** A type in a few words: `int`, `record shop.Order`, `array of string`, `null or string`. */
export function avroWords(type: AvroType): string {
  switch (type.kind) {
    case 'primitive': return type.logicalType === undefined ? type.type : `${type.type} (${type.logicalType})`;
    case 'record': return `record ${type.fullName}`;
    case 'enum': return `enum ${type.fullName}`;
    case 'fixed': return `fixed ${type.fullName} of ${type.size} bytes`;
    case 'array': return `array of ${avroWords(type.items)}`;
    case 'map': return `map of ${avroWords(type.values)}`;
    case 'union': return type.branches.length === 0 ? 'a union of nothing' : type.branches.map(avroWords).join(' or ');
    case 'unknown': return type.name;
  }
}

/** A name with the namespace around it, if it has none itself. */
export function fullNameOf(name: string, space: string): string {
  return name.includes('.') || space === '' ? name : `${space}.${name}`;
}

export function spaceOf(fullName: string): string {
  return fullName.slice(0, Math.max(0, fullName.lastIndexOf('.')));
}
