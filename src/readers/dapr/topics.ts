import type { SourceRange, Sourced } from '../../text/range';
import type { BrokerFact, ChannelFact, ChannelRef, Fact, RouteFact } from '../../model/facts';
import type { ChannelSettings } from '../../model/settings';
import { defined } from '../shared/defined';
import { settingsOf, type Said } from '../shared/document';
import { seconds } from './bindings';
import type { Component } from './component';
import { dialect } from './dialect';

/** What a subscription says of the queue that is made for it. */
export interface QueueWishes {
  readonly queueName?: Said<string>;
  readonly queueType?: Said<'classic' | 'quorum'>;
  readonly singleActiveConsumer?: Said<boolean>;
  readonly maxLen?: Said<number>;
  readonly maxLenBytes?: Said<number>;
  readonly routingKey?: Said<string>;
}

/** A topic of a pub/sub component, as its publishers call it: RabbitMQ has an exchange a topic. */
export function topicRef(name: Sourced<string>, c: Component, broker: string | undefined): ChannelRef {
  return defined<ChannelRef>({
    name, protocol: c.protocol, broker, space: c.protocol === 'rabbitmq' ? 'exchange' : undefined,
    onlyNamed: c.protocol === undefined ? true : undefined,
  });
}

/** A topic that the file names and no edge does. */
export function topicFact(
  name: Sourced<string>, c: Component, broker: BrokerFact | undefined, extent: SourceRange, inferred?: string,
): ChannelFact {
  const isRabbit = c.protocol === 'rabbitmq';
  return defined<ChannelFact>({
    kind: 'channel', dialect, extent, address: name, protocol: c.protocol,
    space: isRabbit ? 'exchange' : undefined,
    broker: broker && { value: broker.name.value, at: name.at }, inferred,
    onlyNamed: c.protocol === undefined ? true : undefined,
    ...c.told(isRabbit ? exchangeSettings(c) : {}),
  });
}

function exchangeSettings(c: Component): ChannelSettings {
  return settingsOf<ChannelSettings>({
    exchange: c.or(c.said('exchangeKind'), 'exchangeKind', 'fanout'), ...lifeOf(c),
  });
}

function lifeOf(c: Component): { durable: Said<boolean>; autoDelete: Said<boolean> } {
  return {
    durable: c.or(c.boolean('durable'), 'durable', false),
    autoDelete: c.or(c.boolean('deletedWhenUnused', 'deleteWhenUnused'), 'deletedWhenUnused', true),
  };
}

/**
 * What Dapr declares in RabbitMQ when a program subscribes: a queue named after program and topic, bound to
 * the topic's exchange, and with `enableDeadLetter` an exchange and a queue for what the program refuses.
 */
export function subscribedQueue(
  c: Component, topic: Sourced<string>, app: Sourced<string>, broker: BrokerFact, extent: SourceRange,
  wishes: QueueWishes,
): { queue: ChannelRef; facts: Fact[] } | undefined {
  const consumer = c.filled(app, 'consumerID') ?? app;
  const own = wishes.queueName;
  if (own === 'open' || (own === undefined && consumer === 'open')) return undefined;
  const name = own ?? { value: `${(consumer as Sourced<string>).value}-${topic.value}`, at: topic.at };
  const inferred = own === undefined ? 'Dapr names the queue after the consumer and the topic.' : undefined;
  const where = { value: broker.name.value, at: topic.at };
  const ref = (value: string, space: 'exchange' | 'queue'): ChannelRef =>
    ({ name: { value, at: topic.at }, protocol: 'rabbitmq', broker: broker.name.value, space });
  const channel = (value: Sourced<string>, space: 'exchange' | 'queue', settings: ChannelSettings,
    why?: string): ChannelFact =>
    defined<ChannelFact>({
      kind: 'channel', dialect, extent, address: value, protocol: 'rabbitmq', broker: where, space,
      inferred: why, ...c.told(settings),
    });
  const route = (kind: RouteFact['route'], from: ChannelRef, to: ChannelRef,
    key?: Sourced<string>): RouteFact =>
    defined<RouteFact>({ kind: 'route', route: kind, dialect, extent, from, to, key,
      by: `component ${c.name.value}` });
  const limits = settingsOf<ChannelSettings>({
    maxLength: wishes.maxLen ?? c.number('maxLen'),
    maxLengthBytes: wishes.maxLenBytes ?? c.number('maxLenBytes'),
  });
  const queue = channel(name, 'queue', {
    ...limits,
    ...settingsOf<ChannelSettings>({
      ...lifeOf(c), queue: wishes.queueType, singleActiveConsumer: wishes.singleActiveConsumer,
      ttl: seconds(c.number('ttlInSeconds')),
    }),
  }, inferred);
  const queueRef: ChannelRef = { ...ref(name.value, 'queue'), name };
  const key = wishes.routingKey === 'open' || wishes.routingKey === undefined ? { value: '', at: topic.at }
    : wishes.routingKey;
  const facts: Fact[] = [queue, route('binding', ref(topic.value, 'exchange'), queueRef, key)];
  const dead = c.boolean('enableDeadLetter');
  if (dead !== undefined && dead !== 'open' && dead.value) {
    const yes = { value: true, at: dead.at };
    const [dlx, dlq] = [`dlx-${name.value}`, `dlq-${name.value}`];
    const why = 'enableDeadLetter makes it.';
    facts.push(
      channel({ value: dlx, at: topic.at }, 'exchange', { exchange: { value: 'fanout', at: dead.at },
        durable: yes }, why),
      channel({ value: dlq, at: topic.at }, 'queue', { ...limits, durable: yes }, why),
      route('dead-letter', queueRef, ref(dlx, 'exchange')),
      route('binding', ref(dlx, 'exchange'), ref(dlq, 'queue'), { value: '', at: topic.at }),
    );
  }
  return { queue: queueRef, facts };
}
