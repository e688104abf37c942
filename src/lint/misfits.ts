import { effectivePublish } from '../delivery/effective';
import { isStaticKey, patternsOverlap } from '../model/match';
import type { Channel, Publish, Route } from '../model/model';
import { nearness } from '../text/suggest';
import { isExternal } from './channels';

/** Whether a binding takes a routing key, for the types of exchanges that compare them. */
export function takesKey(exchange: Channel, binding: Route, key: string): boolean {
  const pattern = binding.key?.value ?? '';
  return exchange.settings.exchange?.value === 'topic' ? patternsOverlap('rabbitmq', pattern, key) : pattern === key;
}

const idleOf = new WeakMap<Channel, readonly Route[]>();

/** The bindings that take nothing of what is published to an exchange; none unless the files tell all keys. */
export function idleBindings(exchange: Channel): readonly Route[] {
  let found = idleOf.get(exchange);
  // Each publisher asks, and each answer goes over all bindings and all keys.
  if (found === undefined) idleOf.set(exchange, (found = findIdle(exchange)));
  return found;
}

function findIdle(exchange: Channel): readonly Route[] {
  const type = exchange.settings.exchange?.value;
  if ((type !== 'topic' && type !== 'direct') || exchange.publishes.length === 0) return [];
  if (exchange.routesIn.length > 0 || isExternal(exchange)) return [];
  const keys = exchange.publishes.map((p) => p.settings.routingKey?.value);
  // A template is matched level by level; a key described in words tells nothing.
  if (!keys.every((key) => key !== undefined && !/\s/.test(key) && (type === 'topic' || isStaticKey(key)))) return [];
  return exchange.routesOut.filter((route) => route.kind === 'binding' && !keys.some((key) => takesKey(exchange, route, key!)));
}

/** True where the broker neither returns nor keeps what no binding takes. */
export function dropsUnroutable(publish: Publish): boolean {
  if (publish.channel?.routesOut.some((route) => route.kind === 'alternate')) return false;
  const { mandatory } = effectivePublish(publish);
  return mandatory?.from !== 'unknown' && !(mandatory?.from === 'declared' && mandatory.value);
}

/** Of more idle bindings than this the nearest is not looked for: that takes time, and one key is not at fault then. */
const comparable = 50;

/**
 * The publishes to an exchange whose key no binding takes, by the idle binding whose key is nearest: a key that is
 * mistyped at either end is one fault, which `topology/filter-mismatch` tells at the binding.
 */
export function misfits(exchange: Channel): ReadonlyMap<Route, readonly Publish[]> {
  const idle = idleBindings(exchange);
  const found = new Map<Route, Publish[]>();
  if (idle.length === 0) return found;
  const bindings = exchange.routesOut.filter((route) => route.kind === 'binding');
  for (const publish of exchange.publishes) {
    const key = publish.settings.routingKey?.value;
    if (key === undefined || !isStaticKey(key) || !dropsUnroutable(publish)) continue;
    if (bindings.some((binding) => takesKey(exchange, binding, key))) continue;
    const nearest = idle.length > comparable ? idle[0]! : idle.reduce((best, one) =>
      (nearness(key, one.key?.value ?? '') < nearness(key, best.key?.value ?? '') ? one : best));
    found.set(nearest, [...found.get(nearest) ?? [], publish]);
  }
  return found;
}
