import { effectiveChannel } from '../../../delivery/effective';
import { brokerDefaultWords } from '../../../delivery/words';
import type { ChannelSettings } from '../../../model/settings';
import { valueWords } from '../../../model/settingWords';
import { keepsDeadLetters, takesDeadLetters } from '../../deadLetters';
import { replaceFix } from '../../dialectKeys';
import { countWords } from '../../durations';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { channelWords, overflowWords } from '../../words';

/** A full queue makes room by throwing away what has waited longest. */
export default defineRule({
  name: 'capacity/drop-head',
  severity: 'warning',
  summary: 'A full RabbitMQ queue drops its oldest messages, and keeps them nowhere.',
  why: `
A queue with a length limit drops messages from its head when it is full, unless its overflow behaviour says
otherwise: \`drop-head\` is the default. They were confirmed to their publishers, and are gone without an error. It
happens when consumers are slow or away, which is when the messages matter. With overflow \`reject-publish\` the
broker refuses new messages instead, which a publisher with confirms sees as a nack; with a dead-letter
exchange the dropped ones are kept, with the reason \`maxlen\`.

A quorum queue does not know \`reject-publish-dlx\`: it takes it for \`drop-head\`, and only its server's log says so.

Queues of dead letters, and queues that go with their connection or last consumer, are left alone.`,
  sources: ['https://www.rabbitmq.com/docs/maxlength#overflow-behaviour', 'https://www.rabbitmq.com/docs/dlx#overview', 'https://www.rabbitmq.com/docs/quorum-queues#length-limit'],
  messages: {
    written: '{channel} holds at most {limit} and has overflow {overflow}: once it is full it drops its oldest messages, which were confirmed. Set overflow to reject-publish, or give it a dead-letter exchange.',
    default: '{channel} holds at most {limit} and says no overflow; {reason}. Once it is full it drops its oldest messages, which were confirmed. Set overflow to reject-publish, or give it a dead-letter exchange.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: quorum, maxLength: 10000, overflow: drop-head }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: true, persistent: true }
        `,
        report: text`
          warning capacity/drop-head queue mail holds at most 10,000 messages and has overflow drop-head: once it is full it drops its oldest messages, which were confirmed. Set overflow to reject-publish, or give it a dead-letter exchange.
            test.flow.yaml:5:68
            5 |   mail: { broker: work, queue: quorum, maxLength: 10000, overflow: drop-head }
              |                                                                    ^^^^^^^^^
            test.flow.yaml:9:26 checkout declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: quorum, maxLength: 10000, overflow: reject-publish }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: true, persistent: true }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            print: { broker: work, queue: classic, maxLengthBytes: 10MiB }
        `,
        report: text`
          info capacity/drop-head queue print holds at most 10MiB and says no overflow; RabbitMQ's default is drop-head. Once it is full it drops its oldest messages, which were confirmed. Set overflow to reject-publish, or give it a dead-letter exchange.
            test.flow.yaml:5:58
            5 |   print: { broker: work, queue: classic, maxLengthBytes: 10MiB }
              |                                                          ^^^^^
        `,
      },
      {
        files: text`
          === definitions.json
          {
            "rabbit_version": "4.1.0",
            "vhosts": [{ "name": "/" }],
            "policies": [{ "vhost": "/", "name": "limit", "pattern": "^mail", "apply-to": "queues", "definition": { "max-length": 500 }, "priority": 0 }],
            "queues": [{ "name": "mail", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {} }]
          }
        `,
        report: text`
          info capacity/drop-head queue mail holds at most 500 messages and says no overflow; RabbitMQ's default is drop-head. Once it is full it drops its oldest messages, which were confirmed. Set overflow to reject-publish, or give it a dead-letter exchange.
            definitions.json:4:121
            4 |   "policies": [{ "vhost": "/", "name": "limit", "pattern": "^mail", "apply-to": "queues", "definition": { "max-length": 500 }, "priority": 0 }],
              |                                                                                                                         ^^^
        `,
      },
      {
        files: text`
          === definitions.json
          {
            "rabbit_version": "4.1.0",
            "vhosts": [{ "name": "/" }],
            "queues": [
              { "name": "mail", "vhost": "/", "durable": true, "auto_delete": false,
                "arguments": { "x-queue-type": "quorum", "x-max-length": 500, "x-overflow": "reject-publish-dlx" } },
              { "name": "print", "vhost": "/", "durable": true, "auto_delete": false,
                "arguments": { "x-queue-type": "classic", "x-max-length": 500, "x-overflow": "reject-publish-dlx" } }
            ]
          }
        `,
        report: text`
          info capacity/drop-head queue mail holds at most 500 messages and has overflow reject-publish-dlx, which a quorum queue takes for drop-head: once it is full it drops its oldest messages, which were confirmed. Set overflow to reject-publish, or give it a dead-letter exchange.
            definitions.json:6:84
            6 |       "arguments": { "x-queue-type": "quorum", "x-max-length": 500, "x-overflow": "reject-publish-dlx" } },
              |                                                                                    ^^^^^^^^^^^^^^^^^^
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
            dead: { broker: work, queue: quorum, maxLength: 100000 }
            mail: { broker: work, queue: quorum, maxLength: 10000, overflow: reject-publish }
            print: { broker: work, queue: classic, maxLength: 10000, deadLetter: dead }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: true, persistent: true }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            prices: { broker: work, queue: classic, maxLength: 1 }
          services:
            screen:
              consumes:
                prices: { guarantee: at-most-once, ack: auto }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const channel of model.channels) {
      const { queue, exclusive, autoDelete } = channel.settings;
      if (channel.space !== 'queue' || queue?.value === 'stream') continue;
      const limit = limitOf(channel.settings);
      const { overflow } = effectiveChannel(channel);
      if (limit === undefined || overflow === undefined || overflow.from === 'unknown' || overflow.value !== 'drop-head') continue;
      if (keepsDeadLetters(channel) || takesDeadLetters(channel) || exclusive?.value === true || autoDelete?.value === true) continue;
      const wish = wants.channel(channel);
      const severity = judge('warning', wish, 'written');
      if (severity === undefined) continue;
      const declared = overflow.from === 'declared';
      yield {
        message: declared ? 'written' : 'default',
        at: declared ? overflow.at : limit.at,
        data: { channel: channelWords(channel), limit: limit.words, overflow: overflowWords(channel, overflow.value), reason: brokerDefaultWords(overflow) },
        severity,
        related: wishRelated(wish),
        fixes: declared ? replaceFix(model, overflow.at, 'overflow', 'reject-publish', false) : undefined,
      };
    }
  },
});

function limitOf({ maxLength, maxLengthBytes }: ChannelSettings): { words: string; at: NonNullable<typeof maxLength>['at'] } | undefined {
  if (maxLength !== undefined) return { words: `${countWords(maxLength.value)} messages`, at: maxLength.at };
  return maxLengthBytes && { words: valueWords('maxLengthBytes', maxLengthBytes.value), at: maxLengthBytes.at };
}
