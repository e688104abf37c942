import type { Channel, Consume, Publish } from '../model/model';
import { consumersOf, producersOf, upstream } from '../model/users';

export { consumersOf, producersOf };

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

function countServices(edges: readonly (Publish | Consume)[]): number {
  return new Set(edges.map((edge) => edge.service.name)).size;
}

function count(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? '' : 's'}`;
}
