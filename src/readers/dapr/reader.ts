import type { Fact } from '../../model/facts';
import { Asking } from '../kubernetes/asking';
import type { Resource, ResourceFacts, ResourceReader } from '../kubernetes/resource';
import { bindingFacts } from './bindings';
import { componentOf } from './component';
import { dialect } from './dialect';
import { pubsubFacts } from './pubsub';
import { subscriptionFacts } from './subscription';

/**
 * The resources of Dapr, also in the component files of a sidecar on one's own machine: pub/sub components,
 * bindings of messaging systems, subscriptions. State stores, secret stores and the like carry no messages.
 */
export const dapr: ResourceReader = {
  dialect,
  kinds: { 'dapr.io': 'all' },
  read: (resource, all): ResourceFacts => {
    const ask = new Asking(resource.file);
    return { facts: factsOf(ask, resource, all), skipped: ask.skipped };
  },
};

function factsOf(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  if (resource.kind === 'Subscription') return subscriptionFacts(ask, resource, all);
  const component = componentOf(ask, resource);
  if (component === undefined) return [];
  if (component.type.startsWith('pubsub.')) return pubsubFacts(component);
  return component.type.startsWith('bindings.') ? bindingFacts(component) : [];
}
