import type { Channel, ChannelModel, ConsumeMessage, GetMessage } from 'amqplib';
import { tapName } from '../address';
import { BrokerError, type ConnectOptions } from '../driver';
import type { OutgoingMessage, Redrive, RedriveDestination, RedriveMessage, RedriveReceipt } from '../publish';
import { delay, within } from '../wait';
import { channelOf, connectAmqp, signInOf, whereOf } from './client';
import { sourceOf } from './deaths';
import { amqpError, lossReason } from './failure';
import { amqpMessage } from './message';
import { ConfirmedSender, outgoing } from './outgoing';
import { holdingEffects, type Holdable } from './peek';
import { destinationOf } from './publisher';

const CALL_WITHIN = 15_000;
/** Milliseconds without a delivery after which the queue is asked whether it is empty. */
const QUIET = 100;

/** Messages of a dead-letter queue on their way back, on a connection of its own that holds them. */
export async function amqpRedrive(
  options: ConnectOptions,
  queue: string,
  kind: Holdable,
  signal: AbortSignal,
): Promise<Redrive> {
  const where = whereOf(options);
  const connection = await connectAmqp(options, signal);
  try {
    return new AmqpRedrive(
      connection,
      await channelOf(connection),
      new ConfirmedSender(await connection.createConfirmChannel(), where),
      { queue, where, user: userOf(options), kind, tag: () => tapName(options, '.') },
    );
  } catch (error) {
    await connection.close().catch(() => {});
    throw amqpError(error, where);
  }
}

function userOf(options: ConnectOptions): string | undefined {
  const signIn = signInOf(options);
  return signIn.by === 'password' ? signIn.user : undefined;
}

class AmqpRedrive implements Redrive {
  readonly effects: readonly string[];
  private readonly held = new Map<string, ConsumeMessage | GetMessage>();
  private lost: string | undefined;

  constructor(
    private readonly connection: ChannelModel,
    private readonly channel: Channel,
    private readonly sender: ConfirmedSender,
    private readonly about: {
      readonly queue: string;
      readonly where: string;
      readonly user: string | undefined;
      readonly kind: Holdable;
      /** A new name for a reader, by which others of us know that it is nobody's consumer. */
      tag(): string;
    },
  ) {
    const { queue, where, kind } = about;
    this.effects = [
      `The messages that are read are held from other readers of ${queue} until they are moved or given back.`,
      ...holdingEffects(queue, kind),
      'A message leaves the queue only after the broker has confirmed it elsewhere. If the connection or this program ends ' +
        'between the two, it is in both places: a duplicate is possible, a loss is not.',
      'It is sent as persistent, without the x-death headers, so that a consumer which counts deaths begins anew.',
    ];
    connection.on('close', (error?: Error) => (this.lost ??= lossReason(error, where)));
    channel.on('error', (error: Error) => (this.lost ??= amqpError(error, where).message));
    channel.on('close', () => (this.lost ??= `${where} closed the channel.`));
  }

  async read(count: number, signal: AbortSignal): Promise<readonly RedriveMessage[]> {
    this.unlessLost();
    const { queue, where } = this.about;
    const got: (ConsumeMessage | GetMessage)[] = [];
    try {
      await within(this.fill(got, count, signal), signal, CALL_WITHIN + count, where);
    } catch (error) {
      throw amqpError(error, where);
    }
    return got.map((m) => {
      const id = String(m.fields.deliveryTag);
      this.held.set(id, m);
      return { id, message: amqpMessage(queue, m), ...sourceOf(m) };
    });
  }

  /** Consumes with a prefetch of what is wanted. Silence alone does not say that a queue is empty; a get does. */
  private async fill(got: (ConsumeMessage | GetMessage)[], count: number, signal: AbortSignal): Promise<void> {
    const { queue } = this.about;
    await this.channel.prefetch(count);
    let cancelled = false;
    const { consumerTag } = await this.channel.consume(queue, (m) => {
      if (m) got.push(m);
      else cancelled = true;
    }, { consumerTag: this.about.tag() });
    for (let before = -1; got.length < count && got.length > before && !cancelled && !signal.aborted; ) {
      before = got.length;
      await delay(QUIET, signal);
    }
    await this.channel.cancel(consumerTag);
    while (got.length < count && !cancelled && !signal.aborted) {
      const m = await this.channel.get(queue);
      if (m === false) break;
      got.push(m);
    }
  }

  async move(id: string, destination: RedriveDestination, message: OutgoingMessage): Promise<RedriveReceipt> {
    this.unlessLost();
    const { queue, where, user } = this.about;
    const held = this.held.get(id);
    if (!held) throw new BrokerError('missing', `This message of ${queue} is not held any more: it was moved or given back.`);
    const to = destinationOf(destination.target, { ...message, routingKey: destination.routingKey ?? message.routingKey });
    if (to.exchange === '' && to.routingKey === queue) {
      throw new BrokerError('other', `${queue} is where the message lies: choose the queue or exchange that it shall go to.`);
    }
    await this.sender.send(outgoing(to, message, user, held));
    this.held.delete(id);
    this.unlessLost('The message was confirmed elsewhere and is still here, so that it is there twice now. ');
    this.channel.ack(held);
    try {
      // The answer comes after the broker has taken the acknowledgement.
      await within(this.channel.checkQueue(queue), never, CALL_WITHIN, where);
      return { removed: true };
    } catch {
      return {
        removed: false,
        note: `It was confirmed elsewhere, but whether it left ${queue} is not known: it may be there twice now.`,
      };
    }
  }

  async close(): Promise<void> {
    if (this.lost === undefined) {
      try {
        this.channel.nackAll(true);
        await within(this.channel.checkQueue(this.about.queue), never, CALL_WITHIN, this.about.where);
      } catch {
        // The broker gives back what a lost channel held.
      }
    }
    this.held.clear();
    await this.connection.close().catch(() => {});
  }

  private unlessLost(before = ''): void {
    if (this.lost === undefined) return;
    throw new BrokerError(
      'port',
      `${before}${this.lost} What was held went back to ${this.about.queue}: read it again.`,
    );
  }
}

const never = new AbortController().signal;
