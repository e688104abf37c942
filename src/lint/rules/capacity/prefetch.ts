import { effectiveConsume } from '../../../delivery/effective';
import { insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { couldSaySettings, edgeWords, originOf, reasonOf } from '../../words';

/** The broker pushes a whole backlog into one consumer. */
export default defineRule({
  name: 'capacity/prefetch',
  severity: 'warning',
  summary: 'A RabbitMQ consumer takes any number of messages before it has acknowledged one.',
  why: `
Without a prefetch (or with 0, which means the same) the broker sends a consumer all that waits in the queue. After
an outage that is the whole backlog in the memory of the first consumer that comes back: it may run out of
memory, the others get nothing, and when it falls all of it is delivered again. A quorum queue stops at 2,000
messages. The documentation finds 100 to 300 enough for full throughput in most cases.

Consumers with automatic acknowledgement are left to \`consumer/auto-ack\`: a prefetch does nothing for them. A client's
default is told only where a flow file or an AsyncAPI document describes the consumer, since other files could
not say that the code sets a prefetch.`,
  sources: [
    'https://www.rabbitmq.com/docs/confirms#channel-qos-prefetch',
    'https://www.rabbitmq.com/docs/confirms#channel-qos-prefetch-throughput',
    'https://www.rabbitmq.com/docs/consumer-prefetch',
  ],
  messages: {
    written: '{edge} with prefetch 0, which is no limit: after an outage one consumer gets the whole backlog{cap}. Set prefetch to 100 or so.',
    default: '{edge} and prefetch is not set; {reason}, which is no limit: after an outage one consumer gets the whole backlog{cap}. Set prefetch to 100 or so.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: classic }
            print: { broker: work, queue: quorum }
          services:
            mailer:
              client: amqplib@0.10
              consumes:
                mail: { ack: manual, prefetch: 0 }
                print: { ack: manual }
        `,
        report: text`
          warning capacity/prefetch mailer consumes queue mail with prefetch 0, which is no limit: after an outage one consumer gets the whole backlog. Set prefetch to 100 or so.
            test.flow.yaml:11:38
            11 |       mail: { ack: manual, prefetch: 0 }
               |                                      ^

          info capacity/prefetch mailer consumes queue print and prefetch is not set; amqplib's default is 0, which is no limit: after an outage one consumer gets the whole backlog (up to 2,000 messages, as the queue is a quorum queue). Set prefetch to 100 or so.
            test.flow.yaml:12:7
            12 |       print: { ack: manual }
               |       ^^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: classic }
            print: { broker: work, queue: quorum }
          services:
            mailer:
              client: amqplib@0.10
              consumes:
                mail: { ack: manual, prefetch: 100 }
                print: { ack: manual, prefetch: 100 }
        `,
      },
      {
        files: text`
          === src/main/resources/application.properties
          quarkus.application.name=mailer
          mp.messaging.incoming.mail.connector=smallrye-rabbitmq
          mp.messaging.incoming.mail.queue.name=mail
          mp.messaging.incoming.mail.max-outstanding-messages=0
        `,
        report: text`
          warning capacity/prefetch mailer consumes queue mail with prefetch 0, which is no limit: after an outage one consumer gets the whole backlog. Set prefetch to 100 or so.
            src/main/resources/application.properties:4:53
            4 | mp.messaging.incoming.mail.max-outstanding-messages=0
              |                                                     ^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: classic }
            print: { broker: work, queue: classic }
            audit: { broker: work, queue: stream }
          services:
            mailer:
              client: amqplib@0.10
              consumes:
                mail: { ack: manual, prefetch: 100 }
                print: { ack: auto }
                audit: { ack: manual }
            printer:
              client: spring-amqp@3.1
              consumes:
                print: { ack: manual }
        `,
      },
      {
        files: text`
          === src/main/resources/application.properties
          quarkus.application.name=mailer
          mp.messaging.incoming.mail.connector=smallrye-rabbitmq
          mp.messaging.incoming.mail.queue.name=mail
        `,
      },
    ],
  },
  * check(model) {
    for (const consume of model.consumes) {
      const { channel } = consume;
      // Streams refuse a consumer without a prefetch.
      if (consume.protocol !== 'rabbitmq' || channel?.kind === 'stream' || channel?.settings.queue?.value === 'stream') continue;
      const { prefetch, ack } = effectiveConsume(consume);
      if (prefetch === undefined || prefetch.from === 'unknown' || prefetch.value !== 0) continue;
      if (ack?.from !== 'unknown' && ack?.value === 'auto') continue;
      const origin = originOf(prefetch);
      if (origin === 'assumed' || (origin === 'default' && !couldSaySettings(consume))) continue;
      const declared = prefetch.from === 'declared';
      const cap = channel?.settings.queue?.value === 'quorum' ? ' (up to 2,000 messages, as the queue is a quorum queue)' : '';
      yield {
        message: declared ? 'written' : 'default',
        at: declared ? prefetch.at : consume.at,
        data: { edge: edgeWords(consume), reason: reasonOf(consume, prefetch), cap },
        severity: declared && cap === '' ? 'warning' : 'info',
        fixes: declared ? replaceFix(model, prefetch.at, 'prefetch', '100', false) : insertFix(consume, 'prefetch', '100', false),
      };
    }
  },
});
