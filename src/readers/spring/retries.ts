import type { ConsumeFact, RouteFact } from '../../model/facts';
import { defined } from '../shared/defined';
import type { Context } from './context';
import type { RetryTopics } from './kafka';

/**
 * What `spring.kafka.retry.topic` does to the topics that listeners consume: a record that fails goes through
 * retry topics, and at last to `<topic>-dlt` (RetryTopicConfiguration's suffix).
 */
export function retryRoutes(c: Context, retry: RetryTopics): void {
  const isListener = (f: (typeof c.facts)[number]): f is ConsumeFact =>
    f.kind === 'consume' && f.protocol === 'kafka' && f.channel !== undefined
    && (f.client === undefined || f.client.value === 'spring-kafka');
  for (const [i, fact] of c.facts.entries()) {
    if (!isListener(fact) || fact.channel === undefined) continue;
    const name = { value: `${fact.channel.name.value}-dlt`, at: retry.at.at };
    c.facts[i] = {
      ...fact,
      settings: {
        ...fact.settings,
        onFailure: defined({
          retries: retry.retries, delay: retry.delay, deadLetter: name,
          backoff: retry.isExponential ? { value: 'exponential', at: retry.at.at } : undefined,
        }),
      },
    };
    c.facts.push(defined<RouteFact>({
      kind: 'route', route: 'dead-letter', dialect: c.dialect, extent: fact.extent, by: 'spring.kafka.retry.topic',
      from: fact.channel, to: { ...fact.channel, name },
      inferred: 'With spring.kafka.retry.topic.enabled a record that fails too often goes to <topic>-dlt.',
    }));
  }
}
