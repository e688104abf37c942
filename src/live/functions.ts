import type { BrokerSession, ConnectOptions } from '../brokers/driver';
import type { DriverServices } from '../brokers/services';
import type { Protocol } from '../protocol/common';
import type { LiveFunctions, TailStatus } from '../protocol/tail';
import type { FiguresReport } from '../protocol/figures';
import type { PublishProgress } from '../protocol/publish';
import { checkConnection } from './check';
import { figureFunctions } from './figures';
import { readInventory } from './inventory';
import { openTail } from './openTail';
import type { Tail } from './tail';
import { propose } from './propose';
import { publishFunctions } from './publish/functions';
import { relatedTo } from './related';
import { withSession } from './withSession';

/** The live worker's functions over any transport: many tails, each on its own. */
export function liveFunctions(
  services: DriverServices,
  onStatus: (id: string, status: TailStatus) => void,
  onFigures: (id: string, report: FiguresReport) => void,
  onPublishing: (id: string, progress: PublishProgress) => void,
): LiveFunctions & { shutdown(): Promise<void> } {
  const tails = new Map<string, Tail>();
  const { endAllFigures, ...figures } = figureFunctions(services, onFigures);
  const { endAllPublishing, ...publishing } = publishFunctions(services, (id) => tails.get(id), onPublishing);
  const tailOf = (id: string): Tail => {
    const tail = tails.get(id);
    if (!tail) throw new Error(`There is no tail ${id}.`);
    return tail;
  };
  const once = <T>(
    protocol: Protocol,
    connect: ConnectOptions,
    ask: (s: BrokerSession, signal: AbortSignal) => Promise<T>,
  ) => withSession(services, protocol, connect, ask);
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
    filter: (id, filter) => tailOf(id).filter(filter),
    columns: (id, paths) => tailOf(id).columns(paths),
    paths: (id) => tailOf(id).paths(),
    histogram: (id, buckets) => tailOf(id).histogram(buckets),
    faults: (id) => tailOf(id).faults(),
    find: (id, seq, direction, what) => tailOf(id).find(seq, direction, what),
    order: (id, order) => tailOf(id).sort(order),
    position: (id, place) => tailOf(id).position(place),
    rowsAround: (id, place, before, count) => tailOf(id).rowsAround(place, before, count),
    related: (id, seq) => relatedTo(tails, id, seq) as never,
    propose: (id) => propose(tailOf(id)) as never,
    export: (id, request) => tailOf(id).export(request) as never,
    cancelExport: (id) => tailOf(id).cancelExport(),
    countSelected: (id, selection) => tailOf(id).countSelected(selection),
    selected: (id, selection) => tailOf(id).selected(selection),
    lines: (id, selection) => tailOf(id).lines(selection) as never,
    removeSource: (id, source) => tailOf(id).removeSource(source) as never,
    pause: (id) => tailOf(id).pause(),
    resume: (id) => tailOf(id).resume(),
    clear: (id) => tailOf(id).clear(),
    stop: async (id) => {
      const tail = tails.get(id);
      await tail?.stop();
      if (tails.get(id) === tail) tails.delete(id);
    },
    test: (protocol, connect) => checkConnection(services, protocol, connect) as never,
    channels: (protocol, connect) => once(protocol, connect, (s, signal) => s.list(signal)) as never,
    inventory: (protocol, connect, wanted) => readInventory(services, protocol, connect, wanted) as never,
    ...figures,
    ...publishing,
    shutdown: async () => {
      await Promise.all([...[...tails.values()].map((tail) => tail.stop()), endAllFigures(), endAllPublishing()]);
      tails.clear();
    },
  } satisfies LiveFunctions;
  return functions;
}
