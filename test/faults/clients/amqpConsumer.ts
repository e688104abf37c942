import { connect } from 'amqplib';
import { listen, options, say } from './child';

/**
 * Consumes a queue and says `taken` and `processed`. With `noAck` the broker takes a message for done as it sends
 * it; else it is acknowledged after the work. `hangAt` stops for ever `before` the work on that message, or `after`
 * the work and before its acknowledgement.
 */
const { url, queue, noAck, prefetch, hangAt, moment } = options<{
  url: string; queue: string; noAck: boolean; prefetch: number; hangAt?: number; moment?: 'before' | 'after';
}>();

async function main(): Promise<void> {
  const channel = await (await connect(url)).createChannel();
  await channel.prefetch(prefetch);
  let hangs = false;
  await channel.consume(queue, (message) => {
    if (!message || hangs) return;
    const n = Number(message.content.toString());
    hangs = n === hangAt;
    if (!hangs || moment === 'after') say('processed', n);
    say('taken', n);
    if (!hangs && !noAck) channel.ack(message);
  }, { noAck });
  say('ready');
}

listen();
void main();
