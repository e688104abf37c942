import type { Fact } from '../../model/facts';
import { Asking } from '../kubernetes/asking';
import type { Resource, ResourceFacts, ResourceReader } from '../kubernetes/resource';
import { dialect } from './dialect';
import { brokerFacts, channelFacts, kafkaSinkFacts } from './places';
import { kafkaSourceFacts, rabbitmqSourceFacts, sourceFacts } from './sources';
import { parallelFacts, sequenceFacts, subscriptionFacts, triggerFacts } from './takers';

type Read = (ask: Asking, resource: Resource, all: readonly Resource[]) => Fact[];

const kinds: Readonly<Record<string, Read>> = {
  Broker: brokerFacts, Trigger: triggerFacts, Subscription: subscriptionFacts, KafkaSink: kafkaSinkFacts,
  Sequence: sequenceFacts, Parallel: parallelFacts, KafkaSource: kafkaSourceFacts,
  RabbitmqSource: rabbitmqSourceFacts,
};

/** Knative Eventing: brokers, triggers, channels, subscriptions, flows, and sources of events. */
export const knative: ResourceReader = {
  dialect,
  kinds: {
    'eventing.knative.dev': 'all', 'messaging.knative.dev': 'all', 'flows.knative.dev': 'all',
    'sources.knative.dev': 'all',
    'kafka.eventing.knative.dev': 'all', 'sources.eventing.knative.dev': 'all',
    'rabbitmq.sources.knative.dev': 'all',
  },
  read: (resource, all): ResourceFacts => {
    const ask = new Asking(resource.file);
    return { facts: readOf(resource)(ask, resource, all), skipped: ask.skipped };
  },
};

function readOf({ kind, group }: Resource): Read {
  if (Object.hasOwn(kinds, kind)) return kinds[kind]!;
  if (/Channel$/.test(kind)) return channelFacts;
  return group.startsWith('sources.') ? sourceFacts : () => [];
}
