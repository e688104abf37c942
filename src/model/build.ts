import { compareRanges, type FileId, type SourceRange } from '../text/range';
import type { CredentialFact, Fact, PermissionFact } from './facts';
import { expandPatterns } from './expand';
import { withHandles } from './handles';
import { joinBrokers } from './joinBrokers';
import { ChannelTable } from './joinChannels';
import { joinEdges } from './joinEdges';
import { joinRoutes } from './joinRoutes';
import { joinSchemas } from './joinSchemas';
import { joinServices } from './joinServices';
import { withLibraries } from './libraries';
import type { Channel, DanglingRef, FlowModel, Service } from './model';
import { collectOccurrences } from './occurrences';

/** One file's contribution to the model. */
export interface FileFacts {
  readonly id: FileId;
  readonly path: string;
  readonly dialect: string;
  readonly facts: readonly Fact[];
}

/**
 * Joins the facts of all files into one model. Same facts in any order of files, same model: files
 * are taken in order of their paths, flow files first, since they are written to settle what others say.
 * @param files the files with their facts.
 * @param exists tells whether a path that some file refers to exists; asked for contract files only.
 */
export function buildModel(files: readonly FileFacts[], exists: (path: string) => boolean = () => true): FlowModel {
  const steps = modelSteps(files, exists);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same in steps, so that the caller may pause between them, or give up a model that nobody wants any more. */
export function* modelSteps(
  files: readonly FileFacts[], exists: (path: string) => boolean = () => true,
): Generator<void, FlowModel> {
  let ordered: readonly FileFacts[] = withHandles(withLibraries([...files].sort(compareFiles)));
  const dangling: DanglingRef[] = [];
  yield;
  const brokers = joinBrokers(ordered);
  yield;
  const table = new ChannelTable(brokers);
  table.declare(ordered);
  yield;
  ordered = expandPatterns(ordered, table);
  yield;
  const services = joinServices(ordered);
  const publishes = joinEdges('publish', ordered, services, table, dangling);
  yield;
  const consumes = joinEdges('consume', ordered, services, table, dangling);
  yield;
  const routes = joinRoutes(ordered, table, dangling);
  yield;
  const drafts = table.finish();
  const { schemas, contracts } = joinSchemas(ordered, drafts, exists, dangling);
  for (const channel of drafts) if (channel.broker) brokers.add(channel.broker, channel as Channel);
  yield;
  addDanglingBrokers(ordered, dangling, (file, name) => brokers.named(file, name) !== undefined, brokers.brokers.map((b) => b.name));

  const channels = drafts as Channel[];
  const allServices: Service[] = services.finish();
  sort(publishes);
  sort(consumes);
  sort(routes);
  for (const channel of drafts) {
    sort(channel.publishes);
    sort(channel.consumes);
    sort(channel.routesIn);
    sort(channel.routesOut);
  }
  let occurrences: FlowModel['occurrences'] | undefined;
  return {
    brokers: brokers.brokers,
    channels,
    services: allServices,
    publishes,
    consumes,
    routes,
    schemas,
    contracts,
    credentials: ordered.flatMap((file) => file.facts.filter((f): f is CredentialFact => f.kind === 'credential')),
    // Only a hover asks for them.
    get permissions() {
      return ordered.flatMap((file) => file.facts.filter((f): f is PermissionFact => f.kind === 'permission'));
    },
    dangling: sort(dangling),
    // Only navigation asks for them, and to collect them is a third of the work: not after every letter typed.
    get occurrences() {
      const joined = { channels, services: allServices, publishes, consumes, routes, schemas, brokers };
      return (occurrences ??= collectOccurrences(ordered, joined));
    },
    files: new Map(ordered.map((file) => [file.id, { id: file.id, path: file.path, dialect: file.dialect }])),
    channel: index(channels, (c) => c.id),
    service: index(allServices, (s) => s.name),
    broker: index(brokers.brokers, (b) => b.id),
    schema: index(schemas, (s) => s.name),
  };
}

/** Finds by name, of equals the first. The table is made when somebody first asks: linting hardly does. */
function index<T>(all: readonly T[], nameOf: (item: T) => string): (name: string) => T | undefined {
  let table: Map<string, T> | undefined;
  return (name) => {
    if (table === undefined) {
      table = new Map();
      for (const item of all) if (!table.has(nameOf(item))) table.set(nameOf(item), item);
    }
    return table.get(name);
  };
}

/** Sorts by place. Most lists have one item, or are in order as the files are. */
function sort<T extends { readonly at: SourceRange }>(all: T[]): T[] {
  for (let i = 1; i < all.length; i++) {
    if (compareRanges(all[i - 1]!.at, all[i]!.at) > 0) return all.sort((a, b) => compareRanges(a.at, b.at));
  }
  return all;
}

function compareFiles(a: FileFacts, b: FileFacts): number {
  if ((a.dialect === 'flow') !== (b.dialect === 'flow')) return a.dialect === 'flow' ? -1 : 1;
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** A broker that a channel names and nobody declares. Only flow files must declare what they name. */
function addDanglingBrokers(
  files: readonly FileFacts[],
  dangling: DanglingRef[],
  known: (file: FileId, name: string) => boolean,
  candidates: readonly string[],
): void {
  for (const file of files) {
    for (const fact of file.facts) {
      if (fact.kind !== 'channel' || fact.dialect !== 'flow' || fact.broker === undefined) continue;
      if (known(file.id, fact.broker.value)) continue;
      dangling.push({
        what: 'broker', name: fact.broker.value, at: fact.broker.at, by: `channel ${fact.address.value}`,
        role: 'broker', candidates,
      });
    }
  }
}
