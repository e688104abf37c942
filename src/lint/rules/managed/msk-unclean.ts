import { effectiveChannel } from '../../../delivery/effective';
import { text } from '../../example';
import { isLocal } from '../../locality';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { channelWords, listWords } from '../../words';

/** Amazon MSK's default lets a replica that lags behind lead. */
export default defineRule({
  name: 'managed/msk-unclean',
  severity: 'error',
  summary: 'An Amazon MSK cluster keeps MSK\'s default, by which a lagging replica may become leader.',
  why: `
Kafka's default of \`unclean.leader.election.enable\` is false; Amazon MSK's default configuration sets it to true, except
for clusters with tiered storage. When the in-sync replicas of a partition are down, one that lags behind then takes the
lead, and acknowledged records that it lacks are gone. A configuration of one's own (\`aws_msk_configuration\`), or the
topic's own setting, turns it off.

It is reported once a cluster, for topics that neither say it themselves nor get it from the cluster; where a cluster's
configuration is made elsewhere nothing is said. Where nobody
declares a guarantee it is an information. Brokers in a development or test environment are left alone.`,
  sources: [
    'https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html',
    'https://kafka.apache.org/documentation/#topicconfigs_unclean.leader.election.enable',
  ],
  messages: {
    default: 'Broker {broker} does not say unclean.leader.election.enable, and Amazon MSK\'s default is true: a lagging replica of {channels} may take the lead, and acknowledged records that it lacks are lost. Set it to false for the cluster or the topics.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, managed: msk, zones: 3, environment: production }
          channels:
            orders.placed: { broker: events, replicas: 3, minInsyncReplicas: 2 }
            orders.billed: { broker: events, replicas: 3, minInsyncReplicas: 2, uncleanLeaderElection: false }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
        `,
        report: text`
          error managed/msk-unclean Broker events does not say unclean.leader.election.enable, and Amazon MSK's default is true: a lagging replica of topic orders.placed may take the lead, and acknowledged records that it lacks are lost. Set it to false for the cluster or the topics.
            test.flow.yaml:3:39
            3 |   events: { protocol: kafka, managed: msk, zones: 3, environment: production }
              |                                       ^^^
            test.flow.yaml:10:35 checkout declares at-least-once here
        `,
      },
      {
        files: text`
          === msk.tf
          resource "aws_msk_cluster" "events" {
            cluster_name           = "events"
            kafka_version          = "3.6.0"
            number_of_broker_nodes = 3
          }
          provider "kafka" {
            bootstrap_servers = aws_msk_cluster.events.bootstrap_brokers_tls
          }
          resource "kafka_topic" "placed" {
            name               = "orders.placed"
            replication_factor = 3
            partitions         = 6
          }
        `,
        report: text`
          info managed/msk-unclean Broker events does not say unclean.leader.election.enable, and Amazon MSK's default is true: a lagging replica of topic orders.placed may take the lead, and acknowledged records that it lacks are lost. Set it to false for the cluster or the topics.
            msk.tf:1:11
            1 | resource "aws_msk_cluster" "events" {
              |           ^^^^^^^^^^^^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, managed: msk, zones: 3, environment: production }
            other: { protocol: kafka, environment: production }
          channels:
            orders.placed: { broker: events, replicas: 3, uncleanLeaderElection: false }
            orders.billed: { broker: other, replicas: 3 }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
                orders.billed: { guarantee: at-least-once, acks: all }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, managed: msk, zones: 3, environment: test }
          channels:
            orders.placed: { broker: events, replicas: 3 }
        `,
      },
      {
        files: text`
          === msk.tf
          variable "configuration_arn" {}
          resource "aws_msk_cluster" "events" {
            cluster_name           = "events"
            kafka_version          = "3.6.0"
            number_of_broker_nodes = 3
            configuration_info {
              arn      = var.configuration_arn
              revision = 1
            }
          }
          data "aws_msk_cluster" "others" {
            cluster_name = "others"
          }
          provider "kafka" {
            bootstrap_servers = aws_msk_cluster.events.bootstrap_brokers_tls
          }
          resource "kafka_topic" "placed" {
            name               = "orders.placed"
            replication_factor = 3
            partitions         = 6
          }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const broker of model.brokers) {
      if (broker.managed?.value !== 'msk' || isLocal(broker, context)) continue;
      const exposed = broker.channels.filter((channel) => {
        const { uncleanLeaderElection: unclean, replicas } = effectiveChannel(channel);
        const isSingle = replicas?.from === 'declared' && replicas.value < 2;
        return channel.declarations.length > 0 && !isSingle && unclean?.from === 'default' && unclean.value
          && context.wants.channel(channel).kind !== 'waived';
      });
      const wishes = exposed.map((channel) => context.wants.channel(channel));
      const wish = wishes.find((w) => w.kind === 'declared') ?? wishes[0];
      const severity = wish && judge('error', wish, 'default');
      if (wish === undefined || severity === undefined) continue;
      yield {
        message: 'default',
        at: broker.managed.at,
        data: { broker: broker.name, channels: listWords(exposed.map(channelWords)) },
        severity,
        related: wishRelated(wish),
      };
    }
  },
});
