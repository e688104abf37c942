import { effectiveConsume } from '../../../delivery/effective';
import { insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { isTryOut } from '../../locality';
import { defineRule } from '../../rule';
import { edgeWords, reasonOf } from '../../words';

/** More unacknowledged messages than the plan bears. */
export default defineRule({
  name: 'managed/cloudamqp-unacked',
  severity: 'warning',
  summary: 'A consumer on a shared plan of CloudAMQP may hold more unacknowledged messages than the plan allows.',
  why: `
On its shared plans CloudAMQP closes a connection with more than 1000 unacknowledged messages (\`CONNECTION_FORCED - Too many
unacked messages\`). The messages go back to the queue and are delivered again: a consumer with a prefetch above that, or
with none at all, is cut off just when the queue is long, and starts anew each time. A prefetch of at most 1000 over all
consumers of a connection cannot get there.

It is reported where a file says that the plan is shared. A prefetch of 0 is no limit; where it is only the default of the
client it is an information.`,
  sources: ['https://84codes.helpscoutdocs.com/article/237-maximum-unacked-messages', 'https://www.rabbitmq.com/docs/consumer-prefetch'],
  messages: {
    above: '{edge} with prefetch {prefetch}, but {broker} is on a shared plan of CloudAMQP, which closes connections with more than 1000 unacknowledged messages. Use a prefetch of 1000 at most.',
    none: '{edge} without a limit (prefetch 0), but {broker} is on a shared plan of CloudAMQP, which closes connections with more than 1000 unacknowledged messages. Use a prefetch of 1000 at most.',
    default: '{edge} and does not say its prefetch; {reason}, which is no limit. {broker} is on a shared plan of CloudAMQP, which closes connections with more than 1000 unacknowledged messages. Use a prefetch of 1000 at most.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, managed: cloudamqp, plan: shared, environment: production }
          channels:
            mail: { broker: work, queue: quorum }
          services:
            mailer:
              client: amqplib@0.10
              consumes:
                mail: { ack: manual, prefetch: 5000 }
            printer:
              client: amqplib@0.10
              consumes:
                mail: { ack: manual, prefetch: 0 }
            archive:
              client: amqplib@0.10
              consumes:
                mail: { ack: manual }
        `,
        report: text`
          warning managed/cloudamqp-unacked mailer consumes queue mail with prefetch 5000, but work is on a shared plan of CloudAMQP, which closes connections with more than 1000 unacknowledged messages. Use a prefetch of 1000 at most.
            test.flow.yaml:10:38
            10 |       mail: { ack: manual, prefetch: 5000 }
               |                                      ^^^^
            test.flow.yaml:3:57 the plan of work

          warning managed/cloudamqp-unacked printer consumes queue mail without a limit (prefetch 0), but work is on a shared plan of CloudAMQP, which closes connections with more than 1000 unacknowledged messages. Use a prefetch of 1000 at most.
            test.flow.yaml:14:38
            14 |       mail: { ack: manual, prefetch: 0 }
               |                                      ^
            test.flow.yaml:3:57 the plan of work

          info managed/cloudamqp-unacked archive consumes queue mail and does not say its prefetch; amqplib's default is 0, which is no limit. work is on a shared plan of CloudAMQP, which closes connections with more than 1000 unacknowledged messages. Use a prefetch of 1000 at most.
            test.flow.yaml:18:7
            18 |       mail: { ack: manual }
               |       ^^^^
            test.flow.yaml:3:57 the plan of work
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, managed: cloudamqp, plan: shared, environment: production }
          channels:
            mail: { broker: work, queue: quorum }
          services:
            mailer:
              client: amqplib@0.10
              consumes:
                mail: { ack: manual, prefetch: 200 }
            printer:
              client: amqplib@0.10
              consumes:
                mail: { ack: manual, prefetch: 200 }
            archive:
              client: amqplib@0.10
              consumes:
                mail: { ack: manual, prefetch: 200 }
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, managed: cloudamqp, plan: shared, environment: production }
            own: { protocol: rabbitmq, managed: cloudamqp, plan: dedicated, environment: production }
          channels:
            mail: { broker: work, queue: quorum }
            print: { broker: own, queue: quorum }
          services:
            mailer:
              client: amqplib@0.10
              consumes:
                mail: { ack: manual, prefetch: 200 }
                print: { ack: manual, prefetch: 5000 }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, managed: cloudamqp, plan: shared, environment: production }
          channels:
            mail: { broker: work, queue: classic }
          services:
            mailer:
              client: amqplib@0.10
              consumes:
                mail: { ack: auto, prefetch: 5000 }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const consume of model.consumes) {
      const broker = consume.channel?.broker;
      if (broker?.managed?.value !== 'cloudamqp' || broker.plan?.value !== 'shared' || isTryOut(broker, context)) continue;
      const { prefetch, ack } = effectiveConsume(consume);
      // What is acknowledged as it is sent is never unacknowledged.
      if (ack?.from === 'declared' && ack.value === 'auto') continue;
      if (prefetch === undefined || prefetch.from === 'unknown' || (prefetch.value > 0 && prefetch.value <= 1000)) continue;
      const declared = prefetch.from === 'declared';
      if (!declared && prefetch.assumed === true) continue;
      yield {
        message: !declared ? 'default' : prefetch.value === 0 ? 'none' : 'above',
        at: declared ? prefetch.at : consume.at,
        data: { edge: edgeWords(consume), broker: broker.name, prefetch: prefetch.value, reason: reasonOf(consume, prefetch) },
        severity: declared ? 'warning' : 'info',
        related: [{ at: broker.plan.at, message: `the plan of ${broker.name}` }],
        fixes: declared ? replaceFix(model, prefetch.at, 'prefetch', '200', false) : insertFix(consume, 'prefetch', '200', false),
      };
    }
  },
});
