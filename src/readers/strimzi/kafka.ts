import type { Sourced } from '../../text/range';
import type { BrokerFact, Fact } from '../../model/facts';
import { entry, get, isMap, isScalar, isSeq, type SyntaxNode } from '../../syntax/tree';
import { known, type Asking } from '../kubernetes/asking';
import { serviceAddresses } from '../kubernetes/network';
import type { Resource } from '../kubernetes/resource';
import { clusterDefaults, clusterSettings } from '../shared/clusterDefaults';
import { defined } from '../shared/defined';
import { mapsIn } from '../shared/document';
import { contentRange, entryRange } from '../shared/places';
import { clusterOf, labelledCluster } from './cluster';
import { dialect } from './dialect';

/** A `Kafka` resource: the cluster with its listeners, defaults for topics, and nodes. */
export function kafkaFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const { name, root, extent } = resource;
  if (name === undefined) return [];
  const spec = get(root, 'spec', 'kafka');
  const config = ask.lookup(get(spec, 'config'));
  const listeners = listenersOf(ask, get(spec, 'listeners'));
  const addresses = listeners.flatMap((listener) => addressesOf(listener, name, resource.namespace));
  return [defined<BrokerFact>({
    kind: 'broker', dialect, extent, name, protocol: { value: 'kafka', at: name.at },
    addresses: addresses.length > 0 ? addresses : undefined, namespace: resource.namespace,
    version: ask.text(get(spec, 'version')), tls: tlsOf(listeners), nodes: nodesOf(ask, resource, all, spec),
    topicDefaults: clusterDefaults(config), ...clusterSettings(config), monitoredBy: exporterOf(ask, root),
    anonymous: anonymousOf(listeners, entry(spec, 'authorization') !== undefined), note: noteOf(listeners),
  })];
}

/** The operator runs Kafka Exporter, which tells the lag of groups, beside a cluster that has this key, even if it is `{}`. */
function exporterOf(ask: Asking, root: SyntaxNode): Sourced<string> | undefined {
  const found = entry(get(root, 'spec'), 'kafkaExporter');
  const isOff = found?.value === undefined || (isScalar(found.value) && found.value.value === null);
  return found === undefined || isOff ? undefined : { value: 'Kafka Exporter', at: contentRange(ask.file, found.key) };
}

/** Node pools that stand apart from their cluster tell how many brokers it has. */
export function nodePoolFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const cluster = clusterOf(resource);
  if (cluster === undefined) return [];
  const nodes = poolNodes(ask, cluster.value, all);
  return labelledCluster(resource, all).map((fact) => defined<BrokerFact>({ ...fact, nodes }));
}

interface Listener {
  readonly name: Sourced<string>;
  /** `internal`, `cluster-ip`, `route`, `loadbalancer`, `nodeport`, `ingress`. */
  readonly type: string;
  readonly port: Sourced<number> | undefined;
  /** Undefined where the file does not tell it. */
  readonly tls: Sourced<boolean> | undefined;
  readonly isAuthenticated: boolean;
  /** Names that the listener is given for clients outside. */
  readonly hosts: readonly Sourced<string>[];
}

function listenersOf(ask: Asking, node: SyntaxNode | undefined): Listener[] {
  if (isSeq(node)) return mapsIn(node).flatMap((item) => listenerOf(ask, item));
  // v1beta1: one map with a key a listener, whose ports are fixed.
  const fixed: Readonly<Record<string, number>> = { plain: 9092, tls: 9093, external: 9094 };
  if (!isMap(node)) return [];
  return node.entries.flatMap(({ key, value }): Listener[] => {
    const port = fixed[key.text];
    const at = entryRange(ask.file, { key, value, end: key.end });
    if (port === undefined) return [];
    const tls = ask.boolean(get(value, 'tls'));
    const isTls = key.text === 'external' ? known(tls)?.value ?? true : key.text === 'tls';
    return [{
      name: { value: key.text, at }, type: known(ask.said(get(value, 'type')))?.value ?? 'internal',
      port: { value: port, at }, tls: tls === 'open' ? undefined : { value: isTls, at: tls?.at ?? at },
      isAuthenticated: entry(value, 'authentication') !== undefined, hosts: hostsOf(ask, value),
    }];
  });
}

function listenerOf(ask: Asking, item: SyntaxNode): Listener[] {
  const name = ask.text(get(item, 'name'));
  if (name === undefined) return [];
  return [{
    name, type: ask.text(get(item, 'type'))?.value ?? 'internal', port: known(ask.number(get(item, 'port'))),
    tls: known(ask.boolean(get(item, 'tls'))), isAuthenticated: entry(item, 'authentication') !== undefined,
    hosts: hostsOf(ask, item),
  }];
}

function hostsOf(ask: Asking, listener: SyntaxNode | undefined): readonly Sourced<string>[] {
  const bootstrap = get(listener, 'configuration', 'bootstrap');
  // v1beta1 and some v1beta2 say it in `overrides`.
  const before = get(listener, 'overrides', 'bootstrap');
  return [
    ...ask.list(get(bootstrap, 'host')), ...ask.list(get(bootstrap, 'alternativeNames')),
    ...ask.list(get(before, 'host')), ...ask.list(get(before, 'address')),
  ];
}

/** Strimzi makes a Service a listener, named after cluster and listener; internal ones share two. */
function addressesOf(
  listener: Listener, cluster: Sourced<string>, namespace: string | undefined,
): Sourced<string>[] {
  const { name, port, type } = listener;
  if (port === undefined) return [];
  const at = port.at;
  const services = type === 'internal' ? ['kafka-bootstrap', 'kafka-brokers'] : [`kafka-${name.value}-bootstrap`];
  // Routes and ingresses take TLS connections at the port of HTTPS, whatever the listener's own is.
  const outside = type === 'route' || type === 'ingress' ? 443 : port.value;
  return [
    ...services.flatMap((service) =>
      serviceAddresses({ value: `${cluster.value}-${service}`, at }, namespace, [port.value])),
    ...listener.hosts.map((host) => ({ value: `${host.value}:${outside}`, at: host.at })),
  ];
}

/** True or false only where all listeners agree: else a client's own address decides. */
function tlsOf(listeners: readonly Listener[]): Sourced<boolean> | undefined {
  const first = listeners[0]?.tls;
  return first !== undefined && listeners.every((l) => l.tls?.value === first.value) ? first : undefined;
}

function noteOf(listeners: readonly Listener[]): string | undefined {
  if (listeners.length === 0) return undefined;
  const words = listeners.map((l) => {
    const tls = l.tls === undefined ? 'TLS not known' : l.tls.value ? 'TLS' : 'no TLS';
    const name = l.port === undefined ? l.name.value : `${l.name.value} ${l.port.value}`;
    return `${name} (${tls}${l.isAuthenticated ? '' : ', no authentication'})`;
  });
  return `Listeners: ${words.join(', ')}.`;
}

/** Without authentication at a listener and without authorization anybody who reaches it may do anything. */
function anonymousOf(listeners: readonly Listener[], isAuthorized: boolean): Sourced<boolean> | undefined {
  const open = listeners.find((l) => !l.isAuthenticated);
  const first = listeners[0];
  if (first === undefined || (open !== undefined && isAuthorized)) return undefined;
  return { value: open !== undefined, at: (open ?? first).name.at };
}

/** Brokers are counted by the node pools of the file; without node pools the cluster says it. */
function nodesOf(
  ask: Asking, resource: Resource, all: readonly Resource[], spec: SyntaxNode | undefined,
): Sourced<number> | undefined {
  const pools = poolNodes(ask, resource.name?.value ?? '', all);
  return pools ?? known(ask.number(get(spec, 'replicas')));
}

/** The brokers of a cluster's pools; undefined if one of them does not tell it, or there are none. */
function poolNodes(ask: Asking, cluster: string, all: readonly Resource[]): Sourced<number> | undefined {
  let sum: Sourced<number> | undefined;
  for (const pool of all) {
    if (pool.kind !== 'KafkaNodePool' || clusterOf(pool)?.value !== cluster) continue;
    const roles = ask.list(get(pool.root, 'spec', 'roles')).map((role) => role.value);
    if (roles.length > 0 && !roles.includes('broker')) continue;
    const replicas = known(ask.number(get(pool.root, 'spec', 'replicas')));
    if (replicas === undefined) return undefined;
    sum = { value: (sum?.value ?? 0) + replicas.value, at: sum?.at ?? replicas.at };
  }
  return sum;
}
