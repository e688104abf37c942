import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { until } from '../../scripts/support/until.mjs';
import type { BrokerSession, Tap, TapSink, TapState, TapTarget } from '../../src/brokers/driver';
import { never } from './tapProbe';

const CONFIRM_WITHIN = 2000;

/** Publishes 0, 1, 2, … to an exchange, whatever happens to the broker, and knows which were confirmed. */
export interface Numbers {
  readonly confirmed: readonly number[];
  /** Waits until so many more are confirmed. */
  more(count: number): Promise<void>;
  stop(): Promise<void>;
}

export function publishNumbers(url: string, exchange: string): Numbers {
  const confirmed: number[] = [];
  let stopped = false;
  let connection: ChannelModel | undefined;
  let channel: ConfirmChannel | undefined;
  const open = async (): Promise<ConfirmChannel> => {
    if (!connection) {
      connection = await connect(url, { timeout: 2000 });
      connection.on('error', () => {});
      connection.on('close', () => {
        connection = channel = undefined;
      });
    }
    const opened = await connection.createConfirmChannel();
    opened.on('error', () => {});
    opened.on('close', () => {
      channel = undefined;
    });
    return opened;
  };
  const run = async (): Promise<void> => {
    for (let n = 0; !stopped; n++) {
      try {
        channel ??= await open();
        const to = channel;
        await new Promise<void>((resolve, reject) => {
          // What reaches a stream whose leader is just coming back may never be confirmed (seen on 3.10).
          setTimeout(() => reject(new Error('not confirmed')), CONFIRM_WITHIN).unref();
          to.publish(exchange, '', Buffer.from(String(n)), { persistent: true }, (error: unknown) =>
            error ? reject(new Error(String(error))) : resolve(),
          );
        });
        confirmed.push(n);
      } catch {
        // One that was not confirmed may have been taken or not: the next number is tried, on a new channel.
        channel?.close().catch(() => {});
        channel = undefined;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
  const running = run();
  return {
    confirmed,
    more: async (count) => {
      const goal = confirmed.length + count;
      await until(() => confirmed.length >= goal, { what: `${count} more confirmed numbers`, timeout: 60_000, every: 10 });
    },
    stop: async () => {
      stopped = true;
      await running;
      await connection?.close().catch(() => {});
    },
  };
}

type Event = { readonly n: number } | { readonly dropped: number; readonly why: string };

/** A tap of numbers with all that it gave and told, in order. */
export interface NumberTap {
  readonly states: readonly TapState[];
  readonly notices: readonly string[];
  numbers(): number[];
  /** Waits for a state behind those that have been waited for. */
  state(is: TapState['is']): Promise<TapState>;
  /** Waits until a number, or one behind it, is there. */
  reached(n: number): Promise<void>;
  /** What of `there` is missing or twice, and how much of it the tap did not tell at the place. */
  judge(there: readonly number[]): Judgement;
  stop(): Promise<void>;
}

export interface Judgement {
  readonly missing: number;
  readonly twice: number;
  readonly untold: number;
}

export async function tapNumbers(session: BrokerSession, target: TapTarget): Promise<NumberTap> {
  const events: Event[] = [];
  const states: TapState[] = [];
  let seen = 0;
  const sink: TapSink = {
    messages: (batch) => {
      for (const m of batch) events.push({ n: Number(Buffer.from(m.value ?? []).toString()) });
    },
    state: (s) => void states.push(s),
    dropped: (dropped, why) => void events.push({ dropped, why }),
  };
  const tap: Tap = await session.tap(target, { at: 'latest' }, sink, never);
  const numbers = (): number[] => events.flatMap((e) => ('n' in e ? [e.n] : []));
  return {
    states,
    get notices() {
      return events.flatMap((e) => ('why' in e ? [e.why] : []));
    },
    numbers,
    state: (is) =>
      until(
        () => {
          const at = states.findIndex((s, i) => i >= seen && s.is === is);
          if (at < 0) return undefined;
          seen = at + 1;
          return states[at];
        },
        { what: `the state ${is} of ${target.address}`, every: 10, timeout: 60_000 },
      ),
    reached: async (n) => {
      await until(() => numbers().some((m) => m >= n), { what: `number ${n} of ${target.address}`, every: 10 });
    },
    judge: (there) => judge(events, there),
    stop: () => tap.stop(),
  };
}

function judge(events: readonly Event[], there: readonly number[]): Judgement {
  let missing = 0;
  let twice = 0;
  let untold = 0;
  let last: number | undefined;
  let told: number | undefined;
  for (const e of events) {
    if ('why' in e) {
      // 0 stands for a number that the broker does not tell.
      told = e.dropped === 0 || told === Infinity ? Infinity : (told ?? 0) + e.dropped;
      continue;
    }
    const before = last;
    if (before !== undefined && e.n <= before) {
      twice++;
      untold++;
      continue;
    }
    const gap = before === undefined ? 0 : there.filter((n) => n > before && n < e.n).length;
    missing += gap;
    untold += Math.max(0, gap - (told ?? 0));
    last = e.n;
    told = undefined;
  }
  return { missing, twice, untold };
}

/** All numbers that lie in a stream, read by a client of our own. */
export async function numbersIn(url: string, stream: string, last: number): Promise<number[]> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  await channel.prefetch(500);
  const found: number[] = [];
  await channel.consume(
    stream,
    (m) => {
      if (!m) return;
      found.push(Number(m.content.toString()));
      channel.ack(m);
    },
    { arguments: { 'x-stream-offset': 'first' } },
  );
  await until(() => found.includes(last), { what: `number ${last} in ${stream}`, every: 10 });
  await connection.close();
  return found;
}
