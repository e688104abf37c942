import type { Sourced } from '../../text/range';
import type { BrokerFact } from '../../model/facts';
import { entry, get, type SyntaxNode } from '../../syntax/tree';
import type { Asking } from '../kubernetes/asking';
import { qualifiedAddresses, serviceAddresses } from '../kubernetes/network';
import { metadataText, type Resource } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { brokerByAddress } from '../shared/kafkaBroker';
import { entryRange } from '../shared/places';
import { dialect } from './dialect';

const clusterLabel = 'strimzi.io/cluster';

/** The ports of the listeners that every example has; clients of one cluster need none of the others to find it. */
const usualPorts = [9092, 9093];

/** The cluster that a topic, user or node pool is of (for connectors: the Connect cluster). */
export function clusterOf(resource: Resource): Sourced<string> | undefined {
  return metadataText(resource, 'labels', clusterLabel);
}

/**
 * The cluster that a resource names by its label, where the same file does not declare it. The first of
 * several resources tells it for all. Strimzi makes the name of its bootstrap service out of the cluster's.
 */
export function labelledCluster(resource: Resource, all: readonly Resource[]): BrokerFact[] {
  const name = clusterOf(resource);
  if (name === undefined || all.some((r) => r.kind === 'Kafka' && r.name?.value === name.value)) return [];
  const first = all.find((r) => ofCluster.has(r.kind) && clusterOf(r)?.value === name.value);
  if (first !== resource) return [];
  const service = { value: `${name.value}-kafka-bootstrap`, at: name.at };
  return [defined<BrokerFact>({
    kind: 'broker', dialect, extent: name.at, name, protocol: { value: 'kafka', at: name.at },
    addresses: serviceAddresses(service, resource.namespace, usualPorts), namespace: resource.namespace,
    inferred: `The label ${clusterLabel} names the cluster; its addresses follow from Strimzi's naming.`,
  })];
}

const ofCluster: ReadonlySet<string> = new Set(['KafkaTopic', 'KafkaUser', 'KafkaNodePool']);

/**
 * The cluster that a client's resource reaches by `bootstrapServers`.
 * @param spec the map that has `bootstrapServers` and perhaps `tls`.
 */
export function clusterByAddress(
  ask: Asking, resource: Resource, spec: SyntaxNode | undefined, alias?: Sourced<string>,
): BrokerFact | undefined {
  const bootstrap = ask.text(get(spec, 'bootstrapServers'));
  const place = entry(spec, 'bootstrapServers');
  if (bootstrap === undefined || place === undefined) return undefined;
  const broker = brokerByAddress({ dialect, extent: entryRange(ask.file, place), bootstrap });
  const tls = entry(spec, 'tls');
  const more = qualifiedAddresses(bootstrap, resource.namespace);
  return defined<BrokerFact>({
    ...broker, name: alias ?? broker.name,
    tls: tls === undefined ? undefined : { value: true, at: entryRange(ask.file, tls) },
    addresses: more.length > 0 ? more : undefined, namespace: more.length > 0 ? resource.namespace : undefined,
  });
}
