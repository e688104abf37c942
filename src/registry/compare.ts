import { breaksAgainst, keyOf, type ContractFile } from '../contracts/against';
import type { CompatMode } from '../contracts/compat';
import { consumersOfContract, modeOf, schemasOf, type ContractUse } from '../contracts/use';
import type { Consume, FlowModel } from '../model/model';
import type { Severity } from '../text/problem';
import type { SourceRange } from '../text/range';
import type { SourceFile } from '../text/sourceFile';
import { registeredContracts, registryBaselines, type RegisteredContract } from './baseline';
import type { RegistryClient } from './client';

/** The files as they are now. */
export interface LocalContracts {
  readonly model: FlowModel;
  readonly files: readonly ContractFile[];
  /** A file's text by its path, also of one that defines no contract. */
  text(path: string): SourceFile | undefined;
}

/** Where files and registry disagree. */
export interface RegistryFinding {
  readonly check: string;
  readonly severity: Severity;
  readonly message: string;
  /** The full name of the contract, or of its message. */
  readonly contract: string;
  readonly at: SourceRange;
  /** Who reads it. */
  readonly consumers: readonly ContractUse<Consume>[];
  /** Both sides of what differs, where each can be said in a word. */
  readonly declared?: string;
  readonly registered?: string;
  /** True where something breaks for those who use what is registered; else files and registry only differ. */
  readonly isBreak: boolean;
}

export interface RegistryComparison {
  /** All that the registry has, sorted. */
  readonly subjects: readonly string[];
  /** The contracts that the registry holds. */
  readonly found: readonly RegisteredContract[];
  /** In no order. */
  readonly findings: readonly RegistryFinding[];
}

/**
 * What contracts break for those who use what a registry holds, and where files and registry disagree.
 * @param mode counts instead of what files and registry say.
 * @param only `differences`: what breaks is left out, which is costly to find.
 * @throws RegistryError if the registry does not answer as one.
 */
export async function compareWithRegistry(
  client: RegistryClient, local: LocalContracts, { mode, only = 'all' }: { readonly mode?: CompatMode; readonly only?: 'all' | 'differences' } = {},
): Promise<RegistryComparison> {
  const { model, files } = local;
  const { found, subjects } = await registeredContracts(client, model, files.map(({ file, contracts }) => ({ path: file.path, contracts })), mode);
  const findings = new Map<string, RegistryFinding>();
  for (const baseline of only === 'differences' ? [] : await registryBaselines(client, found)) {
    for (const one of files) {
      const assumed = found.find(({ path }) => path === one.file.path)?.level;
      for (const { finding, contract, consumers } of breaksAgainst(model, one.file, one.contracts, (path) => local.text(path), baseline, { mode, assumed })) {
        const message = `${finding.message} ${finding.advice}`.trim();
        const { check, severity, at } = finding;
        findings.set(`${keyOf(finding)}\n${message}`, { check, severity, message, contract, at, consumers, isBreak: true });
      }
      // Many large files take long; whoever else waits for this process has a turn between two.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const all = [...findings.values()];
  for (const one of found) all.push(...await drift(client, local, one, all));
  return { subjects, found, findings: all };
}

/** Where the files say one thing and the registry another. */
async function drift(
  client: RegistryClient, { model, files, text }: LocalContracts,
  { path, contract, subject, level, versions }: RegisteredContract, known: readonly RegistryFinding[],
): Promise<RegistryFinding[]> {
  const file = files.find((one) => one.file.path === path)?.file;
  const [last] = versions;
  if (file === undefined || last === undefined) return [];
  const finding = (check: string, severity: Severity, message: string, sides: Pick<RegistryFinding, 'declared' | 'registered'> = {}): RegistryFinding => ({
    ...sides, check, severity, message, contract: contract.name.value, at: contract.name.at,
    consumers: consumersOfContract(model, contract), isBreak: false,
  });
  const found: RegistryFinding[] = [];
  const schemas = schemasOf(model, contract).map(({ schema }) => schema);
  const stated = schemas.map(modeOf).find((one) => one !== undefined);
  if (stated !== undefined && level !== undefined && stated !== level) {
    found.push(finding('COMPATIBILITY_DIFFERS', 'warning',
      `A file says that ${contract.name.value} is ${stated} compatible, and the registry holds subject ${subject} to ${level}. Set one of them to the other.`,
      { declared: stated, registered: level }));
  }
  // An earlier version in the folder is not what the registry would be given next.
  const isLast = schemas.every((schema) => schema.versions.length === 0 || schema.versions.at(-1)?.contract === contract);
  const shapes = [file, ...schemas.flatMap((schema) => schema.versions.flatMap(({ target }) => (target && text(target.value.path)) ?? []))]
    .map((one) => shapeOf(one.text));
  if (!isLast) return found;
  if (!shapes.includes(shapeOf(last.text))) {
    found.push(finding('REGISTRY_DRIFT', 'info',
      `Version ${last.version} of subject ${subject} is in no file here as it is registered. Add it to the versions of ${contract.name.value}, or register what is here.`,
      { registered: `version ${last.version} of ${subject}` }));
  }
  if (shapeOf(file.text) === shapeOf(last.text) || known.some((one) => one.severity === 'error' && one.at.file === file.id)) return found;
  const { isTaken, reason } = await client.wouldTake(subject, contract.format, file.text, last.references);
  if (!isTaken) {
    found.push(finding('REGISTRY_REFUSES', 'error',
      `The registry would not take ${contract.name.value} as the next version of subject ${subject}${reason === undefined ? '.' : `: ${reason}`}`));
  }
  return found;
}

/** A schema without what registries change: blanks, comments and the order of keys. */
function shapeOf(text: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch {
    return text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, ' ').replace(/\s+/g, '');
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
}
