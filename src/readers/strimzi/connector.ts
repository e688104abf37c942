import type { Fact } from '../../model/facts';
import { get } from '../../syntax/tree';
import { connectorFacts, connectorSkipped } from '../kafka-connect/connector';
import { known, type Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';
import { workerPublish } from '../shared/connectWorker';
import { defined } from '../shared/defined';
import { consumeSettings } from '../shared/kafkaClient';
import { KeyedValues, leavesOf } from '../shared/keyed';
import { clusterByAddress, clusterOf } from './cluster';
import { dialect } from './dialect';

/** A `KafkaConnector`: it runs on the Connect cluster of its label, whose workers decide what it leaves out. */
export function connectorFactsOf(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const { name, extent, file, root } = resource;
  if (name === undefined) return [];
  const values = new KeyedValues(file, leavesOf(file, get(root, 'spec', 'config')));
  for (const at of connectorSkipped(values)) ask.skip(at);
  const workers = workersOf(resource, all);
  const facts = connectorFacts(values, defined({
    dialect, extent, name, class: ask.text(get(root, 'spec', 'class')),
    tasks: known(ask.number(get(root, 'spec', 'tasksMax'))),
    broker: workers && clusterByAddress(ask, workers, get(workers.root, 'spec'))?.name.value,
  }));
  return workers === undefined ? facts : facts.map((fact) => withWorkers(ask, workers, fact));
}

function workersOf(resource: Resource, all: readonly Resource[]): Resource | undefined {
  const cluster = clusterOf(resource)?.value;
  if (cluster === undefined) return undefined;
  return all.find((r) => /^KafkaConnect(S2I)?$/.test(r.kind) && r.name?.value === cluster);
}

/** The workers' `producer.` and `consumer.` settings hold for connectors that do not override them. */
function withWorkers(ask: Asking, workers: Resource, fact: Fact): Fact {
  const config = get(workers.root, 'spec', 'config');
  if (fact.kind === 'publish') {
    return { ...fact, settings: { ...workerPublish(ask.lookup(config)), ...fact.settings } };
  }
  if (fact.kind !== 'consume') return fact;
  return { ...fact, settings: { ...consumeSettings(ask.lookup(config, 'consumer.')), ...fact.settings } };
}
