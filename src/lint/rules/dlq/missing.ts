import type { Consume } from '../../../model/model';
import { text } from '../../example';
import { droppingLimitOf, logsAndSkips, requeueLoop } from '../../redelivery';
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
(Kafka), or comes back for ever or is dropped (RabbitMQ). A dead-letter channel keeps it for somebody to look at
while the others go on.

Asked only of consumers that declare at-least-once or more, or that say after how many retries they give up;
on a folder without declared guarantees it would report every consumer. MQTT and NATS know no dead letters; of what
JetStream gives up \`dlq/max-deliver-silent\` tells, and of what Spring Kafka passes over \`dlq/log-and-skip\`.`,
  sources: [
    'https://www.rabbitmq.com/docs/dlx',
    'https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling',
    'https://docs.spring.io/spring-kafka/reference/kafka/annotation-error-handling.html',
  ],
  messages: {
    kafka: '{edge} and has nowhere to put a record that it cannot process: it blocks its partition, or is skipped. Name a dead-letter topic (onFailure.deadLetter, or deadLetter on the topic).',
    rabbitmq: '{edge} and the queue has no dead-letter exchange: a message that cannot be processed comes back for ever, or is dropped. Set deadLetter on the queue.',
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
            mail: { broker: work, queue: classic }
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
      // `dlq/log-and-skip`, `dlq/nack-requeue-loop` and `dlq/limit-drops` tell more exactly what becomes of the message.
      if (logsAndSkips(consume) !== undefined || requeueLoop(consume) !== undefined || droppingLimitOf(channel) !== undefined) continue;
      const message = kindOf(consume);
      const wish = wants.consume(consume);
      const givesUp = settings.onFailure?.retries !== undefined;
      if (message === undefined || wish.kind === 'waived' || (wish.kind === 'undeclared' && !givesUp)) continue;
      yield {
        message,
        at: consume.at,
        data: { edge: edgeWords(consume) },
        severity: wish.kind === 'declared' ? 'warning' : 'info',
        related: wishRelated(wish),
      };
    }
  },
});

function kindOf(consume: Consume): 'kafka' | 'rabbitmq' | undefined {
  if (consume.protocol === 'kafka') return 'kafka';
  // Streams of RabbitMQ are read, not drained: nothing is ever dead-lettered there.
  return consume.protocol === 'rabbitmq' && consume.channel?.kind !== 'stream' ? 'rabbitmq' : undefined;
}
