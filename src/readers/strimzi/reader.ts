import type { Fact } from '../../model/facts';
import { Asking } from '../kubernetes/asking';
import type { Resource, ResourceFacts, ResourceReader } from '../kubernetes/resource';
import { bridgeFacts } from './bridge';
import { connectFacts } from './connect';
import { connectorFactsOf } from './connector';
import { dialect } from './dialect';
import { kafkaFacts, nodePoolFacts } from './kafka';
import { mirrorMakerFacts } from './mirrorMaker';
import { mirrorMaker2Facts } from './mirrorMaker2';
import { topicFacts } from './topic';
import { userFacts } from './user';

/** What reads each kind; `KafkaRebalance` and the like say nothing of how messages flow. */
const kinds: Readonly<Record<string, (ask: Asking, resource: Resource, all: readonly Resource[]) => Fact[]>> = {
  Kafka: kafkaFacts, KafkaNodePool: nodePoolFacts, KafkaTopic: topicFacts, KafkaUser: userFacts,
  KafkaConnect: connectFacts, KafkaConnectS2I: connectFacts, KafkaConnector: connectorFactsOf,
  KafkaMirrorMaker2: mirrorMaker2Facts, KafkaMirrorMaker: mirrorMakerFacts, KafkaBridge: bridgeFacts,
};

/** The custom resources of Strimzi, from v1beta1 to v1. */
export const strimzi: ResourceReader = {
  dialect,
  kinds: { 'kafka.strimzi.io': 'all' },
  read: (resource, all): ResourceFacts => {
    const ask = new Asking(resource.file);
    const facts = Object.hasOwn(kinds, resource.kind) ? kinds[resource.kind]!(ask, resource, all) : [];
    return { facts, skipped: ask.skipped };
  },
};
