import { edgeClient } from '../../../delivery/effective';
import type { Publish } from '../../../model/model';
import { isStaticKey } from '../../../model/match';
import { text } from '../../example';
import { defineRule, type Finding } from '../../rule';
import { edgeWords } from '../../words';

/** Producers with one transactional.id put each other out of action. */
export default defineRule({
  name: 'producer/transactional-id-shared',
  severity: 'error',
  summary: 'Two Kafka producers have the same transactional.id.',
  why: `
A \`transactional.id\` names one producer. When a second one comes with the same id, the broker takes it for the first
after a restart: it aborts the open transaction and fences the first producer, whose next call is refused. If
that restarts, it fences the other one in turn. Every copy of a program needs an id of its own
that stays the same over restarts, such as its ordinal in a StatefulSet.

Two services with one id on one cluster are reported, and a service with a fixed id and more than one of \`instances\`. An
id with a placeholder is taken to differ. Kafka Streams and Kafka Connect make ids of their own. A
\`transaction-id-prefix\` of Spring must differ between the instances just the same: Spring adds a number that begins at 0
in each of them.`,
  sources: [
    'https://kafka.apache.org/documentation/#producerconfigs_transactional.id',
    'https://kafka.apache.org/40/javadoc/org/apache/kafka/clients/producer/KafkaProducer.html',
    'https://docs.spring.io/spring-kafka/reference/kafka/transactions.html',
    'https://kafka.js.org/docs/transactions',
  ],
  messages: {
    services: '{edge} with the transactional.id {id}, which {other} uses as well: each fences the other, and its transaction is aborted. Give each producer an id of its own.',
    instances: '{edge} with the transactional.id {id}, and {service} runs {count} times: its copies fence each other, and their transactions are aborted. Make what tells the copies apart a part of the id.',
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
                orders.placed: { transactionalId: shop }
            billing:
              client: kafka-java@3.9
              publishes:
                orders.billed: { transactionalId: shop }
            stock:
              client: kafkajs@2.2
              instances: 3
              publishes:
                orders.placed: { transactionalId: stock }
        `,
        report: text`
          error producer/transactional-id-shared billing publishes to topic orders.billed with the transactional.id shop, which checkout uses as well: each fences the other, and its transaction is aborted. Give each producer an id of its own.
            test.flow.yaml:15:41
            15 |       orders.billed: { transactionalId: shop }
               |                                         ^^^^
            test.flow.yaml:11:41 checkout uses the id here

          error producer/transactional-id-shared stock publishes to topic orders.placed with the transactional.id stock, and stock runs 3 times: its copies fence each other, and their transactions are aborted. Make what tells the copies apart a part of the id.
            test.flow.yaml:20:41
            20 |       orders.placed: { transactionalId: stock }
               |                                         ^^^^^
            test.flow.yaml:18:16 stock runs 3 times
        `,
      },
      {
        files: text`
          === checkout/producer.properties
          bootstrap.servers=kafka-1.example.com:9093
          client.id=checkout
          key.serializer=org.apache.kafka.common.serialization.StringSerializer
          transactional.id=shop
          === billing/producer.properties
          bootstrap.servers=kafka-1.example.com:9093
          client.id=billing
          key.serializer=org.apache.kafka.common.serialization.StringSerializer
          transactional.id=shop
        `,
        report: text`
          error producer/transactional-id-shared checkout publishes with the transactional.id shop, which billing uses as well: each fences the other, and its transaction is aborted. Give each producer an id of its own.
            checkout/producer.properties:4:18
            4 | transactional.id=shop
              |                  ^^^^
            billing/producer.properties:4:18 billing uses the id here
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            other: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
            orders.billed: { broker: events }
            orders.copied: { broker: other }
          services:
            checkout:
              client: kafka-java@3.9
              instances: 1
              publishes:
                orders.placed: { transactionalId: checkout }
                orders.billed: { transactionalId: checkout }
            copy:
              client: kafka-java@3.9
              publishes:
                orders.copied: { transactionalId: checkout }
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
              client: kafka-java@3.9
              instances: 3
              publishes:
                orders.placed: { transactionalId: "checkout-{pod}" }
            counts:
              client: kafka-streams@3.9
              instances: 3
              publishes:
                orders.placed: { transactionalId: counts }
        `,
      },
    ],
  },
  * check(model): Iterable<Finding<'services' | 'instances'>> {
    const first = new Map<string, Publish>();
    for (const publish of model.publishes) {
      const id = publish.settings.transactionalId;
      if (publish.protocol !== 'kafka' || id === undefined || !isStaticKey(id.value)) continue;
      // JulieOps says which ids a program may use, not which it uses.
      if (model.files.get(id.at.file)?.dialect === 'julie') continue;
      const client = edgeClient(publish)?.id;
      if (client === 'kafka-streams' || client === 'kafka-connect') continue;
      const { service } = publish;
      // A file of settings names no topic; it is taken to be of the cluster that its service's other edges are on.
      const broker = publish.channel?.broker ?? service.publishes.find((p) => p.channel?.broker !== undefined)?.channel?.broker;
      const key = `${broker?.id ?? ''}\n${id.value}`;
      const other = first.get(key);
      if (other === undefined) first.set(key, publish);
      const data = { edge: edgeWords(publish), id: id.value };
      if (other !== undefined && other.service !== service) {
        yield {
          message: 'services', at: id.at, data: { ...data, other: other.service.name },
          related: [{ at: other.settings.transactionalId!.at, message: `${other.service.name} uses the id here` }],
        };
        continue;
      }
      const { instances } = service;
      if (instances === undefined || instances.value <= 1) continue;
      yield {
        message: 'instances', at: id.at, data: { ...data, service: service.name, count: instances.value },
        related: [{ at: instances.at, message: `${service.name} runs ${instances.value} times` }],
      };
    }
  },
});
