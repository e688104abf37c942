import { effectiveChannel, effectivePublish } from '../../../delivery/effective';
import { brokerDefaultWords } from '../../../delivery/words';
import type { Publish } from '../../../model/model';
import type { Setting } from '../../../model/settings';
import type { SourceRange } from '../../../text/range';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { isLocal, isStatedProduction } from '../../locality';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { channelWords, listWords } from '../../words';

/** `acks=all` waits for the replicas that are in sync just now, which may be one. */
export default defineRule({
  name: 'producer/acks-all-single-copy',
  severity: 'error',
  summary: 'A Kafka producer waits for all in-sync replicas of a topic that is content with one.',
  why: `
\`acks=all\` waits for the *current* in-sync replicas. With min.insync.replicas=1, Kafka's default, the leader
alone is enough once its followers have fallen behind: the record is acknowledged, and lost with that one
broker. One less than the number of replicas (2 of 3) keeps two copies of every acknowledged record and bears
one broker out. Two replicas cannot have both: with 1 a record may have a single copy, with 2 one broker out
stops all writing.

Brokers in a development or test environment, on this machine or in a compose file are left alone. A setting
that no file states is missed only where the broker's environment is stated.`,
  sources: [
    'https://kafka.apache.org/documentation/#topicconfigs_min.insync.replicas',
    'https://kafka.apache.org/documentation/#design_ha',
  ],
  messages: {
    single: '{channel} has min.insync.replicas 1 of {replicas}: {who} acks=all, a record may be acknowledged by the leader alone, and lost with it. {how}.',
    default: '{channel} says nothing of min.insync.replicas; {reason}: {who} acks=all, of its {replicas} replicas the leader alone may acknowledge a record, and lose it. {how}.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
          channels:
            orders.placed: { broker: events, replicas: 3, minInsyncReplicas: 1 }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
        `,
        report: text`
          error producer/acks-all-single-copy topic orders.placed has min.insync.replicas 1 of 3: although checkout writes with acks=all, a record may be acknowledged by the leader alone, and lost with it. Set min.insync.replicas to 2.
            test.flow.yaml:5:68
            5 |   orders.placed: { broker: events, replicas: 3, minInsyncReplicas: 1 }
              |                                                                    ^
            test.flow.yaml:9:35 checkout declares at-least-once here
        `,
        fixed: text`
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
            events: { protocol: kafka, environment: production }
          channels:
            orders.shipped: { broker: events, replicas: 3 }
            orders.billed: { broker: events, replicas: 2, minInsyncReplicas: 1 }
          services:
            checkout:
              publishes:
                orders.shipped: { guarantee: at-least-once, acks: all }
            billing:
              publishes:
                orders.billed: { guarantee: at-least-once, acks: all }
        `,
        report: text`
          warning producer/acks-all-single-copy topic orders.shipped says nothing of min.insync.replicas; the Kafka broker's default is 1: although checkout writes with acks=all, of its 3 replicas the leader alone may acknowledge a record, and lose it. Set min.insync.replicas to 2.
            test.flow.yaml:5:3
            5 |   orders.shipped: { broker: events, replicas: 3 }
              |   ^^^^^^^^^^^^^^
            test.flow.yaml:10:36 checkout declares at-least-once here

          error producer/acks-all-single-copy topic orders.billed has min.insync.replicas 1 of 2: although billing writes with acks=all, a record may be acknowledged by the leader alone, and lost with it. Give it 3 replicas and set min.insync.replicas to 2.
            test.flow.yaml:6:68
            6 |   orders.billed: { broker: events, replicas: 2, minInsyncReplicas: 1 }
              |                                                                    ^
            test.flow.yaml:13:35 billing declares at-least-once here
        `,
      },
      {
        files: text`
          === kafka.yaml
          apiVersion: kafka.strimzi.io/v1beta2
          kind: Kafka
          metadata: { name: events, namespace: shop }
          spec:
            kafka:
              version: 4.0.0
              config: { default.replication.factor: 3 }
          ---
          apiVersion: kafka.strimzi.io/v1beta2
          kind: KafkaTopic
          metadata: { name: orders.placed, namespace: shop, labels: { strimzi.io/cluster: events } }
          spec:
            partitions: 12
            replicas: 3
            config: { min.insync.replicas: 1 }
        `,
        report: text`
          warning producer/acks-all-single-copy topic orders.placed has min.insync.replicas 1 of 3: even with acks=all, a record may be acknowledged by the leader alone, and lost with it. Set min.insync.replicas to 2.
            kafka.yaml:15:34
            15 |   config: { min.insync.replicas: 1 }
               |                                  ^
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
            clicks: { broker: events, replicas: 3, minInsyncReplicas: 1 }
            orders.lost: { broker: events, replicas: 3, minInsyncReplicas: 3 }
          services:
            web:
              publishes:
                clicks: { guarantee: at-most-once, acks: 1 }
                orders.lost: { guarantee: at-least-once, acks: all }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
            laptop: { protocol: kafka, environment: development }
          channels:
            orders.placed: { broker: events, replicas: 3, minInsyncReplicas: 2 }
            orders.test: { broker: laptop, replicas: 3, minInsyncReplicas: 3 }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const channel of model.channels) {
      if (channel.protocol !== 'kafka' || isLocal(channel.broker, context)) continue;
      const { replicas, minInsyncReplicas: min } = effectiveChannel(channel);
      // What the cluster's default is, nobody knows for sure where no file says it.
      if (replicas?.from !== 'declared' || min === undefined || min.from === 'unknown') continue;
      // Of a single replica `durability/replication` tells.
      if (replicas.value < 2 || min.value > 1) continue;
      const waiting = channel.publishes.filter(waitsForAll);
      // Where no publisher is known, one is assumed.
      if (waiting.length === 0 && channel.publishes.length > 0) continue;
      // Of Amazon MSK's default in two zones `managed/msk-two-az` tells, and what would be better.
      if (min.from === 'default' && channel.broker?.managed?.value === 'msk' && channel.broker.zones?.value === 2) continue;
      const wish = context.wants.channel(channel);
      const declared = min.from === 'declared';
      if (!declared && !isStatedProduction(channel.broker, context)) continue;
      const severity = judge('error', wish, declared ? 'written' : 'assumed');
      if (severity === undefined) continue;
      const good = replicas.value - 1;
      yield {
        message: declared ? 'single' : 'default',
        at: declared && min.inherited === undefined ? min.at : channel.at,
        data: {
          channel: channelWords(channel), replicas: replicas.value, who: whoWords(waiting), reason: brokerDefaultWords(min),
          how: good > 1 ? `Set min.insync.replicas to ${good}` : 'Give it 3 replicas and set min.insync.replicas to 2',
        },
        severity,
        related: [...wishRelated(wish) ?? [], ...inheritedRelated(min)],
        fixes: declared && min.inherited === undefined && good > 1 ? replaceFix(model, min.at, 'minInsyncReplicas', String(good), false) : undefined,
      };
    }
  },
});

/** Where the cluster says what the topic leaves out. */
function inheritedRelated(min: Setting<number>): readonly { at: SourceRange; message: string }[] {
  if (min.from !== 'declared' || min.inherited === undefined) return [];
  return [{ at: min.at, message: `broker ${min.inherited} gives min.insync.replicas to topics that do not say it` }];
}

/** With acks 0 or 1 min.insync.replicas does not count. */
function waitsForAll(publish: Publish): boolean {
  const { acks } = effectivePublish(publish);
  return acks === undefined || acks.from === 'unknown' || acks.value === 'all';
}

function whoWords(waiting: readonly Publish[]): string {
  const names = [...new Set(waiting.map((publish) => publish.service.name))];
  if (names.length === 0) return 'even with';
  return `although ${listWords(names)} ${names.length === 1 ? 'writes' : 'write'} with`;
}
