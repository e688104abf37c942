import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import { isUnknown, resolvePlaceholders } from '../../syntax/placeholder';
import { isScalar, type Entry, type ScalarNode, type SyntaxNode } from '../../syntax/tree';

/** The whole node, quotes included. */
export function nodeRange(file: SourceFile, node: SyntaxNode): SourceRange {
  return rangeIn(file, node.start, node.end);
}

/**
 * The content of a scalar, without its quotes: what a rename or a fix replaces, so that quotes stay.
 * A string that is not closed yet ends where its node ends.
 */
export function contentRange(file: SourceFile, node: ScalarNode): SourceRange {
  if (node.style !== 'single' && node.style !== 'double') return rangeIn(file, node.start, node.end);
  const start = Math.min(node.start + 1, node.end);
  const closed = node.end - 1 >= start && file.text[node.end - 1] === file.text[node.start];
  return rangeIn(file, start, closed ? node.end - 1 : node.end);
}

/** From an entry's key to the end of its value. */
export function entryRange(file: SourceFile, entry: Entry): SourceRange {
  return rangeIn(file, entry.key.start, Math.max(entry.key.end, entry.merged === true ? 0 : entry.end));
}

/** A scalar's text with its place; undefined for anything else and for empty values. */
export function sourcedText(file: SourceFile, node: SyntaxNode | undefined): Sourced<string> | undefined {
  if (!isScalar(node) || node.value === null || node.text === '') return undefined;
  return { value: node.text, at: contentRange(file, node) };
}

/** A finite number, also one written as a string (`"3"`), which generators like to do. */
export function sourcedNumber(file: SourceFile, node: SyntaxNode | undefined): Sourced<number> | undefined {
  if (!isScalar(node) || node.value === null || typeof node.value === 'boolean') return undefined;
  const value = typeof node.value === 'number' ? node.value : Number(node.text.trim() || NaN);
  return Number.isFinite(value) ? { value, at: contentRange(file, node) } : undefined;
}

/** A boolean, also one written as a string (`"true"`). */
export function sourcedBoolean(file: SourceFile, node: SyntaxNode | undefined): Sourced<boolean> | undefined {
  if (!isScalar(node)) return undefined;
  const value = node.text.trim().toLowerCase();
  if (value !== 'true' && value !== 'false') return undefined;
  return { value: value === 'true', at: contentRange(file, node) };
}

/** The value if it is one of those allowed; anything else counts as not said. */
export function oneOf<T extends string>(
  value: Sourced<string> | undefined, allowed: readonly T[],
): Sourced<T> | undefined {
  const found = value === undefined ? undefined : allowed.find((a) => a === value.value);
  return value === undefined || found === undefined ? undefined : { value: found, at: value.at };
}

/**
 * A scalar's text with the defaults of its placeholders filled in; `'open'` where the file does not tell the
 * value (a placeholder without a default, a template's expression), undefined where nothing is written.
 */
export function knownText(file: SourceFile, node: SyntaxNode | undefined): Sourced<string> | 'open' | undefined {
  const written = sourcedText(file, node);
  if (written === undefined) return undefined;
  const { text, unresolved } = resolvePlaceholders(written.value.trim());
  if (unresolved.length > 0 || isUnknown(text)) return 'open';
  return text === '' ? undefined : { value: text, at: written.at };
}
