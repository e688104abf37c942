import type { Sourced } from '../../text/range';
import type { ChannelRef, ConsumeFact, PublishFact, RouteFact } from '../../model/facts';
import type { ConsumeSettings } from '../../model/settings';
import { defined } from '../shared/defined';
import { brokerByAddress } from '../shared/kafkaBroker';
import { consumeSettings, publishSettings, whole, yesNo } from '../shared/kafkaClient';
import { registryKeys } from '../shared/clientSecrets';
import type { Lookup } from '../shared/keyed';
import type { MessagingChannel } from './channels';
import { addressOf, bindingOf, concurrencyOf, insertPlace, placed, reasons, type Address, type Context } from './context';
import { dialect } from './dialect';

const client = 'smallrye-kafka';

/** A channel of `smallrye-kafka`: what it consumes or publishes, and where failed records go. */
export function readKafka(context: Context, channel: MessagingChannel): void {
  const broker = brokerOf(context, channel);
  if (channel.direction === 'incoming') readIncoming(context, channel, broker);
  else readOutgoing(context, channel, broker);
}

function readOutgoing(context: Context, channel: MessagingChannel, broker: string | undefined): void {
  const topic = addressOf(channel, 'topic');
  if (topic === undefined) return;
  const key = known(channel.near('key'));
  const waits = known(channel.near('waitForWriteCompletion'));
  const awaitResult = waits && yesNo(waits);
  context.facts.push(defined<PublishFact>({
    kind: 'publish', dialect, extent: channel.extent, service: context.service, protocol: 'kafka',
    channel: ref(topic.name, broker), client: clientOf(channel),
    settings: {
      ...publishSettings(channel.get), ...(key === undefined ? {} : { key }), ...(awaitResult === undefined ? {} : { awaitResult }),
    },
    insert: insertPlace(context.config, channel),
    binding: bindingOf(channel, topic), inferred: reasons(topic.inferred, channel.connector.inferred),
    note: awaitResult?.value === false
      ? 'waitForWriteCompletion=false: a message counts as sent before Kafka has acknowledged it.'
      : undefined,
  }));
}

function readIncoming(context: Context, channel: MessagingChannel, broker: string | undefined): void {
  const { facts, service, config } = context;
  const match = known(channel.near('pattern'))?.value.toLowerCase() === 'true' ? 'regex' as const : undefined;
  const failure = failureOf(channel);
  const commit = commitOf(channel);
  const settings = {
    ...consumeSettings(channel.get), ...commit.settings, ...concurrencyOf(channel),
    ...(failure.onFailure === undefined ? {} : { onFailure: failure.onFailure }),
  };
  const group = settings.group ?? groupByName(context, settings);
  for (const topic of topicsOf(channel)) {
    const from: ChannelRef = { ...ref(topic.name, broker), ...(match === undefined ? {} : { match }) };
    const inferred = reasons(topic.inferred, channel.connector.inferred);
    const common = {
      dialect, extent: channel.extent, service, protocol: 'kafka' as const, client: clientOf(channel),
      inferred,
    };
    facts.push(defined<ConsumeFact>({
      ...common, kind: 'consume', binding: bindingOf(channel, topic), channel: from,
      insert: insertPlace(config, channel),
      settings: group === undefined ? settings : { ...settings, group },
      note: reasons(commit.note, failure.note),
    }));
    for (const target of failure.targets) {
      facts.push(defined<RouteFact>({
        kind: 'route', dialect, extent: channel.extent, route: target.route, from,
        to: ref(target.address.name, broker),
        by: `channel ${channel.name.value}`, inferred: reasons(topic.inferred, target.address.inferred),
      }));
      // Records of a retry topic come back into the same channel.
      if (target.route === 'retry') {
        facts.push(defined<ConsumeFact>({
          ...common, kind: 'consume', channel: ref(target.address.name, broker), settings: {},
          inferred: reasons(inferred, target.address.inferred),
          note: 'failure-strategy=delayed-retry-topic: the channel reads its retry topics too.',
        }));
      }
    }
  }
}

function topicsOf(channel: MessagingChannel): Address[] {
  const listed = channel.own.list('topics');
  if (listed.length > 0) return listed.map((name) => ({ name }));
  if (channel.own.get('topics') !== undefined && channel.near('topic') === undefined) return [];
  const topic = addressOf(channel, 'topic');
  return topic === undefined ? [] : [topic];
}

/** Quarkus takes the application's name for a group that is not set. */
function groupByName(context: Context, settings: ConsumeSettings): Sourced<string> | undefined {
  return settings.open?.includes('group') === true
    ? undefined : context.config.values.text('quarkus.application.name');
}

/**
 * Who commits: the strategies of the connector commit what the program has acknowledged, which it does after
 * processing unless its code says otherwise; with `ignore` and without auto-commit only the program does.
 */
function commitOf(channel: MessagingChannel): { settings: ConsumeSettings; note?: string } {
  const strategy = known(channel.near('commit-strategy'));
  const word = strategy?.value.toLowerCase();
  if (strategy === undefined) return { settings: {} };
  const note = `commit-strategy=${strategy.value}.`;
  if (word === 'throttled' || word === 'latest' || word === 'checkpoint') {
    return { settings: { commit: placed('after-processing' as const, strategy.at) }, note };
  }
  return { settings: {}, note };
}

interface Failure {
  readonly onFailure?: NonNullable<ConsumeSettings['onFailure']>;
  readonly targets: readonly { readonly route: 'retry' | 'dead-letter'; readonly address: Address }[];
  readonly note?: string;
}

/** What happens to a record whose processing fails; by default the channel stops (`fail`). */
function failureOf(channel: MessagingChannel): Failure {
  const strategy = known(channel.near('failure-strategy'));
  const dead = channel.near('dead-letter-queue.topic');
  const named = known(dead);
  const deadLetters = (address: Address): Failure['targets'] => [{ route: 'dead-letter', address }];
  switch (strategy?.value.toLowerCase()) {
    case 'ignore':
      return {
        onFailure: { retries: placed(0, strategy.at), skip: placed(true, strategy.at) }, targets: [],
        note: 'failure-strategy=ignore: a record that fails is logged, and the next one is taken.',
      };
    case 'dead-letter-queue': {
      if (dead === 'open') return { targets: [] };
      const address = named === undefined ? {
        name: placed(`dead-letter-topic-${channel.name.value}`, strategy.at),
        inferred: 'dead-letter-queue.topic is not set; its default is made of the channel\'s name.',
      } : { name: named };
      return { onFailure: { deadLetter: address.name }, targets: deadLetters(address) };
    }
    case 'delayed-retry-topic': {
      const retries = retriesOf(channel, strategy);
      const max = known(channel.near('delayed-retry-topic.max-retries'));
      const count = max === undefined ? placed(retries.length, strategy.at) : whole(max);
      return {
        onFailure: defined({ retries: count, deadLetter: named }),
        targets: [
          ...retries.map((address) => ({ route: 'retry' as const, address })),
          ...(named === undefined ? [] : deadLetters({ name: named })),
        ],
      };
    }
    default: return { targets: [] };
  }
}

/** Without topics of its own the strategy makes three, by the channel's name and the delay. */
function retriesOf(channel: MessagingChannel, strategy: Sourced<string>): Address[] {
  if (channel.own.get('delayed-retry-topic.topics') !== undefined) {
    return channel.own.list('delayed-retry-topic.topics').map((name) => ({ name }));
  }
  return [10_000, 20_000, 50_000].map((delay) => ({
    name: placed(`${channel.name.value}_retry_${delay}`, strategy.at),
    inferred: 'delayed-retry-topic.topics is not set; its default is made of the channel\'s name.',
  }));
}

function brokerOf(context: Context, channel: MessagingChannel): string | undefined {
  const bootstrap = channel.get('bootstrap.servers');
  if (bootstrap === undefined || bootstrap === 'open') return undefined;
  return addKafkaBroker(context, bootstrap, channel.get);
}

/** The cluster of an address; known once a file. */
export function addKafkaBroker(context: Context, bootstrap: Sourced<string>, get: Lookup): string {
  const fact = brokerByAddress({
    dialect, extent: bootstrap.at, bootstrap, securityProtocol: known(get('security.protocol')),
    registry: registryKeys.map((key) => known(get(key))).find((found) => found !== undefined),
  });
  const name = fact.name.value;
  if (!context.brokers.has(name)) context.brokers.set(name, fact);
  return name;
}

function clientOf(channel: MessagingChannel): Sourced<string> | undefined {
  // Other connectors of the same attributes (Open Liberty's, Helidon's) have defaults of their own.
  return channel.connector.id === 'smallrye-kafka' ? placed(client, channel.name.at) : undefined;
}

function ref(name: Sourced<string>, broker: string | undefined): ChannelRef {
  return { name, protocol: 'kafka', ...(broker === undefined ? {} : { broker }) };
}

function known(found: ReturnType<Lookup>): Sourced<string> | undefined {
  return found === 'open' ? undefined : found;
}

