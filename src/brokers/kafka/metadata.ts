import type { NodeConnection } from 'kafkajs/src/cluster/index.js';
import { askNode, versionOf, WireWriter } from './wire';

export interface ClusterMetadata {
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
  readonly topics: readonly TopicMetadata[];
}

export interface TopicMetadata {
  /** Kafka's error code; 0 is none. */
  readonly errorCode: number;
  readonly name: string;
  /** 32 hexadecimal digits; a topic that was deleted and made again has another. Absent before Kafka 2.8. */
  readonly id?: string;
  readonly internal: boolean;
  readonly partitions: readonly PartitionState[];
}

export interface PartitionState {
  readonly partition: number;
  /** Node id; -1 while there is none. */
  readonly leader: number;
  /** Grows with each leader (KIP-101). Absent before Kafka 2.4. */
  readonly leaderEpoch?: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

const METADATA_API = 3;
const NO_ID = '0'.repeat(32);

/**
 * What a node knows of topics, or of all topics. Unlike kafkajs's own question it gives topic ids and
 * in-sync replicas, and one topic's trouble does not hide the others.
 */
export async function metadataAt(
  node: NodeConnection,
  topics: readonly string[] | 'all',
): Promise<ClusterMetadata> {
  const version = versionOf(node, METADATA_API, 9, 12);
  if (version === undefined) return olderMetadata(node, topics);
  const body = new WireWriter();
  body.array(topics === 'all' ? null : topics, (name) => {
    if (version >= 10) body.uuid(NO_ID);
    body.string(name).end();
  });
  body.bool(false); // looking makes no topic
  if (version <= 10) body.bool(false);
  body.bool(false).end();
  return askNode(node, {
    apiKey: METADATA_API,
    apiName: 'Metadata',
    apiVersion: version,
    body,
    read: (answer) => {
      answer.int32(); // throttle time
      const brokers = answer.array(() => {
        const broker = { nodeId: answer.int32(), host: answer.string() ?? '', port: answer.int32() };
        answer.string(); // rack
        answer.end();
        return broker;
      });
      answer.string(); // cluster id
      answer.int32(); // controller
      const found = answer.array((): TopicMetadata => {
        const errorCode = answer.int16();
        const name = answer.string() ?? '';
        const id = version >= 10 ? answer.uuid() : NO_ID;
        const internal = answer.bool();
        const partitions = answer.array((): PartitionState => {
          answer.int16(); // the partition's error: leader and replicas say the same
          const partition = answer.int32();
          const leader = answer.int32();
          const leaderEpoch = answer.int32();
          const replicas = answer.array(() => answer.int32());
          const inSync = answer.array(() => answer.int32());
          answer.array(() => answer.int32()); // offline replicas
          answer.end();
          return { partition, leader, leaderEpoch, replicas, inSync };
        });
        answer.int32(); // authorized operations
        answer.end();
        return { errorCode, name, ...(id === NO_ID ? {} : { id }), internal, partitions };
      });
      return { brokers, topics: found };
    },
  });
}

/** Topics that Kafka and what is built into it keep for themselves. */
export function isInternal({ name, internal }: Pick<TopicMetadata, 'name' | 'internal'>): boolean {
  return internal || name.startsWith('__');
}

/** By kafkajs, for brokers that are older than Kafka 2.4 or only speak like one. */
async function olderMetadata(node: NodeConnection, topics: readonly string[] | 'all'): Promise<ClusterMetadata> {
  const { brokers, topicMetadata } = await node.metadata(topics === 'all' ? [] : topics);
  return {
    brokers,
    topics: topicMetadata.map((t) => ({
      errorCode: 0,
      name: t.topic,
      internal: t.isInternal ?? false,
      partitions: t.partitionMetadata.map(({ partitionId, leader, replicas, isr }) => ({
        partition: partitionId,
        leader,
        replicas,
        inSync: isr,
      })),
    })),
  };
}
