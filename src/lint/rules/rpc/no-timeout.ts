import type { ClientId } from '../../../delivery/clients';
import { edgeClient } from '../../../delivery/effective';
import type { Publish } from '../../../model/model';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { edgeWords } from '../../words';

/** Whoever asks and sets no deadline waits for an answer that may never come. */
export default defineRule({
  name: 'rpc/no-timeout',
  severity: 'warning',
  summary: 'A request over a broker has no time after which its answer is given up.',
  why: `
Between a request and its reply lie two hops, each of which may lose a message, and a program that may be down for hours.
Without a deadline the caller waits for ever, with the thread, the memory or the user that waits with it. AMQP, Kafka
and MQTT clients know no requests of their own, and so no deadline either.

Spring's templates give up after 5 seconds (\`RabbitTemplate\`, \`ReplyingKafkaTemplate\`), and the request functions of NATS
clients take a time to wait for: they are left alone.`,
  sources: [
    'https://docs.spring.io/spring-amqp/reference/amqp/request-reply.html',
    'https://docs.spring.io/spring-kafka/reference/kafka/sending-messages.html#replying-template',
    'https://docs.nats.io/nats-concepts/core-nats',
  ],
  messages: {
    missing: '{edge} and expects the answer at {reply}, but says no replyTimeout: if the answer is lost it waits for ever. Give up after a time, and say replyTimeout.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            prices.ask: { broker: work, queue: quorum }
            prices.tell: { broker: work, queue: quorum }
          services:
            checkout:
              client: amqplib@0.10
              publishes:
                prices.ask: { confirms: true, replyTo: prices.tell }
        `,
        report: text`
          warning rpc/no-timeout checkout publishes to queue prices.ask and expects the answer at prices.tell, but says no replyTimeout: if the answer is lost it waits for ever. Give up after a time, and say replyTimeout.
            test.flow.yaml:11:46
            11 |       prices.ask: { confirms: true, replyTo: prices.tell }
               |                                              ^^^^^^^^^^^
        `,
      },
      {
        files: text`
          === api.yaml
          asyncapi: 3.0.0
          info: { title: checkout, version: '1' }
          servers:
            work: { host: rabbit.example.com, protocol: amqps }
          channels:
            ask: { address: prices.ask, servers: [{ $ref: '#/servers/work' }] }
          operations:
            askPrice:
              action: send
              channel: { $ref: '#/channels/ask' }
              x-tailrace: { replyTo: prices.tell }
        `,
        report: text`
          warning rpc/no-timeout checkout publishes to queue prices.ask and expects the answer at prices.tell, but says no replyTimeout: if the answer is lost it waits for ever. Give up after a time, and say replyTimeout.
            api.yaml:11:28
            11 |     x-tailrace: { replyTo: prices.tell }
               |                            ^^^^^^^^^^^
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
            prices.ask: { broker: work, queue: quorum }
            prices.tell: { broker: work, queue: quorum }
          services:
            checkout:
              client: amqplib@0.10
              publishes:
                prices.ask: { confirms: true, replyTo: prices.tell, replyTimeout: 3s }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
            inside: { protocol: nats }
          channels:
            prices.ask: { broker: work, queue: quorum }
            prices.tell: { broker: work, queue: quorum }
            stock.ask: { broker: inside }
          services:
            checkout:
              client: spring-amqp@3.1
              publishes:
                prices.ask: { replyTo: prices.tell }
            shelf:
              publishes:
                stock.ask: { replyTo: _INBOX.shelf }
        `,
      },
    ],
  },
  * check(model) {
    for (const publish of model.publishes) {
      const { replyTo, replyTimeout, open } = publish.settings;
      if (replyTo === undefined || replyTimeout !== undefined || open?.includes('replyTimeout') === true) continue;
      if (hasDeadline(publish)) continue;
      yield { message: 'missing', at: replyTo.at, data: { edge: edgeWords(publish), reply: replyTo.value } };
    }
  },
});

const patient: ReadonlySet<ClientId> = new Set(['spring-amqp', 'spring-kafka']);

function hasDeadline(publish: Publish): boolean {
  const client = edgeClient(publish);
  return publish.protocol === 'nats' || (client !== undefined && patient.has(client.id));
}
