import { edgeClient } from '../../../delivery/effective';
import { compareVersions } from '../../../delivery/version';
import { mayDeadLetter } from '../../deadLetters';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { wishRelated } from '../../wants';
import { channelWords } from '../../words';

/** Dead letters are sent to partitions that do not exist. */
export default defineRule({
  name: 'dlq/partition-mismatch',
  severity: 'error',
  summary: 'A dead-letter topic of an old Spring Kafka listener has fewer partitions than the topic it serves.',
  why: `
Spring Kafka's DeadLetterPublishingRecoverer sends a failed record to the partition of the dead-letter topic that has the
number of the record's own. Before version 2.7 it did so without a look at the topic: a partition that does not
exist makes the send fail, and the record is lost or comes back for ever. Since 2.7 the recoverer
checks the partition and lets the producer choose another one, so that only the order of dead letters suffers,
unless verifyPartition is turned off.

Reported for versions before 2.7; where no version is stated, as a warning and only for records that somebody
declares to need.`,
  sources: ['https://docs.spring.io/spring-kafka/reference/kafka/annotation-error-handling.html#dead-letters'],
  messages: {
    fewer: 'Dead letters of {from} ({source} partitions) go to {to} with {target}: {service} sends each to the partition of its own number, and Spring Kafka {version} does not look whether it exists. Give {to} {source} partitions.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, partitions: 12 }
            orders.placed.DLT: { broker: events, partitions: 1 }
            orders.billed: { broker: events, partitions: 6 }
            orders.billed.DLT: { broker: events, partitions: 3 }
          services:
            billing:
              client: spring-kafka@2.5
              consumes:
                orders.placed: { group: billing, onFailure: { deadLetter: orders.placed.DLT } }
            shipping:
              client: spring-kafka
              consumes:
                orders.billed: { guarantee: at-least-once, group: shipping, onFailure: { deadLetter: orders.billed.DLT } }
        `,
        report: text`
          error dlq/partition-mismatch Dead letters of topic orders.placed (12 partitions) go to topic orders.placed.DLT with 1: billing sends each to the partition of its own number, and Spring Kafka 2.5 does not look whether it exists. Give topic orders.placed.DLT 12 partitions.
            test.flow.yaml:6:52
            6 |   orders.placed.DLT: { broker: events, partitions: 1 }
              |                                                    ^
            test.flow.yaml:5:48 orders.placed has 12 partitions

          warning dlq/partition-mismatch Dead letters of topic orders.billed (6 partitions) go to topic orders.billed.DLT with 3: shipping sends each to the partition of its own number, and Spring Kafka before 2.7 does not look whether it exists. Give topic orders.billed.DLT 6 partitions.
            test.flow.yaml:8:52
            8 |   orders.billed.DLT: { broker: events, partitions: 3 }
              |                                                    ^
            test.flow.yaml:7:48 orders.billed has 6 partitions
            test.flow.yaml:17:35 shipping declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, partitions: 12 }
            orders.placed.DLT: { broker: events, partitions: 12 }
            orders.billed: { broker: events, partitions: 6 }
            orders.billed.DLT: { broker: events, partitions: 6 }
          services:
            billing:
              client: spring-kafka@2.5
              consumes:
                orders.placed: { group: billing, onFailure: { deadLetter: orders.placed.DLT } }
            shipping:
              client: spring-kafka
              consumes:
                orders.billed: { guarantee: at-least-once, group: shipping, onFailure: { deadLetter: orders.billed.DLT } }
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
            orders.placed: { broker: events, partitions: 12 }
            orders.placed.DLT: { broker: events, partitions: 12 }
            orders.billed: { broker: events, partitions: 12 }
            orders.billed-dlt: { broker: events, partitions: 1 }
          services:
            billing:
              client: spring-kafka@2.5
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, onFailure: { deadLetter: orders.placed.DLT } }
            shipping:
              client: spring-kafka@3.2
              consumes:
                orders.billed: { guarantee: at-least-once, group: shipping, onFailure: { deadLetter: orders.billed-dlt } }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, partitions: 12 }
            orders.dead: { broker: events, partitions: 1 }
          services:
            billing:
              client: kafkajs@2.2
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, onFailure: { deadLetter: orders.dead } }
            shipping:
              client: spring-kafka
              consumes:
                orders.placed: { group: shipping }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const route of model.routes) {
      const [source, target] = [route.from.settings.partitions, route.to.settings.partitions];
      if (route.kind !== 'dead-letter' || source === undefined || target === undefined || !(target.value < source.value)) continue;
      for (const consume of route.from.consumes) {
        const client = edgeClient(consume);
        if (client?.id !== 'spring-kafka' || !mayDeadLetter(consume, route)) continue;
        if (client.version !== undefined && compareVersions(client.version, '2.7') >= 0) continue;
        const wish = wants.consume(consume);
        if (wish.kind === 'waived' || (client.version === undefined && wish.kind !== 'declared')) continue;
        yield {
          message: 'fewer',
          at: target.at,
          data: {
            from: channelWords(route.from), to: channelWords(route.to), source: source.value, target: target.value,
            service: consume.service.name, version: client.version ?? 'before 2.7',
          },
          severity: client.version === undefined ? 'warning' : 'error',
          related: [{ at: source.at, message: `${route.from.address} has ${source.value} partitions` }, ...wishRelated(wish) ?? []],
          fixes: replaceFix(model, target.at, 'partitions', String(source.value), false),
        };
      }
    }
  },
});
