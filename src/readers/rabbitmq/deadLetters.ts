import type { RouteFact } from '../../model/facts';
import type { Sourced } from '../../text/range';
import { get, type MapNode } from '../../syntax/tree';
import { nodeRange } from '../shared/places';
import { channelRef, dialect, listOf, nameAt, vhostOf, type Context } from './context';
import type { Effective, InForce } from './effective';

/**
 * Where a queue's dead letters go. To a named exchange that is one route. The default exchange takes
 * the routing key for a queue's name, so with `dead-letter-routing-key` the target is that queue.
 */
export function deadLetterRoutes(
  c: Context, node: MapNode, queue: Sourced<string>, vhost: string, force: Effective,
): void {
  const exchange = force.text('dead-letter-exchange');
  if (exchange === undefined) return;
  const key = force.text('dead-letter-routing-key');
  const route = (to: RouteFact['to'], inferred?: string): RouteFact => ({
    kind: 'route', dialect, route: 'dead-letter', extent: nodeRange(c.file, node),
    from: { ...channelRef(queue, 'queue', vhost), mustExist: false }, to,
    key: key && { value: key.value, at: key.at }, by: exchange.by ?? `queue "${queue.value}"`, inferred,
  });
  if (exchange.value !== '') {
    c.facts.push(route(channelRef(place(exchange), 'exchange', vhost)));
    return;
  }
  if (key !== undefined) {
    c.facts.push(route(
      channelRef(place(key), 'queue', vhost),
      `The default exchange delivers to the queue that the routing key names: "${key.value}".`,
    ));
    return;
  }
  for (const name of keysInto(c, queue.value, vhost)) {
    c.facts.push(route(
      { ...channelRef({ value: name, at: exchange.at }, 'queue', vhost), mustExist: false },
      'No dead-letter-routing-key is set, so a dead letter keeps the key it came with, '
        + `and the default exchange takes that for a queue's name: "${name}".`,
    ));
  }
}

/** The queues that the keys of messages in a queue name: the keys of its bindings, else its own name. */
function keysInto(c: Context, queue: string, vhost: string): string[] {
  const { keys, queues } = indexOf(c);
  const own = keys.get(at(vhost, queue));
  if (own === undefined) return [queue];
  return [...own].filter((key) => queues.has(at(vhost, key))).sort();
}

interface Index {
  /** Binding keys by vhost and queue. */
  readonly keys: ReadonlyMap<string, ReadonlySet<string>>;
  readonly queues: ReadonlySet<string>;
}

/** One index a file, since a file may hold thousands of queues that ask for it. */
const indexes = new WeakMap<Context, Index>();

function indexOf(c: Context): Index {
  const known = indexes.get(c);
  if (known !== undefined) return known;
  const keys = new Map<string, Set<string>>();
  for (const binding of listOf(c, 'bindings')) {
    const destination = nameAt(c, get(binding, 'destination'))?.value;
    if (destination === undefined || nameAt(c, get(binding, 'destination_type'))?.value === 'exchange') {
      continue;
    }
    const id = at(vhostOf(c, binding).value, destination);
    const own = keys.get(id) ?? new Set();
    keys.set(id, own.add(nameAt(c, get(binding, 'routing_key'))?.value ?? ''));
  }
  const queues = listOf(c, 'queues').map((q) =>
    at(vhostOf(c, q).value, nameAt(c, get(q, 'name'))?.value ?? ''));
  const index = { keys, queues: new Set(queues) };
  indexes.set(c, index);
  return index;
}

function at(vhost: string, name: string): string {
  return `${vhost}\n${name}`;
}

function place(value: InForce<string>): Sourced<string> {
  return { value: value.value, at: value.at };
}
