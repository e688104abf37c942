import { baseName, dirName } from '../text/sourceFile';
import type { Sourced } from '../text/range';
import type { ContractFact, ContractRef, SchemaFact } from './facts';
import type { ChannelDraft } from './channelDraft';
import type { Channel, Schema, SchemaVersion } from './model';

/** A contract with the file that defines it. */
export interface PlacedContract {
  readonly contract: ContractFact;
  readonly path: string;
}

/** The contract of a channel that no file gives one, and why it is taken to be that one. */
interface Found {
  readonly contracts: readonly PlacedContract[];
  readonly inferred?: string;
}

/**
 * Finds contracts by the ways in which registries name them: a file named after the subject (`orders-value`), the
 * record's full name, topic and record; last and least a folder named after the topic. Also the contract that a
 * dialect without versions names by its record. Nothing is found where several different contracts would fit.
 */
export class ContractNames {
  private readonly byName = new Map<string, PlacedContract[]>();
  private readonly byFile = new Map<string, PlacedContract[]>();
  private readonly byFolder = new Map<string, PlacedContract[]>();
  private readonly made = new Map<string, Schema & { readonly usedBy: Channel[] }>();

  constructor(contracts: readonly PlacedContract[]) {
    for (const one of contracts) {
      if (one.contract.nested) continue;
      push(this.byName, one.contract.name.value, one);
      push(this.byFile, stem(one.path), one);
      push(this.byFolder, baseName(dirName(one.path)), one);
    }
  }

  get isEmpty(): boolean {
    return this.byName.size === 0;
  }

  /** What a record's full name means. */
  named(name: string): Schema | undefined {
    const contracts = oneOfThem(this.byName.get(name));
    return contracts && this.schemaOf({ contracts });
  }

  /** What a channel carries, by its address. */
  of(channel: ChannelDraft): { schema: Schema; written: Sourced<string>; inferred: string } | undefined {
    const found = this.find(channel.address);
    if (found?.inferred === undefined) return undefined;
    const schema = this.schemaOf(found);
    return { schema, written: { value: schema.name, at: channel.at }, inferred: found.inferred };
  }

  private find(address: string): Found | undefined {
    const subject = oneOfThem(this.byFile.get(`${address}-value`));
    if (subject) return { contracts: subject, inferred: `The file is named after the subject of the topic, ${address}-value.` };
    const record = oneOfThem(this.byName.get(address));
    if (record) return { contracts: record, inferred: 'The contract has the name of the channel.' };
    const file = oneOfThem(this.byFile.get(address));
    if (file) return { contracts: file, inferred: 'The contract’s file has the name of the channel.' };
    const both = oneOfThem((this.byFolder.get(address) ?? []).filter((c) => stem(c.path).startsWith(`${address}-`)));
    if (both) return { contracts: both, inferred: 'The contract’s file is named after the channel and the record.' };
    const folder = oneOfThem(this.byFolder.get(address));
    return folder && { contracts: folder, inferred: 'The contract lies in a folder that has the name of the channel.' };
  }

  private schemaOf({ contracts, inferred }: Found): Schema {
    const first = contracts[0]!;
    const { name, format } = first.contract;
    const key = `${name.value}\n${first.path}`;
    const known = this.made.get(key);
    if (known) return known;
    const target = (one: PlacedContract): Sourced<ContractRef> => ({
      value: { path: one.path, fragment: one.contract.name.value }, at: one.contract.name.at,
    });
    const versioned = contracts.filter((one) => one.contract.version !== undefined);
    const versions = versioned.map((one): SchemaVersion => ({
      version: one.contract.version!.value, at: one.contract.version!.at, target: target(one), fileExists: true, contract: one.contract,
    }));
    const source = versions.length > 0 ? undefined
      : { version: '', at: name.at, target: target(first), fileExists: true, contract: first.contract };
    const fact: SchemaFact = {
      kind: 'schema', dialect: first.contract.dialect, extent: first.contract.extent, name,
      format: { value: format, at: name.at },
      versions: versions.map((v) => ({ version: { value: v.version, at: v.at }, target: v.target })),
      ...(source ? { source: source.target } : {}), ...(inferred === undefined ? {} : { inferred }),
    };
    const schema = { name: name.value, fact, versions, source, usedBy: [] as Channel[] };
    this.made.set(key, schema);
    return schema;
  }
}

/** Contracts that are one, or versions of one; undefined for none and for several that differ. */
function oneOfThem(all: readonly PlacedContract[] | undefined): readonly PlacedContract[] | undefined {
  if (all === undefined || all.length === 0) return undefined;
  if (all.length === 1) return all;
  const last = (one: PlacedContract): string => one.contract.name.value.split(/[./]/).at(-1) ?? '';
  const versions = new Set(all.map((one) => one.contract.version?.value));
  const isOne = all.every((one) => last(one) === last(all[0]!) && one.contract.format === all[0]!.contract.format);
  return isOne && versions.size === all.length && !versions.has(undefined) ? all : undefined;
}

/** `orders-value` of `orders-value.avsc` and `orders-value.schema.json`. */
function stem(path: string): string {
  return baseName(path).replace(/(\.schema)?\.[a-z]+$/i, '');
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
