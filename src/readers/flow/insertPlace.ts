import type { InsertPlace } from '../../model/facts';
import type { Entry, MapNode } from '../../syntax/tree';
import { rangeIn, type SourceFile } from '../../text/sourceFile';

/**
 * Where a setting can be added to `orders: …`: behind the last key of its block, inside its braces, or
 * as the first key where nothing is written yet. Undefined where nothing can be added in place: the
 * value is an alias, a scalar, or an item of a plain list.
 */
export function insertPlace(file: SourceFile, owner: Entry, parent: MapNode): InsertPlace | undefined {
  const place = placeIn(file, owner, parent);
  // A key in double quotes may be YAML as well, where quotes are as good.
  return place !== undefined && file.text[owner.key.start] === '"' ? { ...place, quoted: true } : place;
}

function placeIn(file: SourceFile, owner: Entry, parent: MapNode): InsertPlace | undefined {
  const { value, colon } = owner;
  if (owner.merged) return undefined;
  if (value === undefined) {
    if (colon === undefined || /[&!*]/.test(file.text.slice(colon, owner.end))) return undefined;
    if (!parent.flow) return firstKey(file, owner, colon);
    const blanks = /^[ \t]*(?=,)/.exec(file.text.slice(colon, colon + 80))?.[0].length ?? 0;
    return braces(file, colon, colon + blanks, ' ');
  }
  if (value.kind !== 'map' || value.start < owner.key.end || value.end > owner.end) return undefined;
  if (!value.flow) return blockEnd(file, value);
  const last = value.entries.findLast((e) => !e.merged);
  if (last === undefined) {
    return value.entries.length > 0 ? undefined : braces(file, value.start, value.end, '');
  }
  return { at: rangeIn(file, last.end, last.end), before: ', ', separator: ': ', after: '' };
}

function braces(file: SourceFile, start: number, end: number, lead: string): InsertPlace {
  return { at: rangeIn(file, start, end), before: `${lead}{ `, separator: ': ', after: ' }' };
}

function firstKey(file: SourceFile, owner: Entry, colon: number): InsertPlace {
  return lineBehind(file, colon, columnOf(file.text, owner.key.start) + 2);
}

function blockEnd(file: SourceFile, value: MapNode): InsertPlace {
  return lineBehind(file, value.end, columnOf(file.text, value.start));
}

/** A line of its own behind the one of an offset. */
function lineBehind(file: SourceFile, offset: number, indent: number): InsertPlace {
  const at = endOfLine(file.text, offset);
  return {
    at: rangeIn(file, at, at),
    before: lineBreak(file.text, at) + ' '.repeat(indent),
    separator: ': ',
    after: '',
  };
}

/** Steps back by hand: searching for a carriage return would run to the start of every text that has none. */
function columnOf(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && text[start - 1] !== '\n' && text[start - 1] !== '\r') start--;
  return offset - start;
}

function endOfLine(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}

/** The line break that ends the line at `end`; of a last line without one that of the line before. */
function lineBreak(text: string, end: number): string {
  const at = end < text.length ? end : text.lastIndexOf('\n', end - 1) - 1;
  return text[at] === '\r' && text[at + 1] === '\n' ? '\r\n' : '\n';
}
