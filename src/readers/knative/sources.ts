import type { Sourced } from '../../text/range';
import type { ChannelRef, ConsumeFact, Fact, PublishFact, ServiceFact } from '../../model/facts';
import type { ConsumeSettings, Protocol } from '../../model/settings';
import { get } from '../../syntax/tree';
import { known, type Asking } from '../kubernetes/asking';
import { brokerOfClient } from '../kubernetes/clientBroker';
import type { Resource } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { settingsOf } from '../shared/document';
import { deadLetterFacts, deliveryOf } from './delivery';
import { dialect } from './dialect';
import { destinationOf, type Destination } from './names';
import { clusterOf } from './places';

/** A `KafkaSource`: it reads topics for its sink. */
export function kafkaSourceFacts(ask: Asking, resource: Resource): Fact[] {
  const spec = get(resource.root, 'spec');
  const cluster = clusterOf(ask, resource, ['spec', 'bootstrapServers']);
  const delivery = deliveryOf(ask, resource, get(spec, 'delivery'));
  const settings: ConsumeSettings = {
    ...settingsOf<ConsumeSettings>({
      group: ask.said(get(spec, 'consumerGroup')),
      offsetReset: ask.word(get(spec, 'initialOffset'), ['earliest', 'latest']),
    }),
    ...(delivery.onFailure === undefined ? {} : { onFailure: delivery.onFailure }),
  };
  const topics = ask.list(get(spec, 'topics')).map((name): ChannelRef => defined<ChannelRef>({
    name, protocol: 'kafka', broker: cluster?.[0].name.value,
  }));
  return [
    ...(cluster ?? []), ...passed(ask, resource, topics, 'kafka', settings, delivery.note),
    ...topics.flatMap((from) => deadLetterFacts(delivery, from, resource)),
  ];
}

/** A `RabbitmqSource`: it reads a queue, which it binds to an exchange. */
export function rabbitmqSourceFacts(ask: Asking, resource: Resource): Fact[] {
  const spec = get(resource.root, 'spec');
  const said = ask.text(get(spec, 'broker'));
  const cluster = said === undefined ? undefined
    : brokerOfClient({ dialect, resource, protocol: 'rabbitmq', urls: [said], extent: said.at });
  const reference = ask.text(get(spec, 'rabbitmqClusterReference', 'name'));
  const broker = cluster?.[0].name.value ?? reference?.value;
  const config = get(spec, 'rabbitmqResourcesConfig');
  const queue = ask.text(get(config, 'queueName')) ?? ask.text(get(spec, 'queue_config', 'name'))
    ?? ask.text(get(spec, 'queueConfig', 'name'));
  const exchange = ask.text(get(config, 'exchangeName')) ?? ask.text(get(spec, 'exchange_config', 'name'))
    ?? ask.text(get(spec, 'exchangeConfig', 'name'));
  const delivery = deliveryOf(ask, resource, get(spec, 'delivery'));
  const ref = (name: Sourced<string>, space: 'queue' | 'exchange'): ChannelRef =>
    defined<ChannelRef>({ name, protocol: 'rabbitmq', broker, space });
  const read = queue ?? exchange;
  const settings = settingsOf<ConsumeSettings>({
    prefetch: ask.number(get(spec, 'parallelism'))
      ?? ask.number(get(spec, 'channel_config', 'prefetch_count')),
  });
  return [
    ...(cluster ?? []),
    ...(queue !== undefined && exchange !== undefined ? [defined<Fact>({
      kind: 'route', route: 'binding', dialect, extent: resource.extent, from: ref(exchange, 'exchange'),
      to: ref(queue, 'queue'),
      key: ask.text(get(spec, 'exchange_config', 'routing_key')),
      by: resource.name && `RabbitmqSource ${resource.name.value}`,
    })] : []),
    ...passed(ask, resource, read === undefined ? []
      : [ref(read, queue === undefined ? 'exchange' : 'queue')], 'rabbitmq', settings, delivery.note),
  ];
}

/** A program that is made to send events to a sink, or any other source of events. */
export function sourceFacts(ask: Asking, resource: Resource): Fact[] {
  const spec = get(resource.root, 'spec');
  const sink = destinationOf(ask, resource, get(spec, 'sink'));
  // A SinkBinding tells a program that is there already where to send; other sources are programs of their
  // own.
  const bound = resource.kind === 'SinkBinding';
  const service = bound ? known(ask.said(get(spec, 'subject', 'name'))) : resource.name;
  if (service === undefined || sink === undefined || !('channel' in sink)) return [];
  return [
    sourceService(resource, service, bound ? undefined : `A ${resource.kind} of Knative.`),
    published(resource, service, sink),
  ];
}

/**
 * What a source reads from a messaging system. A program at its other end is fed by nobody else, and stands
 * for the consumer; before a channel the source itself does.
 */
function passed(
  ask: Asking, resource: Resource, from: readonly ChannelRef[], protocol: Protocol,
  settings: ConsumeSettings, more?: string,
): Fact[] {
  const sink = destinationOf(ask, resource, get(resource.root, 'spec', 'sink'));
  const { name, kind } = resource;
  const isProgram = sink !== undefined && 'service' in sink;
  const service = isProgram ? sink.service : name;
  if (service === undefined) return [];
  const note = [isProgram && name !== undefined ? `${kind} ${name.value} sends it the messages over HTTP.`
    : undefined, more]
    .filter((n) => n !== undefined).join(' ');
  return [
    sourceService(resource, service, isProgram ? undefined : `A ${kind} of Knative.`),
    ...from.map((channel) => defined<ConsumeFact>({
      kind: 'consume', dialect, extent: resource.extent, service, protocol, channel, settings,
      note: note === '' ? undefined : note,
    })),
    ...(isProgram || sink === undefined ? [] : [published(resource, service, sink)]),
  ];
}

function sourceService(resource: Resource, name: Sourced<string>, note?: string): ServiceFact {
  return defined<ServiceFact>({ kind: 'service', dialect, extent: resource.extent, name, note });
}

function published(
  resource: Resource, service: Sourced<string>, sink: Extract<Destination, { channel: ChannelRef }>,
): PublishFact {
  return { kind: 'publish', dialect, extent: resource.extent, service, channel: sink.channel, settings: {} };
}
