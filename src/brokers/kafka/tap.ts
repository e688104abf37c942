import type Cluster from 'kafkajs/src/cluster/index.js';
import type { Attachment, Loss } from '../attach';
import { Backlog } from '../backlog';
import { BrokerError, type TapMessage, type TapSink, type TapStart } from '../driver';
import { deferred, delay, within } from '../wait';
import { withoutAborted } from './aborted';
import type { KafkaClient } from './client';
import { kafkaError, lossReason, onFetchError } from './failure';
import { fetchFrom, type FetchedPartition } from './fetch';
import { boundsOf, firstOffset } from './positions';
import { batchesOf, readBatch } from './records';

const MAX_WAIT = 500;
/** How often new partitions and moved leaders are looked for. */
const REFRESH_EVERY = 5_000;
const CONNECT_WITHIN = 20_000;

/** A partition being read: the next offset, and where the backlog that was asked for ends. */
interface Position {
  next: number;
  readonly until: number;
}

/**
 * One tap on a topic. It lives through several attachments: positions are kept, so that after a
 * lost connection it goes on at the record behind the last one.
 */
export class TopicTap {
  private readonly positions = new Map<number, Position>();
  private paused = false;
  private resumed = deferred<void>();
  private readonly backlog: Backlog;

  constructor(
    private readonly client: KafkaClient,
    private readonly topic: string,
    private readonly start: TapStart,
    private readonly committedOnly: boolean,
    private readonly sink: TapSink,
    private readonly where: string,
  ) {
    this.backlog = new Backlog(start, sink, true);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.resumed.resolve();
    this.resumed = deferred<void>();
  }

  /** Opens connections of its own and reads until they are lost. */
  async attach(nth: number, signal: AbortSignal): Promise<Attachment> {
    const cluster = this.client.cluster();
    const closing = new AbortController();
    const stopped = AbortSignal.any([signal, closing.signal]);
    const over = deferred<Loss>();
    try {
      await within(this.prepare(cluster, nth), signal, CONNECT_WITHIN, this.where);
    } catch (error) {
      cluster.disconnect().catch(() => {});
      throw kafkaError(error, this.where, this.topic);
    }
    const readers = this.read(cluster, stopped, (loss) => over.resolve(loss));
    return {
      over: over.promise,
      close: async () => {
        closing.abort();
        this.resumed.resolve();
        await cluster.disconnect().catch(() => {});
        await readers;
      },
    };
  }

  private async prepare(cluster: Cluster, nth: number): Promise<void> {
    await cluster.connect();
    await cluster.addTargetTopic(this.topic);
    const bounds = await boundsOf(cluster, this.topic);
    if (bounds.length === 0) throw new BrokerError('missing', `${this.where} has no topic ${this.topic}.`);
    for (const b of bounds) {
      const known = this.positions.get(b.partition);
      if (!known) {
        // A partition that came later is read whole: none of it was there when the tap began.
        const next = nth === 0 ? firstOffset(b, this.start) : b.low;
        this.positions.set(b.partition, { next, until: nth === 0 ? b.high : next });
      } else if (known.next < b.low) {
        this.sink.dropped(
          b.low - known.next,
          `retention removed them from partition ${b.partition} before they were read`,
        );
        known.next = b.low;
      } else if (known.next > b.high) {
        this.sink.dropped(
          0,
          `partition ${b.partition} ends at ${b.high}, before offset ${known.next}: the topic was made ` +
            'anew or lost its tail; reading goes on at its start',
        );
        known.next = b.low;
      }
    }
    this.checkCaughtUp();
  }

  /** Reads from all leaders until stopped or lost. Never rejects. */
  private async read(cluster: Cluster, stopped: AbortSignal, lose: (loss: Loss) => void): Promise<void> {
    let refreshed = Date.now();
    const run = async (nodeId: number, mine: () => number[], again: () => Promise<void>): Promise<void> => {
      while (!stopped.aborted) {
        if (this.paused) {
          await this.resumed.promise;
          continue;
        }
        const wanted = mine()
          .filter((p) => this.wants(p))
          .map((partition) => ({
            partition,
            offset: this.positions.get(partition)!.next,
          }));
        if (wanted.length === 0) {
          await delay(50, stopped);
          if (mine().length === 0) return;
          continue;
        }
        const answer = await fetchFrom(cluster, this.client.fetchRequest, nodeId, wanted, {
          topic: this.topic,
          committedOnly: this.committedOnly,
          maxWaitMs: MAX_WAIT,
        });
        if (stopped.aborted) return;
        const trouble = this.take(answer);
        if (trouble === 'refresh' || Date.now() - refreshed > REFRESH_EVERY) {
          refreshed = Date.now();
          await again();
          // A leader is elected within moments; asking without a pause would be a storm.
          if (trouble === 'refresh') await delay(200, stopped);
        } else if (trouble) {
          lose(trouble);
          return;
        }
      }
    };

    let leaders = this.leaders(cluster);
    const running = new Map<number, Promise<void>>();
    const launch = (): void => {
      for (const nodeId of leaders.keys()) {
        if (running.has(nodeId)) continue;
        const reader = run(
          nodeId,
          () => leaders.get(nodeId) ?? [],
          async () => {
            await cluster.refreshMetadata();
            await this.addPartitions(cluster);
            leaders = this.leaders(cluster);
            launch();
          },
        )
          .catch((error: unknown) => {
            if (!stopped.aborted) lose({ reason: lossReason(error, this.where, this.topic) });
          })
          .finally(() => running.delete(nodeId));
        running.set(nodeId, reader);
      }
    };
    launch();
    while (running.size > 0) await Promise.all(running.values());
    if (!stopped.aborted) lose({ reason: `no partition of ${this.topic} has a leader at ${this.where}` });
  }

  private leaders(cluster: Cluster): Map<number, number[]> {
    const map = new Map<number, number[]>();
    for (const { partitionId, leader } of cluster.findTopicPartitionMetadata(this.topic)) {
      if (leader >= 0) map.set(leader, [...(map.get(leader) ?? []), partitionId]);
    }
    return map;
  }

  private async addPartitions(cluster: Cluster): Promise<void> {
    const known = cluster.findTopicPartitionMetadata(this.topic);
    if (known.every((p) => this.positions.has(p.partitionId))) return;
    for (const b of await boundsOf(cluster, this.topic)) {
      if (!this.positions.has(b.partition)) this.positions.set(b.partition, { next: b.low, until: b.low });
    }
  }

  private wants(partition: number): boolean {
    const p = this.positions.get(partition);
    // While a `last` start collects, a partition that has given its share waits for the others.
    return p !== undefined && (!this.backlog.isHeld || p.next < p.until);
  }

  /** Gives an answer's messages and moves the positions. Returns what stands in the way of going on. */
  private take(answer: readonly FetchedPartition[]): 'refresh' | Loss | undefined {
    let trouble: 'refresh' | Loss | undefined;
    const batch: TapMessage[] = [];
    for (const part of answer) {
      const position = this.positions.get(part.partition);
      if (!position) continue;
      if (part.errorCode !== 0) {
        const act = onFetchError(part.errorCode);
        const reason =
          `${this.where} answered a fetch of ${this.topic} partition ${part.partition} ` +
          `with error ${part.errorCode}`;
        if (act === 'refresh') trouble = 'refresh';
        else if (act === 'reset' || act === 'lost') trouble = { reason };
        else trouble = { reason: `${reason} (not authorized)`, final: act };
        continue;
      }
      const batches = batchesOf(part.records);
      const readable = this.committedOnly ? withoutAborted(part.records, batches, part.aborted) : batches;
      for (const b of readable) {
        readBatch(part.records, b, this.client.codecs, this.topic, part.partition, position.next, batch);
      }
      const last = batches.at(-1);
      // At least one further, whatever a spoilt header says: the same fetch for ever would be a standstill.
      if (last) position.next = Math.max(position.next + 1, last.lastOffset + 1);
      else if (part.records.length > 0) {
        this.sink.dropped(
          1,
          `what is stored at offset ${position.next} of partition ${part.partition} has no batch header`,
        );
        position.next++;
      }
      // Nothing more can come before the end of what may be read: an open transaction ends the backlog early.
      else if (
        this.committedOnly &&
        part.lastStableOffset <= position.next &&
        position.next < position.until
      ) {
        this.positions.set(part.partition, { next: position.next, until: position.next });
      }
    }
    this.backlog.give(batch);
    this.checkCaughtUp();
    return trouble;
  }

  private checkCaughtUp(): void {
    if ([...this.positions.values()].every((p) => p.next >= p.until)) this.backlog.end();
  }
}
