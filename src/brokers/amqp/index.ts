import type { Channel, ChannelModel } from 'amqplib';
import { tapPrefix } from '../address';
import { keepAttached, type Attachment } from '../attach';
import {
  BrokerError,
  type BrokerDriver,
  type BrokerSession,
  type ConnectOptions,
  type Tap,
  type TapSink,
  type TapStart,
  type TapTarget,
} from '../driver';
import type { DriverServices } from '../services';
import { within } from '../wait';
import { channelOf, connectAmqp, whereOf } from './client';
import { amqpError } from './failure';
import { amqpFigures } from './figures';
import { amqpInventory } from './inventory';
import { exchangeType, queueType, type OnChannel } from './looks';
import { findManagement, type Management } from './management';
import { attachPeek, takeable, unlessTakeable } from './peek';
import { amqpPublisher, planAmqpPublish } from './publisher';
import { planQueue, planStream } from './queueRoutes';
import { QueueTap } from './queueTap';
import { amqpRedrive } from './redrive';
import { isDefaultExchange, planExchange, unlessRefused, type Looks, type RoutePlan } from './routes';
import { StreamTap } from './streamTap';
import { removeTapExchange } from './tapQueue';

const CALL_WITHIN = 15_000;

/** RabbitMQ through amqplib, with the management API where there is one. */
export function amqpDriver(services: DriverServices): BrokerDriver {
  return { protocol: 'rabbitmq', connect: (options, signal) => connect(options, services, signal) };
}

/** How a channel is tapped: by a queue of the tap's own, as a stream, or by a look into a queue. */
interface Way {
  readonly by: 'queue' | 'stream' | 'peek';
  readonly route: RoutePlan;
}

async function connect(
  options: ConnectOptions,
  services: DriverServices,
  signal: AbortSignal,
): Promise<BrokerSession> {
  const where = whereOf(options);
  const prefix = tapPrefix(options);
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
  const found = await findManagement(options);
  const { management } = found;
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
  const onChannel: OnChannel = (work) => ask(work, closing.signal);
  const looks: Looks = {
    exchangeType: (name) => exchangeType(name, onChannel),
    queueType: (name) => queueType(name, onChannel),
    quorumLimit: Number.parseInt(properties.version ?? '0', 10) >= 4,
  };

  /** @throws BrokerError `missing` with the name. */
  const unlessThere = async ({ kind, address }: TapTarget): Promise<void> => {
    const isQueue = kind === 'queue' || kind === 'stream';
    if (!isQueue && isDefaultExchange(address)) return;
    await onChannel(async (channel) => {
      await (isQueue ? channel.checkQueue(address) : channel.checkExchange(address));
    }).catch((error: unknown) => {
      // 405: another connection's exclusive queue; what feeds it can be tapped all the same.
      if (!/RESOURCE.LOCKED/.test(String(error))) throw named(error, isQueue ? 'queue' : 'exchange', address, where);
    });
  };

  const wayOf = async (target: TapTarget, start: TapStart): Promise<Way> => {
    await unlessThere(target);
    if (target.kind !== 'queue' && target.kind !== 'stream') {
      return { by: 'queue', route: await planExchange(target, prefix, looks, management) };
    }
    if (target.kind === 'stream' || (await isStream(management, looks, target.address))) {
      return { by: 'stream', route: planStream(target.address) };
    }
    const route = await planQueue(target, start.at, prefix, looks, management);
    return { by: start.at === 'earliest' ? 'peek' : 'queue', route };
  };

  const about =
    `${properties.product ?? 'RabbitMQ'} ${properties.version ?? ''}` +
    (found.management
      ? ''
      : `, without the management API${options.managementUrl === undefined ? '' : `: ${found.why}`}`);

  return {
    protocol: 'rabbitmq',
    about,
    plan: async (target, start) => (await wayOf(target, start)).route.plan,
    tap: async (target, start, sink, under): Promise<Tap> => {
      const { by, route } = await wayOf(target, start);
      unlessPossible(unlessRefused(route), target, start);
      const attached = await keepAttached(attacher(by, target, start, sink), sink, under);
      return { pause: () => {}, resume: () => {}, stop: () => attached.stop() };
    },
    figures: (query) => amqpFigures(query, options, found, onChannel),
    inventory: () => amqpInventory(about, properties.version, options, found),
    planPublish: async (target) => {
      await unlessThere(target);
      return await planAmqpPublish(target, management);
    },
    publisher: async (target, under) => {
      await unlessThere(target);
      const plan = await planAmqpPublish(target, management);
      if (plan.verdict === 'refused') throw new BrokerError('other', plan.reason ?? 'Publishing is refused.');
      return await amqpPublisher(options, target, under);
    },
    redrive: async (target, under) => {
      if (target.kind !== 'queue') {
        throw new BrokerError('other', `Only a queue can be redriven: ${target.address} keeps what is read from it, or keeps nothing.`);
      }
      await unlessThere(target);
      const kind = unlessTakeable(await takeable(target.address, looks, management));
      return await amqpRedrive(options, target.address, kind, under);
    },
    list: async () => (management ? await listed(management, prefix) : undefined),
    remove: (entry, under) =>
      ask(async (channel) => {
        if (entry.kind !== 'queue') return true;
        await removeTapExchange(channel, entry.name).catch(() => {});
        return true;
      }, under).then(() =>
        // Exclusive queues go with their connection. One that is still there belongs to a connection that
        // the broker still believes in.
        ask((channel) => channel.checkQueue(entry.name), under).then(
          () => false,
          (error: unknown) => {
            if (error instanceof BrokerError && error.kind === 'missing') return true;
            throw error;
          },
        ),
      ),
    close: async () => {
      closing.abort();
      await connection?.close().catch(() => {});
    },
  };

  function attacher(
    by: Way['by'],
    target: TapTarget,
    start: TapStart,
    sink: TapSink,
  ): (nth: number, signal: AbortSignal) => Promise<Attachment> {
    if (by === 'stream') {
      const stream = new StreamTap(options, target.address, start, sink);
      return (nth, stopped) => stream.attach(nth, stopped);
    }
    if (by === 'peek') return (_nth, stopped) => attachPeek(options, target.address, sink, stopped);
    const queue = new QueueTap({
      options,
      target,
      sink,
      services,
      management,
      plan: async () => (await wayOf(target, start)).route,
    });
    return (nth, stopped) => queue.attach(nth, stopped);
  }
}

/** @throws BrokerError where a tap cannot start or end as asked. */
function unlessPossible({ plan }: RoutePlan, target: TapTarget, start: TapStart): void {
  if (!plan.starts.includes(start.at)) {
    throw new BrokerError(
      'other',
      plan.starts.includes('earliest')
        ? `${target.address} keeps no log: a tap can start at the latest message, or look once at what waits (earliest).`
        : `${target.address} keeps no log: a tap can only start at the latest message.`,
    );
  }
  if (start.until && !plan.untils?.includes(start.until.at)) {
    throw new BrokerError('other', `A tap of ${target.address} cannot end by itself: leave out where it ends, and stop it.`);
  }
}

async function listed(management: Management, prefix: string): Promise<TapTarget[]> {
  const [exchanges, queues] = await Promise.all([management.exchanges(), management.queues()]);
  return [
    ...exchanges
      .filter((x) => x.name !== '' && !x.name.startsWith('amq.') && !x.name.startsWith(`${prefix}.`))
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
}

/** Says “not found” in a sentence; other errors as they are. */
function named(error: unknown, kind: string, name: string, where: string): unknown {
  if (!(error instanceof BrokerError) || error.kind !== 'missing') return error;
  const own = /(NOT_FOUND - [^"]*)/.exec(error.message)?.[1] ?? 'NOT_FOUND';
  return new BrokerError(
    'missing',
    `${where} has no ${kind} ${name} (${own}). Tailrace does not create it: check the name and the vhost.`,
    { cause: error },
  );
}

async function isStream(management: Management | undefined, looks: Looks, queue: string): Promise<boolean> {
  // Without rights to ask, it is taken for a queue.
  const type = management ? (await management.queue(queue)).type : await looks.queueType(queue).catch(() => undefined);
  return type === 'stream';
}
