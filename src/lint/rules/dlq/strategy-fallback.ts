import { effectiveChannel } from '../../../delivery/effective';
import { brokerDefaultWords } from '../../../delivery/words';
import { keepsDeadLetters } from '../../deadLetters';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { channelWords, overflowWords } from '../../words';

/** A queue is asked for safe dead-lettering, and gives none. */
export default defineRule({
  name: 'dlq/strategy-fallback',
  severity: 'error',
  summary: 'A RabbitMQ queue asks for at-least-once dead-lettering in a way that gives at-most-once.',
  why: `
dead-letter-strategy \`at-least-once\` works only together with overflow \`reject-publish\`. With \`drop-head\`, which is the
default, a quorum queue falls back to at-most-once without an error, even where it has no length limit at all. Classic
queues do not know the strategy. Either way the file says that dead letters are safe, and they are not.`,
  sources: ['https://www.rabbitmq.com/docs/quorum-queues#activating-at-least-once-dead-lettering', 'https://www.rabbitmq.com/docs/quorum-queues#limitations'],
  messages: {
    written: '{channel} asks for at-least-once dead-lettering with overflow {overflow}, and falls back to at-most-once without a word. Set overflow to reject-publish.',
    default: '{channel} asks for at-least-once dead-lettering and says no overflow; {reason}, with which it falls back to at-most-once without a word. Set overflow to reject-publish.',
    classic: '{channel} asks for at-least-once dead-lettering, which only quorum queues know: its dead letters may be lost on the way. Make it a quorum queue with overflow reject-publish.',
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
            mail: { broker: work, queue: quorum, deadLetter: dead, deadLetterStrategy: at-least-once, overflow: drop-head }
        `,
        report: text`
          error dlq/strategy-fallback queue mail asks for at-least-once dead-lettering with overflow drop-head, and falls back to at-most-once without a word. Set overflow to reject-publish.
            test.flow.yaml:6:103
            6 |   mail: { broker: work, queue: quorum, deadLetter: dead, deadLetterStrategy: at-least-once, overflow: drop-head }
              |                                                                                                       ^^^^^^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            dead: { broker: work, queue: quorum }
            mail: { broker: work, queue: quorum, deadLetter: dead, deadLetterStrategy: at-least-once, overflow: reject-publish }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            dead: { broker: work, queue: quorum }
            scan: { broker: work, queue: classic, deadLetter: dead, deadLetterStrategy: at-least-once, overflow: reject-publish }
        `,
        report: text`
          error dlq/strategy-fallback queue scan asks for at-least-once dead-lettering, which only quorum queues know: its dead letters may be lost on the way. Make it a quorum queue with overflow reject-publish.
            test.flow.yaml:6:79
            6 |   scan: { broker: work, queue: classic, deadLetter: dead, deadLetterStrategy: at-least-once, overflow: reject-publish }
              |                                                                               ^^^^^^^^^^^^^
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
                "arguments": { "x-queue-type": "quorum", "x-dead-letter-exchange": "dead", "x-dead-letter-strategy": "at-least-once" } }
            ]
          }
        `,
        report: text`
          error dlq/strategy-fallback queue mail asks for at-least-once dead-lettering and says no overflow; RabbitMQ's default is drop-head, with which it falls back to at-most-once without a word. Set overflow to reject-publish.
            definitions.json:7:109
            7 |       "arguments": { "x-queue-type": "quorum", "x-dead-letter-exchange": "dead", "x-dead-letter-strategy": "at-least-once" } }
              |                                                                                                             ^^^^^^^^^^^^^
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
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            dead: { broker: work, queue: quorum }
            mail: { broker: work, queue: quorum, deadLetter: dead, deadLetterStrategy: at-most-once }
            print: { broker: work, queue: quorum, deadLetterStrategy: at-least-once }
        `,
      },
    ],
  },
  * check(model) {
    for (const channel of model.channels) {
      const { deadLetterStrategy: strategy, overflow, queue } = effectiveChannel(channel);
      if (channel.space !== 'queue' || strategy?.from !== 'declared' || strategy.value !== 'at-least-once') continue;
      // Without an exchange there are no dead letters that a strategy could be about.
      if (queue === undefined || queue.from === 'unknown' || !keepsDeadLetters(channel)) continue;
      const data = { channel: channelWords(channel) };
      if (queue.value === 'classic') {
        if (queue.from === 'declared') yield { message: 'classic', at: strategy.at, data };
        continue;
      }
      if (queue.value !== 'quorum' || overflow === undefined || overflow.from === 'unknown' || overflow.value !== 'drop-head') continue;
      const declared = overflow.from === 'declared';
      yield {
        message: declared ? 'written' : 'default',
        at: declared ? overflow.at : strategy.at,
        data: { ...data, overflow: overflowWords(channel, overflow.value), reason: brokerDefaultWords(overflow) },
        fixes: declared ? replaceFix(model, overflow.at, 'overflow', 'reject-publish', false) : undefined,
      };
    }
  },
});
