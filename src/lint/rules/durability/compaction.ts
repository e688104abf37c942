import { effectiveChannel } from '../../../delivery/effective';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule, type Finding } from '../../rule';
import { channelWords } from '../../words';

/** A compacted topic keeps the last record of each key: nothing for records without one, and no history. */
export default defineRule({
  name: 'durability/compaction',
  severity: 'error',
  summary: 'A compacted topic gets records without a key, or is read as if it kept every record.',
  why: `
With \`cleanup.policy=compact\` Kafka keeps, of all records with one key, the last for certain and the earlier ones only
until it cleans up. A record without a key has no place there: the broker refuses it. And a consumer that was away
does not see what has been replaced meanwhile, which is right for a table of states and wrong for events each of
which counts. \`compact,delete\` does the same, and deletes what is old besides.

The second is an information: whether the records are states or events, no file tells. Where a consumer needs only the
last state of each key, silence it at that place with the reason.`,
  sources: [
    'https://kafka.apache.org/documentation/#topicconfigs_cleanup.policy',
    'https://kafka.apache.org/documentation/#compaction',
  ],
  messages: {
    noKey: '{service} publishes to {channel} without a key, and its cleanup.policy is {cleanup}: a compacted topic refuses such records. Give them a key, or use cleanup.policy delete.',
    history: '{service} declares {guarantee} for {channel}, whose cleanup.policy is {cleanup}: a record that a later one of its key replaces before {service} reads it is never delivered. Use cleanup.policy delete if every record counts.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
          channels:
            orders.placed: { broker: events, cleanup: compact }
          services:
            checkout:
              publishes:
                orders.placed: { key: none, acks: all }
            billing:
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false }
        `,
        report: text`
          error durability/compaction checkout publishes to topic orders.placed without a key, and its cleanup.policy is compact: a compacted topic refuses such records. Give them a key, or use cleanup.policy delete.
            test.flow.yaml:9:29
            9 |       orders.placed: { key: none, acks: all }
              |                             ^^^^
            test.flow.yaml:5:45 cleanup.policy of topic orders.placed

          info durability/compaction billing declares at-least-once for topic orders.placed, whose cleanup.policy is compact: a record that a later one of its key replaces before billing reads it is never delivered. Use cleanup.policy delete if every record counts.
            test.flow.yaml:12:35
            12 |       orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false }
               |                                   ^^^^^^^^^^^^^
            test.flow.yaml:5:45 cleanup.policy of topic orders.placed
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
          channels:
            orders.placed: { broker: events, cleanup: delete }
          services:
            checkout:
              publishes:
                orders.placed: { key: none, acks: all }
            billing:
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false }
        `,
      },
      {
        files: text`
          === shop.flow.yaml
          flow: 1
          services:
            checkout:
              publishes:
                orders.placed: { key: none, acks: all }
          === topic.yaml
          apiVersion: kafka.strimzi.io/v1
          kind: KafkaTopic
          metadata: { name: orders.placed, labels: { strimzi.io/cluster: events } }
          spec: { partitions: 6, replicas: 3, config: { cleanup.policy: "compact,delete" } }
        `,
        report: text`
          error durability/compaction checkout publishes to topic orders.placed without a key, and its cleanup.policy is compact,delete: a compacted topic refuses such records. Give them a key, or use cleanup.policy delete.
            shop.flow.yaml:5:29
            5 |       orders.placed: { key: none, acks: all }
              |                             ^^^^
            topic.yaml:4:64 cleanup.policy of topic orders.placed
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
          channels:
            orders.placed: { broker: events, cleanup: delete }
            customers: { broker: events, cleanup: compact }
          services:
            checkout:
              publishes:
                orders.placed: { key: none, acks: all }
                customers: { key: customer_id, acks: all }
            billing:
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false }
                customers: { group: billing, autoCommit: false }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
          channels:
            customers: { broker: events, cleanup: compact }
          services:
            crm:
              publishes:
                customers: { acks: all }
        `,
      },
    ],
  },
  * check(model): Iterable<Finding<'noKey' | 'history'>> {
    for (const channel of model.channels) {
      if (channel.protocol !== 'kafka') continue;
      const { cleanup } = effectiveChannel(channel);
      if (cleanup?.from !== 'declared' || !cleanup.value.split(',').includes('compact')) continue;
      const data = { channel: channelWords(channel), cleanup: cleanup.value };
      const related = [{ at: cleanup.at, message: `cleanup.policy of ${channelWords(channel)}` }];
      for (const { service, settings } of channel.publishes) {
        if (settings.key?.value !== 'none') continue;
        yield {
          message: 'noKey', at: settings.key.at, data: { ...data, service: service.name }, related,
          fixes: cleanup.inherited === undefined ? replaceFix(model, cleanup.at, 'cleanup', 'delete', false) : undefined,
        };
      }
      for (const { service, settings } of channel.consumes) {
        const guarantee = settings.guarantee;
        if (guarantee?.value !== 'at-least-once' && guarantee?.value !== 'exactly-once') continue;
        yield {
          message: 'history', at: guarantee.at, severity: 'info', related,
          data: { ...data, service: service.name, guarantee: guarantee.value },
        };
      }
    }
  },
});
