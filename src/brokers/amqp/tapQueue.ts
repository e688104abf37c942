import type { Channel, ChannelModel } from 'amqplib';
import type { TapSink } from '../driver';
import { channelOf } from './client';

/** What the broker keeps for a tap that falls behind, before it drops the oldest. */
const MAX_READY = 50_000;
const MAX_BYTES = 64 * 1024 * 1024;
const DROPPED = 'dropped';

/** A tap's queue, and the one beside it in which the broker collects what it had to drop. */
export interface TapQueue {
  readonly channel: Channel;
  /** Tells what was dropped since the last call; never rejects. */
  tellDrops(sink: TapSink, largest: number): Promise<void>;
}

/**
 * Makes the tap's queue. What overflows it is dead-lettered to a queue of its own, over an exchange of
 * its own: emptying that queue tells how many messages it held, so that drops are counted without
 * sending them anywhere. All are exclusive or auto-delete, and go with the connection.
 */
export async function makeTapQueue(connection: ChannelModel, name: string): Promise<TapQueue> {
  const own = { exclusive: true, durable: false };
  const plain = {
    'x-queue-type': 'classic',
    // reject-publish, also from a policy, would nack the publishers.
    'x-overflow': 'drop-head',
    'x-max-length-bytes': MAX_BYTES,
    // A policy for all queues may dead-letter what the tap drops to a real queue; an argument wins over it.
    'x-dead-letter-exchange': name,
  };
  const counting = await channelOf(connection);
  const drops = `${name}.${DROPPED}`;
  await counting.assertQueue(drops, {
    ...own,
    // To a key that nothing is bound with.
    arguments: { ...plain, 'x-dead-letter-routing-key': 'nowhere' },
  });
  await counting.assertExchange(name, 'direct', { durable: false, autoDelete: true, internal: true });
  await counting.bindQueue(drops, name, DROPPED);
  const channel = await channelOf(connection);
  await channel.assertQueue(name, {
    ...own,
    autoDelete: true,
    arguments: { ...plain, 'x-max-length': MAX_READY, 'x-dead-letter-routing-key': DROPPED },
  });
  let uncounted = false;
  return {
    channel,
    tellDrops: async (sink, largest) => {
      if (uncounted) return;
      try {
        const { messageCount: count } = await counting.purgeQueue(drops);
        if (count === 0) return;
        // The collecting queue has a bound too, in bytes.
        const atLeast = count * largest > MAX_BYTES / 2 ? ', perhaps more' : '';
        sink.dropped(
          count,
          `the tap fell behind, and the broker dropped the oldest messages of the tap’s queue${atLeast}`,
        );
      } catch {
        // A policy that removes unused queues took it, or the connection is going.
        uncounted = true;
      }
    },
  };
}

/** Removes the exchange of a tap whose process ended before anything was bound to it. */
export async function removeTapExchange(channel: Channel, name: string): Promise<void> {
  await channel.deleteExchange(name, { ifUnused: true });
}
