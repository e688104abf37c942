import type { SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import { masked } from '../../syntax/placeholder';
import { get, isScalar, isSeq, type SyntaxNode } from '../../syntax/tree';
import type { Said } from '../shared/document';
import type { Lookup } from '../shared/keyed';
import { contentRange, knownText, sourcedBoolean, sourcedNumber } from '../shared/places';

/** Asks a resource for values, and keeps the places of those that nobody can tell from the file. */
export class Asking {
  private readonly open = new Map<number, SourceRange>();

  constructor(readonly file: SourceFile) {}

  get skipped(): readonly SourceRange[] {
    return [...this.open.values()];
  }

  skip(at: SourceRange): void {
    // The expressions of templates are counted where they are taken out of the text.
    if (!this.file.text.slice(at.start, at.end).includes(masked)) this.open.set(at.start, at);
  }

  /** A scalar's text with placeholders filled in, or 'open'. */
  said(node: SyntaxNode | undefined): Said<string> {
    const said = knownText(this.file, node);
    if (said === 'open' && isScalar(node)) this.skip(contentRange(this.file, node));
    return said;
  }

  text(node: SyntaxNode | undefined): Sourced<string> | undefined {
    const said = this.said(node);
    return said === 'open' ? undefined : said;
  }

  number(node: SyntaxNode | undefined): Said<number> {
    const said = this.said(node);
    return said === undefined || said === 'open' ? said : sourcedNumber(this.file, node) ?? 'open';
  }

  boolean(node: SyntaxNode | undefined): Said<boolean> {
    const said = this.said(node);
    return said === undefined || said === 'open' ? said : sourcedBoolean(this.file, node) ?? 'open';
  }

  /** One of the words that a value may be, in any case of letters; another one is no value of it. */
  word<T extends string>(node: SyntaxNode | undefined, words: readonly T[]): Said<T> {
    const said = this.said(node);
    if (said === undefined || said === 'open') return said;
    const word = words.find((one) => one.toLowerCase() === said.value.trim().toLowerCase());
    return word === undefined ? 'open' : { value: word, at: said.at };
  }

  /** The known texts of a list; a scalar in its place counts as a list of one. */
  list(node: SyntaxNode | undefined): readonly Sourced<string>[] {
    return (isSeq(node) ? node.items : [node]).flatMap((item) => this.text(item) ?? []);
  }

  /** How the shared modules ask for settings by flat keys. */
  lookup(map: SyntaxNode | undefined, prefix = ''): Lookup {
    return (key) => this.said(get(map, prefix + key));
  }
}

/** A value that is known. */
export function known<T>(said: Said<T>): Sourced<T> | undefined {
  return said === 'open' ? undefined : said;
}
