import { effectivePublish } from '../../../delivery/effective';
import type { Publish } from '../../../model/model';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { orderOf, orderRelated } from '../../orderWish';
import { defineRule } from '../../rule';
import { edgeWords } from '../../words';

/** A message that is published again comes behind those that were sent after it. */
export default defineRule({
  name: 'ordering/publish-window',
  severity: 'warning',
  summary: 'A publisher sends on before the last message is confirmed, so that one it sends again comes too late.',
  why: `
A publisher that waits for confirms (RabbitMQ) or acknowledgements (JetStream) of several messages at a time finds out
that the first failed when the second is stored. What it publishes again comes after it. No broker puts that right:
unlike an idempotent Kafka producer, these protocols know no sequence of a publisher. With one message at a time each is
stored before the next is sent. That is slower: it takes a round trip for each.

Asked only where order is needed, the window is stated (\`maxInFlight\` above 1), and the publisher waits for answers.`,
  sources: [
    'https://www.rabbitmq.com/docs/confirms#publisher-confirms-ordering',
    'https://www.rabbitmq.com/docs/queues#message-ordering',
    'https://docs.nats.io/nats-concepts/jetstream',
  ],
  messages: {
    window: '{edge} with up to {window} messages unconfirmed, but order is needed: one that is sent again comes behind those sent after it. Set maxInFlight to 1.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
            inside: { protocol: nats }
          channels:
            bank: { broker: work, exchange: direct }
            payments: { broker: work, queue: quorum, ordering: total, bindings: [{ exchange: bank, routingKey: pay }] }
            transfers: { broker: inside, ordering: per-key, stream: { storage: file, replicas: 3 } }
          services:
            checkout:
              publishes:
                bank: { confirms: true, routingKey: pay, maxInFlight: 100 }
                transfers: { waitForAck: true, maxInFlight: 256 }
        `,
        report: text`
          warning ordering/publish-window checkout publishes to exchange bank with up to 100 messages unconfirmed, but order is needed: one that is sent again comes behind those sent after it. Set maxInFlight to 1.
            test.flow.yaml:12:61
            12 |       bank: { confirms: true, routingKey: pay, maxInFlight: 100 }
               |                                                             ^^^
            test.flow.yaml:7:54 queue payments needs total order

          warning ordering/publish-window checkout publishes to stream transfers with up to 256 messages unconfirmed, but order is needed: one that is sent again comes behind those sent after it. Set maxInFlight to 1.
            test.flow.yaml:13:51
            13 |       transfers: { waitForAck: true, maxInFlight: 256 }
               |                                                   ^^^
            test.flow.yaml:8:42 stream transfers needs per-key order
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
            inside: { protocol: nats }
          channels:
            bank: { broker: work, exchange: direct }
            payments: { broker: work, queue: quorum, ordering: total, bindings: [{ exchange: bank, routingKey: pay }] }
            transfers: { broker: inside, ordering: per-key, stream: { storage: file, replicas: 3 } }
          services:
            checkout:
              publishes:
                bank: { confirms: true, routingKey: pay, maxInFlight: 1 }
                transfers: { waitForAck: true, maxInFlight: 1 }
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
            bank: { broker: work, exchange: direct }
            payments: { broker: work, queue: quorum, ordering: total, bindings: [{ exchange: bank, routingKey: pay }] }
          services:
            checkout:
              publishes:
                bank: { confirms: true, routingKey: pay, maxInFlight: 1 }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
            inside: { protocol: nats }
          channels:
            mail: { broker: work, exchange: direct }
            prices: { broker: inside, ordering: per-key, stream: { storage: file } }
          services:
            checkout:
              publishes:
                mail: { confirms: true, maxInFlight: 100 }
                prices: { waitForAck: false, maxInFlight: 256 }
        `,
      },
    ],
  },
  * check(model) {
    for (const publish of model.publishes) {
      const { maxInFlight } = publish.settings;
      if (maxInFlight === undefined || !(maxInFlight.value > 1) || !hearsOfFailures(publish)) continue;
      const wish = orderOf(publish);
      if (wish === undefined) continue;
      yield {
        message: 'window', at: maxInFlight.at, data: { edge: edgeWords(publish), window: maxInFlight.value },
        related: orderRelated(wish), fixes: replaceFix(model, maxInFlight.at, 'maxInFlight', '1', false),
      };
    }
  },
});

/** Who hears of no failure sends nothing again. */
function hearsOfFailures(publish: Publish): boolean {
  if (publish.protocol === 'rabbitmq') {
    const { confirms } = effectivePublish(publish);
    return confirms?.from === 'declared' && confirms.value;
  }
  return publish.protocol === 'nats' && publish.settings.waitForAck?.value === true;
}
