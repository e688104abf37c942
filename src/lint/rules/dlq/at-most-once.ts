import { effectiveChannel } from '../../../delivery/effective';
import { brokerDeadLetters } from '../../deadLetters';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { channelWords } from '../../words';

/** Dead letters can get lost on their way to where they are kept. */
export default defineRule({
  name: 'dlq/at-most-once',
  severity: 'warning',
  summary: 'RabbitMQ may lose a dead letter between the queue that gives it up and the queue that keeps it.',
  why: `
A queue that dead-letters a message removes it and publishes it anew without waiting for a confirm. If the target
queue has no quorum just then, or its node is down, the message is in neither. Quorum queues can do better: with
dead-letter-strategy \`at-least-once\` and overflow \`reject-publish\` the message stays until the target has confirmed it.
That costs memory while the target is away, and dead letters may come twice. Classic queues have no such strategy.

Where nobody declares that messages must arrive, only a strategy that is written counts.`,
  sources: ['https://www.rabbitmq.com/docs/dlx#safety', 'https://www.rabbitmq.com/docs/quorum-queues#dead-lettering'],
  messages: {
    written: '{channel} hands its dead letters to {to} at most once (deadLetterStrategy {strategy}): one is lost if the target cannot take it just then. Set the dead-letter strategy to at-least-once and overflow to reject-publish.',
    default: '{channel} says no dead-letter strategy, and the default is at-most-once: a dead letter is lost if {to} cannot take it just then. Set the dead-letter strategy to at-least-once and overflow to reject-publish.',
    classic: '{channel} is a classic queue, which hands its dead letters to {to} without waiting for a confirm: one is lost if the target cannot take it just then. Make it a quorum queue with dead-letter strategy at-least-once and overflow reject-publish.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            dead: { broker: work, queue: quorum }
            mail: { broker: work, queue: quorum, deadLetter: dead }
            print: { broker: work, queue: quorum, deadLetter: dead, deadLetterStrategy: at-most-once }
            scan: { broker: work, queue: classic, deadLetter: dead }
          services:
            mailer:
              consumes:
                mail: { guarantee: at-least-once, ack: manual }
                scan: { guarantee: at-least-once, ack: manual }
        `,
        report: text`
          warning dlq/at-most-once queue mail says no dead-letter strategy, and the default is at-most-once: a dead letter is lost if queue dead cannot take it just then. Set the dead-letter strategy to at-least-once and overflow to reject-publish.
            test.flow.yaml:6:52
            6 |   mail: { broker: work, queue: quorum, deadLetter: dead }
              |                                                    ^^^^
            test.flow.yaml:12:26 mailer declares at-least-once here

          info dlq/at-most-once queue print hands its dead letters to queue dead at most once (deadLetterStrategy at-most-once): one is lost if the target cannot take it just then. Set the dead-letter strategy to at-least-once and overflow to reject-publish.
            test.flow.yaml:7:79
            7 |   print: { broker: work, queue: quorum, deadLetter: dead, deadLetterStrategy: at-most-once }
              |                                                                               ^^^^^^^^^^^^

          info dlq/at-most-once queue scan is a classic queue, which hands its dead letters to queue dead without waiting for a confirm: one is lost if the target cannot take it just then. Make it a quorum queue with dead-letter strategy at-least-once and overflow reject-publish.
            test.flow.yaml:8:53
            8 |   scan: { broker: work, queue: classic, deadLetter: dead }
              |                                                     ^^^^
            test.flow.yaml:13:26 mailer declares at-least-once here
        `,
      },
      {
        files: text`
          === definitions.json
          {
            "rabbit_version": "4.1.0",
            "vhosts": [{ "name": "/" }],
            "exchanges": [{ "name": "dead", "vhost": "/", "type": "fanout", "durable": true, "auto_delete": false, "arguments": {} }],
            "queues": [
              { "name": "mail", "vhost": "/", "durable": true, "auto_delete": false,
                "arguments": { "x-queue-type": "quorum", "x-dead-letter-exchange": "dead" } },
              { "name": "mail.dead", "vhost": "/", "durable": true, "auto_delete": false, "arguments": { "x-queue-type": "quorum" } }
            ],
            "bindings": [{ "source": "dead", "vhost": "/", "destination": "mail.dead", "destination_type": "queue", "routing_key": "", "arguments": {} }]
          }
          === mailer.flow.yaml
          flow: 1
          services:
            mailer:
              consumes:
                mail: { guarantee: at-least-once, ack: manual }
        `,
        report: text`
          warning dlq/at-most-once queue mail says no dead-letter strategy, and the default is at-most-once: a dead letter is lost if exchange dead cannot take it just then. Set the dead-letter strategy to at-least-once and overflow to reject-publish.
            definitions.json:7:75
            7 |       "arguments": { "x-queue-type": "quorum", "x-dead-letter-exchange": "dead" } },
              |                                                                           ^^^^
            mailer.flow.yaml:5:26 mailer declares at-least-once here
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
            dead: { broker: work, queue: quorum }
            mail: { broker: work, queue: quorum, deadLetter: dead, deadLetterStrategy: at-least-once, overflow: reject-publish }
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
            work: { protocol: rabbitmq }
          channels:
            dead: { broker: work, queue: quorum }
            mail: { broker: work, queue: quorum, deadLetter: dead }
            print: { broker: work, queue: quorum }
          services:
            mailer:
              consumes:
                mail: { ack: manual }
                print: { guarantee: at-least-once, ack: manual, onFailure: { deadLetter: dead } }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const channel of model.channels) {
      const { deadLetterStrategy: strategy, queue } = effectiveChannel(channel);
      if (channel.space !== 'queue' || queue === undefined || queue.from === 'unknown' || queue.value === 'stream') continue;
      if (strategy?.from === 'unknown' || strategy?.value === 'at-least-once') continue;
      const [route] = brokerDeadLetters(channel);
      if (route === undefined) continue;
      const wish = wants.channel(channel);
      const isClassic = queue.value === 'classic';
      const isWritten = strategy?.from === 'declared' && !isClassic;
      if (wish.kind !== 'declared' && !isWritten) continue;
      const severity = isClassic ? 'info' : judge('warning', wish, 'written');
      if (severity === undefined) continue;
      yield {
        message: isClassic ? 'classic' : isWritten ? 'written' : 'default',
        at: isWritten ? strategy.at : route.fact.to.name.at,
        data: { channel: channelWords(channel), to: channelWords(route.to), strategy: strategy?.value ?? '' },
        severity,
        related: wishRelated(wish),
      };
    }
  },
});
