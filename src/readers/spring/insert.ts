import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { InsertPlace } from '../../model/facts';
import { isMap, type Entry, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { isProperties } from './documents';
import { canonicalKey } from './settings';

/** Where a fix adds a setting to a section (`spring.kafka.consumer`); undefined where it has no place. */
export type InsertPlaces = (section: string) => InsertPlace | undefined;

/**
 * In properties behind the last line that is in force, with the whole key; in YAML as the last key of the
 * section's block, where there is one.
 * @param roots the documents that are in force, the last wins.
 */
export function insertPlaces(file: SourceFile, roots: readonly (SyntaxNode | undefined)[]): InsertPlaces {
  const maps = roots.filter(isMap);
  if (isProperties(file.path)) {
    const end = Math.max(0, ...(maps.at(-1)?.entries ?? []).map((entry) => entry.end));
    if (end === 0) return () => undefined;
    const at = rangeIn(file, end, end);
    return (section) => ({ at, before: `${lineBreak(file)}${section}.`, separator: '=', after: '' });
  }
  return (section) => {
    for (const map of [...maps].reverse()) {
      const found = blockAt(map, section.split('.'));
      const place = found && behindBlock(file, found);
      if (place !== undefined) return place;
    }
    return undefined;
  };
}

/** The block map at a path; keys may hold several parts of it (`spring.kafka:`). */
function blockAt(map: MapNode, path: readonly string[]): MapNode | undefined {
  if (path.length === 0) return map;
  for (const entry of map.entries) {
    if (entry.merged === true || !isMap(entry.value)) continue;
    const parts = canonicalKey(entry.key.text).split('.');
    if (parts.length > path.length || parts.some((part, i) => part !== canonicalKey(path[i] ?? ''))) continue;
    const found = blockAt(entry.value, path.slice(parts.length));
    if (found !== undefined) return found;
  }
  return undefined;
}

function behindBlock(file: SourceFile, map: MapNode): InsertPlace | undefined {
  if (map.flow) return undefined;
  const own: readonly Entry[] = map.entries.filter((entry) => entry.merged !== true);
  const [first, last] = [own[0], own.at(-1)];
  if (first === undefined || last === undefined || map.entries.at(-1) !== last) return undefined;
  const lineStart = file.text.lastIndexOf('\n', first.key.start - 1) + 1;
  const indent = file.text.slice(lineStart, first.key.start);
  if (indent.trim() !== '') return undefined;
  const rest = /^[ \t]*(#[^\r\n]*)?/.exec(file.text.slice(last.end, last.end + 500));
  const end = last.end + (rest?.[0].length ?? 0);
  return { at: rangeIn(file, end, end), before: `${lineBreak(file)}${indent}`, separator: ': ', after: '' };
}

function lineBreak(file: SourceFile): string {
  return /\r\n/.test(file.text.slice(0, 10_000)) ? '\r\n' : '\n';
}
