import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { shownUrl, tapName } from '../address';
import type { Attachment, Loss } from '../attach';
import { batch } from '../batch';
import { BrokerError, type ConnectOptions, type TapSink } from '../driver';
import type { DriverServices } from '../services';
import { deferred, within } from '../wait';
import { amqpError, channelOf, connectAmqp, whereOf } from './client';
import { amqpMessage } from './message';
import type { TapBinding } from './routes';

/** What the broker keeps for a tap that falls behind, before it drops the oldest. */
const MAX_READY = 50_000;
const MAX_READY_BYTES = 64 * 1024 * 1024;
const PREFETCH = 2000;
const CALL_WITHIN = 15_000;
const WATCH_EVERY = 1000;

/** Taps exchanges through a queue of its own, in a connection of its own. */
export async function attachQueue(
  options: ConnectOptions,
  address: string,
  bindings: readonly TapBinding[],
  sink: TapSink,
  services: DriverServices,
  signal: AbortSignal,
): Promise<Attachment> {
  const where = whereOf(options);
  const connection = await connectAmqp(options, signal);
  try {
    return await within(
      start(connection, options, address, bindings, sink, services, where),
      signal,
      CALL_WITHIN,
      where,
      (late) => void late.close(),
    );
  } catch (error) {
    await connection.close().catch(() => {});
    throw amqpError(error, where);
  }
}

async function start(
  connection: ChannelModel,
  options: ConnectOptions,
  address: string,
  bindings: readonly TapBinding[],
  sink: TapSink,
  services: DriverServices,
  where: string,
): Promise<Attachment> {
  const over = deferred<Loss>();
  connection.on('close', (error?: Error) =>
    over.resolve({
      reason: error ? amqpError(error, where).message : `${where} closed the connection.`,
    }),
  );
  const name = tapName(options, '.', 12);
  const entry = await services.ledger.made({
    protocol: 'rabbitmq',
    broker: shownUrl(options.url),
    kind: 'queue',
    name,
  });
  const gathered = batch(sink);
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const close = async (): Promise<void> => {
    closed = true;
    clearInterval(timer);
    gathered.end();
    // The queue is exclusive: it goes with the connection, however that ends.
    await connection.close().catch(() => {});
    await services.ledger.removed(entry);
  };
  try {
    const channel = await declare(connection, name, options);
    for (const b of bindings) {
      await channel.bindQueue(name, b.exchange, b.routingKey, b.arguments);
    }
    // When the connection goes, its channels are told first; the connection knows the reason.
    channel.on('close', () =>
      setImmediate(() => over.resolve({ reason: `${where} closed the tap’s channel.` })),
    );
    channel.on('error', (error: Error) => over.resolve({ reason: amqpError(error, where).message }));
    await channel.prefetch(PREFETCH);
    let last: ConsumeMessage | undefined;
    const settle = (): void => {
      // With noAck the prefetch would not hold, and a slow reader would be flooded.
      if (last && !closed) channel.ack(last, true);
      last = undefined;
    };
    await channel.consume(name, (m) => {
      if (closed) return;
      if (m === null) return over.resolve({ reason: `${where} cancelled the tap’s consumer.` });
      gathered.add(amqpMessage(address, m));
      if (!last) setImmediate(settle);
      last = m;
    });
    timer = setInterval(() => {
      channel.checkQueue(name).then(
        (q) => {
          if (q.messageCount >= MAX_READY) {
            sink.dropped(
              0,
              `the tap’s queue reached ${MAX_READY} messages and the broker dropped its oldest; it ` +
                'does not say how many',
            );
          }
        },
        () => {},
      );
    }, WATCH_EVERY);
    return { over: over.promise, close };
  } catch (error) {
    await close();
    const e = amqpError(error, where);
    if (e.kind !== 'authorization') throw e;
    throw new BrokerError(
      'authorization',
      `${e.message.replace(/\.$/, '')}. A tap needs the rights configure and write on ` +
        `^${(options.tapPrefix ?? 'tailrace-tap').replace(/[.]/g, '\\.')}\\. and read on that and ` +
        'on the exchange.',
      { cause: error },
    );
  }
}

async function declare(connection: ChannelModel, name: string, options: ConnectOptions): Promise<Channel> {
  const plain = {
    'x-queue-type': 'classic',
    'x-max-length': MAX_READY,
    'x-max-length-bytes': MAX_READY_BYTES,
    // reject-publish, also from a policy, would nack the publishers.
    'x-overflow': 'drop-head',
  };
  const settings = { exclusive: true, autoDelete: true, durable: false };
  const channel = await channelOf(connection);
  try {
    await channel.assertQueue(name, {
      ...settings,
      arguments: {
        ...plain,
        // A policy for all queues may dead-letter what the tap drops to a real queue; an argument wins over
        // it, and the default exchange has nowhere to send this key.
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': `${options.tapPrefix ?? 'tailrace-tap'}.nowhere`,
      },
    });
    return channel;
  } catch (error) {
    // That argument wants the right to write to the default exchange.
    if ((error as { code?: unknown }).code !== 403) throw error;
  }
  const second = await channelOf(connection);
  await second.assertQueue(name, { ...settings, arguments: plain });
  return second;
}
