import { text } from '../../example';
import { logsAndSkips } from '../../redelivery';
import { defineRule } from '../../rule';
import { wishRelated } from '../../wants';
import { couldSaySettings, edgeWords } from '../../words';

/** Spring Kafka tries a record, logs it, and goes on. */
export default defineRule({
  name: 'dlq/log-and-skip',
  severity: 'error',
  summary: 'A Spring Kafka listener logs a record that keeps failing and goes on, and the record is gone.',
  why: `
Spring Kafka's default error handler has the listener try a record ten times in all, without a pause. Then its
recoverer writes one line to the log, and the container commits the offset: the record is processed nowhere and kept
nowhere. A database that is away for a second is enough. A DeadLetterPublishingRecoverer sends such records to a
topic instead, and so do @RetryableTopic and \`spring.kafka.retry.topic.enabled\`. Before version 2.5 a record was
logged and passed over at its first failure.

The recoverer is set in code, which no file shows. So it is asked only of listeners whose records somebody declares to
need, and, as an information, of those that a flow file describes: it can say \`onFailure.deadLetter\`.`,
  sources: [
    'https://docs.spring.io/spring-kafka/reference/kafka/annotation-error-handling.html#default-eh',
    'https://docs.spring.io/spring-kafka/reference/kafka/annotation-error-handling.html#dead-letters',
    'https://docs.spring.io/spring-kafka/reference/retrytopic.html',
  ],
  messages: {
    skipped: '{edge} with Spring Kafka, which logs a record that failed {times} and goes on: the record is gone. Set a DeadLetterPublishingRecoverer, and name its topic (onFailure.deadLetter).',
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
          services:
            billing:
              client: spring-kafka@3.2
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing }
                orders.billed: { group: billing, onFailure: { retries: 2 } }
        `,
        report: text`
          error dlq/log-and-skip billing consumes topic orders.placed with Spring Kafka, which logs a record that failed 10 times and goes on: the record is gone. Set a DeadLetterPublishingRecoverer, and name its topic (onFailure.deadLetter).
            test.flow.yaml:11:7
            11 |       orders.placed: { guarantee: at-least-once, group: billing }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:11:35 billing declares at-least-once here

          info dlq/log-and-skip billing consumes topic orders.billed with Spring Kafka, which logs a record that failed 3 times and goes on: the record is gone. Set a DeadLetterPublishingRecoverer, and name its topic (onFailure.deadLetter).
            test.flow.yaml:12:7
            12 |       orders.billed: { group: billing, onFailure: { retries: 2 } }
               |       ^^^^^^^^^^^^^
        `,
      },
      {
        files: text`
          === src/main/resources/application.yml
          spring:
            application: { name: billing }
            kafka:
              consumer: { group-id: billing }
          app: { topic: orders.placed }
          === shop.flow.yaml
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            billing:
              consumes:
                orders.placed: { guarantee: at-least-once }
        `,
        report: text`
          error dlq/log-and-skip billing consumes topic orders.placed with Spring Kafka, which logs a record that failed 10 times and goes on: the record is gone. Set a DeadLetterPublishingRecoverer, and name its topic (onFailure.deadLetter).
            shop.flow.yaml:9:7
            9 |       orders.placed: { guarantee: at-least-once }
              |       ^^^^^^^^^^^^^
            shop.flow.yaml:9:35 billing declares at-least-once here
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
            orders.placed-dlt: { broker: events }
          services:
            billing:
              client: spring-kafka@3.2
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, onFailure: { deadLetter: orders.placed-dlt } }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            clicks: { broker: events }
            orders.placed: { broker: events }
          services:
            billing:
              client: spring-kafka@3.2
              consumes:
                clicks: { guarantee: at-most-once, group: billing }
            shipping:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: at-least-once, group: shipping }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      const tries = logsAndSkips(consume);
      // A client's settings without a topic are of no record that somebody could need.
      if (tries === undefined || consume.channel === undefined || consume.channel.isDeadLetter) continue;
      const wish = wants.consume(consume);
      if (wish.kind === 'waived' || (wish.kind === 'undeclared' && !couldSaySettings(consume))) continue;
      yield {
        message: 'skipped',
        at: consume.at,
        data: { edge: edgeWords(consume), times: tries === 1 ? 'once' : `${tries} times` },
        severity: wish.kind === 'declared' ? 'error' : 'info',
        related: wishRelated(wish),
      };
    }
  },
});
