import type { Sourced } from '../../text/range';
import type { BrokerFact, ChannelFact, ChannelRef, ConsumeFact, Fact, RouteFact } from '../../model/facts';
import type { ConsumeSettings } from '../../model/settings';
import { get } from '../../syntax/tree';
import type { Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { appFacts } from './apps';
import { brokerOf } from './broker';
import { componentOf, type Component } from './component';
import { dialect } from './dialect';
import { consumeSettings } from './settings';
import { subscribedQueue, topicFact, type QueueWishes } from './topics';

/**
 * A `Subscription`: programs that take a topic of a pub/sub component. Often the component stands in another
 * file, and what it speaks is known only where both are joined, by the component's name.
 */
export function subscriptionFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const spec = get(resource.root, 'spec');
  const topic = ask.text(get(spec, 'topic'));
  const pubsub = ask.text(get(spec, 'pubsubname'));
  const apps = ask.list(get(resource.root, 'scopes'));
  if (topic === undefined) return appFacts(apps);
  const named = pubsub && all.find((r) => r.kind === 'Component' && r.name?.value === pubsub.value);
  const c = named && componentOf(ask, named);
  const broker = c && brokerOf(c).broker;
  const found: Subscribed = { ask, resource, topic, pubsub, c, broker,
    dead: ask.text(get(spec, 'deadLetterTopic')) };
  const topics = [topic, ...(found.dead === undefined ? [] : [found.dead])];
  const channels = topics.map((name) => channelOf(found, name, apps.length === 0));
  return [...appFacts(apps, c), ...channels, ...apps.flatMap((app) => consumed(found, app)),
    ...deadLetters(found)];
}

interface Subscribed {
  readonly ask: Asking;
  readonly resource: Resource;
  readonly topic: Sourced<string>;
  readonly pubsub: Sourced<string> | undefined;
  /** The component, where it stands in this file. */
  readonly c: Component | undefined;
  readonly broker: BrokerFact | undefined;
  readonly dead: Sourced<string> | undefined;
}

function channelOf(
  { resource, pubsub, c, broker }: Subscribed, name: Sourced<string>, isForAll: boolean,
): ChannelFact {
  const inferred = isForAll ? 'The subscription holds for every program that loads it; it names none.'
    : undefined;
  if (c !== undefined) return topicFact(name, c, broker, resource.extent, inferred);
  return defined<ChannelFact>({
    kind: 'channel', dialect, extent: resource.extent, address: name, broker: pubsub, onlyNamed: true,
    settings: {}, inferred,
  });
}

function refTo({ pubsub, c, broker }: Subscribed, name: Sourced<string>): ChannelRef {
  return defined<ChannelRef>({
    name, protocol: c?.protocol, broker: c === undefined ? pubsub?.value : broker?.name.value,
    space: c?.protocol === 'rabbitmq' ? 'exchange' : undefined,
    onlyNamed: c?.protocol === undefined ? true : undefined,
  });
}

function consumed(found: Subscribed, app: Sourced<string>): Fact[] {
  const { ask, resource, topic, c, broker, dead } = found;
  const made = c?.protocol === 'rabbitmq' && broker !== undefined
    ? subscribedQueue(c, topic, app, broker, resource.extent, wishesOf(ask, resource)) : undefined;
  const told = c === undefined ? { settings: {}, note: undefined } : c.told(consumeSettings(c, app));
  const settings: ConsumeSettings = dead === undefined ? told.settings
    : { ...told.settings, onFailure: { deadLetter: dead } };
  const note = [routesOf(ask, resource), told.note].filter((n) => n !== undefined).join(' ');
  return [...(made?.facts ?? []), defined<ConsumeFact>({
    kind: 'consume', dialect, extent: resource.extent, service: app,
    channel: made?.queue ?? refTo(found, topic),
    protocol: c?.protocol, client: c?.client, settings, note: note === '' ? undefined : note,
  })];
}

/** The paths at which the program takes the messages. */
function routesOf(ask: Asking, { root }: Resource): string | undefined {
  const spec = get(root, 'spec');
  const rules = get(spec, 'routes', 'rules');
  const paths = [
    ...ask.list(get(spec, 'route')), ...(rules?.kind === 'seq'
      ? rules.items.flatMap((rule) => ask.list(get(rule, 'path'))) : []),
    ...ask.list(get(spec, 'routes', 'default')),
  ];
  return paths.length === 0 ? undefined : `Delivered to ${paths.map((p) => p.value).join(', ')}.`;
}

/** `metadata` of a subscription, as RabbitMQ's component understands it. */
function wishesOf(ask: Asking, { root }: Resource): QueueWishes {
  const metadata = get(root, 'spec', 'metadata');
  return {
    queueName: ask.said(get(metadata, 'queueName')),
    queueType: ask.word(get(metadata, 'queueType'), ['classic', 'quorum']),
    singleActiveConsumer: ask.boolean(get(metadata, 'singleActiveConsumer')),
    maxLen: ask.number(get(metadata, 'maxLen')),
    maxLenBytes: ask.number(get(metadata, 'maxLenBytes')), routingKey: ask.said(get(metadata, 'routingKey')),
  };
}

/** Dapr itself publishes to `deadLetterTopic` what the program did not take. */
function deadLetters(found: Subscribed): RouteFact[] {
  const { topic, dead, resource } = found;
  if (dead === undefined) return [];
  return [defined<RouteFact>({
    kind: 'route', route: 'dead-letter', dialect, extent: resource.extent, from: refTo(found, topic),
    to: refTo(found, dead),
    by: resource.name && `subscription ${resource.name.value}`,
    note: 'The sidecar publishes here what the program did not take.',
  })];
}
