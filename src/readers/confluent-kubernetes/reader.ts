import type { Fact } from '../../model/facts';
import { Asking } from '../kubernetes/asking';
import type { Resource, ResourceFacts, ResourceReader } from '../kubernetes/resource';
import { restClassFacts } from './cluster';
import { connectFacts, connectorFactsOf } from './connect';
import { dialect } from './dialect';
import { kafkaFacts, topicFacts } from './kafka';
import { linkFacts } from './link';
import { rolebindingFacts } from './rolebinding';

type Read = (ask: Asking, resource: Resource, all: readonly Resource[]) => Fact[];

/** What reads each kind; registries, consoles, controllers and query engines carry no topics of their own. */
const kinds: Readonly<Record<string, Read>> = {
  Kafka: kafkaFacts, KafkaCluster: kafkaFacts, KafkaTopic: topicFacts, KafkaRestClass: restClassFacts,
  Connect: connectFacts, ConnectCluster: connectFacts, Connector: connectorFactsOf, ClusterLink: linkFacts,
  ConfluentRolebinding: rolebindingFacts,
};

/** The custom resources of Confluent for Kubernetes, and those of its blueprints. */
export const confluentKubernetes: ResourceReader = {
  dialect,
  kinds: {
    'platform.confluent.io': 'all', 'apps.cpc.platform.confluent.io': 'all',
    'cluster.cpc.platform.confluent.io': 'all',
  },
  read: (resource, all): ResourceFacts => {
    const ask = new Asking(resource.file);
    const facts = Object.hasOwn(kinds, resource.kind) ? kinds[resource.kind]!(ask, resource, all) : [];
    return { facts: once(facts, all), skipped: ask.skipped };
  },
};

/** The clusters that a file has told of by reference: hundreds of topics name the same one. */
const told = new WeakMap<readonly Resource[], Set<string>>();

function once(facts: readonly Fact[], all: readonly Resource[]): readonly Fact[] {
  const seen = told.get(all) ?? new Set<string>();
  told.set(all, seen);
  return facts.filter((fact) => {
    if (fact.kind !== 'broker' || fact.inferred === undefined || fact.aliases !== undefined) return true;
    const key = `${fact.namespace ?? ''}/${fact.name.value}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
