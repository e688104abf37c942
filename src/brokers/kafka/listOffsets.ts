import type { Nodes } from './nodes';

/** `ListOffsets` takes these in place of a timestamp. */
export const LATEST = -1;
export const EARLIEST = -2;

export interface LedPartition {
  readonly partition: number;
  /** Node id of its leader. */
  readonly leader: number;
}

/**
 * By topic and partition: the end (`LATEST`), the begin (`EARLIEST`), or the first offset whose timestamp is
 * at or after a time in milliseconds since 1970, which is -1 where there is none. One request a leader.
 * `committed` asks for what a `read_committed` reader could get: its end is where the first open transaction
 * begins. Partitions whose leader cannot be reached are left out; where that is all, its failure is thrown.
 */
export async function listOffsets(
  nodes: Nodes,
  topics: ReadonlyMap<string, readonly LedPartition[]>,
  time: number,
  committed: boolean,
): Promise<Map<string, Map<number, number>>> {
  const byLeader = new Map<number, Map<string, number[]>>();
  for (const [topic, partitions] of topics) {
    for (const { partition, leader } of partitions) {
      const asked = byLeader.get(leader) ?? new Map<string, number[]>();
      byLeader.set(leader, asked.set(topic, [...(asked.get(topic) ?? []), partition]));
    }
  }
  const found = new Map<string, Map<number, number>>();
  const failures: unknown[] = [];
  await Promise.all(
    [...byLeader].map(async ([nodeId, asked]) => {
      const node = await nodes.byId(nodeId).catch((error: unknown) => void failures.push(error));
      if (!node) return;
      const { responses } = await node.listOffsets({
        isolationLevel: committed ? 1 : 0,
        topics: [...asked].map(([topic, partitions]) => ({
          topic,
          partitions: partitions.map((partition) => ({ partition, timestamp: time })),
        })),
      });
      for (const { topic, partitions } of responses) {
        const offsets = found.get(topic) ?? new Map<number, number>();
        for (const p of partitions) offsets.set(p.partition, Number(p.offset));
        found.set(topic, offsets);
      }
    }),
  );
  if (failures.length > 0 && failures.length === byLeader.size) throw failures[0];
  return found;
}
