import { alternatives, type SchemaNode } from '../../model/flowSchema/schema';
import { entry, type Entry, type MapNode, type ScalarNode, type SyntaxNode } from '../../syntax/tree';
import type { Problem } from '../../text/problem';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import { didYouMean } from '../../text/suggest';
import { contentRange } from '../shared/places';
import { meant } from './value';

/** A value that the schema does not allow, with what it allows and the likeliest of it. */
export function wrongType(file: SourceFile, node: SyntaxNode, schema: SchemaNode): Problem {
  const base = { code: 'flow/type', severity: 'error' } as const;
  const expected = expectation(schema);
  if (node.kind !== 'scalar') {
    const shown = node.kind === 'map' ? 'A map' : 'A list';
    return {
      ...base,
      message: `${shown} cannot stand here; write ${expected}.`,
      at: rangeIn(file, node.start, node.end),
    };
  }
  const at = contentRange(file, node);
  const quoted = unquoted(node, schema);
  if (quoted !== undefined) {
    const whole = rangeIn(file, node.start, node.end);
    return {
      ...base,
      severity: 'warning',
      at,
      message: `"${node.text}" in quotes is a text; write ${quoted} without quotes.`,
      fixes: [{ title: `Write ${quoted}`, safe: true, edits: [{ at: whole, newText: quoted }] }],
    };
  }
  const guess = likeliest(node.text, schema);
  const shown = node.text === '' ? 'An empty text' : `"${shorten(node.text)}"`;
  return {
    ...base,
    at,
    message: `${shown} cannot stand here; write ${expected}.${guess === undefined ? '' : ` Did you mean "${guess}"?`}`,
    ...(guess === undefined
      ? {}
      : { fixes: [{ title: `Change to ${guess}`, safe: false, edits: [{ at, newText: guess }] }] }),
  };
}

/** `3` for `"3"` where a number or boolean is wanted: it is understood, though the schema says otherwise. */
function unquoted(node: ScalarNode, schema: SchemaNode): string | undefined {
  if (node.style !== 'double' && node.style !== 'single') return undefined;
  const right = meant(schema, { text: node.text, value: node.value });
  if (right === undefined || typeof right.value === 'string' || right.text !== node.text) return undefined;
  return right.text;
}

/** The allowed value that was most likely meant. Of one or two letters nothing can be guessed. */
function likeliest(written: string, schema: SchemaNode): string | undefined {
  if (alternatives(schema).some((s) => s.type === 'boolean')) {
    // YAML 1.1 read these as booleans; 1.2 does not.
    if (/^(?:yes|y|on|tru)$/i.test(written)) return 'true';
    if (/^(?:no|n|off|fals)$/i.test(written)) return 'false';
  }
  return written.length < 3 ? undefined : didYouMean(written, enumWords(schema));
}

/** `acks:` with nothing behind it. */
export function emptyValue(owner: Entry, schema: SchemaNode, file: SourceFile): Problem {
  return {
    code: 'flow/type',
    severity: 'warning',
    at: rangeIn(file, owner.key.start, owner.end),
    message: `"${owner.key.text}" has no value; write ${expectation(schema)}.`,
  };
}

/** The required keys that a block lacks, in quotes; of "one of these" all, if none is there. */
export function missingKeys(node: MapNode, schema: SchemaNode): string[] {
  const missing = (schema.required ?? []).filter((key) => entry(node, key) === undefined);
  if (missing.length > 0) return missing.slice(0, 1).map((key) => `"${key}"`);
  const sets = (schema.properties && schema.anyOf ? schema.anyOf : []).flatMap((s) => s.required ?? []);
  return sets.some((key) => entry(node, key)) ? [] : sets.map((key) => `"${key}"`);
}

function expectation(schema: SchemaNode): string {
  const words = enumWords(schema);
  if (schema.title !== undefined && words.length === 0) return schema.title;
  if (words.length > 0) return orList(words);
  return alternatives(schema).find((s) => s.title !== undefined)?.title ?? 'a text';
}

/** Fixed values that say what they mean; others are second spellings. */
function enumWords(schema: SchemaNode): string[] {
  return alternatives(schema).flatMap((s) =>
    (s.enum ?? []).filter((_, i) => s.enumDescriptions?.[i]).map(String),
  );
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
