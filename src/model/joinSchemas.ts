import type { FileFacts } from './build';
import type { ContractFact, ContractRef, SchemaFact } from './facts';
import { writtenSchema, type ChannelDraft } from './channelDraft';
import type { Channel, DanglingRef, Schema, SchemaVersion } from './model';
import { ContractNames } from './schemasByName';
import type { FileId, Sourced } from '../text/range';

/** Joins schema declarations to the contract files that they name, and channels to their schemas. */
export function joinSchemas(
  files: readonly FileFacts[],
  channels: readonly ChannelDraft[],
  exists: (path: string) => boolean,
  dangling: DanglingRef[],
): { schemas: Schema[]; contracts: ContractFact[] } {
  const contractsAt = new Map<string, ContractFact[]>();
  const contracts: ContractFact[] = [];
  const schemas: (Schema & { usedBy: Channel[] })[] = [];
  const byFile = new Map<string, Schema & { usedBy: Channel[] }>();
  const byName = new Map<string, Schema & { usedBy: Channel[] }>();

  for (const file of files) {
    const own = file.facts.filter((f) => f.kind === 'contract');
    contracts.push(...own);
    if (own.length > 0) contractsAt.set(file.path, own);
  }
  const version = (name: string, at: SchemaVersion['at'], target: Sourced<ContractRef> | undefined): SchemaVersion => ({
    version: name, at, target,
    fileExists: target === undefined ? undefined : contractsAt.has(target.value.path) || exists(target.value.path),
    contract: target === undefined ? undefined : findContract(contractsAt.get(target.value.path), target.value.fragment),
  });
  for (const file of files) {
    for (const fact of file.facts) {
      if (fact.kind !== 'schema') continue;
      const schema = {
        name: fact.name.value, fact, usedBy: [] as Channel[],
        versions: fact.versions.map((v) => version(v.version.value, v.version.at, v.target)),
        source: fact.source && version('', fact.source.at, fact.source),
      };
      schemas.push(schema);
      byFile.set(`${file.id}\n${schema.name}`, schema);
      if (!byName.has(schema.name)) byName.set(schema.name, schema);
    }
  }

  const names = [...byName.keys()];
  const contractNames = new ContractNames(files.flatMap((file) =>
    (contractsAt.get(file.path) ?? []).map((contract) => ({ contract, path: file.path }))));
  const known = new Set<Schema>(schemas);
  const take = (channel: ChannelDraft, schema: Schema): void => {
    if (!known.has(schema)) schemas.push(schema as (typeof schemas)[number]);
    known.add(schema);
    (schema.usedBy as Channel[]).push(channel as Channel);
  };
  for (const channel of channels) {
    const use = writtenSchema(channel);
    if (use === undefined) {
      const found = contractNames.isEmpty ? undefined : contractNames.of(channel);
      if (found === undefined) continue;
      channel.schema = { name: found.schema.name, ...found };
      take(channel, found.schema);
      continue;
    }
    const { name, version: wanted } = splitReference(use.schema.value);
    const schema = byFile.get(`${use.schema.at.file}\n${name}`) ?? byName.get(name)
      ?? (use.fact.dialect === 'flow' ? undefined : contractNames.named(name));
    channel.schema = { written: use.schema, name, version: wanted, schema };
    if (schema) take(channel, schema);
    if (use.fact.dialect !== 'flow') continue;
    const by = `channel ${channel.address}`;
    if (schema === undefined) {
      dangling.push({ what: 'schema', name, at: use.schema.at, by, role: 'schema', candidates: names });
    } else if (wanted !== undefined && !schema.versions.some((v) => v.version === wanted)) {
      dangling.push({
        what: 'schema-version', name: use.schema.value, at: use.schema.at, by, role: 'schema',
        candidates: schema.versions.map((v) => `${name}@${v.version}`),
      });
    }
  }
  schemas.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : compareFiles(a.fact, b.fact)));
  return { schemas, contracts };
}

function compareFiles(a: SchemaFact, b: SchemaFact): number {
  const [x, y]: [FileId, FileId] = [a.name.at.file, b.name.at.file];
  return x < y ? -1 : x > y ? 1 : a.name.at.start - b.name.at.start;
}

/** Splits `OrderPlaced@2` at its last `@`; without one there is no version. */
export function splitReference(written: string): { name: string; version?: string } {
  const at = written.lastIndexOf('@');
  return at <= 0 ? { name: written } : { name: written.slice(0, at), version: written.slice(at + 1) };
}

/** The contract that a fragment names: by full name, by last part; without a fragment the file's first. */
function findContract(inFile: readonly ContractFact[] | undefined, fragment: string): ContractFact | undefined {
  if (inFile === undefined) return undefined;
  if (fragment === '') return inFile.find((c) => !c.nested) ?? inFile[0];
  return inFile.find((c) => c.name.value === fragment) ?? inFile.find((c) => c.name.value.endsWith(`.${fragment}`));
}
