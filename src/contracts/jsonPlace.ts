import { rangeIn, type SourceFile } from '../text/sourceFile';
import type { SourceRange, Sourced } from '../text/range';
import { entry, isScalar, type SyntaxNode } from '../syntax/tree';

/** A string with the range inside its quotes. */
export function place(file: SourceFile, node: SyntaxNode | undefined): Sourced<string> | undefined {
  if (!isScalar(node) || typeof node.value !== 'string' || node.value === '') return undefined;
  const at: SourceRange = rangeIn(file, node.start, node.end);
  const closed = node.end - node.start >= 2 && file.text[node.end - 1] === '"';
  const inside = { ...at, start: at.start + 1, end: closed ? at.end - 1 : at.end };
  return { value: node.text, at: node.style === 'double' ? inside : at };
}

/** True if a map has at least one of the keys. */
export function hasKey(node: SyntaxNode | undefined, keys: readonly string[]): boolean {
  return keys.some((key) => entry(node, key) !== undefined);
}
