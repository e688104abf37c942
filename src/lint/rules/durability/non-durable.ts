import { isBuiltIn } from '../../channels';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { isLocal, isTryOut } from '../../locality';
import { defineRule } from '../../rule';
import { judge, lower, wishRelated } from '../../wants';
import { channelWords } from '../../words';

/** A queue or exchange that is gone after a restart, with all that waits in it. */
export default defineRule({
  name: 'durability/non-durable',
  severity: 'error',
  summary: 'A RabbitMQ queue or exchange whose messages must not get lost does not survive a restart, or its consumers.',
  why: `
A queue that is not durable is deleted when the broker restarts, with every message in it, persistent or not.
An exclusive queue goes with its connection, an auto-delete queue with its last consumer: a deployment of the
consumer is enough to lose what is waiting. An exchange that is not durable takes its bindings with it, and
what is published then finds no queue. RabbitMQ 4.3 refuses transient queues that are not exclusive.

Brokers in a development or test environment are left alone, and those on this machine or in a compose file
where nobody declares a guarantee. Queues that
are meant to be temporary (exclusive, auto-delete) are an information where nobody declares a guarantee.`,
  sources: ['https://www.rabbitmq.com/docs/queues#durability', 'https://www.rabbitmq.com/docs/queues#temporary-queues'],
  messages: {
    queue: '{channel} is not durable: a restart of the broker deletes it with its messages. Declare it durable.',
    exchange: '{channel} is not durable: a restart of the broker deletes it with its bindings, and messages find no queue. Declare it durable.',
    exclusive: '{channel} is exclusive: it is deleted with its connection, and its messages with it. Declare a durable queue that is not exclusive.',
    autoDelete: '{channel} is auto-delete: it goes with its last {user}, and what is waiting or published meanwhile is lost. Turn auto-delete off.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, environment: production }
          channels:
            mail: { broker: work, queue: classic, durable: false }
            print: { broker: work, queue: classic, durable: true, autoDelete: true }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: true, persistent: true }
        `,
        report: text`
          error durability/non-durable queue mail is not durable: a restart of the broker deletes it with its messages. Declare it durable.
            test.flow.yaml:5:50
            5 |   mail: { broker: work, queue: classic, durable: false }
              |                                                  ^^^^^
            test.flow.yaml:10:26 checkout declares at-least-once here

          info durability/non-durable queue print is auto-delete: it goes with its last consumer, and what is waiting or published meanwhile is lost. Turn auto-delete off.
            test.flow.yaml:6:69
            6 |   print: { broker: work, queue: classic, durable: true, autoDelete: true }
              |                                                                     ^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, environment: production }
          channels:
            mail: { broker: work, queue: classic, durable: true }
            print: { broker: work, queue: classic, durable: true, autoDelete: false }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: true, persistent: true }
        `,
      },
      {
        files: text`
          === definitions.json
          {
            "rabbit_version": "4.1.0",
            "vhosts": [{ "name": "/" }],
            "exchanges": [{ "name": "shop", "vhost": "/", "type": "topic", "durable": false, "auto_delete": false, "arguments": {} }],
            "queues": [{ "name": "mail", "vhost": "/", "durable": false, "auto_delete": false, "arguments": {} }],
            "bindings": []
          }
        `,
        report: text`
          warning durability/non-durable exchange shop is not durable: a restart of the broker deletes it with its bindings, and messages find no queue. Declare it durable.
            definitions.json:4:77
            4 |   "exchanges": [{ "name": "shop", "vhost": "/", "type": "topic", "durable": false, "auto_delete": false, "arguments": {} }],
              |                                                                             ^^^^^

          warning durability/non-durable queue mail is not durable: a restart of the broker deletes it with its messages. Declare it durable.
            definitions.json:5:57
            5 |   "queues": [{ "name": "mail", "vhost": "/", "durable": false, "auto_delete": false, "arguments": {} }],
              |                                                         ^^^^^
        `,
        fixed: text`
          === definitions.json
          {
            "rabbit_version": "4.1.0",
            "vhosts": [{ "name": "/" }],
            "exchanges": [{ "name": "shop", "vhost": "/", "type": "topic", "durable": true, "auto_delete": false, "arguments": {} }],
            "queues": [{ "name": "mail", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {} }],
            "bindings": []
          }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, environment: production }
          channels:
            replies: { broker: work, queue: classic, exclusive: true }
          services:
            checkout:
              consumes:
                replies: { guarantee: at-least-once, ack: manual }
        `,
        report: text`
          error durability/non-durable queue replies is exclusive: it is deleted with its connection, and its messages with it. Declare a durable queue that is not exclusive.
            test.flow.yaml:5:55
            5 |   replies: { broker: work, queue: classic, exclusive: true }
              |                                                       ^^^^
            test.flow.yaml:9:29 checkout declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, environment: production }
          channels:
            replies: { broker: work, queue: classic, exclusive: false }
          services:
            checkout:
              consumes:
                replies: { guarantee: at-least-once, ack: manual }
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, environment: production }
          channels:
            mail: { broker: work, queue: quorum, durable: true }
            hints: { broker: work, queue: classic, durable: false }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: true, persistent: true }
                hints: { guarantee: best-effort }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const channel of model.channels) {
      if (channel.protocol !== 'rabbitmq' || isBuiltIn(channel)) continue;
      const { durable, autoDelete, exclusive } = channel.settings;
      const kind = exclusive?.value === true ? 'exclusive' : autoDelete?.value === true ? 'autoDelete'
        : durable?.value === false ? (channel.space === 'exchange' ? 'exchange' : 'queue') : undefined;
      if (kind === undefined) continue;
      const temporary = kind === 'exclusive' || kind === 'autoDelete';
      const culprit = (kind === 'exclusive' ? exclusive : kind === 'autoDelete' ? autoDelete : durable)!;
      const wish = context.wants.channel(channel);
      // That there is one broker on a laptop is no fault; that a queue is not durable is one wherever it is declared.
      if (wish.kind === 'declared' ? isTryOut(channel.broker, context) : isLocal(channel.broker, context)) continue;
      const severity = judge('error', wish, 'written');
      if (severity === undefined) continue;
      yield {
        message: kind,
        at: culprit.at,
        data: { channel: channelWords(channel), user: channel.space === 'exchange' ? 'binding' : 'consumer' },
        severity: temporary && wish.kind !== 'declared' ? lower(severity) : severity,
        related: wishRelated(wish),
        // A broker refuses to declare an existing queue anew with other properties: people must see to that.
        fixes: replaceFix(model, culprit.at, kind === 'queue' || kind === 'exchange' ? 'durable' : kind, temporary ? 'false' : 'true', false),
      };
    }
  },
});
