import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { isTryOut } from '../../locality';
import { defineRule } from '../../rule';
import { channelWords } from '../../words';

/** A number of replicas that the service does not let anybody choose. */
export default defineRule({
  name: 'managed/ccloud-fixed',
  severity: 'info',
  summary: 'A topic of Confluent Cloud asks for a number of replicas that it cannot have.',
  why: `
Confluent Cloud keeps three replicas of every topic and lets nobody change that: \`default.replication.factor\` is listed as
not editable, and a topic has no such setting of its own. A file that says another number is wrong about how many copies
there are.

Environments that are there to try things out are left alone.`,
  sources: ['https://docs.confluent.io/cloud/current/topics/manage.html'],
  messages: {
    other: '{channel} says {replicas} replicas, but {broker} is on Confluent Cloud, which keeps 3 of every topic and lets nobody change it. Leave it out, or say 3.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, managed: confluent-cloud, environment: production }
          channels:
            orders.placed: { broker: events, replicas: 2 }
        `,
        report: text`
          info managed/ccloud-fixed topic orders.placed says 2 replicas, but events is on Confluent Cloud, which keeps 3 of every topic and lets nobody change it. Leave it out, or say 3.
            test.flow.yaml:5:46
            5 |   orders.placed: { broker: events, replicas: 2 }
              |                                              ^
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka, managed: confluent-cloud, environment: production }
          channels:
            orders.placed: { broker: events, replicas: 3 }
        `,
      },
      {
        files: text`
          === topics.tf
          resource "confluent_kafka_cluster" "events" {
            display_name = "events"
          }
          provider "kafka" {
            bootstrap_servers = confluent_kafka_cluster.events.bootstrap_endpoint
          }
          resource "kafka_topic" "placed" {
            name               = "orders.placed"
            replication_factor = 1
            partitions         = 6
          }
        `,
        report: text`
          info managed/ccloud-fixed topic orders.placed says 1 replicas, but events is on Confluent Cloud, which keeps 3 of every topic and lets nobody change it. Leave it out, or say 3.
            topics.tf:9:24
            9 |   replication_factor = 1
              |                        ^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, managed: confluent-cloud, environment: production }
          channels:
            orders.placed: { broker: events, replicas: 3 }
            orders.billed: { broker: events }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
          channels:
            orders.placed: { broker: events, replicas: 5 }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const channel of model.channels) {
      const { broker, settings } = channel;
      if (broker?.managed?.value !== 'confluent-cloud' || settings.replicas === undefined || settings.replicas.value === 3) continue;
      if (isTryOut(broker, context)) continue;
      yield {
        message: 'other',
        at: settings.replicas.at,
        data: { channel: channelWords(channel), replicas: settings.replicas.value, broker: broker.name },
        fixes: replaceFix(model, settings.replicas.at, 'replicas', '3', false),
      };
    }
  },
});
