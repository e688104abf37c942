import type { TapFrom, TapTarget } from '../driver';
import type { Management } from './management';
import { holdable, planPeek } from './peek';
import {
  DIRECT_ALTERNATIVES,
  madeQueue,
  refused,
  refuseHash,
  unknownType,
  type Looks,
  type RoutePlan,
  type TapBinding,
} from './routes';

/**
 * How to tap what reaches a queue: with the bindings that feed it, from now on. Its own messages are not
 * touched, unless the tap is to start at the earliest, which is a look into the queue.
 */
export async function planQueue(
  target: TapTarget,
  at: TapFrom['at'],
  prefix: string,
  looks: Looks,
  management?: Management,
): Promise<RoutePlan> {
  const name = target.address;
  const found = await holdable(name, looks, management);
  const fed = await planFed(target, prefix, looks, management);
  const canTap = fed.plan.verdict !== 'refused';
  if (at === 'earliest') return planPeek(name, found, canTap);
  const starts = planPeek(name, found, canTap).plan.starts;
  return { bindings: fed.bindings, plan: { ...fed.plan, starts } };
}

async function planFed(
  target: TapTarget,
  prefix: string,
  looks: Looks,
  management?: Management,
): Promise<RoutePlan> {
  const name = target.address;
  const feeding: readonly TapBinding[] = management
    ? (await management.bindingsTo(name))
        .filter((b) => b.source !== '')
        .map((b) => ({
          exchange: b.source,
          routingKey: b.routingKey,
          arguments: b.arguments,
        }))
    : (target.bindings ?? []).map((b) => ({ ...b, arguments: {} }));
  if (feeding.length === 0) {
    return refused(
      management
        ? `Nothing but the default exchange feeds the queue ${name}, and what is sent through it ` +
            `cannot be tapped. ${DIRECT_ALTERNATIVES}`
        : `Which exchanges feed the queue ${name} is not known: neither a file nor the management ` +
            'API says so. Enable the management ' +
            'API, name the queue’s bindings in a flow file, or tap the exchange.',
    );
  }
  const changes: string[] = [];
  for (const exchange of [...new Set(feeding.map((b) => b.exchange))].sort()) {
    const type = management ? (await management.exchange(exchange)).type : await looks.exchangeType(exchange);
    const hash = refuseHash(exchange, type);
    if (hash) return hash;
    changes.push(...unknownType(exchange, type));
  }
  return {
    bindings: feeding,
    plan: {
      verdict: changes.length === 0 ? 'ok' : 'ask',
      makes: [
        `${madeQueue(prefix)}, bound like ${name}: ` +
          `${feeding.map((b) => `${b.exchange} ${b.routingKey || '(no key)'}`).join(', ')}. It ` +
          'sees what is published from now on, not what waits in the queue',
      ],
      changes,
      starts: ['latest'],
    },
  };
}

export function planStream(name: string): RoutePlan {
  return {
    bindings: [],
    plan: {
      verdict: 'ok',
      makes: [
        `a consumer on the stream ${name}; reading a stream takes nothing from it. Times are known to the second only`,
      ],
      changes: [],
      starts: ['latest', 'earliest', 'last', 'offset', 'time'],
      untils: ['now', 'offset', 'time'],
    },
  };
}
