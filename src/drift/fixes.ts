import type { InsertPlace } from '../model/facts';
import { insertPlace } from '../readers/flow/insertPlace';
import { entry, isMap, isSeq, type Entry, type MapNode, type SeqNode, type SyntaxNode } from '../syntax/tree';
import { parseYaml } from '../syntax/yaml';
import type { Fix, TextEdit } from '../text/problem';
import type { SourceRange } from '../text/range';
import { rangeIn, type SourceFile } from '../text/sourceFile';
import { blockLines, inline } from './yamlText';

/** A file's text, and in which dialect it was read; undefined where it cannot be had. */
export type FileOf = (range: SourceRange) => (SourceFile & { readonly dialect: string }) | undefined;

/** The entries of a flow file, by where they begin: a broker of thousands of channels asks for each of them. */
interface Outline {
  readonly root: SyntaxNode | undefined;
  readonly byKey: ReadonlyMap<number, Found>;
  readonly byValue: ReadonlyMap<number, Found>;
  /** Items of lists, with the entry whose value the list is. */
  readonly items: ReadonlyMap<number, Item>;
}

interface Item {
  readonly list: SeqNode;
  readonly index: number;
  readonly of: Found | undefined;
}

interface Found {
  readonly owner: Entry;
  readonly parent: MapNode;
}

let latest: { readonly text: string; readonly outline: Outline } | undefined;

/** Kept for the text that was asked for last: a comparison asks for one file again and again. */
function outlineOf({ text }: SourceFile): Outline {
  if (latest?.text !== text) latest = { text, outline: newOutline(text) };
  return latest.outline;
}

function newOutline(text: string): Outline {
  const byKey = new Map<number, Found>();
  const byValue = new Map<number, Found>();
  const items = new Map<number, Item>();
  const walk = (node: SyntaxNode | undefined, of?: Found): void => {
    if (isSeq(node)) {
      node.items.forEach((item, index) => {
        if (item !== undefined) items.set(item.start, { list: node, index, of });
        walk(item);
      });
    }
    if (!isMap(node)) return;
    for (const owner of node.entries) {
      // What a merge brings in stands elsewhere, and is there for others too.
      if (owner.merged === true) continue;
      const found = { owner, parent: node };
      byKey.set(owner.key.start, found);
      if (owner.value?.kind === 'scalar') byValue.set(owner.value.start, found);
      walk(owner.value, found);
    }
  };
  const { roots } = parseYaml(text);
  roots.forEach((root) => walk(root));
  return { root: roots[0], byKey, byValue, items };
}

/** By the place of a word, which is that of what stands in its quotes. */
function at<T>(map: ReadonlyMap<number, T>, { start }: SourceRange, text: string): T | undefined {
  return map.get(start) ?? (/["']/.test(text[start - 1] ?? '') ? map.get(start - 1) : undefined);
}

/** Takes an entry out of a flow file whose key or value stands at the place; nothing in other dialects. */
export function removeFix(fileOf: FileOf, place: SourceRange, title: string): Fix[] {
  const file = flowFile(fileOf, place);
  if (file === undefined) return [];
  const { byKey, byValue } = outlineOf(file);
  const found = at(byValue, place, file.text) ?? at(byKey, place, file.text);
  return found === undefined ? [] : [{ title, safe: false, edits: [{ at: cut(file, found), newText: '' }] }];
}

/** Takes an item out of a list of a flow file, and the list with its last item. */
export function removeItemFix(fileOf: FileOf, place: SourceRange, title: string): Fix[] {
  const file = flowFile(fileOf, place);
  const found = file && at(outlineOf(file).items, place, file.text);
  if (file === undefined || found === undefined) return [];
  const { list, index, of } = found;
  if (list.items.length === 1) return of === undefined ? [] : [{ title, safe: false, edits: [{ at: cut(file, of), newText: '' }] }];
  const [item, before, after] = [list.items[index], list.items[index - 1], list.items[index + 1]];
  if (item === undefined) return [];
  const range = !list.flow ? wholeLines(file, item.start, item.end)
    : before !== undefined ? rangeIn(file, before.end, item.end) : rangeIn(file, item.start, after?.start ?? item.end);
  return [{ title, safe: false, edits: [{ at: range, newText: '' }] }];
}

function wholeLines({ id, text }: SourceFile, start: number, end: number): SourceRange {
  const next = text.indexOf('\n', end);
  return rangeIn({ id }, text.lastIndexOf('\n', start - 1) + 1, next < 0 ? text.length : next + 1);
}

/** From the beginning of the line to that of the next, or with the comma that parts it from its neighbour. */
function cut(file: SourceFile, { owner, parent }: Found): SourceRange {
  if (!parent.flow) return wholeLines(file, owner.key.start, owner.end);
  const index = parent.entries.indexOf(owner);
  const before = parent.entries[index - 1];
  const after = parent.entries[index + 1];
  if (before !== undefined) return rangeIn(file, before.end, owner.end);
  return rangeIn(file, owner.key.start, after?.key.start ?? owner.end);
}

/** Where a key can be added below the one that stands at the place: `stream:` of a channel. */
export function placeBelow(fileOf: FileOf, key: SourceRange): InsertPlace | undefined {
  const file = flowFile(fileOf, key);
  const found = file && at(outlineOf(file).byKey, key, file.text);
  return file && found && insertPlace(file, found.owner, found.parent);
}

/**
 * Adds an entry to a section of a flow file, as a block of its own at the end of the section.
 * @param within a place in the file, mostly the broker's name.
 */
export function addEntryFix(fileOf: FileOf, within: SourceRange, section: 'channels' | 'services', name: string, block: object): Fix[] {
  const file = flowFile(fileOf, within);
  const root = file && outlineOf(file).root;
  if (file === undefined || !isMap(root) || root.flow) return [];
  const owner = entry(root, section);
  if (owner?.value !== undefined && (!isMap(owner.value) || owner.value.flow)) return [];
  const [first] = owner?.value?.kind === 'map' ? owner.value.entries : [];
  const indent = first === undefined ? 2 : columnOf(file.text, first.key.start);
  const lines = blockLines({ [name]: block }, section === 'services' ? 2 : 1).map((line) => `${' '.repeat(indent)}${line}`);
  // Behind the last line of the section, and of the file where there is no such section yet.
  const end = endOfLine(file.text, owner === undefined ? root.end : owner.end);
  const head = owner === undefined ? `\n\n${section}:` : '';
  const newText = `${head}\n${lines.join('\n')}`;
  return [{ title: `Add ${name} to ${section}`, safe: true, edits: [{ at: rangeIn(file, end, end), newText }] }];
}

/** Adds an item to the list or map of bindings of a channel. */
export function addBindingEdit(fileOf: FileOf, channel: SourceRange, binding: { exchange: string; routingKey?: string; arguments?: object }): TextEdit | undefined {
  const file = flowFile(fileOf, channel);
  const found = file && at(outlineOf(file).byKey, channel, file.text);
  if (file === undefined || found === undefined) return undefined;
  const item = inline(binding);
  const bindings = entry(found.owner.value, 'bindings');
  if (bindings === undefined) {
    const place = insertPlace(file, found.owner, found.parent);
    return place && { at: place.at, newText: `${place.before}bindings${place.separator}[${item}]${place.after}` };
  }
  if (!isSeq(bindings.value)) return undefined;
  const last = bindings.value.items.at(-1);
  if (last === undefined) return { at: rangeIn(file, bindings.value.start, bindings.value.end), newText: `[${item}]` };
  if (bindings.value.flow) return { at: rangeIn(file, last.end, last.end), newText: `, ${item}` };
  const end = endOfLine(file.text, last.end);
  return { at: rangeIn(file, end, end), newText: `\n${' '.repeat(Math.max(0, columnOf(file.text, last.start) - 2))}- ${item}` };
}

function flowFile(fileOf: FileOf, at: SourceRange): SourceFile | undefined {
  const file = fileOf(at);
  return file?.dialect === 'flow' ? file : undefined;
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end < 0) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}

/** The place of the list on one line whose first item stands at the place; undefined where it is written as a block. */
export function listAround(fileOf: FileOf, first: SourceRange): SourceRange | undefined {
  const file = flowFile(fileOf, first);
  const list = file && at(outlineOf(file).items, first, file.text)?.list;
  return file !== undefined && list?.flow === true ? rangeIn(file, list.start, list.end) : undefined;
}
