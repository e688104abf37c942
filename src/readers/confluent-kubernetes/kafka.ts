import type { Sourced } from '../../text/range';
import { rangeIn } from '../../text/sourceFile';
import type { BrokerFact, ChannelFact, Fact } from '../../model/facts';
import type { ChannelSettings } from '../../model/settings';
import { get, isScalar, isSeq, type SyntaxNode } from '../../syntax/tree';
import { known, type Asking } from '../kubernetes/asking';
import { serviceAddresses } from '../kubernetes/network';
import { metadataText, type Resource } from '../kubernetes/resource';
import { clusterDefaults, clusterSettings } from '../shared/clusterDefaults';
import { defined } from '../shared/defined';
import { withSettings } from '../shared/document';
import { topicSettings } from '../shared/kafkaTopic';
import { keyed, KeyedValues, type Keyed } from '../shared/keyed';
import { contentRange } from '../shared/places';
import { clientPorts, clusterOf } from './cluster';
import { dialect } from './dialect';

/** A `Kafka`: the cluster, its listeners, and the settings that are handed to its brokers as they are. */
export function kafkaFacts(ask: Asking, resource: Resource): Fact[] {
  const { name, namespace, root, extent } = resource;
  if (name === undefined) return [];
  const spec = get(root, 'spec');
  const config = overridesOf(ask, get(spec, 'configOverrides', 'server'));
  return [defined<BrokerFact>({
    kind: 'broker', dialect, extent, name, protocol: { value: 'kafka', at: name.at }, namespace,
    addresses: [...serviceAddresses(name, namespace, clientPorts),
      ...outside(ask, name, get(spec, 'listeners'))],
    tls: tlsOf(ask, get(spec, 'listeners')),
    // With an offset of its own it is one part of a cluster that reaches over several regions.
    nodes: isPart(resource) ? undefined : known(ask.number(get(spec, 'replicas'))),
    topicDefaults: clusterDefaults(config.lookup()), ...clusterSettings(config.lookup()),
  })];
}

function isPart(resource: Resource): boolean {
  return metadataText(resource, 'annotations', 'platform.confluent.io/broker-id-offset') !== undefined;
}

/** `configOverrides.server`: lines of a `.properties` file, an item each. */
export function overridesOf(ask: Asking, node: SyntaxNode | undefined): KeyedValues {
  const items = isSeq(node) ? node.items : [];
  return new KeyedValues(ask.file, items.flatMap((item): Keyed[] => {
    if (!isScalar(item)) return [];
    const equals = item.text.indexOf('=');
    if (equals <= 0) return [];
    const at = contentRange(ask.file, item);
    const isVerbatim = ask.file.text.slice(at.start, at.end) === item.text;
    const place = (start: number, end: number): typeof at =>
      (isVerbatim ? rangeIn(ask.file, at.start + start, at.start + end) : at);
    const written = item.text.slice(equals + 1);
    const lead = written.length - written.trimStart().length;
    const from = equals + 1 + lead;
    return [keyed(item.text.slice(0, equals).trim(), place(0, equals), written,
      place(from, from + written.trim().length), at)];
  }));
}

/** What clients outside of Kubernetes connect to. */
function outside(ask: Asking, name: Sourced<string>, listeners: SyntaxNode | undefined): Sourced<string>[] {
  const access = get(listeners, 'external', 'externalAccess');
  return (['loadBalancer', 'route'] as const).flatMap((type): Sourced<string>[] => {
    const domain = ask.text(get(access, type, 'domain'));
    if (domain === undefined) return [];
    const prefix = ask.text(get(access, type, 'bootstrapPrefix'))?.value ?? name.value;
    return [{ value: `${prefix}.${domain.value}:${type === 'route' ? 443 : 9092}`, at: domain.at }];
  });
}

/** Known only where all listeners that are configured say the same. */
function tlsOf(ask: Asking, listeners: SyntaxNode | undefined): Sourced<boolean> | undefined {
  const said = ['internal', 'external'].filter((key) => get(listeners, key) !== undefined)
    .map((key) => known(ask.boolean(get(listeners, key, 'tls', 'enabled'))));
  const first = said[0];
  return first !== undefined && said.every((one) => one?.value === first.value) ? first : undefined;
}

/** A `KafkaTopic`, also in the form that blueprints have for it. */
export function topicFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const spec = get(resource.root, 'spec');
  const said = ask.said(get(spec, 'name'));
  const address = said === undefined ? resource.name : known(said);
  const cluster = clusterOf(ask, resource, spec, all);
  if (address === undefined) return [...cluster.facts];
  const parameters = get(spec, 'parameters');
  const configs = get(spec, 'configs') ?? get(parameters, 'configs');
  const settings = withSettings<ChannelSettings>(topicSettings(ask.lookup(configs)), {
    partitions: ask.number(get(spec, 'partitionCount') ?? get(parameters, 'partitions')),
    replicas: ask.number(get(spec, 'replicas') ?? get(parameters, 'replicationFactor')),
  });
  return [...cluster.facts, defined<ChannelFact>({
    kind: 'channel', dialect, extent: resource.extent, address, protocol: 'kafka', broker: cluster.name,
    settings,
  })];
}
