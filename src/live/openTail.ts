import { TailBuffer } from '../brokers/buffer';
import type {
  BrokerDriver,
  BrokerSession,
  Tap,
  TapMessage,
  TapPlan,
  TapSink,
  TapState,
} from '../brokers/driver';
import { drivers } from '../brokers/index';
import type { DriverServices } from '../brokers/services';
import type { Protocol } from '../protocol/common';
import type { TailDetail, TailRequest, TailRow, TailStatus } from '../protocol/tail';
import { decoderFor, type Decoder } from './decoder';
import { detailOf, rowOf } from './present';
import { Rate } from './rate';
import { statusTeller } from './statusTeller';
import { sweep } from './sweep';

export interface TailListeners {
  /** At most ten times a second, and once more at the end. */
  status(status: TailStatus): void;
  /** Every message as it arrives, before the filter; for the command line. */
  messages?(batch: readonly TapMessage[], decoder: Decoder | undefined): void;
}

/** One running tail. Nothing here throws; failures are states. */
export interface Tail {
  rows(from: number, count: number): readonly TailRow[];
  detail(seq: number): TailDetail | undefined;
  filter(text: string): void;
  pause(): void;
  resume(): void;
  clear(): void;
  status(): TailStatus;
  /** Ends it and removes what it made. Safe to call twice. */
  stop(): Promise<void>;
  /** Settles when the tail has ended, by `stop`, by refusal or by the broker. */
  readonly ended: Promise<TapState>;
}

const MAX_NOTICES = 10;
const SCAN_SLICE = 15;
const MAX_ROWS = 2000;

/**
 * Opens a tail in this process: connects, asks for the plan, taps. It returns at once; `status` tells how
 * it goes.
 */
export function openTail(
  request: TailRequest,
  listeners: TailListeners,
  services: DriverServices,
  table: Readonly<Record<Protocol, (services: DriverServices) => BrokerDriver>> = drivers,
): Tail {
  const buffer = new TailBuffer(request.limits);
  const rate = new Rate();
  const abort = new AbortController();
  const notices: { time: number; count: number; why: string }[] = [];
  let state: TapState = { is: 'connecting' };
  let about = '';
  let plan: TapPlan | undefined;
  let paused = false;
  let filter = '';
  let undecodable = 0;
  let violating = 0;
  let lost = 0;
  let decoder: Decoder | undefined;
  let session: BrokerSession | undefined;
  let tap: Tap | undefined;
  let scanning = false;
  let stopping: Promise<void> | undefined;
  let settle!: (state: TapState) => void;
  const ended = new Promise<TapState>((resolve) => {
    settle = resolve;
  });

  const status = (): TailStatus => ({
    state,
    about,
    plan,
    paused,
    filter,
    counters: {
      received: buffer.received,
      shown: buffer.shown,
      dropped: buffer.dropped + lost,
      undecodable,
      violating,
    },
    buffer: {
      messages: buffer.messages,
      bytes: buffer.bytes,
      maxMessages: request.limits.messages,
      maxBytes: request.limits.bytes,
    },
    rate: rate.perSecond(),
    notices: [...notices],
    contract: request.contract && {
      name: request.contract.name,
      version: request.contract.version,
      problem: decoder?.problem,
    },
  });
  const teller = statusTeller(() => {
    const now = status();
    listeners.status(now);
    return now.rate > 0;
  });
  const { changed } = teller;
  const setState = (next: TapState): void => {
    state = next;
    changed();
    if (next.is === 'refused' || next.is === 'ended') settle(next);
  };
  const scan = (): void => {
    if (scanning) return;
    scanning = true;
    const slice = (): void => {
      const done = buffer.scan(SCAN_SLICE);
      changed();
      if (done || stopping) scanning = false;
      else setImmediate(slice);
    };
    slice();
  };

  const sink: TapSink = {
    messages: (batch) => {
      if (stopping) return;
      for (const message of batch) {
        buffer.append(message);
        if (message.undecodable !== undefined) undecodable++;
        else if (decoder && message.value) {
          const verdict = decoder.check(message.value);
          if (verdict === 'undecodable') undecodable++;
          else if (verdict === 'violates') violating++;
        }
      }
      rate.add(batch.length);
      listeners.messages?.(batch, decoder);
      changed();
    },
    state: (next) => {
      if (!stopping) setState(next);
    },
    dropped: (count, why) => {
      lost += count;
      notices.push({ time: Date.now(), count, why });
      if (notices.length > MAX_NOTICES) notices.shift();
      services.log(
        'warn',
        `${request.target.address}: ` +
          `${count > 0 ? `${count} messages were missed` : 'messages may be missed'}: ${why}.`,
      );
      changed();
    },
  };

  const run = async (): Promise<void> => {
    // Before the first message, so that none goes by unchecked.
    if (request.contract) decoder = await decoderFor(request.contract);
    session = await table[request.protocol](services).connect(request.connect, abort.signal);
    about = session.about;
    sweep(session, request.protocol, request.connect, services, abort.signal).catch((error: unknown) => {
      services.log('warn', `What earlier taps left on ${about} could not be removed: ${textOf(error)}`);
    });
    plan = await session.plan(request.target, request.start);
    if (plan.verdict === 'refused')
      return setState({ is: 'refused', reason: plan.reason ?? 'The tap would change what others see.' });
    if (plan.verdict === 'ask' && !request.accepted) {
      return setState({
        is: 'refused',
        reason: `This tap would be noticed, so it needs your consent. ${plan.changes.join(' ')}`,
      });
    }
    if (abort.signal.aborted) return;
    tap = await session.tap(request.target, request.start, sink, abort.signal);
    if (paused) tap.pause();
  };
  changed();
  const running = run().catch((error: unknown) => {
    if (!abort.signal.aborted) setState({ is: 'refused', reason: textOf(error) });
  });

  return {
    ended,
    status,
    rows: (from, count) =>
      buffer.window(from, Math.min(count, MAX_ROWS)).map((seq) => rowOf(seq, buffer.get(seq)!, decoder)),
    detail: (seq) => {
      const message = buffer.get(seq);
      return message && detailOf(seq, message, decoder);
    },
    filter: (text) => {
      filter = text;
      buffer.filter(text);
      scan();
    },
    pause: () => {
      paused = true;
      buffer.freeze();
      tap?.pause();
      changed();
    },
    resume: () => {
      paused = false;
      buffer.thaw();
      tap?.resume();
      scan();
    },
    clear: () => {
      buffer.clear();
      changed();
    },
    stop: () =>
      (stopping ??= (async () => {
        teller.end();
        abort.abort();
        // A question that is still open ends with its session.
        if (!tap) await session?.close().catch(() => {});
        await running;
        await tap
          ?.stop()
          .catch((error: unknown) => services.log('error', `Stopping the tail failed: ${textOf(error)}`));
        await session?.close().catch(() => {});
        if (state.is !== 'refused' && state.is !== 'ended') state = { is: 'ended', reason: 'stopped' };
        listeners.status(status());
        settle(state);
      })()),
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
