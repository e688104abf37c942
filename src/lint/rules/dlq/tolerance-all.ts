import { edgeClient } from '../../../delivery/effective';
import type { Consume } from '../../../model/model';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { lower, wishRelated } from '../../wants';
import { edgeWords } from '../../words';

/** A consumer passes over what it cannot process, and keeps it nowhere. */
export default defineRule({
  name: 'dlq/tolerance-all',
  severity: 'error',
  summary: 'Messages that fail are passed over without a dead-letter channel.',
  why: `
A Kafka Connect sink with \`errors.tolerance=all\` goes on behind a record that it cannot convert, and commits its
offset; without \`errors.deadletterqueue.topic.name\` the record is kept nowhere, and unless \`errors.log.enable\` is
set not even mentioned. SmallRye's \`failure-strategy=ignore\` does the same with a record whose processing failed.
One schema that nobody told the sink of then empties a topic without a sound. Name a dead-letter topic, or let the
consumer stop.

Where nobody declares that messages must arrive, it is only a warning: some streams are worth no more.`,
  sources: [
    'https://kafka.apache.org/documentation/#sinkconnectorconfigs_errors.tolerance',
    'https://smallrye.io/smallrye-reactive-messaging/latest/kafka/receiving-kafka-records/#failure-management',
  ],
  messages: {
    skipped: '{edge} and passes over what it cannot process, without a dead-letter channel: such messages are gone. {how}, or let it stop.',
  },
  examples: {
    invalid: [
      {
        files: text`
          === sink.json
          {
            "name": "orders-to-s3",
            "config": {
              "connector.class": "io.confluent.connect.s3.S3SinkConnector",
              "topics": "orders",
              "errors.tolerance": "all"
            }
          }
        `,
        report: text`
          warning dlq/tolerance-all orders-to-s3 consumes topic orders and passes over what it cannot process, without a dead-letter channel: such messages are gone. Name one (errors.deadletterqueue.topic.name), or let it stop.
            sink.json:6:26
            6 |     "errors.tolerance": "all"
              |                          ^^^
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            billing:
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, onFailure: { skip: true } }
        `,
        report: text`
          error dlq/tolerance-all billing consumes topic orders.placed and passes over what it cannot process, without a dead-letter channel: such messages are gone. Name one (onFailure.deadLetter), or let it stop.
            test.flow.yaml:9:85
            9 |       orders.placed: { guarantee: at-least-once, group: billing, onFailure: { skip: true } }
              |                                                                                     ^^^^
            test.flow.yaml:9:35 billing declares at-least-once here
        `,
      },
    ],
    valid: [
      {
        files: text`
          === sink.json
          {
            "name": "orders-to-s3",
            "config": {
              "connector.class": "io.confluent.connect.s3.S3SinkConnector",
              "topics": "orders",
              "errors.tolerance": "all",
              "errors.deadletterqueue.topic.name": "orders.dead"
            }
          }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      const { onFailure } = consume.settings;
      if (onFailure?.skip?.value !== true || onFailure.deadLetter !== undefined) continue;
      if (consume.channel?.routesOut.some((r) => r.kind === 'dead-letter' && r.fact.by === consume.service.name)) continue;
      const wish = wants.consume(consume);
      if (wish.kind === 'waived') continue;
      yield {
        message: 'skipped', at: onFailure.skip.at,
        data: { edge: edgeWords(consume), how: howOf(consume) },
        severity: wish.kind === 'declared' ? 'error' : lower('error'),
        related: wishRelated(wish),
      };
    }
  },
});

/** What to do instead: SmallRye's connectors each have their own strategies, and MQTT has no dead letters. */
function howOf(consume: Consume): string {
  const { fact: { dialect }, protocol } = consume;
  if (dialect === 'microprofile' && protocol === 'mqtt') return 'Keep them yourself before the message counts as done';
  if (dialect === 'microprofile' && protocol === 'rabbitmq') return 'Let the queue set them aside (failure-strategy=reject, auto-bind-dlq=true)';
  // Streams before 4.2 has no dead letters of its own (KIP-1034).
  if (edgeClient(consume)?.id === 'kafka-streams') return 'Have an exception handler of your own keep them';
  return `Name one (${keys[dialect] ?? 'onFailure.deadLetter'})`;
}

/** How the dialects that can skip name their dead-letter topic. */
const keys: Readonly<Record<string, string>> = {
  'kafka-connect': 'errors.deadletterqueue.topic.name',
  strimzi: 'errors.deadletterqueue.topic.name',
  microprofile: 'failure-strategy=dead-letter-queue',
};
