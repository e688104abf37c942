import type { NodeConnection } from 'kafkajs/src/cluster/index.js';
import type { Nodes } from './nodes';
import { describeConsumerGroups, describeGroups, fetchOffsets, listGroups, type GroupState } from './groupRequests';

export interface KnownGroup {
  readonly name: string;
  /** `classic`, or `consumer` for the protocol of KIP-848; absent before Kafka 3.8. */
  readonly type?: string;
  /** The node that keeps its offsets and members. */
  readonly coordinator: number;
  /** Topics that it has committed offsets of. */
  readonly topics: ReadonlySet<string>;
}

export interface KnownGroups {
  readonly groups: readonly KnownGroup[];
  /** What could not be read, a sentence each. */
  readonly notes: readonly string[];
}

/** Offsets by topic and partition. */
export type Offsets = ReadonlyMap<string, ReadonlyMap<number, number>>;

const LOOK_EVERY = 60_000;
/** Groups that are asked about in one request. */
const AT_ONCE = 100;
/** More groups than this are not asked for their offsets. */
const MOST = 5000;

/**
 * The consumer groups of a cluster. Which there are, and which topics each has to do with, is asked once a
 * minute; what is asked more often is about the groups of the wanted topics only, a request for many.
 */
export class Groups {
  private known: Promise<KnownGroups> | undefined;
  private at = 0;

  constructor(private readonly nodes: Nodes) {}

  /** @param fresh asks anew even within the minute */
  async all(fresh = false): Promise<KnownGroups> {
    if (!this.known || fresh || Date.now() - this.at > LOOK_EVERY) {
      this.at = Date.now();
      const look = this.look();
      this.known = look;
      look.catch(() => {
        if (this.known === look) this.known = undefined;
      });
    }
    return this.known;
  }

  /** Committed offsets by group, of these topics only; a group that its coordinator will not tell of is left out. */
  async offsets(groups: readonly KnownGroup[], topics: readonly string[]): Promise<ReadonlyMap<string, Offsets>> {
    const found = new Map<string, Offsets>();
    await this.byCoordinator(groups, async (node, some) => {
      const wanted = some.map((g) => ({ group: g.name, topics: topics.filter((t) => g.topics.has(t)) }));
      for (const answer of await fetchOffsets(node, wanted)) {
        if (answer.errorCode === 0) found.set(answer.group, answer.offsets);
      }
    });
    return found;
  }

  /** State and members by group. */
  async states(groups: readonly KnownGroup[]): Promise<ReadonlyMap<string, GroupState>> {
    const found = new Map<string, GroupState>();
    await this.byCoordinator(groups, async (node, some) => {
      const names = (consumer: boolean): string[] =>
        some.filter((g) => (g.type === 'consumer') === consumer).map((g) => g.name);
      const [classic, newer] = [names(false), names(true)];
      const answers = await Promise.all([
        classic.length > 0 ? describeGroups(node, classic) : [],
        newer.length > 0 ? describeConsumerGroups(node, newer) : [],
      ]);
      for (const state of answers.flat()) if (state.errorCode === 0) found.set(state.group, state);
    });
    return found;
  }

  private async look(): Promise<KnownGroups> {
    // Each node tells of the groups that it coordinates.
    const listed = await Promise.all(
      this.nodes.ids().map(async (nodeId) => {
        try {
          const node = await this.nodes.byId(nodeId);
          return (await listGroups(node)).map((g) => ({ ...g, coordinator: nodeId }));
        } catch (error) {
          return error instanceof Error ? error : new Error(String(error));
        }
      }),
    );
    const failures = listed.filter((l) => l instanceof Error);
    const notes = failures.map((e) => `Not all consumer groups could be listed: ${e.message.replace(/\.$/, '')}.`);
    const all = listed
      .flatMap((l) => (l instanceof Error ? [] : l))
      // Share groups of Kafka 4 keep no offsets that can be fetched; Connect's workers form groups, but read nothing.
      .filter((g) => g.type !== 'share' && g.type !== 'streams' && (g.protocolType === 'consumer' || g.protocolType === ''))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    if (all.length > MOST)
      notes.push(`Of ${all.length} consumer groups only the first ${MOST} by name were asked for their offsets.`);
    const asked = all.slice(0, MOST).map((g): KnownGroup => ({ ...g, topics: new Set() }));
    const topics = new Map<string, ReadonlySet<string>>();
    let refused = 0;
    await this.byCoordinator(asked, async (node, some) => {
      for (const a of await fetchOffsets(node, some.map((g) => ({ group: g.name, topics: null })))) {
        if (a.errorCode !== 0) refused++;
        else topics.set(a.group, new Set(a.offsets.keys()));
      }
    });
    if (refused > 0)
      notes.push(`The offsets of ${refused} consumer groups were refused: ask for the right DESCRIBE on them.`);
    if (asked.length === 0 && notes.length === 0)
      notes.push('No consumer group is seen: there is none, or this user lacks the right DESCRIBE on groups.');
    return { groups: asked.map((g) => ({ ...g, topics: topics.get(g.name) ?? g.topics })), notes };
  }

  private async byCoordinator(
    groups: readonly KnownGroup[],
    act: (node: NodeConnection, groups: readonly KnownGroup[]) => Promise<void>,
  ): Promise<void> {
    const sorted = new Map<number, KnownGroup[]>();
    for (const g of groups) sorted.set(g.coordinator, [...(sorted.get(g.coordinator) ?? []), g]);
    await Promise.all(
      [...sorted].map(async ([nodeId, mine]) => {
        const node = await this.nodes.byId(nodeId);
        for (let at = 0; at < mine.length; at += AT_ONCE) await act(node, mine.slice(at, at + AT_ONCE));
      }),
    );
  }
}
