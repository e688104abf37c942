import { effectiveConsume } from '../../../delivery/effective';
import { insertFix, replaceFix } from '../../dialectKeys';
import { commitsInTransactions, onceRelated, onceWish, transactionalPublish } from '../../exactlyOnce';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { lower } from '../../wants';
import { edgeWords, originOf, reasonOf, speaks } from '../../words';

/** A timer commits offsets beside the transaction that they belong into. */
export default defineRule({
  name: 'delivery/eo-auto-commit',
  severity: 'error',
  summary: 'A Kafka consumer whose offsets belong into transactions lets a timer commit them.',
  why: `
Exactly-once from Kafka to Kafka holds because the offsets of what was read are part of the transaction that
writes the results (\`sendOffsetsToTransaction\`): both become visible together, or neither. With
\`enable.auto.commit\` the client also commits offsets by itself every few seconds, outside any transaction.
If the transaction is aborted after such a commit, the group goes on behind records whose results were
thrown away, and they are lost.

A service is taken to work in transactions where a file says \`commit: transaction\`, or where it reads for
exactly-once and writes with a \`transactional.id\`. Where only the two settings are there (a
\`transactional.id\` and \`enable.auto.commit=true\`), this is a warning: its writing may have nothing to do with
what it reads. A default is not reported where \`commit: transaction\` is written: the code is taken to
have switched auto-commit off.`,
  sources: [
    'https://kafka.apache.org/documentation/#semantics',
    'https://kafka.apache.org/40/javadoc/org/apache/kafka/clients/producer/KafkaProducer.html',
    'https://kafka.apache.org/documentation/#consumerconfigs_enable.auto.commit',
  ],
  messages: {
    written: '{edge} with auto-commit, but works in transactions ({how}): offsets that a timer commits are in none, and an aborted transaction can lose its records. Turn auto-commit off and send the offsets with the transaction.',
    default: '{edge}, works in transactions ({how}), and enable.auto.commit is not set; {reason}. Offsets that a timer commits are in no transaction. Turn auto-commit off and send the offsets with the transaction.',
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
                orders.placed: { guarantee: exactly-once, group: billing, autoCommit: true, commit: transaction }
        `,
        report: text`
          error delivery/eo-auto-commit billing consumes topic orders.placed with auto-commit, but works in transactions (commit: transaction): offsets that a timer commits are in none, and an aborted transaction can lose its records. Turn auto-commit off and send the offsets with the transaction.
            test.flow.yaml:10:77
            10 |       orders.placed: { guarantee: exactly-once, group: billing, autoCommit: true, commit: transaction }
               |                                                                             ^^^^
            test.flow.yaml:10:35 billing declares exactly-once here
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
                orders.placed: { guarantee: exactly-once, group: billing, autoCommit: false, commit: transaction }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
            orders.billed: { broker: events }
          services:
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: exactly-once, group: billing }
              publishes:
                orders.billed: { guarantee: exactly-once, transactionalId: billing-1 }
        `,
        report: text`
          error delivery/eo-auto-commit billing consumes topic orders.placed, works in transactions (transactional.id billing-1), and enable.auto.commit is not set; the Java client's default is true. Offsets that a timer commits are in no transaction. Turn auto-commit off and send the offsets with the transaction.
            test.flow.yaml:11:7
            11 |       orders.placed: { guarantee: exactly-once, group: billing }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:11:35 billing declares exactly-once here
            test.flow.yaml:13:66 billing writes in transactions
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
            orders.billed: { broker: events }
          services:
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: exactly-once, group: billing, autoCommit: false }
              publishes:
                orders.billed: { guarantee: exactly-once, transactionalId: billing-1 }
        `,
      },
      {
        files: text`
          === application.properties
          spring.application.name=billing
          spring.kafka.bootstrap-servers=kafka-1.example.com:9093
          spring.kafka.producer.transaction-id-prefix=billing-
          spring.kafka.consumer.group-id=billing
          spring.kafka.consumer.enable-auto-commit=true
        `,
        report: text`
          warning delivery/eo-auto-commit billing consumes with auto-commit, but works in transactions (transactional.id billing-): offsets that a timer commits are in none, and an aborted transaction can lose its records. Turn auto-commit off and send the offsets with the transaction.
            application.properties:5:42
            5 | spring.kafka.consumer.enable-auto-commit=true
              |                                          ^^^^
            application.properties:3:45 billing writes in transactions
        `,
        fixed: text`
          === application.properties
          spring.application.name=billing
          spring.kafka.bootstrap-servers=kafka-1.example.com:9093
          spring.kafka.producer.transaction-id-prefix=billing-
          spring.kafka.consumer.group-id=billing
          spring.kafka.consumer.enable-auto-commit=false
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
            orders.billed: { broker: events }
          services:
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: exactly-once, group: billing, autoCommit: false, commit: transaction }
              publishes:
                orders.billed: { guarantee: exactly-once, transactionalId: billing-1 }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
            orders.billed: { broker: events }
            clicks: { broker: events }
          services:
            billing:
              client: kafkajs@2.2
              consumes:
                orders.placed: { guarantee: exactly-once, group: billing, commit: transaction }
              publishes:
                orders.billed: { guarantee: exactly-once, transactionalId: billing-1 }
            counter:
              client: kafka-java@3.9
              consumes:
                clicks: { guarantee: at-least-once, group: counter, autoCommit: true }
        `,
      },
    ],
  },
  * check(model) {
    for (const consume of model.consumes) {
      if (!speaks(consume, 'kafka')) continue;
      const { autoCommit } = effectiveConsume(consume);
      if (autoCommit === undefined || autoCommit.from === 'unknown' || !autoCommit.value) continue;
      const written = autoCommit.from === 'declared';
      const publish = transactionalPublish(consume.service);
      const isSure = commitsInTransactions(consume);
      // Offsets that the program commits by itself are its own affair.
      if (!isSure && (!written || publish === undefined || consume.settings.commit !== undefined)) continue;
      if (!written && consume.settings.commit !== undefined) continue;
      const wish = onceWish(consume);
      const isFirm = isSure && originOf(autoCommit) !== 'assumed';
      yield {
        message: written ? 'written' : 'default',
        at: written ? autoCommit.at : consume.at,
        data: {
          edge: edgeWords(consume), reason: reasonOf(consume, autoCommit),
          how: publish === undefined ? 'commit: transaction' : `transactional.id ${publish.settings.transactionalId!.value}`,
        },
        severity: isFirm ? 'error' : lower('error'),
        related: [
          ...onceRelated(wish),
          ...publish === undefined ? [] : [{ at: publish.settings.transactionalId!.at, message: `${publish.service.name} writes in transactions` }],
        ],
        fixes: written ? replaceFix(model, autoCommit.at, 'autoCommit', 'false', wish !== undefined)
          : insertFix(consume, 'autoCommit', 'false', wish !== undefined),
      };
    }
  },
});
