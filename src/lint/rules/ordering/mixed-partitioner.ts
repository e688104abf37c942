import { edgeClient } from '../../../delivery/effective';
import { placingOf, type Placing } from '../../../delivery/partitioners';
import type { Channel, Publish } from '../../../model/model';
import type { Fix } from '../../../text/problem';
import { insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { orderAt, orderRelated } from '../../orderWish';
import { defineRule } from '../../rule';
import { channelWords } from '../../words';

/** Two producers put one key into two partitions. */
export default defineRule({
  name: 'ordering/mixed-partitioner',
  severity: 'error',
  summary: 'Producers of one Kafka topic place the same key in different partitions.',
  why: `
Which partition a key belongs to is reckoned by the producer, and clients reckon differently: the Java client, franz-go
and kafkajs since 2.0 by murmur2, librdkafka (and with it the Python, Go, .NET and Rust clients of Confluent and others)
by CRC32, sarama by FNV-1a. Two of them that write one topic put the records of a key into two partitions: nobody
reads them in order, joins in Kafka Streams miss half of them, and a compacted topic keeps two last values. In librdkafka
\`partitioner=murmur2_random\` does as the Java client does.

Reported as an error where somebody says that order counts, else as a warning where both producers say that they set a
key, or the topic is compacted. A client whose partitioner nobody can tell is left out.`,
  sources: [
    'https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md',
    'https://kafka.apache.org/documentation/#producerconfigs_partitioner.class',
    'https://kafka.js.org/docs/migration-guide-v2.0.0',
    'https://github.com/IBM/sarama/blob/main/config.go',
    'https://pkg.go.dev/github.com/twmb/franz-go/pkg/kgo#UniformBytesPartitioner',
  ],
  messages: {
    mixed: '{service} and {other} publish to {channel} with different partitioners ({own}; {others}): one key lands in two partitions, and its records lose their order. {fix}',
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
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { acks: all, key: order_id }
            importer:
              client: confluent-kafka-python@2.5
              publishes:
                orders.placed: { acks: all, key: order_id }
        `,
        report: text`
          error ordering/mixed-partitioner importer and checkout publish to topic orders.placed with different partitioners (librdkafka: CRC32 by default; Java client: murmur2 by default): one key lands in two partitions, and its records lose their order. Set partitioner to murmur2_random.
            test.flow.yaml:14:7
            14 |       orders.placed: { acks: all, key: order_id }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:10:7 checkout places keys by Java client: murmur2 by default
            test.flow.yaml:5:62 topic orders.placed needs per-key order
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, partitions: 12, ordering: per-key }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { acks: all, key: order_id }
            importer:
              client: confluent-kafka-python@2.5
              publishes:
                orders.placed: { acks: all, key: order_id, partitioner: murmur2_random }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.billed: { broker: events, partitions: 12 }
          services:
            checkout:
              client: spring-kafka@3.2
              publishes:
                orders.billed: { acks: all, key: order_id }
            legacy:
              client: kafkajs@1.16
              publishes:
                orders.billed: { acks: all, key: order_id }
            panel:
              client: sarama
              publishes:
                orders.billed: { acks: all, key: order_id }
        `,
        report: text`
          warning ordering/mixed-partitioner legacy and checkout publish to topic orders.billed with different partitioners (kafkajs: LegacyPartitioner by default; Spring Kafka: murmur2 by default): one key lands in two partitions, and its records lose their order. Let both use murmur2, as the Java client does.
            test.flow.yaml:14:7
            14 |       orders.billed: { acks: all, key: order_id }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:10:7 checkout places keys by Spring Kafka: murmur2 by default

          warning ordering/mixed-partitioner panel and checkout publish to topic orders.billed with different partitioners (sarama: FNV-1a by default; Spring Kafka: murmur2 by default): one key lands in two partitions, and its records lose their order. Let both use murmur2, as the Java client does.
            test.flow.yaml:18:7
            18 |       orders.billed: { acks: all, key: order_id }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:10:7 checkout places keys by Spring Kafka: murmur2 by default
        `,
      },
      {
        files: text`
          === importer/producer.properties
          bootstrap.servers=localhost:9092
          acks=all
          partitioner=consistent
          client.id=importer
          === shop.flow.yaml
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, partitions: 12, cleanup: compact }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { acks: all }
            importer:
              publishes:
                orders.placed: { acks: all }
        `,
        report: text`
          warning ordering/mixed-partitioner importer and checkout publish to topic orders.placed with different partitioners (partitioner consistent; Java client: murmur2 by default): one key lands in two partitions, and its records lose their order. Set partitioner to murmur2_random.
            importer/producer.properties:3:13
            3 | partitioner=consistent
              |             ^^^^^^^^^^
            shop.flow.yaml:10:7 checkout places keys by Java client: murmur2 by default
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
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { acks: all, key: order_id }
            importer:
              client: confluent-kafka-python@2.5
              publishes:
                orders.placed: { acks: all, key: order_id, partitioner: murmur2_random }
            panel:
              client: kafkajs@2.2
              publishes:
                orders.placed: { acks: all, key: order_id }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            clicks: { broker: events, partitions: 12 }
            ledger: { broker: events, partitions: 1, ordering: total }
          services:
            shop:
              client: kafka-java@3.9
              publishes:
                clicks: { acks: all }
                ledger: { acks: all, key: order_id }
            panel:
              client: librdkafka@2.6
              publishes:
                clicks: { acks: all }
                ledger: { acks: all, key: order_id }
        `,
      },
    ],
  },
  * check(model) {
    for (const channel of model.channels) {
      if (channel.protocol !== 'kafka' || channel.publishes.length < 2 || channel.settings.partitions?.value === 1) continue;
      const wish = orderAt(channel);
      const placed = keyed(channel, wish !== undefined);
      const [usual] = [...placed].sort((a, b) => rank(b.placing) - rank(a.placing));
      if (usual === undefined) continue;
      for (const { publish, placing } of placed) {
        if (placing.hash === usual.placing.hash) continue;
        yield {
          message: 'mixed',
          at: placing.at ?? publish.at,
          data: {
            service: publish.service.name, other: usual.publish.service.name, channel: channelWords(channel),
            own: placing.words, others: usual.placing.words, fix: adviceFor(publish, usual.placing),
          },
          severity: wish === undefined ? 'warning' : 'error',
          related: [
            { at: usual.placing.at ?? usual.publish.at, message: `${usual.publish.service.name} places keys by ${usual.placing.words}` },
            ...(wish === undefined ? [] : orderRelated(wish)),
          ],
          fixes: fixesFor(publish, placing, usual.placing, (at) => replaceFix(model, at, 'partitioner', 'murmur2_random', false)),
        };
      }
    }
  },
});

interface Placed {
  readonly publish: Publish;
  readonly placing: Placing;
}

/** The publishes that set keys (or must, where the topic is compacted or order counts), with how they place them. */
function keyed(channel: Channel, isOrdered: boolean): Placed[] {
  const isCompacted = channel.settings.cleanup?.value.includes('compact') === true;
  return channel.publishes.flatMap((publish) => {
    if (!isCompacted && !isOrdered && publish.settings.key === undefined) return [];
    const placing = placingOf(publish);
    // Of one that does not look at keys `ordering/no-key` tells.
    return placing === undefined || placing.hash === 'none' ? [] : [{ publish, placing }];
  });
}

/** The others are measured by what Java does, which most of Kafka's own tools do too. */
function rank({ hash }: Placing): number {
  return ['legacy', 'FNV-1a', 'CRC32', 'murmur2'].indexOf(hash);
}

function adviceFor(publish: Publish, usual: Placing): string {
  if (usual.hash !== 'murmur2') return 'Let both use the same one.';
  return edgeClient(publish)?.id === 'librdkafka' ? 'Set partitioner to murmur2_random.' : 'Let both use murmur2, as the Java client does.';
}

function fixesFor(publish: Publish, own: Placing, usual: Placing, replace: (at: NonNullable<Placing['at']>) => Fix[]): Fix[] | undefined {
  if (usual.hash !== 'murmur2' || edgeClient(publish)?.id !== 'librdkafka') return undefined;
  return own.at === undefined ? insertFix(publish, 'partitioner', 'murmur2_random', false) : replace(own.at);
}
