import { effectivePublish } from '../../../delivery/effective';
import { insertFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { couldSaySettings, edgeWords, originOf, reasonOf } from '../../words';

/** Nobody says how many replicas must have a record, and what the client does then is too little or not known. */
export default defineRule({
  name: 'producer/missing-acks',
  severity: 'error',
  summary: 'A Kafka producer says nothing of acks, and its client is unknown or waits for less than all replicas by default.',
  why: `
What an unset \`acks\` means depends on the client and its version: the Java client waited for the leader
only until 3.0 made it all, librdkafka until 1.0, and sarama still does. With the leader's word alone, the
leader's crash loses acknowledged records. Written down, the setting survives a change of client or version.

Where the client is known and its default is \`all\`, nothing is reported. Where the client or its version is
not known, the weakest default is assumed and the message says so; \`client: kafka-java@3.9\` in a flow file
settles it. On a folder where nobody declares guarantees this rule is an information.`,
  sources: [
    'https://kafka.apache.org/documentation/#producerconfigs_acks',
    'https://kafka.apache.org/documentation/#upgrade',
    'https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md',
  ],
  messages: {
    weak: '{edge} and acks is not set; {reason}. The leader\'s crash would lose acknowledged records. Set acks=all.',
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
              client: kafka-java@2.8
              publishes:
                orders.placed:
                  guarantee: at-least-once
        `,
        report: text`
          error producer/missing-acks checkout publishes to topic orders.placed and acks is not set; the default of Java client < 3.0 is 1. The leader's crash would lose acknowledged records. Set acks=all.
            test.flow.yaml:10:7
            10 |       orders.placed:
               |       ^^^^^^^^^^^^^
            test.flow.yaml:11:20 checkout declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              client: kafka-java@2.8
              publishes:
                orders.placed:
                  guarantee: at-least-once
                  acks: all
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
                orders.placed:
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: exactly-once, group: billing }
        `,
        report: text`
          warning producer/missing-acks checkout publishes to topic orders.placed and acks is not set; the client is not known, and 1, the weakest default (that of Java client < 3.0), is assumed. The leader's crash would lose acknowledged records. Set acks=all.
            test.flow.yaml:9:7
            9 |       orders.placed:
              |       ^^^^^^^^^^^^^
            test.flow.yaml:13:35 billing declares exactly-once here
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
                orders.placed:
                  acks: all
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: exactly-once, group: billing }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            clicks: { broker: events }
          services:
            web:
              publishes:
                clicks: { key: session }
        `,
        report: text`
          info producer/missing-acks web publishes to topic clicks and acks is not set; the client is not known, and 1, the weakest default (that of Java client < 3.0), is assumed. The leader's crash would lose acknowledged records. Set acks=all.
            test.flow.yaml:9:7
            9 |       clicks: { key: session }
              |       ^^^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            clicks: { broker: events }
          services:
            web:
              publishes:
                clicks: { key: session, acks: all }
        `,
      },
    ],
    valid: [
      {
        files: text`
          === connect/producer.properties
          bootstrap.servers=kafka-1.example.com:9093
          client.id=checkout
          key.serializer=org.apache.kafka.common.serialization.StringSerializer
          enable.idempotence=true
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
            orders.shipped: { broker: events }
            clicks: { broker: events }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { guarantee: at-least-once }
            warehouse:
              publishes:
                orders.shipped: { guarantee: at-least-once, acks: all }
                clicks: { guarantee: best-effort }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const publish of model.publishes) {
      if (publish.protocol !== 'kafka' || publish.settings.acks !== undefined) continue;
      const { acks } = effectivePublish(publish);
      const origin = originOf(acks);
      if (acks?.from !== 'default' || acks.value === 'all' || origin === undefined) continue;
      const wish = wants.publish(publish);
      // Acks decide more than any other setting: where nobody says anything, that alone is worth a word.
      const severity = judge('error', wish, origin) 
        ?? (wish.kind === 'undeclared' && (origin !== 'assumed' || couldSaySettings(publish)) ? 'info' : undefined);
      if (severity === undefined) continue;
      yield {
        message: 'weak',
        at: publish.at,
        data: { edge: edgeWords(publish), reason: reasonOf(publish, acks) },
        severity,
        related: wishRelated(wish),
        fixes: insertFix(publish, 'acks', 'all', wish.kind === 'declared'),
      };
    }
  },
});
