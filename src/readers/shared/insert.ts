import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { InsertPlace } from '../../model/facts';
import { isMap, type MapNode, type SyntaxNode } from '../../syntax/tree';

/**
 * Where a fix writes a key into a block map: on a line of its own behind the last entry, indented
 * like the others. Undefined for flow maps, empty maps and maps brought in by an alias or merge.
 */
export function insertIntoMap(file: SourceFile, node: SyntaxNode | undefined): InsertPlace | undefined {
  const place = lineBehind(file, node);
  if (place === undefined) return undefined;
  return { at: rangeIn(file, place.end, place.end), before: `\n${place.indent}`, separator: ': ', after: '' };
}

/**
 * The same, into a map that is not there yet and is made below `key`. The last character of the text
 * before is replaced by itself, so that two such fixes overlap and only one of them makes the map.
 */
export function insertIntoNewMap(file: SourceFile, node: SyntaxNode | undefined, key: string): InsertPlace | undefined {
  const place = lineBehind(file, node);
  if (place === undefined || place.end === 0) return undefined;
  return {
    at: rangeIn(file, place.end - 1, place.end),
    before: `${file.text[place.end - 1]}\n${place.indent}${key}:\n${place.indent}  `, separator: ': ', after: '',
  };
}

function lineBehind(file: SourceFile, node: SyntaxNode | undefined): { end: number; indent: string } | undefined {
  if (!isMap(node) || node.flow) return undefined;
  const own: MapNode['entries'] = node.entries.filter((e) => e.merged !== true);
  const first = own[0];
  const last = own.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const lineStart = file.text.lastIndexOf('\n', first.key.start - 1) + 1;
  // A list item's first key stands behind its dash, the others below it: a dash counts as a space.
  const indent = file.text.slice(lineStart, first.key.start).replace(/-/g, ' ');
  if (indent.trim() !== '') return undefined;
  const end = last.end;
  const rest = /^[ \t]*#[^\r\n]*/.exec(file.text.slice(end, end + 500));
  return { end: end + (rest?.[0].length ?? 0), indent };
}
