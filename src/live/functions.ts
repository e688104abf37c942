import type { BrokerSession, ConnectOptions } from '../brokers/driver';
import { drivers } from '../brokers/index';
import type { DriverServices } from '../brokers/services';
import type { Protocol } from '../protocol/common';
import type { LiveFunctions, TailStatus } from '../protocol/tail';
import { openTail, type Tail } from './openTail';
import { sweep } from './sweep';

const SHORT = 30_000;

/** The live worker's functions over any transport: many tails, each on its own. */
export function liveFunctions(
  services: DriverServices,
  onStatus: (id: string, status: TailStatus) => void,
): LiveFunctions & { shutdown(): Promise<void> } {
  const tails = new Map<string, Tail>();
  const tailOf = (id: string): Tail => {
    const tail = tails.get(id);
    if (!tail) throw new Error(`There is no tail ${id}.`);
    return tail;
  };
  const once = async <T>(
    protocol: Protocol,
    connect: ConnectOptions,
    ask: (s: BrokerSession, signal: AbortSignal) => Promise<T>,
  ) => {
    const signal = AbortSignal.timeout(SHORT);
    const session = await drivers[protocol](services).connect(connect, signal);
    try {
      return await ask(session, signal);
    } finally {
      await session.close();
    }
  };
  // The types say what the other side gets; every answer may as well be a promise of it.
  const functions = {
    plan: ({ protocol, connect, target, start }) =>
      once(protocol, connect, (s) => s.plan(target, start)) as never,
    start: (id, request) => {
      void tails.get(id)?.stop();
      const tail: Tail = openTail(
        request,
        {
          status: (status) => {
            // A tail that was replaced under its id says no more.
            if (tails.get(id) === tail) onStatus(id, status);
          },
        },
        services,
      );
      tails.set(id, tail);
    },
    rows: (id, from, count) => tailOf(id).rows(from, count),
    detail: (id, seq) => tailOf(id).detail(seq),
    filter: (id, text) => tailOf(id).filter(text),
    pause: (id) => tailOf(id).pause(),
    resume: (id) => tailOf(id).resume(),
    clear: (id) => tailOf(id).clear(),
    stop: async (id) => {
      const tail = tails.get(id);
      await tail?.stop();
      if (tails.get(id) === tail) tails.delete(id);
    },
    test: (protocol, connect) => once(protocol, connect, async (s) => s.about) as never,
    channels: (protocol, connect) => once(protocol, connect, (s, signal) => s.list(signal)) as never,
    sweep: (protocol, connect) =>
      once(protocol, connect, (s, signal) => sweep(s, protocol, connect, services, signal)) as never,
    shutdown: async () => {
      await Promise.all([...tails.values()].map((tail) => tail.stop()));
      tails.clear();
    },
  } satisfies LiveFunctions;
  return functions;
}
