import type { ChannelRef, Fact, ServiceFact } from '../../model/facts';
import type { ConsumeSettings } from '../../model/settings';
import { get, type SyntaxNode } from '../../syntax/tree';
import type { Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { mapsIn } from '../shared/document';
import { nodeRange } from '../shared/places';
import { principalName } from '../shared/principal';
import { clusterOf } from './cluster';
import { dialect } from './dialect';

/** Roles that read or write what they are bound to; administrators do neither by their role. */
const readers: ReadonlySet<string> = new Set(['developerread', 'resourceowner']);
const writers: ReadonlySet<string> = new Set(['developerwrite', 'resourceowner']);

/** Topics of the platform's own components. */
const ownTopics = /^_(confluent|schemas)|^__/;

/** A `ConfluentRolebinding`: what a user may read and write, and so the program that logs in by its name. */
export function rolebindingFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const spec = get(resource.root, 'spec');
  const cluster = clusterOf(ask, resource, spec, all);
  const service = userOf(ask, spec);
  const role = ask.text(get(spec, 'role'))?.value.toLowerCase() ?? '';
  const topics = patternsOf(ask, spec, 'topic')
    .filter((p) => p.name.value !== '*' && !ownTopics.test(p.name.value));
  const isUse = readers.has(role) || writers.has(role);
  if (service === undefined || topics.length === 0 || !isUse) return [...cluster.facts];
  const declared: ServiceFact = {
    kind: 'service', dialect, extent: resource.extent, name: service,
    inferred: 'A program is taken to log in as the user of its name.',
  };
  const settings = groupOf(ask, service.value, all);
  return [...cluster.facts, declared, ...topics.flatMap(({ name, isPrefix, extent }): Fact[] => {
    const channel = defined<ChannelRef>({
      name, protocol: 'kafka', broker: cluster.name?.value, match: isPrefix ? 'prefix' : undefined,
    });
    const base = { dialect, extent, service, channel, protocol: 'kafka' as const };
    const facts: Fact[] = [];
    if (writers.has(role)) facts.push({ ...base, kind: 'publish', settings: {},
      inferred: 'Its role lets it write.' });
    if (readers.has(role)) facts.push({ ...base, kind: 'consume', settings,
      inferred: 'Its role lets it read.' });
    return facts;
  })];
}

function userOf(ask: Asking, spec: SyntaxNode | undefined): ServiceFact['name'] | undefined {
  // A group is many people and programs.
  if (ask.text(get(spec, 'principal', 'type'))?.value.toLowerCase() === 'group') return undefined;
  return principalName(ask.file, ask.text(get(spec, 'principal', 'name')));
}

interface Pattern {
  readonly name: ChannelRef['name'];
  readonly isPrefix: boolean;
  readonly extent: Fact['extent'];
}

function patternsOf(ask: Asking, spec: SyntaxNode | undefined, type: string): Pattern[] {
  return mapsIn(get(spec, 'resourcePatterns')).flatMap((item): Pattern[] => {
    const name = ask.text(get(item, 'name'));
    if (name === undefined || ask.text(get(item, 'resourceType'))?.value.toLowerCase() !== type) return [];
    const isPrefix = ask.text(get(item, 'patternType'))?.value.toUpperCase() === 'PREFIXED';
    return [{ name, isPrefix, extent: nodeRange(ask.file, item) }];
  });
}

/** The one group that the user may join, which mostly stands in a binding of its own. */
function groupOf(ask: Asking, user: string, all: readonly Resource[]): ConsumeSettings {
  let known = groupsIn.get(all);
  if (known === undefined) groupsIn.set(all, (known = groupsByUser(ask, all)));
  const groups = known.get(user) ?? [];
  const [group] = groups;
  return group !== undefined && groups.every((one) => one.value === group.value) ? { group } : {};
}

/** Looked up once a file: a company's bindings are many. */
const groupsIn = new WeakMap<readonly Resource[], ReadonlyMap<string, readonly ChannelRef['name'][]>>();

function groupsByUser(ask: Asking, all: readonly Resource[]): Map<string, ChannelRef['name'][]> {
  const found = new Map<string, ChannelRef['name'][]>();
  for (const other of all) {
    const spec = get(other.root, 'spec');
    const user = other.kind === 'ConfluentRolebinding' ? userOf(ask, spec)?.value : undefined;
    if (user === undefined) continue;
    const names = patternsOf(ask, spec, 'group')
      .filter((p) => !p.isPrefix && p.name.value !== '*').map((p) => p.name);
    found.set(user, [...found.get(user) ?? [], ...names]);
  }
  return found;
}
