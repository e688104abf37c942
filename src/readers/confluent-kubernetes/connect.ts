import type { ChannelFact, ChannelRef, Fact, ServiceFact } from '../../model/facts';
import { get } from '../../syntax/tree';
import { connectorFacts, connectorSkipped } from '../kafka-connect/connector';
import { known, type Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';
import { workerPublish } from '../shared/connectWorker';
import { defined } from '../shared/defined';
import { withSettings } from '../shared/document';
import { consumeSettings } from '../shared/kafkaClient';
import { KeyedValues, leavesOf } from '../shared/keyed';
import { clusterAt, clusterOf, type Cluster } from './cluster';
import { dialect } from './dialect';
import { overridesOf } from './kafka';

const storage = [
  { config: 'config.storage', holds: 'the configuration of its connectors' },
  { config: 'offset.storage', holds: 'the offsets of its sources' },
  { config: 'status.storage', holds: 'the status of its connectors' },
] as const;

/**
 * A `Connect`: the workers, the Kafka cluster that they are on, and their own topics where they name them.
 */
export function connectFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const { name, extent, root } = resource;
  const cluster = clusterOfWorkers(ask, resource, all);
  if (name === undefined) return [...cluster.facts];
  const config = overridesOf(ask, get(root, 'spec', 'configOverrides', 'server'));
  const group = config.text('group.id');
  const service = defined<ServiceFact>({
    kind: 'service', dialect, extent, name, client: { value: 'kafka-connect', at: name.at },
    note: group && `Workers of the Connect group ${group.value}.`,
  });
  return [...cluster.facts, service, ...storage.flatMap(({ config: key, holds }): Fact[] => {
    const topic = config.text(`${key}.topic`);
    if (topic === undefined) return [];
    const note = `The workers keep ${holds} here; nobody else should write it.`;
    const channel = defined<ChannelRef>({ name: topic, protocol: 'kafka', broker: cluster.name?.value });
    const base = { dialect, extent: topic.at, service: name, channel, protocol: 'kafka' as const,
      settings: {}, note };
    const count = (which: string): ReturnType<Asking['number']> => {
      const found = config.lookup()(`${key}.${which}`);
      if (found === undefined || found === 'open') return found;
      // -1 leaves the number to the cluster.
      return /^[1-9]\d{0,8}$/.test(found.value) ? { value: Number(found.value), at: found.at } : undefined;
    };
    return [defined<ChannelFact>({
      kind: 'channel', dialect, extent: topic.at, address: topic, protocol: 'kafka', note,
      broker: cluster.name && { value: cluster.name.value, at: topic.at },
      settings: withSettings({}, { replicas: count('replication.factor'), partitions: count('partitions') }),
    }), { ...base, kind: 'publish' }, { ...base, kind: 'consume' }];
  })];
}

/** The workers' own address of Kafka; without one the operator takes the Kafka of their namespace. */
function clusterOfWorkers(ask: Asking, workers: Resource, all: readonly Resource[]): Cluster {
  const dependency = get(workers.root, 'spec', 'dependencies', 'kafka')
    ?? get(workers.root, 'spec', 'dependencies', 'kafkaCluster');
  const broker = clusterAt(ask, workers, dependency);
  if (broker === undefined) return clusterOf(ask, workers, dependency, all);
  // The name of a Kafka in this file, if that is what the address leads to.
  const here = all.find((r) => r.kind === 'Kafka' && r.name !== undefined
    && new RegExp(`^${r.name.value.replace(/[^\w-]/g, '')}(\\.|:)`).test(broker.name.value)
    && (!broker.name.value.includes('.') || broker.name.value.includes(`.${r.namespace ?? ''}`)));
  return here === undefined ? { name: broker.name, facts: [broker] } : { name: here.name, facts: [] };
}

/** A `Connector`: it runs on the workers that it refers to, whose client settings hold where it has none. */
export function connectorFactsOf(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const { file, root, extent } = resource;
  const spec = get(root, 'spec');
  const own = get(spec, 'connectorConfigs') ?? spec;
  const name = ask.text(get(spec, 'name')) ?? resource.name;
  if (name === undefined) return [];
  const values = new KeyedValues(file, leavesOf(file, get(own, 'configs')));
  for (const at of connectorSkipped(values)) ask.skip(at);
  const workers = all.find((r) => r.kind === 'Connect'
    && r.name?.value === ask.text(get(spec, 'connectClusterRef', 'name'))?.value);
  const facts = connectorFacts(values, defined({
    dialect, extent, name, class: ask.text(get(own, 'class')),
    tasks: known(ask.number(get(own, 'taskMax'))),
    broker: workers && clusterOfWorkers(ask, workers, all).name?.value,
  }));
  if (workers === undefined) return facts;
  const config = overridesOf(ask, get(workers.root, 'spec', 'configOverrides', 'server'));
  return facts.map((fact): Fact => {
    if (fact.kind === 'publish') return { ...fact,
      settings: { ...workerPublish(config.lookup()), ...fact.settings } };
    if (fact.kind === 'consume') return { ...fact,
      settings: { ...consumeSettings(config.lookup('consumer.')), ...fact.settings } };
    return fact;
  });
}
