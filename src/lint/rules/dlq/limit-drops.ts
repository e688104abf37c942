import { brokerDefaultWords } from '../../../delivery/words';
import { takesDeadLetters } from '../../deadLetters';
import { text } from '../../example';
import { droppingLimitOf } from '../../redelivery';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { channelWords, originOf } from '../../words';

/** A quorum queue gives a message up after so many deliveries, and drops it. */
export default defineRule({
  name: 'dlq/limit-drops',
  severity: 'error',
  summary: 'A RabbitMQ quorum queue drops a message that has failed too often, and keeps it nowhere.',
  why: `
A quorum queue counts how often a message was delivered without success. Above its delivery limit the message is
dead-lettered, or dropped if the queue has no dead-letter exchange. Since RabbitMQ 4.0 the limit is 20 where nobody sets
one; a database that is away for a minute is enough to use that up, and a consumer that crashes takes all messages
it had prefetched one step nearer to it. RabbitMQ recommends a dead-letter exchange for every quorum queue.

Which kinds of return count changed in 4.3: basic.nack does no more, basic.reject and lost consumers do.`,
  sources: ['https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling'],
  messages: {
    written: '{channel} gives a message up after {limit} failed deliveries (deliveryLimit) and has no dead-letter exchange: the message is dropped. Set deadLetter.',
    default: '{channel} says no delivery limit and has no dead-letter exchange; {reason}: a message that fails more often is dropped. Set deadLetter.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, version: "4.1" }
          channels:
            mail: { broker: work, queue: quorum, deliveryLimit: 5 }
            print: { broker: work, queue: quorum }
          services:
            mailer:
              consumes:
                mail: { guarantee: at-least-once, ack: manual }
                print: { guarantee: at-least-once, ack: manual, onFailure: { deadLetter: mail } }
        `,
        report: text`
          error dlq/limit-drops queue mail gives a message up after 5 failed deliveries (deliveryLimit) and has no dead-letter exchange: the message is dropped. Set deadLetter.
            test.flow.yaml:5:55
            5 |   mail: { broker: work, queue: quorum, deliveryLimit: 5 }
              |                                                       ^
            test.flow.yaml:10:26 mailer declares at-least-once here

          error dlq/limit-drops queue print says no delivery limit and has no dead-letter exchange; the default of RabbitMQ >= 4.0 is 20: a message that fails more often is dropped. Set deadLetter.
            test.flow.yaml:6:3
            6 |   print: { broker: work, queue: quorum }
              |   ^^^^^
            test.flow.yaml:11:27 mailer declares at-least-once here
        `,
      },
      {
        files: text`
          === definitions.json
          {
            "rabbit_version": "4.1.0",
            "vhosts": [{ "name": "/" }],
            "queues": [{ "name": "mail", "vhost": "/", "durable": true, "auto_delete": false, "arguments": { "x-queue-type": "quorum" } }]
          }
          === mailer.flow.yaml
          flow: 1
          services:
            mailer:
              consumes:
                mail: { guarantee: at-least-once, ack: manual }
        `,
        report: text`
          warning dlq/limit-drops queue mail says no delivery limit and has no dead-letter exchange; RabbitMQ's default is 20 (assumed: no version is stated): a message that fails more often is dropped. Set deadLetter.
            definitions.json:4:25
            4 |   "queues": [{ "name": "mail", "vhost": "/", "durable": true, "auto_delete": false, "arguments": { "x-queue-type": "quorum" } }]
              |                         ^^^^
            mailer.flow.yaml:5:26 mailer declares at-least-once here
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, version: "4.1" }
          channels:
            dead: { broker: work, exchange: fanout }
            mail: { broker: work, queue: quorum, deliveryLimit: 5, deadLetter: dead }
            mail.dead: { broker: work, queue: quorum, bindings: [{ exchange: dead }] }
          services:
            mailer:
              consumes:
                mail: { guarantee: at-least-once, ack: manual }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            old: { protocol: rabbitmq, version: "3.13" }
            work: { protocol: rabbitmq, version: "4.1" }
          channels:
            mail: { broker: old, queue: quorum }
            print: { broker: work, queue: classic }
            scan: { broker: work, queue: quorum, deliveryLimit: -1 }
          services:
            mailer:
              consumes:
                mail: { guarantee: at-least-once, ack: manual }
                print: { guarantee: at-least-once, ack: manual }
                scan: { guarantee: at-least-once, ack: manual }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const channel of model.channels) {
      const limit = droppingLimitOf(channel);
      if (limit === undefined || (limit.from === 'default' && takesDeadLetters(channel))) continue;
      const wish = wants.channel(channel);
      const severity = judge('error', wish, originOf(limit) ?? 'assumed');
      if (severity === undefined) continue;
      const declared = limit.from === 'declared';
      yield {
        message: declared ? 'written' : 'default',
        at: declared ? limit.at : channel.at,
        data: { channel: channelWords(channel), limit: limit.value, reason: brokerDefaultWords(limit) },
        severity,
        related: wishRelated(wish),
      };
    }
  },
});
