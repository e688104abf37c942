import type { ConsumerConfig, JetStreamManager } from '@nats-io/jetstream';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { shownUrl, tapName } from '../address';
import type { Attachment, Loss } from '../attach';
import { Backlog } from '../backlog';
import { batch } from '../batch';
import type { ConnectOptions, TapSink, TapStart } from '../driver';
import type { DriverServices } from '../services';
import { deferred, within } from '../wait';
import { connectNats, natsError } from './client';
import { deliveryOf, headersOf } from './message';
import { findStream, managerOf } from './streamInfo';

const SECOND = 1_000_000_000; // JetStream's durations are nanoseconds
const HEARTBEAT = 5;
/** A tap that dies without cleaning up is forgotten by the server after this many seconds. */
const FORGET_AFTER = 30;
const CALL_WITHIN = 15_000;

/**
 * Taps a stream with limits retention through an ephemeral consumer without acks, in memory, on one
 * replica. The order is checked by the consumer's own sequence; where it breaks, a new consumer
 * starts behind the last message.
 */
export class LimitsTap {
  /** The next stream sequence; set by the first attachment. */
  private next: number | undefined;
  private readonly backlog: Backlog;

  constructor(
    private readonly options: ConnectOptions,
    private readonly address: string,
    private readonly start: TapStart,
    private readonly sink: TapSink,
    private readonly services: DriverServices,
    private readonly where: string,
  ) {
    this.backlog = new Backlog(start, sink);
  }

  async attach(_nth: number, signal: AbortSignal): Promise<Attachment> {
    const connection = await connectNats(this.options, signal);
    try {
      return await within(
        this.subscribe(connection),
        signal,
        CALL_WITHIN,
        this.where,
        (late) => void late.close(),
      );
    } catch (error) {
      await connection.close().catch(() => {});
      throw natsError(error, this.where);
    }
  }

  private async subscribe(connection: NatsConnection): Promise<Attachment> {
    const manager = await managerOf(connection);
    const { info, filter } = await findStream(manager, this.address, this.where);
    const stream = info.config.name;
    const { first_seq: first, last_seq: last } = info.state;
    const over = deferred<Loss>();
    const gathered = batch({ ...this.sink, messages: (m) => this.backlog.give(m) });
    const inbox = `_INBOX.${tapName(this.options)}`;
    let closed = false;
    let lastSign = Date.now();
    let expected = 1;

    const subscription = connection.subscribe(inbox, {
      callback: (error, m) => {
        lastSign = Date.now();
        if (error) return over.resolve({ reason: natsError(error, this.where).message, final: 'refused' });
        if (closed || isControl(connection, m)) return;
        const delivery = deliveryOf(m.reply);
        if (!delivery) return;
        if (delivery.consumerSequence !== expected) {
          return over.resolve({
            reason: `the order of stream ${stream} broke at sequence ${delivery.streamSequence}`,
          });
        }
        expected++;
        this.next = delivery.streamSequence + 1;
        gathered.add({
          channel: m.subject,
          time: delivery.time,
          offset: String(delivery.streamSequence),
          value: m.data,
          headers: m.headers ? headersOf(m.headers) : [],
          size: m.data.length,
        });
        if (!this.backlog.isOver && delivery.pending === 0) {
          gathered.flush();
          this.backlog.end();
        }
      },
    });
    connection.closed().then(
      (error) =>
        over.resolve({
          reason: error ? natsError(error, this.where).message : `${this.where} closed the connection.`,
        }),
      () => over.resolve({ reason: `${this.where} closed the connection.` }),
    );

    if (this.next !== undefined && first > this.next) {
      this.sink.dropped(
        first - this.next,
        `the limits of stream ${stream} removed them before they were read`,
      );
    }
    if (this.next !== undefined && last + 1 < this.next) {
      this.sink.dropped(0, `stream ${stream} was made anew; reading goes on at its start`);
      this.next = first;
    }
    const from = this.next ?? (this.start.at === 'earliest' ? first : last + 1);
    const made = await this.consumer(manager, stream, inbox, filter, Math.max(1, from), first, last);
    this.next ??= made.from;
    if (made.pending === 0) this.backlog.end();

    const watch = setInterval(() => {
      // Heartbeats come also when the stream is quiet; without them the consumer is gone.
      if (Date.now() - lastSign > HEARTBEAT * 3000) {
        over.resolve({ reason: `the consumer of stream ${stream} gave no sign for ${HEARTBEAT * 3} s` });
      }
    }, 1000);
    return {
      over: over.promise,
      close: async () => {
        closed = true;
        clearInterval(watch);
        gathered.end();
        subscription.unsubscribe();
        await made.remove();
        await connection.close().catch(() => {});
      },
    };
  }

  /** Makes the consumer; for a `last` start it first finds out where enough messages match. */
  private async consumer(
    manager: JetStreamManager,
    stream: string,
    inbox: string,
    filter: string | undefined,
    from: number,
    first: number,
    last: number,
  ): Promise<{ from: number; pending: number; remove(): Promise<void> }> {
    if (this.start.at !== 'last' || this.next !== undefined)
      return await this.create(manager, stream, inbox, filter, from);
    let start = from;
    for (let back = Math.max(1, this.start.count); ; back *= 4) {
      start = Math.max(1, first, last + 1 - back);
      if (start <= Math.max(1, first)) break;
      // Nobody listens where this one delivers, so it only counts what would come.
      const counter = await this.create(manager, stream, `${inbox}.count`, filter, start);
      await counter.remove();
      if (counter.pending >= this.start.count) break;
    }
    return await this.create(manager, stream, inbox, filter, start);
  }

  private async create(
    manager: JetStreamManager,
    stream: string,
    inbox: string,
    filter: string | undefined,
    start: number,
  ): Promise<{ from: number; pending: number; remove(): Promise<void> }> {
    const name = tapName(this.options);
    const entry = await this.services.ledger.made({
      protocol: 'nats',
      broker: shownUrl(this.options.url),
      kind: 'consumer',
      name,
      of: stream,
    });
    const config: Partial<ConsumerConfig> = {
      name,
      description: 'Tailrace tap; safe to delete',
      deliver_subject: inbox,
      deliver_policy: 'by_start_sequence',
      opt_start_seq: start,
      ack_policy: 'none',
      filter_subject: filter,
      mem_storage: true,
      num_replicas: 1,
      flow_control: true,
      idle_heartbeat: HEARTBEAT * SECOND,
      inactive_threshold: FORGET_AFTER * SECOND,
    };
    const remove = async (): Promise<void> => {
      try {
        await manager.consumers.delete(stream, name);
      } catch (error) {
        // A lost connection: the entry stays for the next sweep, and the server forgets it by itself.
        if (!/not found/i.test(String(error))) return;
      }
      await this.services.ledger.removed(entry);
    };
    try {
      const info = await manager.consumers.add(stream, config);
      return { from: start, pending: info.num_pending, remove };
    } catch (error) {
      await remove();
      throw error;
    }
  }
}

/** Heartbeats and flow control come as messages with status 100; the latter want an answer. */
function isControl(connection: NatsConnection, m: Msg): boolean {
  if (m.headers?.code !== 100) return false;
  const stalled = m.headers.get('Nats-Consumer-Stalled');
  if (m.reply) connection.publish(m.reply);
  else if (stalled) connection.publish(stalled);
  return true;
}
