import { edgeClient } from '../../../delivery/effective';
import type { Broker, Consume, Publish } from '../../../model/model';
import type { SourceRange } from '../../../text/range';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { channelWords, edgeWords } from '../../words';

/** Kafka's transactions hold together what is in Kafka, and nothing else. */
export default defineRule({
  name: 'delivery/eo-external-sink',
  severity: 'error',
  summary: 'A Kafka consumer declares exactly-once, but the effect of its work lies outside Kafka and nothing recognises a repeated record.',
  why: `
A Kafka transaction covers records and offsets of one Kafka cluster. A row in a database, a mail, a message of
another broker are not part of it: the process crashes after the effect and before the offset is committed, reads
the record again, and has the effect twice. Kafka's documentation says that other systems must cooperate: the
offset is stored with the effect, in one transaction of that system, or the effect is made idempotent by a key that
the record carries.

\`idempotentBy\` names that key, and the rule is silent. It is reported where the consumer itself declares exactly-once,
and its service names a \`database\`, publishes to another kind of broker, or publishes nothing to Kafka at all.`,
  sources: [
    'https://kafka.apache.org/documentation/#semantics',
    'https://kafka.apache.org/40/javadoc/org/apache/kafka/clients/consumer/KafkaConsumer.html',
  ],
  messages: {
    database: '{edge} exactly-once and writes to the database {database}, which no Kafka transaction covers: a crash between the write and the commit repeats the record. Say by which field a repeated record is recognised (idempotentBy), or store the offset in the same database transaction.',
    elsewhere: '{edge} exactly-once and publishes to {target} of another broker, which no Kafka transaction covers: a crash between the two repeats the record. Say by which field a repeated record is recognised (idempotentBy).',
    nowhere: '{edge} exactly-once, but {service} publishes nothing to Kafka: whatever its work changes lies outside every transaction, and a crash before the commit repeats it. Say by which field a repeated record is recognised (idempotentBy).',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
          channels:
            orders.placed: { broker: events }
            orders.billed: { broker: events }
            mail: { broker: work, queue: quorum }
          services:
            billing:
              client: kafka-java@3.9
              database: billing-db
              consumes:
                orders.placed: { guarantee: exactly-once, group: billing, commit: transaction, isolation: read_committed }
              publishes:
                orders.billed: { guarantee: exactly-once, transactionalId: billing-1 }
            mailer:
              consumes:
                orders.billed: { guarantee: exactly-once, group: mailer }
              publishes:
                mail: { confirms: true }
            search:
              consumes:
                orders.billed: { guarantee: exactly-once, group: search }
        `,
        report: text`
          error delivery/eo-external-sink billing consumes topic orders.placed exactly-once and writes to the database billing-db, which no Kafka transaction covers: a crash between the write and the commit repeats the record. Say by which field a repeated record is recognised (idempotentBy), or store the offset in the same database transaction.
            test.flow.yaml:14:35
            14 |       orders.placed: { guarantee: exactly-once, group: billing, commit: transaction, isolation: read_committed }
               |                                   ^^^^^^^^^^^^
            test.flow.yaml:12:15 the database is named here

          error delivery/eo-external-sink mailer consumes topic orders.billed exactly-once and publishes to queue mail of another broker, which no Kafka transaction covers: a crash between the two repeats the record. Say by which field a repeated record is recognised (idempotentBy).
            test.flow.yaml:19:35
            19 |       orders.billed: { guarantee: exactly-once, group: mailer }
               |                                   ^^^^^^^^^^^^
            test.flow.yaml:21:7 mailer publishes here

          error delivery/eo-external-sink search consumes topic orders.billed exactly-once, but search publishes nothing to Kafka: whatever its work changes lies outside every transaction, and a crash before the commit repeats it. Say by which field a repeated record is recognised (idempotentBy).
            test.flow.yaml:24:35
            24 |       orders.billed: { guarantee: exactly-once, group: search }
               |                                   ^^^^^^^^^^^^
        `,
      },
      {
        files: text`
          === asyncapi.yaml
          asyncapi: 3.0.0
          info: { title: search, version: 1.0.0 }
          servers:
            events: { host: "kafka-1.example.com:9093", protocol: kafka-secure }
          channels:
            ordersPlaced: { address: orders.placed }
          operations:
            indexOrder:
              action: receive
              channel: { $ref: "#/channels/ordersPlaced" }
              x-tailrace: { guarantee: exactly-once, group: search }
        `,
        report: text`
          error delivery/eo-external-sink search consumes topic orders.placed exactly-once, but search publishes nothing to Kafka: whatever its work changes lies outside every transaction, and a crash before the commit repeats it. Say by which field a repeated record is recognised (idempotentBy).
            asyncapi.yaml:11:30
            11 |     x-tailrace: { guarantee: exactly-once, group: search }
               |                              ^^^^^^^^^^^^
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
                orders.placed: { guarantee: exactly-once, group: billing, commit: transaction, isolation: read_committed }
              publishes:
                orders.billed: { guarantee: exactly-once, transactionalId: billing-1 }
            search:
              database: search-index
              consumes:
                orders.billed: { guarantee: exactly-once, group: search, idempotentBy: bill_id }
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
                orders.placed: { guarantee: exactly-once }
            search:
              database: search-index
              consumes:
                orders.placed: { guarantee: at-least-once, group: search }
        `,
      },
    ],
  },
  * check(model) {
    for (const consume of model.consumes) {
      const said = consume.settings.guarantee;
      if (consume.protocol !== 'kafka' || said?.value !== 'exactly-once') continue;
      if (consume.channel === undefined || consume.settings.idempotentBy !== undefined) continue;
      const sink = sinkOf(consume);
      if (sink === undefined) continue;
      yield {
        message: sink.kind,
        at: said.at,
        data: {
          edge: edgeWords(consume), service: consume.service.name, target: sink.words ?? '', database: sink.words ?? '',
        },
        related: sink.at === undefined ? [] : [{ at: sink.at, message: sink.kind === 'database' ? 'the database is named here' : `${consume.service.name} publishes here` }],
      };
    }
  },
});

interface Sink {
  readonly kind: 'database' | 'elsewhere' | 'nowhere';
  readonly words?: string;
  readonly at?: SourceRange;
}

/** Where the work's effect lies, if that is outside Kafka. */
function sinkOf(consume: Consume): Sink | undefined {
  const { database, publishes } = consume.service;
  if (database !== undefined) return { kind: 'database', words: database.value, at: database.at };
  const other = publishes.find((publish) => isElsewhere(publish, consume.channel?.broker));
  if (other?.channel !== undefined) return { kind: 'elsewhere', words: channelWords(other.channel), at: other.at };
  // Streams keeps its state in Kafka, and not every file names the topics that it writes.
  const client = edgeClient(consume)?.id;
  if (publishes.length > 0 || client === 'kafka-streams') return undefined;
  return { kind: 'nowhere' };
}

/** A transaction is of one cluster: another cluster is as far away as a queue. */
function isElsewhere({ channel, protocol }: Publish, broker: Broker | undefined): boolean {
  if (channel === undefined || protocol === undefined) return false;
  return protocol !== 'kafka' || (broker !== undefined && channel.broker !== undefined && channel.broker !== broker);
}
