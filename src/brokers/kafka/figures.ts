import type { BrokerFigures, ChannelFigures, ConsumerFigures, FigureQuery } from '../figures';
import { replicaSizes } from './clusterRequests';
import type { Groups, KnownGroup, Offsets } from './groups';
import { EARLIEST, LATEST, listOffsets } from './listOffsets';
import type { TopicMetadata } from './metadata';
import type { Nodes } from './nodes';

/**
 * Reads ends, begins and sizes of topics and the groups that have committed offsets of them. Two requests a
 * leader, one a node for sizes, and two for each hundred of those groups; makes nothing.
 */
export async function kafkaFigures(nodes: Nodes, groups: Groups, query: FigureQuery): Promise<BrokerFigures> {
  const asked = [...new Set(query.targets.filter((t) => t.kind === 'topic').map((t) => t.address))].sort();
  const notes: string[] = [];
  const { topics: found, brokers } = await nodes.metadata(asked);
  const topics = found.filter((t) => {
    if (t.errorCode !== 0) notes.push(whyMissing(t));
    return t.errorCode === 0;
  });
  const led = new Map(topics.map((t) => [t.name, t.partitions.filter((p) => p.leader >= 0)]));
  const [high, low, sizes, consumers] = await Promise.all([
    listOffsets(nodes, led, LATEST, false),
    listOffsets(nodes, led, EARLIEST, false),
    sizesOf(nodes, topics, notes),
    readers(groups, topics, notes),
  ]);
  const channels = topics.map((t): ChannelFigures => {
    const ends = high.get(t.name) ?? new Map<number, number>();
    const begins = low.get(t.name) ?? new Map<number, number>();
    const leaderless = t.partitions.filter((p) => !ends.has(p.partition)).length;
    if (leaderless > 0)
      notes.push(`${leaderless} of ${t.partitions.length} partitions of ${t.name} have no leader that can be reached: they are not counted.`);
    const published = sum(ends.values());
    const bytes = sizes?.get(t.name);
    return {
      address: t.name,
      kind: 'topic',
      published,
      depth: published - sum([...ends.keys()].map((p) => begins.get(p) ?? 0)),
      ...(bytes === undefined ? {} : { bytes }),
      partitions: t.partitions.length,
      underReplicated: t.partitions.filter((p) => p.inSync.length < p.replicas.length).length,
    };
  });
  return {
    at: Date.now(),
    channels,
    consumers: consumers.flatMap((c) => consumerFigures(c, high)),
    broker: [
      { name: 'brokers', value: brokers.length },
      { name: 'under-replicated partitions', value: sum(channels.map((c) => c.underReplicated ?? 0)) },
    ],
    notes,
  };
}

interface Reader {
  readonly group: KnownGroup;
  readonly offsets: Offsets;
  readonly state?: string;
  readonly members?: number;
}

async function readers(groups: Groups, topics: readonly TopicMetadata[], notes: string[]): Promise<Reader[]> {
  const names = topics.map((t) => t.name);
  try {
    const known = await groups.all();
    notes.push(...known.notes);
    const those = known.groups.filter((g) => names.some((t) => g.topics.has(t)));
    if (those.length === 0) return [];
    const [offsets, states] = await Promise.all([groups.offsets(those, names), groups.states(those)]);
    return those.map((group) => {
      const state = states.get(group.name);
      return {
        group,
        offsets: offsets.get(group.name) ?? new Map(),
        ...(state === undefined ? {} : { state: state.state, members: state.members }),
      };
    });
  } catch (error) {
    const words = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    notes.push(`Consumer groups could not be read: ${words}.`);
    return [];
  }
}

function consumerFigures(
  { group, offsets, state, members }: Reader,
  high: ReadonlyMap<string, ReadonlyMap<number, number>>,
): ConsumerFigures[] {
  return [...offsets].map(([channel, committed]): ConsumerFigures => {
    const ends = high.get(channel);
    const lagByPartition = [...committed]
      .flatMap(([partition, offset]) => {
        const end = ends?.get(partition);
        // A commit may lie behind the end that was read a moment before it.
        return end === undefined ? [] : [{ partition, lag: Math.max(0, end - offset) }];
      })
      .sort((a, b) => a.partition - b.partition);
    return {
      channel,
      kind: 'topic',
      name: group.name,
      ...(state === undefined ? {} : { state }),
      ...(members === undefined ? {} : { members }),
      lag: sum(lagByPartition.map((p) => p.lag)),
      lagByPartition,
      done: sum(committed.values()),
    };
  });
}

/** Bytes of each topic's leaders; undefined where the user may not know them. */
async function sizesOf(
  nodes: Nodes,
  topics: readonly TopicMetadata[],
  notes: string[],
): Promise<Map<string, number> | undefined> {
  const byLeader = new Map<number, Map<string, number[]>>();
  for (const { name, partitions } of topics) {
    for (const { partition, leader } of partitions) {
      if (leader < 0) continue;
      const mine = byLeader.get(leader) ?? new Map<string, number[]>();
      byLeader.set(leader, mine.set(name, [...(mine.get(name) ?? []), partition]));
    }
  }
  const bytes = new Map<string, number>();
  const told = await Promise.all(
    [...byLeader].map(async ([nodeId, wanted]) => {
      const node = await nodes.byId(nodeId).catch(() => undefined);
      if (!node) return true; // its partitions are told of as they are
      const sizes = await replicaSizes(node, wanted);
      for (const [topic, replicas] of sizes ?? []) bytes.set(topic, (bytes.get(topic) ?? 0) + sum(replicas.values()));
      return sizes !== undefined;
    }),
  );
  if (told.every(Boolean)) return bytes;
  notes.push('Sizes of topics are not told: ask for the right DESCRIBE on the cluster.');
  return undefined;
}

function whyMissing({ name, errorCode }: TopicMetadata): string {
  if (errorCode === 3) return `There is no topic ${name}, or this user may not know of it.`;
  if (errorCode === 29) return `${name} is not told of: ask for the right DESCRIBE on it.`;
  return `Nothing is told of ${name} (error ${errorCode}).`;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
