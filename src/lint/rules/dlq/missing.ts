import type { Consume } from '../../../model/model';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { wishRelated } from '../../wants';
import { edgeWords } from '../../words';

/** There is nowhere to put a message that cannot be processed. */
export default defineRule({
  name: 'dlq/missing',
  severity: 'warning',
  summary: 'A consumer whose messages must not get lost has no dead-letter channel.',
  why: `
Sooner or later a message comes that no retry can process. Without a place to put it, it blocks its partition
(Kafka), comes back for ever or is dropped (RabbitMQ), or is no longer delivered once its attempts are used
up (JetStream). A dead-letter channel keeps it for somebody to look at while the others go on.

Asked only of consumers that declare at-least-once or more, or that say after how many retries they give up;
on a folder without declared guarantees it would report every consumer. MQTT and core NATS know no dead letters.`,
  sources: [
    'https://www.rabbitmq.com/docs/dlx',
    'https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling',
    'https://docs.spring.io/spring-kafka/reference/kafka/annotation-error-handling.html',
    'https://docs.nats.io/nats-concepts/jetstream/consumers',
  ],
  messages: {
    kafka: '{edge} and has nowhere to put a record that it cannot process: it blocks its partition, or is skipped. Name a dead-letter topic (onFailure.deadLetter, or deadLetter on the topic).',
    rabbitmq: '{edge} and the queue has no dead-letter exchange: a message that cannot be processed comes back for ever, or is dropped. Set deadLetter on the queue.',
    nats: '{edge} with maxDeliver {maxDeliver}: a message that fails that often stays in the stream and is delivered no more. Name a channel for it (onFailure.deadLetter).',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
          channels:
            orders.placed: { broker: events }
            mail: { broker: work, queue: quorum }
          services:
            billing:
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing }
            mailer:
              consumes:
                mail: { onFailure: { retries: 3 } }
        `,
        report: text`
          warning dlq/missing billing consumes topic orders.placed and has nowhere to put a record that it cannot process: it blocks its partition, or is skipped. Name a dead-letter topic (onFailure.deadLetter, or deadLetter on the topic).
            test.flow.yaml:11:7
            11 |       orders.placed: { guarantee: at-least-once, group: billing }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:11:35 billing declares at-least-once here

          info dlq/missing mailer consumes queue mail and the queue has no dead-letter exchange: a message that cannot be processed comes back for ever, or is dropped. Set deadLetter on the queue.
            test.flow.yaml:14:7
            14 |       mail: { onFailure: { retries: 3 } }
               |       ^^^^
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            routes.planned: { broker: inside, stream: { storage: file, replicas: 3 } }
          services:
            planner:
              consumes:
                routes.planned: { durable: planner, ackPolicy: explicit, maxDeliver: 5 }
        `,
        report: text`
          info dlq/missing planner consumes stream routes.planned with maxDeliver 5: a message that fails that often stays in the stream and is delivered no more. Name a channel for it (onFailure.deadLetter).
            test.flow.yaml:9:7
            9 |       routes.planned: { durable: planner, ackPolicy: explicit, maxDeliver: 5 }
              |       ^^^^^^^^^^^^^^
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
            orders.placed.dlq: { broker: events }
            clicks: { broker: events }
          services:
            billing:
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, onFailure: { deadLetter: orders.placed.dlq } }
                clicks: { group: billing }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      const { channel, settings } = consume;
      if (channel === undefined || channel.isDeadLetter || settings.onFailure?.deadLetter !== undefined) continue;
      // `dlq/tolerance-all` tells of those that are passed over.
      if (settings.onFailure?.skip?.value === true) continue;
      if (channel.routesOut.some((r) => r.kind === 'dead-letter' || r.kind === 'retry')) continue;
      const message = kindOf(consume);
      const wish = wants.consume(consume);
      const givesUp = settings.onFailure?.retries !== undefined || message === 'nats';
      if (message === undefined || wish.kind === 'waived' || (wish.kind === 'undeclared' && !givesUp)) continue;
      yield {
        message,
        at: consume.at,
        data: { edge: edgeWords(consume), maxDeliver: settings.maxDeliver?.value ?? '' },
        severity: wish.kind === 'declared' ? 'warning' : 'info',
        related: wishRelated(wish),
      };
    }
  },
});

function kindOf(consume: Consume): 'kafka' | 'rabbitmq' | 'nats' | undefined {
  if (consume.protocol === 'kafka') return 'kafka';
  // Streams of RabbitMQ are read, not drained: nothing is ever dead-lettered there.
  if (consume.protocol === 'rabbitmq') return consume.channel?.kind === 'stream' ? undefined : 'rabbitmq';
  return consume.protocol === 'nats' && (consume.settings.maxDeliver?.value ?? -1) > 0 ? 'nats' : undefined;
}
