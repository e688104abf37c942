import { get, isMap, type Entry, type MapNode, type SyntaxNode } from '../../syntax/tree';
import type { ChannelIndex } from './channelIndex';

/** The sections that are read again entry by entry. What stands in the others, all else may hang on. */
export const pieceSections = ['channels', 'services'] as const;
export type PieceSection = (typeof pieceSections)[number];

/**
 * One section cut into pieces: a piece is an entry with the lines down to the next one. Lists are of
 * numbers, since a section may have ten thousand pieces and is moved with each edit.
 */
export interface Section {
  readonly name: PieceSection;
  /** How far the entries' keys are indented. */
  readonly indent: number;
  readonly keys: readonly string[];
  /** Where each piece starts, and where the last one ends. */
  readonly starts: readonly number[];
  /** The index of each piece's first fact, and that behind the last one's. */
  readonly facts: readonly number[];
}

/** What is kept of a reading, so that the next one can be short. */
export interface Pieces {
  readonly channels: ChannelIndex;
  readonly sections: readonly Section[];
}

/**
 * Cuts a section into pieces; undefined where its entries are not lines of their own: braces, merges,
 * `? key`, tags before a key.
 * @param facts how many facts there were before each entry was read, and behind the last one.
 */
export function cut(
  text: string,
  root: MapNode,
  name: PieceSection,
  facts: readonly number[],
): Section | undefined {
  const node = get(root, name);
  if (!isMap(node) || node.flow || node.entries.length === 0 || facts.length !== node.entries.length + 1) {
    return undefined;
  }
  const indent = indentOf(text, node.entries[0]);
  const behind = root.entries.find((e) => e.key.start > node.start);
  if (indent === undefined || indent === 0 || (behind && indentOf(text, behind) !== 0)) return undefined;
  const starts: number[] = [];
  for (const e of node.entries) {
    if (e.merged || indentOf(text, e) !== indent) return undefined;
    starts.push(e.key.start - indent);
  }
  starts.push(behind ? behind.key.start : text.length);
  return { name, indent, keys: node.entries.map((e) => e.key.text), starts, facts };
}

/** True if the lines of a piece are those of one entry, whatever stands around it. */
export function isWhole(piece: string, indent: number, isLast: boolean): boolean {
  if (!isLast && !piece.endsWith('\n')) return false;
  for (let at = 0, line = 0; at < piece.length; line++) {
    let first = at;
    while (piece.charCodeAt(first) === 32) first++;
    const c = piece.charCodeAt(first);
    const isBlank = first >= piece.length || c === 10 || c === 13;
    const isDeeper = first - at > indent || isBlank || c === 35;
    if (line === 0 ? first - at !== indent || isBlank : !isDeeper) return false;
    const end = piece.indexOf('\n', first);
    if (end < 0) break;
    at = end + 1;
  }
  return true;
}

/** The one entry of the one section that a text holds. */
export function onlyEntry(root: SyntaxNode | undefined, section: PieceSection): Entry | undefined {
  const node = isMap(root) && root.entries.length === 1 ? get(root, section) : undefined;
  const e = isMap(node) && !node.flow && node.entries.length === 1 ? node.entries[0] : undefined;
  return e?.merged ? undefined : e;
}

/** The blanks before a key that begins its line. */
function indentOf(text: string, e: Entry | undefined): number | undefined {
  if (e === undefined) return undefined;
  let start = e.key.start;
  while (start > 0 && text.charCodeAt(start - 1) === 32) start--;
  return start === 0 || text.charCodeAt(start - 1) === 10 ? e.key.start - start : undefined;
}
