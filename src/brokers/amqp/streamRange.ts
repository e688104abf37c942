import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { tapName } from '../address';
import type { ConnectOptions, TapStart, TapUntil } from '../driver';
import { delay } from '../wait';
import { channelOf } from './client';

/** Where a stream is read from, and before which offset it ends. */
export interface StreamRange {
  readonly from: number;
  /** The first offset that is not given any more; absent: no end, or one that is not known yet. */
  readonly stop?: number;
  /** The offset behind the newest message at the start. */
  readonly end: number;
  /** The newest message at the start. */
  readonly newest?: ConsumeMessage;
}

const PREFETCH = 1000;
/** A stream that is written to all the time has no end to wait for; that of a moment ago is as good. */
const ROUNDS = 10;
/** Milliseconds to wait again and again for a broker that reads the first chunk only after it has answered. */
const GRACES = [100, 300, 600, 1000];

const never = new AbortController().signal;

/** Milliseconds become whole seconds, which is all that AMQP's timestamps have. */
type StreamOffset = number | 'first' | 'last' | 'next' | { readonly '!': 'timestamp'; readonly value: number };

/** A stream that is looked into, and over what; by the options' prefix the look is known as a tap's. */
export interface StreamLook {
  readonly connection: ChannelModel;
  readonly queue: string;
  readonly options: ConnectOptions;
}

export async function streamRange(of: StreamLook, start: TapStart): Promise<StreamRange> {
  const newest = await newestOf(of);
  const end = offsetOf(newest) + 1;
  const from =
    start.at === 'latest'
      ? end
      : start.at === 'last'
        ? Math.max(0, end - start.count)
        : start.at === 'offset'
          ? Number(start.offset)
          : start.at === 'time'
            ? await offsetAt(of, Math.floor(start.time / 1000), end)
            : 0;
  const stop = await stopOf(of, start.until, end);
  return { from, end, ...(stop === undefined ? {} : { stop }), ...(newest ? { newest } : {}) };
}

/** The stream's newest message; undefined where it has none. */
export async function newestOf(of: StreamLook): Promise<ConsumeMessage | undefined> {
  return (await look(of, 'last')).at(-1);
}

/** −1 for no message. */
export function offsetOf(message: ConsumeMessage | undefined): number {
  const offset: unknown = message?.properties.headers?.['x-stream-offset'];
  return typeof offset === 'number' || typeof offset === 'bigint' ? Number(offset) : -1;
}

/** Before which offset a stream ends; undefined for no end, or one in time to come. */
export async function stopOf(of: StreamLook, until: TapUntil | undefined, end: number): Promise<number | undefined> {
  if (until?.at === 'now') return end;
  if (until?.at === 'offset') return Number(until.offset) + 1;
  if (until?.at === 'time' && until.time <= Date.now()) {
    return await offsetAt(of, Math.ceil(until.time / 1000), end);
  }
  return undefined;
}

/** The first offset of what was written from that second on; `end` where there is none. */
async function offsetAt(of: StreamLook, seconds: number, end: number): Promise<number> {
  const first = (await look(of, { '!': 'timestamp', value: seconds }, 1))[0];
  return first ? offsetOf(first) : end;
}

/**
 * What lies in a stream behind a position, as far as it can be read in a few rounds. AMQP 0-9-1 has no
 * question for a stream's end (a passive declare says 0 messages), so the last chunk is read. Mostly the
 * broker hands out what is there before it answers the next call on the channel; only an empty stream is waited
 * for to the last.
 */
async function look({ connection, queue, options }: StreamLook, offset: StreamOffset, rounds = ROUNDS): Promise<ConsumeMessage[]> {
  const channel = await channelOf(connection);
  await channel.prefetch(PREFETCH);
  let seen: ConsumeMessage[] = [];
  let fresh: ConsumeMessage | undefined;
  const { consumerTag } = await channel.consume(
    queue,
    (m) => {
      if (!m) return;
      seen.push(m);
      fresh = m;
    },
    { consumerTag: tapName(options, '.'), arguments: { 'x-stream-offset': offset } },
  );
  await channel.checkQueue(queue);
  for (let n = 0; !fresh && n < GRACES.length; n++) {
    await delay(GRACES[n]!, never);
    await channel.checkQueue(queue);
  }
  for (let n = 1; fresh && n < rounds; n++) {
    channel.ack(fresh, true);
    seen = [seen.at(-1)!];
    fresh = undefined;
    await channel.checkQueue(queue);
  }
  await closeLook(channel, consumerTag);
  return seen;
}

/** RabbitMQ goes on counting a stream's reader whose channel was closed and not cancelled, until its connection goes. */
export async function closeLook(channel: Channel, consumerTag: string): Promise<void> {
  await channel.cancel(consumerTag);
  await channel.close();
}
