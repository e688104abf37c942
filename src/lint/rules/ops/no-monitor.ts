import type { Consume } from '../../../model/model';
import { isExternal } from '../../channels';
import { text } from '../../example';
import { defineRule, type Finding } from '../../rule';
import { edgeWords } from '../../words';

/** Messages may pile up, and nobody is told. */
export default defineRule({
  name: 'ops/no-monitor',
  severity: 'info',
  enabled: false,
  summary: 'Nobody is told when messages pile up before a consumer.',
  why: `
A consumer that has stopped, or that is slower than its producers, makes no error: its backlog grows until retention, a
length limit or a full disk removes messages that nobody has read. Kafka tells the lag of a group, RabbitMQ the depth of
a queue and what is unacknowledged, JetStream what is pending; an alert on one of them, or on the age of the oldest
message, is how somebody learns of it in time.

It is off by default, since alerts mostly stand elsewhere. A consume, or its channel, says them with \`alert\`. Core NATS
and MQTT brokers keep no backlog that is told from outside, and are left out.`,
  sources: [
    'https://kafka.apache.org/documentation/#monitoring',
    'https://www.rabbitmq.com/docs/monitoring',
    'https://docs.nats.io/running-a-nats-service/nats_admin/monitoring/monitoring_jetstream',
  ],
  messages: {
    missing: '{edge}, and no alert tells when messages pile up there. Say alert: {example}.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
          channels:
            orders.placed: { broker: events }
            mail: { broker: work, queue: quorum }
          services:
            billing:
              consumes:
                orders.placed: { group: billing }
                mail: { ack: manual }
        `,
        report: text`
          info ops/no-monitor billing consumes topic orders.placed, and no alert tells when messages pile up there. Say alert: { lag: 10000 }.
            test.flow.yaml:11:7
            11 |       orders.placed: { group: billing }
               |       ^^^^^^^^^^^^^

          info ops/no-monitor billing consumes queue mail, and no alert tells when messages pile up there. Say alert: { depth: 1000 }.
            test.flow.yaml:12:7
            12 |       mail: { ack: manual }
               |       ^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
          channels:
            orders.placed: { broker: events }
            mail: { broker: work, queue: quorum, alert: { depth: 1000 } }
          services:
            billing:
              consumes:
                orders.placed: { group: billing, alert: { lag: 10000, age: 10m } }
                mail: { ack: manual }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            ticks: { broker: inside }
          services:
            display:
              consumes:
                ticks: {}
        `,
      },
    ],
  },
  * check(model): Iterable<Finding<'missing'>> {
    for (const consume of model.consumes) {
      const { channel, settings } = consume;
      const example = exampleOf(consume);
      if (channel === undefined || example === undefined || isExternal(channel)) continue;
      if (settings.alert !== undefined || channel.settings.alert !== undefined) continue;
      // Only where a flow file says how the service consumes is there a place for an alert.
      if (!consume.facts.some((fact) => fact.dialect === 'flow')) continue;
      yield { message: 'missing', at: consume.at, data: { edge: edgeWords(consume), example } };
    }
  },
});

/** What to write, in the protocol's own words; undefined where there is no backlog to be told of. */
function exampleOf(consume: Consume): string | undefined {
  if (consume.protocol === 'kafka') return '{ lag: 10000 }';
  if (consume.protocol === 'rabbitmq') return '{ depth: 1000 }';
  return consume.protocol === 'nats' && consume.channel?.settings.stream !== undefined ? '{ lag: 1000 }' : undefined;
}
