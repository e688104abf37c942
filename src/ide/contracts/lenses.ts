import { breaksAgainst } from '../../contracts/against';
import { changesBetween, forbidden } from '../../contracts/changes';
import { consumersOfSchema, defaultMode, modeOf, orderedVersions, schemasOf } from '../../contracts/use';
import type { ContractFact } from '../../model/facts';
import type { Schema, SchemaVersion } from '../../model/model';
import type { SourceFile } from '../../text/sourceFile';
import type { Ide } from '../context';
import type { Lens } from '../lenses';

/** Above each message that a channel carries: where, who reads it, and whether they can read it as it is now. */
export function contractLenses(ide: Ide, file: SourceFile): readonly Lens[] {
  const contracts = ide.model.contracts.filter((contract) => contract.extent.file === file.id);
  return contracts.filter((contract) => contract.nested !== true).flatMap((contract) => {
    const schemas = schemasOf(ide.model, contract);
    const channels = [...new Map(schemas.flatMap(({ schema }) => schema.usedBy).map((channel) => [channel.id, channel])).values()];
    if (channels.length === 0) return [];
    const consumers = schemas.flatMap(({ schema }) => consumersOfSchema(schema));
    const services = new Set(consumers.map(({ edge }) => edge.service.name)).size;
    const carried = channels.length > 2 ? `${channels.length} channels` : channels.map(({ address }) => address).join(' and ');
    const verdict = schemas.map(({ schema, version }) => againstEarlier(ide, schema, version)).find((words) => words !== undefined)
      ?? againstBaseline(ide, file, contracts, contract);
    return [{
      at: contract.name.at, action: 'references' as const, channel: channels[0]!.id, places: consumers.map(({ edge }) => edge.at),
      title: [`carried by ${carried}`, `${services} consumer${services === 1 ? '' : 's'}`, ...(verdict === undefined ? [] : [verdict])].join(' · '),
    }];
  });
}

/** `backward compatible with version 1`; undefined for a first version. */
function againstEarlier(ide: Ide, schema: Schema, version: SchemaVersion): string | undefined {
  const versions = orderedVersions(schema);
  const earlier = versions[versions.indexOf(version) - 1];
  const mode = modeOf(schema) ?? defaultMode;
  if (earlier === undefined || mode === 'none') return undefined;
  const [previous, current] = [earlier, version].map(({ contract, target }) => {
    const file = target && ide.source(target.value.path);
    return contract && file && { format: contract.format, file, fragment: target.value.fragment, read: (path: string) => ide.source(path) };
  });
  if (previous === undefined || current === undefined) return undefined;
  return verdictWords(mode, `version ${earlier.version}`, forbidden(changesBetween(previous, current), mode).length);
}

function againstBaseline(ide: Ide, file: SourceFile, contracts: readonly ContractFact[], contract: ContractFact): string | undefined {
  if (ide.baseline?.earlier(file.path) === undefined) return undefined;
  const broken = breaksAgainst(ide.model, file, contracts, (path) => ide.source(path), ide.baseline)
    .filter((one) => one.contract === contract.name.value);
  const mode = schemasOf(ide.model, contract).map(({ schema }) => modeOf(schema)).find((one) => one !== undefined) ?? defaultMode;
  return mode === 'none' ? undefined : verdictWords(mode, ide.baseline.name, broken.length);
}

function verdictWords(mode: string, earlier: string, problems: number): string {
  return problems === 0 ? `${mode} compatible with ${earlier} ✓` : `not ${mode} compatible with ${earlier}: ${problems} ✗`;
}
