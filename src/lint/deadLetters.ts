import type { Channel, Consume, Route } from '../model/model';

/** Where the broker itself puts what the channel gives up: not what a consumer publishes of its own accord. */
export function brokerDeadLetters(channel: Channel): Route[] {
  const consumers = new Set(channel.consumes.flatMap(namesOf));
  return channel.routesOut.filter((route) => route.kind === 'dead-letter' && isSaidBesides(route, consumers));
}

/** False where only other consumers of the channel say that they publish its dead letters there. */
export function mayDeadLetter(consume: Consume, route: Route): boolean {
  const own = new Set(namesOf(consume));
  return isSaidBesides(route, new Set(route.from.consumes.flatMap(namesOf).filter((name) => !own.has(name))));
}

function isSaidBesides(route: Route, names: ReadonlySet<string>): boolean {
  return route.facts.some((fact) => fact.by === undefined || !names.has(fact.by));
}

/** How readers name a consumer that makes a route. */
function namesOf({ service, facts }: Consume): string[] {
  return [service.name, ...facts.map((fact) => fact.service.value)].flatMap((name) => [name, `service ${name}`]);
}

/** True if the broker keeps elsewhere what expires or is pushed out, which no consumer gets to see. */
export function keepsDeadLetters(channel: Channel): boolean {
  return brokerDeadLetters(channel).length > 0;
}

/** True if dead letters come to the channel, over an exchange or straight. */
export function takesDeadLetters(channel: Channel): boolean {
  return channel.isDeadLetter
    || channel.routesIn.some((route) => route.kind === 'binding' && route.from.isDeadLetter && route.from.publishes.length === 0);
}
