import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Reader } from '../../src/model/reader';
import { masked } from '../../src/syntax/placeholder';
import type { FileId } from '../../src/text/range';
import type { SourceFile } from '../../src/text/sourceFile';
import { allReaders, readFile, readerOf } from '../../src/workspace/read';
import { mutateGrammar } from './mutateGrammar';
import { seeded } from './mutate';
import { rangesOf } from './ranges';

/** A text that mutations start from. */
export interface Seed {
  readonly path: string;
  readonly text: string;
}

/** Readers of one dialect share its seeds; each takes those that it knows. */
export interface Fuzzed {
  readonly name: string;
  readonly reader: Reader;
  readonly seeds: readonly Seed[];
  /** Real files, which count as much as all seeds together. */
  readonly others: readonly Seed[];
}

/** Real files above this make cases slow without making them different. */
const maxSeed = 4_000;

const id = 'file:///fuzz' as FileId;

/**
 * Every reader of the table with what it is fuzzed by: the texts of its dialect in `folder`
 * (`<dialect>.txt`, files behind `=== path` lines) and those files below `more` that it recognizes.
 * A reader that knows none of the texts has no seeds: whoever asks has to complain.
 */
export function fuzzedReaders(folder: string, more: readonly string[] = []): readonly Fuzzed[] {
  const real = more.flatMap((root) => (existsSync(root) ? filesBelow(root) : []));
  const byReader = new Map<Reader, Seed[]>();
  for (const seed of real) {
    const reader = readerOf({ id, ...seed });
    if (reader !== undefined) byReader.set(reader, [...(byReader.get(reader) ?? []), seed]);
  }
  const counts = new Map<string, number>();
  return allReaders.map((reader) => {
    const count = (counts.get(reader.dialect) ?? 0) + 1;
    counts.set(reader.dialect, count);
    const place = join(folder, `${reader.dialect}.txt`);
    const all = existsSync(place) ? seedsIn(readFileSync(place, 'utf8')) : [];
    const seeds = all.filter((seed) => reader.recognizes({ id, ...seed }));
    return { name: count === 1 ? reader.dialect : `${reader.dialect} ${count}`, reader, seeds, others: byReader.get(reader) ?? [] };
  });
}

function seedsIn(text: string): Seed[] {
  return text.split(/^=== /m).slice(1).map((part) => {
    const end = part.indexOf('\n');
    return { path: `/fuzz/${part.slice(0, end).trim()}`, text: part.slice(end + 1) };
  });
}

function filesBelow(folder: string): Seed[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || statSync(path).size > maxSeed) return [];
    const text = readFileSync(path, 'utf8');
    return text.includes('\uFFFD') ? [] : [{ path, text }];
  }).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The text of a case; the same for the same number, whatever was run before. */
export function caseOf({ seeds, others }: Fuzzed, number: number): SourceFile {
  const random = seeded(20_260_101 + number * 7919);
  const from = others.length > 0 && random() < 0.5 ? others : seeds;
  const seed = from[Math.floor(random() * from.length)] ?? { path: '/fuzz/none', text: '' };
  return { id, path: seed.path, text: mutateGrammar(seed.text, random) };
}

/**
 * Reads a case and tells what is wrong with the reading: a throw, a place outside of the file, the private
 * sign of templates in a fact, or, if `thorough`, another result the second time.
 */
export function faultOf(reader: Reader, file: SourceFile, thorough: boolean): string | undefined {
  try {
    reader.recognizes(file);
    if (thorough) for (const other of allReaders) other.recognizes(file);
    const { result } = readFile(file, reader, () => undefined);
    for (const at of rangesOf([result.facts, result.problems, result.links, result.skipped])) {
      if (at.file !== file.id || !(at.start >= 0 && at.start <= at.end && at.end <= file.text.length)) {
        return `a place ${at.start}-${at.end} outside of ${file.text.length}`;
      }
    }
    const facts = JSON.stringify(result.facts);
    if (facts.includes(masked)) {
      const at = facts.indexOf(masked);
      return `the sign of templates in a fact: ${facts.slice(Math.max(0, at - 150), at + 20)}`;
    }
    if (thorough && JSON.stringify(readFile(file, reader, () => undefined).result) !== JSON.stringify(result)) {
      return 'another result the second time';
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
