import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { Fact } from '../../model/facts';
import type { NatsConfTree } from '../../syntax/natsConf';
import { isUnknown, resolvePlaceholders } from '../../syntax/placeholder';
import { isMap, isScalar, isSeq, type Entry, type ScalarNode, type SyntaxNode } from '../../syntax/tree';
import { contentRange } from '../shared/places';

/** In quotes the server fills in nothing, but the shell that writes the file does. */
const variable = /^\$(?!(?:SYS|G)$)[A-Z_][A-Z0-9_]*$/;

/** A parsed file while it is read, with what was understood so far. */
export class Conf {
  readonly facts: Fact[] = [];
  private readonly open: Map<number, SourceRange>;
  /** The broker's name, for facts that refer to it; undefined in files that only others include. */
  broker: string | undefined;
  /** How many publishes and consumes there are so far. */
  edges = 0;

  constructor(readonly file: SourceFile, readonly tree: NatsConfTree) {
    this.open = new Map(tree.skipped.map((s) => [s.start, rangeIn(file, s.start, s.end)]));
  }

  get root(): SyntaxNode | undefined {
    return this.tree.roots[0];
  }

  get skipped(): readonly SourceRange[] {
    return [...this.open.values()];
  }

  /** A secret that is kept elsewhere is as it should be: nothing to tell of. */
  keptElsewhere(secret: ScalarNode): void {
    this.open.delete(secret.start);
  }

  /** The last entry of a map with one of these keys; the server does not look at their case. */
  entry(node: SyntaxNode | undefined, ...keys: readonly string[]): Entry | undefined {
    return isMap(node) ? node.entries.findLast((e) => keys.includes(e.key.text.toLowerCase())) : undefined;
  }

  get(node: SyntaxNode | undefined, ...keys: readonly string[]): SyntaxNode | undefined {
    return this.entry(node, ...keys)?.value;
  }

  /** A scalar's text; undefined for what the file does not tell, for other nodes and for empty text. */
  text(node: SyntaxNode | undefined): Sourced<string> | undefined {
    if (!isScalar(node) || node.text.trim() === '' || this.isOpen(node)) return undefined;
    return { value: resolvePlaceholders(node.text).text, at: contentRange(this.file, node) };
  }

  number(node: SyntaxNode | undefined): number | undefined {
    return isScalar(node) && typeof node.value === 'number' ? node.value : undefined;
  }

  isOpen(node: ScalarNode): boolean {
    return this.tree.unknown.has(node) || isUnknown(node.text) || variable.test(node.text);
  }

  keyRange(entry: Entry): SourceRange {
    return rangeIn(this.file, entry.key.start, entry.key.end);
  }

  /** Texts of a scalar or of a list of scalars, as far as the file tells them. */
  texts(node: SyntaxNode | undefined): Sourced<string>[] {
    return list(node).flatMap((item) => this.text(item) ?? []);
  }
}

/** The items of a list; a value that is no list counts as a list of one. */
export function list(node: SyntaxNode | undefined): readonly SyntaxNode[] {
  if (node === undefined) return [];
  return isSeq(node) ? node.items.filter((item) => item !== undefined) : [node];
}
