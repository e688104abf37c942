import type { ClientInfo } from '../../../delivery/clients';
import { edgeClient } from '../../../delivery/effective';
import { insertFix, replaceFix } from '../../dialectKeys';
import { conflictOf, conflictsUnset, idempotentByDefault, lostIdempotence } from '../../idempotence';
import { orderOf, orderRelated } from '../../orderWish';
import { text } from '../../example';
import { defineRule, type Finding } from '../../rule';
import { judge, lower, wishRelated, type Wish } from '../../wants';
import { clientWords, edgeWords } from '../../words';

type Message = 'refused' | 'unset' | 'transactional' | 'silent' | 'noRetries' | 'broken';

/** Idempotence that is asked for, or expected, and not there. */
export default defineRule({
  name: 'producer/idempotence-off',
  severity: 'error',
  summary: 'A Kafka producer contradicts its own idempotence: it does not start, or runs without it.',
  why: `
An idempotent producer numbers its batches, so that the broker drops what a retry sends twice and keeps the
order. That needs \`acks=all\`, retries, and at most 5 requests in flight. Where idempotence is asked for by name, or
by a \`transactional.id\`, and one of these is set otherwise, the Java client and librdkafka refuse to
start, and kafkajs refuses to send. SmallRye's connector hands \`acks=1\` to the client where nobody sets it, and with
that the client refuses, too.

The Java client has it on by default since 3.0.1; there \`retries=0\` or, before 4.0, more than 5 requests in flight switch it
off with no more than a line in the log (from 4.0 on, too many requests in flight are refused). In 3.0.0 and
3.1.0 the default was documented as true, but a fault left it off (KAFKA-13598). What \`acks\` of 0 or 1 do to the default
is told by \`producer/acks-not-all\`.`,
  sources: [
    'https://kafka.apache.org/documentation/#producerconfigs_enable.idempotence',
    'https://kafka.apache.org/documentation/#upgrade',
    'https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md',
    'https://github.com/apache/kafka/pull/11691',
    'https://smallrye.io/smallrye-reactive-messaging/latest/kafka/writing-kafka-records/',
  ],
  messages: {
    refused: '{edge} with {asked} and {conflict}: an idempotent producer needs {needed}, and {who}. Set {cure}.',
    unset: '{edge} with {asked}, and acks is not set: the SmallRye Kafka connector then hands acks=1 to the client, which refuses to start. Set acks=all.',
    transactional: '{edge} with a transactional.id and enable.idempotence=false: transactions need idempotence, and {who}. Set enable.idempotence=true.',
    silent: '{edge} with {conflict}, which switches off the idempotence that {default}: a retry can then duplicate records and change their order, and only a line in the log tells. Set {cure}, or enable.idempotence=true to have the contradiction refused.',
    noRetries: '{edge} with retries=0, which gives a record up at the first error that would pass, and switches off the idempotence that {default}; only a line in the log tells. What the program sends again can be stored twice. Leave retries at its default and bound the time with delivery.timeout.ms.',
    broken: '{edge} and enable.idempotence is not set: the Java client {version} leaves it off although true is documented, and a retry can duplicate records and change their order. Set enable.idempotence=true, or update the client.',
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
              client: kafka-java@3.9
              publishes:
                orders.placed: { guarantee: at-least-once, idempotence: true, maxInFlight: 10 }
            billing:
              client: librdkafka@2.6
              publishes:
                orders.placed: { transactionalId: billing-1, acks: 1 }
            stock:
              client: kafka-java@3.9
              publishes:
                orders.placed: { transactionalId: stock-1, idempotence: false }
        `,
        report: text`
          error producer/idempotence-off checkout publishes to topic orders.placed with enable.idempotence=true and max.in.flight.requests.per.connection=10: an idempotent producer needs at most 5 requests in flight, and the Java client refuses to start. Set max.in.flight.requests.per.connection=5.
            test.flow.yaml:10:82
            10 |       orders.placed: { guarantee: at-least-once, idempotence: true, maxInFlight: 10 }
               |                                                                                  ^^
            test.flow.yaml:10:63 checkout asks for idempotence here

          error producer/idempotence-off billing publishes to topic orders.placed with a transactional.id and acks=1: an idempotent producer needs acks=all, and librdkafka refuses to start. Set acks=all.
            test.flow.yaml:14:58
            14 |       orders.placed: { transactionalId: billing-1, acks: 1 }
               |                                                          ^
            test.flow.yaml:14:41 billing asks for idempotence here

          error producer/idempotence-off stock publishes to topic orders.placed with a transactional.id and enable.idempotence=false: transactions need idempotence, and the Java client refuses to start. Set enable.idempotence=true.
            test.flow.yaml:18:63
            18 |       orders.placed: { transactionalId: stock-1, idempotence: false }
               |                                                               ^^^^^
            test.flow.yaml:18:41 the transactional.id is set here
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { guarantee: at-least-once, idempotence: true, maxInFlight: 5 }
            billing:
              client: librdkafka@2.6
              publishes:
                orders.placed: { transactionalId: billing-1, acks: all }
            stock:
              client: kafka-java@3.9
              publishes:
                orders.placed: { transactionalId: stock-1, idempotence: true }
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
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all, maxInFlight: 10 }
            shop:
              client: kafka-java@4.1
              publishes:
                orders.placed: { acks: all, maxInFlight: 10 }
            stock:
              client: kafka-java
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all, retries: 0 }
            billing:
              client: kafka-java@3.1.0
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
        `,
        report: text`
          warning producer/idempotence-off checkout publishes to topic orders.placed with max.in.flight.requests.per.connection=10, which switches off the idempotence that the Java client 3.9 has on by default: a retry can then duplicate records and change their order, and only a line in the log tells. Set max.in.flight.requests.per.connection=5, or enable.idempotence=true to have the contradiction refused.
            test.flow.yaml:10:74
            10 |       orders.placed: { guarantee: at-least-once, acks: all, maxInFlight: 10 }
               |                                                                          ^^
            test.flow.yaml:10:35 checkout declares at-least-once here

          error producer/idempotence-off shop publishes to topic orders.placed with idempotence on by default and max.in.flight.requests.per.connection=10: an idempotent producer needs at most 5 requests in flight, and the Java client refuses to start. Set max.in.flight.requests.per.connection=5.
            test.flow.yaml:14:48
            14 |       orders.placed: { acks: all, maxInFlight: 10 }
               |                                                ^^

          warning producer/idempotence-off stock publishes to topic orders.placed with retries=0, which gives a record up at the first error that would pass, and switches off the idempotence that the Java client has on by default since 3.0.1; only a line in the log tells. What the program sends again can be stored twice. Leave retries at its default and bound the time with delivery.timeout.ms.
            test.flow.yaml:18:70
            18 |       orders.placed: { guarantee: at-least-once, acks: all, retries: 0 }
               |                                                                      ^
            test.flow.yaml:18:35 stock declares at-least-once here

          warning producer/idempotence-off billing publishes to topic orders.placed and enable.idempotence is not set: the Java client 3.1.0 leaves it off although true is documented, and a retry can duplicate records and change their order. Set enable.idempotence=true, or update the client.
            test.flow.yaml:22:7
            22 |       orders.placed: { guarantee: at-least-once, acks: all }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:22:35 billing declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all, maxInFlight: 5 }
            shop:
              client: kafka-java@4.1
              publishes:
                orders.placed: { acks: all, maxInFlight: 5 }
            stock:
              client: kafka-java
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all, retries: 2147483647 }
            billing:
              client: kafka-java@3.1.0
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all, idempotence: true }
        `,
      },
      {
        files: text`
          === producer.properties
          bootstrap.servers=kafka-1.example.com:9093
          client.id=checkout
          key.serializer=org.apache.kafka.common.serialization.StringSerializer
          acks=1
          enable.idempotence=true
        `,
        report: text`
          error producer/idempotence-off checkout publishes with enable.idempotence=true and acks=1: an idempotent producer needs acks=all, and the Java client refuses to start. Set acks=all.
            producer.properties:4:6
            4 | acks=1
              |      ^
            producer.properties:5:20 checkout asks for idempotence here
        `,
        fixed: text`
          === producer.properties
          bootstrap.servers=kafka-1.example.com:9093
          client.id=checkout
          key.serializer=org.apache.kafka.common.serialization.StringSerializer
          acks=all
          enable.idempotence=true
        `,
      },
      {
        files: text`
          === application.properties
          quarkus.application.name=checkout
          kafka.bootstrap.servers=kafka-1.example.com:9093
          mp.messaging.outgoing.orders.connector=smallrye-kafka
          mp.messaging.outgoing.orders.topic=orders.placed
          mp.messaging.outgoing.orders.enable.idempotence=true
        `,
        report: text`
          error producer/idempotence-off checkout publishes to topic orders.placed with enable.idempotence=true, and acks is not set: the SmallRye Kafka connector then hands acks=1 to the client, which refuses to start. Set acks=all.
            application.properties:5:49
            5 | mp.messaging.outgoing.orders.enable.idempotence=true
              |                                                 ^^^^
        `,
        fixed: text`
          === application.properties
          quarkus.application.name=checkout
          kafka.bootstrap.servers=kafka-1.example.com:9093
          mp.messaging.outgoing.orders.connector=smallrye-kafka
          mp.messaging.outgoing.orders.topic=orders.placed
          mp.messaging.outgoing.orders.enable.idempotence=true
          mp.messaging.outgoing.orders.acks=all
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
                orders.placed: { guarantee: at-least-once, acks: all, idempotence: true, maxInFlight: 5, retries: 10 }
            billing:
              client: kafka-java@3.1.1
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
          services:
            clicks:
              client: kafka-java@3.9
              publishes:
                orders.placed: { guarantee: at-most-once, retries: 0 }
            web:
              client: kafkajs@2.2
              publishes:
                orders.placed: { idempotence: true, maxInFlight: 10 }
            old:
              client: kafka-java@2.8
              publishes:
                orders.placed: { acks: all, maxInFlight: 10 }
        `,
      },
    ],
  },
  * check(model, { wants }): Iterable<Finding<Message>> {
    for (const publish of model.publishes) {
      if (publish.protocol !== 'kafka') continue;
      const { idempotence, transactionalId } = publish.settings;
      const client = edgeClient(publish);
      const edge = edgeWords(publish);
      const asked = idempotence?.value === true ? idempotence : transactionalId;
      if (idempotence?.value === false && transactionalId !== undefined) {
        yield {
          message: 'transactional', at: idempotence.at, data: { edge, who: refuses(client) }, severity: certainty(client),
          related: [{ at: transactionalId.at, message: 'the transactional.id is set here' }],
          fixes: replaceFix(model, idempotence.at, 'idempotence', 'true', false),
        };
        continue;
      }
      if (idempotence?.value === false) continue;
      const conflict = conflictOf(publish);
      if (asked !== undefined) {
        if (conflict === undefined && conflictsUnset(publish)) {
          yield {
            message: 'unset', at: asked.at, data: { edge, asked: asked === idempotence ? 'enable.idempotence=true' : 'a transactional.id' },
            fixes: insertFix(publish, 'acks', 'all', true),
          };
        }
        if (conflict === undefined) continue;
        yield {
          message: 'refused',
          at: conflict.setting.at,
          data: {
            edge, asked: asked === idempotence ? 'enable.idempotence=true' : 'a transactional.id', conflict: conflict.words,
            needed: conflict.needed, who: refuses(client), cure: conflict.cure,
          },
          severity: certainty(client),
          related: [{ at: asked.at, message: `${publish.service.name} asks for idempotence here` }],
          fixes: replaceFix(model, conflict.setting.at, conflict.key, conflict.value, false),
        };
        continue;
      }
      if (client === undefined || !lostIdempotence(publish)) continue;
      // A written order is a wish as well: without idempotence a retry breaks it.
      const wish = wants.publish(publish);
      const order = orderOf(publish);
      const judged: Wish = order === undefined ? wish : { kind: 'declared' };
      const related = [...wishRelated(wish) ?? [], ...order === undefined ? [] : orderRelated(order)];
      const usual = idempotentByDefault(client);
      if (conflict !== undefined && usual !== undefined) {
        const isRefused = conflict.key === 'maxInFlight' && usual.refusesInFlight;
        const severity = isRefused ? 'error' : judge(lower('error'), judged, 'written');
        if (severity === undefined) continue;
        yield {
          message: isRefused ? 'refused' : conflict.key === 'retries' ? 'noRetries' : 'silent',
          at: conflict.setting.at,
          data: {
            edge, asked: 'idempotence on by default', conflict: conflict.words, needed: conflict.needed, who: refuses(client),
            cure: conflict.cure, default: usual.words,
          },
          severity,
          related,
          fixes: replaceFix(model, conflict.setting.at, conflict.key, conflict.value, false),
        };
      } else if (conflict === undefined) {
        // Of `3.1` nobody knows whether it is 3.1.0 or a later one.
        const severity = judge(lower('error'), judged, /^\d+\.\d+\.\d/.test(client.version ?? '') ? 'default' : 'assumed');
        if (severity === undefined) continue;
        yield {
          message: 'broken', at: publish.at, data: { edge, version: client.version ?? '' }, severity, related,
          fixes: insertFix(publish, 'idempotence', 'true', judged.kind === 'declared'),
        };
      }
    }
  },
});

function refuses(client: ClientInfo | undefined): string {
  if (client === undefined) return 'clients refuse to start';
  return client.id === 'kafkajs' ? 'kafkajs refuses to send' : `${clientWords(client)} refuses to start`;
}

function certainty(client: ClientInfo | undefined): 'error' | 'warning' {
  return client === undefined ? 'warning' : 'error';
}
