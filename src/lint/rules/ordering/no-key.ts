import { effectiveChannel } from '../../../delivery/effective';
import { placingOf } from '../../../delivery/partitioners';
import { text } from '../../example';
import { orderOf, orderRelated } from '../../orderWish';
import { defineRule, type Finding } from '../../rule';
import { channelWords, couldSaySettings, edgeWords } from '../../words';

/** Records whose order counts are spread over partitions. */
export default defineRule({
  name: 'ordering/no-key',
  severity: 'error',
  summary: 'Records that must stay in order are spread over the partitions of a Kafka topic.',
  why: `
Kafka keeps order within a partition only. A record without a key goes to any of them: since Kafka 2.4 a producer fills a
batch in one partition and takes another for the next, older ones take turns. A partitioner that does not
look at the key (RoundRobinPartitioner, UniformStickyPartitioner, random) does the same to records that have one. And
with more than one partition no key gives an order over all records of the topic.

Asked only where somebody says that order counts (\`ordering\` of the topic, or \`needs.ordering\`; the number of partitions
of the latter is told by \`fit/ordering\`). A topic that is declared with one partition is left alone.`,
  sources: [
    'https://kafka.apache.org/documentation/#intro_concepts_and_terms',
    'https://kafka.apache.org/documentation/#producerconfigs_partitioner.class',
    'https://cwiki.apache.org/confluence/display/KAFKA/KIP-480%3A+Sticky+Partitioner',
  ],
  messages: {
    noKey: '{edge} without a key, but order is needed per key: records go to any partition, and are read in any order. Say key: and the field that they belong together by.',
    ignored: '{edge} with key {key} and partitioner {partitioner}, which does not look at the key: records of one key go to any partition. Take the partitioner away.',
    total: '{channel} has {partitions} partitions, but its records are needed in total order: Kafka keeps order within a partition only. Give it one partition, or need order per-key.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, partitions: 12, ordering: per-key }
            ledger: { broker: events, partitions: 3, ordering: total }
          services:
            checkout:
              publishes:
                orders.placed: { acks: all }
            legacy:
              publishes:
                orders.placed: { acks: all, key: order_id, partitioner: org.apache.kafka.clients.producer.RoundRobinPartitioner }
        `,
        report: text`
          error ordering/no-key topic ledger has 3 partitions, but its records are needed in total order: Kafka keeps order within a partition only. Give it one partition, or need order per-key.
            test.flow.yaml:6:41
            6 |   ledger: { broker: events, partitions: 3, ordering: total }
              |                                         ^
            test.flow.yaml:6:54 total order is needed, as said here

          error ordering/no-key checkout publishes to topic orders.placed without a key, but order is needed per key: records go to any partition, and are read in any order. Say key: and the field that they belong together by.
            test.flow.yaml:10:7
            10 |       orders.placed: { acks: all }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:5:62 topic orders.placed needs per-key order

          error ordering/no-key legacy publishes to topic orders.placed with key order_id and partitioner org.apache.kafka.clients.producer.RoundRobinPartitioner, which does not look at the key: records of one key go to any partition. Take the partitioner away.
            test.flow.yaml:13:63
            13 |       orders.placed: { acks: all, key: order_id, partitioner: org.apache.kafka.clients.producer.RoundRobinPartitioner }
               |                                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            test.flow.yaml:5:62 topic orders.placed needs per-key order
        `,
      },
      {
        files: text`
          === topic.yaml
          apiVersion: kafka.strimzi.io/v1beta2
          kind: KafkaTopic
          metadata:
            name: orders.placed
            labels: { strimzi.io/cluster: events }
          spec:
            partitions: 12
            replicas: 3
          === shop.flow.yaml
          flow: 1
          services:
            checkout:
              publishes:
                orders.placed: { acks: all }
            billing:
              consumes:
                orders.placed: { group: billing, needs: { ordering: per-key } }
        `,
        report: text`
          error ordering/no-key checkout publishes to topic orders.placed without a key, but order is needed per key: records go to any partition, and are read in any order. Say key: and the field that they belong together by.
            shop.flow.yaml:5:7
            5 |       orders.placed: { acks: all }
              |       ^^^^^^^^^^^^^
            shop.flow.yaml:8:59 billing needs per-key order
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
            orders.placed: { broker: events, partitions: 12, ordering: per-key }
            ledger: { broker: events, partitions: 1, ordering: total }
            clicks: { broker: events, partitions: 12 }
          services:
            checkout:
              publishes:
                orders.placed: { acks: all, key: order_id }
                ledger: { acks: all }
                clicks: { acks: all }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            clicks: { broker: events, partitions: 12, ordering: none }
          services:
            shop:
              publishes:
                clicks: { acks: all }
            stats:
              consumes:
                clicks: { group: stats }
        `,
      },
    ],
  },
  * check(model): Iterable<Finding<'noKey' | 'ignored' | 'total'>> {
    for (const channel of model.channels) {
      const { partitions, ordering } = channel.settings;
      if (channel.protocol !== 'kafka' || ordering?.value !== 'total' || partitions === undefined || !(partitions.value > 1)) continue;
      yield {
        message: 'total', at: partitions.at, data: { channel: channelWords(channel), partitions: partitions.value },
        related: [{ at: ordering.at, message: 'total order is needed, as said here' }],
      };
    }
    for (const publish of model.publishes) {
      const { channel, settings } = publish;
      if (publish.protocol !== 'kafka' || channel === undefined || settings.open?.includes('key')) continue;
      const wish = orderOf(publish);
      if (wish?.order.value !== 'per-key') continue;
      const { partitions } = effectiveChannel(channel);
      if (partitions?.from === 'declared' && partitions.value === 1) continue;
      const related = orderRelated(wish);
      if (settings.key === undefined) {
        if (couldSaySettings(publish)) yield { message: 'noKey', at: publish.at, data: { edge: edgeWords(publish) }, related };
        continue;
      }
      const placing = placingOf(publish);
      if (placing?.hash !== 'none' || placing.at === undefined) continue;
      yield {
        message: 'ignored', at: placing.at,
        data: { edge: edgeWords(publish), key: settings.key.value, partitioner: settings.partitioner?.value ?? '' }, related,
      };
    }
  },
});
