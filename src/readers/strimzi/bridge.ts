import type { ConsumeFact, Fact, PublishFact } from '../../model/facts';
import { entry, get } from '../../syntax/tree';
import type { Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';
import { consumeSettings, publishSettings } from '../shared/kafkaClient';
import { clusterByAddress } from './cluster';
import { dialect } from './dialect';

/** A `KafkaBridge`: HTTP clients publish and consume through it; which topics, only they know. */
export function bridgeFacts(ask: Asking, resource: Resource): Fact[] {
  const { name, extent } = resource;
  const spec = get(resource.root, 'spec');
  const broker = clusterByAddress(ask, resource, spec);
  const brokers = broker === undefined ? [] : [broker];
  if (name === undefined) return brokers;
  const base = { dialect, extent, service: name, protocol: 'kafka' as const };
  const publish: PublishFact[] = entry(spec, 'producer') === undefined ? [] : [{
    ...base, kind: 'publish', settings: publishSettings(ask.lookup(get(spec, 'producer', 'config'))),
  }];
  const consume: ConsumeFact[] = entry(spec, 'consumer') === undefined ? [] : [{
    ...base, kind: 'consume', settings: consumeSettings(ask.lookup(get(spec, 'consumer', 'config'))),
  }];
  return [...brokers, {
    kind: 'service', dialect, extent, name, client: { value: 'kafka-java', at: name.at },
    note: 'An HTTP bridge: its clients choose the topics.',
  }, ...publish, ...consume];
}
