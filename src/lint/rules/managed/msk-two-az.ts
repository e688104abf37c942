import { effectiveChannel } from '../../../delivery/effective';
import { text } from '../../example';
import { isLocal } from '../../locality';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { channelWords, listWords } from '../../words';

/** Two zones bear the loss of one only with a single copy left. */
export default defineRule({
  name: 'managed/msk-two-az',
  severity: 'warning',
  summary: 'An Amazon MSK cluster in two zones keeps the defaults that a single copy satisfies.',
  why: `
Amazon MSK gives topics of a cluster in two availability zones 2 replicas and \`min.insync.replicas\` 1, in three zones 3
and 2. With two and one, a record may be acknowledged while one broker alone has it, and with a zone down that is how all
records are written. Raising \`min.insync.replicas\` to 2 there stops writing as soon as a zone is out: only a third zone
gives both.

It is reported where a file says that there are two zones, for topics that leave both to the cluster. Where nobody
declares a guarantee it is an information. Brokers in a development or test environment are left alone.`,
  sources: ['https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html'],
  messages: {
    default: 'Broker {broker} is an Amazon MSK cluster in two zones, whose default min.insync.replicas 1 holds for {channels}: a record that is acknowledged may be in one zone only. Use three zones and min.insync.replicas 2.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, managed: msk, zones: 2, environment: production }
          channels:
            orders.placed: { broker: events, replicas: 2 }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
        `,
        report: text`
          warning managed/msk-two-az Broker events is an Amazon MSK cluster in two zones, whose default min.insync.replicas 1 holds for topic orders.placed: a record that is acknowledged may be in one zone only. Use three zones and min.insync.replicas 2.
            test.flow.yaml:3:51
            3 |   events: { protocol: kafka, managed: msk, zones: 2, environment: production }
              |                                                   ^
            test.flow.yaml:9:35 checkout declares at-least-once here
        `,
      },
      {
        files: text`
          === msk.tf
          resource "aws_msk_cluster" "events" {
            cluster_name           = "events"
            kafka_version          = "3.6.0"
            number_of_broker_nodes = 2
            broker_node_group_info {
              instance_type  = "kafka.m5.large"
              client_subnets = [aws_subnet.a.id, aws_subnet.b.id]
            }
          }
          provider "kafka" {
            bootstrap_servers = aws_msk_cluster.events.bootstrap_brokers_tls
          }
          resource "kafka_topic" "placed" {
            name               = "orders.placed"
            replication_factor = 2
            partitions         = 6
          }
        `,
        report: text`
          info managed/msk-two-az Broker events is an Amazon MSK cluster in two zones, whose default min.insync.replicas 1 holds for topic orders.placed: a record that is acknowledged may be in one zone only. Use three zones and min.insync.replicas 2.
            msk.tf:7:22
            7 |     client_subnets = [aws_subnet.a.id, aws_subnet.b.id]
              |                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, managed: msk, zones: 3, environment: production }
          channels:
            orders.placed: { broker: events }
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
            events: { protocol: kafka, managed: msk, zones: 2, environment: production }
          channels:
            orders.placed: { broker: events, replicas: 4, minInsyncReplicas: 2 }
            page.views: { broker: events }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
                page.views: { guarantee: best-effort, acks: 1 }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const broker of model.brokers) {
      const { zones, managed } = broker;
      if (managed?.value !== 'msk' || zones?.value !== 2 || isLocal(broker, context)) continue;
      const exposed = broker.channels.filter((channel) => channel.declarations.length > 0
        && effectiveChannel(channel).minInsyncReplicas?.from === 'default' && context.wants.channel(channel).kind !== 'waived');
      const wishes = exposed.map((channel) => context.wants.channel(channel));
      const wish = wishes.find((w) => w.kind === 'declared') ?? wishes[0];
      const severity = wish && judge('warning', wish, 'default');
      if (wish === undefined || severity === undefined) continue;
      yield {
        message: 'default',
        at: zones.at,
        data: { broker: broker.name, channels: listWords(exposed.map(channelWords)) },
        severity,
        related: wishRelated(wish),
      };
    }
  },
});
