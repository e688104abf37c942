import { edgeClient } from '../../../delivery/effective';
import type { Consume } from '../../../model/model';
import type { SourceRange } from '../../../text/range';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { couldSaySettings, edgeWords } from '../../words';

/** What failed is tried again at once, when nothing can have changed. */
export default defineRule({
  name: 'retry/no-backoff',
  severity: 'warning',
  summary: 'A consumer tries a message again without waiting.',
  why: `
Most failures are of something else: a database that restarts, a service that is full. Tried again at once, a message
uses up its attempts within milliseconds and is given up, though a minute later it would have gone through; and all
consumers together hit what is already down. A first wait of a second or so, which grows with each attempt, costs
nothing when all is well.

A \`delay\` of 0 or \`backoff: none\` counts where it is written. Spring Kafka's error handler does not wait by default:
that is an information where a flow file or an AsyncAPI document states the number of retries and no waiting time.`,
  sources: [
    'https://docs.spring.io/spring-kafka/reference/kafka/annotation-error-handling.html#default-eh',
    'https://www.rabbitmq.com/docs/confirms#consumer-nacks-requeue',
    'https://docs.nats.io/using-nats/developing-with-nats/js/consumers#delivery-reliability',
  ],
  messages: {
    written: '{edge} and tries what failed again{times} without waiting ({said}), before anything can have changed. Set a delay of a second or so, and backoff to exponential.',
    default: '{edge} and tries what failed again{times}, and says no waiting time; Spring Kafka\'s default is none: it is tried before anything can have changed. Set onFailure.delay and backoff.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
            orders.billed: { broker: events }
            orders.shipped: { broker: events }
          services:
            billing:
              client: spring-kafka@3.2
              consumes:
                orders.placed: { group: billing, onFailure: { retries: 5, delay: 0ms } }
                orders.billed: { group: billing, onFailure: { retries: -1, backoff: none } }
                orders.shipped: { group: billing, onFailure: { retries: 5 } }
        `,
        report: text`
          warning retry/no-backoff billing consumes topic orders.placed and tries what failed again 5 times without waiting (delay 0), before anything can have changed. Set a delay of a second or so, and backoff to exponential.
            test.flow.yaml:12:72
            12 |       orders.placed: { group: billing, onFailure: { retries: 5, delay: 0ms } }
               |                                                                        ^^^

          warning retry/no-backoff billing consumes topic orders.billed and tries what failed again for ever without waiting (backoff none), before anything can have changed. Set a delay of a second or so, and backoff to exponential.
            test.flow.yaml:13:75
            13 |       orders.billed: { group: billing, onFailure: { retries: -1, backoff: none } }
               |                                                                           ^^^^

          info retry/no-backoff billing consumes topic orders.shipped and tries what failed again 5 times, and says no waiting time; Spring Kafka's default is none: it is tried before anything can have changed. Set onFailure.delay and backoff.
            test.flow.yaml:14:63
            14 |       orders.shipped: { group: billing, onFailure: { retries: 5 } }
               |                                                               ^
        `,
      },
      {
        files: text`
          === src/main/resources/application.yml
          spring:
            application: { name: mailer }
            rabbitmq:
              listener:
                simple:
                  retry: { enabled: true, max-attempts: 5, initial-interval: 0ms }
        `,
        report: text`
          warning retry/no-backoff mailer consumes and tries what failed again 4 times without waiting (delay 0), before anything can have changed. Set a delay of a second or so, and backoff to exponential.
            src/main/resources/application.yml:6:68
            6 |         retry: { enabled: true, max-attempts: 5, initial-interval: 0ms }
              |                                                                    ^^^
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
            orders.placed: { broker: events }
            orders.billed: { broker: events }
          services:
            billing:
              client: spring-kafka@3.2
              consumes:
                orders.placed: { group: billing, onFailure: { retries: 5, delay: 1s, backoff: exponential } }
                orders.billed: { group: billing, onFailure: { retries: 0, backoff: none } }
            shipping:
              client: kafkajs@2.2
              consumes:
                orders.placed: { group: shipping, onFailure: { retries: 5 } }
        `,
      },
      {
        files: text`
          === src/main/resources/application.yml
          spring:
            application: { name: mailer }
            rabbitmq:
              listener:
                simple:
                  retry: { enabled: true, max-attempts: 5 }
        `,
      },
    ],
  },
  * check(model) {
    for (const consume of model.consumes) {
      const { onFailure } = consume.settings;
      if (onFailure === undefined || onFailure.retries?.value === 0) continue;
      const data = { edge: edgeWords(consume), times: timesWords(onFailure.retries?.value) };
      const none = noWaiting(consume);
      if (none !== undefined) {
        yield { message: 'written', at: none.at, data: { ...data, said: none.said } };
      } else if (onFailure.retries !== undefined && onFailure.delay === undefined && onFailure.backoff === undefined && retriesInPlace(consume)) {
        yield { message: 'default', at: onFailure.retries.at, data, severity: 'info' };
      }
    }
  },
});

function noWaiting({ settings }: Consume): { at: SourceRange; said: string } | undefined {
  const { delay, backoff } = settings.onFailure ?? {};
  if (backoff?.value === 'none') return { at: backoff.at, said: 'backoff none' };
  return delay?.value === 0 ? { at: delay.at, said: 'delay 0' } : undefined;
}

/** True where Spring Kafka's own error handler is what tries again: retry topics wait a second, the binder has its own. */
function retriesInPlace(consume: Consume): boolean {
  const client = edgeClient(consume);
  return client?.id === 'spring-kafka' && !/cloud-stream/i.test(client.written) && couldSaySettings(consume)
    && consume.channel?.routesOut.every((route) => route.kind !== 'retry') !== false
    && !consume.facts.some((fact) => fact.dialect === 'spring' && fact.settings.onFailure !== undefined);
}

function timesWords(retries: number | undefined): string {
  if (retries === undefined) return '';
  if (retries < 0) return ' for ever';
  return retries === 1 ? ' once' : ` ${retries} times`;
}
