import { BrokerError, type TapStart, type TapUntil } from '../driver';
import { EARLIEST, LATEST, listOffsets } from './listOffsets';
import type { TopicMetadata } from './metadata';
import type { Nodes } from './nodes';

/** Where a partition began and ended when it was looked at: `low` ≤ offset < `high`. */
export interface Bounds {
  readonly partition: number;
  readonly low: number;
  readonly high: number;
  /** What may be read ends here: before the first open transaction for a `read_committed` reader, else `high`. */
  readonly readable: number;
}

/** A topic as it was last seen, and who to ask about it. */
export interface TopicLook {
  readonly nodes: Nodes;
  readonly topic: TopicMetadata;
  /** None: all. */
  readonly partitions?: readonly number[];
  readonly committedOnly: boolean;
}

/**
 * The partitions that are wanted, with and without a leader.
 * @throws BrokerError where a partition that was asked for does not exist.
 */
export function wantedPartitions({ topic, partitions }: TopicLook): TopicMetadata['partitions'] {
  const there = topic.partitions.map((p) => p.partition);
  const strange = partitions?.filter((p) => !there.includes(p)) ?? [];
  if (strange.length > 0) throw new BrokerError('missing', noSuchPartition(topic.name, strange, there.length));
  return topic.partitions.filter((p) => partitions?.includes(p.partition) ?? true);
}

/** The bounds of a topic's wanted partitions that have a leader, in their order. */
export async function boundsOf(look: TopicLook): Promise<Bounds[]> {
  const [low, high, readable] = await Promise.all([
    offsetsAt(look, EARLIEST),
    offsetsAt(look, LATEST),
    look.committedOnly ? offsetsAt(look, LATEST, true) : undefined,
  ]);
  return [...high]
    .map(([partition, end]) => ({
      partition,
      low: low.get(partition) ?? 0,
      high: end,
      readable: readable?.get(partition) ?? end,
    }))
    .sort((a, b) => a.partition - b.partition);
}

/** Why partitions cannot be chosen. @param count how many the topic has */
export function noSuchPartition(topic: string, partitions: readonly number[], count: number): string {
  return (
    `${topic} has no partition ${partitions.join(', ')}: its ${count} partition${count === 1 ? ' is' : 's are'} ` +
    `numbered from 0${count === 1 ? '' : ` to ${count - 1}`}. Choose one of those.`
  );
}

async function offsetsAt(look: TopicLook, time: number, committed = false): Promise<Map<number, number>> {
  const led = wantedPartitions(look).filter((p) => p.leader >= 0);
  const found = await listOffsets(look.nodes, new Map([[look.topic.name, led]]), time, committed);
  return found.get(look.topic.name) ?? new Map<number, number>();
}

/**
 * The first offset behind what a tap gives of each partition. A partition is left out while its end lies ahead,
 * at a time that has not come. An offset that is not there yet is not waited for: a partition may never get it.
 */
export async function endsOf(
  look: TopicLook,
  bounds: readonly Bounds[],
  until: TapUntil,
  now: number,
): Promise<Map<number, number>> {
  switch (until.at) {
    case 'now':
      return new Map(bounds.map((b) => [b.partition, b.high]));
    case 'offset':
      return new Map(bounds.map((b) => [b.partition, Math.min(Number(until.offset) + 1, b.high)]));
    case 'time': {
      const later = await offsetsAt(look, until.time);
      const ends = new Map<number, number>();
      for (const { partition, high } of bounds) {
        const end = later.get(partition) ?? -1;
        if (end >= 0) ends.set(partition, end);
        else if (until.time <= now) ends.set(partition, high);
      }
      return ends;
    }
  }
}

/** The first offset that is given of each partition. @param ends as far as they are known */
export async function startsOf(
  look: TopicLook,
  bounds: readonly Bounds[],
  start: TapStart,
  ends: ReadonlyMap<number, number>,
): Promise<Map<number, number>> {
  const later = start.at === 'time' ? await offsetsAt(look, start.time) : undefined;
  return new Map(
    bounds.map((b): [number, number] => {
      switch (start.at) {
        case 'latest':
          return [b.partition, b.readable];
        case 'earliest':
          return [b.partition, b.low];
        case 'offset':
          return [b.partition, Math.min(Math.max(b.low, Number(start.offset)), b.readable)];
        case 'time': {
          const first = later?.get(b.partition) ?? -1;
          return [b.partition, first < 0 ? b.readable : first];
        }
        case 'last': {
          const end = Math.min(b.readable, ends.get(b.partition) ?? b.readable);
          return [b.partition, Math.max(b.low, end - start.count)];
        }
      }
    }),
  );
}

/** What a start by offset could not give as it was asked for, a sentence without its full stop each. */
export function movedStarts(topic: string, bounds: readonly Bounds[], start: TapStart): string[] {
  if (start.at !== 'offset') return [];
  const asked = Number(start.offset);
  // A shorter partition is nothing to tell while another one has the offset.
  const last = Math.max(...bounds.map((b) => b.readable));
  if (asked > last)
    return [`${topic} ends before offset ${asked}, at ${last}: it is read from its end, with what comes next`];
  return bounds
    .filter((b) => asked < b.low)
    .map(
      (b) =>
        `partition ${b.partition} begins at offset ${b.low}, not at ${asked}: retention or a deletion ` +
        'removed what was before',
    );
}
