import { keepsDeadLetters, takesDeadLetters } from '../../deadLetters';
import { durationWords } from '../../durations';
import { text } from '../../example';
import { longestAbsence } from '../../retained';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { channelWords } from '../../words';

/** Messages that wait too long are dropped, and nobody hears of it. */
export default defineRule({
  name: 'capacity/ttl',
  severity: 'warning',
  summary: 'A RabbitMQ queue drops messages that wait too long, and keeps them nowhere.',
  why: `
With a message TTL a queue drops what was not delivered in time. The publisher has its confirm, no consumer saw
the message, and nothing is logged: an hour without consumers is enough to lose an hour of work. With a
dead-letter exchange the same message is kept, with the reason \`expired\` in its x-death header.

Queues of dead letters, and queues that go with their connection or last consumer, are left alone: a TTL there is
a retention that somebody chose.`,
  sources: ['https://www.rabbitmq.com/docs/ttl#per-queue-message-ttl', 'https://www.rabbitmq.com/docs/ttl#message-ttl-dead-lettering', 'https://www.rabbitmq.com/docs/dlx#overview'],
  messages: {
    dropped: '{channel} has a message TTL of {ttl} and no dead-letter exchange: what nobody takes in time is dropped without a word. Give it a dead-letter exchange, or take the TTL away.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: quorum, ttl: 1h }
          services:
            mailer:
              consumes:
                mail: { guarantee: at-least-once, ack: manual }
        `,
        report: text`
          warning capacity/ttl queue mail has a message TTL of 1h and no dead-letter exchange: what nobody takes in time is dropped without a word. Give it a dead-letter exchange, or take the TTL away.
            test.flow.yaml:5:45
            5 |   mail: { broker: work, queue: quorum, ttl: 1h }
              |                                             ^^
            test.flow.yaml:9:26 mailer declares at-least-once here
        `,
      },
      {
        files: text`
          === definitions.json
          {
            "rabbit_version": "4.1.0",
            "vhosts": [{ "name": "/" }],
            "queues": [
              { "name": "mail", "vhost": "/", "durable": true, "auto_delete": false, "arguments": { "x-message-ttl": 60000 } }
            ]
          }
        `,
        report: text`
          info capacity/ttl queue mail has a message TTL of 1m and no dead-letter exchange: what nobody takes in time is dropped without a word. Give it a dead-letter exchange, or take the TTL away.
            definitions.json:5:108
            5 |     { "name": "mail", "vhost": "/", "durable": true, "auto_delete": false, "arguments": { "x-message-ttl": 60000 } }
              |                                                                                                            ^^^^^
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
            dead: { broker: work, exchange: fanout }
            mail: { broker: work, queue: quorum, ttl: 1h, deadLetter: dead }
            mail.dead: { broker: work, queue: quorum, ttl: 14d, bindings: [{ exchange: dead }] }
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
            prices: { broker: work, queue: classic, ttl: 5s }
            replies: { broker: work, queue: classic, ttl: 1m, exclusive: true }
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
      const { ttl, queue, exclusive, autoDelete } = channel.settings;
      if (channel.space !== 'queue' || ttl === undefined || !(ttl.value >= 0) || queue?.value === 'stream') continue;
      if (keepsDeadLetters(channel) || takesDeadLetters(channel) || exclusive?.value === true || autoDelete?.value === true) continue;
      // Where a consumer may be away for longer, `capacity/retention-lag` says the same with that time.
      if (longestAbsence(channel) > ttl.value) continue;
      const wish = wants.channel(channel);
      const severity = judge('warning', wish, 'written');
      if (severity === undefined) continue;
      yield {
        message: 'dropped', at: ttl.at, data: { channel: channelWords(channel), ttl: durationWords(ttl.value) },
        severity, related: wishRelated(wish),
      };
    }
  },
});
