import { contractReaders } from '../contracts/index';
import type { ModelFile } from '../model/model';
import type { EarlierReading, OtherFiles, Reader, ReadOptions, ReadResult } from '../model/reader';
import { readers } from '../readers/index';
import { maskTemplates } from '../syntax/template';
import type { SourceRange } from '../text/range';
import { rangeIn, type SourceFile } from '../text/sourceFile';
import { maxNesting, readEmbedded, withEmbedded } from './embedded';
import { withNote } from './skipped';
import { withoutSigns } from './unmasked';

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
  options: ReadOptions = {},
  table: readonly Reader[] = allReaders,
): { result: ReadResult; others: OtherFiles } {
  const others = new Map<string, SourceFile | undefined>();
  const result = readNested(file, reader, { load, before, options, table, others, depth: 0 });
  return { result: withNote(file, ours.has(reader.dialect) ? result : lenient(result)), others };
}

/** Dialects that other tools read by the letter of YAML as well, or that only we read. */
const ours: ReadonlySet<string> = new Set(['flow', 'asyncapi']);

/**
 * Other programs' files are parsed by their own parsers, some of which take what the letter of YAML forbids (a list in
 * brackets that goes on at its key's column). It is worth a word, but nobody's build should fail on it.
 */
function lenient(result: ReadResult): ReadResult {
  if (!result.problems.some((p) => p.code === 'syntax/yaml' && p.severity === 'error')) return result;
  const problems = result.problems.map((p) => (p.code === 'syntax/yaml' ? { ...p, severity: 'warning' as const } : p));
  return { ...result, problems };
}

interface Reading {
  readonly load: (path: string) => SourceFile | undefined;
  readonly before: EarlierReading | undefined;
  readonly options: ReadOptions;
  readonly table: readonly Reader[];
  readonly others: Map<string, SourceFile | undefined>;
  /** How many files this one stands inside of. */
  readonly depth: number;
}

function readNested(given: SourceFile, reader: Reader, reading: Reading): ReadResult {
  const { load, before, options, others, depth } = reading;
  const { text, skipped } = isVerbatim(given, reader) ? { text: given.text, skipped: [] } : maskTemplates(given.text);
  const file = text === given.text ? given : { ...given, text };
  let result = reader.read(file, others, before, options);
  for (let round = 0; round < maxRounds; round++) {
    const missing = (result.wants ?? []).filter((path) => !others.has(path));
    if (missing.length === 0) break;
    for (const path of missing) others.set(path, load(path));
    result = reader.read(file, others, undefined, options);
  }
  if (text !== given.text) result = withoutSigns(result);
  const places = skipped.map((place) => rangeIn(file, place.start, place.end));
  if (!result.embedded?.length || depth >= maxNesting) return withSkipped(result, places);
  const inner = result.embedded.flatMap((embedded) => {
    const found = readEmbedded(file, embedded, (one) => {
      const innerReader = readerOf(one, reading.table);
      return innerReader && readNested(one, innerReader, { ...reading, before: undefined, depth: depth + 1 });
    });
    return found === undefined ? [] : [found];
  });
  const whole = withEmbedded(result, inner);
  return withSkipped(text === given.text ? whole : withoutSigns(whole), places);
}

/** A template that says nothing of messages would say nothing without its expressions either. */
function withSkipped(result: ReadResult, places: readonly SourceRange[]): ReadResult {
  if (places.length === 0 || (result.facts.length === 0 && !result.skipped?.length)) return result;
  return { ...result, skipped: [...places, ...(result.skipped ?? [])] };
}

/** Dialects whose braces are their own, or whose readers know templates themselves. */
const verbatim: ReadonlySet<string> = new Set(['flow', 'asyncapi', 'proto', 'avro', 'terraform', 'nats-conf']);

/** True for texts that are read as they are. JSON's parser knows expressions where a value should stand. */
function isVerbatim(file: SourceFile, reader: Reader): boolean {
  return verbatim.has(reader.dialect) || /\.(json|jsonc|avsc|avpr|avdl)(\.|$)/i.test(file.path);
}

/** Reads all files of a closed set, in order of their paths. */
export function readFiles(
  files: readonly SourceFile[],
  table: readonly Reader[] = allReaders,
  options: ReadOptions = {},
): ReadFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const read: ReadFile[] = [];
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const reader = readerOf(file, table);
    if (reader === undefined) continue;
    const { result } = readFile(file, reader, (path) => byPath.get(path), undefined, options, table);
    read.push({ id: file.id, path: file.path, dialect: reader.dialect, result });
  }
  return read;
}
