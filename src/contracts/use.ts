import type { ContractFact } from '../model/facts';
import type { Channel, Consume, FlowModel, Publish, Schema, SchemaVersion } from '../model/model';
import { splitReference } from '../model/joinSchemas';
import { consumersOf, producersOf } from '../model/users';
import { compareVersions } from '../text/version';
import { parseMode, type CompatMode } from './compat';

/** A publish or consume of a channel that carries a contract, with the version that it is written for, if that is said. */
export interface ContractUse<E extends Publish | Consume> {
  readonly edge: E;
  readonly channel: Channel;
  readonly version?: string;
}

/** What registries assume where nobody says anything. */
export const defaultMode: CompatMode = 'backward';

/** What a schema's new versions may change; undefined where nobody says, or in no word that registries know. */
export function modeOf(schema: Schema): CompatMode | undefined {
  return schema.fact.compatibility && parseMode(schema.fact.compatibility.value);
}

/** A schema's versions that name a file, the earliest first. */
export function orderedVersions(schema: Schema): readonly SchemaVersion[] {
  return schema.versions.filter((version) => version.target !== undefined).sort((a, b) => compareVersions(a.version, b.version));
}

/** Who reads what a schema describes, sorted by service and place, each service and version once. */
export function consumersOfSchema(schema: Schema): readonly ContractUse<Consume>[] {
  return distinct(schema.usedBy.flatMap((channel) => consumersOf(channel).map((edge) => useOf(edge, channel, schema))));
}

export function producersOfSchema(schema: Schema): readonly ContractUse<Publish>[] {
  return distinct(schema.usedBy.flatMap((channel) => producersOf(channel).map((edge) => useOf(edge, channel, schema))));
}

/** An edge says its version itself, or has that of its channel. */
function useOf<E extends Publish | Consume>(edge: E, channel: Channel, schema: Schema): ContractUse<E> {
  const own = edge.facts.map((fact) => fact.schema && splitReference(fact.schema.value))
    .find((said) => said?.name === schema.name && said.version !== undefined)?.version;
  const version = own ?? channel.schema?.version;
  return { edge, channel, ...(version === undefined ? {} : { version }) };
}

function distinct<E extends Publish | Consume>(uses: readonly ContractUse<E>[]): readonly ContractUse<E>[] {
  const byKey = new Map<string, ContractUse<E>>();
  for (const use of uses) {
    const key = `${use.edge.service.name}\n${use.channel.id}\n${use.version ?? ''}`;
    if (!byKey.has(key)) byKey.set(key, use);
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => use);
}

interface SchemaUseOf {
  readonly schema: Schema;
  readonly version: SchemaVersion;
}

/** Made once a model: each contract is asked for. */
const byContract = new WeakMap<FlowModel, ReadonlyMap<ContractFact, readonly SchemaUseOf[]>>();

/** The schemas that a contract is a version of, and which. */
export function schemasOf(model: FlowModel, contract: ContractFact): readonly SchemaUseOf[] {
  let known = byContract.get(model);
  if (known === undefined) {
    const found = new Map<ContractFact, SchemaUseOf[]>();
    for (const schema of model.schemas) {
      for (const version of schema.source === undefined ? schema.versions : [...schema.versions, schema.source]) {
        if (version.contract === undefined) continue;
        const list = found.get(version.contract);
        if (list) list.push({ schema, version });
        else found.set(version.contract, [{ schema, version }]);
      }
    }
    byContract.set(model, (known = found));
  }
  return known.get(contract) ?? [];
}

/** Those who read a contract in the version that it is; who says no version may read any. */
export function consumersOfContract(model: FlowModel, contract: ContractFact): readonly ContractUse<Consume>[] {
  return distinct(schemasOf(model, contract).flatMap(({ schema, version }) => consumersOfSchema(schema)
    .filter((use) => use.version === undefined || version.version === '' || use.version === version.version)));
}
