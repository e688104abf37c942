import { durationWords } from '../../durations';
import { text } from '../../example';
import { limitsOf } from '../../retained';
import { retrySpanOf } from '../../retrySpan';
import { defineRule } from '../../rule';
import { edgeWords } from '../../words';

/** The message is gone before its last attempt. */
export default defineRule({
  name: 'retry/outlives-retention',
  severity: 'warning',
  summary: 'A consumer tries a message again for longer than its channel keeps it.',
  why: `
The last attempts of a long retry never happen if the message is deleted before. A RabbitMQ message keeps its expiry when
it is put back into its queue (one that its consumer holds on to does not expire), a JetStream stream deletes by max_age what is still to be delivered again, and a Kafka topic
deletes what waits behind the record that blocks its partition. Nobody is told: the dead-letter channel that the
message should reach in the end stays empty.

Reckoned from \`onFailure\` (retries, delay, backoff; exponential is taken to double each time, without an upper limit) or,
for JetStream, from maxDeliver and ackWait or the list of waiting times. More than 100 retries mean "until it works" and
are left alone.`,
  sources: [
    'https://kafka.apache.org/documentation/#topicconfigs_retention.ms',
    'https://www.rabbitmq.com/docs/ttl#per-queue-message-ttl',
    'https://docs.nats.io/nats-concepts/jetstream/consumers',
  ],
  messages: {
    queue: '{edge} and tries a message again for {span} ({how}), but {where} {keeps} {kept}: it is gone before its last attempt. Raise {key} above {span}, or try less long.',
    log: '{edge} and tries a record again for {span} ({how}), but {where} {keeps} {kept}: what waits behind it is gone before the last attempt. Raise {key} above {span}, or try less long.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
            inside: { protocol: nats }
          channels:
            orders.placed: { broker: events, retention: 1h }
            mail: { broker: work, queue: quorum, ttl: 10m }
            jobs.done: { broker: inside, stream: { storage: file, maxAge: 1m } }
          services:
            billing:
              consumes:
                orders.placed: { group: billing, onFailure: { retries: 8, delay: 30s, backoff: exponential } }
                mail: { ack: manual, requeue: true, onFailure: { retries: 3, delay: 5m } }
                jobs.done: { durable: billing, ackPolicy: explicit, maxDeliver: 10 }
        `,
        report: text`
          warning retry/outlives-retention billing consumes topic orders.placed and tries a record again for 2.2h (8 retries after 30s, exponential), but topic orders.placed keeps records for 1h: what waits behind it is gone before the last attempt. Raise retention above 2.2h, or try less long.
            test.flow.yaml:13:72
            13 |       orders.placed: { group: billing, onFailure: { retries: 8, delay: 30s, backoff: exponential } }
               |                                                                        ^^^
            test.flow.yaml:7:47 topic orders.placed keeps records for 1h

          warning retry/outlives-retention billing consumes queue mail and tries a message again for 15m (3 retries after 5m), but queue mail drops messages that wait for 10m: it is gone before its last attempt. Raise ttl above 15m, or try less long.
            test.flow.yaml:14:75
            14 |       mail: { ack: manual, requeue: true, onFailure: { retries: 3, delay: 5m } }
               |                                                                           ^^
            test.flow.yaml:8:45 queue mail drops messages that wait for 10m

          warning retry/outlives-retention billing consumes stream jobs.done and tries a message again for 4.5m (maxDeliver 10 with ackWait 30s), but stream jobs.done keeps messages for 1m: it is gone before its last attempt. Raise maxAge above 4.5m, or try less long.
            test.flow.yaml:15:71
            15 |       jobs.done: { durable: billing, ackPolicy: explicit, maxDeliver: 10 }
               |                                                                       ^^
            test.flow.yaml:9:65 stream jobs.done keeps messages for 1m
        `,
      },
      {
        files: text`
          === jobs.yaml
          apiVersion: jetstream.nats.io/v1beta2
          kind: Stream
          metadata: { name: jobs }
          spec: { name: JOBS, subjects: ["jobs.>"], storage: file, maxAge: 1h }
          ---
          apiVersion: jetstream.nats.io/v1beta2
          kind: Consumer
          metadata: { name: printer }
          spec:
            streamName: JOBS
            durableName: printer
            ackPolicy: explicit
            maxDeliver: 4
            backoff: [1m, 30m, 2h]
        `,
        report: text`
          warning retry/outlives-retention printer consumes stream JOBS and tries a message again for 151m (maxDeliver 4 with backoff 1m, 30m, 2h), but stream JOBS keeps messages for 1h: it is gone before its last attempt. Raise maxAge above 151m, or try less long.
            jobs.yaml:14:13
            14 |   backoff: [1m, 30m, 2h]
               |             ^^
            jobs.yaml:4:66 stream JOBS keeps messages for 1h
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
            inside: { protocol: nats }
          channels:
            orders.placed: { broker: events, retention: 7d }
            mail: { broker: work, queue: quorum, ttl: 1h }
            jobs.done: { broker: inside, stream: { storage: file, maxAge: 1d } }
          services:
            billing:
              consumes:
                orders.placed: { group: billing, onFailure: { retries: 8, delay: 30s, backoff: exponential } }
                mail: { ack: manual, requeue: true, onFailure: { retries: 3, delay: 5m } }
                jobs.done: { durable: billing, ackPolicy: explicit, maxDeliver: 10 }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
          channels:
            orders.placed: { broker: events, retention: 1h }
            mail: { broker: work, queue: quorum, ttl: 10m }
          services:
            billing:
              consumes:
                orders.placed: { group: billing, onFailure: { retries: -1, delay: 30s } }
            shipping:
              consumes:
                orders.placed: { group: shipping, onFailure: { retries: 50 } }
            mailer:
              consumes:
                mail: { ack: manual, requeue: false, onFailure: { retries: 3, delay: 5m } }
        `,
      },
    ],
  },
  * check(model) {
    for (const consume of model.consumes) {
      const span = retrySpanOf(consume);
      if (span === undefined || consume.channel === undefined) continue;
      for (const { key, where, keeps, setting } of limitsOf(consume.channel)) {
        // A queue expires without consumers only; -1 is no limit, and neither is a max_age of 0.
        if (key === 'expires' || setting === undefined || setting.from === 'unknown') continue;
        if (!(setting.value < span.time) || setting.value < (key === 'maxAge' ? 1 : 0)) continue;
        yield {
          message: consume.protocol === 'kafka' ? 'log' : 'queue',
          at: span.at,
          data: {
            edge: edgeWords(consume), span: durationWords(span.time), how: span.words, where, keeps, kept: durationWords(setting.value), key,
          },
          related: setting.from === 'declared' ? [{ at: setting.at, message: `${where} ${keeps} ${durationWords(setting.value)}` }] : undefined,
        };
      }
    }
  },
});
