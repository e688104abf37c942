import type { RouteKind } from '../model/facts';
import type { Channel, Consume, Publish } from '../model/model';
import type { Sourced } from '../text/range';
import { channelWords } from './words';

/** The order that somebody relies on, and who says it. */
export interface OrderWish {
  readonly order: Sourced<'per-key' | 'total'>;
  readonly who: string;
}

/** Routes that carry messages on: what comes out of them is in the order in which it came in. */
const carrying: ReadonlySet<RouteKind> = new Set(['binding', 'match', 'alternate', 'bridge', 'import', 'mapping', 'stream-source', 'mirror']);

/**
 * The order that is relied on at a channel: what the channel says, what those say who publish or consume there, and what
 * is said of the channels that its messages come from or go on to. `none` at a channel ends the search behind it.
 */
export function orderAt(channel: Channel): OrderWish | undefined {
  // Several rules ask for each channel, and a filter may take in thousands.
  let wish = known.get(channel);
  if (wish === undefined) known.set(channel, (wish = lookFrom(channel) ?? 'none'));
  return wish === 'none' ? undefined : wish;
}

const known = new WeakMap<Channel, OrderWish | 'none'>();

function lookFrom(channel: Channel): OrderWish | undefined {
  return saidAt(channel) ?? search(channel, (c) => c.routesIn.filter((r) => carrying.has(r.kind)).map((r) => r.from))
    ?? search(channel, (c) => c.routesOut.filter((r) => carrying.has(r.kind)).map((r) => r.to));
}

/** The same for one publish or consume: its own word comes first, and the others' of its channel do not count. */
export function orderOf(edge: Publish | Consume): OrderWish | undefined {
  const own = edge.settings.needs?.ordering;
  if (own !== undefined) return isOrder(own) ? { order: own, who: edge.service.name } : undefined;
  return edge.channel && orderAt(edge.channel);
}

/** Where the order is asked for, for the related places of a finding. */
export function orderRelated({ order, who }: OrderWish): { at: Sourced<unknown>['at']; message: string }[] {
  return [{ at: order.at, message: `${who} needs ${order.value} order` }];
}

function search(start: Channel, next: (channel: Channel) => readonly Channel[]): OrderWish | undefined {
  const seen = new Set([start]);
  for (const channel of seen) {
    if (channel !== start) {
      const said = saidAt(channel);
      if (said !== undefined) return said;
    }
    if (channel.settings.ordering?.value === 'none') continue;
    for (const other of next(channel)) seen.add(other);
  }
  return undefined;
}

function saidAt(channel: Channel): OrderWish | undefined {
  const words = channelWords(channel);
  for (const said of [channel.settings.ordering, channel.settings.needs?.ordering]) {
    if (said !== undefined) return isOrder(said) ? { order: said, who: words } : undefined;
  }
  for (const edge of [...channel.consumes, ...channel.publishes]) {
    const said = edge.settings.needs?.ordering;
    if (said !== undefined && isOrder(said)) return { order: said, who: edge.service.name };
  }
  return undefined;
}

function isOrder(said: Sourced<'none' | 'per-key' | 'total'>): said is Sourced<'per-key' | 'total'> {
  return said.value !== 'none';
}
