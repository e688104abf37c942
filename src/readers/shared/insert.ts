import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { InsertPlace } from '../../model/facts';
import { isMap, type MapNode, type SyntaxNode } from '../../syntax/tree';

/**
 * Where a fix writes a setting into a map that is not there yet: it is made as the last `key` of a block
 * map. The last character of the text before is replaced by itself, so that two such fixes overlap and
 * only one of them makes the map. In a flow map (all of JSON) it goes behind the last entry, in braces of
 * its own. Undefined for maps brought in by an alias or merge.
 */
export function insertIntoNewMap(
  file: SourceFile, node: SyntaxNode | undefined, key: string,
): InsertPlace | undefined {
  if (isMap(node) && node.flow) return insertIntoBraces(file, node, key);
  const place = lineBehind(file, node);
  if (place === undefined || place.end === 0) return undefined;
  const eol = file.text.includes('\r\n') ? '\r\n' : '\n';
  return {
    at: rangeIn(file, place.end - 1, place.end),
    before: `${file.text[place.end - 1]}${eol}${place.indent}${key}:${eol}${place.indent}  `, separator: ': ',
    after: '',
  };
}

function insertIntoBraces(file: SourceFile, node: MapNode, key: string): InsertPlace | undefined {
  const last = node.entries.findLast((e) => e.merged !== true);
  if (last === undefined || node.entries.at(-1) !== last) return undefined;
  const quoted = file.text[last.key.start] === '"';
  return {
    at: rangeIn(file, last.end, last.end), before: `, ${quoted ? `"${key}"` : key}: { `, separator: ': ', after: ' }',
    ...(quoted ? { quoted } : {}),
  };
}

function lineBehind(
  file: SourceFile, node: SyntaxNode | undefined,
): { end: number; indent: string } | undefined {
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
