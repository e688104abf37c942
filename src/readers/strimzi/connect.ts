import type { SourceRange, Sourced } from '../../text/range';
import type { ChannelFact, ChannelRef, Fact, ServiceFact } from '../../model/facts';
import { get } from '../../syntax/tree';
import { known, type Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { withSettings } from '../shared/document';
import { clusterByAddress } from './cluster';
import { dialect } from './dialect';

/** The topics in which workers keep what they share, by the keys of v1 and of the workers' configuration. */
const storage = [
  { key: 'configStorageTopic', config: 'config.storage', holds: 'the configuration of its connectors' },
  { key: 'offsetStorageTopic', config: 'offset.storage', holds: 'the offsets of its sources' },
  { key: 'statusStorageTopic', config: 'status.storage', holds: 'the status of its connectors' },
] as const;

/** A `KafkaConnect` cluster: the workers, the Kafka cluster that they are on, and their own topics. */
export function connectFacts(ask: Asking, resource: Resource): Fact[] {
  const { name, extent } = resource;
  const spec = get(resource.root, 'spec');
  const broker = clusterByAddress(ask, resource, spec);
  if (name === undefined) return broker === undefined ? [] : [broker];
  const group = ask.text(get(spec, 'groupId')) ?? ask.text(get(spec, 'config', 'group.id'));
  const service = defined<ServiceFact>({
    kind: 'service', dialect, extent, name, client: { value: 'kafka-connect', at: name.at },
    note: group && `Workers of the Connect group ${group.value}.`,
  });
  const brokers = broker === undefined ? [] : [broker];
  return [...brokers, service, ...storageFacts(ask, resource, name, broker?.name.value)];
}

function storageFacts(
  ask: Asking, resource: Resource, service: Sourced<string>, broker: string | undefined,
): Fact[] {
  const spec = get(resource.root, 'spec');
  return storage.flatMap(({ key, config, holds }): Fact[] => {
    const topic = ask.text(get(spec, key)) ?? ask.text(get(spec, 'config', `${config}.topic`));
    if (topic === undefined) return [];
    const extent: SourceRange = topic.at;
    const channel = defined<ChannelRef>({ name: topic, protocol: 'kafka', broker });
    const note = `The workers keep ${holds} here; nobody else should write it.`;
    const base = { dialect, extent, service, channel, protocol: 'kafka' as const, settings: {}, note };
    // -1 leaves the number to the cluster.
    const factor = ask.number(get(spec, 'config', `${config}.replication.factor`));
    const partitions = ask.number(get(spec, 'config', `${config}.partitions`));
    const positive = (said: typeof factor): typeof factor => ((known(said)?.value ?? 1) > 0 ? said : undefined);
    const fact = defined<ChannelFact>({
      kind: 'channel', dialect, extent, address: topic, protocol: 'kafka', note,
      broker: broker === undefined ? undefined : { value: broker, at: topic.at },
      settings: withSettings({}, { replicas: positive(factor), partitions: positive(partitions) }),
    });
    return [fact, { ...base, kind: 'publish' }, { ...base, kind: 'consume' }];
  });
}
