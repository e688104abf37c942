import { edgeClient } from '../../../delivery/effective';
import { insertFix } from '../../dialectKeys';
import { areRepeatsRecognised, onceRelated, onceWish } from '../../exactlyOnce';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { edgeWords } from '../../words';

/** After a restart a producer without a transactional.id is a stranger to the broker. */
export default defineRule({
  name: 'producer/no-transactional-id',
  severity: 'warning',
  summary: 'A Kafka producer of an exactly-once flow has no transactional.id.',
  why: `
An idempotent producer is recognised as long as it lives: after a restart it gets a new id, and what it sends again is
stored again. A \`transactional.id\` outlives the process. When the producer comes back with it, the broker ends
the transaction that was interrupted, hides what that wrote from \`read_committed\` readers, and refuses
the predecessor if that still runs somewhere (it is fenced).

It does not stop a program that crashes after its commit and before it has noted that from sending again. Only a
service that reads from Kafka and commits the offsets of what it read in the same transaction, or a consumer that
recognises repeated records (\`idempotentBy\`), closes that gap. Where every consumer of the topic does the latter, nothing
is reported; nor of Kafka Streams and Kafka Connect, which make the ids themselves.`,
  sources: [
    'https://kafka.apache.org/documentation/#producerconfigs_transactional.id',
    'https://kafka.apache.org/documentation/#semantics',
    'https://kafka.apache.org/40/javadoc/org/apache/kafka/clients/producer/KafkaProducer.html',
  ],
  messages: {
    reader: '{edge} for exactly-once without a transactional.id: {service} also reads from Kafka, and without a transaction a crash between its write and its commit writes the same again. Set transactional.id and send the offsets with the transaction.',
    alone: '{edge} for exactly-once without a transactional.id: after a restart the broker takes {service} for a new producer, keeps what its interrupted work has written, and does not fence a predecessor that still runs. Set transactional.id, and let consumers recognise what a crash after the commit sends again (idempotentBy).',
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
            orders.billed: { broker: events }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { guarantee: exactly-once, acks: all, idempotence: true }
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: exactly-once, group: billing, autoCommit: false }
              publishes:
                orders.billed: { guarantee: exactly-once }
        `,
        report: text`
          warning producer/no-transactional-id checkout publishes to topic orders.placed for exactly-once without a transactional.id: after a restart the broker takes checkout for a new producer, keeps what its interrupted work has written, and does not fence a predecessor that still runs. Set transactional.id, and let consumers recognise what a crash after the commit sends again (idempotentBy).
            test.flow.yaml:11:7
            11 |       orders.placed: { guarantee: exactly-once, acks: all, idempotence: true }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:11:35 checkout declares exactly-once here

          warning producer/no-transactional-id billing publishes to topic orders.billed for exactly-once without a transactional.id: billing also reads from Kafka, and without a transaction a crash between its write and its commit writes the same again. Set transactional.id and send the offsets with the transaction.
            test.flow.yaml:17:7
            17 |       orders.billed: { guarantee: exactly-once }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:17:35 billing declares exactly-once here
            test.flow.yaml:15:7 billing reads here
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
            orders.billed: { broker: events }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { guarantee: exactly-once, acks: all, idempotence: true, transactionalId: checkout }
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: exactly-once, group: billing, autoCommit: false }
              publishes:
                orders.billed: { guarantee: exactly-once, transactionalId: billing }
        `,
      },
      {
        files: text`
          === asyncapi.yaml
          asyncapi: 3.0.0
          info: { title: checkout, version: 1.0.0 }
          servers:
            events: { host: "kafka-1.example.com:9093", protocol: kafka-secure }
          channels:
            ordersPlaced: { address: orders.placed }
          operations:
            placeOrder:
              action: send
              channel: { $ref: "#/channels/ordersPlaced" }
              x-tailrace: { guarantee: exactly-once, acks: all, idempotence: true }
        `,
        report: text`
          warning producer/no-transactional-id checkout publishes to topic orders.placed for exactly-once without a transactional.id: after a restart the broker takes checkout for a new producer, keeps what its interrupted work has written, and does not fence a predecessor that still runs. Set transactional.id, and let consumers recognise what a crash after the commit sends again (idempotentBy).
            asyncapi.yaml:10:23
            10 |     channel: { $ref: "#/channels/ordersPlaced" }
               |                       ^^^^^^^^^^^^^^^^^^^^^^^
            asyncapi.yaml:11:30 checkout declares exactly-once here
        `,
        fixed: text`
          === asyncapi.yaml
          asyncapi: 3.0.0
          info: { title: checkout, version: 1.0.0 }
          servers:
            events: { host: "kafka-1.example.com:9093", protocol: kafka-secure }
          channels:
            ordersPlaced: { address: orders.placed }
          operations:
            placeOrder:
              action: send
              channel: { $ref: "#/channels/ordersPlaced" }
              x-tailrace: { guarantee: exactly-once, acks: all, idempotence: true, transactionalId: checkout }
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
              client: kafka-java@3.9
              publishes:
                orders.placed: { guarantee: exactly-once, transactionalId: checkout-1 }
            shop:
              client: kafka-java@3.9
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
            orders.counted: { broker: events }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { guarantee: exactly-once, acks: all, idempotence: true }
            counts:
              client: kafka-streams@3.9
              consumes:
                orders.placed: { guarantee: exactly-once, idempotentBy: order_id }
              publishes:
                orders.counted: { guarantee: exactly-once }
        `,
      },
    ],
  },
  * check(model) {
    for (const publish of model.publishes) {
      if (publish.protocol !== 'kafka' || publish.channel === undefined) continue;
      const { transactionalId, open } = publish.settings;
      if (transactionalId !== undefined || open?.includes('transactionalId') === true) continue;
      const wish = onceWish(publish);
      if (wish === undefined || areRepeatsRecognised(publish)) continue;
      const client = edgeClient(publish)?.id;
      if (client === 'kafka-streams' || client === 'kafka-connect') continue;
      const { service } = publish;
      const reads = service.consumes.find((consume) => consume.protocol === 'kafka' && consume.channel !== undefined);
      yield {
        message: reads === undefined ? 'alone' : 'reader',
        at: publish.at,
        data: { edge: edgeWords(publish), service: service.name },
        related: [...onceRelated(wish), ...reads === undefined ? [] : [{ at: reads.at, message: `${service.name} reads here` }]],
        // Several copies must not share one, and what tells them apart only people know.
        fixes: (service.instances?.value ?? 1) > 1 ? undefined : insertFix(publish, 'transactionalId', service.name, false),
      };
    }
  },
});
