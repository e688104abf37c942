import type { Problem } from '../../text/problem';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import { isUnknown, masked, resolvePlaceholders } from '../../syntax/placeholder';
import { parseProperties } from '../../syntax/properties';
import type { SyntaxNode, SyntaxProblem } from '../../syntax/tree';
import { movedNode, parseYaml } from '../../syntax/yaml';
import { leavesOf } from '../shared/keyed';
import { canonicalKey, keyParts, type Leaf, Settings } from './settings';

/** A configuration file's documents, each with its flat settings in order. */
export interface Documents {
  readonly documents: readonly { readonly leaves: readonly Leaf[]; readonly root: SyntaxNode | undefined }[];
  readonly problems: readonly Problem[];
}

/** Reads YAML with `---`, or properties with `#---` between documents. Placeholders are left as they are. */
export function readDocuments(file: SourceFile): Documents {
  const text = withoutFilters(file.text);
  const parts = isProperties(file.path) ? propertiesParts(text) : yamlParts(text);
  const inner = text === file.text ? file : { ...file, text };
  return {
    documents: parts.roots.map((root) => ({
      root,
      leaves: leavesOf(inner, root).map(({ key, keyAt, value, written, at, extent, isOpen }): Leaf => (
        { key, keyAt, value, written: written ?? value, at, extent, isOpen, parts: keyParts(key) })),
    })),
    // What a template prints may be what the grammar misses, so that only plain files are judged.
    problems: text.includes(masked) ? [] : parts.problems.map((p) => ({
      code: p.code, severity: p.code === 'syntax/duplicate-key' ? 'warning' : 'error', message: p.message,
      at: rangeIn(file, p.start, p.end),
    })),
  };
}

export function isProperties(path: string): boolean {
  return /\.properties(\.\w+)*$/i.test(path);
}

interface Parts {
  readonly roots: readonly (SyntaxNode | undefined)[];
  readonly problems: readonly SyntaxProblem[];
}

/** Maven puts values in the place of `@name@`, which no YAML value may begin with. */
function withoutFilters(text: string): string {
  if (!text.includes('@')) return text;
  return text.replace(/@[A-Za-z][\w.-]{0,80}@/g, (filter) => masked.repeat(filter.length));
}

function yamlParts(text: string): Parts {
  const { roots, problems } = parseYaml(text);
  return { roots, problems };
}

/** Boot 2.4 and later: a comment of exactly three hyphens ends a document. */
function propertiesParts(text: string): Parts {
  const roots: (SyntaxNode | undefined)[] = [];
  const problems: SyntaxProblem[] = [];
  let from = 0;
  const add = (to: number): void => {
    const tree = parseProperties(text.slice(from, to));
    const start = from;
    roots.push(...tree.roots.map((root) => movedNode(root, (offset) => offset + start)));
    problems.push(...tree.problems.map((p) => ({ ...p, start: p.start + start, end: p.end + start })));
  };
  for (const match of text.matchAll(/^[#!]---[ \t]*$/gm)) {
    add(match.index);
    from = match.index + match[0].length;
  }
  add(text.length);
  return { roots, problems };
}

/**
 * One set of settings out of documents that hold: of a key the later document counts, a list is replaced
 * whole. Placeholders are filled in with other settings, then with their defaults.
 * @param beneath settings of lower precedence that placeholders may stand for, such as a sibling file's.
 * @param above settings of higher precedence.
 */
export function merged(
  file: SourceFile, documents: readonly (readonly Leaf[])[], beneath?: Settings, above?: Settings,
): Settings {
  const all = new Map<string, Leaf>();
  for (const leaves of documents) {
    const replaced = new Set<string>();
    for (const leaf of leaves) {
      const list = listOf(leaf);
      if (list !== undefined) replaced.add(list);
    }
    if (replaced.size > 0) {
      for (const [key, leaf] of all) {
        const list = listOf(leaf);
        if (replaced.has(key) || (list !== undefined && replaced.has(list))) all.delete(key);
      }
    }
    for (const leaf of leaves) all.set(canonicalKey(leaf.parts.join('.')), leaf);
  }
  return new Settings(file, [...filledIn(all, beneath, above).values()]);
}

/** The list that a setting is an item of, or a part of an item of. */
function listOf(leaf: Leaf): string | undefined {
  const at = leaf.parts.findIndex((part) => part.endsWith(']'));
  if (at < 0) return undefined;
  return canonicalKey(leaf.parts.slice(0, at + 1).join('.').replace(/(\[\d*\])+$/, ''));
}

/** A reference to a reference to … this deep is nobody's configuration, and must not use up the stack. */
const maxReferences = 64;

function filledIn(
  all: ReadonlyMap<string, Leaf>, beneath: Settings | undefined, above: Settings | undefined,
): Map<string, Leaf> {
  const done = new Map<string, Leaf>();
  const begun = new Set<string>();
  const fill = (key: string, leaf: Leaf, depth: number): Leaf => {
    const known = done.get(key);
    if (known !== undefined) return known;
    const written = (leaf.written ?? '').trim();
    if (!written.includes('{')) return leaf;
    begun.add(key);
    const { text, unresolved } = resolvePlaceholders(written, (name) => {
      const other = canonicalKey(name);
      const higher = above?.get(name);
      if (higher !== undefined) return higher.isOpen ? masked : higher.value;
      const found = all.get(other);
      if (found === undefined) {
        const lower = beneath?.get(name);
        return lower === undefined ? undefined : lower.isOpen ? masked : lower.value;
      }
      // Nobody can tell a cycle's value, nor that of what is open itself.
      if (depth >= maxReferences || (begun.has(other) && !done.has(other))) return masked;
      const value = fill(other, found, depth + 1);
      return value.isOpen ? masked : value.value;
    });
    const isOpen = unresolved.length > 0 || isUnknown(text.trim()) || text.includes('#{') || text.length > maxValue;
    // Of an open list the parts that are known are of use.
    const filled = { ...leaf, value: text.length > maxValue ? '' : text.trim(), isOpen };
    done.set(key, filled);
    return filled;
  };
  const result = new Map<string, Leaf>();
  for (const [key, leaf] of all) result.set(key, fill(key, leaf, 0));
  return result;
}

/** Values that refer to each other can double at each step; no name or setting is this long. */
const maxValue = 10_000;
