import assert from 'node:assert/strict';
import { until } from '../../scripts/support/until.mjs';
import type {
  BrokerSession,
  Tap,
  TapMessage,
  TapSink,
  TapStart,
  TapState,
  TapTarget,
} from '../../src/brokers/driver';
import { quietServices } from '../../src/brokers/services';

export const never = new AbortController().signal;
export const quiet = quietServices();

/** A tap with all that it gave, and waits with a deadline. */
export interface Probe {
  readonly messages: TapMessage[];
  readonly states: TapState[];
  readonly drops: { readonly count: number; readonly why: string }[];
  /** The values as text, in order of arrival. */
  values(): (string | null)[];
  /** Waits until at least so many messages are there. */
  got(count: number): Promise<TapMessage[]>;
  /** Waits for a state after those that have been waited for. */
  state(is: TapState['is']): Promise<TapState>;
  readonly tap: Tap;
  stop(): Promise<void>;
}

export async function probe(
  session: BrokerSession,
  target: TapTarget,
  start: TapStart = { at: 'latest' },
): Promise<Probe> {
  const messages: TapMessage[] = [];
  const states: TapState[] = [];
  const drops: { count: number; why: string }[] = [];
  let seen = 0;
  const sink: TapSink = {
    messages: (batch) => {
      for (const m of batch) messages.push({ ...m, value: m.value && Uint8Array.from(m.value) });
    },
    state: (s) => void states.push(s),
    dropped: (count, why) => void drops.push({ count, why }),
  };
  const tap = await session.tap(target, start, sink, never);
  return {
    messages,
    states,
    drops,
    tap,
    values: () => messages.map((m) => (m.value === null ? null : Buffer.from(m.value).toString('utf8'))),
    got: (count) =>
      until(() => (messages.length >= count ? messages : undefined), {
        what: `${count} messages of ${target.address}`,
        every: 10,
        timeout: 60_000,
      }),
    state: (is) =>
      telling(states, until(
        () => {
          const at = states.findIndex((s, n) => n >= seen && s.is === is);
          if (at < 0) return undefined;
          seen = at + 1;
          return states[at];
        },
        { what: `the state ${is} of ${target.address}`, every: 10, timeout: 60_000 },
      )),
    stop: () => tap.stop(),
  };
}

/** Adds the states that there were to a wait's failure: a missing state is explained by those in its place. */
async function telling<T>(states: readonly TapState[], wait: Promise<T>): Promise<T> {
  try {
    return await wait;
  } catch (error) {
    throw new Error(`${(error as Error).message}; there were ${states.map((s) => JSON.stringify(s)).join(', ')}`, { cause: error });
  }
}

export function text(bytes: Uint8Array | string | undefined): string | undefined {
  return bytes === undefined || typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8');
}

/** Asserts that a promise rejects with a BrokerError of a kind, whose message matches. */
export async function refuses(work: Promise<unknown>, kind: string, message: RegExp): Promise<void> {
  await assert.rejects(work, (error: Error & { kind?: string }) => {
    assert.match(error.message, message);
    assert.equal(error.kind, kind);
    return true;
  });
}
