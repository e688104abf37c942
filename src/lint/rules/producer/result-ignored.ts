import { effectivePublish } from '../../../delivery/effective';
import type { Publish } from '../../../model/model';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords } from '../../words';

/** The broker's answer comes, and nobody looks at it. */
export default defineRule({
  name: 'producer/result-ignored',
  severity: 'error',
  summary: 'A publisher whose messages must not get lost does not look at what becomes of a send.',
  why: `
Sending returns before the message is safe. Whether it is, the broker tells later: in the future or callback of a
Kafka producer, in a confirm or nack of RabbitMQ, in JetStream's PubAck. When the answer is an error, or
never comes because the client has given up, only a program that looks at it can send again, keep the message, or
tell somebody. Waiting for each answer is slow; counting them, or awaiting a batch of them, is not.

It is reported where a file says \`awaitResult: false\` (SmallRye \`waitForWriteCompletion\`, Spring Cloud Stream \`sync\`); what a
program does with the answer, no other file tells. With
\`acks=0\`, without confirms and without \`waitForAck\` there is no answer, and other rules say so.`,
  sources: [
    'https://kafka.apache.org/40/javadoc/org/apache/kafka/clients/producer/KafkaProducer.html',
    'https://www.rabbitmq.com/docs/reliability',
    'https://www.rabbitmq.com/docs/confirms#publisher-confirms',
    'https://docs.nats.io/nats-concepts/jetstream',
  ],
  messages: {
    ignored: '{edge} and nobody looks at the result ({said}): {failure} goes unnoticed, and the message is lost. {cure}.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
            inside: { protocol: nats }
          channels:
            orders.placed: { broker: events }
            mail: { broker: work, queue: quorum }
            jobs.done: { broker: inside, stream: { storage: file, replicas: 3 } }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all, awaitResult: false }
                mail: { guarantee: at-least-once, confirms: true, awaitResult: false }
                jobs.done: { waitForAck: true, awaitResult: false }
        `,
        report: text`
          error producer/result-ignored checkout publishes to topic orders.placed and nobody looks at the result (awaitResult: false): a send that fails for good goes unnoticed, and the message is lost. Await what send returns, or give it a callback that handles the error.
            test.flow.yaml:13:74
            13 |       orders.placed: { guarantee: at-least-once, acks: all, awaitResult: false }
               |                                                                          ^^^^^
            test.flow.yaml:13:35 checkout declares at-least-once here

          error producer/result-ignored checkout publishes to queue mail and nobody looks at the result (awaitResult: false): a nack, or a confirm that never comes, goes unnoticed, and the message is lost. Keep each message until its confirm is there, and publish it again after a nack.
            test.flow.yaml:14:70
            14 |       mail: { guarantee: at-least-once, confirms: true, awaitResult: false }
               |                                                                      ^^^^^
            test.flow.yaml:14:26 checkout declares at-least-once here

          warning producer/result-ignored checkout publishes to stream jobs.done and nobody looks at the result (awaitResult: false): a PubAck that is an error or never comes goes unnoticed, and the message is lost. Await the PubAck, and publish again without one.
            test.flow.yaml:15:51
            15 |       jobs.done: { waitForAck: true, awaitResult: false }
               |                                                   ^^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
            inside: { protocol: nats }
          channels:
            orders.placed: { broker: events }
            mail: { broker: work, queue: quorum }
            jobs.done: { broker: inside, stream: { storage: file, replicas: 3 } }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all, awaitResult: true }
                mail: { guarantee: at-least-once, confirms: true, awaitResult: true }
                jobs.done: { waitForAck: true, awaitResult: true }
        `,
      },
      {
        files: text`
          === asyncapi.yaml
          asyncapi: 3.0.0
          info: { title: checkout, version: 1.0.0 }
          servers:
            events: { host: "kafka-1.example.com:9093", protocol: kafka-secure }
          channels:
            ordersPlaced: { address: orders.placed }
          operations:
            placeOrder:
              action: send
              channel: { $ref: "#/channels/ordersPlaced" }
              x-tailrace: { guarantee: at-least-once, acks: all, awaitResult: false }
        `,
        report: text`
          error producer/result-ignored checkout publishes to topic orders.placed and nobody looks at the result (awaitResult: false): a send that fails for good goes unnoticed, and the message is lost. Await what send returns, or give it a callback that handles the error.
            asyncapi.yaml:11:69
            11 |     x-tailrace: { guarantee: at-least-once, acks: all, awaitResult: false }
               |                                                                     ^^^^^
            asyncapi.yaml:11:30 checkout declares at-least-once here
        `,
        fixed: text`
          === asyncapi.yaml
          asyncapi: 3.0.0
          info: { title: checkout, version: 1.0.0 }
          servers:
            events: { host: "kafka-1.example.com:9093", protocol: kafka-secure }
          channels:
            ordersPlaced: { address: orders.placed }
          operations:
            placeOrder:
              action: send
              channel: { $ref: "#/channels/ordersPlaced" }
              x-tailrace: { guarantee: at-least-once, acks: all, awaitResult: true }
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
          channels:
            orders.placed: { broker: events }
            clicks: { broker: events }
            mail: { broker: work, queue: quorum }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all, awaitResult: true }
                clicks: { guarantee: at-most-once, acks: all, awaitResult: false }
                mail: { guarantee: at-least-once, confirms: true }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
            inside: { protocol: nats }
          channels:
            clicks: { broker: events }
            mail: { broker: work, queue: quorum }
            trucks.position: { broker: inside }
          services:
            web:
              publishes:
                clicks: { guarantee: at-least-once, acks: 0, awaitResult: false }
                mail: { guarantee: at-least-once, confirms: false, awaitResult: false }
                trucks.position: { awaitResult: false }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const publish of model.publishes) {
      const said = publish.settings.awaitResult;
      if (said === undefined || said.value) continue;
      const answer = answerOf(publish);
      if (answer === undefined) continue;
      const wish = wants.publish(publish);
      const severity = judge('error', wish, 'written');
      if (severity === undefined) continue;
      yield {
        message: 'ignored',
        at: said.at,
        data: { edge: edgeWords(publish), said: keys[model.files.get(said.at.file)?.dialect ?? ''] ?? 'awaitResult: false', ...answer },
        severity,
        related: wishRelated(wish),
        fixes: replaceFix(model, said.at, 'awaitResult', 'true', false),
      };
    }
  },
});

/** How other files than a flow file say it. */
const keys: Readonly<Record<string, string>> = { microprofile: 'waitForWriteCompletion=false', spring: 'sync: false' };

/** What can go wrong and where the program would learn of it; undefined where there is no answer to look at. */
function answerOf(publish: Publish): { readonly failure: string; readonly cure: string } | undefined {
  const { acks, confirms } = effectivePublish(publish);
  switch (publish.protocol) {
    case 'kafka':
      if (acks?.from === 'declared' && acks.value === '0') return undefined;
      return { failure: 'a send that fails for good', cure: 'Await what send returns, or give it a callback that handles the error' };
    case 'rabbitmq':
      if (confirms === undefined || confirms.from === 'unknown' || !confirms.value) return undefined;
      return { failure: 'a nack, or a confirm that never comes,', cure: 'Keep each message until its confirm is there, and publish it again after a nack' };
    case 'nats':
      if (publish.settings.waitForAck?.value !== true) return undefined;
      return { failure: 'a PubAck that is an error or never comes', cure: 'Await the PubAck, and publish again without one' };
    default:
      return undefined;
  }
}
