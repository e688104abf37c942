import type { NodeConnection } from 'kafkajs/src/cluster/index.js';
import { BrokerError } from '../driver';
import { askNode, versionOf, WireWriter, type WireReader } from './wire';

const OFFSET_FETCH = 9;
const DESCRIBE_GROUPS = 15;
const LIST_GROUPS = 16;
const CONSUMER_GROUP_DESCRIBE = 69;

export interface ListedGroup {
  readonly name: string;
  readonly protocolType: string;
  /** `classic`, `consumer`, `share`; absent before Kafka 3.8. */
  readonly type?: string;
}

export interface GroupState {
  readonly group: string;
  readonly errorCode: number;
  /** In Kafka's word: `Stable`, `Empty`, `PreparingRebalance`. */
  readonly state: string;
  readonly members: number;
  /** Topics that members have partitions of. */
  readonly topics: readonly string[];
}

export interface GroupOffsets {
  readonly group: string;
  readonly errorCode: number;
  readonly offsets: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

/** The groups that a node coordinates and that this user may see. */
export async function listGroups(node: NodeConnection): Promise<ListedGroup[]> {
  const version = needed(versionOf(node, LIST_GROUPS, 3, 5));
  const body = new WireWriter();
  if (version >= 4) body.array([], () => {}); // any state
  if (version >= 5) body.array([], () => {}); // any type
  return askNode(node, {
    apiKey: LIST_GROUPS,
    apiName: 'ListGroups',
    apiVersion: version,
    body: body.end(),
    read: (answer) => {
      answer.int32();
      const errorCode = answer.int16();
      if (errorCode !== 0) throw new Error(`the broker refused with error ${errorCode}`);
      return answer.array(() => {
        const name = answer.string() ?? '';
        const protocolType = answer.string() ?? '';
        if (version >= 4) answer.string(); // state, which is asked for when it is wanted
        const type = version >= 5 ? answer.string() : null;
        answer.end();
        return { name, protocolType, ...(type === null ? {} : { type: type.toLowerCase() }) };
      });
    },
  });
}

/** Committed offsets of many groups at once, kept of these topics only; null: of all. */
export async function fetchOffsets(
  node: NodeConnection,
  wanted: readonly { readonly group: string; readonly topics: readonly string[] | null }[],
): Promise<GroupOffsets[]> {
  const version = needed(versionOf(node, OFFSET_FETCH, 8, 8));
  const body = new WireWriter();
  body.array(wanted, ({ group }) => {
    // All topics of a group: else each partition would have to be named, also those without an offset.
    body.string(group).array(null, () => {}).end();
  });
  body.bool(false).end();
  return askNode(node, {
    apiKey: OFFSET_FETCH,
    apiName: 'OffsetFetch',
    apiVersion: version,
    body,
    read: (answer) => {
      answer.int32();
      return answer.array((): GroupOffsets => {
        const group = answer.string() ?? '';
        const only = wanted.find((w) => w.group === group)?.topics;
        const keep = only ? new Set(only) : undefined;
        const offsets = new Map<string, ReadonlyMap<number, number>>();
        for (const [topic, committed] of answer.array(() => topicOffsets(answer))) {
          if (committed.size > 0 && (keep === undefined || keep.has(topic))) offsets.set(topic, committed);
        }
        const errorCode = answer.int16();
        answer.end();
        return { group, errorCode, offsets };
      });
    },
  });
}

function topicOffsets(answer: WireReader): [string, Map<number, number>] {
  const topic = answer.string() ?? '';
  const committed = new Map<number, number>();
  answer.array(() => {
    const partition = answer.int32();
    const offset = answer.offset();
    answer.int32(); // leader epoch
    answer.string(); // the consumer's own words
    const errorCode = answer.int16();
    answer.end();
    if (errorCode === 0 && offset >= 0) committed.set(partition, offset);
  });
  answer.end();
  return [topic, committed];
}

/** State and members of groups whose members share partitions out among themselves. */
export async function describeGroups(node: NodeConnection, names: readonly string[]): Promise<GroupState[]> {
  return describe(node, names, {
    apiKey: DESCRIBE_GROUPS,
    apiName: 'DescribeGroups',
    apiVersion: needed(versionOf(node, DESCRIBE_GROUPS, 5, 5)),
    head: (answer) => {
      const errorCode = answer.int16();
      const group = answer.string() ?? '';
      const state = answer.string() ?? '';
      answer.string(); // protocol type
      answer.string(); // assignor
      return { group, errorCode, state };
    },
    member: (answer) => {
      for (let n = 0; n < 4; n++) answer.string(); // member, instance, client, host
      answer.bytes(); // subscription
      return assignedTopics(answer.bytes());
    },
  });
}

/** State and members of groups whose partitions the broker shares out (KIP-848). */
export async function describeConsumerGroups(node: NodeConnection, names: readonly string[]): Promise<GroupState[]> {
  const version = needed(versionOf(node, CONSUMER_GROUP_DESCRIBE, 0, 1));
  return describe(node, names, {
    apiKey: CONSUMER_GROUP_DESCRIBE,
    apiName: 'ConsumerGroupDescribe',
    apiVersion: version,
    head: (answer) => {
      const errorCode = answer.int16();
      answer.string(); // error's words
      const group = answer.string() ?? '';
      const state = answer.string() ?? '';
      answer.int32(); // group's epoch
      answer.int32(); // assignment's epoch
      answer.string(); // assignor
      return { group, errorCode, state };
    },
    member: (answer) => {
      for (let n = 0; n < 3; n++) answer.string(); // member, instance, rack
      answer.int32(); // member's epoch
      for (let n = 0; n < 2; n++) answer.string(); // client, host
      answer.array(() => answer.string()); // subscription
      answer.string(); // subscription by regular expression
      const topics = assignment(answer);
      assignment(answer); // what it is to have
      if (version >= 1) answer.int8();
      return topics;
    },
  });
}

/** How a version of a request writes what it knows of a group: the fields before its members, and those of a member. */
interface GroupDescription {
  readonly apiKey: number;
  readonly apiName: string;
  readonly apiVersion: number;
  head(answer: WireReader): Pick<GroupState, 'group' | 'errorCode' | 'state'>;
  /** The topics that the member has partitions of. */
  member(answer: WireReader): readonly string[];
}

async function describe(
  node: NodeConnection,
  names: readonly string[],
  { head, member, ...api }: GroupDescription,
): Promise<GroupState[]> {
  const body = new WireWriter();
  body.array(names, (name) => body.string(name)).bool(false).end();
  return askNode(node, {
    ...api,
    body,
    read: (answer) => {
      answer.int32();
      return answer.array((): GroupState => {
        const group = head(answer);
        const topics = new Set<string>();
        const members = answer.array(() => {
          for (const topic of member(answer)) topics.add(topic);
          answer.end();
        }).length;
        answer.int32();
        answer.end();
        return { ...group, members, topics: [...topics].sort() };
      });
    },
  });
}

function assignment(answer: WireReader): string[] {
  const topics = answer.array(() => {
    answer.uuid();
    const topic = answer.string() ?? '';
    answer.array(() => answer.int32());
    answer.end();
    return topic;
  });
  answer.end();
  return topics;
}

/** The topics of a member's assignment in the consumers' own format: version, then topics with partitions. */
function assignedTopics(bytes: Buffer | null): string[] {
  if (!bytes || bytes.length < 6) return [];
  const topics: string[] = [];
  let at = 6;
  for (let left = bytes.readInt32BE(2); left > 0 && at + 2 <= bytes.length; left--) {
    const length = bytes.readInt16BE(at);
    const name = at + 2;
    if (name + length + 4 > bytes.length) break;
    topics.push(bytes.toString('utf8', name, name + length));
    at = name + length + 4 + 4 * bytes.readInt32BE(name + length);
  }
  return topics;
}

function needed(version: number | undefined): number {
  if (version === undefined) throw new BrokerError('protocol', 'Figures of consumer groups need Kafka 3.0 or newer.');
  return version;
}
