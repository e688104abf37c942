import type { Attachment, Loss } from '../attach';
import type { TapMessage, TapSink, TapStart } from '../driver';
import { deferred, delay, within } from '../wait';
import type { KafkaClient } from './client';
import { kafkaError, lossReason, onFetchError } from './failure';
import { fetchFrom, type FetchedPartition, type WantedPartition } from './fetch';
import type { TopicMetadata } from './metadata';
import { whileLeadersMove, type Nodes } from './nodes';
import { boundsOf, wantedPartitions, type TopicLook } from './positions';
import { Progress } from './progress';

const MAX_WAIT = 500;
/** A fetch that has no answer for so long is told, before it is given up. */
const OVERDUE = 5_000;
/** How often new partitions and moved leaders are looked for. */
const REFRESH_EVERY = 5_000;
const CONNECT_WITHIN = 20_000;

/** What stands in the way of going on after an answer. */
type Trouble = 'refresh' | Loss | undefined;

/**
 * One tap on a topic. It lives through several attachments: positions are kept, so that after a
 * lost connection it goes on at the record behind the last one.
 */
export class TopicTap {
  private readonly progress: Progress;
  private topicId: string | undefined;
  private paused = false;
  private resumed = deferred<void>();

  constructor(
    private readonly client: KafkaClient,
    private readonly topic: string,
    private readonly start: TapStart,
    private readonly committedOnly: boolean,
    private readonly sink: TapSink,
    private readonly where: string,
  ) {
    this.progress = new Progress(topic, start, committedOnly, client.codecs, sink);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.wake();
  }

  /** Lets those that wait while it is paused look again, once: what is still paused then waits anew. */
  private wake(): void {
    this.resumed.resolve();
    this.resumed = deferred<void>();
  }

  /** Opens connections of its own and reads until they are lost. */
  async attach(nth: number, signal: AbortSignal): Promise<Attachment> {
    const { client: nodes, drop } = await this.client.nodes();
    const closing = new AbortController();
    const stopped = AbortSignal.any([signal, closing.signal]);
    const over = deferred<Loss>();
    const lose = (loss: Loss): void => over.resolve(loss);
    let topic: TopicMetadata;
    try {
      topic = await within(this.prepare(nodes, nth), signal, CONNECT_WITHIN, this.where);
    } catch (error) {
      void drop();
      throw kafkaError(error, this.where, this.topic);
    }
    const readers = this.read(nodes, topic, stopped, lose);
    return {
      over: over.promise,
      close: async () => {
        closing.abort();
        this.wake();
        await drop();
        await readers;
      },
    };
  }

  private look(nodes: Nodes, topic: TopicMetadata): TopicLook {
    const { partitions } = this.start;
    return {
      nodes,
      topic,
      committedOnly: this.committedOnly,
      ...(partitions && partitions.length > 0 ? { partitions } : {}),
    };
  }

  private async prepare(nodes: Nodes, nth: number): Promise<TopicMetadata> {
    const { look, bounds } = await whileLeadersMove(async () => {
      const now = this.look(nodes, await nodes.topic(this.topic));
      return { look: now, bounds: await boundsOf(now) };
    });
    if (this.isAnew(look.topic)) this.progress.restart(bounds);
    else if (nth === 0) await this.progress.begin(look, bounds);
    else {
      this.progress.tellUnread(look, bounds);
      await this.progress.join(look, bounds);
      this.progress.check(bounds);
    }
    return look.topic;
  }

  /** Whether the topic is another than before under the same name, as far as the broker tells. */
  private isAnew(topic: TopicMetadata): boolean {
    const before = this.topicId;
    this.topicId = topic.id ?? before;
    return before !== undefined && before !== this.topicId;
  }

  /** Reads from all leaders until stopped, complete or lost. Never rejects. */
  private async read(
    nodes: Nodes,
    first: TopicMetadata,
    stopped: AbortSignal,
    lose: (loss: Loss) => void,
  ): Promise<void> {
    let refreshed = Date.now();
    let topic = first;
    let leaders = this.leaders(topic);
    const running = new Map<number, Promise<void>>();
    const again = async (): Promise<void> => {
      refreshed = Date.now();
      topic = await nodes.topic(this.topic);
      await this.follow(this.look(nodes, topic));
      leaders = this.leaders(topic);
      launch();
    };
    const run = async (nodeId: number): Promise<void> => {
      const mine = (): number[] => leaders.get(nodeId) ?? [];
      let turn = 0;
      while (!stopped.aborted && this.progress.complete === undefined) {
        if (this.paused) {
          await this.resumed.promise;
          continue;
        }
        // An answer is filled in the order of the question, so each partition comes first in turn.
        const wanted = inTurn(mine(), turn++).flatMap((partition) => this.progress.wanted(partition) ?? []);
        let trouble: Trouble;
        if (wanted.length > 0) {
          const answer = await this.fetch(nodes, nodeId, wanted, stopped);
          if (stopped.aborted) return;
          trouble = this.take(answer, wanted);
        } else await delay(50, stopped);
        if (mine().length === 0) return;
        if (trouble === 'refresh' || Date.now() - refreshed > REFRESH_EVERY) await again();
        // A leader is elected within moments; asking without a pause would be a storm.
        if (trouble === 'refresh') await delay(200, stopped);
        else if (trouble) return lose(trouble);
        await this.progress.findEnds(this.look(nodes, topic));
      }
    };
    const launch = (): void => {
      for (const nodeId of leaders.keys()) {
        if (running.has(nodeId)) continue;
        const reader = run(nodeId)
          .catch((error: unknown) => {
            if (!stopped.aborted) lose({ reason: lossReason(error, this.where, this.topic) });
          })
          .finally(() => running.delete(nodeId));
        running.set(nodeId, reader);
      }
    };
    launch();
    while (running.size > 0) await Promise.all(running.values());
    const reason = this.progress.complete;
    // “Caught up” is said a moment later than it is found, and has to come first.
    if (reason !== undefined) queueMicrotask(() => setImmediate(() => lose({ reason, final: 'ended' })));
    else if (!stopped.aborted) lose({ reason: `no partition of ${this.topic} has a leader at ${this.where}` });
  }

  /** One fetch; while it has no answer for long, the tap says so. */
  private async fetch(
    nodes: Nodes,
    nodeId: number,
    wanted: readonly WantedPartition[],
    stopped: AbortSignal,
  ): Promise<FetchedPartition[]> {
    let overdue = false;
    const timer = setTimeout(() => {
      overdue = !stopped.aborted;
      if (overdue)
        this.sink.state({
          is: 'lost',
          reason: `${this.where} has not answered for ${OVERDUE / 1000} s. The tap is still waiting.`,
        });
    }, MAX_WAIT + OVERDUE);
    try {
      const { topicId } = this;
      const answer = await fetchFrom(nodes, this.client.fetchRequest, nodeId, wanted, {
        topic: this.topic,
        topicId,
        committedOnly: this.committedOnly,
        maxWaitMs: MAX_WAIT,
      });
      if (overdue && !stopped.aborted) this.sink.state({ is: 'live' });
      // Another node may have told meanwhile that the topic is another one.
      return topicId === this.topicId ? answer : [];
    } finally {
      clearTimeout(timer);
    }
  }

  private leaders(topic: TopicMetadata): Map<number, number[]> {
    const map = new Map<number, number[]>();
    for (const { partition, leader } of topic.partitions) {
      if (leader >= 0 && this.progress.has(partition)) map.set(leader, [...(map.get(leader) ?? []), partition]);
    }
    return map;
  }

  /** Takes up new partitions, those that have a leader again, and another topic of the same name. */
  private async follow(look: TopicLook): Promise<void> {
    if (this.isAnew(look.topic)) return this.progress.restart(await boundsOf(look));
    const wanted = wantedPartitions(look);
    if (wanted.every((p) => p.leader >= 0 && this.progress.has(p.partition))) return;
    const bounds = await boundsOf(look);
    this.progress.tellUnread(look, bounds);
    await this.progress.join(look, bounds);
  }

  /** Gives an answer's messages and moves the positions. Returns what stands in the way of going on. */
  private take(
    answer: readonly FetchedPartition[],
    wanted: readonly WantedPartition[],
  ): Trouble {
    let trouble: Trouble;
    const batch: TapMessage[] = [];
    for (const part of answer) {
      if (part.errorCode === 0) {
        const asked = wanted.find((w) => w.partition === part.partition);
        if (asked) this.progress.take(part, asked, batch);
        continue;
      }
      this.progress.refused(part.partition, part.errorCode);
      const act = onFetchError(part.errorCode);
      const reason =
        `${this.where} answered a fetch of ${this.topic} partition ${part.partition} ` +
        `with error ${part.errorCode}`;
      if (act === 'refresh') trouble ??= 'refresh';
      else if (act === 'reset' || act === 'lost') trouble = { reason };
      else trouble = { reason: `${reason} (not authorized)`, final: act };
    }
    this.progress.give(batch);
    return trouble;
  }
}

function inTurn(partitions: readonly number[], turn: number): number[] {
  const first = partitions.length === 0 ? 0 : turn % partitions.length;
  return [...partitions.slice(first), ...partitions.slice(0, first)];
}
