import { contractReaders } from '../contracts/index';
import type { ModelFile } from '../model/model';
import type { EarlierReading, OtherFiles, Reader, ReadResult } from '../model/reader';
import { readers } from '../readers/index';
import type { SourceFile } from '../text/sourceFile';

export const allReaders: readonly Reader[] = [...readers, ...contractReaders];

/** What one file gave, and by which dialect. */
export interface ReadFile extends ModelFile {
  readonly result: ReadResult;
}

/** A chain of `$ref`s longer than this is a cycle or an attack; reading goes on with what is there. */
const maxRounds = 16;

/** The reader of a file, or undefined for a file that is none of ours. */
export function readerOf(file: SourceFile, table: readonly Reader[] = allReaders): Reader | undefined {
  return table.find((reader) => reader.recognizes(file));
}

/**
 * Reads one file, asking `load` for the texts it wants until it wants no more. `load` answers
 * undefined for a file that does not exist; it is called once a path.
 * @param before what the same reader made of an earlier text of the file.
 */
export function readFile(
  file: SourceFile,
  reader: Reader,
  load: (path: string) => SourceFile | undefined,
  before?: EarlierReading,
): { result: ReadResult; others: OtherFiles } {
  const others = new Map<string, SourceFile | undefined>();
  let result = reader.read(file, others, before);
  for (let round = 0; round < maxRounds; round++) {
    const missing = (result.wants ?? []).filter((path) => !others.has(path));
    if (missing.length === 0) break;
    for (const path of missing) others.set(path, load(path));
    result = reader.read(file, others);
  }
  return { result, others };
}

/** Reads all files of a closed set, in order of their paths. */
export function readFiles(files: readonly SourceFile[], table: readonly Reader[] = allReaders): ReadFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const read: ReadFile[] = [];
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const reader = readerOf(file, table);
    if (reader === undefined) continue;
    const { result } = readFile(file, reader, (path) => byPath.get(path));
    read.push({ id: file.id, path: file.path, dialect: reader.dialect, result });
  }
  return read;
}
