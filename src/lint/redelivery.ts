import { edgeClient, effectiveChannel, effectiveConsume } from '../delivery/effective';
import { compareVersions } from '../delivery/version';
import type { Channel, Consume } from '../model/model';
import type { Setting } from '../model/settings';
import { keepsDeadLetters } from './deadLetters';

type Known<T> = Exclude<Setting<T>, { from: 'unknown' }>;

/** A consumer's requeue that nothing ends, and what should have ended it. */
export interface RequeueLoop {
  readonly requeue: Known<boolean>;
  /** `classic`: no limit exists; `unlimited`: there is none; `nack`: there is one, which basic.nack does not count towards. */
  readonly why: 'classic' | 'unlimited' | 'nack';
}

/** From here on only failures count towards a delivery limit, and basic.nack is none. */
const nackIsFree = '4.3';

/** What is put back without an end, where the queue's type is known. Who says after how many retries it gives up, counts. */
export function requeueLoop(consume: Consume): RequeueLoop | undefined {
  const { channel } = consume;
  if (consume.protocol !== 'rabbitmq' || channel?.space !== 'queue' || channel.declarations.length === 0) return undefined;
  if (consume.settings.onFailure?.retries !== undefined) return undefined;
  const { requeue, ack } = effectiveConsume(consume);
  if (requeue === undefined || requeue.from === 'unknown' || !requeue.value) return undefined;
  if (ack !== undefined && ack.from !== 'unknown' && ack.value === 'auto') return undefined;
  // Of the clients with a default only Spring's container requeues by itself, when a listener throws.
  if (requeue.from === 'default' && edgeClient(consume)?.id !== 'spring-amqp') return undefined;
  const { queue } = effectiveChannel(channel);
  if (queue === undefined || queue.from === 'unknown' || queue.value === 'stream') return undefined;
  if (queue.value === 'classic') return { requeue, why: 'classic' };
  const version = channel.broker?.version?.value;
  const limit = deliveryLimitOf(channel);
  if (limit === undefined) return version === undefined ? undefined : { requeue, why: 'unlimited' };
  if (limit.value < 0) return { requeue, why: 'unlimited' };
  return version !== undefined && compareVersions(version, nackIsFree) >= 0 ? { requeue, why: 'nack' } : undefined;
}

/** A quorum queue's delivery limit; -1 is none. Undefined for other queues, and before 4.0 where nobody sets one. */
export function deliveryLimitOf(channel: Channel): Known<number> | undefined {
  if (channel.space !== 'queue' || channel.settings.queue?.value !== 'quorum') return undefined;
  const { deliveryLimit } = effectiveChannel(channel);
  return deliveryLimit === undefined || deliveryLimit.from === 'unknown' ? undefined : deliveryLimit;
}

/** The limit after which a queue drops a message, where it keeps no dead letters. */
export function droppingLimitOf(channel: Channel): Known<number> | undefined {
  const limit = deliveryLimitOf(channel);
  return limit === undefined || !(limit.value >= 0) || keepsDeadLetters(channel) ? undefined : limit;
}

/**
 * How often Spring Kafka's error handler has a listener try a record before it logs it and goes on; undefined where
 * something else is said to happen. The binder of Spring Cloud Stream has an error handling of its own.
 */
export function logsAndSkips(consume: Consume): number | undefined {
  const client = edgeClient(consume);
  if (client?.id !== 'spring-kafka' || /cloud-stream/i.test(client.written)) return undefined;
  const { onFailure } = consume.settings;
  if (onFailure?.deadLetter !== undefined || onFailure?.skip !== undefined || consume.settings.open?.includes('onFailure')) return undefined;
  if (consume.channel?.routesOut.some((route) => route.kind === 'dead-letter' || route.kind === 'retry')) return undefined;
  if (onFailure?.retries !== undefined) return onFailure.retries.value + 1;
  return client.version !== undefined && compareVersions(client.version, '2.5') < 0 ? 1 : 10;
}
