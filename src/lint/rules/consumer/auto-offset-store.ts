import { edgeClient, effectiveConsume } from '../../../delivery/effective';
import { insertFix, replaceFix } from '../../dialectKeys';
import { mixesTransactions } from '../../exactlyOnce';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords, originOf, reasonOf, speaks } from '../../words';

/** librdkafka counts a record as done when it hands it over, not when the work is done. */
export default defineRule({
  name: 'consumer/auto-offset-store',
  severity: 'warning',
  summary: 'A consumer on librdkafka, whose records must not get lost, has offsets stored before its work is done.',
  why: `
librdkafka commits by a timer what is in its offset store, and with \`enable.auto.offset.store=true\`, its
default, a record's offset goes into the store when the record is handed to the program. A commit that
falls into the work on that record, and a crash after it, lose the record, also where the program works on one record
at a time. librdkafka's way to at-least-once is to keep the timer, to switch the store off and to store each
offset when the work is done (\`StoreOffset\`, \`store_offsets\`, \`rd_kafka_offsets_store\`).

This holds for all that is built on librdkafka: confluent-kafka for Python, Go and .NET, node-rdkafka, rust-rdkafka.
Confluent's JavaScript client switches the store off by itself and is not reported. Nor is a consumer with auto-commit
off: it commits when it wants to.`,
  sources: [
    'https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md',
    'https://github.com/confluentinc/librdkafka/blob/master/INTRODUCTION.md#at-least-once-processing',
    'https://github.com/confluentinc/librdkafka/wiki/Consumer-offset-management',
  ],
  messages: {
    written: '{edge} with enable.auto.offset.store=true and auto-commit: a record counts as done when it is handed over, and a crash loses what is in work. Set enable.auto.offset.store=false and store offsets after processing.',
    default: '{edge} with auto-commit, and enable.auto.offset.store is not set; {reason}. A record counts as done when it is handed over, and a crash loses what is in work. Set enable.auto.offset.store=false and store offsets after processing.',
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
            billing:
              client: confluent-kafka-python@2.5
              consumes:
                orders.placed:
                  guarantee: at-least-once
                  group: billing
        `,
        report: text`
          warning consumer/auto-offset-store billing consumes topic orders.placed with auto-commit, and enable.auto.offset.store is not set; librdkafka's default is true. A record counts as done when it is handed over, and a crash loses what is in work. Set enable.auto.offset.store=false and store offsets after processing.
            test.flow.yaml:10:7
            10 |       orders.placed:
               |       ^^^^^^^^^^^^^
            test.flow.yaml:11:20 billing declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            billing:
              client: confluent-kafka-python@2.5
              consumes:
                orders.placed:
                  guarantee: at-least-once
                  group: billing
                  autoOffsetStore: false
        `,
      },
      {
        files: text`
          === consumer.properties
          bootstrap.servers=kafka-1.example.com:9093
          group.id=billing
          enable.auto.commit=true
          enable.auto.offset.store=true
        `,
        report: text`
          info consumer/auto-offset-store billing consumes with enable.auto.offset.store=true and auto-commit: a record counts as done when it is handed over, and a crash loses what is in work. Set enable.auto.offset.store=false and store offsets after processing.
            consumer.properties:4:26
            4 | enable.auto.offset.store=true
              |                          ^^^^
        `,
        fixed: text`
          === consumer.properties
          bootstrap.servers=kafka-1.example.com:9093
          group.id=billing
          enable.auto.commit=true
          enable.auto.offset.store=false
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
            ledger:
              client: librdkafka@2.5
              consumes:
                orders.placed: { guarantee: at-least-once, group: ledger, autoCommit: true, autoOffsetStore: false }
            stock:
              client: confluent-kafka-go@2.5
              consumes:
                orders.placed: { guarantee: at-least-once, group: stock, autoCommit: false }
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
            mail:
              client: "@confluentinc/kafka-javascript@1.0"
              consumes:
                orders.placed: { guarantee: at-least-once, group: mail }
            audit:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: at-least-once, group: audit }
            clicks:
              client: librdkafka@2.5
              consumes:
                orders.placed: { guarantee: at-most-once, group: clicks }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      if (!speaks(consume, 'kafka')) continue;
      const { autoCommit, autoOffsetStore: store } = effectiveConsume(consume);
      const client = edgeClient(consume);
      // Of an unknown client only the setting itself tells that librdkafka is behind it.
      if (client?.id !== 'librdkafka' && store?.from !== 'declared') continue;
      if (store === undefined || store.from === 'unknown' || !store.value) continue;
      if (autoCommit === undefined || autoCommit.from === 'unknown' || !autoCommit.value) continue;
      if (autoCommit.from === 'default' && consume.settings.commit !== undefined) continue;
      // Work that goes on behind the handler, and transactions, have rules of their own.
      if (consume.settings.processing?.value === 'async' || mixesTransactions(consume)) continue;
      const written = store.from === 'declared';
      const wish = wants.consume(consume);
      const severity = judge('warning', wish, written || autoCommit.from === 'declared' ? 'written' : originOf(store) ?? 'assumed');
      if (severity === undefined) continue;
      const safe = wish.kind === 'declared' && !written;
      yield {
        message: written ? 'written' : 'default',
        at: written ? store.at : autoCommit.from === 'declared' ? autoCommit.at : consume.at,
        data: { edge: edgeWords(consume), reason: reasonOf(consume, store) },
        severity,
        related: wishRelated(wish),
        fixes: written ? replaceFix(model, store.at, 'autoOffsetStore', 'false', safe) : insertFix(consume, 'autoOffsetStore', 'false', safe),
      };
    }
  },
});
