import type { NatsConnection } from '@nats-io/transport-node';
import { shownUrl, tapPrefix } from '../address';
import { keepAttached } from '../attach';
import {
  BrokerError,
  type BrokerDriver,
  type BrokerSession,
  type ConnectOptions,
  type Tap,
  type TapTarget,
} from '../driver';
import { endingAt } from '../endingAt';
import type { DriverServices } from '../services';
import { within } from '../wait';
import { connectNats } from './client';
import { attachCore } from './core';
import { natsError } from './failure';
import { natsFigures } from './figures';
import { natsInventory } from './inventory';
import { LimitsTap } from './limits';
import { corePlan, streamPlan } from './plan';
import { natsPublisher, planNatsPublish } from './publish';
import { QueuedTap } from './queued';
import { natsRedrive } from './redrive';
import { findStream, managerOf } from './streamInfo';

const CALL_WITHIN = 15_000;

/** NATS: subjects by plain subscriptions, streams by JetStream in the way that their retention allows. */
export function natsDriver(services: DriverServices): BrokerDriver {
  return { protocol: 'nats', connect: (options, signal) => connect(options, services, signal) };
}

async function connect(
  options: ConnectOptions,
  services: DriverServices,
  signal: AbortSignal,
): Promise<BrokerSession> {
  const where = `NATS at ${shownUrl(options.url)}`;
  let connection: NatsConnection = await connectNats(options, signal);
  const closing = new AbortController();
  const { version = '', jetstream } = connection.info ?? {};
  const about = `NATS ${version}${jetstream ? ' with JetStream' : ''}`;
  const ask = async <T>(work: (c: NatsConnection) => Promise<T>, under: AbortSignal): Promise<T> => {
    try {
      if (connection.isClosed()) connection = await connectNats(options, under);
      return await within(work(connection), under, CALL_WITHIN, where);
    } catch (error) {
      throw natsError(error, where);
    }
  };
  const isQueued = (target: TapTarget, under: AbortSignal): Promise<boolean> =>
    ask(async (c) => {
      const { info } = await findStream(await managerOf(c), target.address, where);
      return info.config.retention !== 'limits';
    }, under);

  return {
    protocol: 'nats',
    about,
    plan: async (target) => {
      if (target.kind !== 'stream') return corePlan(target.address);
      const queued = await isQueued(target, closing.signal);
      return streamPlan(target.address, queued, tapPrefix(options));
    },
    tap: async (target, start, sink, under): Promise<Tap> => {
      if (target.kind !== 'stream') {
        const plan = corePlan(target.address);
        if (plan.verdict === 'refused') throw new BrokerError('other', plan.reason ?? '');
        if (start.at !== 'latest') {
          throw new BrokerError(
            'other',
            'A subject keeps no messages: a tap can only start at the latest. Tap the stream to ' +
              'see earlier ones.',
          );
        }
        const attached = await keepAttached(
          async (nth, s) => {
            const attachment = await attachCore(options, [target.address], sink, s, where);
            if (nth > 0) sink.dropped(0, GAP);
            return endingAt(attachment, start.until);
          },
          sink,
          under,
        );
        return { pause: () => {}, resume: () => {}, stop: () => attached.stop() };
      }
      const queued = await isQueued(target, under);
      const tap = queued
        ? new QueuedTap(options, target.address, start, sink, where)
        : new LimitsTap(options, target.address, start, sink, services, where);
      const attached = await keepAttached(
        (nth, s) => tap.attach(nth, s),
        sink,
        under,
      );
      return { pause: () => {}, resume: () => {}, stop: () => attached.stop() };
    },
    list: async (under) => {
      if (!connection.info?.jetstream) return undefined;
      return await ask(async (c) => {
        const names: string[] = [];
        for await (const stream of (await managerOf(c)).streams.list()) names.push(stream.config.name);
        return names.sort().map((address) => ({ address, kind: 'stream' as const }));
      }, under);
    },
    figures: ({ targets }, under) =>
      ask(async (c) => natsFigures(await managerOf(c), targets, options, where, under), under),
    inventory: (under) =>
      ask(async (c) => natsInventory(await managerOf(c), options, about, version, where), under),
    planPublish: (target, under) => ask((c) => planNatsPublish(c, target, where), under),
    publisher: (target, under) => natsPublisher(options, target, where, under),
    redrive: (target, under) => natsRedrive(options, target, where, under),
    remove: (entry, under) =>
      ask(async (c) => {
        if (entry.kind !== 'consumer' || entry.of === undefined) return true;
        try {
          await (await managerOf(c)).consumers.delete(entry.of, entry.name);
        } catch (error) {
          if (!/not found/i.test(String(error))) throw error;
        }
        return true;
      }, under),
    close: async () => {
      closing.abort();
      await connection.close().catch(() => {});
    },
  };
}

const GAP = 'messages published while the connection was lost were not seen';
