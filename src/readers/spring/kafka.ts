import type { ConsumeFact, PublishFact } from '../../model/facts';
import type { ConsumeSettings } from '../../model/settings';
import type { Sourced } from '../../text/range';
import { defined } from '../shared/defined';
import { brokerByAddress } from '../shared/kafkaBroker';
import { consumeSettings, publishSettings } from '../shared/kafkaClient';
import { processingGuarantee, streamsConsume } from '../shared/kafkaStreams';
import type { Lookup } from '../shared/keyed';
import { extentOf, type Context } from './context';
import type { InsertPlaces } from './insert';
import { kafkaLookup } from './kafkaLookup';
import { booleanOf, countOf, durationOf, narrowed, type Settings } from './settings';

/** What the rest of a file needs to know of its Kafka clients. */
export interface KafkaClients {
  /** Names of the brokers that producers and consumers talk to, where the file says an address. */
  readonly publishTo?: string;
  readonly consumeFrom?: string;
  readonly client: 'spring-kafka' | 'kafka-streams';
}

/** Reads `spring.kafka`: brokers, and the settings of all of the program's producers and consumers. */
export function readKafka(c: Context, kafka: Settings, insert: InsertPlaces): KafkaClients {
  c.skip(kafka.open);
  const main = broker(c, kafka, (key) => kafkaLookup(kafka, 'admin')(key));
  const named = { producer: main, consumer: main, streams: main };
  for (const role of ['producer', 'consumer', 'streams'] as const) {
    named[role] = broker(c, kafka.below(role), kafkaLookup(kafka, role)) ?? main;
  }
  const streams = kafka.below('streams');
  const onlyStreams = !streams.isEmpty && kafka.below('producer').isEmpty && kafka.below('consumer').isEmpty;
  if (!onlyStreams) {
    publishes(c, kafka, insert, named.producer);
    consumes(c, kafka, insert);
  }
  if (!streams.isEmpty) streamsClient(c, kafka);
  const side = onlyStreams ? named.streams : undefined;
  return defined<KafkaClients>({
    publishTo: side ?? named.producer, consumeFrom: side ?? named.consumer,
    client: onlyStreams ? 'kafka-streams' : 'spring-kafka',
  });
}

/** The broker of one address; its name. */
function broker(c: Context, section: Settings, lookup: Lookup): string | undefined {
  const own = section.joined('bootstrap-servers') ?? section.joined('properties.bootstrap.servers');
  if (own === undefined || own === 'open') return undefined;
  const entry = section.get('bootstrap-servers') ?? section.get('bootstrap-servers[0]');
  const value = (key: string): Sourced<string> | undefined => {
    const found = lookup(key);
    return found === 'open' ? undefined : found;
  };
  const fact = brokerByAddress({
    dialect: c.dialect, extent: entry?.extent ?? own.at, bootstrap: own,
    securityProtocol: value('security.protocol'), registry: value('schema.registry.url'),
  });
  return c.broker(fact);
}

function publishes(c: Context, kafka: Settings, insert: InsertPlaces, brokerName: string | undefined): void {
  const settings = publishSettings(kafkaLookup(kafka, 'producer'), c.wrong);
  const prefix = kafka.get('producer.transaction-id-prefix');
  const note = prefix === undefined || settings.transactionalId === undefined ? undefined
    : 'transaction-id-prefix makes the producers transactional; each gets an id that begins with it.';
  const base = {
    kind: 'publish' as const, dialect: c.dialect, service: c.service, protocol: 'kafka' as const,
  };
  const own = [...kafka.below('producer').all, ...kafka.below('template').all];
  if (own.length > 0 || Object.keys(settings).some((key) => key !== 'clientId')) {
    c.facts.push(defined<PublishFact>({
      ...base, extent: extentOf(own, c.extent), settings, note, insert: insert('spring.kafka.producer'),
    }));
  }
  const topic = kafka.text('template.default-topic');
  const entry = kafka.get('template.default-topic');
  if (topic === undefined || entry === undefined) return;
  c.facts.push(defined<PublishFact>({
    ...base, extent: entry.extent, settings: {},
    channel: defined({ name: narrowed(c.file, topic), protocol: 'kafka' as const, broker: brokerName }),
    note: 'template.default-topic: where KafkaTemplate sends what names no topic.',
  }));
}

function consumes(c: Context, kafka: Settings, insert: InsertPlaces): void {
  const listener = kafka.below('listener');
  const consumer = consumeSettings(kafkaLookup(kafka, 'consumer'), c.wrong);
  const { commit, note, isOpen } = committing(listener, consumer.autoCommit?.value === true);
  const open = [...(consumer.open ?? []), ...(isOpen ? ['commit'] : [])];
  const settings = defined<ConsumeSettings>({
    ...consumer, commit, concurrency: countOf(listener, 'concurrency'), open: open.length === 0 ? undefined : open,
  });
  const notes = [note, batch(listener), retryNote(kafka)].filter((text) => text !== undefined);
  const own = [...kafka.below('consumer').all, ...listener.all];
  if (own.length === 0 && notes.length === 0 && !Object.keys(settings).some((key) => key !== 'clientId')) return;
  c.facts.push(defined<ConsumeFact>({
    kind: 'consume', dialect: c.dialect, service: c.service, protocol: 'kafka', settings,
    extent: extentOf(own, c.extent),
    note: notes.length === 0 ? undefined : notes.join(' '), insert: insert('spring.kafka.consumer'),
  }));
}

interface Committing {
  readonly commit?: ConsumeSettings['commit'];
  readonly note?: string;
  readonly isOpen?: boolean;
}

/**
 * When Spring's listener container commits (ContainerProperties.AckMode): after the listener has returned, or
 * when it says so itself. With auto-commit the container leaves all to the client.
 */
export function committing(listener: Settings, autoCommits: boolean, key = 'ack-mode'): Committing {
  const mode = listener.lookup(key);
  if (mode === undefined) return {};
  if (mode === 'open') return { isOpen: true };
  const word = mode.value.toUpperCase().replace(/-/g, '_');
  if (autoCommits) return { note: `${key} ${mode.value} does nothing while the client commits by itself.` };
  const after = { value: 'after-processing' as const, at: mode.at };
  if (Object.hasOwn(ackModes, word)) return { commit: after, note: `${key} ${mode.value}: ${ackModes[word]}` };
  return { isOpen: true };
}

const ackModes: Readonly<Record<string, string>> = {
  RECORD: 'the container commits after the listener has returned from each record.',
  BATCH: 'the container commits after the listener has returned from all records of a poll.',
  TIME: 'the container commits some time after the listener has returned.',
  COUNT: 'the container commits once the listener has returned from so many records.',
  COUNT_TIME: 'the container commits some time or so many records after the listener has returned.',
  MANUAL: 'the listener acknowledges, and the container commits with the batch; taken as after its work.',
  MANUAL_IMMEDIATE: 'the listener acknowledges, which commits at once; taken as after its work.',
};

function batch(listener: Settings): string | undefined {
  return listener.text('type')?.value.toLowerCase() === 'batch'
    ? 'listener.type batch: the listener gets all records of a poll at once.' : undefined;
}

/** Non-blocking retries (`spring.kafka.retry.topic`), where they are switched on. */
export interface RetryTopics {
  readonly at: Sourced<boolean>;
  /** Behind the first attempt. */
  readonly retries: Sourced<number>;
  readonly isExponential: boolean;
  /** Before the first retry, in milliseconds. */
  readonly delay?: Sourced<number>;
}

export function retryTopics(kafka: Settings): RetryTopics | undefined {
  const on = kafka.isOn('retry.topic.enabled');
  if (on?.value !== true) return undefined;
  const attempts = kafka.text('retry.topic.attempts');
  const count = attempts !== undefined && /^\d{1,6}$/.test(attempts.value) ? Number(attempts.value) : 3;
  const multiplier = Number(kafka.text('retry.topic.backoff.multiplier', 'retry.topic.multiplier')?.value);
  const delay = durationOf(kafka, 'retry.topic.backoff.delay') ?? durationOf(kafka, 'retry.topic.delay');
  return {
    at: on, retries: { value: Math.max(0, count - 1), at: attempts?.at ?? on.at }, isExponential: multiplier > 1,
    ...(delay === undefined ? {} : { delay }),
  };
}

function retryNote(kafka: Settings): string | undefined {
  const retry = retryTopics(kafka);
  return retry && `retry.topic.enabled: a record that fails goes through ${retry.retries.value} retry topics `
    + '(<topic>-retry-…), and then to <topic>-dlt.';
}

/** A Streams application, which is a producer and a consumer of its own. */
function streamsClient(c: Context, kafka: Settings): void {
  const lookup = kafkaLookup(kafka, 'streams');
  const streams = kafka.below('streams');
  const id = lookup('application.id');
  const group = id === 'open' ? undefined : id;
  const guarantee = lookup('processing.guarantee');
  const inner = (role: string): Lookup => (key) =>
    lookup(`${role}.${key}`) ?? (role === 'consumer' ? lookup(`main.consumer.${key}`) : undefined) ?? lookup(key);
  const at = streams.all[0]?.keyAt ?? c.service.at;
  const base = {
    dialect: c.dialect, service: c.service, protocol: 'kafka' as const, extent: extentOf(streams.all, c.extent),
    client: { value: 'kafka-streams', at },
  };
  const eos = processingGuarantee(guarantee === 'open' ? undefined : guarantee, group ?? c.service);
  c.facts.push(
    defined<PublishFact>({
      kind: 'publish', ...base, note: eos?.note,
      settings: { ...eos?.publish, ...publishSettings(inner('producer'), c.wrong) },
    }),
    defined<ConsumeFact>({
      kind: 'consume', ...base, note: eos?.note,
      settings: {
        ...eos?.consume, ...consumeSettings(inner('consumer'), c.wrong), ...streamsConsume(lookup), ...(group ? { group } : {}),
      },
    }),
  );
}

/** Sections of further clusters below other roots: whatever holds a `bootstrap-servers`. */
export function otherClusters(c: Context, all: Settings): void {
  for (const leaf of all.all) {
    if (!/servers/i.test(leaf.key)) continue;
    const key = leaf.parts.map((part) => part.toLowerCase().replace(/[-_]/g, '')).join('.');
    if (/^spring\.(kafka|cloud|rabbitmq|pulsar)\./.test(key)) continue;
    if (!/(^|\.)bootstrap\.?servers(\[0\])?$/.test(key) || booleanOf(leaf.value) !== undefined) continue;
    const depth = /\.servers(\[0\])?$/.test(key) ? 2 : 1;
    const path = leaf.parts.slice(0, -depth).join('.');
    const last = leaf.parts.slice(-depth).join('.').replace(/\[0\]$/, '');
    const section = path === '' ? all : all.below(path);
    const said = section.joined(last);
    if (said === undefined) continue;
    if (said === 'open') {
      c.skip([leaf.at]);
      continue;
    }
    if (!/^[\w.[\]:,\s/-]+$/.test(said.value)) continue;
    const security = section.text('security.protocol', 'properties.security.protocol', 'security-protocol');
    const fact = brokerByAddress(defined({
      dialect: c.dialect, extent: leaf.extent, bootstrap: said, securityProtocol: security,
      registry: section.text(
        'schema.registry.url', 'schema-registry-url', 'schema-registry', 'properties.schema.registry.url'),
    }));
    const name = section.text('name');
    c.broker({
      ...fact, ...(name === undefined ? {} : { name }),
      inferred: `The program's own key ${leaf.key} names the broker's address.`,
    });
  }
}
