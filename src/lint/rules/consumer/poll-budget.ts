import { edgeClient, effectiveConsume } from '../../../delivery/effective';
import type { Consume, FlowModel } from '../../../model/model';
import type { Setting } from '../../../model/settings';
import type { Fix } from '../../../text/problem';
import { durationWords } from '../../durations';
import { durationWord, insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule, type Finding } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords, originOf } from '../../words';

/** A batch that takes longer than the group is ready to wait. */
export default defineRule({
  name: 'consumer/poll-budget',
  severity: 'warning',
  summary: 'A Kafka consumer needs longer for what one poll may return than it has until the next poll.',
  why: `
A consumer that does not poll for \`max.poll.interval.ms\`, 5 minutes by default, is taken out of its group. Its partitions go to
another member, which begins at the last commit and does the same work again; the commit of the first one then
fails. If every batch takes that long, the group rebalances without end and gets nowhere. The Java client
hands out up to 500 records a poll (\`max.poll.records\`), so the time is that of all of them; librdkafka hands them out one
by one, so it is that of one.

It is reported where a file says how long the work on one record takes (\`processingTime\`), and not where the work goes on
elsewhere while the consumer polls (\`processing: async\`). \`concurrency\` counts where one poll's records are worked
on at the same time; Spring's concurrency is one of consumers, of which each polls for itself.`,
  sources: [
    'https://kafka.apache.org/documentation/#consumerconfigs_max.poll.interval.ms',
    'https://kafka.apache.org/documentation/#consumerconfigs_max.poll.records',
    'https://kafka.apache.org/40/javadoc/org/apache/kafka/clients/consumer/KafkaConsumer.html',
    'https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md',
  ],
  messages: {
    batch: '{edge} and works up to {time} on a record, so that the {records} records of one poll{reason} take {total}, but max.poll.interval.ms is {limit}: the group takes it for dead, and another member does the work again. Set max.poll.records to {good} or less, or raise max.poll.interval.ms.',
    one: '{edge} and works up to {time} on a record, but max.poll.interval.ms is {limit}: the group takes it for dead, and another member does the work again. Raise max.poll.interval.ms above {time}.',
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
                orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false, processingTime: 2s }
            search:
              client: librdkafka@2.6
              consumes:
                orders.placed: { guarantee: at-least-once, group: search, autoCommit: false, processingTime: 10m }
        `,
        report: text`
          warning consumer/poll-budget billing consumes topic orders.placed and works up to 2s on a record, so that the 500 records of one poll (the default of Java client) take 16.7m, but max.poll.interval.ms is 5m: the group takes it for dead, and another member does the work again. Set max.poll.records to 150 or less, or raise max.poll.interval.ms.
            test.flow.yaml:10:101
            10 |       orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false, processingTime: 2s }
               |                                                                                                     ^^
            test.flow.yaml:10:35 billing declares at-least-once here

          warning consumer/poll-budget search consumes topic orders.placed and works up to 10m on a record, but max.poll.interval.ms is 5m: the group takes it for dead, and another member does the work again. Raise max.poll.interval.ms above 10m.
            test.flow.yaml:14:100
            14 |       orders.placed: { guarantee: at-least-once, group: search, autoCommit: false, processingTime: 10m }
               |                                                                                                    ^^^
            test.flow.yaml:14:35 search declares at-least-once here
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
                orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false, processingTime: 2s, maxPollRecords: 150 }
            search:
              client: librdkafka@2.6
              consumes:
                orders.placed: { guarantee: at-least-once, group: search, autoCommit: false, processingTime: 10m, maxPollInterval: 1200s }
        `,
      },
      {
        files: text`
          === billing/application.yml
          spring:
            application: { name: billing }
            kafka:
              bootstrap-servers: kafka-1.example.com:9093
              consumer:
                group-id: billing
                max-poll-records: 1000
          === shop.flow.yaml
          flow: 1
          brokers:
            events: { protocol: kafka, url: "kafka-1.example.com:9093" }
          channels:
            orders.placed: { broker: events }
          services:
            billing:
              consumes:
                orders.placed: { processingTime: 500ms, concurrency: 3 }
        `,
        report: text`
          info consumer/poll-budget billing consumes topic orders.placed and works up to 500ms on a record, so that the 1000 records of one poll take 8.4m, but max.poll.interval.ms is 5m: the group takes it for dead, and another member does the work again. Set max.poll.records to 600 or less, or raise max.poll.interval.ms.
            billing/application.yml:7:25
            7 |       max-poll-records: 1000
              |                         ^^^^
            shop.flow.yaml:9:40 the time of the work is said here
        `,
        fixed: text`
          === billing/application.yml
          spring:
            application: { name: billing }
            kafka:
              bootstrap-servers: kafka-1.example.com:9093
              consumer:
                group-id: billing
                max-poll-records: 600
          === shop.flow.yaml
          flow: 1
          brokers:
            events: { protocol: kafka, url: "kafka-1.example.com:9093" }
          channels:
            orders.placed: { broker: events }
          services:
            billing:
              consumes:
                orders.placed: { processingTime: 500ms, concurrency: 3 }
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
                orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false, maxPollRecords: 100, processingTime: 2s }
            search:
              client: librdkafka@2.6
              consumes:
                orders.placed: { guarantee: at-least-once, group: search, autoCommit: false, processingTime: 2s }
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
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false, processing: async, processingTime: 2s }
            mail:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: at-least-once, group: mail, autoCommit: false, concurrency: 8, processingTime: 2s }
            web:
              client: kafkajs@2.2
              consumes:
                orders.placed: { guarantee: at-least-once, group: web, processingTime: 2s }
        `,
      },
    ],
  },
  * check(model, { wants }): Iterable<Finding<'batch' | 'one'>> {
    for (const consume of model.consumes) {
      const { processingTime: time, processing, shareGroup } = consume.settings;
      if (consume.protocol !== 'kafka' || time === undefined || processing?.value === 'async' || shareGroup?.value === true) continue;
      const { maxPollInterval, maxPollRecords } = effectiveConsume(consume);
      const limit = known(maxPollInterval);
      const records = recordsOf(consume, maxPollRecords);
      if (limit === undefined || records === undefined) continue;
      const atOnce = edgeClient(consume)?.id === 'spring-kafka' ? 1 : consume.settings.concurrency?.value ?? 1;
      const total = Math.ceil(records / atOnce) * time.value;
      if (total <= limit) continue;
      const wish = wants.consume(consume);
      const isAssumed = originOf(maxPollInterval) === 'assumed' || (records > 1 && originOf(maxPollRecords) === 'assumed');
      const severity = judge('warning', wish, isAssumed ? 'assumed' : 'written');
      if (severity === undefined) continue;
      const message = records === 1 || time.value > limit ? 'one' : 'batch';
      const good = Math.max(1, Math.floor(limit / time.value) * atOnce);
      const written = maxPollRecords?.from === 'declared' ? maxPollRecords : undefined;
      const at = message === 'batch' ? written?.at ?? time.at : time.at;
      yield {
        message,
        at,
        data: {
          edge: edgeWords(consume), time: durationWords(time.value), total: durationWords(total), limit: durationWords(limit),
          records, good, reason: maxPollRecords?.from === 'default' ? ` (the default of ${maxPollRecords.of})` : '',
        },
        severity,
        related: [...at === time.at ? [] : [{ at: time.at, message: 'the time of the work is said here' }], ...wishRelated(wish) ?? []],
        fixes: message === 'one' ? patience(model, consume, time.value * 2)
          : written !== undefined ? replaceFix(model, written.at, 'maxPollRecords', String(good), false)
            : insertFix(consume, 'maxPollRecords', String(good), false),
      };
    }
  },
});

/** More time between two polls: one record alone takes longer than there is. */
function patience(model: FlowModel, consume: Consume, milliseconds: number): Fix[] {
  const said = consume.settings.maxPollInterval;
  const word = durationWord(model, said?.at ?? consume.at, milliseconds);
  return said === undefined ? insertFix(consume, 'maxPollInterval', word, false) : replaceFix(model, said.at, 'maxPollInterval', word, false);
}

/** How many records one poll may return; undefined where that is not how the client works. */
function recordsOf(consume: Consume, maxPollRecords: Setting<number> | undefined): number | undefined {
  if (edgeClient(consume)?.id === 'librdkafka') return 1;
  return known(maxPollRecords);
}

function known(setting: Setting<number> | undefined): number | undefined {
  return setting === undefined || setting.from === 'unknown' ? undefined : setting.value;
}
