import { text } from '../../example';
import { deadLetterCycles } from '../../deadLetterCycles';
import { defineRule } from '../../rule';
import { channelWords } from '../../words';

/** Dead letters come back to where they died. */
export default defineRule({
  name: 'dlq/cycle',
  severity: 'error',
  summary: 'Dead letters of a channel lead back to it.',
  why: `
A message that cannot be processed is dead-lettered, comes back, and fails again, for ever: the queue works on
nothing else, and its depth hides the loop. If no consumer rejected the message on the way (it only expired or
was pushed out), RabbitMQ notices the cycle and drops the message instead, without an error.

A loop through a queue with a message TTL that nobody consumes is the usual way to retry after a delay. It is
reported as an information only, since it ends if consumers count the attempts in the x-death header.`,
  sources: ['https://www.rabbitmq.com/docs/dlx#routing', 'https://www.rabbitmq.com/docs/dlx#effects'],
  messages: {
    loop: 'Dead letters of {from} come back to it ({path}): a message that always fails goes round for ever, or is dropped if it only expired. Send them to a channel of their own.',
    round: 'Dead letters of {from} come back to it ({path}): a message that always fails goes round for ever. Send them to a channel of their own.',
    delay: 'Dead letters of {from} come back to it after a delay ({path}): a message that always fails goes round for ever unless consumers count the attempts in x-death. Make sure that they do.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            jobs: { broker: work, exchange: direct }
            mail: { broker: work, queue: quorum, bindings: [{ exchange: jobs, routingKey: mail }], deadLetter: jobs }
        `,
        report: text`
          error dlq/cycle Dead letters of queue mail come back to it (mail -> jobs -> mail): a message that always fails goes round for ever, or is dropped if it only expired. Send them to a channel of their own.
            test.flow.yaml:6:102
            6 |   mail: { broker: work, queue: quorum, bindings: [{ exchange: jobs, routingKey: mail }], deadLetter: jobs }
              |                                                                                                      ^^^^
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            jobs: { broker: work, exchange: direct }
            again: { broker: work, exchange: fanout }
            mail: { broker: work, queue: quorum, bindings: [{ exchange: jobs, routingKey: mail }], deadLetter: again }
            mail.wait: { broker: work, queue: classic, ttl: 30s, bindings: [{ exchange: again }], deadLetter: jobs }
        `,
        report: text`
          info dlq/cycle Dead letters of queue mail come back to it after a delay (mail -> again -> mail.wait -> jobs -> mail): a message that always fails goes round for ever unless consumers count the attempts in x-death. Make sure that they do.
            test.flow.yaml:7:102
            7 |   mail: { broker: work, queue: quorum, bindings: [{ exchange: jobs, routingKey: mail }], deadLetter: again }
              |                                                                                                      ^^^^^
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail.wait: { broker: work, queue: classic, ttl: 30s, bindings: [{ exchange: wait }], deadLetter: again }
            wait: { broker: work, exchange: fanout }
            again: { broker: work, exchange: fanout }
            mail: { broker: work, queue: quorum, bindings: [{ exchange: again }], deadLetter: wait }
        `,
        report: text`
          info dlq/cycle Dead letters of queue mail.wait come back to it after a delay (mail.wait -> again -> mail -> wait -> mail.wait): a message that always fails goes round for ever unless consumers count the attempts in x-death. Make sure that they do.
            test.flow.yaml:5:100
            5 |   mail.wait: { broker: work, queue: classic, ttl: 30s, bindings: [{ exchange: wait }], deadLetter: again }
              |                                                                                                    ^^^^^
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders: { broker: events, deadLetter: orders.dlq }
            orders.dlq: { broker: events, deadLetter: orders }
        `,
        report: text`
          error dlq/cycle Dead letters of topic orders come back to it (orders -> orders.dlq -> orders): a message that always fails goes round for ever. Send them to a channel of their own.
            test.flow.yaml:5:41
            5 |   orders: { broker: events, deadLetter: orders.dlq }
              |                                         ^^^^^^^^^^
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
            jobs: { broker: work, exchange: direct }
            dead: { broker: work, exchange: fanout }
            mail: { broker: work, queue: quorum, bindings: [{ exchange: jobs, routingKey: mail }], deadLetter: dead }
            mail.dead: { broker: work, queue: quorum, bindings: [{ exchange: dead }] }
        `,
      },
    ],
  },
  * check(model) {
    for (const { path, route } of deadLetterCycles(model)) {
      const from = path[0]!;
      // Who waits in a queue with a TTL that nobody reads is on the way back to a retry in another one.
      const waiting = path.find((c) => c.settings.ttl !== undefined && c.consumes.length === 0);
      const delayed = waiting !== undefined && path.some((c) => c !== waiting && c.space === 'queue');
      yield {
        // That a loop without a rejection drops what expires is RabbitMQ's own precaution.
        message: delayed ? 'delay' : from.protocol === 'rabbitmq' ? 'loop' : 'round',
        at: route.fact.to.name.at,
        data: { from: channelWords(from), path: [...path, from].map((c) => c.address).join(' -> ') },
        severity: delayed ? 'info' : 'error',
      };
    }
  },
});
