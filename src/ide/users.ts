import type { Channel, Consume, Publish, Route } from '../model/model';

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

/** `2 producers · 3 consumers`, `dead letters of 1 channel · 0 consumers`: services, however often they say it. */
export function usersOf(channel: Channel): string {
  const producers = countServices(producersOf(channel));
  // Dead letters often come by way of an exchange of their own.
  const dead = new Set(
    upstream(channel).flatMap((c) => c.routesIn.filter((route) => route.kind === 'dead-letter').map((route) => route.from.id)),
  );
  const before =
    producers === 0 && dead.size > 0
      ? `dead letters of ${count(dead.size, 'channel')}`
      : count(producers, 'producer');
  return `${before} · ${count(countServices(consumersOf(channel)), 'consumer')}`;
}

function upstream(channel: Channel): readonly Channel[] {
  return reach(channel, (c) => c.routesIn.filter(carrying).map((route) => route.from));
}

function countServices(edges: readonly (Publish | Consume)[]): number {
  return new Set(edges.map((edge) => edge.service.name)).size;
}

function count(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? '' : 's'}`;
}

function reach(from: Channel, next: (channel: Channel) => readonly Channel[]): readonly Channel[] {
  const seen = new Set<Channel>([from]);
  for (const channel of seen) for (const other of next(channel)) seen.add(other);
  return [...seen];
}
