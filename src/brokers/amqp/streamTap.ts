import type { ChannelModel, ConsumeMessage } from 'amqplib';
import type { Attachment, Loss } from '../attach';
import { batch } from '../batch';
import type { ConnectOptions, TapSink, TapStart } from '../driver';
import { deferred, within } from '../wait';
import { amqpError, channelOf, connectAmqp, whereOf } from './client';
import { amqpMessage } from './message';

const PREFETCH = 1000;
const CALL_WITHIN = 15_000;
const SILENCE = 200;

/** Taps a stream queue by offset. Acks are credit only; nothing is taken. */
export class StreamTap {
  private next: number | undefined;
  private caughtUp: boolean;

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
    const work = async (): Promise<Attachment> => {
      const over = deferred<Loss>();
      connection.on('close', (error?: Error) =>
        over.resolve({
          reason: error ? amqpError(error, where).message : `${where} closed the connection.`,
        }),
      );
      const channel = await channelOf(connection);
      channel.on('error', (error: Error) => over.resolve({ reason: amqpError(error, where).message }));
      // When the connection goes, its channels are told first; the connection knows the reason.
      channel.on('close', () =>
        setImmediate(() => over.resolve({ reason: `${where} closed the tap’s channel.` })),
      );
      await channel.prefetch(PREFETCH);
      const gathered = batch(this.sink);
      const end = this.next === undefined ? await this.endOffset(connection) : 0;
      this.next ??=
        this.start.at === 'latest' ? end : this.start.at === 'last' ? Math.max(0, end - this.start.count) : 0;
      const from = this.next;
      let closed = false;
      let last: ConsumeMessage | undefined;
      const atEnd = (): void => {
        gathered.flush();
        this.caughtUp = true;
        setImmediate(() => this.sink.state({ is: 'caught-up' }));
      };
      const settle = (): void => {
        if (last && !closed) channel.ack(last, true);
        last = undefined;
        if (!this.caughtUp && this.next! >= end) atEnd();
      };
      await channel.consume(
        this.queue,
        (m) => {
          if (closed) return;
          if (m === null)
            return over.resolve({ reason: `${where} cancelled the tap’s consumer: was the stream deleted?` });
          const message = amqpMessage(this.queue, m);
          const offset = Number(message.offset ?? NaN);
          if (!last) setImmediate(settle);
          last = m;
          // Delivery begins with the chunk that holds the offset, so messages before it may come first.
          if (offset < this.next!) return;
          if (offset > this.next! && nth > 0 && this.next === from) {
            this.sink.dropped(
              offset - from,
              `retention removed them from the stream ${this.queue} before they were read`,
            );
          }
          if (Number.isFinite(offset)) this.next = offset + 1;
          gathered.add(message);
        },
        { arguments: { 'x-stream-offset': from } },
      );
      if (!this.caughtUp && end <= from) atEnd();
      return {
        over: over.promise,
        close: async () => {
          closed = true;
          gathered.end();
          await connection.close().catch(() => {});
        },
      };
    };
    try {
      return await within(work(), signal, CALL_WITHIN, where, (late) => void late.close());
    } catch (error) {
      await connection.close().catch(() => {});
      throw amqpError(error, where);
    }
  }

  /**
   * The offset behind the newest message; 0 for an empty stream. AMQP 0-9-1 has no question for it (a
   * passive declare says 0 messages for a stream), so the last chunk is read: it comes at once,
   * and then there is silence.
   */
  private async endOffset(connection: ChannelModel): Promise<number> {
    const channel = await channelOf(connection);
    await channel.prefetch(PREFETCH);
    const silence = deferred<void>();
    let end = 0;
    let timer = setTimeout(() => silence.resolve(), SILENCE);
    const started = Date.now();
    const { consumerTag } = await channel.consume(
      this.queue,
      (m) => {
        if (m === null) return silence.resolve();
        end = Math.max(end, Number(amqpMessage(this.queue, m).offset ?? -1) + 1);
        channel.ack(m);
        clearTimeout(timer);
        // A stream that is written to all the time is never silent; a moment's end is as good.
        if (Date.now() - started > 5 * SILENCE) silence.resolve();
        else timer = setTimeout(() => silence.resolve(), SILENCE);
      },
      { arguments: { 'x-stream-offset': 'last' } },
    );
    await silence.promise;
    clearTimeout(timer);
    await channel.cancel(consumerTag).catch(() => {});
    await channel.close().catch(() => {});
    return end;
  }
}
