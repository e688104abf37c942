import type { Channel, ChannelModel } from 'amqplib';
import { keepAttached } from '../attach';
import {
  BrokerError,
  type BrokerDriver,
  type BrokerSession,
  type ConnectOptions,
  type Tap,
  type TapTarget,
} from '../driver';
import type { DriverServices } from '../services';
import { within } from '../wait';
import { amqpError, channelOf, connectAmqp, whereOf } from './client';
import { findManagement, type Management } from './management';
import { attachQueue } from './queueTap';
import { planQueue, planStream } from './queueRoutes';
import { isDefaultExchange, planExchange, unlessRefused, type RoutePlan } from './routes';
import { StreamTap } from './streamTap';

const CALL_WITHIN = 15_000;

/** RabbitMQ through amqplib, with the management API where there is one. */
export function amqpDriver(services: DriverServices): BrokerDriver {
  return { protocol: 'rabbitmq', connect: (options, signal) => connect(options, services, signal) };
}

async function connect(
  options: ConnectOptions,
  services: DriverServices,
  signal: AbortSignal,
): Promise<BrokerSession> {
  const where = whereOf(options);
  const prefix = options.tapPrefix ?? 'tailrace-tap';
  let connection: ChannelModel | undefined;
  const open = async (under: AbortSignal): Promise<ChannelModel> => {
    const opened = await connectAmqp(options, under);
    opened.on('close', () => {
      if (connection === opened) connection = undefined;
    });
    return opened;
  };
  connection = await open(signal);
  const properties = connection.connection.serverProperties as { product?: string; version?: string };
  const management = await findManagement(options, signal);
  const closing = new AbortController();

  /** Asks on a channel of its own: a “not found” closes the channel. */
  const ask = async <T>(work: (channel: Channel) => Promise<T>, under: AbortSignal): Promise<T> => {
    try {
      connection ??= await open(under);
      const channel = await channelOf(connection);
      try {
        return await within(work(channel), under, CALL_WITHIN, where);
      } finally {
        await channel.close().catch(() => {});
      }
    } catch (error) {
      throw amqpError(error, where);
    }
  };
  const looks = { exchangeType: (name: string) => exchangeType(name, (work) => ask(work, closing.signal)) };

  const route = async (target: TapTarget): Promise<{ route: RoutePlan; stream: boolean }> => {
    if (target.kind === 'exchange' || target.kind === 'topic' || target.kind === 'channel') {
      if (!isDefaultExchange(target.address)) {
        await ask((channel) => channel.checkExchange(target.address), closing.signal).catch(
          (error: unknown) => Promise.reject(named(error, 'exchange', target.address, where)),
        );
      }
      return { route: await planExchange(target, prefix, looks, management), stream: false };
    }
    await ask((channel) => channel.checkQueue(target.address), closing.signal).catch((error: unknown) => {
      // 405: another connection's exclusive queue; what feeds it can be tapped all the same.
      if (!/RESOURCE.LOCKED/.test(String(error))) throw named(error, 'queue', target.address, where);
    });
    const stream = target.kind === 'stream' || (await isStream(management, target.address));
    return {
      route: stream ? planStream(target.address) : await planQueue(target, prefix, looks, management),
      stream,
    };
  };

  return {
    protocol: 'rabbitmq',
    about:
      `${properties.product ?? 'RabbitMQ'} ${properties.version ?? ''}` +
      (management ? '' : ', without the management API'),
    plan: async (target) => (await route(target)).route.plan,
    tap: async (target, start, sink, under): Promise<Tap> => {
      const { route: planned, stream } = await route(target);
      const { bindings, plan } = unlessRefused(planned);
      if (!plan.starts.includes(start.at)) {
        throw new BrokerError(
          'other',
          `${target.address} keeps no log: a tap can only start at the latest message.`,
        );
      }
      const streamTap = stream ? new StreamTap(options, target.address, start, sink) : undefined;
      const attached = await keepAttached(
        async (nth, stopped) => {
          if (streamTap) return await streamTap.attach(nth, stopped);
          const attachment = await attachQueue(options, target.address, bindings, sink, services, stopped);
          if (nth > 0) sink.dropped(0, 'messages published while the connection was lost were not seen');
          return attachment;
        },
        sink,
        under,
      );
      return { pause: () => {}, resume: () => {}, stop: () => attached.stop() };
    },
    list: async () => {
      if (!management) return undefined;
      const [exchanges, queues] = await Promise.all([management.exchanges(), management.queues()]);
      return [
        ...exchanges
          .filter((x) => x.name !== '' && !x.name.startsWith('amq.'))
          .map((x) => x.name)
          .sort()
          .map((address) => ({ address, kind: 'exchange' as const })),
        ...queues
          .filter((q) => !q.name.startsWith(`${prefix}.`))
          .map((q) => ({
            address: q.name,
            kind: q.type === 'stream' ? ('stream' as const) : ('queue' as const),
          }))
          .sort((a, b) => (a.address < b.address ? -1 : 1)),
      ];
    },
    remove: (entry, under) =>
      ask(async (channel) => {
        if (entry.kind !== 'queue') return true;
        // Exclusive queues go with their connection. One that is still there belongs to a connection that
        // the broker still believes in.
        const there = await channel.checkQueue(entry.name).then(
          () => true,
          (error: unknown) => {
            if ((error as { code?: unknown }).code === 404) return false;
            throw error;
          },
        );
        return !there;
      }, under),
    close: async () => {
      closing.abort();
      await connection?.close().catch(() => {});
    },
  };
}

/** Says “not found” in a sentence; other errors as they are. */
function named(error: unknown, kind: string, name: string, where: string): unknown {
  if (!(error instanceof BrokerError) || error.kind !== 'missing') return error;
  const own = /(NOT_FOUND - [^"]*)/.exec(error.message)?.[1] ?? 'NOT_FOUND';
  return new BrokerError(
    'missing',
    `${where} has no ${kind} ${name} (${own}). A tap does not create it: check the name and the vhost.`,
    { cause: error },
  );
}

async function isStream(management: Management | undefined, queue: string): Promise<boolean> {
  return management !== undefined && (await management.queue(queue)).type === 'stream';
}

/**
 * The type of an exchange without the management API. RabbitMQ names it when somebody declares an
 * exchange that is there with another type (406); the exchange is looked for first, so that the
 * declaration never makes one.
 */
async function exchangeType(
  name: string,
  ask: <T>(work: (channel: Channel) => Promise<T>) => Promise<T>,
): Promise<string | undefined> {
  await ask((channel) => channel.checkExchange(name));
  return await ask(async (channel) => {
    try {
      // No real exchange is headers, internal, transient and auto-delete at once.
      await channel.assertExchange(name, 'headers', { internal: true, durable: false, autoDelete: true });
      // Deleted between the two questions: take back what was just made.
      await channel.deleteExchange(name, { ifUnused: true });
      return undefined;
    } catch (error) {
      const words = String(error);
      const current = /inequivalent arg 'type'.*current is '+([^']+)'/.exec(words)?.[1];
      if (current !== undefined) return current;
      // Only the type matched: another argument is named.
      return /inequivalent arg/.test(words) ? 'headers' : undefined;
    }
  });
}
