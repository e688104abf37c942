import { contains, type SourceRange, type Sourced } from '../../text/range';
import type { ChannelFact, ChannelRef, ConsumeFact, PublishFact, ServiceFact } from '../../model/facts';
import { entry, isMap, isSeq, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { topicSettings } from '../shared/kafkaTopic';
import { nodeRange } from '../shared/places';
import { directionOf, isNameOf, wordsOf } from '../shared/namedTopics';
import { keyText, lookupIn, type Args } from './args';
import { brokerIn } from './brokers';
import { channelName, type ChannelName } from './handles';
import { dialect, skip, type Context } from './context';
import { isUnknown } from './value';

/** Arguments that name the program that a module is about; the module's own label is the last resort. */
const serviceArguments = [
  'service_name', 'service', 'application_name', 'application', 'app_name', 'app', 'client_name',
  'principal_name', 'cert_common_name',
];

/** What a module's arguments are read as: a module, a file of values, Terragrunt's inputs. */
export interface Inputs {
  readonly args: Args;
  readonly extent: SourceRange;
  /** What the inferences begin with: `Module "topics"`. */
  readonly what: string;
  /** The name of the program where no argument says it; undefined where there is none. */
  readonly label?: Sourced<string>;
}

/** A topic that an argument names, and which way messages go. */
interface Use {
  readonly name: ChannelName;
  readonly direction: 'publish' | 'consume';
  readonly key: string;
}

/** Modules that use the same long list each multiply; a file with more facts than this is generated. */
const maxFacts = 50_000;

/** Words of keys whose topics are not Kafka's, or that are about topics without naming any. */
const otherWords = new RegExp('^(sns|sqs|pubsub|servicebus|eventgrid|iot|alarms?|alerts?|notifications?|'
  + 'arns?|polic(y|ies)|acls?|configs?|defaults?|prefix|suffix|enabled?|count|partitions?|replication)$');

/** Topics, and who publishes and consumes them, from arguments whose names say so. */
export function readInputs(c: Context, inputs: Inputs): void {
  const { args } = inputs;
  const service = serviceOf(inputs);
  const groups: Sourced<string>[] = [];
  const edges: Use[] = [];
  const broker = args.names.map((name) => brokerIn(c, args.expression(name)))
    .find((b) => b !== undefined)?.name.value;
  for (const key of args.names) {
    const words = wordsOf(key);
    if (isGroupKey(words)) groups.push(...args.list(key));
    if (!isTopicKey(words)) continue;
    const direction = wayOf(words);
    const value = args.value(key);
    if (isUnknown(value) && (value.handle === undefined || direction === undefined)) skip(c, value);
    if (direction === undefined) {
      for (const topic of declaredIn(c, value)) {
        c.facts.push(defined<ChannelFact>({
          kind: 'channel', dialect, extent: topic.extent, address: topic.name, protocol: 'kafka',
          broker: undefined, settings: topic.settings,
          inferred: `${inputs.what} is given it in ${key}.`,
        }));
      }
    } else if (service !== undefined) {
      for (const name of namesIn(c, value)) edges.push({ name, direction, key });
    }
  }
  if (edges.length === 0 || service === undefined) return;
  c.facts.push(defined<ServiceFact>({
    kind: 'service', dialect, extent: inputs.extent, name: service,
    note: service === inputs.label ? undefined : `${inputs.what} lists topics for it.`,
    inferred: service === inputs.label
      ? 'No argument names the program that the topics are listed for; it is named after the module.'
      : undefined,
  }));
  const [group] = new Set(groups.map((g) => g.value)).size === 1 ? groups : [];
  const room = Math.max(0, maxFacts - c.facts.length);
  for (const { name: { handle, ...name }, direction, key } of edges.slice(0, room)) {
    const channel = defined<ChannelRef>({ name, protocol: 'kafka', broker, handle });
    const base = {
      dialect, extent: contains(inputs.extent, name.at) ? inputs.extent : name.at, service, channel,
      protocol: 'kafka' as const,
      inferred: `${inputs.what} names the topic in ${key}.`,
    };
    const edge: PublishFact | ConsumeFact = direction === 'publish'
      ? { kind: 'publish', ...base, settings: {} }
      : { kind: 'consume', ...base, settings: defined({ group }) };
    c.facts.push(edge);
  }
}

function serviceOf(inputs: Inputs): Sourced<string> | undefined {
  for (const name of serviceArguments) {
    const said = inputs.args.lookup(name);
    if (said !== undefined && said !== 'open') return said;
  }
  // `name` alone names a service only where somebody's topics are listed beside it.
  const name = inputs.args.lookup('name');
  return name !== undefined && name !== 'open' ? name : inputs.label;
}

/** `topics`, `kafka_topic_names`, `consume_topics`: the last noun is a topic. */
export function isTopicKey(words: readonly string[]): boolean {
  if (words.some((word) => otherWords.test(word))) return false;
  const at = words.findLastIndex((word) => word === 'topic' || word === 'topics');
  if (at < 0) return /^(produces to|consumes from)$/.test(words.join(' '));
  const behind = words.slice(at + 1);
  if (wayOf(words) !== undefined) return behind.every((word) => behindWay.test(word));
  return behind.every((word) => /^(names?|list)$/.test(word))
    && words.slice(0, at).every((word) => beforeTopics.test(word));
}

const behindWay = /^(names?|list|produced?|consumed?|read|write|to|from)$/;
const beforeTopics = /^(kafka|msk|confluent|aiven|redpanda|create|extra|additional)$/;

function isGroupKey(words: readonly string[]): boolean {
  return /^(consume|consumer|consumed|kafka)$/.test(words[0] ?? '') && /^groups?$/.test(words.at(-1) ?? '');
}

/** Beside the words that all readers go by, those of rights: `write_topics`, `read_topics`. */
function wayOf(words: readonly string[]): 'publish' | 'consume' | undefined {
  const writes = words.some((word) => /^writes?$/.test(word));
  const reads = words.some((word) => /^reads?$/.test(word));
  if (writes !== reads) return writes ? 'publish' : 'consume';
  return directionOf(words);
}

interface DeclaredTopic {
  readonly name: Sourced<string>;
  readonly extent: SourceRange;
  readonly settings: ChannelFact['settings'];
}

/** `["a", "b"]`, `{ a = { partitions = 3 } }`, `[{ name = "a", partitions = 3 }]`, or one name. */
function declaredIn(c: Context, value: SyntaxNode | undefined): readonly DeclaredTopic[] {
  if (isMap(value)) {
    return value.entries.flatMap((e) => {
      const key = keyText(c, e.key);
      const own = isMap(e.value) ? nameIn(c, e.value) : undefined;
      const name = own === 'open' ? undefined : own ?? key;
      if (name === undefined || !isNameOf('topic', name.value)) return [];
      if (e.value !== undefined && !isMap(e.value)) return [];
      const extent = { ...nodeRange(c.file, e.key), end: Math.max(e.key.end, e.end) };
      return [{ name, extent, settings: settingsIn(c, e.value) }];
    });
  }
  const items = isSeq(value) ? value.items : [value];
  return items.flatMap((item) => {
    const said = isMap(item) ? nameIn(c, item) : lookupIn(c, item);
    if (said === undefined || said === 'open' || !isNameOf('topic', said.value)) return [];
    const extent = isMap(item) ? nodeRange(c.file, item) : said.at;
    return [{ name: said, extent, settings: settingsIn(c, item) }];
  });
}

function nameIn(c: Context, node: MapNode): Sourced<string> | 'open' | undefined {
  for (const key of ['name', 'topic_name', 'topic']) {
    const said = lookupIn(c, entry(node, key)?.value);
    if (said !== undefined) return said;
  }
  return undefined;
}

/** The names by which modules ask for a topic's size, besides Kafka's own in a `config` map. */
const sizeKeys = {
  'num.partitions': ['partitions', 'partition_count', 'partitions_count', 'num_partitions'],
  'replication.factor': ['replication_factor', 'replicas', 'replication'],
} as const;

function settingsIn(c: Context, node: SyntaxNode | undefined): ChannelFact['settings'] {
  if (!isMap(node)) return {};
  const config = ['config', 'configs', 'configuration'].map((name) => entry(node, name)?.value)
    .find((value) => value !== undefined);
  return topicSettings((key) => {
    const names: readonly string[] = Object.hasOwn(sizeKeys, key)
      ? sizeKeys[key as keyof typeof sizeKeys] : [key, key.replaceAll('.', '_')];
    for (const holder of [node, config]) {
      for (const name of names) {
        const said = lookupIn(c, entry(holder, name)?.value);
        if (said !== undefined) return said;
      }
    }
    return undefined;
  });
}

/** The topics that somebody uses: a list of names, or a map by name. */
function namesIn(c: Context, value: SyntaxNode | undefined): readonly ChannelName[] {
  const items = isMap(value) ? value.entries.map((e) => e.key) : isSeq(value) ? value.items : [value];
  return items.flatMap((item) => {
    const said = isMap(item) ? nameIn(c, item) : channelName(c, item);
    if (said === undefined || said === 'open') return [];
    return 'handle' in said || isNameOf('topic', said.value) ? [said] : [];
  });
}
