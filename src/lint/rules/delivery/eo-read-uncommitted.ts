import { effectiveConsume } from '../../../delivery/effective';
import type { Consume, Publish } from '../../../model/model';
import { insertFix, replaceFix } from '../../dialectKeys';
import { onceRelated, onceWish } from '../../exactlyOnce';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { lower } from '../../wants';
import { edgeWords, listWords, originOf, reasonOf, speaks } from '../../words';

/** A reader that takes what aborted transactions wrote processes it, and processes it again when it is written anew. */
export default defineRule({
  name: 'delivery/eo-read-uncommitted',
  severity: 'error',
  summary: 'A Kafka consumer of an exactly-once flow also reads what aborted transactions have written.',
  why: `
A transaction that is aborted stays in the log; only a reader with \`isolation.level=read_committed\` passes it
over. The Java client's default is \`read_uncommitted\`, librdkafka's and kafkajs's is \`read_committed\`. A reader
with \`read_uncommitted\` processes records that never became valid, and when the producer begins again it
gets the same content a second time.

Nothing is reported where every publisher that is known writes without transactions: there is nothing to
abort. Where no publisher is known, this is a warning.`,
  sources: [
    'https://kafka.apache.org/documentation/#consumerconfigs_isolation.level',
    'https://kafka.apache.org/documentation/#semantics',
    'https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md',
    'https://kafka.js.org/docs/consuming',
  ],
  messages: {
    written: '{edge} with isolation.level=read_uncommitted: it also processes what {writers} in transactions that are aborted. Set isolation.level=read_committed.',
    default: '{edge} for exactly-once and isolation.level is not set; {reason}. It would also process what {writers} in transactions that are aborted. Set isolation.level=read_committed.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              publishes:
                orders.placed: { transactionalId: checkout-1 }
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: exactly-once, group: billing, idempotentBy: order_id }
            ledger:
              client: kafkajs@2.2
              consumes:
                orders.placed: { guarantee: exactly-once, group: ledger, isolation: read_uncommitted }
        `,
        report: text`
          error delivery/eo-read-uncommitted billing consumes topic orders.placed for exactly-once and isolation.level is not set; the Java client's default is read_uncommitted. It would also process what checkout writes in transactions that are aborted. Set isolation.level=read_committed.
            test.flow.yaml:13:7
            13 |       orders.placed: { guarantee: exactly-once, group: billing, idempotentBy: order_id }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:13:35 billing declares exactly-once here

          error delivery/eo-read-uncommitted ledger consumes topic orders.placed with isolation.level=read_uncommitted: it also processes what checkout writes in transactions that are aborted. Set isolation.level=read_committed.
            test.flow.yaml:17:75
            17 |       orders.placed: { guarantee: exactly-once, group: ledger, isolation: read_uncommitted }
               |                                                                           ^^^^^^^^^^^^^^^^
            test.flow.yaml:17:35 ledger declares exactly-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              publishes:
                orders.placed: { transactionalId: checkout-1 }
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: exactly-once, group: billing, idempotentBy: order_id, isolation: read_committed }
            ledger:
              client: kafkajs@2.2
              consumes:
                orders.placed: { guarantee: exactly-once, group: ledger, isolation: read_committed }
        `,
      },
      {
        files: text`
          === stock/application.yml
          spring:
            application: { name: stock }
            kafka:
              bootstrap-servers: kafka-1.example.com:9093
              consumer:
                group-id: stock
                isolation-level: read-uncommitted
          === shop.flow.yaml
          flow: 1
          brokers:
            events: { protocol: kafka, url: "kafka-1.example.com:9093" }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: exactly-once, transactionalId: checkout-1 }
            stock:
              consumes:
                orders.placed: {}
        `,
        report: text`
          error delivery/eo-read-uncommitted stock consumes topic orders.placed with isolation.level=read_uncommitted: it also processes what checkout writes in transactions that are aborted. Set isolation.level=read_committed.
            stock/application.yml:7:24
            7 |       isolation-level: read-uncommitted
              |                        ^^^^^^^^^^^^^^^^
            shop.flow.yaml:9:35 checkout declares exactly-once here
        `,
        fixed: text`
          === stock/application.yml
          spring:
            application: { name: stock }
            kafka:
              bootstrap-servers: kafka-1.example.com:9093
              consumer:
                group-id: stock
                isolation-level: read_committed
          === shop.flow.yaml
          flow: 1
          brokers:
            events: { protocol: kafka, url: "kafka-1.example.com:9093" }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: exactly-once, transactionalId: checkout-1 }
            stock:
              consumes:
                orders.placed: {}
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              publishes:
                orders.placed: { transactionalId: checkout-1 }
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: exactly-once, group: billing, isolation: read_committed }
            mail:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: at-least-once, group: mail }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              publishes:
                orders.placed: { acks: all, idempotence: true }
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: exactly-once, group: billing, idempotentBy: order_id }
        `,
      },
    ],
  },
  * check(model) {
    for (const consume of model.consumes) {
      if (consume.channel === undefined || !speaks(consume, 'kafka')) continue;
      const wish = onceWish(consume);
      if (wish === undefined) continue;
      const { isolation } = effectiveConsume(consume);
      if (isolation === undefined || isolation.from === 'unknown' || isolation.value !== 'read_uncommitted') continue;
      const writers = writersOf(consume);
      if (writers === undefined) continue;
      const written = isolation.from === 'declared';
      const isFirm = consume.channel.publishes.length > 0 && originOf(isolation) !== 'assumed';
      yield {
        message: written ? 'written' : 'default',
        at: written ? isolation.at : consume.at,
        data: { edge: edgeWords(consume), reason: reasonOf(consume, isolation), writers },
        severity: isFirm ? 'error' : lower('error'),
        related: onceRelated(wish),
        fixes: written ? replaceFix(model, isolation.at, 'isolation', 'read_committed', true)
          : insertFix(consume, 'isolation', 'read_committed', true),
      };
    }
  },
});

/** Who writes in transactions, as `checkout writes`; undefined if nobody who is known does. */
function writersOf({ channel }: Consume): string | undefined {
  const publishes = channel?.publishes ?? [];
  if (publishes.length === 0) return 'its producers write';
  const names = [...new Set(publishes.filter(isTransactional).map((publish) => publish.service.name))];
  return names.length === 0 ? undefined : `${listWords(names)} ${names.length === 1 ? 'writes' : 'write'}`;
}

function isTransactional({ settings }: Publish): boolean {
  return settings.transactionalId !== undefined || settings.open?.includes('transactionalId') === true
    || settings.guarantee?.value === 'exactly-once';
}
