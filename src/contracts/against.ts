import type { ContractFact } from '../model/facts';
import type { Consume, FlowModel, Schema } from '../model/model';
import { contains, type FileId, type SourceRange } from '../text/range';
import type { SourceFile } from '../text/sourceFile';
import { changesBetween } from './changes';
import { directionsOf, type CompatFinding, type CompatMode, type ReadReference } from './compat';
import { definesProto } from './protobuf/schema';
import { consumersOfSchema, defaultMode, modeOf, schemasOf, type ContractUse } from './use';

/** The contracts as they were: another folder, or a commit. */
export interface Baseline {
  /** What a file was there, by its path now; undefined for a new one. */
  earlier(path: string): SourceFile | undefined;
  /** A file there by its own path, for what earlier files refer to. */
  readonly read: ReadReference;
}

export interface NamedBaseline extends Baseline {
  /** As a sentence names it: `commit 1a2b3c4`, `folder previous`. */
  readonly name: string;
}

/** Something that a file as it is now breaks for those who use it as it was. */
export interface BaselineBreak {
  readonly finding: CompatFinding;
  /** The full name of the contract that it is in. */
  readonly contract: string;
  readonly consumers: readonly ContractUse<Consume>[];
  readonly mode: CompatMode;
  /** True where a file states the mode, or the caller does; else it is what registries assume. */
  readonly isModeStated: boolean;
}

/** A file with the contracts that it defines. */
export interface ContractFile {
  readonly file: SourceFile;
  readonly contracts: readonly ContractFact[];
}

export interface CompareOptions {
  /** Counts instead of what the contracts say themselves. */
  readonly mode?: CompatMode;
  /** Counts where neither the caller nor a file says one; `defaultMode` by default. */
  readonly assumed?: CompatMode;
  /** A folder of the model that is what is compared with: what lies in it counts as not there. */
  readonly except?: string | undefined;
}

/**
 * What a file's contracts break against a baseline, by the mode of each. A file is compared as a whole; what each
 * message reaches (also in other files) tells whose consumers a change concerns.
 */
export function breaksAgainst(
  model: FlowModel, file: SourceFile, contracts: readonly ContractFact[], readNow: ReadReference, baseline: Baseline,
  options: CompareOptions = {},
): readonly BaselineBreak[] {
  const earlier = baseline.earlier(file.path);
  const format = contracts[0]?.format;
  if (earlier === undefined || format === undefined) return [];
  const compare = (fragment: string): readonly CompatFinding[] =>
    changesBetween({ format, file: earlier, fragment, read: baseline.read }, { format, file, fragment, read: readNow });
  const isChanged = earlier.text !== file.text;
  if (!isChanged && !refers(file.text)) return [];
  const roots = contracts.filter((contract) => contract.nested !== true);
  const only = roots.length === 1 && isChanged ? roots[0] : undefined;

  const found = new Map<string, { finding: CompatFinding; owners: ContractFact[] }>();
  for (const finding of isChanged ? compare('') : []) {
    found.set(keyOf(finding), { finding, owners: only === undefined ? [] : [only] });
  }
  for (const root of only === undefined ? roots : []) {
    // What it refers to may have changed where it has not.
    if (!isChanged && schemasOf(model, root).length === 0) continue;
    for (const finding of compare(root.name.value)) {
      const known = found.get(keyOf(finding));
      if (known === undefined) found.set(keyOf(finding), { finding, owners: [root] });
      else if (!known.owners.includes(root)) known.owners.push(root);
    }
  }
  return concerned(model, file, contracts, [...found.values()], readNow, options);
}

/**
 * What contracts break that another file defined before: they were moved, or their file was renamed. Each is compared
 * with what it was there.
 */
export function breaksOfMoved(
  model: FlowModel, file: SourceFile, contracts: readonly ContractFact[], before: (contract: ContractFact) => SourceFile | undefined,
  readNow: ReadReference, baseline: Baseline, options: CompareOptions = {},
): readonly BaselineBreak[] {
  const found = contracts.flatMap((contract) => {
    const earlier = before(contract);
    if (earlier === undefined) return [];
    const { format, name: { value: fragment } } = contract;
    return changesBetween({ format, file: earlier, fragment, read: baseline.read }, { format, file, fragment, read: readNow })
      .map((finding) => ({ finding, owners: [contract] }));
  });
  return concerned(model, file, contracts, found, readNow, options);
}

/** Of all changes those that the modes of their contracts forbid, with whom they concern. */
function concerned(
  model: FlowModel, file: SourceFile, contracts: readonly ContractFact[],
  found: readonly { readonly finding: CompatFinding; readonly owners: readonly ContractFact[] }[], readNow: ReadReference, options: CompareOptions,
): readonly BaselineBreak[] {
  return found.flatMap(({ finding, owners }) => {
    // What stands in another file now is gone for nobody.
    if (/^(MESSAGE|ENUM)_REMOVED$/.test(finding.check) && isDefinedElsewhere(model, file, finding.element, readNow, options.except)) return [];
    // Of what is gone nobody here is the owner.
    const isGone = finding.check === 'MESSAGE_REMOVED' && finding.level === 'source';
    const around = isGone ? [] : owners.length > 0 ? owners : contracts.filter((contract) => contains(contract.extent, finding.at)).slice(0, 1);
    const schemas = around.length > 0 ? around.flatMap((contract) => schemasOf(model, contract).map(({ schema, version }) => ({ schema, version: version.version })))
      : schemasOfGone(model, file.path, finding.element);
    const stated = options.mode ?? schemas.map(({ schema }) => modeOf(schema)).find((mode) => mode !== undefined);
    const mode = stated ?? options.assumed ?? defaultMode;
    if (!directionsOf(mode).directions.includes(finding.direction)) return [];
    const consumers = schemas.flatMap(({ schema, version }) => consumersOfSchema(schema)
      .filter((use) => use.version === undefined || version === '' || use.version === version));
    // A message that others only use is source; one that a channel carries has no reader any more.
    const isCarried = isGone && schemas.length > 0;
    return [{
      finding: isCarried ? { ...finding, level: 'wire', severity: 'error' } : finding, consumers, contract: around[0]?.name.value ?? finding.element, mode, isModeStated: stated !== undefined,
    }];
  });
}

/** The files of a model that define contracts, in its order. */
export function contractFilesOf(model: FlowModel, fileOf: (id: FileId) => SourceFile | undefined): readonly ContractFile[] {
  const byFile = new Map<FileId, ContractFact[]>();
  for (const contract of model.contracts) {
    const { file } = contract.extent;
    byFile.set(file, [...(byFile.get(file) ?? []), contract]);
  }
  return [...byFile].flatMap(([id, contracts]) => {
    const file = fileOf(id);
    return file === undefined ? [] : [{ file, contracts }];
  });
}

function isDefinedElsewhere(model: FlowModel, file: SourceFile, fullName: string, readNow: ReadReference, except: string | undefined): boolean {
  return [...model.files.values()].some(({ id, path, dialect }) => {
    const isMeant = dialect === 'proto' && id !== file.id && (except === undefined || !path.startsWith(`${except}/`));
    const other = isMeant ? readNow(path) : undefined;
    return other?.id === id && definesProto(other, fullName);
  });
}

/** True if a file may take parts from others (imports, `$ref`), which may have changed where it has not. */
function refers(text: string): boolean {
  return /^[ \t]*import\b/m.test(text) || text.includes('"$ref"');
}

/** The schemas of a message that is in no file any more, by what flow files say of it. */
function schemasOfGone(model: FlowModel, path: string, element: string): { schema: Schema; version: string }[] {
  return model.schemas.flatMap((schema) => [...schema.versions, ...(schema.source ? [schema.source] : [])].flatMap((version) => {
    const target = version.target?.value;
    return target?.path === path && (target.fragment === '' || element === target.fragment || element.startsWith(`${target.fragment}.`))
      ? [{ schema, version: version.version }] : [];
  }));
}

/** Findings of one change are one, whoever's message led to it. */
export function keyOf({ check, direction, level, element, at }: CompatFinding): string {
  return [check, direction, level, element, placeKey(at)].join('\n');
}

function placeKey({ file, start, end }: SourceRange): string {
  return `${file} ${start} ${end}`;
}
