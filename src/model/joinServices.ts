import { dirName } from '../text/sourceFile';
import type { FileId, SourceRange, Sourced } from '../text/range';
import type { FileFacts } from './build';
import type { ServiceFact } from './facts';
import { added } from './channelDraft';
import type { BrokerJoin, Consume, Publish, Service } from './model';
import { ownersOf } from './serviceOwners';
import { Systems } from './systems';

export interface ServiceDraft {
  /** A number of its own, to tell drafts apart before they have names of their own. */
  readonly serial: number;
  name: string;
  client: Sourced<string> | undefined;
  owner: Sourced<string> | undefined;
  instances: Sourced<number> | undefined;
  database: Sourced<string> | undefined;
  failureTests: Sourced<string> | undefined;
  facts: ServiceFact[];
  publishes: Publish[];
  consumes: Consume[];
  readonly at: SourceRange;
  inferred: string | undefined;
  joins: BrokerJoin[] | undefined;
}

export interface ServiceTable {
  /** The service that a file means by a name; made from the mention if no file declares it. */
  resolve(file: FileId, name: Sourced<string>): ServiceDraft;
  /** Sorted by name. */
  finish(): (ServiceDraft & Service)[];
}

/**
 * Joins services by name. A name that was only inferred (from a folder, say) joins a declared
 * service of that name; two inferred ones are one service only if they lie in the same folder.
 * A service whose folder or image another file gives is that one, whatever the files call it (`ownersOf`).
 */
export function joinServices(files: readonly FileFacts[]): ServiceTable {
  const declared = new Map<string, ServiceDraft>();
  const inferred = new Map<string, ServiceDraft>();
  const byFile = new Map<FileId, Map<string, ServiceDraft>>();
  let count = 0;
  const create = (name: Sourced<string>): ServiceDraft => ({
    serial: count++, name: name.value, client: undefined, owner: undefined, instances: undefined, database: undefined,
    failureTests: undefined, facts: [], publishes: [], consumes: [],
    at: name.at, inferred: undefined, joins: undefined,
  });

  const take = (
    table: Map<string, ServiceDraft>, key: string, fact: ServiceFact, file: FileFacts, name = fact.name.value,
  ): ServiceDraft => {
    let draft = table.get(key);
    if (draft === undefined) table.set(key, (draft = create({ ...fact.name, value: name })));
    draft.facts = added(draft.facts, fact);
    draft.client ??= fact.client;
    draft.owner ??= fact.owner;
    draft.instances = moreOf(draft, fact);
    draft.database ??= fact.database;
    draft.failureTests ??= fact.failureTests;
    if (table === inferred) draft.inferred ??= fact.inferred;
    let own = byFile.get(file.id);
    if (own === undefined) byFile.set(file.id, (own = new Map()));
    own.set(fact.name.value, draft);
    return draft;
  };

  const services = files.flatMap((file) =>
    file.facts.flatMap((fact) => (fact.kind === 'service' ? [{ fact, file }] : [])));
  const aliases = new Map(services.flatMap(({ fact }) =>
    (fact.aliases ?? []).map((alias) => [alias.value, fact.name.value] as const)));
  const pathOf = new Map(files.map((file) => [file.id, file.path]));
  const systems = new Systems(files);
  for (const { fact, file } of services) if (fact.inferred === undefined) systems.note(fact.name.value, file.path);
  const owners = ownersOf(services.map(({ fact, file }) => ({ fact, path: file.path })));
  for (const { fact, file } of services) {
    const owner = owners.get(fact);
    // A program's own file names it better than the file that runs it.
    if (owner === undefined && fact.inferred === undefined) {
      take(declared, systems.keyOf(fact.name.value, file.path), fact, file);
    }
  }
  for (const { fact, file } of services) {
    const owner = owners.get(fact);
    if (owner === undefined) continue;
    const draft = take(declared, systems.keyOf(owner.name, file.path), fact, file, owner.name);
    if (fact.name.value !== owner.name) draft.joins = added(draft.joins ?? [], { at: fact.name.at, why: owner.why });
  }
  for (const { fact, file } of services) {
    if (fact.inferred !== undefined && !owners.has(fact)) {
      const key = systems.keyOf(fact.name.value, file.path);
      if (declared.has(key)) take(declared, key, fact, file);
      else take(inferred, `${dirName(file.path)}\n${fact.name.value}`, fact, file);
    }
  }

  return {
    resolve: (file, name) => {
      const key = systems.keyOf(aliases.get(name.value) ?? name.value, pathOf.get(file) ?? '');
      const found = byFile.get(file)?.get(name.value) ?? declared.get(key);
      if (found) return found;
      const draft = create(name);
      declared.set(key, draft);
      return draft;
    },
    finish: () => {
      const all = [...declared.values(), ...inferred.values()];
      const used = new Set<string>();
      for (const draft of all) {
        // Inferred names of several folders: the second of a name is told apart by a number.
        let name = draft.name;
        for (let n = 2; used.has(name); n++) name = `${draft.name} (${n})`;
        used.add(name);
        draft.name = name;
      }
      return all.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}

/**
 * What a flow file says; else the most that any file does: a base and its overlays differ, and what goes wrong
 * between copies goes wrong where there are several.
 */
function moreOf(draft: ServiceDraft, fact: ServiceFact): Sourced<number> | undefined {
  const { instances: said } = draft;
  if (said === undefined || fact.instances === undefined) return said ?? fact.instances;
  const isSettled = draft.facts.some((other) => other.dialect === 'flow' && other.instances !== undefined);
  return isSettled || said.value >= fact.instances.value ? said : fact.instances;
}
