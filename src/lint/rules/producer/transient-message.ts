import { effectivePublish } from '../../../delivery/effective';
import type { Channel } from '../../../model/model';
import type { SourceRange } from '../../../text/range';
import { insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords, originOf, reasonOf, speaks } from '../../words';

/** A classic queue forgets transient messages when its node restarts. */
export default defineRule({
  name: 'producer/transient-message',
  severity: 'error',
  summary: 'A RabbitMQ publisher sends transient messages to classic queues, which lose them at a restart.',
  why: `
A message without delivery mode 2 is transient. A classic queue, durable or not, loses its transient messages
when its node stops; a confirm does not change that, as it arrives before. Most clients publish transient
messages unless told otherwise; Spring AMQP is the exception. Quorum queues and streams write every message to disk, whatever
its mode, so nothing is reported where only they receive.`,
  sources: ['https://www.rabbitmq.com/docs/queues#durability', 'https://www.rabbitmq.com/docs/publishers#message-properties'],
  messages: {
    transient: '{edge} with transient messages, which {queue} loses when its node restarts. Publish with persistent: true (delivery mode 2).',
    default: '{edge} and persistent is not set; {reason}. When its node restarts, {queue} loses transient messages. Publish with persistent: true (delivery mode 2).',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: classic, durable: true }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: true, persistent: false }
        `,
        report: text`
          error producer/transient-message checkout publishes to queue mail with transient messages, which the classic queue mail loses when its node restarts. Publish with persistent: true (delivery mode 2).
            test.flow.yaml:9:69
            9 |       mail: { guarantee: at-least-once, confirms: true, persistent: false }
              |                                                                     ^^^^^
            test.flow.yaml:9:26 checkout declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: classic, durable: true }
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
            shop: { broker: work, exchange: fanout }
            mail: { broker: work, queue: classic, bindings: [{ exchange: shop }] }
          services:
            checkout:
              client: pika@1.3
              publishes:
                shop: { guarantee: at-least-once, confirms: true, mandatory: true }
        `,
        report: text`
          error producer/transient-message checkout publishes to exchange shop and persistent is not set; pika's default is false. When its node restarts, the classic queue mail loses transient messages. Publish with persistent: true (delivery mode 2).
            test.flow.yaml:11:7
            11 |       shop: { guarantee: at-least-once, confirms: true, mandatory: true }
               |       ^^^^
            test.flow.yaml:11:26 checkout declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            shop: { broker: work, exchange: fanout }
            mail: { broker: work, queue: classic, bindings: [{ exchange: shop }] }
          services:
            checkout:
              client: pika@1.3
              publishes:
                shop: { guarantee: at-least-once, confirms: true, mandatory: true, persistent: true }
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
            mail: { broker: work, queue: quorum }
            print: { broker: work, queue: classic }
          services:
            checkout:
              client: pika@1.3
              publishes:
                mail: { guarantee: at-least-once, confirms: true }
                print: { guarantee: at-least-once, confirms: true, persistent: true }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const publish of model.publishes) {
      if (!speaks(publish, 'rabbitmq')) continue;
      const { persistent } = effectivePublish(publish);
      const origin = originOf(persistent);
      if (persistent === undefined || persistent.from === 'unknown' || persistent.value || origin === undefined) continue;
      const queue = publish.channel && classicQueueBehind(publish.channel);
      if (queue === undefined) continue;
      const wish = wants.publish(publish);
      const severity = judge('error', wish, origin);
      if (severity === undefined) continue;
      const safe = wish.kind === 'declared';
      yield {
        message: persistent.from === 'declared' ? 'transient' : 'default',
        at: persistent.from === 'declared' ? persistent.at : publish.at,
        data: { edge: edgeWords(publish), reason: reasonOf(publish, persistent), queue },
        severity,
        related: wishRelated(wish),
        fixes: persistent.from === 'declared'
          ? replaceFix(model, persistent.at, ...modeOf(persistent.at), safe) : insertFix(publish, 'persistent', 'true', safe),
      };
    }
  },
});

/** AsyncAPI's binding writes the delivery mode (1 or 2) where others write false or true. */
function modeOf(at: SourceRange): [key: string, value: string] {
  return at.end - at.start === 1 ? ['deliveryMode', '2'] : ['persistent', 'true'];
}

/** A classic queue that gets what is published here, in words; undefined if only quorum queues and streams do. */
function classicQueueBehind(start: Channel): string | undefined {
  const seen = new Set<Channel>([start]);
  let queues = 0;
  for (const channel of seen) {
    if (channel.space !== 'exchange') {
      queues++;
      const type = channel.settings.queue?.value ?? 'classic';
      if (type === 'classic') return `the classic queue ${channel.address}`;
    }
    for (const route of channel.routesOut) if (route.kind === 'binding' || route.kind === 'alternate') seen.add(route.to);
  }
  return queues === 0 ? 'a classic queue' : undefined;
}
