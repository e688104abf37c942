import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { shownUrl, tapName, tapPrefix } from '../address';
import type { Attachment, Loss } from '../attach';
import { batch } from '../batch';
import { BrokerError, type ConnectOptions, type TapSink, type TapTarget } from '../driver';
import type { DriverServices } from '../services';
import { deferred, within } from '../wait';
import { connectAmqp, whereOf } from './client';
import { amqpError, lossReason } from './failure';
import type { Management } from './management';
import { amqpMessage } from './message';
import { unlessRefused, type RoutePlan } from './routes';
import { makeTapQueue } from './tapQueue';
import { stillAgreed, watchBindings, watchNames } from './watch';

const PREFETCH = 2000;
const CALL_WITHIN = 15_000;
/** Milliseconds between two looks at drops; every third looks at the bindings as well. */
const LOOK_EVERY = 1000;
const BINDINGS_EVERY = 3;

/** What a tap of exchanges is made of. */
export interface QueueTapParts {
  readonly options: ConnectOptions;
  readonly target: TapTarget;
  readonly sink: TapSink;
  readonly services: DriverServices;
  readonly management: Management | undefined;
  /** The plan as it is now; the first one is what the user agreed to. */
  plan(): Promise<RoutePlan>;
}

/** Taps exchanges through a queue of its own, in a connection of its own. */
export class QueueTap {
  private first: RoutePlan | undefined;
  /** When the tap was last known to see everything. */
  private heard = 0;

  constructor(private readonly parts: QueueTapParts) {}

  async attach(nth: number, signal: AbortSignal): Promise<Attachment> {
    const { options, sink } = this.parts;
    const where = whereOf(options);
    const route = unlessRefused(await this.parts.plan());
    if (this.first) stillAgreed(this.first, route);
    this.first ??= route;
    const connection = await connectAmqp(options, signal);
    try {
      const attachment = await within(
        this.start(connection, route, where),
        signal,
        CALL_WITHIN,
        where,
        (late) => void late.close(),
      );
      if (nth > 0) {
        sink.dropped(
          0,
          `messages from ${new Date(this.heard).toISOString()} to ${new Date().toISOString()} may be missing: ` +
            'the tap was cut off, and an exchange keeps nothing',
        );
      }
      this.heard = Date.now();
      return attachment;
    } catch (error) {
      await connection.close().catch(() => {});
      throw amqpError(error, where);
    }
  }

  private async start(connection: ChannelModel, route: RoutePlan, where: string): Promise<Attachment> {
    const { options, target, sink, services } = this.parts;
    const over = deferred<Loss>();
    connection.on('close', (error?: Error) => over.resolve({ reason: lossReason(error, where) }));
    const name = tapName(options, '.', 12);
    const entry = await services.ledger.made({
      protocol: 'rabbitmq',
      broker: shownUrl(options.url),
      kind: 'queue',
      name,
    });
    const gathered = batch(sink);
    let closed = false;
    let timer: NodeJS.Timeout | undefined;
    let lastDrops = async (): Promise<void> => {};
    const close = async (): Promise<void> => {
      closed = true;
      clearTimeout(timer);
      await lastDrops();
      gathered.end();
      // What the tap made is exclusive: it goes with the connection, however that ends.
      await connection.close().catch(() => {});
      await services.ledger.removed(entry);
    };
    try {
      const { channel, tellDrops } = await makeTapQueue(connection, name);
      for (const b of route.bindings) {
        await channel.bindQueue(name, b.exchange, b.routingKey, b.arguments);
      }
      // When the connection goes, its channels are told first; the connection knows the reason.
      channel.on('close', () =>
        setImmediate(() => over.resolve({ reason: `${where} closed the tap’s channel.` })),
      );
      channel.on('error', (error: Error) => over.resolve({ reason: amqpError(error, where).message }));
      await channel.prefetch(PREFETCH);
      let last: ConsumeMessage | undefined;
      let largest = 0;
      const settle = (): void => {
        // With noAck the prefetch would not hold, and a slow reader would be flooded.
        if (last && !closed) channel.ack(last, true);
        last = undefined;
      };
      await channel.consume(name, (m) => {
        if (closed) return;
        if (m === null) return over.resolve({ reason: `${where} cancelled the tap’s consumer.` });
        gathered.add(amqpMessage(target.address, m));
        if (m.content.length > largest) largest = m.content.length;
        if (!last) setImmediate(settle);
        last = m;
      });
      const watch = this.watch(connection, channel, name, route);
      lastDrops = () => within(tellDrops(sink, largest), never, 1000, where).catch(() => {});
      const look = async (nth: number): Promise<void> => {
        await tellDrops(sink, largest);
        const seen = nth % BINDINGS_EVERY === 0 ? await watch.look() : undefined;
        if (closed) return;
        for (const why of seen?.missed ?? []) sink.dropped(0, why);
        if (seen?.lost !== undefined) return over.resolve({ reason: seen.lost });
        const now = Date.now();
        // What waits in the tap's queue would go with it.
        if ((await channel.checkQueue(name)).messageCount === 0) this.heard = now;
      };
      const tick = (nth: number): void => {
        timer = setTimeout(() => {
          look(nth)
            .catch((error: unknown) => {
              const e = amqpError(error, where);
              // What was deleted, or would change something now, ends this attachment; a moment's failure does not.
              if (e.kind === 'missing') over.resolve({ reason: e.message });
            })
            .finally(() => {
              if (!closed) tick(nth + 1);
            });
        }, LOOK_EVERY);
      };
      tick(1);
      return { over: over.promise, close };
    } catch (error) {
      await close();
      throw withRights(error, where, options);
    }
  }

  private watch(
    connection: ChannelModel,
    channel: Parameters<typeof watchBindings>[1],
    name: string,
    route: RoutePlan,
  ): ReturnType<typeof watchBindings> {
    const { management, target } = this.parts;
    if (management) {
      return watchBindings(management, channel, name, route.bindings, async () =>
        stillAgreed(this.first!, await this.parts.plan()),
      );
    }
    return watchNames(connection, name, route.bindings, target.kind === 'queue' ? target.address : undefined);
  }
}

const never = new AbortController().signal;

function withRights(error: unknown, where: string, options: ConnectOptions): BrokerError {
  const e = amqpError(error, where);
  if (e.kind !== 'authorization') return e;
  return new BrokerError(
    'authorization',
    `${e.message.replace(/\.$/, '')}. A tap needs the rights configure and write on ` +
      `^${tapPrefix(options).replace(/[.]/g, '\\.')}\\. and read on that and ` +
      'on the exchange.',
    { cause: error },
  );
}
