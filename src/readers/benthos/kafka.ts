import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { ChannelRef, ConsumeFact, PublishFact } from '../../model/facts';
import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import { parseDuration } from '../../model/units';
import { get, isScalar, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { settingsOf, type Said } from '../shared/document';
import { contentRange, entryRange } from '../shared/places';
import { addressesOf, baseOf, kindRange, type Component, type Context } from './context';

/** The clients beneath: `kafka` is built on sarama, all others on franz-go. */
export function isSarama(kind: string): boolean {
  return kind === 'kafka' || kind === 'kafka_balanced';
}

export function readKafkaInput(c: Context, component: Component): void {
  const { node } = component;
  const kind = component.entry.key.text;
  const broker = brokerOf(c, component);
  const isGrouped = get(node, 'consumer_group') !== undefined || get(node, 'consumer_groups') !== undefined;
  const at = kindRange(c, component);
  const replay = c.doc.boolean(get(node, 'auto_replay_nacks'));
  const dropped = replay !== undefined && replay !== 'open' && !replay.value ? replay.at : undefined;
  const said = settingsOf<ConsumeSettings>({
    group: c.doc.said(get(node, 'consumer_group')), clientId: c.doc.said(get(node, 'client_id')),
    isolation: c.doc.value(get(node, 'transaction_isolation_level'), isolationOf),
    offsetReset: startOf(c, node) ?? (isSarama(kind) ? { value: 'earliest', at } : undefined),
    commit: isGrouped ? { value: 'after-processing', at } : undefined,
  });
  const onFailure = dropped && { retries: { value: 0, at: dropped } };
  const settings = defined<ConsumeSettings>({ ...said, onFailure });
  const notes = [
    isGrouped
      ? 'Offsets are committed when the outputs have taken the messages (checkpoint_limit many at a time).'
      : 'Without consumer_group no offsets are committed: each start begins anew at the start offset.',
    isSarama(kind) && startOf(c, node) === undefined
      ? 'start_from_oldest is not set; the default is true.' : undefined,
    dropped && 'auto_replay_nacks is off: messages that the outputs refuse are deleted.', component.note,
  ];
  for (const channel of topicsOf(c, node, broker)) {
    if (kind === 'redpanda_migrator') c.migrated.push(channel);
    c.facts.push(defined<ConsumeFact>({
      kind: 'consume', ...baseOf(c, component, 'kafka'), channel, settings, client: clientOf(c, component),
      note: notes.filter((n) => n !== undefined).join(' '),
    }));
  }
}

export function readKafkaOutput(c: Context, component: Component): void {
  const { node } = component;
  const broker = brokerOf(c, component);
  const isMigrator = component.entry.key.text === 'redpanda_migrator' && get(node, 'topic') === undefined;
  const name = c.doc.text(get(node, 'topic'));
  const targets = isMigrator ? c.migrated : name === undefined ? [] : [{ name }];
  const sarama = isSarama(component.entry.key.text);
  const at = kindRange(c, component);
  const retries = c.doc.number(get(node, sarama ? 'max_retries' : 'record_retries'));
  const settings = settingsOf<PublishSettings>({
    clientId: c.doc.said(get(node, 'client_id')),
    acks: sarama ? c.doc.value(get(node, 'ack_replicas'), replicasOf)
      : c.doc.value(get(node, 'acks'), acksOf),
    idempotence: c.doc.boolean(get(node, 'idempotent_write')),
    maxInFlight: c.doc.number(get(node, sarama ? 'max_in_flight' : 'max_in_flight_requests')),
    retries: sarama && retries === undefined ? { value: unlimited, at } : limited(retries),
    deliveryTimeout: positive(c.doc.value(get(node, 'record_delivery_timeout'), parseDuration)),
    requestTimeout: positive(c.doc.value(get(node, 'timeout'), parseDuration)),
    partitioner: c.doc.said(get(node, 'partitioner')) ?? (sarama ? { value: 'fnv1a_hash', at } : undefined),
    key: expression(c.file, get(node, 'key')),
  });
  const notes = [
    sarama && get(node, 'ack_replicas') === undefined
      ? 'ack_replicas is not set; only the leader acknowledges.' : undefined,
    sarama && get(node, 'partitioner') === undefined ? 'The default partitioner is fnv1a_hash.' : undefined,
    sarama && retries === undefined ? 'max_retries is not set; there is no limit.' : undefined,
    component.note,
  ].filter((n) => n !== undefined);
  for (const target of targets) {
    c.facts.push(defined<PublishFact>({
      kind: 'publish', ...baseOf(c, component, 'kafka'),
      channel: defined<ChannelRef>({ ...target, protocol: 'kafka', broker }),
      settings, client: clientOf(c, component), note: notes.join(' ') || undefined,
      inferred: isMigrator
        ? 'A migrator without topic writes each record to the topic of the name that it came from.'
        : undefined,
    }));
  }
}

/** The file's `redpanda` block writes its own logs and status to topics. */
export function readOwnTopics(c: Context, component: Component): void {
  const broker = brokerOf(c, component);
  for (const key of ['logs_topic', 'status_topic']) {
    const name = c.doc.text(get(component.node, key));
    if (name === undefined) continue;
    c.facts.push(defined<PublishFact>({
      kind: 'publish', ...baseOf(c, component, 'kafka'), settings: {}, client: clientOf(c, component),
      channel: defined<ChannelRef>({ name, protocol: 'kafka', broker }),
      note: `redpanda.${key}: what Redpanda Connect says of itself.`,
    }));
  }
}

function brokerOf(c: Context, component: Component): string | undefined {
  const { node, entry } = component;
  const addresses = addressesOf(c.root, component);
  const isOwn = (get(node, 'seed_brokers') ?? get(node, 'addresses')) !== undefined;
  return c.brokers.of('kafka', addresses, isOwn ? node : get(c.root, 'redpanda'), entryRange(c.file, entry));
}

function clientOf(c: Context, component: Component): Sourced<string> {
  return { value: isSarama(component.entry.key.text) ? 'sarama' : 'franz-go', at: kindRange(c, component) };
}

/** `topics` (lists, lists in one text, `topic:0-3:offset`), patterns, and the single `topic` of old files. */
function topicsOf(c: Context, node: SyntaxNode | undefined, broker: string | undefined): ChannelRef[] {
  const regex = c.doc.boolean(get(node, 'regexp_topics'));
  const isRegex = regex !== undefined && regex !== 'open' && regex.value;
  const ref = (name: Sourced<string>, match?: 'regex'): ChannelRef =>
    defined<ChannelRef>({ name, protocol: 'kafka', broker, match });
  const items = c.doc.list(get(node, 'topics') ?? get(node, 'topic'));
  const named = items.flatMap((item) => partsOf(c.file, item));
  return [
    ...named.map((name) => (isRegex ? ref(name, 'regex') : ref(withoutPartition(name)))),
    ...c.doc.list(get(node, 'regexp_topics_include')).map((name) => ref(name, 'regex')),
  ];
}

/** The parts of a text with commas, each at its own place where the text stands in the file as it is. */
export function partsOf(file: SourceFile, item: Sourced<string>): Sourced<string>[] {
  const isPlain = file.text.slice(item.at.start, item.at.end) === item.value;
  let from = 0;
  return item.value.split(',').flatMap((part) => {
    const start = item.at.start + from + part.length - part.trimStart().length;
    from += part.length + 1;
    const value = part.trim();
    if (value === '') return [];
    return [{ value, at: isPlain ? rangeIn(file, start, start + value.length) : item.at }];
  });
}

/** `orders` of `orders:0-3` and `orders:0:100`: Kafka's names have no colons. */
function withoutPartition(name: Sourced<string>): Sourced<string> {
  const cut = name.value.search(/:\d/);
  if (cut <= 0) return name;
  const isPlain = name.at.end - name.at.start === name.value.length;
  const at = isPlain ? { ...name.at, end: name.at.start + cut } : name.at;
  return { value: name.value.slice(0, cut), at };
}

function startOf(c: Context, node: SyntaxNode | undefined): Said<'earliest' | 'latest' | 'none'> {
  const oldest = get(node, 'start_from_oldest');
  if (oldest !== undefined) {
    return c.doc.value(oldest, (t) => (t === 'true' ? 'earliest' : t === 'false' ? 'latest' : undefined));
  }
  return c.doc.value(get(node, 'start_offset'), (t) =>
    (t === 'earliest' || t === 'latest' ? t : t === 'committed' ? 'none' : undefined));
}

function isolationOf(text: string): 'read_committed' | 'read_uncommitted' | undefined {
  return text === 'read_committed' || text === 'read_uncommitted' ? text : undefined;
}

function acksOf(text: string): 'all' | '1' | '0' | undefined {
  return ({ all: 'all', leader: '1', none: '0' } as const)[text as 'all'];
}

function replicasOf(text: string): 'all' | '1' | undefined {
  return text === 'true' ? 'all' : text === 'false' ? '1' : undefined;
}

/** As many as Java's client counts. */
const unlimited = 2_147_483_647;

/** 0 is the dialect's word for "no limit". */
function limited(said: Said<number>): Said<number> {
  return said !== undefined && said !== 'open' && said.value === 0 ? { value: unlimited, at: said.at } : said;
}

function positive(said: Said<number>): Said<number> {
  return said !== undefined && said !== 'open' && said.value <= 0 ? undefined : said;
}

/** A key is an expression over the message, as it is written. */
export function expression(file: SourceFile, node: SyntaxNode | undefined): Sourced<string> | undefined {
  if (!isScalar(node) || node.value === null || node.text.trim() === '') return undefined;
  return { value: node.text, at: contentRange(file, node) };
}
