import { edgeClient, effectivePublish, type EffectivePublish } from '../../../delivery/effective';
import type { Publish } from '../../../model/model';
import { insertFix, replaceFix } from '../../dialectKeys';
import { areRepeatsRecognised, onceRelated, onceWish } from '../../exactlyOnce';
import { lostIdempotence } from '../../idempotence';
import { orderOf, orderRelated } from '../../orderWish';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { lower } from '../../wants';
import { couldSaySettings, edgeWords, originOf, reasonOf } from '../../words';

/** A retry without idempotence stores a record twice, or behind later ones. */
export default defineRule({
  name: 'producer/retry-reorder',
  severity: 'warning',
  summary: 'A Kafka producer whose records have an order, or must not repeat, retries without idempotence.',
  why: `
A producer that gets no answer sends the batch again. If the first attempt was stored and only its answer
was lost, the records are there twice. And with more than one request in flight, a batch that follows may be
stored before the one that is repeated: records of one partition change places. An idempotent producer
numbers its batches, and the broker drops what repeats and keeps the order. The Java client is idempotent by default
since 3.0.1; librdkafka, kafkajs, sarama and Kafka Connect's producers are only if asked.

It is a warning where somebody declares an order or exactly-once, and an information where records have a key or
\`enable.idempotence=false\` is written. Everywhere else duplicates in a retry are what at-least-once means, and nothing is
reported.`,
  sources: [
    'https://kafka.apache.org/documentation/#producerconfigs_enable.idempotence',
    'https://kafka.apache.org/documentation/#producerconfigs_max.in.flight.requests.per.connection',
    'https://github.com/confluentinc/librdkafka/blob/master/INTRODUCTION.md#idempotent-producer',
    'https://kafka.js.org/docs/producing',
  ],
  messages: {
    reorder: '{edge} without idempotence{reason}: a retry can store records twice, and behind later ones{order}. Set enable.idempotence=true.',
    repeat: '{edge} without idempotence{reason}: a retry whose first attempt was stored repeats records, and {who} declares exactly-once. Set enable.idempotence=true.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, ordering: per-key }
            orders.billed: { broker: events }
            orders.packed: { broker: events }
          services:
            checkout:
              client: librdkafka@2.6
              publishes:
                orders.placed: { guarantee: at-least-once, key: order_id }
            billing:
              client: kafka-java@3.9
              publishes:
                orders.billed: { acks: all, idempotence: false }
            stock:
              client: sarama@1.45
              publishes:
                orders.packed: { acks: all, maxInFlight: 1 }
            search:
              consumes:
                orders.packed: { guarantee: exactly-once, group: search }
        `,
        report: text`
          warning producer/retry-reorder checkout publishes to topic orders.placed without idempotence (enable.idempotence is not set; librdkafka's default is false): a retry can store records twice, and behind later ones, although topic orders.placed needs per-key order. Set enable.idempotence=true.
            test.flow.yaml:12:7
            12 |       orders.placed: { guarantee: at-least-once, key: order_id }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:5:46 topic orders.placed needs per-key order

          info producer/retry-reorder billing publishes to topic orders.billed without idempotence: a retry can store records twice, and behind later ones. Set enable.idempotence=true.
            test.flow.yaml:16:48
            16 |       orders.billed: { acks: all, idempotence: false }
               |                                                ^^^^^

          warning producer/retry-reorder stock publishes to topic orders.packed without idempotence (enable.idempotence is not set; sarama's default is false): a retry whose first attempt was stored repeats records, and search declares exactly-once. Set enable.idempotence=true.
            test.flow.yaml:20:7
            20 |       orders.packed: { acks: all, maxInFlight: 1 }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:23:35 search declares exactly-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, ordering: per-key }
            orders.billed: { broker: events }
            orders.packed: { broker: events }
          services:
            checkout:
              client: librdkafka@2.6
              publishes:
                orders.placed: { guarantee: at-least-once, key: order_id, idempotence: true }
            billing:
              client: kafka-java@3.9
              publishes:
                orders.billed: { acks: all, idempotence: true }
            stock:
              client: sarama@1.45
              publishes:
                orders.packed: { acks: all, maxInFlight: 1, idempotence: true }
            search:
              consumes:
                orders.packed: { guarantee: exactly-once, group: search }
        `,
      },
      {
        files: text`
          === producer.properties
          bootstrap.servers=kafka-1.example.com:9093
          client.id=checkout
          key.serializer=org.apache.kafka.common.serialization.StringSerializer
          acks=all
          enable.idempotence=false
          max.in.flight.requests.per.connection=5
        `,
        report: text`
          info producer/retry-reorder checkout publishes without idempotence: a retry can store records twice, and behind later ones. Set enable.idempotence=true.
            producer.properties:5:20
            5 | enable.idempotence=false
              |                    ^^^^^
        `,
        fixed: text`
          === producer.properties
          bootstrap.servers=kafka-1.example.com:9093
          client.id=checkout
          key.serializer=org.apache.kafka.common.serialization.StringSerializer
          acks=all
          enable.idempotence=true
          max.in.flight.requests.per.connection=5
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
            orders.placed: { broker: events, ordering: per-key }
          services:
            checkout:
              client: librdkafka@2.6
              publishes:
                orders.placed: { guarantee: at-least-once, idempotence: true, key: order_id }
            shop:
              client: kafka-java@3.9
              publishes:
                orders.placed: { guarantee: at-least-once, key: order_id }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, ordering: per-key }
            clicks: { broker: events }
          services:
            checkout:
              client: librdkafka@2.6
              publishes:
                orders.placed: { guarantee: at-least-once, maxInFlight: 1, key: order_id }
                clicks: { guarantee: exactly-once }
            counter:
              consumes:
                clicks: { guarantee: exactly-once, idempotentBy: click_id }
            billing:
              client: librdkafka@2.6
              publishes:
                orders.placed: { guarantee: at-most-once, retries: 0, key: order_id }
        `,
      },
    ],
  },
  * check(model) {
    for (const publish of model.publishes) {
      if (publish.protocol !== 'kafka' || !couldRetry(publish) || lostIdempotence(publish)) continue;
      const effective = effectivePublish(publish);
      const { idempotence } = effective;
      if (idempotence === undefined || idempotence.from === 'unknown' || idempotence.value) continue;
      const origin = originOf(idempotence);
      if (origin === 'assumed' && !couldSaySettings(publish)) continue;
      const order = orderOf(publish);
      const once = areRepeatsRecognised(publish) ? undefined : onceWish(publish);
      const keyed = publish.settings.key !== undefined && publish.settings.key.value !== 'none';
      const canReorder = canOvertake(effective);
      const message = canReorder && (order !== undefined || keyed || (idempotence.from === 'declared' && once === undefined)) ? 'reorder'
        : once !== undefined ? 'repeat' : undefined;
      if (message === undefined) continue;
      const isWished = order !== undefined || once !== undefined;
      if (!isWished && origin === 'assumed') continue;
      yield {
        message,
        at: idempotence.from === 'declared' ? idempotence.at : publish.at,
        data: {
          edge: edgeWords(publish), who: once?.who ?? '', order: order === undefined ? '' : `, although ${order.who} needs ${order.order.value} order`,
          reason: idempotence.from === 'declared' ? '' : ` (enable.idempotence is not set; ${reasonOf(publish, idempotence)})`,
        },
        severity: isWished && origin !== 'assumed' ? 'warning' : lower('warning'),
        related: [...order === undefined ? [] : orderRelated(order), ...onceRelated(once)],
        fixes: hasRoom(publish) === false ? undefined
          : idempotence.from === 'declared' ? replaceFix(model, idempotence.at, 'idempotence', 'true', false)
            : insertFix(publish, 'idempotence', 'true', isWished),
      };
    }
  },
});

/** Acks of 0 or 1 have rules of their own: idempotence would need `all`. */
function couldRetry(publish: Publish): boolean {
  const { acks, retries, open } = publish.settings;
  if (acks !== undefined && acks.value !== 'all') return false;
  if (open?.includes('maxInFlight') === true || open?.includes('retries') === true) return false;
  if (retries !== undefined) return retries.value > 0;
  const known = effectivePublish(publish).retries;
  return known?.from !== 'default' || known.assumed === true || known.value > 0;
}

/** False where one request at a time is in flight: a retry then repeats, but overtakes nothing. */
function canOvertake({ maxInFlight }: EffectivePublish): boolean {
  return maxInFlight === undefined || maxInFlight.from === 'unknown' || maxInFlight.value > 1;
}

/** False where idempotence would contradict what is written; what to change is for people to say. */
function hasRoom(publish: Publish): boolean {
  const limit = edgeClient(publish)?.id === 'sarama' ? 1 : 5;
  return (publish.settings.maxInFlight?.value ?? 1) <= limit;
}
