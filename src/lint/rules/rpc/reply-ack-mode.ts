import type { ClientId } from '../../../delivery/clients';
import { edgeClient, effectiveConsume } from '../../../delivery/effective';
import type { SourceRange } from '../../../text/range';
import { insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { directReplyTo } from '../../channels';
import { defineRule } from '../../rule';
import { reasonOf } from '../../words';

/** Whoever takes answers by direct reply-to must not want to acknowledge them. */
export default defineRule({
  name: 'rpc/reply-ack-mode',
  severity: 'error',
  summary: 'A consumer of amq.rabbitmq.reply-to wants to acknowledge its answers.',
  why: `
Direct reply-to hands an answer from the responder's channel straight to the requester's. \`amq.rabbitmq.reply-to\` is no
queue: nothing is stored, and nothing could be delivered again. RabbitMQ therefore refuses a consumer of it that is not
in automatic acknowledgement mode, and closes its channel (\`reply consumer cannot acknowledge\`).

Answers that must survive the requester need a queue of their own. Of defaults those of amqplib and pika count, which
consume just as they are told; Spring's container for direct replies sets the mode itself.`,
  sources: ['https://www.rabbitmq.com/docs/direct-reply-to#usage-amqp091'],
  messages: {
    written: '{service} consumes amq.rabbitmq.reply-to with manual acknowledgement: RabbitMQ refuses that and closes the channel. Consume it in no-ack mode (ack: auto).',
    default: '{service} consumes amq.rabbitmq.reply-to and does not say its ack mode; {reason}. RabbitMQ refuses that and closes the channel. Consume it in no-ack mode (ack: auto).',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            amq.rabbitmq.reply-to: { broker: work, queue: classic }
          services:
            checkout:
              client: amqplib@0.10
              consumes:
                amq.rabbitmq.reply-to: { ack: manual }
            basket:
              client: amqplib@0.10
              consumes:
                amq.rabbitmq.reply-to: { prefetch: 10 }
        `,
        report: text`
          error rpc/reply-ack-mode checkout consumes amq.rabbitmq.reply-to with manual acknowledgement: RabbitMQ refuses that and closes the channel. Consume it in no-ack mode (ack: auto).
            test.flow.yaml:10:37
            10 |       amq.rabbitmq.reply-to: { ack: manual }
               |                                     ^^^^^^

          error rpc/reply-ack-mode basket consumes amq.rabbitmq.reply-to and does not say its ack mode; amqplib's default is manual. RabbitMQ refuses that and closes the channel. Consume it in no-ack mode (ack: auto).
            test.flow.yaml:14:7
            14 |       amq.rabbitmq.reply-to: { prefetch: 10 }
               |       ^^^^^^^^^^^^^^^^^^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            amq.rabbitmq.reply-to: { broker: work, queue: classic }
          services:
            checkout:
              client: amqplib@0.10
              consumes:
                amq.rabbitmq.reply-to: { ack: auto }
            basket:
              client: amqplib@0.10
              consumes:
                amq.rabbitmq.reply-to: { prefetch: 10, ack: auto }
        `,
      },
      {
        files: text`
          === api.yaml
          asyncapi: 2.6.0
          info: { title: checkout, version: '1' }
          servers:
            work: { url: rabbit.example.com, protocol: amqps }
          channels:
            amq.rabbitmq.reply-to:
              bindings: { amqp: { is: queue, queue: { name: amq.rabbitmq.reply-to } } }
              publish:
                bindings: { amqp: { ack: true } }
        `,
        report: text`
          error rpc/reply-ack-mode checkout consumes amq.rabbitmq.reply-to with manual acknowledgement: RabbitMQ refuses that and closes the channel. Consume it in no-ack mode (ack: auto).
            api.yaml:9:32
            9 |       bindings: { amqp: { ack: true } }
              |                                ^^^^
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
            amq.rabbitmq.reply-to: { broker: work, queue: classic }
          services:
            checkout:
              consumes:
                amq.rabbitmq.reply-to: { ack: auto }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            amq.rabbitmq.reply-to: { broker: work, queue: classic }
            prices.tell: { broker: work, queue: quorum }
          services:
            checkout:
              client: spring-amqp@3.1
              consumes:
                amq.rabbitmq.reply-to: {}
            basket:
              consumes:
                prices.tell: { ack: manual }
        `,
      },
    ],
  },
  * check(model) {
    for (const consume of model.consumes) {
      if (consume.channel?.address !== directReplyTo || consume.protocol !== 'rabbitmq') continue;
      const { ack } = effectiveConsume(consume);
      if (ack === undefined || ack.from === 'unknown' || ack.value !== 'manual') continue;
      const client = edgeClient(consume)?.id;
      if (ack.from === 'default' && (client === undefined || !bare.has(client))) continue;
      yield {
        message: ack.from === 'declared' ? 'written' : 'default',
        at: ack.from === 'declared' ? ack.at : consume.at,
        data: { service: consume.service.name, reason: reasonOf(consume, ack) },
        // In a binding of AsyncAPI the place holds `true`, which no word of ours could stand for.
        fixes: ack.from === 'declared' ? isWord(ack.at) ? replaceFix(model, ack.at, 'ack', 'auto', false) : undefined : insertFix(consume, 'ack', 'auto', false),
      };
    }
  },
});

/** Clients that consume just as they are told. */
const bare: ReadonlySet<ClientId> = new Set(['amqplib', 'pika']);

function isWord(at: SourceRange): boolean {
  return at.end - at.start >= 'manual'.length;
}
