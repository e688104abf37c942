import type { Fact } from '../../model/facts';
import { Asking } from '../kubernetes/asking';
import type { Resource, ResourceFacts, ResourceReader } from '../kubernetes/resource';
import { accountFacts } from './account';
import { consumerFacts } from './consumer';
import { dialect } from './dialect';
import { bucketFacts, streamFacts } from './stream';

type Read = (ask: Asking, resource: Resource, all: readonly Resource[]) => Fact[];

const kinds: Readonly<Record<string, Read>> = {
  Stream: streamFacts, Consumer: consumerFacts, Account: accountFacts, KeyValue: bucketFacts,
  ObjectStore: bucketFacts,
};

/** The custom resources of NACK, NATS's controller for JetStream: v1beta1 and v1beta2. */
export const nack: ResourceReader = {
  dialect,
  kinds: { 'jetstream.nats.io': 'all' },
  read: (resource, all): ResourceFacts => {
    const ask = new Asking(resource.file);
    const facts = Object.hasOwn(kinds, resource.kind) ? kinds[resource.kind]!(ask, resource, all) : [];
    return { facts, skipped: ask.skipped };
  },
};
