import type { Channel, ChannelModel } from 'amqplib';
import { tapName } from '../address';
import { BrokerError, type ConnectOptions } from '../driver';
import { channelOf, connectAmqp, whereOf } from './client';
import { amqpError, lossReason } from './failure';
import { ConfirmedSender } from './outgoing';

/**
 * Makes sure that a copy could be put back before one has to be: a message to a queue that is not there comes back, and
 * who may not publish that way is told.
 */
export async function rehearse({ sender, where }: Link, options: ConnectOptions, queue: string): Promise<void> {
  try {
    await sender.send({ exchange: '', routingKey: tapName(options, '.'), content: Buffer.alloc(0), options: { mandatory: true } });
  } catch (error) {
    if (error instanceof BrokerError && error.kind === 'missing') return;
    const known = amqpError(error, where);
    throw new BrokerError(
      known.kind,
      `A message of ${queue} that RabbitMQ would drop must be put back over the default exchange, which cannot be used: ${known.message}`,
      { cause: error },
    );
  }
}

/** A connection that takes and one channel that publishes, until it is lost. */
export class Link {
  lost: string | undefined;

  private constructor(
    readonly where: string,
    private readonly connection: ChannelModel,
    readonly channel: Channel,
    readonly sender: ConfirmedSender,
  ) {
    connection.on('close', (error?: Error) => (this.lost ??= lossReason(error, where)));
    channel.on('error', (error: Error) => (this.lost ??= amqpError(error, where).message));
    channel.on('close', () => (this.lost ??= `${where} closed the channel.`));
  }

  static async open(options: ConnectOptions, signal: AbortSignal): Promise<Link> {
    const where = whereOf(options);
    const connection = await connectAmqp(options, signal);
    try {
      const channel = await channelOf(connection);
      return new Link(where, connection, channel, new ConfirmedSender(await connection.createConfirmChannel(), where));
    } catch (error) {
      await connection.close().catch(() => {});
      throw amqpError(error, where);
    }
  }

  close(): Promise<void> {
    return this.connection.close().catch(() => {});
  }
}
