import { effectiveChannel } from '../../../delivery/effective';
import type { Channel } from '../../../model/model';
import type { SourceRange } from '../../../text/range';
import { text } from '../../example';
import { keepersOf, needsOf } from '../../needs';
import { defineRule, type Finding } from '../../rule';
import { channelWords } from '../../words';

type Message = 'partitions' | 'shared' | 'wildcard';

interface Fault {
  readonly message: Message;
  readonly what: string;
  readonly at?: SourceRange;
}

/** An order is relied on that the channel does not keep. */
export default defineRule({
  name: 'fit/ordering',
  severity: 'error',
  summary: 'Messages must stay in an order that the channel does not keep.',
  why: `
Kafka keeps the order of records within a partition, so that all records are in one order only where there is one partition;
with a key, the records of each key are. MQTT keeps the order of the messages of one topic: a filter that takes in several
has none over all of them, and a shared subscription hands each message to another client, whatever its topic.

Consumers that compete for the messages of a queue, a queue group or a JetStream consumer are the subject of
ordering/competing.`,
  sources: [
    'https://kafka.apache.org/documentation/#intro_concepts_and_terms',
    'https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html',
  ],
  messages: {
    partitions: '{who} needs all messages of {channel} in order, but it has {what} partitions, and Kafka keeps order within each only. Use 1 partition, or a key with order per key.',
    shared: '{who} needs messages of {channel} in order ({order}), but it is a shared subscription, which hands each to another client. Subscribe with one client, or to a topic for each key.',
    wildcard: '{who} needs all messages of {channel} in order, but it stands for several topics, and MQTT keeps order within each only. Use one topic, or need the order per key.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            field: { protocol: mqtt }
          channels:
            orders.placed: { broker: events, partitions: 12, needs: { ordering: total } }
            trucks/+/position: { broker: field }
            $share/gate/doors: { broker: field }
          services:
            gate:
              consumes:
                trucks/+/position: { qos: 1, needs: { ordering: total } }
                $share/gate/doors: { qos: 1, needs: { ordering: per-key } }
        `,
        report: text`
          error fit/ordering Somebody needs all messages of topic orders.placed in order, but it has 12 partitions, and Kafka keeps order within each only. Use 1 partition, or a key with order per key.
            test.flow.yaml:6:71
            6 |   orders.placed: { broker: events, partitions: 12, needs: { ordering: total } }
              |                                                                       ^^^^^
            test.flow.yaml:6:48 the number of partitions

          error fit/ordering gate needs all messages of topic trucks/+/position in order, but it stands for several topics, and MQTT keeps order within each only. Use one topic, or need the order per key.
            test.flow.yaml:12:55
            12 |       trucks/+/position: { qos: 1, needs: { ordering: total } }
               |                                                       ^^^^^

          error fit/ordering gate needs messages of topic $share/gate/doors in order (per-key), but it is a shared subscription, which hands each to another client. Subscribe with one client, or to a topic for each key.
            test.flow.yaml:13:55
            13 |       $share/gate/doors: { qos: 1, needs: { ordering: per-key } }
               |                                                       ^^^^^^^
        `,
      },
      {
        files: text`
          === billing.flow.yaml
          flow: 1
          services:
            billing:
              consumes:
                orders.placed: { group: billing, needs: { ordering: total } }
          === topic.yaml
          apiVersion: kafka.strimzi.io/v1
          kind: KafkaTopic
          metadata: { name: orders.placed, labels: { strimzi.io/cluster: events } }
          spec: { partitions: 6, replicas: 3 }
        `,
        report: text`
          error fit/ordering billing needs all messages of topic orders.placed in order, but it has 6 partitions, and Kafka keeps order within each only. Use 1 partition, or a key with order per key.
            billing.flow.yaml:5:59
            5 |       orders.placed: { group: billing, needs: { ordering: total } }
              |                                                           ^^^^^
            topic.yaml:4:21 the number of partitions
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            field: { protocol: mqtt }
          channels:
            orders.placed: { broker: events, partitions: 12, needs: { ordering: per-key } }
            audit: { broker: events, partitions: 1, needs: { ordering: total } }
            trucks/+/position: { broker: field, needs: { ordering: per-key } }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            field: { protocol: mqtt }
          channels:
            orders.placed: { broker: events, partitions: 12, needs: { ordering: none } }
            trucks/17/position: { broker: field, needs: { ordering: total } }
        `,
      },
    ],
  },
  * check(model): Iterable<Finding<Message>> {
    for (const need of needsOf(model, 'ordering')) {
      if (need.value === 'none') continue;
      for (const keeper of keepersOf(need.channel)) {
        const fault = faultOf(keeper, need.value === 'total');
        if (fault === undefined) continue;
        yield {
          message: fault.message, at: need.at,
          data: { who: need.who, channel: channelWords(need.channel), order: need.value, what: fault.what },
          related: fault.at && [{ at: fault.at, message: 'the number of partitions' }],
        };
        break;
      }
    }
  },
});

function faultOf(keeper: Channel, isTotal: boolean): Fault | undefined {
  switch (keeper.protocol) {
    case 'kafka': {
      const { partitions } = effectiveChannel(keeper);
      const many = isTotal && partitions?.from === 'declared' && partitions.value > 1;
      return many ? { message: 'partitions', what: String(partitions.value), at: partitions.at } : undefined;
    }
    case 'mqtt':
      if (keeper.address.startsWith('$share/')) return { message: 'shared', what: '' };
      return isTotal && /(^|\/)[+#](\/|$)/.test(keeper.address) ? { message: 'wildcard', what: '' } : undefined;
    default:
      return undefined;
  }
}
