import type { SourceRange, Sourced } from '../../text/range';
import type { BrokerFact, ChannelRef, Fact } from '../../model/facts';
import { get, type SyntaxNode } from '../../syntax/tree';
import { known, Asking } from '../kubernetes/asking';
import { serviceAddresses } from '../kubernetes/network';
import type { Resource, ResourceFacts, ResourceReader } from '../kubernetes/resource';
import { defaultVhost, vhostOf, type Context } from '../rabbitmq/context';
import { readBindings, readExchanges } from '../rabbitmq/exchanges';
import { readPermissions } from '../rabbitmq/permissions';
import { readPolicies } from '../rabbitmq/policies';
import { readQueues } from '../rabbitmq/queues';
import { innerServerSettings, type ServerSettings } from '../rabbitmq/serverConf';
import { defined } from '../shared/defined';
import { definitionsOf, entriesOf, type TopologyEntry } from './tree';

const dialect = 'rabbitmq-topology';
const ports = [5672, 5671];

/**
 * RabbitMQ's operators for Kubernetes: clusters, and what is declared in them. Shovels and federation keep
 * their addresses in secrets, so that nobody can say between which brokers they move messages.
 */
export const rabbitmqTopology: ResourceReader = {
  dialect,
  kinds: { 'rabbitmq.com': 'all' },
  read: (resource, all): ResourceFacts => {
    const ask = new Asking(resource.file);
    if (resource.kind === 'RabbitmqCluster') {
      return { facts: clusterFacts(ask, resource), skipped: ask.skipped };
    }
    const cluster = clusterOf(ask, resource);
    // Policies decide what holds for queues: what lies in one cluster is read together, where its first
    // resource stands.
    const isOfIt = (r: Resource): boolean =>
      r.group === 'rabbitmq.com' && r.kind !== 'RabbitmqCluster' && sameCluster(clusterOf(ask, r), cluster);
    if (all.find(isOfIt) !== resource) return { facts: [] };
    return { facts: topologyFacts(ask, all.filter(isOfIt), cluster, all), skipped: ask.skipped };
  },
};

interface Cluster {
  readonly name: Sourced<string> | undefined;
  readonly namespace: string | undefined;
}

function clusterOf(ask: Asking, resource: Resource): Cluster {
  const ref = get(resource.root, 'spec', 'rabbitmqClusterReference');
  const namespace = ask.text(get(ref, 'namespace'))?.value ?? resource.namespace;
  return { name: ask.text(get(ref, 'name')), namespace };
}

function sameCluster(a: Cluster, b: Cluster): boolean {
  return a.name?.value === b.name?.value && a.namespace === b.namespace;
}

/** A `RabbitmqCluster`: its Service has its name. */
function clusterFacts(ask: Asking, resource: Resource): Fact[] {
  const { name, namespace, root, extent } = resource;
  if (name === undefined) return [];
  const spec = get(root, 'spec');
  const secret = ask.text(get(spec, 'tls', 'secretName'));
  const version = /:v?(\d+(?:\.\d+)+)/.exec(ask.text(get(spec, 'image'))?.value ?? '');
  const only = ask.boolean(get(spec, 'tls', 'disableNonTLSListeners'));
  return [defined<BrokerFact>({
    kind: 'broker', dialect, extent, name, protocol: { value: 'rabbitmq', at: name.at }, namespace,
    addresses: serviceAddresses(name, namespace, ports),
    nodes: known(ask.number(get(spec, 'replicas'))) ?? { value: 1, at: name.at },
    ...clusterConf(resource, get(spec, 'rabbitmq', 'additionalConfig')),
    version: version?.[1] === undefined ? undefined : { value: version[1], at: name.at },
    tls: secret !== undefined && known(only)?.value === true ? { value: true, at: secret.at } : undefined,
  })];
}

/** The operator begins each cluster with a way of its own to act when it falls apart (its default configuration). */
function clusterConf({ file, name }: Resource, conf: SyntaxNode | undefined): ServerSettings {
  const said = innerServerSettings(file, conf);
  if (said.partitionHandling !== undefined || said.open !== undefined || name === undefined) return said;
  return { ...said, partitionHandling: { value: 'pause_minority', at: name.at } };
}

function topologyFacts(
  ask: Asking, group: readonly Resource[], cluster: Cluster, all: readonly Resource[],
): Fact[] {
  const entries = group.flatMap((resource) => entriesOf(ask, resource));
  if (entries.length === 0) return [];
  const root = definitionsOf(entries);
  const c: Context = { file: ask.file, root, ownVhost: defaultVhost, facts: [], problems: [] };
  const policies = readPolicies(ask.file, root, (node) => vhostOf(c, node).value);
  readExchanges(c, policies);
  readQueues(c, policies);
  readBindings(c);
  readPermissions(c);
  const isHere = all.some((r) => r.kind === 'RabbitmqCluster' && r.name?.value === cluster.name?.value);
  const names = new Map<string, string>();
  const brokers = vhostsOf(c, entries).flatMap(({ name, extent }): BrokerFact[] => {
    const broker = brokerName(cluster, name.value);
    if (broker === undefined) return [];
    names.set(name.value, broker);
    // A cluster's own declaration stands for its default vhost.
    return isHere && name.value === defaultVhost ? [] : [vhostFact(cluster, name, broker, extent)];
  });
  return [...brokers, ...c.facts.map((fact) => placed(fact, names))];
}

/** The default vhost goes by the cluster's name; others stand behind it. */
function brokerName(cluster: Cluster, vhost: string): string | undefined {
  if (cluster.name === undefined) return undefined;
  return vhost === defaultVhost ? cluster.name.value : `${cluster.name.value}/${vhost}`;
}

function vhostFact(
  cluster: Cluster, vhost: Sourced<string>, broker: string, extent: SourceRange,
): BrokerFact {
  const at = vhost.value === defaultVhost ? cluster.name!.at : vhost.at;
  return defined<BrokerFact>({
    kind: 'broker', dialect, extent, name: { value: broker, at }, protocol: { value: 'rabbitmq', at },
    vhost: { value: vhost.value, at }, namespace: cluster.namespace,
    addresses: serviceAddresses({ value: cluster.name!.value, at }, cluster.namespace, ports),
    inferred: 'The file names the cluster and the vhost; the addresses follow from the operator\'s naming.',
  });
}

function vhostsOf(
  c: Context, entries: readonly TopologyEntry[],
): { name: Sourced<string>; extent: SourceRange }[] {
  const seen = new Set<string>();
  return entries.flatMap(({ list, node }) => {
    const name = list === 'vhosts' ? { ...vhostOf(c, node), value: nameIn(node) } : vhostOf(c, node);
    if (name.value === '' || seen.has(name.value)) return [];
    seen.add(name.value);
    return [{ name, extent: { file: c.file.id, start: node.start, end: node.end } }];
  });
}

function nameIn(node: TopologyEntry['node']): string {
  const name = get(node, 'name');
  return name?.kind === 'scalar' ? name.text : '';
}

/** Puts a fact of the shared reader into the cluster. Other files may declare what it refers to. */
function placed(fact: Fact, names: ReadonlyMap<string, string>): Fact {
  const ref = ({ mustExist: _, ...r }: ChannelRef): ChannelRef => {
    const broker = names.get(r.broker ?? '');
    const { broker: __, ...bare } = r;
    return broker === undefined ? bare : { ...bare, broker };
  };
  if (fact.kind === 'channel') {
    const broker = fact.broker && names.get(fact.broker.value);
    const { broker: _, ...rest } = fact;
    if (broker === undefined) return { ...rest, dialect };
    return { ...rest, dialect, broker: { value: broker, at: fact.broker!.at } };
  }
  if (fact.kind === 'route') return { ...fact, dialect, from: ref(fact.from), to: ref(fact.to) };
  return { ...fact, dialect };
}
