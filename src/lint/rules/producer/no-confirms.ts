import { effectivePublish } from '../../../delivery/effective';
import { insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords, originOf, reasonOf, speaks } from '../../words';

/** Without confirms RabbitMQ never takes responsibility for a message. */
export default defineRule({
  name: 'producer/no-confirms',
  severity: 'error',
  summary: 'A RabbitMQ publisher whose messages must not get lost does not use publisher confirms.',
  why: `
A publish over AMQP is written to a socket and forgotten. If the connection drops, or the broker fails before
it has stored the message, the publisher does not learn of it. Only on a channel in confirm mode does the
broker answer each message once it has taken responsibility: after a majority of a quorum queue has it, or
after a classic queue has written a persistent message to disk. No client library switches confirms on by
itself.`,
  sources: ['https://www.rabbitmq.com/docs/confirms#publisher-confirms', 'https://www.rabbitmq.com/docs/publishers#data-safety'],
  messages: {
    off: '{edge} without publisher confirms: a dropped connection loses messages unseen. {how}.',
    default: '{edge} and confirms is not set; {reason}. A dropped connection loses messages unseen. {how}.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: quorum }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: false }
        `,
        report: text`
          error producer/no-confirms checkout publishes to queue mail without publisher confirms: a dropped connection loses messages unseen. Use a confirm channel and say confirms: true.
            test.flow.yaml:9:51
            9 |       mail: { guarantee: at-least-once, confirms: false }
              |                                                   ^^^^^
            test.flow.yaml:9:26 checkout declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: quorum }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: true }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: quorum }
          services:
            checkout:
              client: amqplib@2.0
              publishes:
                mail: { guarantee: at-least-once, persistent: true }
        `,
        report: text`
          error producer/no-confirms checkout publishes to queue mail and confirms is not set; amqplib's default is false. A dropped connection loses messages unseen. Use a confirm channel and say confirms: true.
            test.flow.yaml:10:7
            10 |       mail: { guarantee: at-least-once, persistent: true }
               |       ^^^^
            test.flow.yaml:10:26 checkout declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: quorum }
          services:
            checkout:
              client: amqplib@2.0
              publishes:
                mail: { guarantee: at-least-once, persistent: true, confirms: true }
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
            events: { protocol: kafka }
          channels:
            mail: { broker: work, queue: quorum }
            hints: { broker: work, queue: classic }
            orders: { broker: events }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: true }
                hints: { guarantee: best-effort }
                orders: { guarantee: at-least-once, acks: all }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const publish of model.publishes) {
      if (!speaks(publish, 'rabbitmq')) continue;
      const { confirms } = effectivePublish(publish);
      const origin = originOf(confirms);
      if (confirms === undefined || confirms.from === 'unknown' || confirms.value || origin === undefined) continue;
      const wish = wants.publish(publish);
      const severity = judge('error', wish, origin);
      if (severity === undefined) continue;
      const safe = wish.kind === 'declared';
      const how = publish.facts.some((f) => f.dialect === 'spring')
        ? 'Set spring.rabbitmq.publisher-confirm-type to correlated, and look at the confirms'
        : 'Use a confirm channel and say confirms: true';
      yield {
        message: confirms.from === 'declared' ? 'off' : 'default',
        at: confirms.from === 'declared' ? confirms.at : publish.at,
        data: { edge: edgeWords(publish), reason: reasonOf(publish, confirms), how },
        severity,
        related: wishRelated(wish),
        fixes: confirms.from === 'declared'
          ? replaceFix(model, confirms.at, 'confirms', 'true', safe) : insertFix(publish, 'confirms', 'true', safe),
      };
    }
  },
});
