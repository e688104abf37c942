import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { tapName } from '../address';
import type { Attachment, Loss } from '../attach';
import { Backlog } from '../backlog';
import { batch, type Batch } from '../batch';
import type { ConnectOptions, TapSink, TapStart } from '../driver';
import type { DriverServices } from '../services';
import { deferred, within } from '../wait';
import { overConnection, whenClosed } from './client';
import { ConsumerMaker, HEARTBEAT, type TapConsumer } from './consumer';
import { natsError } from './failure';
import { deliveryOf, headersOf, stampOf, type Delivery } from './message';
import { endOf, isBeyond, sequenceOf, type StreamEnd } from './range';
import { findStream, managerOf } from './streamInfo';

const CALL_WITHIN = 15_000;
/** Signs of life that may be missing before the consumer counts as gone. */
const MISSED = 3;

/**
 * Taps a stream with limits retention through an ephemeral consumer without acks, in memory, on one
 * replica. The order is checked by the consumer's own sequence; where it breaks, a new consumer
 * starts behind the last message.
 */
export class LimitsTap {
  /** The next stream sequence; set by the first attachment. */
  private next: number | undefined;
  /** What was delivered last. */
  private mark: Pick<Delivery, 'streamSequence' | 'stamp'> | undefined;
  /** The stream lost its end: what was delivered last is not in it any more. */
  private isTorn = false;
  /** When the stream was made, in the server's words: a stream of the same name may be another one. */
  private created: string | undefined;
  private end: StreamEnd | undefined;
  private readonly backlog: Backlog;
  private losses: Losses | undefined;
  /** Consumers of lost connections. */
  private left: TapConsumer[] = [];

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
    return overConnection(this.options, signal, this.where, (connection) =>
      within(this.subscribe(connection), signal, CALL_WITHIN, this.where, (late) => void late.close()));
  }

  private async subscribe(connection: NatsConnection): Promise<Attachment> {
    const manager = await managerOf(connection);
    const { info, filter } = await findStream(manager, this.address, this.where);
    const stream = info.config.name;
    if (this.next === undefined) this.end = endOf(this.start.until, info.state.last_seq);
    this.compare(info, filter);
    const losses = (this.losses ??= new Losses(info, filter, this.sink));
    const over = deferred<Loss>();
    const gathered = batch({ ...this.sink, messages: (m) => this.backlog.give(m) });
    const inbox = `_INBOX.${tapName(this.options)}`;
    let closed = false;
    let lastSign = Date.now();
    let lastDelivery = 0;
    let given = 0;
    /** What was delivered last comes first once more, to see that it is still the same. */
    let known: typeof this.mark;

    const finish = (): void => {
      if (closed) return;
      closed = true;
      gathered.flush();
      this.backlog.end();
      over.resolve({ reason: this.end?.words ?? '', final: 'ended' });
    };
    const subscription = connection.subscribe(inbox, {
      callback: (error, m) => {
        lastSign = Date.now();
        if (error) return over.resolve({ reason: natsError(error, this.where).message, final: 'refused' });
        if (closed || isControl(connection, m)) return;
        const delivery = deliveryOf(m.reply);
        if (!delivery) return;
        lastDelivery = lastSign;
        if (delivery.consumerSequence !== given + 1) {
          return over.resolve({
            reason: `the order of stream ${stream} broke at sequence ${delivery.streamSequence}`,
          });
        }
        given++;
        const again = given === 1 && known?.streamSequence === delivery.streamSequence;
        if (again && known?.stamp !== delivery.stamp) {
          closed = true;
          this.isTorn = true;
          return over.resolve({ reason: `stream ${stream} has another message at sequence ${delivery.streamSequence} than was read` });
        }
        if (!again) {
          losses.look(delivery.streamSequence);
          this.next = delivery.streamSequence + 1;
          this.mark = delivery;
          if (this.end && isBeyond(this.end, delivery.streamSequence, delivery.time)) return finish();
          this.give(gathered, m, delivery);
        }
        const all = delivery.pending === 0;
        if (all && !this.backlog.isOver) {
          gathered.flush();
          this.backlog.end();
        }
        const last = this.end?.sequence;
        if (last !== undefined && (this.next! > last || (all && info.state.last_seq >= last))) finish();
      },
    });
    void whenClosed(connection, this.where).then(over.resolve);

    const maker = new ConsumerMaker(manager, stream, filter, this.options, this.services);
    if (this.isTorn) await this.mend(maker, inbox, stream);
    const from = await this.from(maker, inbox, info);
    losses.begin(Math.max(from, info.state.first_seq));
    this.next ??= from;
    known = this.mark;
    const { last_seq: last, last_ts: lastTime } = info.state;
    // Where nothing was read yet, it is what stands before the begin that has to stay the same.
    if (from === last + 1 && last > 0) this.mark ??= { streamSequence: last, stamp: stampOf(lastTime) };
    const made = await maker.make(inbox, { sequence: known?.streamSequence ?? from });
    await this.remove(manager, this.left.splice(0));
    if (made.pending === 0) {
      this.backlog.end();
      if (this.end?.sequence !== undefined && info.state.last_seq >= this.end.sequence) finish();
    }

    let asking = false;
    const watch = setInterval(() => {
      const quiet = Date.now() - lastSign;
      // Heartbeats come also when the stream is quiet; without them the consumer is gone.
      if (quiet > HEARTBEAT * MISSED * 1000) {
        over.resolve({
          reason: `the consumer of stream ${stream} gave no sign for ${HEARTBEAT * MISSED} s`,
        });
      }
      if (!this.end || closed || asking || Date.now() - lastDelivery < 1000) return;
      asking = true;
      isThrough(manager, stream, made, this.end, () => given)
        .then((through) => (through ? finish() : undefined))
        // A lost connection is told by itself.
        .catch(() => {})
        .finally(() => {
          asking = false;
        });
    }, 1000);
    return {
      over: over.promise,
      close: async () => {
        closed = true;
        clearInterval(watch);
        gathered.end();
        subscription.unsubscribe();
        await this.remove(manager, [made]);
        await connection.close().catch(() => {});
      },
    };
  }

  private async remove(over: JetStreamManager, consumers: readonly TapConsumer[]): Promise<void> {
    for (const one of consumers) if (!(await one.remove(over))) this.left.push(one);
  }

  private async from(maker: ConsumerMaker, inbox: string, info: StreamInfo): Promise<number> {
    const { first_seq: first, last_seq: last } = info.state;
    const { start } = this;
    if (this.next !== undefined) return this.next;
    if (start.at === 'earliest') return Math.max(1, first);
    if (start.at === 'offset') return Math.max(1, sequenceOf(start.offset));
    if (start.at === 'time') return await maker.firstAt(start.time, inbox);
    if (start.at === 'last') return await maker.lastOf(start.count, inbox, first, last);
    return last + 1;
  }

  private give(gathered: Batch, m: Msg, delivery: Delivery): void {
    // A start that lies ahead is no start for the server, which then gives what comes at once.
    if (this.start.at === 'time' && delivery.time < this.start.time) return;
    if (this.start.at === 'offset' && delivery.streamSequence < Number(this.start.offset)) return;
    gathered.add({
      channel: m.subject,
      time: delivery.time,
      offset: String(delivery.streamSequence),
      value: m.data,
      headers: m.headers ? headersOf(m.headers) : [],
      size: m.data.length,
    });
  }

  /** What has happened to the stream since the last attachment. */
  private compare(info: StreamInfo, filter: string | undefined): void {
    const { first_seq: first, last_seq: last } = info.state;
    const name = info.config.name;
    const anew = this.created !== undefined && this.created !== info.created;
    this.created = info.created;
    if (this.next === undefined) return;
    if (anew) {
      this.sink.dropped(
        0,
        `stream ${name} was deleted and made again; reading goes on at its start, and what the old one ` +
          'still held may have been missed',
      );
      this.next = Math.max(1, first);
      this.mark = undefined;
      this.isTorn = false;
      this.losses?.anew();
      // All that was there when the tap began is gone.
      if (this.end && this.start.until?.at === 'now') this.end = { ...this.end, sequence: 0 };
    } else if (last + 1 < this.next) this.isTorn = true;
    else if (first > this.next) {
      // Of a part of the stream nobody can say how many of the removed messages belonged to it.
      this.sink.dropped(filter === undefined ? first - this.next : 0, removed(name));
      this.next = first;
      this.mark = undefined;
    }
  }

  /**
   * A server that loses the end of its store, or is given an older copy of it, counts on from there. What it took in
   * since then is younger than what was read last, whatever its sequences are.
   */
  private async mend(maker: ConsumerMaker, inbox: string, stream: string): Promise<void> {
    this.isTorn = false;
    const { mark } = this;
    if (!mark) return; // nothing was read: the tap waits for a begin that lies ahead
    const next = Math.min(await maker.firstAt(mark.stamp, inbox), mark.streamSequence);
    this.mark = undefined;
    this.next = next;
    this.sink.dropped(
      0,
      `stream ${stream} lost its end, or an older copy of it was restored: what stood behind sequence ${next - 1}, up to ` +
        `${mark.streamSequence}, is gone; reading goes on at sequence ${next}, with what is there now`,
    );
    // What came since then was not there when the tap began.
    if (this.end?.sequence !== undefined && this.start.until?.at === 'now')
      this.end = { ...this.end, sequence: Math.min(this.end.sequence, next - 1) };
  }
}

function removed(stream: string): string {
  return `stream ${stream} removed messages before they were read, by its limits, a purge or a delete`;
}

/** Whether the end lies behind and nothing of what is before it is still on its way. */
async function isThrough(
  manager: JetStreamManager,
  stream: string,
  consumer: TapConsumer,
  end: StreamEnd,
  given: () => number,
): Promise<boolean> {
  if (end.time !== undefined && Date.now() < end.time) return false;
  if (end.sequence !== undefined && (await manager.streams.info(stream)).state.last_seq < end.sequence) {
    return false;
  }
  const { num_pending: pending, delivered } = await consumer.info();
  return pending === 0 && delivered.consumer_seq === given();
}

/**
 * Sees messages that a stream removed before the tap could read them, by the gaps in their sequences. Gaps
 * that were there before are none; and of a part of a stream gaps say nothing.
 */
class Losses {
  private expected: number | undefined;
  /** Behind this sequence each gap is a loss. */
  private dense: number;
  private readonly stream: string;

  /** @param info the stream when the tap began */
  constructor(
    { config, state }: StreamInfo,
    filter: string | undefined,
    private readonly sink: TapSink,
  ) {
    const whole = state.messages === state.last_seq - state.first_seq + 1;
    this.dense = filter !== undefined ? Infinity : whole ? state.first_seq - 1 : state.last_seq;
    this.stream = config.name;
  }

  /** Of a stream that was made anew nothing was there before. */
  anew(): void {
    if (this.dense !== Infinity) this.dense = 0;
  }

  /** @param next the first sequence that can come */
  begin(next: number): void {
    this.expected = next;
  }

  look(sequence: number): void {
    const from = Math.max(this.expected ?? sequence, this.dense + 1);
    if (sequence > from) this.sink.dropped(sequence - from, removed(this.stream));
    this.expected = sequence + 1;
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
