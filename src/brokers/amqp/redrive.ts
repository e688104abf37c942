import type { ConsumeMessage, GetMessage } from 'amqplib';
import { tapName } from '../address';
import { BrokerError, type ConnectOptions } from '../driver';
import type {
  OutgoingMessage,
  Redrive,
  RedriveDestination,
  RedriveMessage,
  RedriveReceipt,
  UnseenRedrive,
} from '../publish';
import { backoff, delay, within } from '../wait';
import { signInOf } from './client';
import { sourceOf } from './deaths';
import { amqpError } from './failure';
import { isLimited, isSpent, limitedHoldingEffects, onlyUnseen, unseenEffects } from './limited';
import { amqpMessage } from './message';
import { copyOf, outgoing } from './outgoing';
import { holdingEffects, type Holdable } from './peek';
import { destinationOf } from './publisher';
import { Link, rehearse } from './redriveLink';

const CALL_WITHIN = 15_000;
/** Milliseconds without a delivery after which the queue is asked whether it is empty. */
const QUIET = 100;
/** Milliseconds after which no further message is read one by one. */
const READ_WITHIN = 10_000;
/** Milliseconds for which a copy that must be put back is tried at a time. */
const COPY_WITHIN = 30_000;

/** Messages of a dead-letter queue on their way back, on a connection of its own that holds them. */
export async function amqpRedrive(
  options: ConnectOptions,
  queue: string,
  kind: Holdable,
  signal: AbortSignal,
): Promise<Redrive> {
  const link = await Link.open(options, signal);
  try {
    const { messageCount } = await link.channel.checkQueue(queue);
    if (isLimited(kind)) await rehearse(link, options, queue);
    return new AmqpRedrive(link, { options, queue, kind, user: userOf(options) }, messageCount);
  } catch (error) {
    await link.close();
    throw amqpError(error, link.where);
  }
}

function userOf(options: ConnectOptions): string | undefined {
  const signIn = signInOf(options);
  return signIn.by === 'password' ? signIn.user : undefined;
}

/** A message that was taken and is neither moved nor given back, and the connection that holds it. */
interface Held {
  readonly m: ConsumeMessage | GetMessage;
  readonly link: Link;
  readonly isUnseen: boolean;
}

class AmqpRedrive implements Redrive {
  readonly effects: readonly string[];
  readonly unseen?: UnseenRedrive;
  private readonly held = new Map<string, Held>();
  /** Messages that are dropped when they come back, and of which a copy could not be put back so far. */
  private readonly homeless = new Set<Held>();
  /** Counts connections, whose delivery tags all begin at 1. */
  private links = 0;

  constructor(
    private link: Link,
    private readonly about: {
      readonly options: ConnectOptions;
      readonly queue: string;
      readonly kind: Holdable;
      readonly user: string | undefined;
    },
    waiting: number,
  ) {
    const { queue, kind } = about;
    const limited = isLimited(kind) ? kind : undefined;
    const sent = 'It is sent as persistent, without the x-death headers, so that a consumer which counts deaths begins anew.';
    this.effects = [
      `The messages that are read are held from other readers of ${queue} until they are moved or given back.`,
      ...(limited ? limitedHoldingEffects(queue, limited) : holdingEffects(queue, kind)),
      'A message leaves the queue only after the broker has confirmed it elsewhere. If the connection or this program ends ' +
        'between the two, it is in both places: a duplicate is possible, a loss is not.',
      sent,
    ];
    if (!limited) return;
    const onlyWay = onlyUnseen(queue, limited);
    this.unseen = {
      effects: [...unseenEffects(queue, limited, waiting), sent],
      ...(onlyWay === undefined ? {} : { onlyWay }),
      take: (signal) => this.take(signal),
      giveBack: (id) => this.giveBack(id),
    };
  }

  async read(count: number, signal: AbortSignal): Promise<readonly RedriveMessage[]> {
    if (this.unseen?.onlyWay !== undefined) throw new BrokerError('other', this.unseen.onlyWay);
    this.unlessLost();
    await this.bringHome();
    const got: (ConsumeMessage | GetMessage)[] = [];
    const filled = isLimited(this.about.kind) ? this.fillOneByOne(got, count, signal) : this.fill(got, count, signal);
    await this.asked(filled, signal, CALL_WITHIN + count);
    return got.map((m) => this.hold(m, false));
  }

  /** Consumes with a prefetch of what is wanted. Silence alone does not say that a queue is empty; a get does. */
  private async fill(got: (ConsumeMessage | GetMessage)[], count: number, signal: AbortSignal): Promise<void> {
    const { queue, options } = this.about;
    const { channel } = this.link;
    await channel.prefetch(count);
    let cancelled = false;
    // By its tag others of us know that this reader is nobody's consumer.
    const { consumerTag } = await channel.consume(queue, (m) => {
      if (m) got.push(m);
      else cancelled = true;
    }, { consumerTag: tapName(options, '.') });
    for (let before = -1; got.length < count && got.length > before && !cancelled && !signal.aborted; ) {
      before = got.length;
      await delay(QUIET, signal);
    }
    await channel.cancel(consumerTag);
    while (got.length < count && !cancelled && !signal.aborted) {
      const m = await channel.get(queue);
      if (m === false) break;
      got.push(m);
    }
  }

  /** What may not come back does not wait for the others to be read. */
  private async fillOneByOne(got: (ConsumeMessage | GetMessage)[], count: number, signal: AbortSignal): Promise<void> {
    const until = Date.now() + READ_WITHIN;
    while (got.length < count && !signal.aborted && Date.now() < until) {
      const m = await this.link.channel.get(this.about.queue);
      if (m === false) break;
      if (this.isSpent(m)) await this.putCopy({ m, link: this.link, isUnseen: false });
      else got.push(m);
    }
  }

  /** Nothing is held between two of these, so that after a loss the next one connects anew. */
  private async take(signal: AbortSignal): Promise<RedriveMessage | undefined> {
    await this.bringHome();
    if (this.link.lost !== undefined) {
      await this.link.close();
      this.held.clear();
      this.links++;
      this.link = await Link.open(this.about.options, signal);
    }
    const m = await this.asked(this.link.channel.get(this.about.queue), signal, CALL_WITHIN, (late) => {
      if (late !== false) void this.giveBack(this.hold(late, true).id).catch(() => {});
    });
    return m === false ? undefined : this.hold(m, true);
  }

  private hold(m: ConsumeMessage | GetMessage, isUnseen: boolean): RedriveMessage {
    const id = `${this.links}.${m.fields.deliveryTag}`;
    this.held.set(id, { m, link: this.link, isUnseen });
    return { id, message: amqpMessage(this.about.queue, m), ...sourceOf(m) };
  }

  async move(id: string, destination: RedriveDestination, message: OutgoingMessage): Promise<RedriveReceipt> {
    const { queue, user } = this.about;
    const held = this.held.get(id);
    this.unlessLost('', held?.isUnseen);
    if (!held) throw new BrokerError('missing', `This message of ${queue} is not held any more: it was moved or given back.`);
    const to = destinationOf(destination.target, { ...message, routingKey: destination.routingKey ?? message.routingKey });
    if (to.exchange === '' && to.routingKey === queue) {
      throw new BrokerError('other', `${queue} is where the message lies: choose the queue or exchange that it shall go to.`);
    }
    await this.link.sender.send(outgoing(to, message, user, held.m));
    this.held.delete(id);
    this.unlessLost('The message was confirmed elsewhere and may still be here, so that it may be there twice now. ', held.isUnseen);
    try {
      this.link.channel.ack(held.m);
      await this.settled(this.link);
      return { removed: true };
    } catch {
      return {
        removed: false,
        note: `It was confirmed elsewhere, but whether it left ${queue} is not known: it may be there twice now.`,
      };
    }
  }

  private async giveBack(id: string): Promise<string> {
    const { queue } = this.about;
    const held = this.held.get(id);
    if (!held) return '';
    this.held.delete(id);
    if (this.isSpent(held.m)) {
      await this.putCopy(held);
      return `A copy has been put at the end of ${queue}, for RabbitMQ drops what comes back too often.`;
    }
    try {
      held.link.channel.nack(held.m, false, true);
      await this.settled(held.link);
      return `It has been given back to ${queue}, which was counted.`;
    } catch {
      return `It went back to ${queue} with the connection, which was counted.`;
    }
  }

  /**
   * Puts a message behind the others of its queue as a new one, then takes the old one out. Where the connection is lost, the
   * broker has dropped the old one: then only this program has it, until the copy is confirmed over another connection.
   */
  private async putCopy(held: Held): Promise<void> {
    const { queue, options, user } = this.about;
    this.homeless.add(held);
    const until = Date.now() + COPY_WITHIN;
    for (let n = 1; ; n++) {
      let link: Link | undefined;
      try {
        link = n === 1 && held.link.lost === undefined ? held.link : await Link.open(options, never);
        await link.sender.send(copyOf(held.m, queue, user));
        break;
      } catch (error) {
        if (Date.now() > until || (error instanceof BrokerError && error.kind === 'missing')) {
          throw new BrokerError(
            'other',
            `A message of ${queue} that RabbitMQ drops when it comes back could not be put back as a copy, and only this program ` +
              `holds it; the next step tries again. ${amqpError(error, this.link.where).message}`,
            { cause: error },
          );
        }
        await delay(backoff(n), never);
      } finally {
        if (link !== held.link) await link?.close();
      }
    }
    this.homeless.delete(held);
    try {
      held.link.channel.ack(held.m);
      await this.settled(held.link);
    } catch {
      // The connection was lost: what comes back is dropped.
    }
  }

  private async bringHome(): Promise<void> {
    for (const held of this.homeless) await this.putCopy(held);
  }

  async close(): Promise<void> {
    for (const [id, held] of this.held) {
      if (!this.isSpent(held.m)) continue;
      this.held.delete(id);
      this.homeless.add(held);
    }
    try {
      await this.bringHome();
    } finally {
      if (this.link.lost === undefined) {
        try {
          this.link.channel.nackAll(true);
          await this.settled(this.link);
        } catch {
          // The broker gives back what a lost channel held.
        }
      }
      this.held.clear();
      await this.link.close();
    }
  }

  private isSpent(m: ConsumeMessage | GetMessage): boolean {
    const { kind } = this.about;
    return isLimited(kind) && isSpent(m, kind);
  }

  /** Resolves when the broker has taken what was acknowledged or given back before. */
  private async settled({ channel, where }: Link): Promise<void> {
    await within(channel.checkQueue(this.about.queue), never, CALL_WITHIN, where);
  }

  private async asked<T>(work: Promise<T>, signal: AbortSignal, ms: number, late?: (value: T) => void): Promise<T> {
    try {
      return await within(work, signal, ms, this.link.where, late);
    } catch (error) {
      throw amqpError(error, this.link.where);
    }
  }

  private unlessLost(before = '', isUnseen = false): void {
    const { lost } = this.link;
    if (lost === undefined) return;
    throw new BrokerError(
      'port',
      `${before}${lost}${isUnseen ? '' : ` What was held went back to ${this.about.queue}: read it again.`}`,
    );
  }
}

const never = new AbortController().signal;
