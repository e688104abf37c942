import { allowsType, alternatives, resolveSchema, type SchemaNode } from '../../model/flowSchema/schema';
import { parseDuration, parseSize } from '../../model/units';
import { resolvePlaceholders } from '../../syntax/placeholder';
import { get, isSeq, type ScalarNode, type SyntaxNode } from '../../syntax/tree';
import { resolvePlain } from '../../syntax/yamlScalar';
import type { Sourced } from '../../text/range';
import type { SourceFile } from '../../text/sourceFile';
import { contentRange } from '../shared/places';

export type Plain = string | number | boolean;

/** A scalar with its placeholders filled in. */
export interface Filled {
  readonly text: string;
  readonly value: ScalarNode['value'];
}

/** Undefined where a placeholder has no default: nobody knows what it will be. */
export function fill(node: ScalarNode): Filled | undefined {
  const { text, unresolved, had } = resolvePlaceholders(node.text);
  if (unresolved.length > 0) return undefined;
  if (!had) return { text, value: node.value };
  // A default stands for what would be written in place of the placeholder: `${env:N:-3}` is a number,
  // also in quotes, which YAML demands of it inside braces.
  return { text, value: resolvePlain(text) };
}

/** The leaf of a schema that takes a scalar, or undefined if none does. */
export function leafFor(schema: SchemaNode, filled: Filled): SchemaNode | undefined {
  return alternatives(schema).find((leaf) => takes(leaf, filled));
}

function takes(leaf: SchemaNode, { text, value }: Filled): boolean {
  if (leaf.enum !== undefined) return leaf.enum.some((v) => v === value);
  switch (typeof value) {
    case 'boolean':
      return allowsType(leaf, 'boolean');
    case 'number':
      if (!(allowsType(leaf, 'number') || (allowsType(leaf, 'integer') && Number.isInteger(value))))
        return false;
      return leaf.minimum === undefined || value >= leaf.minimum;
    case 'string':
      if (!allowsType(leaf, 'string')) return false;
      return leaf.pattern === undefined || compiled(leaf.pattern).test(text);
    default:
      return allowsType(leaf, 'null');
  }
}

const patterns = new Map<string, RegExp>();

function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known) return known;
  const made = new RegExp(pattern, 'u');
  patterns.set(pattern, made);
  return made;
}

/**
 * What was clearly meant by a value that the schema does not take: a number or boolean in quotes, YAML
 * 1.1's `yes`, a word in capitals. The shape check reports it, and all else goes on as if it were right.
 */
export function meant(schema: SchemaNode, { text, value }: Filled): Filled | undefined {
  if (typeof value !== 'string') return undefined;
  const yes = /^(?:yes|y|on)$/i.test(text);
  const word = yes || /^(?:no|n|off)$/i.test(text) ? yes : resolvePlain(text);
  if (typeof word !== 'string' && word !== null) {
    const plain = { text: String(word), value: word };
    if (leafFor(schema, plain) !== undefined) return plain;
  }
  const same = alternatives(schema)
    .flatMap((leaf) => leaf.enum ?? [])
    .find((v) => typeof v === 'string' && v.toLowerCase() === text.toLowerCase());
  return typeof same === 'string' ? { text: same, value: same } : undefined;
}

/** What a scalar stands for by its schema, in the model's units; undefined if it is unknown or ill-typed. */
export function typedValue(schema: SchemaNode, node: ScalarNode): Plain | undefined {
  let filled = fill(node);
  if (filled === undefined || filled.value === null) return undefined;
  let leaf = leafFor(schema, filled);
  if (leaf === undefined) {
    filled = meant(schema, filled);
    leaf = filled && leafFor(schema, filled);
    if (filled === undefined || leaf === undefined) return undefined;
  }
  const unit = unitOf(schema, filled);
  if (unit === 'duration') return parseDuration(filled.text);
  if (unit === 'size') return parseSize(filled.text);
  const same = schema['x-same']?.[filled.text];
  if (same !== undefined) return same;
  // Where words are among the values, all are words: acks is '0', '1' or 'all'.
  const wordy = alternatives(schema).some((s) => s.enum?.some((v) => typeof v === 'string'));
  if (typeof filled.value === 'string' || wordy) return filled.text;
  if (typeof filled.value === 'number' && allowsType(leaf, 'string') && leaf.enum === undefined)
    return filled.text;
  return filled.value ?? undefined;
}

/** The unit of a value: its schema's, or that of the one alternative that takes it (`true`, or a duration). */
function unitOf(schema: SchemaNode, filled: Filled): string | undefined {
  const { anyOf, 'x-unit': unit } = resolveSchema(schema);
  if (unit !== undefined || anyOf === undefined) return unit;
  return anyOf.map(resolveSchema).find((s) => s['x-unit'] !== undefined && leafFor(s, filled) !== undefined)?.['x-unit'];
}

/** A name or other text as it is to be understood, at its place without quotes. */
export function filledText(file: SourceFile, node: unknown): Sourced<string> | undefined {
  if (!isScalarNode(node) || node.value === null) return undefined;
  const filled = fill(node);
  if (filled === undefined || filled.text === '') return undefined;
  return { value: filled.text, at: contentRange(file, node) };
}

function isScalarNode(node: unknown): node is ScalarNode {
  return typeof node === 'object' && node !== null && (node as { kind?: unknown }).kind === 'scalar';
}

/** The names in `same-as` and `alias`, each one name or a list. */
export function readAliases(file: SourceFile, node: SyntaxNode | undefined): { aliases?: readonly Sourced<string>[] } {
  const aliases = ['same-as', 'alias'].flatMap((key) => {
    const value = get(node, key);
    return (isSeq(value) ? value.items : [value]).flatMap((item) => filledText(file, item) ?? []);
  });
  return aliases.length === 0 ? {} : { aliases };
}
