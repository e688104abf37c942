import type { Consume } from '../../../model/model';
import type { SourceRange } from '../../../text/range';
import { mayDeadLetter } from '../../deadLetters';
import { text } from '../../example';
import { orderOf, orderRelated } from '../../orderWish';
import { defineRule } from '../../rule';
import { channelWords, edgeWords } from '../../words';

/** A message that is set aside is overtaken by the later ones of its key. */
export default defineRule({
  name: 'ordering/dlq-breaks',
  severity: 'info',
  enabled: false,
  summary: 'Messages that must stay in order are set aside one by one when they fail.',
  why: `
A dead-letter channel lets the others go on, and that is what breaks the order: “order cancelled” is processed while “order
placed” waits for somebody to look at it, and when that one is put back it comes last. Retry topics do the same within
seconds; Spring Kafka's documentation says outright that they give up the order of the topic. Where order counts,
park all later messages of the key behind the one that failed, or stop the partition until it is mended.

Off by default: a dead-letter channel is usually right all the same, and whether the program parks keys no file says.`,
  sources: [
    'https://docs.spring.io/spring-kafka/reference/retrytopic/how-the-pattern-works.html',
    'https://www.rabbitmq.com/docs/queues#message-ordering',
  ],
  messages: {
    aside: '{edge} in order, but a message that fails goes to {to} and the later ones of its key go on: put back, it comes last. Park the key, or stop until it is mended.',
    retried: '{edge} in order, but a message that fails is tried again over {to} while the later ones of its key go on. Try again in place, or park the key.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, partitions: 12, ordering: per-key }
            orders.dead: { broker: events }
            payments: { broker: events, ordering: per-key, routes: { payments.retry: retry } }
            payments.retry: { broker: events }
          services:
            billing:
              consumes:
                orders.placed: { group: billing, onFailure: { retries: 3, deadLetter: orders.dead } }
                payments: { group: billing }
        `,
        report: text`
          info ordering/dlq-breaks billing consumes topic payments in order, but a message that fails is tried again over topic payments.retry while the later ones of its key go on. Try again in place, or park the key.
            test.flow.yaml:7:60
            7 |   payments: { broker: events, ordering: per-key, routes: { payments.retry: retry } }
              |                                                            ^^^^^^^^^^^^^^
            test.flow.yaml:7:41 topic payments needs per-key order

          info ordering/dlq-breaks billing consumes topic orders.placed in order, but a message that fails goes to topic orders.dead and the later ones of its key go on: put back, it comes last. Park the key, or stop until it is mended.
            test.flow.yaml:12:77
            12 |       orders.placed: { group: billing, onFailure: { retries: 3, deadLetter: orders.dead } }
               |                                                                             ^^^^^^^^^^^
            test.flow.yaml:5:62 topic orders.placed needs per-key order
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, partitions: 12, ordering: per-key }
            clicks: { broker: events }
            clicks.dead: { broker: events }
          services:
            billing:
              consumes:
                orders.placed: { group: billing, onFailure: { retries: -1 } }
                clicks: { group: billing, onFailure: { deadLetter: clicks.dead } }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, partitions: 12, ordering: per-key }
            orders.dead: { broker: events }
          services:
            billing:
              consumes:
                orders.placed: { group: billing, onFailure: { retries: 3, deadLetter: orders.dead }, needs: { ordering: none } }
        `,
      },
    ],
  },
  * check(model) {
    for (const consume of model.consumes) {
      const wish = orderOf(consume);
      const aside = wish && asideOf(consume);
      if (aside === undefined) continue;
      yield {
        message: aside.isRetry ? 'retried' : 'aside', at: aside.at, data: { edge: edgeWords(consume), to: aside.to }, related: orderRelated(wish!),
      };
    }
  },
});

/** Where a message that fails is put while the next one is taken. */
function asideOf(consume: Consume): { to: string; at: SourceRange; isRetry: boolean } | undefined {
  const routes = consume.channel?.routesOut ?? [];
  const retry = routes.find((route) => route.kind === 'retry');
  if (retry !== undefined) return { to: channelWords(retry.to), at: retry.fact.to.name.at, isRetry: true };
  const dead = routes.find((route) => route.kind === 'dead-letter' && mayDeadLetter(consume, route));
  return dead && { to: channelWords(dead.to), at: dead.fact.to.name.at, isRetry: false };
}
