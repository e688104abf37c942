import type { Channel } from 'amqplib';
import type { QueueInfo } from './management';

/** Runs work on a channel of its own: a refusal closes the channel. Rejects with a BrokerError. */
export type OnChannel = <T>(work: (channel: Channel) => Promise<T>) => Promise<T>;

/**
 * The type of an exchange without the management API. RabbitMQ names it when somebody declares an
 * exchange that is there with another type (406); the exchange is looked for first, so that the
 * declaration never makes one.
 */
export async function exchangeType(name: string, onChannel: OnChannel): Promise<string | undefined> {
  await onChannel((channel) => channel.checkExchange(name));
  return await onChannel(async (channel) => {
    try {
      // No real exchange is headers, internal, transient and auto-delete at once.
      await channel.assertExchange(name, 'headers', { internal: true, durable: false, autoDelete: true });
      // Deleted between the two questions: take back what was just made.
      await channel.deleteExchange(name, { ifUnused: true });
      return undefined;
    } catch (error) {
      const words = String(error);
      const current = /inequivalent arg 'type'.*current is '+([^']+)'/.exec(words)?.[1];
      if (current !== undefined) return current;
      // Only the type matched: another argument is named.
      return /inequivalent arg/.test(words) ? 'headers' : undefined;
    }
  });
}

/**
 * The type of a queue likewise. The broker names the first difference, so it is asked again with what it
 * named until it names the type.
 */
export async function queueType(name: string, onChannel: OnChannel): Promise<QueueInfo['type'] | undefined> {
  await onChannel((channel) => channel.checkQueue(name));
  let durable = true;
  let autoDelete = false;
  for (let n = 0; n < 3; n++) {
    const answer = await onChannel((channel) => declare(channel, name, durable, autoDelete));
    if (answer === 'durable') durable = !durable;
    else if (answer === 'auto_delete') autoDelete = !autoDelete;
    else return answer;
  }
  return undefined;
}

async function declare(
  channel: Channel,
  name: string,
  durable: boolean,
  autoDelete: boolean,
): Promise<QueueInfo['type'] | 'durable' | 'auto_delete' | undefined> {
  try {
    // A type that no queue has. Where the queue is gone by now, the broker refuses to make one of it.
    await channel.assertQueue(name, { durable, autoDelete, arguments: { 'x-queue-type': 'none-such' } });
    return undefined;
  } catch (error) {
    const words = String(error);
    const differs = /inequivalent arg '(durable|auto_delete)'/.exec(words)?.[1];
    if (differs === 'durable' || differs === 'auto_delete') return differs;
    const current = /inequivalent arg 'x-queue-type'.*current is (none|'(classic|quorum|stream)')/.exec(words);
    if (current?.[1] === 'none') return 'classic';
    const type = current?.[2];
    return type === 'classic' || type === 'quorum' || type === 'stream' ? type : undefined;
  }
}
