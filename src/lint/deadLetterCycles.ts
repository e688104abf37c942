import type { RouteKind } from '../model/facts';
import { patternsOverlap } from '../model/match';
import type { Channel, FlowModel, Route } from '../model/model';

export interface DeadLetterCycle {
  /** The channels on the way, beginning with one whose dead letters come back. */
  readonly path: readonly Channel[];
  /** The dead-letter route that leaves the first of them. */
  readonly route: Route;
}

/** A message on its way: where it is, and the keys that it can have there (undefined: nobody can tell). */
interface Step {
  readonly channel: Channel;
  readonly keys: readonly string[] | undefined;
  readonly before: Step | undefined;
}

/**
 * Each way along which dead letters of a channel can come back to it, the shortest for each channel.
 * Routing keys count: a dead letter keeps the key it came with unless the queue sets another, so an
 * exchange passes it only over bindings that take that key. A cycle is told once, at its channel
 * that stands first in the text.
 */
export function deadLetterCycles(model: FlowModel): DeadLetterCycle[] {
  const cycles: DeadLetterCycle[] = [];
  const told = new Set<string>();
  for (const route of model.routes) {
    if (route.kind !== 'dead-letter') continue;
    const path = wayBack(route);
    if (path === undefined) continue;
    const key = path.map((c) => c.id).sort().join('\n');
    if (told.has(key)) continue;
    told.add(key);
    cycles.push({ path, route });
  }
  return cycles;
}

/** More steps than this are no cycle that a person made; the search must end in any graph. */
const maxSteps = 500;

/** Routes on which no dead letter comes back: copies, and what MQTT and NATS brokers do. */
const elsewhere: ReadonlySet<RouteKind> = new Set(
  ['match', 'stream-source', 'mirror', 'bridge', 'import', 'mapping'],
);

function wayBack(route: Route): Channel[] | undefined {
  const start = route.from;
  const first: Step = { channel: route.to, keys: route.key ? [route.key.value] : keysOf(start), before: undefined };
  const queue: Step[] = [first];
  const seen = new Set<string>();
  for (let i = 0; i < queue.length && i < maxSteps; i++) {
    const step = queue[i]!;
    if (step.channel === start) return pathOf(start, step);
    const id = `${step.channel.id}\n${step.keys?.join(' ') ?? ''}`;
    if (seen.has(id)) continue;
    seen.add(id);
    for (const next of step.channel.routesOut) {
      if (elsewhere.has(next.kind)) continue;
      if (next.kind === 'binding' && !passes(next, step.keys)) continue;
      const keys = next.kind === 'dead-letter' && next.key !== undefined ? [next.key.value] : step.keys;
      queue.push({ channel: next.to, keys, before: step });
    }
  }
  return undefined;
}

function pathOf(start: Channel, last: Step): Channel[] {
  const path: Channel[] = [];
  for (let step = last.before; step !== undefined; step = step.before) path.unshift(step.channel);
  return [start, ...path];
}

/** The keys that a queue's messages came with: those of its bindings, as far as they are plain. */
function keysOf(queue: Channel): string[] | undefined {
  const bindings = queue.routesIn.filter((r) => r.kind === 'binding');
  if (bindings.length === 0 || bindings.some((r) => r.from.settings.exchange?.value === 'fanout')) return undefined;
  return bindings.map((r) => r.key?.value ?? '');
}

function passes(binding: Route, keys: readonly string[] | undefined): boolean {
  const type = binding.from.settings.exchange?.value;
  if (keys === undefined || (type !== 'direct' && type !== 'topic')) return true;
  const pattern = binding.key?.value ?? '';
  return keys.some((key) => (type === 'topic' ? patternsOverlap('rabbitmq', pattern, key) : pattern === key));
}
