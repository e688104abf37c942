import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { tapName } from '../address';
import type { Attachment, Loss } from '../attach';
import { batch, type Batch } from '../batch';
import type { ConnectOptions, TapSink, TapStart } from '../driver';
import { deferred, delay, within, type Deferred } from '../wait';
import { channelOf, connectAmqp, whereOf } from './client';
import { amqpError, lossReason } from './failure';
import { amqpMessage } from './message';
import { closeLook, newestOf, offsetOf, stopOf, streamRange, type StreamLook } from './streamRange';

const PREFETCH = 1000;
const CALL_WITHIN = 15_000;
/** A broker that does not answer must not keep a tap from stopping. */
const CANCEL_WITHIN = 1000;
const never = new AbortController().signal;

/** Taps a stream queue by offset. Acks are credit only; nothing is taken. */
export class StreamTap {
  /** The offset of the next message to give; undefined before the first attachment. */
  private next: number | undefined;
  private stop: number | undefined;
  private caughtUp: boolean;
  /** The newest message known, by which a stream that was made anew is told from the one it replaces. */
  private mark: ConsumeMessage | undefined;
  private isAnother = false;
  /** Retention has removed the mark, and so perhaps what stood behind it. */
  private isTrimmed = false;

  constructor(
    private readonly options: ConnectOptions,
    private readonly queue: string,
    private readonly start: TapStart,
    private readonly sink: TapSink,
  ) {
    this.caughtUp = start.at === 'latest';
  }

  async attach(nth: number, signal: AbortSignal): Promise<Attachment> {
    const where = whereOf(this.options);
    const connection = await connectAmqp(this.options, signal);
    try {
      return await within(this.read(connection, nth, where), signal, CALL_WITHIN, where, (late) => void late.close());
    } catch (error) {
      await connection.close().catch(() => {});
      throw amqpError(error, where);
    }
  }

  private async read(connection: ChannelModel, nth: number, where: string): Promise<Attachment> {
    const over = deferred<Loss>();
    connection.on('close', (error?: Error) => over.resolve({ reason: lossReason(error, where) }));
    const end = await this.position(connection, nth);
    const gathered = batch(this.sink);
    const closing = new AbortController();
    let cancel = async (): Promise<unknown> => undefined;
    const attachment: Attachment = {
      over: over.promise,
      close: async () => {
        closing.abort();
        gathered.end();
        await within(cancel(), never, CANCEL_WITHIN, where).catch(() => {});
        await connection.close().catch(() => {});
      },
    };
    if (this.endIfReached(over)) return attachment;
    const channel = await channelOf(connection);
    channel.on('error', (error: Error) => over.resolve({ reason: amqpError(error, where).message }));
    // When the connection goes, its channels are told first; the connection knows the reason.
    channel.on('close', () =>
      setImmediate(() => over.resolve({ reason: `${where} closed the tap’s channel.` })),
    );
    await channel.prefetch(PREFETCH);
    let unsettled: ConsumeMessage | undefined;
    const settle = (): void => {
      if (unsettled && !closing.signal.aborted) channel.ack(unsettled, true);
      unsettled = undefined;
      if (!this.caughtUp && this.next! >= end) this.atEnd(gathered);
      this.endIfReached(over);
    };
    const { consumerTag } = await channel.consume(
      this.queue,
      (m) => {
        if (closing.signal.aborted) return;
        if (m === null) {
          return over.resolve({ reason: `${where} cancelled the tap’s consumer: was the stream deleted?` });
        }
        if (!unsettled) setImmediate(settle);
        unsettled = m;
        this.take(m, gathered);
      },
      { consumerTag: tapName(this.options, '.'), arguments: { 'x-stream-offset': this.next! } },
    );
    // With its connection alone gone, RabbitMQ would go on counting it as a reader of the stream.
    cancel = async () => channel.cancel(consumerTag);
    if (!this.caughtUp && end <= this.next!) this.atEnd(gathered);
    void this.endInTime(connection, over, closing.signal);
    return attachment;
  }

  private take(m: ConsumeMessage, gathered: Batch): void {
    const offset = offsetOf(m);
    // Delivery begins with the chunk that holds the offset, so messages before it may come first.
    if (offset < this.next!) return;
    if (this.stop !== undefined && offset >= this.stop) {
      this.next = this.stop;
      return;
    }
    // Otherwise a gap is no loss: what other clients store in the stream about themselves has offsets as well.
    if (offset > this.next! && this.isTrimmed) {
      this.sink.dropped(
        offset - this.next!,
        `retention removed them from the stream ${this.queue} before they were read`,
      );
    }
    this.isTrimmed = false;
    this.next = offset + 1;
    this.mark = m;
    gathered.add(amqpMessage(this.queue, m));
  }

  /** Finds where to read on. Returns the offset behind the newest message. */
  private async position(connection: ChannelModel, nth: number): Promise<number> {
    if (this.next === undefined) {
      const range = await streamRange(this.looker(connection), this.start);
      this.next = range.from;
      this.stop = range.stop;
      this.mark = range.newest;
      return range.end;
    }
    const end = offsetOf(await newestOf(this.looker(connection))) + 1;
    if (nth === 0 || !this.mark) return end;
    const found = offsetOf(this.mark) < end ? await this.look(connection, offsetOf(this.mark)) : undefined;
    if (found && (offsetOf(found) > offsetOf(this.mark) || isSame(found, this.mark))) {
      this.isTrimmed = offsetOf(found) > offsetOf(this.mark);
      return end;
    }
    this.sink.dropped(
      0,
      `the stream ${this.queue} was deleted and made again; what was written to the old one behind offset ` +
        `${offsetOf(this.mark)} was not seen, and the new one is read from its start`,
    );
    this.next = 0;
    this.mark = undefined;
    this.isAnother = true;
    return end;
  }

  private looker(connection: ChannelModel): StreamLook {
    return { connection, queue: this.queue, options: this.options };
  }

  /** The first message at an offset that is there, or behind it. */
  private async look(connection: ChannelModel, offset: number): Promise<ConsumeMessage | undefined> {
    const channel = await channelOf(connection);
    await channel.prefetch(1);
    const found = deferred<ConsumeMessage | null>();
    const { consumerTag } = await channel.consume(this.queue, (m) => found.resolve(m), {
      consumerTag: tapName(this.options, '.'), arguments: { 'x-stream-offset': offset },
    });
    const first = await found.promise;
    await closeLook(channel, consumerTag);
    return first ?? undefined;
  }

  private atEnd(gathered: Batch): void {
    gathered.flush();
    this.caughtUp = true;
    setImmediate(() => this.sink.state({ is: 'caught-up' }));
  }

  private endIfReached(over: Deferred<Loss>): boolean {
    const { until } = this.start;
    // The old stream's end says nothing about the new one's offsets.
    if (this.isAnother && until && until.at !== 'time') {
      over.resolve({ final: 'ended', reason: `${this.queue} was made again before its end was reached.` });
      return true;
    }
    if (this.stop === undefined || this.next! < this.stop) return false;
    over.resolve({
      final: 'ended',
      reason:
        until?.at === 'offset'
          ? `The offset ${until.offset} has been reached.`
          : until?.at === 'time'
            ? `${new Date(until.time).toISOString()} has been reached.`
            : `All that was in ${this.queue} at the start has been given.`,
    });
    return true;
  }

  /** An end in time to come: when it is there, what has been written by then is the last. */
  private async endInTime(connection: ChannelModel, over: Deferred<Loss>, signal: AbortSignal): Promise<void> {
    const { until } = this.start;
    if (until?.at !== 'time' || this.stop !== undefined) return;
    while (Date.now() < until.time && !signal.aborted) {
      // A timer takes at most 24 days, and a laptop asleep stops it.
      await delay(Math.min(until.time - Date.now(), 60_000), signal);
    }
    if (signal.aborted) return;
    try {
      const end = offsetOf(await newestOf(this.looker(connection))) + 1;
      this.stop = await stopOf(this.looker(connection), until, end);
      this.endIfReached(over);
    } catch {
      // The connection was lost; the next attachment finds the end.
    }
  }
}

function isSame(a: ConsumeMessage, b: ConsumeMessage): boolean {
  return (
    a.fields.routingKey === b.fields.routingKey &&
    a.content.equals(b.content) &&
    textOf(a.properties) === textOf(b.properties)
  );
}

function textOf(properties: ConsumeMessage['properties']): string {
  return JSON.stringify(properties, (_key, v: unknown) => (typeof v === 'bigint' ? String(v) : v));
}
