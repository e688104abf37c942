import type { NamedBaseline } from '../contracts/against';
import { directionsOf, type CompatMode } from '../contracts/compat';
import { modeOf, schemasOf } from '../contracts/use';
import type { ContractFact } from '../model/facts';
import type { FlowModel } from '../model/model';
import type { FileId } from '../text/range';
import type { SourceFile } from '../text/sourceFile';
import type { RegisteredSchema, RegistryClient, RegistryReference } from './client';
import { subjectsOf } from './subjects';

/** A file's subject in a registry, with the versions that its mode wants compared, the last first. */
export interface RegisteredContract {
  readonly path: string;
  readonly contract: ContractFact;
  readonly subject: string;
  /** The level that the registry holds the subject to. */
  readonly level?: CompatMode;
  /** What counts: what the caller or a file says, else the registry's level. */
  readonly mode?: CompatMode;
  readonly versions: readonly RegisteredSchema[];
}

/** References lead to others; a longer chain than this is none. */
const maxReferences = 200;

/** Finds files' contracts among all subjects of a registry. A contract that is not there yet is compared with nothing. */
export async function registeredContracts(
  client: RegistryClient, model: FlowModel, files: readonly { readonly path: string; readonly contracts: readonly ContractFact[] }[], mode?: CompatMode,
): Promise<{ readonly found: readonly RegisteredContract[]; readonly subjects: readonly string[] }> {
  const all = await client.subjects();
  const subjects = new Set(all);
  const found: RegisteredContract[] = [];
  for (const { path, contracts } of files) {
    const [contract] = contracts.filter((one) => one.nested !== true);
    const subject = contract && subjectsOf(model, contract, path).find((name) => subjects.has(name));
    if (contract === undefined || subject === undefined) continue;
    const level = await client.level(subject);
    const stated = mode ?? schemasOf(model, contract).map(({ schema }) => modeOf(schema)).find((one) => one !== undefined) ?? level;
    const numbers = (await client.versions(subject)).toReversed();
    const versions: RegisteredSchema[] = [];
    for (const number of stated !== undefined && directionsOf(stated).transitive ? numbers : numbers.slice(0, 1)) {
      const schema = await client.schema(subject, number);
      if (schema !== undefined) versions.push(schema);
    }
    found.push({ path, contract, subject, versions, ...(level === undefined ? {} : { level }), ...(stated === undefined ? {} : { mode: stated }) });
  }
  return { found, subjects: all };
}

/** The registered versions as baselines: the first has each subject's last one, the next the one before, and so on. */
export async function registryBaselines(client: RegistryClient, found: readonly RegisteredContract[]): Promise<readonly NamedBaseline[]> {
  const depth = Math.max(0, ...found.map(({ versions }) => versions.length));
  const texts = new Map<string, SourceFile>();
  for (const { versions } of found) for (const version of versions) await follow(client, version.references, texts);
  return Array.from({ length: depth }, (_, i): NamedBaseline => {
    const files = new Map(found.flatMap(({ path, versions }) => {
      const version = versions[i];
      return version === undefined ? [] : [[path, fileOf(client, version, path)] as const];
    }));
    return {
      name: `registry ${client.address}`,
      earlier: (path) => files.get(path),
      // An import's path is said as its file's, from wherever imports start.
      read: (path) => files.get(path) ?? texts.get(path.slice(1)) ?? [...texts].find(([name]) => path.endsWith(`/${name}`))?.[1],
    };
  });
}

/** What registered schemas refer to, by the names that they use. */
async function follow(client: RegistryClient, references: readonly RegistryReference[], texts: Map<string, SourceFile>): Promise<void> {
  for (const { name, subject, version } of references) {
    if (texts.has(name) || texts.size >= maxReferences) continue;
    const schema = await client.schema(subject, version);
    if (schema === undefined) continue;
    texts.set(name, fileOf(client, schema, `/${name}`));
    await follow(client, schema.references, texts);
  }
}

function fileOf(client: RegistryClient, { subject, version, text }: RegisteredSchema, path: string): SourceFile {
  return { id: `${client.address}/subjects/${encodeURIComponent(subject)}/versions/${version}` as FileId, path, text };
}
