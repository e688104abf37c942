import { edgeClient } from '../../../delivery/effective';
import { replaceFix } from '../../dialectKeys';
import { directReplyTo } from '../../channels';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords, speaks } from '../../words';

/** With automatic acknowledgement RabbitMQ forgets a message once it has written it to a socket. */
export default defineRule({
  name: 'consumer/auto-ack',
  severity: 'error',
  summary: 'A RabbitMQ consumer whose messages must not get lost lets the broker acknowledge them on delivery.',
  why: `
With automatic acknowledgement (\`noAck\`, \`autoAck\`, \`auto_ack\`) the broker counts a message as done once it
has written it to the connection. What is still in a socket's buffer or in the program when either fails is
lost, and since nothing limits how far the broker runs ahead, that can be very much. With manual
acknowledgement the broker keeps each message until the consumer says that it is done with it.

Spring AMQP's own AUTO mode is something else (its container acknowledges after the listener has returned),
so \`ack: auto\` of a service whose client is spring-amqp is not reported; what its own configuration calls
\`acknowledge-mode: none\` is.`,
  sources: ['https://www.rabbitmq.com/docs/confirms#acknowledgement-modes', 'https://www.rabbitmq.com/docs/consumers#acknowledgement-modes'],
  messages: {
    auto: '{edge} with automatic acknowledgement: messages that are delivered but not yet processed are lost in a crash. Acknowledge by hand after processing ({how}).',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: quorum }
          services:
            mailer:
              consumes:
                mail: { guarantee: at-least-once, ack: auto, prefetch: 20 }
        `,
        report: text`
          error consumer/auto-ack mailer consumes queue mail with automatic acknowledgement: messages that are delivered but not yet processed are lost in a crash. Acknowledge by hand after processing (ack: manual).
            test.flow.yaml:9:46
            9 |       mail: { guarantee: at-least-once, ack: auto, prefetch: 20 }
              |                                              ^^^^
            test.flow.yaml:9:26 mailer declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: quorum }
          services:
            mailer:
              consumes:
                mail: { guarantee: at-least-once, ack: manual, prefetch: 20 }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: quorum }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: true }
            mailer:
              consumes:
                mail:
                  ack: auto
        `,
        report: text`
          error consumer/auto-ack mailer consumes queue mail with automatic acknowledgement: messages that are delivered but not yet processed are lost in a crash. Acknowledge by hand after processing (ack: manual).
            test.flow.yaml:13:14
            13 |         ack: auto
               |              ^^^^
            test.flow.yaml:9:26 checkout declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: quorum }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: true }
            mailer:
              consumes:
                mail:
                  ack: manual
        `,
      },
      {
        files: text`
          === asyncapi.yaml
          asyncapi: 3.0.0
          info: { title: mailer, version: 1.0.0 }
          servers:
            work: { host: rabbit.example.com, protocol: amqps }
          channels:
            mail:
              address: mail
              bindings: { amqp: { is: queue, queue: { name: mail, durable: true } } }
          operations:
            sendMail:
              action: receive
              channel: { $ref: "#/channels/mail" }
              bindings: { amqp: { ack: false } }
        `,
        report: text`
          warning consumer/auto-ack mailer consumes queue mail with automatic acknowledgement: messages that are delivered but not yet processed are lost in a crash. Acknowledge by hand after processing (ack: true in bindings.amqp).
            asyncapi.yaml:13:30
            13 |     bindings: { amqp: { ack: false } }
               |                              ^^^^^
        `,
        fixed: text`
          === asyncapi.yaml
          asyncapi: 3.0.0
          info: { title: mailer, version: 1.0.0 }
          servers:
            work: { host: rabbit.example.com, protocol: amqps }
          channels:
            mail:
              address: mail
              bindings: { amqp: { is: queue, queue: { name: mail, durable: true } } }
          operations:
            sendMail:
              action: receive
              channel: { $ref: "#/channels/mail" }
              bindings: { amqp: { ack: true } }
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
            hints: { broker: work, queue: classic }
          services:
            mailer:
              consumes:
                mail: { guarantee: at-least-once, ack: manual }
                hints: { guarantee: at-most-once, ack: auto }
            printer:
              client: spring-amqp@3.1
              consumes:
                mail: { guarantee: at-least-once, ack: auto }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      const ack = consume.settings.ack;
      if (!speaks(consume, 'rabbitmq') || ack?.value !== 'auto') continue;
      // There is no other way to take direct replies.
      if (consume.channel?.address === directReplyTo) continue;
      // In a Spring file the value is AMQP's already: its reader knows Spring's words.
      const dialect = model.files.get(ack.at.file)?.dialect;
      const isSpring = dialect === 'spring';
      if (!isSpring && edgeClient(consume)?.id === 'spring-amqp') continue;
      const wish = wants.consume(consume);
      const severity = judge('error', wish, 'written');
      if (severity === undefined) continue;
      // AsyncAPI's binding says whether the consumer acknowledges: the place holds `false`, elsewhere `auto`.
      const isBinding = dialect === 'asyncapi' && ack.at.end - ack.at.start === 'false'.length;
      yield {
        message: 'auto',
        at: ack.at,
        data: { edge: edgeWords(consume), how: isBinding ? 'ack: true in bindings.amqp' : ways[dialect ?? ''] ?? 'ack: manual' },
        severity,
        related: wishRelated(wish),
        fixes: replaceFix(model, ack.at, 'ack', isBinding ? 'true' : 'manual', wish.kind === 'declared'),
      };
    }
  },
});

/** How other files than a flow file ask for it. */
const ways: Readonly<Record<string, string>> = {
  spring: 'acknowledge-mode: auto, by which the container does it', microprofile: 'auto-acknowledgement=false',
  'redpanda-connect': 'auto_ack: false', dapr: 'autoAck: false',
};
