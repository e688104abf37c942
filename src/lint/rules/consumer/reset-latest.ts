import { edgeClient, effectiveConsume } from '../../../delivery/effective';
import type { Consume } from '../../../model/model';
import { insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { couldSaySettings, edgeWords, originOf, reasonOf, speaks } from '../../words';

/** A group without a valid offset begins at the end, and misses what is there. */
export default defineRule({
  name: 'consumer/reset-latest',
  severity: 'warning',
  summary: 'A Kafka consumer whose records must not get lost begins at the end of a partition where it has no valid offset.',
  why: `
\`auto.offset.reset\` decides where a group begins that has no offset for a partition, or one that is not there any more. With
\`latest\`, the default of nearly every client, it begins behind everything that has been written. It happens more
often than at the first start: when partitions are added, records written to a new one before the consumer has discovered it
are passed over; when a group was away for longer than its offsets are kept, or than the records are, it
continues at the end. With \`earliest\` it reads what is still there, and what it has read before comes again.

A default is an information, and told only where a guarantee is declared; so is a written \`latest\` where
none is. Kafka Streams and Kafka
Connect begin at the earliest by default. Before an existing consumer is changed: a group that has its offsets goes
on there, a new one reads the whole topic.`,
  sources: [
    'https://kafka.apache.org/documentation/#consumerconfigs_auto.offset.reset',
    'https://kafka.apache.org/documentation/#brokerconfigs_offsets.retention.minutes',
    'https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md',
    'https://kafka.js.org/docs/consuming#from-beginning',
  ],
  messages: {
    anonymous: '{edge} without a group: at each start it begins behind the last record, and what came while it was away is passed over unread. Give it a group.',
    written: '{edge} with auto.offset.reset=latest: records of a new partition, or after its offsets have expired, are passed over unread. {cure}.',
    default: '{edge} and auto.offset.reset is not set; {reason}. Records of a new partition, or after its offsets have expired, would be passed over unread. {cure}.',
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
                orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false, offsetReset: latest }
            stock:
              client: kafkajs@2.2
              consumes:
                orders.placed: { guarantee: at-least-once, group: stock }
        `,
        report: text`
          warning consumer/reset-latest billing consumes topic orders.placed with auto.offset.reset=latest: records of a new partition, or after its offsets have expired, are passed over unread. Set auto.offset.reset=earliest, or none to stop instead.
            test.flow.yaml:10:98
            10 |       orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false, offsetReset: latest }
               |                                                                                                  ^^^^^^
            test.flow.yaml:10:35 billing declares at-least-once here

          info consumer/reset-latest stock consumes topic orders.placed and auto.offset.reset is not set; kafkajs's default is latest. Records of a new partition, or after its offsets have expired, would be passed over unread. Subscribe with fromBeginning: true.
            test.flow.yaml:14:7
            14 |       orders.placed: { guarantee: at-least-once, group: stock }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:14:35 stock declares at-least-once here
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
                orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false, offsetReset: earliest }
            stock:
              client: kafkajs@2.2
              consumes:
                orders.placed: { guarantee: at-least-once, group: stock, offsetReset: earliest }
        `,
      },
      {
        files: text`
          === consumer.properties
          bootstrap.servers=kafka-1.example.com:9093
          group.id=billing
          enable.auto.commit=false
          auto.offset.reset=latest
        `,
        report: text`
          info consumer/reset-latest billing consumes with auto.offset.reset=latest: records of a new partition, or after its offsets have expired, are passed over unread. Set auto.offset.reset=earliest, or none to stop instead.
            consumer.properties:4:19
            4 | auto.offset.reset=latest
              |                   ^^^^^^
        `,
        fixed: text`
          === consumer.properties
          bootstrap.servers=kafka-1.example.com:9093
          group.id=billing
          enable.auto.commit=false
          auto.offset.reset=earliest
        `,
      },
      {
        files: text`
          === notify/src/main/resources/application.yml
          spring:
            application: { name: notify }
            kafka: { bootstrap-servers: localhost:9092 }
            cloud.stream:
              kafka.binder: { required-acks: all }
              bindings:
                notify-in-0: { destination: orders }
        `,
        report: text`
          info consumer/reset-latest notify consumes topic orders without a group: at each start it begins behind the last record, and what came while it was away is passed over unread. Give it a group.
            notify/src/main/resources/application.yml:7:7
            7 |       notify-in-0: { destination: orders }
              |       ^^^^^^^^^^^
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
            prices: { broker: events }
          services:
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false, offsetReset: earliest }
                prices: { guarantee: best-effort, group: billing, offsetReset: latest }
            audit:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: at-least-once, group: audit, autoCommit: false, offsetReset: none }
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
            counts:
              client: kafka-streams@3.9
              consumes:
                orders.placed: { guarantee: at-least-once }
            web:
              client: kafka-java@3.9
              consumes:
                orders.placed: { group: web }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      if (!speaks(consume, 'kafka') || consume.settings.shareGroup?.value === true) continue;
      const { offsetReset } = effectiveConsume(consume);
      if (offsetReset === undefined || offsetReset.from === 'unknown' || offsetReset.value !== 'latest') continue;
      const wish = wants.consume(consume);
      const written = offsetReset.from === 'declared';
      // Only Spring Cloud Stream's binder begins at the end without being told: for a consumer without a group.
      const isAnonymous = written && consume.settings.offsetReset?.implied === true;
      if (!written && (wish.kind !== 'declared' || (originOf(offsetReset) === 'assumed' && !couldSaySettings(consume)))) continue;
      // Nearly every client has it by default: that alone is worth no more than a word.
      const severity = written ? judge('warning', wish, 'written') : 'info';
      if (severity === undefined) continue;
      yield {
        message: isAnonymous ? 'anonymous' : written ? 'written' : 'default',
        at: written ? offsetReset.at : consume.at,
        data: { edge: edgeWords(consume), reason: reasonOf(consume, offsetReset), cure: cureOf(consume) },
        severity,
        related: wishRelated(wish),
        fixes: isAnonymous ? undefined : written ? replaceFix(model, offsetReset.at, 'offsetReset', 'earliest', false)
          : insertFix(consume, 'offsetReset', 'earliest', false),
      };
    }
  },
});

function cureOf(consume: Consume): string {
  return edgeClient(consume)?.id === 'kafkajs' ? 'Subscribe with fromBeginning: true' : 'Set auto.offset.reset=earliest, or none to stop instead';
}
