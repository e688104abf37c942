import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Attachment, Loss } from '../attach';
import { Backlog } from '../backlog';
import { batch } from '../batch';
import { BrokerError, type ConnectOptions, type TapMessage, type TapSink, type TapStart } from '../driver';
import { timeUp } from '../endingAt';
import { deferred, delay, within } from '../wait';
import { connectNats, whenClosed } from './client';
import { natsError } from './failure';
import { coreMessage } from './message';
import { endOf, isBeyond, sequenceOf, type StreamEnd } from './range';
import { Counts, fingerprint, Shown } from './shown';
import { firstSequenceAt, storedFrom } from './stored';
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
  private end: StreamEnd | undefined;
  private readonly backlog: Backlog;
  private created: string | undefined;
  /** All that was stored up to this sequence has been given, or was not asked for. */
  private through = 0;
  private readonly shown = new Shown();
  private advancing = false;

  constructor(
    private readonly options: ConnectOptions,
    private readonly address: string,
    private readonly start: TapStart,
    private readonly sink: TapSink,
    private readonly where: string,
  ) {
    this.backlog = new Backlog(start, sink);
  }

  async attach(nth: number, signal: AbortSignal): Promise<Attachment> {
    const connection = await connectNats(this.options, signal);
    const over = deferred<Loss>();
    const closing = new AbortController();
    const stopped = AbortSignal.any([signal, closing.signal]);
    const gathered = batch({ ...this.sink, messages: (m) => this.backlog.give(m) });
    void whenClosed(connection, this.where).then(over.resolve);
    const close = async (): Promise<void> => {
      closing.abort();
      gathered.end();
      await connection.close().catch(() => {});
    };
    const finish = (): void => {
      gathered.end();
      this.backlog.end();
      over.resolve({ reason: this.end?.words ?? '', final: 'ended' });
    };
    try {
      const manager = await managerOf(connection);
      const find = (): Promise<StreamPart> =>
        within(findStream(manager, this.address, this.where), signal, CALL_WITHIN, this.where);
      const before = await find();
      // What comes while stored messages are read waits, and is not shown twice.
      let early: TapMessage[] | undefined = [];
      const show = (m: TapMessage): void => {
        if (this.start.at === 'time' && m.time < this.start.time) return;
        if (this.end && isBeyond(this.end, 0, m.time)) return;
        this.shown.add(fingerprint(m));
        gathered.add(m);
      };
      const subjects = before.filter !== undefined ? [before.filter] : (before.info.config.subjects ?? []);
      for (const subject of subjects) {
        connection.subscribe(subject, {
          callback: (error: Error | null, m: Msg) => {
            if (error)
              return over.resolve({ reason: natsError(error, this.where).message, final: 'refused' });
            if (early) early.push(coreMessage(m));
            else show(coreMessage(m));
            if (this.shown.isFull) void this.advance(connection, before);
          },
        });
      }
      await within(connection.flush(), signal, CALL_WITHIN, this.where);
      const now = await find();
      const from = await this.from(connection, nth, now);

      const work = async (): Promise<void> => {
        const again = new Counts(nth > 0 ? this.shown.take() : []);
        const waiting = new Counts(early!.map(fingerprint));
        const skip = new Counts();
        try {
          for await (const m of this.stored(connection, now, from, stopped)) {
            this.through = Number(m.offset);
            const print = fingerprint(m);
            if (again.remove(print)) continue;
            if (this.through > before.info.state.last_seq && waiting.remove(print)) skip.add(print);
            gathered.add(m);
          }
        } finally {
          // Lost on the way: what was shown before is still to be known the next time.
          if (stopped.aborted || connection.isClosed()) for (const print of again.rest()) this.shown.add(print);
        }
        if (stopped.aborted) return;
        gathered.flush();
        this.backlog.end();
        this.through = now.info.state.last_seq;
        if (this.end?.sequence !== undefined) return finish();
        const rest = early!;
        early = undefined;
        for (const m of rest) if (!skip.remove(fingerprint(m))) show(m);
        if (this.end?.time !== undefined) {
          void timeUp(this.end.time, stopped).then(() => (stopped.aborted ? undefined : finish()));
        }
        // A mirror has no subjects of its own to subscribe to: ask for what is new.
        while (subjects.length === 0 && !stopped.aborted) {
          const m = await storedFrom(connection, now.info.config.name, isDirect(now), this.through + 1, '>');
          if (!m) {
            await delay(POLL, stopped);
            continue;
          }
          this.through = Number(m.offset);
          gathered.add(m);
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

  /** The sequence from which stored messages are read. */
  private async from(
    connection: NatsConnection,
    nth: number,
    now: StreamPart,
  ): Promise<number> {
    const { state, config } = now.info;
    const anew = this.created !== undefined && this.created !== now.info.created;
    this.created = now.info.created;
    if (nth > 0) {
      if (anew) {
        this.shown.take();
        this.through = 0;
        this.sink.dropped(0, `stream ${config.name} was deleted and made again; reading goes on at its start`);
      }
      this.sink.dropped(
        0,
        'messages that came and were taken by their consumers while the connection was lost were not seen',
      );
      return this.through + 1;
    }
    this.end = endOf(this.start.until, state.last_seq);
    const ahead = Math.max(this.end?.sequence ?? 0, this.start.at === 'offset' ? sequenceOf(this.start.offset) - 1 : 0);
    if (ahead > state.last_seq) {
      throw new BrokerError(
        'other',
        `Stream ${config.name} ends at sequence ${state.last_seq} so far, and what comes has no sequence ` +
          'for a tap that must not be its consumer. Choose a time, or a sequence that is there.',
      );
    }
    const first = await this.first(connection, now);
    this.through = first - 1;
    return first;
  }

  private async first(connection: NatsConnection, part: StreamPart): Promise<number> {
    const { state, config } = part.info;
    const { start } = this;
    if (start.at === 'latest') return state.last_seq + 1;
    if (start.at === 'offset') return sequenceOf(start.offset);
    if (start.at === 'time') {
      return await firstSequenceAt(connection, config.name, isDirect(part), state, start.time);
    }
    // Unfiltered, the last N sequences hold the last N messages unless some between are gone already.
    const whole = part.filter === undefined && state.messages === state.last_seq - state.first_seq + 1;
    if (start.at === 'last' && whole) return state.last_seq - start.count + 1;
    return state.first_seq;
  }

  /** What is stored and asked for, oldest first. Nothing is taken: reading by sequence is no delivery. */
  private async *stored(
    connection: NatsConnection,
    part: StreamPart,
    from: number,
    stopped: AbortSignal,
  ): AsyncGenerator<TapMessage> {
    const { state, config } = part.info;
    let next = Math.max(1, from, state.first_seq);
    while (next <= state.last_seq && !stopped.aborted) {
      const m = await storedFrom(connection, config.name, isDirect(part), next, part.filter ?? '>');
      const sequence = Number(m?.offset);
      if (!m || sequence > state.last_seq) return;
      if (this.end && isBeyond(this.end, sequence, m.time)) return;
      yield m;
      next = sequence + 1;
    }
  }

  /** Forgets what was shown long ago: it is stored below the stream's present end and will not be read again. */
  private async advance(connection: NatsConnection, part: StreamPart): Promise<void> {
    if (this.advancing) return;
    this.advancing = true;
    try {
      const old = Math.floor(this.shown.size / 2);
      const { state } = await (await managerOf(connection)).streams.info(part.info.config.name);
      this.through = Math.max(this.through, state.last_seq);
      this.shown.forget(old);
    } catch {
      // The connection is lost: then what is remembered is needed.
    } finally {
      this.advancing = false;
    }
  }
}

function isDirect(part: StreamPart): boolean {
  return part.info.config.allow_direct === true;
}
