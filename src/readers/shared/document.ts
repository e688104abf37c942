import type { Problem } from '../../text/problem';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import { compareRanges, type SourceRange, type Sourced } from '../../text/range';
import type { Fact } from '../../model/facts';
import { parseJson } from '../../syntax/json';
import { isUnknown, masked, resolvePlaceholders } from '../../syntax/placeholder';
import { isScalar, isSeq, get, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { parseYaml } from '../../syntax/yaml';
import { parseExpanded } from './expanded';
import { contentRange } from './places';

/** A value with its place; 'open' where it is written but nobody can tell it; undefined where it is not. */
export type Said<T> = Sourced<T> | 'open' | undefined;

/** True for what a template leaves to others: no name, and no value of a setting. */
export type IsOpen = (text: string) => boolean;

/**
 * A YAML or JSON file of a tool that puts values in by placeholders. Its getters give what is
 * written and known; the places of all that is asked for and not known are kept in `skipped`.
 */
export class Document {
  readonly roots: readonly (SyntaxNode | undefined)[];
  readonly problems: readonly Problem[];
  private readonly open = new Map<number, SourceRange>();

  /**
   * @param isOpen what the tool itself puts in at run time, beyond the placeholders that all tools know.
   * @param expandsFirst true for tools that fill placeholders in before they parse, so that `[ ${HOST} ]` is
   * right without quotes.
   */
  constructor(
    readonly file: SourceFile, private readonly isOpen: IsOpen = () => false, expandsFirst = false,
  ) {
    const { text } = file;
    const tree = /\.jsonc?(\.\w+)*$/i.test(file.path) ? parseJson(text)
      : expandsFirst ? parseExpanded(text) : parseYaml(text);
    this.roots = tree.roots;
    // What a template prints may be what the grammar misses, so that only plain files are judged.
    this.problems = text.includes(masked) ? [] : tree.problems.map((p) => ({
      code: p.code, severity: p.code === 'syntax/duplicate-key' ? 'warning' : 'error', message: p.message,
      at: rangeIn(file, p.start, p.end),
    }));
  }

  /** The places of what is left to placeholders, in order of the file. */
  get skipped(): readonly SourceRange[] {
    return [...this.open.values()].sort(compareRanges);
  }

  /** Expressions of templates were found before the file was read, and are told of already. */
  skip(at: SourceRange): void {
    if (this.file.text.slice(at.start, at.end).includes(masked)) return;
    if (!this.open.has(at.start)) this.open.set(at.start, at);
  }

  /** A scalar's text with the defaults of its placeholders filled in. */
  said(node: SyntaxNode | undefined): Said<string> {
    if (!isScalar(node) || node.value === null || node.text.trim() === '') return undefined;
    const at = contentRange(this.file, node);
    const { text, unresolved } = resolvePlaceholders(node.text);
    if (this.isOpen(node.text) || unresolved.length > 0 || isUnknown(text.trim())) {
      this.skip(at);
      return 'open';
    }
    return text.trim() === '' ? undefined : { value: text, at };
  }

  /** A text that is known. */
  text(node: SyntaxNode | undefined): Sourced<string> | undefined {
    const said = this.said(node);
    return said === 'open' ? undefined : said;
  }

  /** A value that `parse` understands; what it does not understand counts as open. */
  value<T>(node: SyntaxNode | undefined, parse: (text: string) => T | undefined): Said<T> {
    const said = this.said(node);
    if (said === undefined || said === 'open') return said;
    const value = parse(said.value.trim());
    return value === undefined ? 'open' : { value, at: said.at };
  }

  number(node: SyntaxNode | undefined): Said<number> {
    return this.value(node, numberOf);
  }

  /** A number of partitions or copies; 0 and -1 leave it to the broker, so that nobody can tell it here. */
  count(node: SyntaxNode | undefined): Said<number> {
    return this.value(node, (text) => (/^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined));
  }

  boolean(node: SyntaxNode | undefined): Said<boolean> {
    return this.value(node, booleanOf);
  }

  /** The known texts of a list; a scalar in its place counts as a list of one. */
  list(node: SyntaxNode | undefined): readonly Sourced<string>[] {
    return (isSeq(node) ? node.items : [node]).flatMap((item) => this.text(item) ?? []);
  }

  /** How the shared modules ask for the settings of a map by their flat keys. */
  lookup(map: SyntaxNode | undefined): (key: string) => Said<string> {
    return (key) => this.said(get(map, key));
  }
}

export function numberOf(text: string): number | undefined {
  const value = text === '' ? NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

export function booleanOf(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return word === 'true' || word === 'false' ? word === 'true' : undefined;
}

/**
 * Settings out of what was said: known values by their names, the names of the others in `open`.
 * `T` is one of the model's settings; the caller vouches that names and values fit it.
 */
export function settingsOf<T extends object>(said: Readonly<Record<string, Said<unknown>>>): T {
  const settings: Record<string, unknown> = {};
  const open: string[] = [];
  for (const [name, value] of Object.entries(said)) {
    if (value === 'open') open.push(name);
    else if (value !== undefined) settings[name] = value;
  }
  return (open.length === 0 ? settings : { ...settings, open }) as T;
}

/** Adds settings that a second place states, such as partitions beside a topic's configuration; they win. */
export function withSettings<T extends { readonly open?: readonly string[] }>(
  first: T, said: Readonly<Record<string, Said<unknown>>>,
): T {
  const { open: moreOpen = [], ...more } = settingsOf<{ open?: readonly string[] }>(said);
  const { open: firstOpen = [], ...known } = first;
  const left = Object.entries(known).filter(([name]) => !moreOpen.includes(name));
  const all = { ...Object.fromEntries(left), ...more };
  const open = [...new Set([...firstOpen, ...moreOpen])].filter((name) => !Object.hasOwn(all, name));
  return (open.length === 0 ? all : { ...all, open }) as T;
}

/** The maps among the items of a list. */
export function mapsIn(node: SyntaxNode | undefined): readonly MapNode[] {
  return isSeq(node) ? node.items.filter((item): item is MapNode => item?.kind === 'map') : [];
}

/** Facts in order of their declarations in the file; those of one declaration keep their order. */
export function inFileOrder(facts: readonly Fact[]): readonly Fact[] {
  return [...facts].sort((a, b) => a.extent.start - b.extent.start);
}
