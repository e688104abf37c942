import type { BrokerFact, ChannelRef, Fact, RouteFact } from '../../model/facts';
import { get, isSeq, type SyntaxNode } from '../../syntax/tree';
import type { Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { mapsIn } from '../shared/document';
import { nodeRange } from '../shared/places';
import { clusterAt, clusterOf, type Cluster } from './cluster';
import { dialect } from './dialect';

/** A `ClusterLink`: topics that one cluster copies from another under the same name, or behind a prefix. */
export function linkFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const spec = get(resource.root, 'spec');
  const from = endOf(ask, resource, get(spec, 'sourceKafkaCluster') ?? get(spec, 'source'), all);
  const to = endOf(ask, resource, get(spec, 'destinationKafkaCluster') ?? get(spec, 'destination'), all);
  const options = get(spec, 'mirrorTopicOptions') ?? get(spec, 'mirrors', 'options');
  const prefix = ask.said(get(options, 'prefix')) ?? ask.said(get(spec, 'configs', 'cluster.link.prefix'));
  const topics = mapsIn(get(spec, 'mirrorTopics') ?? get(spec, 'mirrors', 'topics'));
  const by = resource.name && `ClusterLink ${resource.name.value}`;
  const route = (name: ChannelRef['name'], source: ChannelRef['name'], match: ChannelRef['match'],
    extent: RouteFact['extent']): RouteFact =>
    defined<RouteFact>({
      kind: 'route', route: 'mirror', dialect, extent, by,
      from: defined<ChannelRef>({ name: source, protocol: 'kafka', broker: from.name?.value, match }),
      to: defined<ChannelRef>({ name, protocol: 'kafka', broker: to.name?.value }),
    });
  const routes = topics.flatMap((item): RouteFact[] => {
    const name = ask.text(get(item, 'name'));
    if (name === undefined) return [];
    const source = ask.text(get(item, 'sourceTopicName')) ?? name;
    return [route(name, source, undefined, nodeRange(ask.file, item))];
  });
  return [...once([...from.facts, ...to.facts]), ...routes,
    ...automatic(ask, options, prefix === 'open' ? undefined : prefix?.value, route)];
}

/** Topics that are mirrored because their names fit a filter. */
function automatic(
  ask: Asking, options: SyntaxNode | undefined, prefix: string | undefined,
  route: (name: ChannelRef['name'], source: ChannelRef['name'], match: ChannelRef['match'],
    extent: RouteFact['extent']) => RouteFact,
): RouteFact[] {
  const automatically = get(options, 'autoCreateTopics');
  const isOn = ask.boolean(get(automatically, 'enabled'));
  const filters = get(automatically, 'topicFilters');
  if (isOn === undefined || isOn === 'open' || !isOn.value || !isSeq(filters)) return [];
  return mapsIn(filters).flatMap((filter): RouteFact[] => {
    const name = ask.text(get(filter, 'name'));
    const type = ask.text(get(filter, 'filterType'))?.value.toUpperCase() ?? 'INCLUDE';
    if (name === undefined || type === 'EXCLUDE') return [];
    const isPrefix = /^prefixed?$/i.test(ask.text(get(filter, 'patternType'))?.value ?? '');
    const isAll = name.value === '*';
    const extent = nodeRange(ask.file, filter);
    if (!isPrefix && !isAll) return [route({ value: `${prefix ?? ''}${name.value}`, at: name.at }, name,
      undefined, extent)];
    const to = { value: `${prefix ?? ''}$&`, at: name.at };
    return [route(to, isAll ? { value: '.*', at: name.at } : name, isAll ? 'regex' : 'prefix', extent)];
  });
}

function endOf(
  ask: Asking, resource: Resource, node: SyntaxNode | undefined, all: readonly Resource[],
): Cluster {
  const cluster = node === undefined ? undefined : clusterOf(ask, resource, node, all);
  const isSaid = get(node, 'kafkaClusterRef') !== undefined || get(node, 'kafkaRestClassRef') !== undefined;
  if (cluster?.name !== undefined && isSaid) return cluster;
  const broker = clusterAt(ask, resource, node);
  return broker === undefined ? { name: undefined, facts: [] } : { name: broker.name, facts: [broker] };
}

function once(facts: readonly BrokerFact[]): BrokerFact[] {
  return facts.filter((fact, i) => facts.findIndex((other) => other.name.value === fact.name.value) === i);
}
