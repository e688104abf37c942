import { parseJson } from '../../syntax/json';
import { get, isMap, isScalar, isSeq, text, type MapNode, type SeqNode, type SyntaxNode } from '../../syntax/tree';
import type { Fix } from '../../text/problem';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { CompatFinding } from '../compat';

/** Adds a default, or brings back what is gone. */
export function mendAvro(finding: CompatFinding, current: SourceFile, previous: SourceFile | undefined): readonly Fix[] {
  const here = mapAt(current, finding.at.start);
  const before = previous !== undefined && finding.beforeAt?.file === previous.id ? { file: previous, at: finding.beforeAt } : undefined;
  switch (finding.check) {
    case 'READER_FIELD_MISSING_DEFAULT_VALUE':
      return finding.direction === 'backward' ? giveDefault(current, here) : before ? restoreField(current, here, before.file, before.at.start) : [];
    case 'MISSING_ENUM_SYMBOLS':
      if (finding.direction === 'forward') return [];
      if (/\.avdl$/i.test(current.path)) return giveIdlEnumDefault(finding, current);
      return [...(before ? restoreSymbols(current, here, before.file, before.at.start) : []), ...giveEnumDefault(current, here)];
    case 'TYPE_MISMATCH': return before ? restoreType(finding, current, before.file) : [];
    default: return [];
  }
}

function giveDefault(file: SourceFile, field: MapNode | undefined): readonly Fix[] {
  const type = get(field, 'type');
  const value = field && type && defaultOf(type, 0);
  if (value === undefined || type === undefined || get(field, 'default') !== undefined) return [];
  return [{
    title: `Give ${text(get(field, 'name')) ?? 'it'} the default ${value}`, safe: false,
    edits: [{ at: rangeIn(file, type.end, type.end), newText: `, "default": ${value}` }],
  }];
}

/** The emptiest value of a type; a union's default is one of its first branch (specification, "Complex Types: Records"). */
function defaultOf(type: SyntaxNode, depth: number): string | undefined {
  if (depth > 8) return undefined;
  if (isSeq(type)) return type.items[0] && defaultOf(type.items[0], depth + 1);
  if (isMap(type)) {
    const inner = get(type, 'type');
    const symbols = get(type, 'symbols');
    if (text(inner) === 'enum') return isSeq(symbols) && text(symbols.items[0]) !== undefined ? JSON.stringify(text(symbols.items[0])) : undefined;
    return inner && defaultOf(inner, depth + 1);
  }
  switch (isScalar(type) ? type.text : '') {
    case 'null': return 'null';
    case 'boolean': return 'false';
    case 'int': case 'long': case 'float': case 'double': return '0';
    case 'string': case 'bytes': return '""';
    case 'array': return '[]';
    case 'map': return '{}';
    default: return undefined;
  }
}

function restoreField(file: SourceFile, record: MapNode | undefined, previous: SourceFile, at: number): readonly Fix[] {
  const field = mapAt(previous, at);
  const fields = get(record, 'fields');
  return field && isSeq(fields) ? [restore(file, fields, text(get(field, 'name')) ?? 'the field', [previous.text.slice(field.start, field.end)])] : [];
}

function restoreSymbols(file: SourceFile, here: MapNode | undefined, previous: SourceFile, at: number): readonly Fix[] {
  const symbols = get(here, 'symbols');
  const earlier = get(mapAt(previous, at), 'symbols');
  if (!isSeq(symbols) || !isSeq(earlier)) return [];
  const known = new Set(symbols.items.map((item) => text(item)));
  const gone = earlier.items.flatMap((item) => text(item) ?? []).filter((symbol) => !known.has(symbol));
  return gone.length === 0 ? [] : [restore(file, symbols, gone.join(', '), gone.map((symbol) => JSON.stringify(symbol)))];
}

/** What readers take for a symbol that they do not know (specification, "Schema Resolution"). */
function giveEnumDefault(file: SourceFile, here: MapNode | undefined): readonly Fix[] {
  const symbols = get(here, 'symbols');
  const value = isSeq(symbols) ? fallbackOf(symbols.items.flatMap((item) => text(item) ?? [])) : undefined;
  if (symbols === undefined || value === undefined || get(here, 'default') !== undefined) return [];
  return [{
    title: enumTitle(text(get(here, 'name')), value), safe: false,
    edits: [{ at: rangeIn(file, symbols.end, symbols.end), newText: `, "default": ${JSON.stringify(value)}` }],
  }];
}

/** In IDL the default stands behind the brace: `enum State { NEW, PAID } = NEW;`. */
function giveIdlEnumDefault({ at }: CompatFinding, file: SourceFile): readonly Fix[] {
  const [, head = '', body = ''] = /^(`?\s*\{)([\w\s,]*)\}(?!\s*=)/.exec(file.text.slice(at.end)) ?? [];
  const value = fallbackOf(body.split(',').map((symbol) => symbol.trim()).filter((symbol) => symbol !== ''));
  if (value === undefined) return [];
  const end = at.end + head.length + body.length + 1;
  return [{ title: enumTitle(file.text.slice(at.start, at.end), value), safe: false, edits: [{ at: rangeIn(file, end, end), newText: ` = ${value};` }] }];
}

function enumTitle(name: string | undefined, value: string): string {
  return `Give the enum ${name ?? 'here'} the default ${value}`;
}

/** The symbol that means none in particular, else the first. */
function fallbackOf(symbols: readonly string[]): string | undefined {
  return symbols.find((symbol) => /(?:^|_)(?:unknown|unspecified|unrecognized|other)$/i.test(symbol)) ?? symbols[0];
}

/** Behind the last item, as that one is set off from what is before it. */
function restore(file: SourceFile, list: SeqNode, what: string, items: readonly string[]): Fix {
  const last = list.items.at(-1);
  const title = `Restore ${what}`;
  if (last === undefined) return { title, safe: false, edits: [{ at: rangeIn(file, list.start + 1, list.start + 1), newText: items.join(', ') }] };
  const gap = /(?:\r?\n[ \t]*|[ \t]*)$/.exec(file.text.slice(list.start + 1, last.start))?.[0] ?? '';
  return {
    title, safe: false,
    edits: [{ at: rangeIn(file, last.end, last.end), newText: items.map((item) => `,${gap === '' ? ' ' : gap}${item}`).join('') }],
  };
}

/** Names and whole JSON values take each other's place; a word in quotes and a bracket do not. */
function restoreType(finding: CompatFinding, file: SourceFile, previous: SourceFile): readonly Fix[] {
  const now = file.text.slice(finding.at.start, finding.at.end);
  const before = previous.text.slice(finding.beforeAt?.start, finding.beforeAt?.end);
  const isWord = (value: string): boolean => /^[\w.]+$/.test(value);
  if (before === '' || isWord(now) !== isWord(before)) return [];
  return [{ title: `Restore the type ${finding.before ?? before}`, safe: false, edits: [{ at: finding.at, newText: before }] }];
}

/** The innermost object around an offset. */
function mapAt(file: SourceFile, offset: number): MapNode | undefined {
  let found: MapNode | undefined;
  const visit = (node: SyntaxNode | undefined): void => {
    if (node === undefined || node.start > offset || node.end < offset) return;
    if (isMap(node)) {
      found = node;
      for (const { value } of node.entries) visit(value);
    } else if (isSeq(node)) for (const item of node.items) visit(item);
  };
  visit(parseJson(file.text).roots[0]);
  return found;
}
