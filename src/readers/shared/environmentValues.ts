import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange } from '../../text/range';
import { isUnknown, resolvePlaceholders } from '../../syntax/placeholder';
import {
  get, isMap, isScalar, isSeq, type MapNode, type ScalarNode, type SyntaxNode,
} from '../../syntax/tree';
import { innerText } from './innerText';
import { KeyedValues, type Keyed } from './keyed';
import { contentRange, entryRange, nodeRange } from './places';

/** Fills in what a text takes from elsewhere; `isOpen` if nobody can tell all of it from the file. */
export type Resolve = (text: string) => { readonly text: string; readonly isOpen: boolean };

/** Placeholders of the usual tools, and Kubernetes' `$(NAME)`, which stands for another variable. */
export const resolveUsual: Resolve = (written) => {
  const { text, unresolved } = resolvePlaceholders(written);
  return { text, isOpen: unresolved.length > 0 || isUnknown(text.trim()) || /\$\([A-Za-z_]\w*\)/.test(text) };
};

/** Variables are the same by their upper case; programs bind `my.key` and `MY_KEY` to one setting. */
export function canonicalVariable(key: string): string {
  return key.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}

/**
 * The variables of a container, in any form: a map, a list of `A=b` (compose), a list of `name` and `value`
 * (Kubernetes). What the file takes from elsewhere (`valueFrom`, `A` without a value) is open.
 */
export function environmentOf(
  file: SourceFile, node: SyntaxNode | undefined, resolve: Resolve = resolveUsual,
): KeyedValues {
  return new KeyedValues(file, variablesOf(file, node, resolve), canonicalVariable);
}

function variablesOf(file: SourceFile, node: SyntaxNode | undefined, resolve: Resolve): Keyed[] {
  if (isMap(node)) return ofMap(file, node, resolve);
  if (!isSeq(node)) return [];
  return node.items.flatMap((item) => {
    if (isScalar(item)) return ofText(file, item, resolve);
    return isMap(item) ? ofNamed(file, item, resolve) : [];
  });
}

/** Own entries win over those of merges, of which the first wins. */
function ofMap(file: SourceFile, node: MapNode, resolve: Resolve): Keyed[] {
  const merged = node.entries.filter((e) => e.merged === true).reverse();
  return [...merged, ...node.entries.filter((e) => e.merged !== true)].flatMap((e): Keyed[] => {
    const extent = entryRange(file, e);
    const keyAt = contentRange(file, e.key);
    if (isScalar(e.value) && e.value.value !== null) {
      return [made(e.key.text, keyAt, e.value.text, contentRange(file, e.value), extent, resolve)];
    }
    // Without a value the variable is taken over from whoever starts the container.
    return isMap(e.value) || isSeq(e.value) ? [] : [openAt(e.key.text, keyAt, keyAt, extent)];
  });
}

/** `A=b` in a list. */
function ofText(file: SourceFile, node: ScalarNode, resolve: Resolve): Keyed[] {
  const equals = node.text.indexOf('=');
  const whole = contentRange(file, node);
  if (equals < 0) return /^\w[\w.-]*$/.test(node.text) ? [openAt(node.text, whole, whole, whole)] : [];
  const key = node.text.slice(0, equals).trim();
  if (key === '') return [];
  const written = node.text.slice(equals + 1);
  const place = innerPlaces(file, node);
  const lead = written.length - written.trimStart().length;
  const start = equals + 1 + lead;
  const end = Math.max(start, node.text.trimEnd().length);
  return [made(key, place(0, key.length), written, place(start, end), nodeRange(file, node), resolve)];
}

/** `name:` with `value:` or `valueFrom:`. */
function ofNamed(file: SourceFile, item: MapNode, resolve: Resolve): Keyed[] {
  const name = get(item, 'name');
  if (!isScalar(name) || name.text === '') return [];
  const value = get(item, 'value');
  const extent = nodeRange(file, item);
  const keyAt = contentRange(file, name);
  if (isScalar(value) && value.value !== null) {
    return [made(name.text, keyAt, value.text, contentRange(file, value), extent, resolve)];
  }
  return [openAt(name.text, keyAt, keyAt, extent)];
}

/** Where a part of a scalar's text stands; the whole scalar if the file does not hold it as it is. */
export function innerPlaces(file: SourceFile, node: ScalarNode): (start: number, end: number) => SourceRange {
  const inner = innerText(file, node);
  const whole = contentRange(file, node);
  if (inner === undefined || !inner.text.startsWith(node.text.trimEnd())) return () => whole;
  return (start, end) => {
    const from = inner.outer(start);
    return rangeIn(file, from, Math.max(from, end > start ? inner.outer(end - 1) + 1 : from));
  };
}

function made(
  key: string, keyAt: SourceRange, written: string, at: SourceRange, extent: SourceRange, resolve: Resolve,
): Keyed {
  const { text, isOpen } = resolve(written.trim());
  return { key, keyAt, value: text.trim(), at, extent, isOpen };
}

function openAt(key: string, keyAt: SourceRange, at: SourceRange, extent: SourceRange): Keyed {
  return { key, keyAt, value: '', at, extent, isOpen: true };
}

const line = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*([^\r\n]*)/gm;

/** The variables of an `.env` file: lines of `KEY=value`, with quotes and comments. */
export function environmentOfFile(file: SourceFile, resolve: Resolve = resolveUsual): KeyedValues {
  const found: Keyed[] = [];
  for (const match of file.text.matchAll(line)) {
    const key = match[1] ?? '';
    const rest = match[2] ?? '';
    const keyStart = match.index + match[0].indexOf(key);
    const restStart = match.index + match[0].length - rest.length;
    const quote = rest[0] === '"' || rest[0] === '\'' ? rest[0] : '';
    const close = quote === '' ? -1 : rest.indexOf(quote, 1);
    const value = close > 0 ? rest.slice(1, close) : withoutComment(rest);
    const start = restStart + (close > 0 ? 1 : 0);
    const at = rangeIn(file, start, start + value.length);
    const keyAt = rangeIn(file, keyStart, keyStart + key.length);
    found.push(made(key, keyAt, value, at, rangeIn(file, keyStart, at.end), resolve));
  }
  return new KeyedValues(file, found, canonicalVariable);
}

function withoutComment(text: string): string {
  const at = text.startsWith('#') ? 0 : text.search(/[ \t]#/);
  return (at < 0 ? text : text.slice(0, at)).trimEnd();
}
