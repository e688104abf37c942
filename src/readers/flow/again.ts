import type { EarlierReading, ReadResult } from '../../model/reader';
import { isMap, type MapNode } from '../../syntax/tree';
import { movedNode, parseYaml } from '../../syntax/yaml';
import { differenceOf, type Difference } from '../../text/difference';
import { compareProblems, type Problem } from '../../text/problem';
import type { SourceFile } from '../../text/sourceFile';
import type { FlowContext } from './context';
import { isWhole, onlyEntry, type Pieces, type Section } from './pieces';
import { shifted } from './shifted';

/** A reading that a later one can take up. */
export interface CutReading extends EarlierReading {
  readonly pieces: Pieces;
}

/**
 * Reads a file after an edit inside one entry of `channels:` or `services:` by reading that entry
 * only: facts and problems before it stay, those behind it are moved. Undefined where that might give
 * anything else than reading all: a changed name, another line break, an anchor, a text that needs
 * mending, an entry that says otherwise which protocol its channel speaks, an edit across entries.
 * @param read reads a tree that holds nothing but the entry.
 */
export function readAgain(
  file: SourceFile,
  { file: { text: oldText }, result: old, pieces }: CutReading,
  read: (context: FlowContext, root: MapNode) => void,
): { result: ReadResult; pieces: Pieces } | undefined {
  const edit = differenceIn(pieces, oldText, file.text);
  const place = pieceAt(pieces, edit);
  if (place === undefined) return undefined;
  const { section, index, start, end } = place;
  const by = edit.newEnd - edit.oldEnd;
  const text = file.text.slice(start, end + by);
  const isLast = end === oldText.length;
  if (!isWhole(text, section.indent, isLast)) return undefined;
  // Where a last line has no line break, a fix writes that of the line before it.
  if (oldText.startsWith('\r', end - 2) !== text.startsWith('\r', text.length - 2)) return undefined;
  const root = parsePiece(text, section, start);
  const entry = onlyEntry(root, section.name);
  if (root === undefined || entry === undefined) return undefined;
  if (entry.key.text !== section.keys[index] || entry.key.start !== start + section.indent) return undefined;
  if (section.name === 'channels' && !pieces.channels.agrees(entry)) return undefined;

  const context: FlowContext = { file, channels: pieces.channels, facts: [], problems: [], links: [] };
  read(context, root);
  if (context.links.length > 0) return undefined;
  const { facts: own } = context;
  const [from, to] = [section.facts[index] ?? 0, section.facts[index + 1] ?? 0];
  const kept = by === 0 ? old.facts : old.facts.map((f) => (f.extent.start >= end ? shifted(f, by) : f));
  const result: ReadResult = {
    facts: [...kept.slice(0, from), ...own, ...kept.slice(to)],
    problems: merge(old.problems, context.problems, start, end, by),
    links: old.links?.map((l) => (l.at.start >= end ? shifted(l, by) : l)) ?? [],
  };
  const more = own.length - (to - from);
  const at = pieces.sections.indexOf(section);
  const sections = pieces.sections.map((s, n) => ({
    ...s,
    starts: by === 0 ? s.starts : s.starts.map((offset) => (offset >= end ? offset + by : offset)),
    // Sections are in the order of their facts.
    facts: n < at ? s.facts : s.facts.map((count, i) => (n > at || i > index ? count + more : count)),
  }));
  return { result, pieces: { channels: pieces.channels, sections } };
}

interface Place {
  readonly section: Section;
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** The piece that an edit lies in. What is added right before the next one is the piece's too. */
function pieceAt({ sections }: Pieces, edit: Difference): Place | undefined {
  for (const section of sections) {
    const index = pieceIndex(section, edit.oldEnd === edit.start ? edit.start - 1 : edit.start);
    const [start, end] = [section.starts[index], section.starts[index + 1]];
    if (start !== undefined && end !== undefined && start <= edit.start && edit.oldEnd <= end) {
      return { section, index, start, end };
    }
  }
  return undefined;
}

/** The last piece that starts at or before an offset; -1 for none. */
function pieceIndex({ starts }: Section, offset: number): number {
  let low = -1;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * A line added at the end of a piece begins like the next piece's, with blanks, so that the texts seem
 * to differ only behind those: the same difference is told as much earlier as the blanks are wide.
 */
function differenceIn({ sections }: Pieces, before: string, after: string): Difference {
  const { start, oldEnd, newEnd } = differenceOf(before, after);
  for (const section of sections) {
    const by = oldEnd - (section.starts[pieceIndex(section, oldEnd)] ?? oldEnd);
    if (by === 0 || by > section.indent || by > start) continue;
    if (before.slice(oldEnd - by, oldEnd) !== after.slice(newEnd - by, newEnd)) continue;
    return { start: start - by, oldEnd: oldEnd - by, newEnd: newEnd - by };
  }
  return { start, oldEnd, newEnd };
}

/** A tree of the section with nothing but the piece, at the piece's place. */
function parsePiece(text: string, section: Section, start: number): MapNode | undefined {
  if (/\r(?!\n)/.test(text)) return undefined;
  const head = `${section.name}:\n`;
  const tree = parseYaml(head + text);
  if (!tree.isPlain || tree.problems.length > 0 || tree.roots.length !== 1) return undefined;
  const root = movedNode(tree.roots[0], (offset) => offset - head.length + start);
  return isMap(root) ? root : undefined;
}

function merge(
  before: readonly Problem[],
  own: readonly Problem[],
  start: number,
  end: number,
  by: number,
): Problem[] {
  const around = before.flatMap((p) => {
    if (p.at.start < start) return [p];
    return p.at.start < end ? [] : [by === 0 ? p : shifted(p, by)];
  });
  return [...around, ...own].sort(compareProblems);
}
