import type { Sourced } from '../../text/range';
import type { BrokerFact, Fact } from '../../model/facts';
import { entry, get, type MapNode, type SyntaxNode } from '../../syntax/tree';
import type { Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';
import { mapsIn } from '../shared/document';
import { entryRange, nodeRange } from '../shared/places';
import { clusterByAddress } from './cluster';
import { mirrorRoutes } from './mirrors';

/** A `KafkaMirrorMaker2`: its clusters by their aliases, and what is copied from which to which. */
export function mirrorMaker2Facts(ask: Asking, resource: Resource): Fact[] {
  const spec = get(resource.root, 'spec');
  const mirrors = mapsIn(get(spec, 'mirrors'));
  const brokers = new Map<string, BrokerFact>();
  // Before v1 clusters stand in a list; since v1 the target and each mirror's source in their own places.
  const declared = [...mapsIn(get(spec, 'clusters')), get(spec, 'target'), ...mirrors.map((m) => get(m, 'source'))];
  for (const cluster of declared) {
    const alias = ask.text(get(cluster, 'alias'));
    const fact = alias && clusterByAddress(ask, resource, cluster, alias);
    if (fact && !brokers.has(fact.name.value)) brokers.set(fact.name.value, fact);
  }
  const routes = mirrors.flatMap((mirror) => routesOf(ask, resource, mirror, spec));
  return [...brokers.values(), ...routes];
}

function routesOf(ask: Asking, resource: Resource, mirror: MapNode, spec: SyntaxNode | undefined): Fact[] {
  const source = ask.text(get(mirror, 'source', 'alias')) ?? ask.text(get(mirror, 'sourceCluster'));
  const target = ask.text(get(spec, 'target', 'alias')) ?? ask.text(get(mirror, 'targetCluster'));
  const prefix = source && prefixOf(ask, mirror, source);
  const topics = topicsOf(ask, mirror, source);
  if (source === undefined || prefix === undefined || topics === undefined) return [];
  const name = resource.name?.value;
  // The older word is that of v1beta1; the connector's own key says the same.
  const except = ask.text(get(mirror, 'topicsExcludePattern')) ?? ask.text(get(mirror, 'topicsBlacklistPattern'))
    ?? ask.text(get(mirror, 'sourceConnector', 'config', 'topics.exclude'));
  const factor = ask.text(get(mirror, 'sourceConnector', 'config', 'replication.factor'));
  return mirrorRoutes({
    file: ask.file, extent: nodeRange(ask.file, mirror), from: source.value, to: target?.value, topics, prefix,
    ...(except === undefined ? {} : { except: except.value }),
    by: name === undefined ? 'MirrorMaker 2' : `KafkaMirrorMaker2 ${name}`,
    // -1 takes the number of the target cluster.
    ...(factor === undefined || factor.value === '-1' ? {}
      : { note: `Copies are created with replication.factor=${factor.value}.` }),
  });
}

/** What is copied: all topics, if the mirror does not say it. Undefined if nobody can tell. */
function topicsOf(ask: Asking, mirror: MapNode, source: Sourced<string> | undefined): Sourced<string> | undefined {
  if (entry(mirror, 'sourceConnector') === undefined) return undefined;
  const said = ask.said(get(mirror, 'topicsPattern'))
    ?? ask.said(get(mirror, 'sourceConnector', 'config', 'topics'));
  if (said !== undefined) return said === 'open' ? undefined : said;
  const place = entry(mirror, 'sourceConnector');
  return source && place && { value: '.*', at: entryRange(ask.file, place) };
}

/**
 * What stands before the names of copies. By default the source's alias and a dot; the identity policy
 * leaves the names as they are. A policy of another class names them as its code says: undefined.
 */
function prefixOf(ask: Asking, mirror: MapNode, source: Sourced<string>): string | undefined {
  const config = get(mirror, 'sourceConnector', 'config');
  const policy = ask.said(get(config, 'replication.policy.class'));
  if (policy === 'open') return undefined;
  if (policy !== undefined && /IdentityReplicationPolicy$/.test(policy.value)) return '';
  if (policy !== undefined && !/\.DefaultReplicationPolicy$/.test(policy.value)) return undefined;
  const node = get(config, 'replication.policy.separator');
  const separator = ask.said(node);
  if (separator === 'open') return undefined;
  // An empty separator is a value too.
  const isEmpty = node?.kind === 'scalar' && node.text === '' && node.value !== null;
  return `${source.value}${isEmpty ? '' : separator?.value ?? '.'}`;
}
