import type { BrokerInventory, InventoryChannel, InventoryConsumer, InventoryPart } from '../inventory';
import { topicConfigs, type TopicConfig } from './clusterRequests';
import type { Groups } from './groups';
import { isInternal, type TopicMetadata } from './metadata';
import type { Nodes } from './nodes';

/** Topics whose settings are asked for in one request. */
const AT_ONCE = 200;

/** All topics with their settings, and all groups with the topics that they read; makes nothing. */
export async function kafkaInventory(nodes: Nodes, groups: Groups, about: string): Promise<BrokerInventory> {
  const notes: string[] = [];
  const unread = new Set<InventoryPart>();
  const topics = (await nodes.metadata('all')).topics
    .filter((t) => t.errorCode === 0 && !isInternal(t))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const configs = await configsOf(nodes, topics);
  const refused = topics.filter((t) => (configs?.get(t.name)?.errorCode ?? 0) !== 0).map((t) => t.name);
  if (!configs) notes.push('Settings of topics are not read: that needs Kafka 2.8 or newer.');
  else if (refused.length > 0)
    notes.push(
      `The settings of ${refused.slice(0, 5).join(', ')}${refused.length > 5 ? ` and ${refused.length - 5} more` : ''} ` +
        'were refused: ask for the right DESCRIBE_CONFIGS on the topics.',
    );
  if (!configs || refused.length > 0) unread.add('settings');
  const consumers = await consumersOf(groups, notes);
  if (consumers === undefined) unread.add('consumers');
  return {
    about,
    channels: topics.map((t) => channelOf(t, configs?.get(t.name))),
    bindings: [],
    policies: [],
    consumers: consumers ?? [],
    notes,
    ...(unread.size > 0 ? { unread: [...unread] } : {}),
  };
}

function channelOf(topic: TopicMetadata, config: TopicConfig | undefined): InventoryChannel {
  const entries = (config?.entries ?? []).filter((e) => !e.secret && e.value !== null);
  return {
    address: topic.name,
    kind: 'topic',
    settings: Object.fromEntries(entries.map((e) => [e.name, e.value ?? '']).sort()),
    explicit: entries
      .filter((e) => e.explicit)
      .map((e) => e.name)
      .sort(),
    partitions: topic.partitions.length,
    replicas: Math.max(0, ...topic.partitions.map((p) => p.replicas.length)),
  };
}

async function configsOf(
  nodes: Nodes,
  topics: readonly TopicMetadata[],
): Promise<Map<string, TopicConfig> | undefined> {
  const found = new Map<string, TopicConfig>();
  const names = topics.map((t) => t.name);
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const some = await topicConfigs(await nodes.any(), names.slice(at, at + AT_ONCE));
    if (!some) return undefined;
    for (const config of some) found.set(config.topic, config);
  }
  return found;
}

/** A group on each topic that it has committed offsets of, or whose partitions its members have. */
async function consumersOf(groups: Groups, notes: string[]): Promise<InventoryConsumer[] | undefined> {
  try {
    const known = await groups.all(true);
    notes.push(...known.notes);
    const states = await groups.states(known.groups);
    const found = known.groups.flatMap((group) => {
      const state = states.get(group.name);
      const topics = new Set([...group.topics, ...(state?.topics ?? [])]);
      return [...topics].map((channel): InventoryConsumer => ({
        channel,
        kind: 'topic',
        name: group.name,
        ...(state === undefined ? {} : { members: state.members }),
        settings: group.type === undefined ? {} : { 'group.protocol': group.type },
      }));
    });
    const byPlace = (a: InventoryConsumer): string => `${a.channel}\0${a.name ?? ''}`;
    const sorted = found.sort((a, b) => (byPlace(a) < byPlace(b) ? -1 : 1));
    return known.notes.length > 0 && sorted.length === 0 ? undefined : sorted;
  } catch (error) {
    const words = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    notes.push(`Consumer groups could not be read: ${words}.`);
    return undefined;
  }
}
