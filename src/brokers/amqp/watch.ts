import type { Channel, ChannelModel } from 'amqplib';
import { BrokerError } from '../driver';
import { channelOf } from './client';
import { amqpError } from './failure';
import type { Management } from './management';
import type { RoutePlan, TapBinding } from './routes';

/** What a look at the topology found. */
export interface Seen {
  /** Why the tap sees nothing any more. */
  readonly lost?: string;
  /** What was not seen until now, a sentence each. */
  readonly missed: readonly string[];
}

/** Looks whether what a tap rests on is still there: RabbitMQ tells nobody when a binding or an exchange goes. */
export interface Watch {
  look(): Promise<Seen>;
}

const nothing: Seen = { missed: [] };

/**
 * With the management API the tap's bindings are compared with those that it would get now, and follow them.
 */
export function watchBindings(
  management: Management,
  channel: Channel,
  queue: string,
  first: readonly TapBinding[],
  replan: () => Promise<RoutePlan>,
): Watch {
  let bound = new Map(first.map((b) => [keyOf(b), b]));
  return {
    look: async () => {
      const there = new Set((await management.bindingsTo(queue)).map((b) => keyOf({ ...b, exchange: b.source })));
      const gone = [...bound].find(([key]) => !there.has(key))?.[1];
      if (gone) return { lost: `The exchange ${gone.exchange} was deleted, and with it the tap’s binding.`, missed: [] };
      const wanted = new Map((await replan()).bindings.map((b) => [keyOf(b), b]));
      const missed: string[] = [];
      for (const [key, b] of wanted) {
        if (bound.has(key)) continue;
        await channel.bindQueue(queue, b.exchange, b.routingKey, b.arguments);
        missed.push(
          `what ${b.exchange} routes by the binding ${b.routingKey || '(no key)'} was not seen before now: it is new`,
        );
      }
      for (const [key, b] of bound) {
        // A binding of the tap’s alone would make messages routable that are not.
        if (!wanted.has(key)) await channel.unbindQueue(queue, b.exchange, b.routingKey, b.arguments);
      }
      bound = wanted;
      return { missed };
    },
  };
}

/** Without it, exchanges and the watched queue are asked for, and the bindings are made again where they went. */
export function watchNames(
  connection: ChannelModel,
  queue: string,
  bindings: readonly TapBinding[],
  watched: string | undefined,
): Watch {
  let channel: Channel | undefined;
  return {
    look: async () => {
      try {
        channel ??= await channelOf(connection);
        for (const b of bindings) await channel.bindQueue(queue, b.exchange, b.routingKey, b.arguments);
        if (watched !== undefined) await channel.checkQueue(watched);
        return nothing;
      } catch (error) {
        channel = undefined;
        const e = amqpError(error, 'RabbitMQ');
        // 405: it is another connection's exclusive queue, and there.
        if (/RESOURCE.LOCKED/.test(e.message)) return nothing;
        if (e.kind !== 'missing') throw error;
        const what = /no (exchange|queue) '([^']*)'/.exec(e.message);
        return { lost: what ? `The ${what[1]} ${what[2]} was deleted.` : e.message, missed: [] };
      }
    },
  };
}

/**
 * The plan anew, as long as it changes nothing that the first did not: the user agreed to that one only.
 * @throws BrokerError `missing` where it would, so that it is tried again while a broker's topology comes back.
 */
export function stillAgreed(first: RoutePlan, now: RoutePlan): RoutePlan {
  if (now.plan.verdict === 'refused') throw new BrokerError('missing', now.plan.reason ?? 'The tap is refused.');
  const more = now.plan.changes.filter((c) => !first.plan.changes.includes(c));
  if (more.length > 0) {
    throw new BrokerError(
      'missing',
      `Tapping it now would change something that it did not at the start: ${more.join(' ')} Start the tap anew ` +
        'to be asked.',
    );
  }
  return now;
}

function keyOf(b: Pick<TapBinding, 'exchange' | 'routingKey' | 'arguments'>): string {
  return JSON.stringify([b.exchange, b.routingKey, Object.entries(b.arguments).sort()]);
}
