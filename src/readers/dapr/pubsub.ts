import type { Sourced } from '../../text/range';
import type { BrokerFact, ConsumeFact, Fact, PublishFact } from '../../model/facts';
import { defined } from '../shared/defined';
import { appFacts } from './apps';
import { brokerOf } from './broker';
import { partsOf, type Component } from './component';
import { dialect } from './dialect';
import { consumeKeys, consumeSettings, publishKeys, publishSettings } from './settings';
import { subscribedQueue, topicFact, topicRef } from './topics';

/**
 * A pub/sub component: a broker and the programs that may use it. Its topics are known to programs and to
 * subscriptions, and here only where it restricts them.
 */
export function pubsubFacts(c: Component): Fact[] {
  const { broker, logins } = brokerOf(c);
  const published = scopesOf(c, 'publishingScopes');
  const subscribed = scopesOf(c, 'subscriptionScopes');
  const edges = [...published.flatMap((s) => publishes(c, broker, s)),
    ...subscribed.flatMap((s) => consumes(c, broker, s))];
  const used = new Set(edges.flatMap((f) => (f.kind === 'publish' || f.kind === 'consume'
    ? [f.channel?.name.value] : [])));
  const allowed = ['allowedTopics', 'protectedTopics']
    .flatMap((key) => c.list(key).map((name) => ({ name, key })));
  const topics = allowed.filter(({ name }, i) =>
    !used.has(name.value) && allowed.findIndex((other) => other.name.value === name.value) === i);
  const apps = distinct([...c.scopes, ...published.map((s) => s.app), ...subscribed.map((s) => s.app)]);
  return [
    ...(broker === undefined ? [] : [withNote(broker, c)]), ...logins, ...appFacts(apps, c), ...wide(c),
    ...topics.map(({ name, key }) => topicFact(name, c, broker, c.extent(key),
      'The component lets programs use this topic.')),
    ...edges,
  ];
}

/** What the component writes of exchanges and queues, whose names it does not know. */
function withNote(broker: BrokerFact, c: Component): BrokerFact {
  if (c.protocol !== 'rabbitmq') return broker;
  const durable = c.boolean('durable');
  const autoDelete = c.boolean('deletedWhenUnused', 'deleteWhenUnused');
  const words = [
    durable === 'open' ? undefined : durable?.value === true ? 'durable'
      : 'not durable, so that a restart of the broker removes them',
    autoDelete === 'open' ? undefined : autoDelete?.value === false ? undefined
      : 'deleted with their last user',
  ].filter((w) => w !== undefined);
  return words.length === 0 ? broker : { ...broker,
    note: `What Dapr declares for ${c.name.value} is ${words.join(', and ')}.` };
}

/** What is written holds for whatever the programs publish and consume through the component. */
function wide(c: Component): Fact[] {
  const { protocol } = c;
  if (protocol === undefined) return [];
  const base = { dialect, extent: c.resource.extent, protocol, client: c.client };
  return c.scopes.flatMap((service): Fact[] => [
    ...(publishKeys[protocol].some((key) => c.has(key))
      ? [defined<PublishFact>({ ...base, kind: 'publish', service, ...c.told(publishSettings(c, service)) })]
        : []),
    ...(consumeKeys[protocol].some((key) => c.has(key))
      ? [defined<ConsumeFact>({ ...base, kind: 'consume', service, ...c.told(consumeSettings(c, service)) })]
        : []),
  ]);
}

interface Scope {
  readonly app: Sourced<string>;
  readonly topics: readonly Sourced<string>[];
}

/** `app1=topic1;app2=topic2,topic3;app3=`. */
function scopesOf(c: Component, key: string): Scope[] {
  const said = c.text(key);
  if (said === undefined) return [];
  return partsOf(c.ask, said, ';').flatMap((part): Scope[] => {
    const equals = part.value.indexOf('=');
    if (equals <= 0) return [];
    const isVerbatim = c.ask.file.text.slice(part.at.start, part.at.end) === part.value;
    const at = (start: number, end: number): Sourced<string>['at'] =>
      (isVerbatim ? { ...part.at, start: part.at.start + start, end: part.at.start + end } : part.at);
    const app = part.value.slice(0, equals).trimEnd();
    const rest = { value: part.value.slice(equals + 1), at: at(equals + 1, part.value.length) };
    return [{ app: { value: app, at: at(0, app.length) }, topics: partsOf(c.ask, rest, ',') }];
  });
}

function publishes(c: Component, broker: BrokerFact | undefined, { app, topics }: Scope): Fact[] {
  return topics.flatMap((topic): Fact[] => [
    ...(c.protocol === 'rabbitmq' ? [topicFact(topic, c, broker, c.extent('publishingScopes'))] : []),
    defined<PublishFact>({
      kind: 'publish', dialect, extent: c.extent('publishingScopes'), service: app, protocol: c.protocol,
      client: c.client,
      channel: topicRef(topic, c, broker?.name.value), ...c.told(publishSettings(c, app)),
      inferred: 'publishingScopes lets it publish to the topic.',
    }),
  ]);
}

function consumes(c: Component, broker: BrokerFact | undefined, { app, topics }: Scope): Fact[] {
  const extent = c.extent('subscriptionScopes');
  return topics.flatMap((topic): Fact[] => {
    const made = c.protocol === 'rabbitmq' && broker !== undefined
      ? subscribedQueue(c, topic, app, broker, extent, {}) : undefined;
    return [
      ...(made === undefined ? [] : [topicFact(topic, c, broker, extent), ...made.facts]),
      defined<ConsumeFact>({
        kind: 'consume', dialect, extent, service: app, protocol: c.protocol, client: c.client,
        channel: made?.queue ?? topicRef(topic, c, broker?.name.value), ...c.told(consumeSettings(c, app)),
        inferred: 'subscriptionScopes lets it subscribe to the topic.',
      }),
    ];
  });
}

function distinct(names: readonly Sourced<string>[]): Sourced<string>[] {
  const seen = new Set<string>();
  return names.filter(({ value }) => !seen.has(value) && seen.add(value) !== undefined);
}
