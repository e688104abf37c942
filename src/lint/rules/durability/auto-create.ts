import type { Broker } from '../../../model/model';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { isLocal } from '../../locality';
import { defineRule } from '../../rule';

/** Whoever misspells a topic's name makes a topic. */
export default defineRule({
  name: 'durability/auto-create',
  severity: 'warning',
  summary: 'A Kafka cluster makes a topic of every name that a client asks for.',
  why: `
With \`auto.create.topics.enable=true\`, Kafka's default, a topic that nobody declared comes into being when a
client first writes to its name or looks it up. A misspelled name then takes records that no consumer ever reads,
instead of failing; and the topic has the cluster's defaults, which are one partition and one replica unless
\`num.partitions\` and \`default.replication.factor\` say otherwise.

It is reported where a file says so. Brokers in a development or test environment, on this machine or in a
compose file are left alone.`,
  sources: [
    'https://kafka.apache.org/documentation/#brokerconfigs_auto.create.topics.enable',
    'https://kafka.apache.org/documentation/#brokerconfigs_default.replication.factor',
  ],
  messages: {
    on: 'Broker {broker} has auto.create.topics.enable=true: a misspelled name becomes a topic of its own ({partitions}, {replicas}), whose records reach nobody. Set it to false, and declare topics.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production, autoCreate: true }
        `,
        report: text`
          warning durability/auto-create Broker events has auto.create.topics.enable=true: a misspelled name becomes a topic of its own (1 partition by default, 1 replica by default), whose records reach nobody. Set it to false, and declare topics.
            test.flow.yaml:3:67
            3 |   events: { protocol: kafka, environment: production, autoCreate: true }
              |                                                                   ^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production, autoCreate: false }
        `,
      },
      {
        files: text`
          === cluster.yaml
          apiVersion: kafka.strimzi.io/v1
          kind: Kafka
          metadata: { name: events }
          spec:
            kafka:
              listeners: [{ name: tls, port: 9093, type: internal, tls: true, authentication: { type: tls } }]
              config: { auto.create.topics.enable: true, default.replication.factor: 3 }
        `,
        report: text`
          warning durability/auto-create Broker events has auto.create.topics.enable=true: a misspelled name becomes a topic of its own (1 partition by default, 3 replicas), whose records reach nobody. Set it to false, and declare topics.
            cluster.yaml:7:42
            7 |     config: { auto.create.topics.enable: true, default.replication.factor: 3 }
              |                                          ^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production, autoCreate: false }
            others: { protocol: kafka, environment: production }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, url: "localhost:9092", autoCreate: true }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const broker of model.brokers) {
      const { autoCreate } = broker;
      if (autoCreate?.value !== true || isLocal(broker, context)) continue;
      yield {
        message: 'on',
        at: autoCreate.at,
        data: { broker: broker.name, partitions: counted(broker, 'partitions', 'partition'), replicas: counted(broker, 'replicas', 'replica') },
        fixes: replaceFix(model, autoCreate.at, 'autoCreate', 'false', false),
      };
    }
  },
});

/** `1 partition`, `3 replicas`, or where to look it up, for a cluster whose defaults are not its software's. */
function counted(broker: Broker, key: 'partitions' | 'replicas', word: string): string {
  const said = broker.topicDefaults?.[key]?.value;
  if (said !== undefined) return `${said} ${word}${said === 1 ? '' : 's'}`;
  const isOpen = broker.managed !== undefined || broker.topicDefaults?.open?.includes(key) === true;
  return isOpen ? `${word}s by the cluster's default` : `1 ${word} by default`;
}
