import type { TapMessage } from '../driver';
import { withoutAborted } from './aborted';
import type { KafkaClient } from './client';
import { fetchFrom } from './fetch';
import type { Nodes } from './nodes';
import { boundsOf } from './positions';
import { batchesOf, readBatch } from './records';

/** Reads a topic from its begin, piece by piece and as far as it goes; committed messages only. */
export class TopicReader {
  private readonly next = new Map<number, number>();
  private readonly ready: TapMessage[] = [];

  constructor(
    private readonly client: KafkaClient,
    private readonly nodes: Nodes,
    private readonly topic: string,
  ) {}

  /** The next messages, partition by partition; fewer than asked for where there are no more at the moment. */
  async read(count: number, signal: AbortSignal): Promise<TapMessage[]> {
    while (this.ready.length < count && !signal.aborted) {
      if (!(await this.fetch())) break;
    }
    return this.ready.splice(0, count);
  }

  /** One fetch of the first partition that has more. Returns false where none has. */
  private async fetch(): Promise<boolean> {
    const topic = await this.nodes.topic(this.topic);
    const bounds = await boundsOf({ nodes: this.nodes, topic, committedOnly: true });
    for (const { partition, low, readable } of bounds) {
      const offset = Math.max(low, this.next.get(partition) ?? low);
      const leader = topic.partitions.find((p) => p.partition === partition)?.leader ?? -1;
      if (offset >= readable || leader < 0) continue;
      const answers = await fetchFrom(this.nodes, this.client.fetchRequest, leader, [{ partition, offset }], {
        topic: this.topic,
        topicId: topic.id,
        committedOnly: true,
        maxWaitMs: 500,
      });
      for (const part of answers) {
        if (part.errorCode !== 0) throw new Error(`a fetch was answered with error ${part.errorCode}`);
        const batches = batchesOf(part.records);
        for (const b of withoutAborted(part.records, batches, part.aborted))
          readBatch(part.records, b, this.client.codecs, this.topic, partition, offset, this.ready);
        const last = batches.at(-1);
        this.next.set(partition, last ? Math.max(offset + 1, last.lastOffset + 1) : offset + 1);
      }
      return true;
    }
    return false;
  }
}
