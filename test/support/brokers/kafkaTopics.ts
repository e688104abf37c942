import type { Admin, ITopicConfig } from 'kafkajs';
import { until } from '../../../scripts/support/until.mjs';

/**
 * Makes topics and returns when each of their partitions has a leader. A broker hears of a new topic a moment after
 * the controller has confirmed it; kafkajs's own waiting for leaders takes that moment for a failure.
 */
export async function makeTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  await admin.createTopics({ topics, timeout: 30_000, waitForLeaders: false });
  await knowsTopics(admin, topics);
}

/** Waits until the broker that a client is connected to knows topics, and their partitions have leaders that answer. */
export async function knowsTopics(admin: Admin, topics: readonly Pick<ITopicConfig, 'topic'>[]): Promise<void> {
  const names = topics.map(({ topic }) => topic);
  await until(async () => {
    const { topics: known } = await admin.fetchTopicMetadata({ topics: names });
    if (!known.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0))) return false;
    // A broker tells that it leads a partition a moment before it does. Where one partition is refused in that moment,
    // kafkajs sends the whole request again, and what other partitions took is there twice.
    await Promise.all(names.map((name) => admin.fetchTopicOffsets(name)));
    return true;
  }, { what: `leaders of ${names.join(', ')}` });
}

/**
 * Waits until a partition ends at an offset. After transactions it must be waited for: Kafka answers the end of a
 * transaction before its marker, a record of its own, is in the log, and what reads only what is committed stops there.
 */
export async function endsAt(admin: Admin, topic: string, partition: number, offset: number): Promise<void> {
  await until(async () => (await admin.fetchTopicOffsets(topic)).some((p) => p.partition === partition && p.high === String(offset)), {
    what: `the end of partition ${partition} of ${topic} at ${offset}`,
  });
}
