import type { Msg } from '@nats-io/transport-node';
import type { Attachment, Loss } from '../attach';
import { batch } from '../batch';
import type { ConnectOptions, TapMessage, TapSink, TapStart } from '../driver';
import { deferred, delay, within } from '../wait';
import { connectNats, natsError } from './client';
import { coreMessage } from './message';
import { storedFrom } from './stored';
import { findStream, managerOf, type StreamPart } from './streamInfo';

const CALL_WITHIN = 15_000;
const POLL = 250;

/**
 * Taps a stream with work-queue or interest retention. A consumer would take messages away from a
 * work queue, or keep those that should go; so what is stored is read by sequence, and what comes
 * is seen by a plain subscription to the stream's subjects, which counts neither as a consumer nor
 * as interest.
 */
export class QueuedTap {
  private history: boolean;

  constructor(
    private readonly options: ConnectOptions,
    private readonly address: string,
    private readonly start: TapStart,
    private readonly sink: TapSink,
    private readonly where: string,
  ) {
    this.history = start.at !== 'latest';
  }

  async attach(_nth: number, signal: AbortSignal): Promise<Attachment> {
    const connection = await connectNats(this.options, signal);
    const over = deferred<Loss>();
    const closing = new AbortController();
    const stopped = AbortSignal.any([signal, closing.signal]);
    const gathered = batch(this.sink);
    connection.closed().then(
      (error) =>
        over.resolve({
          reason: error ? natsError(error, this.where).message : `${this.where} closed the connection.`,
        }),
      () => over.resolve({ reason: `${this.where} closed the connection.` }),
    );
    const close = async (): Promise<void> => {
      closing.abort();
      gathered.end();
      await connection.close().catch(() => {});
    };
    try {
      const manager = await managerOf(connection);
      const part = await within(
        findStream(manager, this.address, this.where),
        signal,
        CALL_WITHIN,
        this.where,
      );
      const subjects = part.filter !== undefined ? [part.filter] : (part.info.config.subjects ?? []);
      // Messages that come while the stored ones are read wait, and those that are stored already are not
      // shown twice.
      let early: TapMessage[] | undefined = this.history ? [] : undefined;
      const onMessage = (error: Error | null, m: Msg): void => {
        if (error) return over.resolve({ reason: natsError(error, this.where).message, final: 'refused' });
        if (early) early.push(coreMessage(m));
        else gathered.add(coreMessage(m));
      };
      for (const subject of subjects) connection.subscribe(subject, { callback: onMessage });
      await within(connection.flush(), signal, CALL_WITHIN, this.where);
      const now = await within(
        findStream(manager, this.address, this.where),
        signal,
        CALL_WITHIN,
        this.where,
      );
      const seen = early?.length ?? 0;

      const work = async (): Promise<void> => {
        let next = now.info.state.last_seq + 1;
        if (this.history) {
          const stored = await this.stored(connection, now, stopped);
          const tail = new Set(stored.slice(-seen).map(fingerprint));
          const waiting = early ?? [];
          early = undefined;
          for (const m of stored) gathered.add(m);
          waiting.forEach((m, n) => {
            if (n >= seen || !tail.has(fingerprint(m))) gathered.add(m);
          });
          gathered.flush();
          this.history = false;
          if (!stopped.aborted) this.sink.state({ is: 'caught-up' });
        }
        // A mirror has no subjects of its own to subscribe to: ask for what is new.
        while (subjects.length === 0 && !stopped.aborted) {
          const m = await storedFrom(connection, now.info.config.name, isDirect(now), next, '>');
          if (m) {
            next = Number(m.offset) + 1;
            gathered.add(m);
          } else {
            await delay(POLL, stopped);
          }
        }
      };
      setImmediate(() =>
        work().catch((error: unknown) => {
          if (!stopped.aborted) over.resolve({ reason: natsError(error, this.where).message });
        }),
      );
    } catch (error) {
      await close();
      throw natsError(error, this.where);
    }
    return { over: over.promise, close };
  }

  /** What is stored and asked for, oldest first. Nothing is taken: reading by sequence is no delivery. */
  private async stored(
    connection: Parameters<typeof storedFrom>[0],
    part: StreamPart,
    stopped: AbortSignal,
  ): Promise<TapMessage[]> {
    const { state, config } = part.info;
    const found: TapMessage[] = [];
    const wanted = this.start.at === 'last' ? this.start.count : Infinity;
    // Unfiltered, the last N sequences hold the last N messages unless some between are gone already.
    const spread =
      part.filter === undefined &&
      state.messages > wanted &&
      state.messages === state.last_seq - state.first_seq + 1;
    let next = spread ? state.last_seq - wanted + 1 : state.first_seq;
    while (next <= state.last_seq && !stopped.aborted) {
      const m = await storedFrom(connection, config.name, isDirect(part), next, part.filter ?? '>');
      if (!m || Number(m.offset) > state.last_seq) break;
      found.push(m);
      if (found.length > 2 * wanted + 100) found.splice(0, found.length - wanted);
      next = Number(m.offset) + 1;
    }
    return wanted === Infinity ? found : found.slice(Math.max(0, found.length - wanted));
  }
}

function isDirect(part: StreamPart): boolean {
  return part.info.config.allow_direct === true;
}

function fingerprint(m: TapMessage): string {
  return `${m.channel}\n${m.value ? Buffer.from(m.value).toString('base64') : ''}`;
}
