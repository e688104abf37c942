import { percentDecode } from '../../text/percent';
import { unescapeStep } from '../../text/pointer';
import type { Problem } from '../../text/problem';
import { resolvePath, type SourceFile } from '../../text/sourceFile';
import type { SourceRange } from '../../text/range';
import { didYouMeanText } from '../../text/suggest';
import type { FileLink, OtherFiles } from '../../model/reader';
import { parseJson } from '../../syntax/json';
import { parseYaml } from '../../syntax/yaml';
import {
  entry, isMap, isSeq, text, type Entry, type MapNode, type ScalarNode, type SyntaxNode, type SyntaxTree,
} from '../../syntax/tree';
import { contentRange } from '../shared/places';

/** A node together with the file it stands in. */
export interface Located {
  readonly file: SourceFile;
  readonly node: SyntaxNode;
  /** The key that leads to the node, where there is one: the name of a message in `components`. */
  readonly key?: ScalarNode;
}

/** A chain of references longer than this is a cycle. */
const maxChain = 32;

/** Follows `$ref`s inside the document and across files; asks for the files it does not have. */
export class Refs {
  readonly wants = new Set<string>();
  readonly problems: Problem[] = [];
  private readonly linked = new Map<string, FileLink>();
  private readonly roots = new Map<string, SyntaxNode | undefined>();
  private readonly reported = new Set<string>();
  /** References that lead through others are followed inside of each other, and may lead back. */
  private depth = 0;

  constructor(
    private readonly main: SourceFile, root: SyntaxNode | undefined, private readonly others: OtherFiles,
  ) {
    this.roots.set(main.path, root);
  }

  get links(): FileLink[] {
    return [...this.linked.values()].sort((a, b) => a.at.start - b.at.start);
  }

  /** The node itself, or what its `$ref` leads to; undefined where that is not known. */
  follow(from: Located | undefined): Located | undefined {
    let at = from;
    for (let i = 0; at !== undefined && i < maxChain; i++) {
      const ref = refOf(at.node);
      if (ref === undefined) return at;
      at = this.target(at.file, ref);
    }
    return undefined;
  }

  /** The member of a map, itself followed. */
  member(from: Located | undefined, ...path: readonly string[]): Located | undefined {
    let at = this.follow(from);
    for (const key of path) {
      const found = at && entryOf(at.node, key);
      at = found?.value === undefined || at === undefined
        ? undefined
        : this.follow({ file: at.file, node: found.value, key: found.key });
    }
    return at;
  }

  /** The member of a map as it is written: a reference stays one. */
  raw(from: Located | undefined, key: string): Located | undefined {
    const found = from && entryOf(from.node, key);
    return found?.value && from && { file: from.file, node: found.value, key: found.key };
  }

  /** One step along a reference; what cannot be reached is reported once. */
  target(file: SourceFile, ref: ScalarNode): Located | undefined {
    const { path, pointer, remote } = splitRef(file, ref.text);
    if (remote) return undefined;
    if (path !== file.path) this.link(file, ref, path, pointer);
    const other = this.fileAt(path);
    if (other === undefined) return undefined;
    const root = this.rootOf(other);
    if (root === undefined) return undefined;
    return this.walk(other, root, pointer, file, ref);
  }

  /** Notes that a file is referred to, without reading it. */
  link(file: SourceFile, ref: ScalarNode, path: string, fragment: string): void {
    if (file !== this.main) return;
    const at = contentRange(file, ref);
    this.linked.set(`${at.start}`, { path, at, fragment });
  }

  private fileAt(path: string): SourceFile | undefined {
    if (path === this.main.path) return this.main;
    if (!this.others.has(path)) this.wants.add(path);
    return this.others.get(path);
  }

  private rootOf(file: SourceFile): SyntaxNode | undefined {
    if (!this.roots.has(file.path)) this.roots.set(file.path, parseAny(file).roots[0]);
    return this.roots.get(file.path);
  }

  private walk(
    file: SourceFile, root: SyntaxNode, pointer: string, from: SourceFile, ref: ScalarNode,
  ): Located | undefined {
    let at: Located = { file, node: root };
    for (const part of pointer.split('/').slice(1)) {
      const name = unescapePointer(part);
      // A reference may lead through another one: `#/channels/a/messages/b` where `a` is a `$ref`.
      const leadsOn = refOf(at.node) !== undefined && entryOf(at.node, name) === undefined;
      const inner = leadsOn ? this.inner(at) : at;
      const next = inner && step(inner, name);
      if (next === undefined) {
        if (inner !== undefined) {
          this.report(from, ref, name, isMap(inner.node) ? inner.node.entries.map((e) => e.key.text) : []);
        }
        return undefined;
      }
      at = next;
    }
    return at;
  }

  private inner(at: Located): Located | undefined {
    if (this.depth >= maxChain) return undefined;
    this.depth++;
    const found = this.follow(at);
    this.depth--;
    return found;
  }

  private report(file: SourceFile, ref: ScalarNode, missing: string, candidates: readonly string[]): void {
    if (file !== this.main) return;
    const at: SourceRange = contentRange(file, ref);
    if (this.reported.has(`${at.start}`)) return;
    this.reported.add(`${at.start}`);
    this.problems.push({
      code: 'asyncapi/unresolved-ref', severity: 'error', at,
      message: `"${ref.text}" leads nowhere: there is no "${missing}".${didYouMeanText(missing, candidates)}`,
    });
  }
}

/** The `$ref` of a node that is a reference. */
export function refOf(node: SyntaxNode | undefined): ScalarNode | undefined {
  const value = node && entryOf(node, '$ref')?.value;
  return value?.kind === 'scalar' && text(value) !== undefined ? value : undefined;
}

export function splitRef(file: SourceFile, ref: string): { path: string; pointer: string; remote: boolean } {
  const hash = ref.indexOf('#');
  const written = hash < 0 ? ref : ref.slice(0, hash);
  const pointer = hash < 0 ? '' : ref.slice(hash + 1);
  if (/^[a-z][a-z0-9+.-]+:/i.test(written) || written.startsWith('//')) {
    return { path: '', pointer, remote: true };
  }
  const path = written === '' ? file.path : resolvePath(file.path, percentDecode(written));
  return { path, pointer, remote: false };
}

/** YAML or JSON, by the file's name. */
export function parseAny(file: SourceFile): SyntaxTree {
  return /\.(json|avsc)$/i.test(file.path) ? parseJson(file.text) : parseYaml(file.text);
}

const indexes = new WeakMap<MapNode, ReadonlyMap<string, Entry>>();

/** Below this many entries a search is as fast as an index. */
const small = 16;

/** The entry with this key, found without a search: documents may have thousands of channels. */
function entryOf(node: SyntaxNode, key: string): Entry | undefined {
  if (!isMap(node) || node.entries.length < small) return entry(node, key);
  let index = indexes.get(node);
  if (index === undefined) {
    const merged = node.entries.filter((e) => e.merged === true).reverse();
    const own = node.entries.filter((e) => e.merged !== true);
    index = new Map([...merged, ...own].map((e) => [e.key.text, e]));
    indexes.set(node, index);
  }
  return index.get(key);
}

/** What tells one located node from another. */
export function identity(at: Located): string {
  return `${at.node.start} ${at.file.path}`;
}

/** RFC 6901 §3 and §6: percent escapes first, then `~1` and `~0`. */
function unescapePointer(part: string): string {
  return unescapeStep(percentDecode(part));
}

function step(at: Located, name: string): Located | undefined {
  if (isSeq(at.node)) {
    const item = /^\d+$/.test(name) ? at.node.items[Number(name)] : undefined;
    return item && { file: at.file, node: item };
  }
  const found = entryOf(at.node, name);
  return found?.value && { file: at.file, node: found.value, key: found.key };
}
