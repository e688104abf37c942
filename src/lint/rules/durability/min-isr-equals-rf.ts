import { effectiveChannel } from '../../../delivery/effective';
import type { Setting } from '../../../model/settings';
import type { SourceRange } from '../../../text/range';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { isLocal, isStatedProduction } from '../../locality';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { channelWords } from '../../words';

/** Every replica must be in sync before anything is written: one broker out stops all publishers. */
export default defineRule({
  name: 'durability/min-isr-equals-rf',
  severity: 'warning',
  summary: 'A Kafka topic refuses writes as soon as one of its replicas is out.',
  why: `
A write with \`acks=all\` fails unless min.insync.replicas of the replicas are in sync. Where as many are asked
for as there are, each restart of a broker stops all writing to the partitions that it holds; where more are
asked for, no such write can ever succeed. One less than the number of replicas (2 of 3) keeps two copies of
every acknowledged record and bears one broker out.

Brokers in a development or test environment, on this machine or in a compose file are left alone, and topics
with one or two replicas, of which durability/replication tells: with two, a lower number would trust a single copy.`,
  sources: [
    'https://kafka.apache.org/documentation/#topicconfigs_min.insync.replicas',
    'https://kafka.apache.org/documentation/#design_ha',
  ],
  messages: {
    equal: '{channel} has min.insync.replicas {min} of {replicas}: one replica out stops every write with acks=all. Set min.insync.replicas to {good}.',
    above: '{channel} has min.insync.replicas {min}, but only {replicas} {replicaWord}: no write with acks=all can ever succeed. Add replicas, or set min.insync.replicas to {good}.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
          channels:
            orders.billed: { broker: events, replicas: 3, minInsyncReplicas: 3 }
            orders.lost: { broker: events, replicas: 3, minInsyncReplicas: 4 }
          services:
            checkout:
              publishes:
                orders.billed: { guarantee: at-least-once, acks: all }
                orders.lost: { acks: all }
        `,
        report: text`
          warning durability/min-isr-equals-rf topic orders.billed has min.insync.replicas 3 of 3: one replica out stops every write with acks=all. Set min.insync.replicas to 2.
            test.flow.yaml:5:68
            5 |   orders.billed: { broker: events, replicas: 3, minInsyncReplicas: 3 }
              |                                                                    ^
            test.flow.yaml:10:35 checkout declares at-least-once here

          error durability/min-isr-equals-rf topic orders.lost has min.insync.replicas 4, but only 3 replicas: no write with acks=all can ever succeed. Add replicas, or set min.insync.replicas to 2.
            test.flow.yaml:6:66
            6 |   orders.lost: { broker: events, replicas: 3, minInsyncReplicas: 4 }
              |                                                                  ^
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
          channels:
            orders.billed: { broker: events, replicas: 3, minInsyncReplicas: 2 }
            orders.lost: { broker: events, replicas: 3, minInsyncReplicas: 2 }
          services:
            checkout:
              publishes:
                orders.billed: { guarantee: at-least-once, acks: all }
                orders.lost: { acks: all }
        `,
      },
      {
        files: text`
          === topics.tf
          resource "aws_msk_cluster" "events" {
            cluster_name           = "events"
            kafka_version          = "3.6.0"
            number_of_broker_nodes = 3
          }
          resource "kafka_topic" "billed" {
            name               = "orders.billed"
            replication_factor = 3
            partitions         = 6
            config = {
              "min.insync.replicas" = "3"
            }
          }
        `,
        report: text`
          info durability/min-isr-equals-rf topic orders.billed has min.insync.replicas 3 of 3: one replica out stops every write with acks=all. Set min.insync.replicas to 2.
            topics.tf:11:30
            11 |     "min.insync.replicas" = "3"
               |                              ^
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
            orders.placed: { broker: events, replicas: 3, minInsyncReplicas: 2 }
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
            laptop: { protocol: kafka, environment: development }
            events: { protocol: kafka, environment: production }
          channels:
            orders.test: { broker: laptop, replicas: 3, minInsyncReplicas: 3 }
            orders.single: { broker: events, replicas: 1, minInsyncReplicas: 1 }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const channel of model.channels) {
      if (channel.protocol !== 'kafka' || isLocal(channel.broker, context)) continue;
      const { replicas, minInsyncReplicas: min } = effectiveChannel(channel);
      if (replicas?.from !== 'declared' || min === undefined || min.from === 'unknown' || min.value < replicas.value) continue;
      // Of one or two replicas `durability/replication` tells, unless nothing can be written at all: with two there is no good number.
      const kind = min.value > replicas.value ? 'above' : replicas.value > 2 ? 'equal' : undefined;
      if (kind === undefined) continue;
      const wish = context.wants.channel(channel);
      const declared = min.from === 'declared';
      if (!declared && !isStatedProduction(channel.broker, context)) continue;
      const severity = kind === 'above' ? 'error' : judge('warning', wish, declared ? 'written' : 'assumed');
      if (severity === undefined) continue;
      const good = Math.max(1, replicas.value - 1);
      yield {
        message: kind,
        at: declared && min.inherited === undefined ? min.at : channel.at,
        data: { channel: channelWords(channel), min: min.value, replicas: replicas.value, replicaWord: replicas.value === 1 ? 'replica' : 'replicas', good },
        severity,
        related: [...wishRelated(wish) ?? [], ...inheritedRelated(min)],
        fixes: declared && min.inherited === undefined ? replaceFix(model, min.at, 'minInsyncReplicas', String(good), false) : undefined,
      };
    }
  },
});

/** Where the cluster says what the topic leaves out. */
function inheritedRelated(min: Setting<number>): readonly { at: SourceRange; message: string }[] {
  if (min.from !== 'declared' || min.inherited === undefined) return [];
  return [{ at: min.at, message: `broker ${min.inherited} gives min.insync.replicas to topics that do not say it` }];
}
