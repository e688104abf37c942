import type { Channel, Consume, Publish, Route } from './model';

/** Routes that carry what was published on its way; a dead letter has left that way. */
const carrying = (route: Route): boolean => route.kind !== 'dead-letter' && route.kind !== 'retry';

/** Publishes that come to a channel, also through exchanges and filters before it. */
export function producersOf(channel: Channel): readonly Publish[] {
  return upstream(channel).flatMap((c) => c.publishes);
}

/** Consumes that get what is published to a channel, also through queues behind it. */
export function consumersOf(channel: Channel): readonly Consume[] {
  return reach(channel, (c) => c.routesOut.filter(carrying).map((route) => route.to)).flatMap(
    (c) => c.consumes,
  );
}

/** A channel with all that what is published to it may have come by. */
export function upstream(channel: Channel): readonly Channel[] {
  return reach(channel, (c) => c.routesIn.filter(carrying).map((route) => route.from));
}

function reach(from: Channel, next: (channel: Channel) => readonly Channel[]): readonly Channel[] {
  const seen = new Set<Channel>([from]);
  for (const channel of seen) for (const other of next(channel)) seen.add(other);
  return [...seen];
}
