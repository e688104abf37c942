import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { listen, never, options, say } from './child';

/**
 * Consumes from a durable consumer that is there already, says `taken` and `processed`, and acknowledges
 * where the consumer wants it. `hangAt` stops it for ever in the middle: `before` the work on that message,
 * or `after` the work and before the acknowledgement.
 */
const { url, hangAt, moment, acks } = options<{
  url: string; hangAt?: number; moment?: 'before' | 'after'; acks: boolean;
}>();

async function main(): Promise<void> {
  const connection = await connect({ servers: url });
  const consumer = await jetstream(connection).consumers.get('ORDERS', 'billing');
  const messages = await consumer.consume({ max_messages: 100 });
  say('ready');
  for await (const message of messages) {
    const n = Number(message.string());
    say('taken', n);
    if (n === hangAt && moment === 'before') await never();
    say('processed', n);
    if (n === hangAt) await never();
    // Sent at once: a kill must not take back what is already done.
    if (acks) await message.ackAck();
  }
}

listen();
void main();
