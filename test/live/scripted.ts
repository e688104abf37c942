import { until } from '../../scripts/support/until.mjs';
import type { BrokerDriver, TapPlan, TapSink } from '../../src/brokers/driver';
import { quietServices } from '../../src/brokers/services';
import { openTail } from '../../src/live/openTail';
import type { Tail } from '../../src/live/tail';
import type { TailRequest, TailStatus } from '../../src/protocol/tail';

export const request: TailRequest = {
  protocol: 'mqtt',
  connect: { url: 'mqtt://b' },
  target: { address: 'a', kind: 'channel' },
  start: { at: 'latest' },
  limits: { messages: 100, bytes: 1e6 },
};

/** A broker of which the test is the master; the real ones have tests of their own. */
export function scripted(change: { plan?: Partial<TapPlan>; connect?: () => void; stop?: () => void } = {}) {
  const calls: string[] = [];
  let sink: TapSink | undefined;
  const sinks: TapSink[] = [];
  const driver: BrokerDriver = {
    protocol: 'mqtt',
    connect: async () => {
      change.connect?.();
      return {
        protocol: 'mqtt',
        about: 'a scripted broker',
        plan: async () => ({ verdict: 'ok', makes: [], changes: [], starts: ['latest'], ...change.plan }),
        tap: async (_target, _start, s) => {
          sink = s;
          sinks.push(s);
          calls.push('tap');
          s.state({ is: 'live' });
          return {
            pause: () => void calls.push('pause'),
            resume: () => void calls.push('resume'),
            stop: async () => {
              calls.push('stop');
              change.stop?.();
            },
          };
        },
        list: async () => undefined,
        remove: async () => true,
        close: async () => void calls.push('close'),
      };
    },
  };
  const statuses: TailStatus[] = [];
  const open = (r: TailRequest = request): Tail =>
    openTail(r, { status: (s) => void statuses.push(s) }, quietServices(), {
      kafka: () => driver,
      rabbitmq: () => driver,
      mqtt: () => driver,
      nats: () => driver,
    });
  return { open, calls, statuses, sinks, sink: () => until(() => sink, { what: 'the tap', every: 5 }) };
}
