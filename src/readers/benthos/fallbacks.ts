import type { ConsumeFact, Fact, PublishFact, RouteFact } from '../../model/facts';
import { defined } from '../shared/defined';
import { afterFailure } from './components';
import { dialect } from './context';

/**
 * The facts of a pipeline with its dead letters: what an output of a `fallback` refuses goes to the next
 * one. Only ends of one protocol are joined; what a queue's message becomes in Kafka is no dead letter of it.
 */
export function withDeadLetters(facts: readonly Fact[]): Fact[] {
  const fallbacks = facts.filter((f): f is PublishFact => f.kind === 'publish' && isFallback(f));
  if (fallbacks.length === 0) return [...facts];
  return facts.flatMap((fact): Fact[] => {
    if (fact.kind !== 'consume' || fact.channel === undefined) return [fact];
    const targets = fallbacks.filter((f) =>
      f.protocol === fact.protocol && f.service.value === fact.service.value);
    const routes = targets.flatMap((to) => routeOf(fact, to) ?? []);
    const first = targets[0]?.channel;
    if (first === undefined) return [fact];
    const onFailure = { ...fact.settings.onFailure, deadLetter: first.name };
    return [{ ...fact, settings: { ...fact.settings, onFailure } }, ...routes];
  });
}

function isFallback(fact: PublishFact): boolean {
  return fact.note?.includes(afterFailure) === true;
}

function routeOf(from: ConsumeFact, to: PublishFact): RouteFact | undefined {
  if (from.channel === undefined || to.channel === undefined) return undefined;
  if (to.channel.match !== undefined) return undefined;
  return defined<RouteFact>({
    kind: 'route', route: 'dead-letter', dialect, extent: to.extent, from: from.channel, to: to.channel,
    by: `pipeline ${from.service.value}`,
    inferred: 'A fallback takes the messages that the outputs before it refuse.',
  });
}
