import type { Consume } from '../../../model/model';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { channelWords } from '../../words';

/** Two services in one consumer group share the records of a topic between them. */
export default defineRule({
  name: 'topology/duplicate-group',
  severity: 'error',
  summary: 'Two services consume one Kafka topic with the same group.',
  why: `
The members of a consumer group divide a topic's partitions among themselves. Two different services with the
same \`group.id\` each get a part of the records, and commit offsets over each other: to each it looks as if
records were missing. It mostly comes from a copied configuration. Services that each need all records need a
group each; only instances of one service share one.`,
  sources: [
    'https://kafka.apache.org/documentation/#theconsumer',
    'https://kafka.apache.org/40/javadoc/org/apache/kafka/clients/consumer/KafkaConsumer.html',
  ],
  messages: {
    shared: '{service} consumes {channel} with the group {group}, which {other} uses as well: each gets only a part of the records. Give each service its own group.',
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
              consumes:
                orders.placed: { group: orders }
            mail:
              consumes:
                orders.placed: { group: orders }
        `,
        report: text`
          error topology/duplicate-group mail consumes topic orders.placed with the group orders, which billing uses as well: each gets only a part of the records. Give each service its own group.
            test.flow.yaml:12:31
            12 |       orders.placed: { group: orders }
               |                               ^^^^^^
            test.flow.yaml:9:31 billing uses the group here
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
            orders.shipped: { broker: events }
          services:
            billing:
              consumes:
                orders.placed: { group: billing }
                orders.shipped: { group: billing }
            mail:
              consumes:
                orders.placed: { group: mail }
        `,
      },
    ],
  },
  * check(model) {
    for (const channel of model.channels) {
      if (channel.protocol !== 'kafka' || channel.consumes.length < 2) continue;
      const first = new Map<string, Consume>();
      for (const consume of channel.consumes) {
        const group = consume.settings.group;
        if (group === undefined) continue;
        const other = first.get(group.value);
        if (other === undefined) first.set(group.value, consume);
        if (other === undefined || other.service === consume.service) continue;
        yield {
          message: 'shared',
          at: group.at,
          data: { service: consume.service.name, channel: channelWords(channel), group: group.value, other: other.service.name },
          related: [{ at: other.settings.group!.at, message: `${other.service.name} uses the group here` }],
        };
      }
    }
  },
});
