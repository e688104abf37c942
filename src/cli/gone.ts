import { messagesOf, type DocMessages } from '../contracts/asyncapi/payloads';
import { goneBreaks, type DocumentOptions } from '../contracts/asyncapi/against';
import type { Baseline, ContractFile } from '../contracts/against';
import { directionsOf, type CompatMode, type ReadReference } from '../contracts/compat';
import { renamedFiles, type MovableFile } from '../contracts/moves';
import { importedFile, importsOf } from '../contracts/protobuf/schema';
import { consumersOfContract, consumersOfSchema, defaultMode, modeOf, type ContractUse } from '../contracts/use';
import type { ContractFact } from '../model/facts';
import type { Consume, FlowModel } from '../model/model';
import type { SourceRange } from '../text/range';
import type { SourceFile } from '../text/sourceFile';
import { idOfPath } from '../workspace/uri';
import type { EarlierFile, OpenBaseline } from './against';
import { namesOf, relatedOf } from './broken';
import type { CompatProblem } from './formats/compat';
import type { Loaded } from './load';

/** What has become of files that are gone, and where contracts were before that stand in other files now. */
export interface Moves {
  /** Contract files and documents that are gone, and no new file is one of them. */
  readonly gone: readonly EarlierFile[];
  /** All that are gone from their paths. */
  readonly lost: readonly EarlierFile[];
  /** The file that a new one was, by the new one's path. */
  readonly renamed: ReadonlyMap<string, SourceFile>;
  /** The file that defined a contract, where another did than does now. */
  before(contract: ContractFact, file: SourceFile): SourceFile | undefined;
}

/**
 * Compares what was there with what is there, by paths, names and texts.
 * @param isRead false for files that cannot be read whole: of what they lack nobody knows that it is gone.
 */
export function movesOf(
  loaded: Loaded, baseline: OpenBaseline, files: readonly ContractFile[], documents: readonly SourceFile[], isRead: (path: string) => boolean,
): Moves {
  const { workspace } = loaded;
  const now: readonly (MovableFile & { readonly contracts: readonly ContractFact[] })[] = [
    ...files.map(({ file, contracts }) => ({ path: file.path, file, format: contracts[0]?.format ?? '', contracts })),
    ...documents.map((file) => ({ path: file.path, file, format: 'asyncapi', contracts: [] })),
  ];
  const isThere = new Set(now.map(({ path, format }) => `${format} ${path}`));
  const was = new Set(baseline.files.map((one) => `${formatOf(one)} ${one.path}`));
  const lost = baseline.files.filter((one) => !(one.contracts.length === 0 && one.dialect === 'proto' && workspace.isThere(one.path)) && !isThere.has(`${formatOf(one)} ${one.path}`) && isRead(one.path) && !workspace.leavesOut(one.path))
    .map((one) => ({ ...one, format: formatOf(one) }));
  const fresh = now.filter(({ path, format }) => !was.has(`${format} ${path}`));
  const renamed = new Map([...renamedFiles(lost, fresh)].map(([path, { file }]) => [path, file]));
  pairDocuments(lost.filter(({ format }) => format === 'asyncapi'), fresh.filter(({ format }) => format === 'asyncapi'), renamed, baseline.read, (path) => workspace.text(path));
  const taken = new Set(renamed.values());

  const key = (contract: ContractFact): string => `${contract.format} ${contract.name.value}`;
  const definers = new Map<string, EarlierFile[]>();
  for (const one of baseline.files) {
    for (const contract of one.contracts) definers.set(key(contract), [...(definers.get(key(contract)) ?? []), one]);
  }
  const defined = new Set(now.flatMap(({ path, contracts }) => contracts.map((contract) => `${key(contract)} ${path}`)));
  return {
    gone: lost.filter(({ file }) => !taken.has(file)),
    lost,
    renamed,
    before: (contract, file) => {
      const earlier = definers.get(key(contract)) ?? [];
      if (renamed.has(file.path) || earlier.some(({ path }) => path === file.path)) return undefined;
      const [first, ...others] = earlier.filter(({ path }) => !defined.has(`${key(contract)} ${path}`) && !workspace.leavesOut(path));
      return others.length === 0 ? first?.file : undefined;
    },
  };
}

function formatOf({ dialect, contracts }: EarlierFile): string {
  return dialect === 'asyncapi' ? 'asyncapi' : dialect === 'proto' ? 'protobuf' : contracts[0]?.format ?? '';
}

/** A document of the same application, or with the same messages at the same channels, is the one that was renamed or split. */
function pairDocuments(
  gone: readonly EarlierFile[], fresh: readonly MovableFile[], renamed: Map<string, SourceFile>, readBefore: ReadReference, readNow: ReadReference,
): void {
  if (gone.length === 0) return;
  const before = gone.map(({ file }) => ({ file, doc: messagesOf(file, readBefore) }));
  for (const { path, file } of fresh) {
    const now = renamed.has(path) ? undefined : messagesOf(file, readNow);
    if (now === undefined) continue;
    const [best] = before.map(({ file: earlier, doc }) => ({ earlier, common: doc === undefined ? 0 : inCommon(doc, now) }))
      .filter(({ common }) => common > 0).sort((a, b) => b.common - a.common || (a.earlier.path < b.earlier.path ? -1 : 1));
    if (best !== undefined) renamed.set(path, best.earlier);
  }
}

/** How many messages two documents have at the same channels; an application's title counts as one. */
function inCommon(a: DocMessages, b: DocMessages): number {
  const keys = ({ channels, components }: DocMessages): string[] => [
    ...channels.flatMap(({ address, messages }) => messages.map(({ name }) => `${address}\n${name}`)), ...components.map(({ name }) => name),
  ];
  const own = new Set(keys(a));
  return new Set(keys(b).filter((key) => own.has(key))).size + (a.title !== undefined && a.title === b.title ? 1 : 0);
}

/** Contracts that no file defines any more, as their files are gone or empty. */
export function removedContracts(loaded: Loaded, baseline: OpenBaseline, { gone }: Moves, files: readonly ContractFile[], mode: CompatMode | undefined): readonly CompatProblem[] {
  const names = new Set(files.flatMap(({ contracts }) => contracts.map((contract) => `${contract.format} ${contract.name.value}`)));
  const isGone = new Set(gone.map(({ file }) => file));
  const found = baseline.files.flatMap((earlier) => earlier.contracts
    .filter((contract) => contract.nested !== true && !names.has(`${contract.format} ${contract.name.value}`) && (isGone.has(earlier.file) || isTakenOut(loaded, earlier, files)))
    .map((contract) => ({ earlier, contract })));
  if (found.length === 0) return [];
  const model = loaded.workspace.modelWith([...new Set(found.map(({ earlier }) => earlier))].map(({ path, file, dialect, contracts }) => ({ id: file.id, path, dialect, facts: contracts })));
  return found.flatMap(({ earlier, contract }): CompatProblem[] => {
    const { places, consumers, stated } = usersOf(model, earlier, contract);
    if (directionsOf(mode ?? stated ?? defaultMode).directions.length === 0) return [];
    const name = loaded.name(idOfPath(earlier.path));
    const how = !isGone.has(earlier.file) ? `is gone from ${name}` : loaded.workspace.isThere(earlier.path) ? `is gone from ${name}, which defines no contract any more` : `is gone with its file ${name}`;
    return [{
      check: 'CONTRACT_REMOVED', severity: 'error', contract: contract.name.value,
      message: `${contract.name.value} ${how}: nobody can read any more what was written with it. `
        + 'Keep it until no channel holds such messages and no service names it.',
      ...placeOf(loaded, earlier.path, places, consumers), consumers: namesOf(consumers), related: relatedOf(loaded, consumers),
    }];
  });
}

/**
 * True for files of several types that have fewer of them now. Others are compared as a whole, which tells what is gone;
 * of a type that is not there any more IDL knows nothing.
 */
function isTakenOut(loaded: Loaded, { path, contracts }: EarlierFile, files: readonly ContractFile[]): boolean {
  if (!/\.(avdl|avpr)$/i.test(path)) return false;
  const now = files.find(({ file }) => file.path === path)?.contracts ?? [];
  return !loaded.workspace.leavesOut(path) && contracts.length > now.length;
}

/** Who used a contract that is gone: what files say now, and what was inferred from its name. */
function usersOf(model: FlowModel, { path, file: { id } }: EarlierFile, { name }: ContractFact): {
  readonly places: readonly SourceRange[]; readonly consumers: readonly ContractUse<Consume>[]; readonly stated: CompatMode | undefined;
} {
  const uses = model.schemas.flatMap((schema) => [...schema.versions, ...(schema.source === undefined ? [] : [schema.source])]
    .filter(({ target, contract }) => target?.value.path === path && contract?.extent.file === id && contract.name.value === name.value)
    .map((version) => ({ schema, version })));
  return {
    places: uses.flatMap(({ version: { target } }) => (target === undefined || target.at.file === id ? [] : [target.at])),
    consumers: uses.flatMap(({ schema, version }) => consumersOfSchema(schema)
      .filter((use) => use.version === undefined || version.version === '' || use.version === version.version)),
    stated: uses.map(({ schema }) => modeOf(schema)).find((one) => one !== undefined),
  };
}

/** Imports of Protobuf files that are gone: files that name them do not build, whatever is in them. */
export function removedImports(loaded: Loaded, baseline: OpenBaseline, { lost }: Moves, files: readonly ContractFile[], mode: CompatMode | undefined): readonly CompatProblem[] {
  const { workspace, snapshot: { model } } = loaded;
  const paths = lost.filter(({ dialect }) => dialect === 'proto').map(({ path }) => path);
  if (paths.length === 0 || mode === 'none') return [];
  return files.flatMap(({ file, contracts }) => importsOf(file).flatMap(({ path, at }): CompatProblem[] => {
    const gone = /\.proto$/i.test(file.path) ? paths.find((one) => one.endsWith(`/${path}`)) : undefined;
    const earlier = gone === undefined ? undefined : baseline.earlier(file.path);
    if (gone === undefined || earlier === undefined || importedFile(file, path, (one) => workspace.text(one)) !== undefined
      || importedFile(earlier, path, baseline.read) === undefined) return [];
    const consumers = contracts.flatMap((contract) => consumersOfContract(model, contract));
    return [{
      check: 'IMPORT_REMOVED', severity: 'error', contract: contracts.find(({ nested }) => nested !== true)?.name.value ?? loaded.name(file.id),
      message: `${loaded.name(file.id)} imports ${path}, which is gone: no program that uses it builds any more. `
        + 'Bring the file back, or import the one that has its types now.',
      ...loaded.places.of(at), consumers: namesOf(consumers), related: relatedOf(loaded, consumers),
    }];
  }));
}

/** AsyncAPI documents that are gone with messages that nobody else sends or receives in their stead. */
export function removedDocuments(loaded: Loaded, baseline: Baseline, { gone }: Moves, options: DocumentOptions): readonly CompatProblem[] {
  const { workspace, snapshot: { model } } = loaded;
  return gone.flatMap(({ path, file, dialect }): CompatProblem[] => {
    if (dialect !== 'asyncapi') return [];
    const losses = goneBreaks(model, file, (one) => workspace.text(one), baseline, options);
    const [first] = losses;
    if (first === undefined) return [];
    const shown = losses.slice(0, maxLosses).map(({ finding }) => finding.message).join(' ');
    const consumers = [...new Map(losses.flatMap((one) => one.consumers).map((use) => [use.edge, use])).values()];
    const title = messagesOf(file, baseline.read)?.title;
    const name = loaded.name(idOfPath(path));
    const places = first.consumers.length > 0 ? [] : model.channels.filter(({ address }) => losses.some(({ finding }) => finding.element.includes(` at ${address} `)))
      .map(({ at }) => at);
    return [{
      check: 'DOCUMENT_REMOVED', severity: losses.some(({ finding }) => finding.severity === 'error') ? 'error' : 'warning', contract: title ?? name,
      message: `The AsyncAPI document ${name}${title === undefined ? '' : ` of ${title}`} is ${workspace.isThere(path) ? 'none any more' : 'gone'}. ${shown}`
        + `${losses.length > maxLosses ? ` (And ${losses.length - maxLosses} more.)` : ''} Keep the document until nobody awaits or sends these messages any more, `
        + 'or put them into the documents of those who do in its stead.',
      ...placeOf(loaded, path, places, consumers), consumers: namesOf(consumers), related: relatedOf(loaded, consumers),
    }];
  });
}

/** Messages that are gone with one document and are told one by one. */
const maxLosses = 5;

/** Where somebody names what is gone, or uses it; else where it was. */
function placeOf(
  loaded: Loaded, path: string, places: readonly SourceRange[], consumers: readonly ContractUse<Consume>[],
): Pick<CompatProblem, 'file' | 'range'> {
  const at = places[0] ?? consumers[0]?.edge.at;
  if (at !== undefined) return loaded.places.of(at);
  const start = { line: 1, column: 1 };
  return { file: loaded.name(idOfPath(path)), range: { start, end: start } };
}
