import { resolveSchema, type SchemaNode } from '../../model/flowSchema/schema';
import { isMap, isScalar, isSeq, type ScalarNode, type SyntaxNode } from '../../syntax/tree';
import type { SourceRange, Sourced } from '../../text/range';
import type { SourceFile } from '../../text/sourceFile';
import { contentRange } from '../shared/places';
import { typedValue, type Plain } from './value';

/**
 * All settings that a block declares: the keys that the schema marks with `x-setting`, with values as
 * the schema types them; `open` names those whose value cannot be told. `T` is the settings type of the
 * block; a test holds schema and type together.
 */
export function readSettings<T extends object>(
  file: SourceFile,
  block: SchemaNode,
  node: SyntaxNode | undefined,
): T {
  const settings: Record<string, Sourced<Plain> | readonly Sourced<Plain>[]> = {};
  if (!isMap(node)) return settings as T;
  const open: string[] = [];
  for (const e of node.entries) {
    const name = e.key.text;
    const property = block.properties?.[name];
    const schema = property && resolveSchema(property);
    // Of a key that stands twice the last one counts, but what is written here wins over a merge.
    if (schema?.['x-setting'] !== true || (e.merged && settings[name] !== undefined)) continue;
    if (isScalar(e.value)) {
      const read = sourcedValue(file, schema, e.value);
      if (read !== undefined) settings[name] = read;
      else if (e.value.value !== null && e.value.text !== '') open.push(name);
    } else if (isSeq(e.value) && schema.items !== undefined) {
      const items = resolveSchema(schema.items);
      settings[name] = e.value.items.flatMap((item) =>
        isScalar(item) ? (sourcedValue(file, items, item) ?? []) : [],
      );
    }
  }
  return (open.length === 0 ? settings : { ...settings, open }) as T;
}

function sourcedValue(file: SourceFile, schema: SchemaNode, node: SyntaxNode): Sourced<Plain> | undefined {
  if (!isScalar(node)) return undefined;
  const value = typedValue(schema, node);
  return value === undefined ? undefined : { value, at: placeOf(file, node) };
}

/**
 * Of a value that is one placeholder the default: that is what is read, and what a fix may change
 * without taking the variable away.
 */
function placeOf(file: SourceFile, node: ScalarNode): SourceRange {
  const at = contentRange(file, node);
  if (file.text[at.start] !== '$') return at;
  const written = file.text.slice(at.start, at.end);
  const [, lead, fallback] = /^(\$\{(?:env:)?\w+:-)([^${}]*)\}$/.exec(written) ?? [];
  if (lead === undefined || fallback === undefined) return at;
  return { ...at, start: at.start + lead.length, end: at.end - 1 };
}
