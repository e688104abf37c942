import type { BrokerFact, ChannelFact, Fact } from '../../model/facts';
import type { ChannelSettings } from '../../model/settings';
import { entry, get } from '../../syntax/tree';
import type { Asking } from '../kubernetes/asking';
import { brokerOfClient } from '../kubernetes/clientBroker';
import { metadataText, type Resource } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { settingsOf, type Said } from '../shared/document';
import { entryRange } from '../shared/places';
import { deadLetterFacts, deliveryOf } from './delivery';
import { dialect } from './dialect';
import { placeName, refTo } from './names';

/** The class of a broker; without one the cluster's default decides. */
export function brokerClass(resource: Resource): string | undefined {
  return metadataText(resource, 'annotations', 'eventing.knative.dev/broker.class')?.value;
}

export function isKafkaClass(name: string | undefined): boolean {
  return name === 'Kafka' || name === 'KafkaNamespaced';
}

/** A `Broker`: where programs send events, and triggers take them from. In Kafka it is a topic. */
export function brokerFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const { name, namespace, root } = resource;
  if (name === undefined) return [];
  const of = brokerClass(resource);
  const place = placeName(name, namespace);
  const delivery = deliveryOf(ask, resource, get(root, 'spec', 'delivery'));
  const config = all.find((r) => r.kind === 'ConfigMap' && r.name !== undefined
    && r.name.value === ask.text(get(root, 'spec', 'config', 'name'))?.value);
  const data = config && get(config.root, 'data');
  const kafka = isKafkaClass(of);
  const external = metadataText(resource, 'annotations', 'kafka.eventing.knative.dev/external.topic');
  const wire = external ?? (kafka && namespace !== undefined
    ? { value: `knative-broker-${namespace}-${name.value}`, at: name.at } : undefined);
  const cluster = kafka && config !== undefined ? clusterOf(ask, config, ['data', 'bootstrap.servers'])
    : undefined;
  const notes = [
    `A broker of Knative${of === undefined ? '' : ` of class ${of}`}.`,
    kafka && external === undefined && wire !== undefined
      ? 'The topic\'s name follows from Knative\'s default template.' : undefined,
    of === 'RabbitMQBroker' ? 'In RabbitMQ it is an exchange whose name Knative makes.' : undefined,
    delivery.note,
  ];
  const channel = defined<ChannelFact>({
    kind: 'channel', dialect, extent: resource.extent, address: wire ?? place,
    protocol: kafka ? 'kafka' : undefined, onlyNamed: kafka ? undefined : true,
    aliases: wire === undefined ? undefined : [place],
    broker: cluster?.[0] && { value: cluster[0].name.value, at: cluster[0].name.at },
    settings: !kafka ? {} : settingsOf<ChannelSettings>({
      partitions: ask.number(data && get(data, 'default.topic.partitions')),
      replicas: ask.number(data && get(data, 'default.topic.replication.factor')),
    }),
    note: notes.filter((n) => n !== undefined).join(' '),
  });
  return [...(cluster ?? []), channel, ...deadLetterFacts(delivery, refTo(place), resource)];
}

/** A `Channel` of any kind: where events wait for their subscriptions. */
export function channelFacts(ask: Asking, resource: Resource): Fact[] {
  const { name, namespace, root, kind } = resource;
  if (name === undefined) return [];
  const place = placeName(name, namespace);
  const spec = get(root, 'spec');
  // The generic kind may say which one it becomes.
  const template = get(spec, 'channelTemplate');
  const become = ask.text(get(template, 'kind'))?.value ?? kind;
  const inner = kind === 'KafkaChannel' ? spec : get(template, 'spec');
  const delivery = deliveryOf(ask, resource, get(spec, 'delivery'));
  const kafka = become === 'KafkaChannel';
  const notes = [
    `A channel of Knative (${become}).`,
    become === 'InMemoryChannel' ? 'It keeps events in memory: a restart loses them.' : undefined,
    kafka ? 'In Kafka it is a topic whose name Knative\'s configuration makes.' : undefined, delivery.note,
  ];
  const channel = defined<ChannelFact>({
    kind: 'channel', dialect, extent: resource.extent, address: place, protocol: kafka ? 'kafka' : undefined,
    onlyNamed: kafka ? undefined : true,
    settings: !kafka ? {} : settingsOf<ChannelSettings>({
      partitions: ask.number(get(inner, 'numPartitions')),
      replicas: ask.number(get(inner, 'replicationFactor')),
      retention: isoDuration(ask.said(get(inner, 'retentionDuration'))),
    }),
    note: notes.filter((n) => n !== undefined).join(' '),
  });
  return [channel, ...deadLetterFacts(delivery, refTo(place), resource)];
}

/** A `KafkaSink`: events that are sent to it are written to a topic. */
export function kafkaSinkFacts(ask: Asking, resource: Resource): Fact[] {
  const { name, namespace, root } = resource;
  const spec = get(root, 'spec');
  const topic = ask.text(get(spec, 'topic'));
  const cluster = clusterOf(ask, resource, ['spec', 'bootstrapServers']);
  if (topic === undefined) return [...(cluster ?? [])];
  const channel = defined<ChannelFact>({
    kind: 'channel', dialect, extent: resource.extent, address: topic, protocol: 'kafka',
    aliases: name && [placeName(name, namespace)],
    broker: cluster?.[0] && { value: cluster[0].name.value, at: topic.at },
    settings: settingsOf<ChannelSettings>({
      partitions: ask.number(get(spec, 'numPartitions')),
      replicas: ask.number(get(spec, 'replicationFactor')),
    }),
    note: name && `The KafkaSink ${name.value} writes what is sent to it here.`,
  });
  return [...(cluster ?? []), channel];
}

/** The Kafka cluster that a resource lists the servers of. */
export function clusterOf(
  ask: Asking, resource: Resource, path: readonly [string, string],
): readonly [BrokerFact, ...Fact[]] | undefined {
  const servers = entry(get(resource.root, path[0]), path[1]);
  if (servers === undefined) return undefined;
  return brokerOfClient({
    dialect, resource, protocol: 'kafka', urls: ask.list(servers.value),
    extent: entryRange(ask.file, servers),
  });
}

/** Milliseconds of `PT168H`, `P7D`. */
function isoDuration(said: Said<string>): Said<number> {
  if (said === undefined || said === 'open') return said;
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(said.value.trim());
  if (match === null) return 'open';
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return { value: (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000, at: said.at };
}

