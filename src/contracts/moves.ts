import { unversionedPath } from './neighbours';
import type { SourceFile } from '../text/sourceFile';

/** A file and what it is, for finding it under another name. */
export interface MovableFile {
  /** Where it is, or would be now. */
  readonly path: string;
  readonly file: SourceFile;
  /** Files of different formats are never one. */
  readonly format: string;
}

/** From this share of equal statements on two files are versions of one; git takes half of them. */
const alike = 0.6;

/** Longer files are told by equality alone, and so are files where there are very many. */
const maxLength = 500_000;
const maxPairs = 4_000;

/**
 * Which file that is gone a new one was, by their texts: equal ones first, then those that are most alike. Files that
 * differ in a version of their paths are never one: a new version beside one that is gone is no new name for it.
 * @returns by the new file's path.
 */
export function renamedFiles(gone: readonly MovableFile[], fresh: readonly MovableFile[]): ReadonlyMap<string, MovableFile> {
  const pairs: { readonly was: MovableFile; readonly is: MovableFile; readonly share: number }[] = [];
  const lines = new Map<SourceFile, ReadonlyMap<string, number>>();
  const linesOf = (file: SourceFile): ReadonlyMap<string, number> => {
    let found = lines.get(file);
    if (found === undefined) lines.set(file, (found = countLines(file.text)));
    return found;
  };
  const isSmall = gone.length * fresh.length <= maxPairs;
  for (const was of gone) {
    for (const is of fresh) {
      if (was.format !== is.format || isOtherVersion(was.path, is.path)) continue;
      const share = was.file.text === is.file.text ? 2
        : isSmall && Math.max(was.file.text.length, is.file.text.length) <= maxLength ? shareOf(linesOf(was.file), linesOf(is.file)) : 0;
      if (share >= alike) pairs.push({ was, is, share });
    }
  }
  pairs.sort((a, b) => b.share - a.share || (a.was.path + a.is.path < b.was.path + b.is.path ? -1 : 1));
  const found = new Map<string, MovableFile>();
  const taken = new Set<MovableFile>();
  for (const { was, is } of pairs) {
    if (taken.has(was) || found.has(is.path)) continue;
    taken.add(was);
    found.set(is.path, was);
  }
  return found;
}

function isOtherVersion(a: string, b: string): boolean {
  const [x, y] = [versionsIn(a), versionsIn(b)];
  return x !== y && x !== '' && y !== '';
}

/** What `unversionedPath` takes out: the folders and the part of the name that say a version. */
function versionsIn(path: string): string {
  const [bare, parts] = [unversionedPath(path).split('/'), path.split('/')];
  return parts.filter((part, i) => part !== bare[i]).map((part) => /v?(\d+([._]\d+)*((alpha|beta)\d*)?)/i.exec(part)?.[1] ?? '').join('/');
}

/** Each statement without what stands around it, and how often: files on one line have them, too. */
function countLines(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split(/[\n{},;]/)) {
    const bare = line.trim();
    if (bare.length > 1) found.set(bare, (found.get(bare) ?? 0) + 1);
  }
  return found;
}

/** How much of the longer one is in the other, 0 to 1. */
function shareOf(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((all, count) => all + count, 0);
  let common = 0;
  for (const [line, count] of a) common += Math.min(count, b.get(line) ?? 0);
  return common / Math.max(1, sum(a), sum(b));
}
