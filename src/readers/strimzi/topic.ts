import type { ChannelFact, Fact } from '../../model/facts';
import type { ChannelSettings } from '../../model/settings';
import { get } from '../../syntax/tree';
import type { Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { withSettings } from '../shared/document';
import { topicSettings } from '../shared/kafkaTopic';
import { clusterOf, labelledCluster } from './cluster';
import { dialect } from './dialect';

/**
 * A `KafkaTopic`. What it leaves out is the cluster's: Strimzi creates the topic without a number of
 * partitions or replicas then, and Kafka takes its own defaults.
 */
export function topicFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const spec = get(resource.root, 'spec');
  const said = ask.said(get(spec, 'topicName'));
  const address = said === undefined ? resource.name : said;
  const cluster = clusterOf(resource);
  if (address === undefined || address === 'open') return labelledCluster(resource, all);
  const settings = withSettings<ChannelSettings>(topicSettings(ask.lookup(get(spec, 'config'))), {
    partitions: ask.number(get(spec, 'partitions')), replicas: ask.number(get(spec, 'replicas')),
  });
  return [...labelledCluster(resource, all), defined<ChannelFact>({
    kind: 'channel', dialect, extent: resource.extent, address, protocol: 'kafka', broker: cluster, settings,
  })];
}
