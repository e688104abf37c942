import { effectiveConsume } from '../../../delivery/effective';
import { insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords, originOf, reasonOf, speaks } from '../../words';

/** Offsets are committed while the work that they stand for still runs elsewhere. */
export default defineRule({
  name: 'consumer/auto-commit-async',
  severity: 'error',
  summary: 'A Kafka consumer hands records to other threads or promises, and lets the client commit.',
  why: `
Auto-commit believes that a record is done when the handler returns or the next \`poll\` comes. With
\`processing: async\` the handler returns at once and the work goes on elsewhere. The offset is committed, the
process crashes, and after the restart the group goes on behind records that nobody finished. This holds for
every client, also for those that are safe while handlers are awaited.`,
  sources: [
    'https://kafka.apache.org/40/javadoc/org/apache/kafka/clients/consumer/KafkaConsumer.html',
    'https://kafka.apache.org/documentation/#consumerconfigs_enable.auto.commit',
  ],
  messages: {
    async: '{edge} asynchronously with auto-commit{reason}: offsets are committed before the work is done, and a crash loses it. Turn auto-commit off and commit when the work is done.',
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
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, processing: async, autoCommit: true }
        `,
        report: text`
          error consumer/auto-commit-async billing consumes topic orders.placed asynchronously with auto-commit: offsets are committed before the work is done, and a crash loses it. Turn auto-commit off and commit when the work is done.
            test.flow.yaml:10:97
            10 |       orders.placed: { guarantee: at-least-once, group: billing, processing: async, autoCommit: true }
               |                                                                                                 ^^^^
            test.flow.yaml:10:35 billing declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, processing: async, autoCommit: false }
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
              client: kafkajs@2.2
              consumes:
                orders.placed:
                  group: mail
                  processing: async
        `,
        report: text`
          warning consumer/auto-commit-async mail consumes topic orders.placed asynchronously with auto-commit (enable.auto.commit is not set; kafkajs's default is true): offsets are committed before the work is done, and a crash loses it. Turn auto-commit off and commit when the work is done.
            test.flow.yaml:12:21
            12 |         processing: async
               |                     ^^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            mail:
              client: kafkajs@2.2
              consumes:
                orders.placed:
                  group: mail
                  processing: async
                  autoCommit: false
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
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, processing: async, autoCommit: false }
            mail:
              client: kafkajs@2.2
              consumes:
                orders.placed: { guarantee: at-least-once, group: mail, processing: sync, autoCommit: true }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      if (!speaks(consume, 'kafka') || consume.settings.processing?.value !== 'async') continue;
      const { autoCommit, autoOffsetStore } = effectiveConsume(consume);
      // librdkafka's timer then commits only what the program has stored, when its work was done.
      if (autoOffsetStore?.from === 'declared' && !autoOffsetStore.value) continue;
      const origin = originOf(autoCommit);
      if (autoCommit === undefined || autoCommit.from === 'unknown' || !autoCommit.value || origin === undefined) continue;
      const wish = wants.consume(consume);
      // That the work is asynchronous is written; a known client's default completes the fault.
      const severity = judge('error', wish, origin === 'default' ? 'written' : origin)
        ?? (wish.kind === 'undeclared' ? 'info' : undefined);
      if (severity === undefined) continue;
      const safe = wish.kind === 'declared';
      yield {
        message: 'async',
        at: autoCommit.from === 'declared' ? autoCommit.at : consume.settings.processing.at,
        data: {
          edge: edgeWords(consume),
          reason: autoCommit.from === 'declared' ? '' : ` (enable.auto.commit is not set; ${reasonOf(consume, autoCommit)})`,
        },
        severity,
        related: wishRelated(wish),
        fixes: autoCommit.from === 'declared'
          ? replaceFix(model, autoCommit.at, 'autoCommit', 'false', safe) : insertFix(consume, 'autoCommit', 'false', safe),
      };
    }
  },
});
