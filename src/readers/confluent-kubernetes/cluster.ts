import type { Sourced } from '../../text/range';
import type { BrokerFact } from '../../model/facts';
import { entry, get, type SyntaxNode } from '../../syntax/tree';
import type { Asking } from '../kubernetes/asking';
import { brokerOfClient } from '../kubernetes/clientBroker';
import { serviceAddresses } from '../kubernetes/network';
import type { Resource } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { entryRange } from '../shared/places';
import { parseBrokerUrl } from '../shared/url';
import { dialect } from './dialect';

/** The ports of the internal and the external listener, which the operator fixes. */
export const clientPorts = [9071, 9092];

/** A cluster that a resource means, with the declaration that this file must give for it, if any. */
export interface Cluster {
  readonly name: Sourced<string> | undefined;
  readonly facts: readonly BrokerFact[];
}

const none: Cluster = { name: undefined, facts: [] };

/**
 * The Kafka cluster that a resource means: by `kafkaClusterRef` (a list in blueprints), through a
 * `KafkaRestClass` of this file or another, else the one `Kafka` of this file.
 * @param node holds the references.
 */
export function clusterOf(
  ask: Asking, resource: Resource, node: SyntaxNode | undefined, all: readonly Resource[],
): Cluster {
  const ref = get(node, 'kafkaClusterRef') ?? get(node, 'kafkaClusterRefs', 0);
  const name = ask.text(get(ref, 'name'));
  if (name !== undefined) {
    return declared(name, ask.text(get(ref, 'namespace'))?.value ?? resource.namespace, all);
  }
  const rest = ask.text(get(node, 'kafkaRestClassRef', 'name'));
  if (rest === undefined) return onlyOne(all);
  const known = all.find((r) => r.kind === 'KafkaRestClass' && r.name?.value === rest.value);
  if (known !== undefined) {
    const name = meansCluster(ask, known) ? clusterOf(ask, known, get(known.root, 'spec'), all).name : rest;
    return { name, facts: [] };
  }
  return { name: rest, facts: [{
    kind: 'broker', dialect, extent: rest.at, name: rest, protocol: { value: 'kafka', at: rest.at },
    inferred: 'A KafkaRestClass of this name leads to it.',
  }] };
}

/**
 * True for a REST class of a cluster that the operator runs; one with the address of another stands for
 * itself.
 */
function meansCluster(ask: Asking, restClass: Resource): boolean {
  const name = ask.text(get(restClass.root, 'spec', 'kafkaClusterRef', 'name'));
  const endpoint = ask.text(get(restClass.root, 'spec', 'kafkaRest', 'endpoint'));
  const host = endpoint && parseBrokerUrl(endpoint.value).host.replace(/[.:].*$/, '');
  return name !== undefined && (host === undefined || host === name.value);
}

function onlyOne(all: readonly Resource[]): Cluster {
  const here = all.filter((r) => isKafka(r) && r.name !== undefined);
  return here.length === 1 ? { name: here[0]!.name, facts: [] } : none;
}

export function isKafka({ kind, group }: Resource): boolean {
  return (kind === 'Kafka' || kind === 'KafkaCluster') && group.endsWith('platform.confluent.io');
}

function declared(name: Sourced<string>, namespace: string | undefined, all: readonly Resource[]): Cluster {
  if (all.some((r) => isKafka(r) && r.name?.value === name.value)) return { name, facts: [] };
  return { name, facts: [referredTo(name, namespace)] };
}

/** A cluster that another file declares; its addresses follow from the operator's naming. */
export function referredTo(
  name: Sourced<string>, namespace: string | undefined, aliases?: BrokerFact['aliases'],
): BrokerFact {
  return defined<BrokerFact>({
    kind: 'broker', dialect, extent: name.at, name, protocol: { value: 'kafka', at: name.at }, namespace,
    aliases,
    addresses: serviceAddresses(name, namespace, clientPorts),
    inferred: 'The file names the cluster; its addresses follow from the operator\'s naming.',
  });
}

/** A `KafkaRestClass`: another name for a cluster, by which topics and links mean it. */
export function restClassFacts(ask: Asking, resource: Resource, all: readonly Resource[]): BrokerFact[] {
  const ref = get(resource.root, 'spec', 'kafkaClusterRef');
  const name = ask.text(get(ref, 'name'));
  const endpoint = ask.text(get(resource.root, 'spec', 'kafkaRest', 'endpoint'));
  if (resource.name === undefined) return [];
  if (name === undefined || !meansCluster(ask, resource)) {
    const isCloud = endpoint !== undefined && /\.confluent\.cloud(:|\/|$)/.test(endpoint.value);
    return endpoint === undefined ? [] : [defined<BrokerFact>({
      kind: 'broker', dialect, extent: resource.extent, name: resource.name,
      protocol: { value: 'kafka', at: resource.name.at },
      managed: isCloud ? { value: 'confluent-cloud', at: endpoint.at } : undefined,
      inferred: 'Its REST interface is named, not where clients connect.',
    })];
  }
  const namespace = ask.text(get(ref, 'namespace'))?.value ?? resource.namespace;
  const here = all.find((r) => isKafka(r) && r.name?.value === name.value);
  return [referredTo(name, here?.namespace ?? namespace, [resource.name])];
}

/** The cluster behind a `bootstrapEndpoint`. */
export function clusterAt(
  ask: Asking, resource: Resource, node: SyntaxNode | undefined,
): BrokerFact | undefined {
  const endpoint = entry(node, 'bootstrapEndpoint');
  const url = ask.text(endpoint?.value);
  if (endpoint === undefined || url === undefined) return undefined;
  const tls = get(node, 'tls', 'enabled');
  const isTls = ask.boolean(tls);
  return brokerOfClient({
    dialect, resource, protocol: 'kafka', urls: [url], extent: entryRange(ask.file, endpoint),
  }, isTls === undefined || isTls === 'open' ? {} : { tls: isTls })?.[0];
}
