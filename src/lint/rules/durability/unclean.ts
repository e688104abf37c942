import { effectiveChannel } from '../../../delivery/effective';
import type { Broker } from '../../../model/model';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { isLocal } from '../../locality';
import { defineRule, type Finding } from '../../rule';
import { judge, lower, wishRelated } from '../../wants';
import { channelWords } from '../../words';

/** A replica that lags behind may become the leader, and what it lacks is thrown away. */
export default defineRule({
  name: 'durability/unclean',
  severity: 'error',
  summary: 'A Kafka topic lets a replica that lags behind become its leader.',
  why: `
With \`unclean.leader.election.enable=true\` a partition whose in-sync replicas are all down is led by one that
fell behind. Writing goes on at once; but what the new leader lacks is discarded, on the others too when they come
back, though every copy of it may have been acknowledged with \`acks=all\`. Kafka's own default is false since
0.11. It is a choice of availability over data, and belongs to topics that may lose some.

Brokers in a development or test environment, on this machine or in a compose file are left alone, and topics with
a single replica, which has no other to lead. Amazon MSK's default is the subject of managed/msk-unclean.`,
  sources: [
    'https://kafka.apache.org/documentation/#topicconfigs_unclean.leader.election.enable',
    'https://kafka.apache.org/documentation/#design_uncleanleader',
  ],
  messages: {
    topic: '{channel} has unclean.leader.election.enable=true: when its in-sync replicas are down, one that lags behind takes the lead, and acknowledged records that it lacks are discarded. Set it to false.',
    broker: 'Broker {broker} gives unclean.leader.election.enable=true to topics that do not say it ({channel}): a replica that lags behind may take the lead, and acknowledged records that it lacks are discarded. Set it to false.',
    cluster: 'Broker {broker} gives unclean.leader.election.enable=true to topics that do not say it: a replica that lags behind may take the lead, and acknowledged records that it lacks are discarded. Set it to false.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
          channels:
            orders.placed: { broker: events, replicas: 3, uncleanLeaderElection: true }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
        `,
        report: text`
          error durability/unclean topic orders.placed has unclean.leader.election.enable=true: when its in-sync replicas are down, one that lags behind takes the lead, and acknowledged records that it lacks are discarded. Set it to false.
            test.flow.yaml:5:72
            5 |   orders.placed: { broker: events, replicas: 3, uncleanLeaderElection: true }
              |                                                                        ^^^^
            test.flow.yaml:9:35 checkout declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
          channels:
            orders.placed: { broker: events, replicas: 3, uncleanLeaderElection: false }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
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
              config: { default.replication.factor: 3, unclean.leader.election.enable: true }
          === topics.yaml
          apiVersion: kafka.strimzi.io/v1
          kind: KafkaTopic
          metadata: { name: orders.placed, labels: { strimzi.io/cluster: events } }
          spec: { partitions: 6 }
        `,
        report: text`
          warning durability/unclean Broker events gives unclean.leader.election.enable=true to topics that do not say it (topic orders.placed): a replica that lags behind may take the lead, and acknowledged records that it lacks are discarded. Set it to false.
            cluster.yaml:7:78
            7 |     config: { default.replication.factor: 3, unclean.leader.election.enable: true }
              |                                                                              ^^^^
        `,
      },
      {
        files: text`
          === server.properties
          process.roles=broker
          node.id=1
          advertised.listeners=SSL://k1.example.com:9093
          unclean.leader.election.enable=true
        `,
        report: text`
          warning durability/unclean Broker k1.example.com:9093 gives unclean.leader.election.enable=true to topics that do not say it: a replica that lags behind may take the lead, and acknowledged records that it lacks are discarded. Set it to false.
            server.properties:4:32
            4 | unclean.leader.election.enable=true
              |                                ^^^^
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
            orders.placed: { broker: events, replicas: 3, uncleanLeaderElection: false }
            orders.shipped: { broker: events, replicas: 3 }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
          channels:
            page.views: { broker: events, replicas: 3, uncleanLeaderElection: true }
          services:
            site:
              publishes:
                page.views: { guarantee: best-effort, acks: 1 }
        `,
      },
    ],
  },
  * check(model, context): Iterable<Finding<'topic' | 'broker' | 'cluster'>> {
    const taken = new Set<Broker>();
    for (const channel of model.channels) {
      if (channel.protocol !== 'kafka' || isLocal(channel.broker, context)) continue;
      const { uncleanLeaderElection: unclean, replicas } = effectiveChannel(channel);
      if (unclean?.from !== 'declared' || !unclean.value) continue;
      if (replicas?.from === 'declared' && replicas.value < 2) continue;
      if (unclean.inherited !== undefined && channel.broker !== undefined) taken.add(channel.broker);
      const wish = context.wants.channel(channel);
      const severity = judge('error', wish, 'written');
      if (severity === undefined) continue;
      yield {
        message: unclean.inherited === undefined ? 'topic' : 'broker',
        // What the cluster says is one fault, however many topics take it over.
        at: unclean.at,
        data: { channel: channelWords(channel), broker: unclean.inherited ?? '' },
        severity,
        related: wishRelated(wish),
        fixes: unclean.inherited === undefined ? replaceFix(model, unclean.at, 'uncleanLeaderElection', 'false', false) : undefined,
      };
    }
    // A cluster's own file seldom names the topics that take it over.
    for (const broker of model.brokers) {
      const unclean = broker.topicDefaults?.uncleanLeaderElection;
      if (broker.protocol !== 'kafka' || unclean?.value !== true || taken.has(broker) || isLocal(broker, context)) continue;
      yield { message: 'cluster', at: unclean.at, data: { broker: broker.name }, severity: lower('error') };
    }
  },
});
