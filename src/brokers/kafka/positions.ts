import type Cluster from 'kafkajs/src/cluster/index.js';
import type { TapStart } from '../driver';

/** Where a partition began and ended when it was looked at: `low` ≤ offset < `high`. */
export interface Bounds {
  readonly partition: number;
  readonly low: number;
  readonly high: number;
}

/** The bounds of all partitions of a topic that the cluster already has among its targets. */
export async function boundsOf(cluster: Cluster, topic: string): Promise<Bounds[]> {
  const partitions = cluster.findTopicPartitionMetadata(topic).map((p) => ({ partition: p.partitionId }));
  const [high] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: false }]);
  const [low] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: true }]);
  const lows = new Map(low?.partitions.map((p) => [p.partition, Number(p.offset)]));
  return (high?.partitions ?? [])
    .map((p) => ({
      partition: p.partition,
      high: Number(p.offset),
      low: lows.get(p.partition) ?? 0,
    }))
    .sort((a, b) => a.partition - b.partition);
}

/** The first offset that a start asks of a partition. */
export function firstOffset(bounds: Bounds, start: TapStart): number {
  switch (start.at) {
    case 'latest':
      return bounds.high;
    case 'earliest':
      return bounds.low;
    case 'last':
      return Math.max(bounds.low, bounds.high - start.count);
  }
}
