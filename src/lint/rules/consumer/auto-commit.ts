import { storesAfterWork } from '../../../delivery/clients';
import { edgeClient, effectiveConsume, type EffectiveConsume } from '../../../delivery/effective';
import type { Consume } from '../../../model/model';
import { insertFix, replaceFix } from '../../dialectKeys';
import { mixesTransactions } from '../../exactlyOnce';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { couldSaySettings, edgeWords, originOf, reasonOf, speaks } from '../../words';

/** A timer, not the program, decides when a record counts as processed. */
export default defineRule({
  name: 'consumer/auto-commit',
  severity: 'warning',
  summary: 'A Kafka consumer whose records must not get lost or counted twice leaves commits to a timer.',
  why: `
With \`enable.auto.commit\` the client commits offsets every few seconds by itself. The Java client commits what
the last \`poll\` returned: nothing is lost only as long as each batch is finished before the next \`poll\`.
kafkajs and sarama commit only what the handler has resolved or marked; there a crash repeats up to a whole batch,
but loses nothing. librdkafka's way of storing offsets is \`consumer/auto-offset-store\`'s subject, and offsets
that belong into transactions are \`delivery/eo-auto-commit\`'s.

Where auto-commit is only a default and nobody declares a guarantee, this is an information. A consume that
says when it commits (\`commit: after-processing\`), or that it finishes its work before it polls again
(\`processing: sync\`), is taken at its word.`,
  sources: [
    'https://kafka.apache.org/documentation/#consumerconfigs_enable.auto.commit',
    'https://kafka.apache.org/40/javadoc/org/apache/kafka/clients/consumer/KafkaConsumer.html',
    'https://kafka.js.org/docs/consuming',
  ],
  messages: {
    polled: '{edge} with auto-commit{reason}: offsets are committed by a timer, and records whose work is not done by the next poll are lost in a crash. Turn auto-commit off (enable.auto.commit=false) and commit after processing.',
    resolved: '{edge} with auto-commit: nothing is lost while handlers are awaited, but a crash repeats up to a whole batch. Say idempotentBy, or turn auto-commit off and commit after each record.',
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
                orders.placed: { guarantee: at-least-once, group: billing, autoCommit: true }
        `,
        report: text`
          warning consumer/auto-commit billing consumes topic orders.placed with auto-commit: offsets are committed by a timer, and records whose work is not done by the next poll are lost in a crash. Turn auto-commit off (enable.auto.commit=false) and commit after processing.
            test.flow.yaml:10:78
            10 |       orders.placed: { guarantee: at-least-once, group: billing, autoCommit: true }
               |                                                                              ^^^^
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
                orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false }
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
                orders.placed: { guarantee: at-least-once, group: mail, autoCommit: true }
        `,
        report: text`
          info consumer/auto-commit mail consumes topic orders.placed with auto-commit: nothing is lost while handlers are awaited, but a crash repeats up to a whole batch. Say idempotentBy, or turn auto-commit off and commit after each record.
            test.flow.yaml:10:75
            10 |       orders.placed: { guarantee: at-least-once, group: mail, autoCommit: true }
               |                                                                           ^^^^
            test.flow.yaml:10:35 mail declares at-least-once here
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
                orders.placed: { guarantee: at-least-once, group: mail, autoCommit: false }
        `,
      },
      {
        files: text`
          === consumer.properties
          bootstrap.servers=kafka-1.example.com:9093
          group.id=billing
          enable.auto.commit=true
        `,
        report: text`
          info consumer/auto-commit billing consumes with auto-commit: offsets are committed by a timer, and records whose work is not done by the next poll are lost in a crash. Turn auto-commit off (enable.auto.commit=false) and commit after processing.
            consumer.properties:3:20
            3 | enable.auto.commit=true
              |                    ^^^^
        `,
        fixed: text`
          === consumer.properties
          bootstrap.servers=kafka-1.example.com:9093
          group.id=billing
          enable.auto.commit=false
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
            clicks: { broker: events }
          services:
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false, commit: after-processing }
                clicks: { guarantee: best-effort, group: billing }
            audit:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: at-least-once, group: audit, processing: sync }
            stock:
              client: spring-kafka@3.2
              consumes:
                orders.placed: { guarantee: at-least-once, group: stock }
            mail:
              client: kafkajs@2.2
              consumes:
                orders.placed: { guarantee: at-least-once, group: mail }
            ledger:
              client: librdkafka@2.5
              consumes:
                orders.placed: { guarantee: at-least-once, group: ledger, autoCommit: true, autoOffsetStore: false }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      if (!speaks(consume, 'kafka') || consume.settings.processing?.value === 'async') continue;
      // Most say so; what all of their settings come to need not be worked out.
      if (consume.settings.autoCommit?.value === false) continue;
      const effective = effectiveConsume(consume);
      const { autoCommit } = effective;
      const origin = originOf(autoCommit);
      if (autoCommit === undefined || autoCommit.from === 'unknown' || !autoCommit.value || origin === undefined) continue;
      if (autoCommit.from === 'default' && consume.settings.commit !== undefined) continue;
      const message = kindOf(consume, effective);
      if (message === undefined) continue;
      if (message === 'resolved' && (autoCommit.from === 'default' || consume.settings.idempotentBy !== undefined)) continue;
      // One that finishes each batch before it polls again loses nothing.
      if (message === 'polled' && consume.settings.processing?.value === 'sync') continue;
      const wish = wants.consume(consume);
      const severity = judge('warning', wish, origin)
        ?? (wish.kind === 'undeclared' && consume.channel !== undefined
          && (origin !== 'assumed' || couldSaySettings(consume)) ? 'info' : undefined);
      if (severity === undefined) continue;
      const safe = wish.kind === 'declared' && message !== 'resolved';
      yield {
        message,
        at: autoCommit.from === 'declared' ? autoCommit.at : consume.at,
        data: {
          edge: edgeWords(consume),
          reason: autoCommit.from === 'declared' ? '' : ` (enable.auto.commit is not set; ${reasonOf(consume, autoCommit)})`,
        },
        severity: message === 'resolved' ? 'info' : severity,
        related: wishRelated(wish),
        fixes: autoCommit.from === 'declared'
          ? replaceFix(model, autoCommit.at, 'autoCommit', 'false', safe) : insertFix(consume, 'autoCommit', 'false', safe),
      };
    }
  },
});

function kindOf(consume: Consume, effective: EffectiveConsume): 'polled' | 'resolved' | undefined {
  if (mixesTransactions(consume)) return undefined;
  const client = edgeClient(consume);
  if (client?.id === 'kafkajs' || client?.id === 'sarama') return 'resolved';
  if (client?.id === 'librdkafka') return storesAfterWork(client) ? 'resolved' : undefined;
  // With librdkafka's store off, the timer commits only what the program has stored: after its work.
  const store = effective.autoOffsetStore;
  return store?.from === 'declared' ? undefined : 'polled';
}
