import { effectiveChannel, effectivePublish } from '../../../delivery/effective';
import { brokerDefaultWords } from '../../../delivery/words';
import type { Channel } from '../../../model/model';
import type { Setting } from '../../../model/settings';
import type { SourceRange } from '../../../text/range';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { isLocal, isStatedProduction } from '../../locality';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { channelWords } from '../../words';

/** `acks=all` waits for the replicas that are in sync just now, which may be one. */
export default defineRule({
  name: 'durability/min-isr',
  severity: 'error',
  summary: 'A Kafka topic accepts writes that a single replica holds, or refuses them when one replica is out.',
  why: `
\`acks=all\` waits for the *current* in-sync replicas. With min.insync.replicas=1, Kafka's default, the leader
alone is enough once its followers have fallen behind: the record is acknowledged, and lost with that one
broker. One less than the number of replicas (2 of 3) keeps two copies of every acknowledged record and bears
one broker out. As many as there are replicas makes each restart of a broker stop all writing; more can never
be met.

Brokers in a development or test environment, on this machine or in a compose file are left alone. A setting
that no file states is missed only where the broker's environment is stated.`,
  sources: [
    'https://kafka.apache.org/documentation/#topicconfigs_min.insync.replicas',
    'https://kafka.apache.org/documentation/#design_ha',
  ],
  messages: {
    single: '{channel} has min.insync.replicas 1 of {replicas}: with acks=all a record may still be acknowledged by the leader alone, and lost with it. Set minInsyncReplicas to {good}.',
    default: '{channel} says nothing of min.insync.replicas; {reason}. Of its {replicas} replicas the leader alone may then acknowledge a record with acks=all, and lose it. Say minInsyncReplicas: {good}.',
    equal: '{channel} has min.insync.replicas {min} of {replicas}: one replica out stops every write with acks=all. Set minInsyncReplicas to {good}.',
    above: '{channel} has min.insync.replicas {min}, but only {replicas} {replicaWord}: no write with acks=all can ever succeed. Add replicas, or set minInsyncReplicas to {good}.',
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
            orders.billed: { broker: events, replicas: 3, minInsyncReplicas: 3 }
            orders.lost: { broker: events, replicas: 3, minInsyncReplicas: 4 }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
                orders.billed: { guarantee: at-least-once, acks: all }
                orders.lost: { acks: all }
        `,
        report: text`
          error durability/min-isr topic orders.placed has min.insync.replicas 1 of 3: with acks=all a record may still be acknowledged by the leader alone, and lost with it. Set minInsyncReplicas to 2.
            test.flow.yaml:5:68
            5 |   orders.placed: { broker: events, replicas: 3, minInsyncReplicas: 1 }
              |                                                                    ^
            test.flow.yaml:11:35 checkout declares at-least-once here

          warning durability/min-isr topic orders.billed has min.insync.replicas 3 of 3: one replica out stops every write with acks=all. Set minInsyncReplicas to 2.
            test.flow.yaml:6:68
            6 |   orders.billed: { broker: events, replicas: 3, minInsyncReplicas: 3 }
              |                                                                    ^
            test.flow.yaml:12:35 checkout declares at-least-once here

          error durability/min-isr topic orders.lost has min.insync.replicas 4, but only 3 replicas: no write with acks=all can ever succeed. Add replicas, or set minInsyncReplicas to 2.
            test.flow.yaml:7:66
            7 |   orders.lost: { broker: events, replicas: 3, minInsyncReplicas: 4 }
              |                                                                  ^
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
          channels:
            orders.placed: { broker: events, replicas: 3, minInsyncReplicas: 2 }
            orders.billed: { broker: events, replicas: 3, minInsyncReplicas: 2 }
            orders.lost: { broker: events, replicas: 3, minInsyncReplicas: 2 }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
                orders.billed: { guarantee: at-least-once, acks: all }
                orders.lost: { acks: all }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
          channels:
            orders.shipped: { broker: events, replicas: 3 }
          services:
            checkout:
              publishes:
                orders.shipped: { guarantee: at-least-once, acks: all }
        `,
        report: text`
          warning durability/min-isr topic orders.shipped says nothing of min.insync.replicas; the Kafka broker's default is 1. Of its 3 replicas the leader alone may then acknowledge a record with acks=all, and lose it. Say minInsyncReplicas: 2.
            test.flow.yaml:5:3
            5 |   orders.shipped: { broker: events, replicas: 3 }
              |   ^^^^^^^^^^^^^^
            test.flow.yaml:9:36 checkout declares at-least-once here
        `,
      },
    ],
    valid: [
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
      // Of a single replica `durability/replication` tells, unless nothing can be written at all.
      if (replicas.value < 2 && min.value <= replicas.value) continue;
      const kind = min.value > replicas.value ? 'above' : min.value === replicas.value ? 'equal' : min.value <= 1 ? 'single' : undefined;
      if (kind === undefined || (kind === 'single' && !someoneWaitsForAll(channel))) continue;
      const wish = context.wants.channel(channel);
      const declared = min.from === 'declared';
      if (!declared && !isStatedProduction(channel.broker, context)) continue;
      const severity = kind === 'above' ? 'error' : judge(kind === 'equal' ? 'warning' : 'error', wish, declared ? 'written' : 'assumed');
      if (severity === undefined) continue;
      const good = Math.max(1, replicas.value - 1);
      yield {
        message: kind === 'single' && !declared ? 'default' : kind,
        at: declared && min.inherited === undefined ? min.at : channel.at,
        data: { channel: channelWords(channel), min: min.value, replicas: replicas.value, replicaWord: replicas.value === 1 ? 'replica' : 'replicas', good, reason: brokerDefaultWords(min) },
        severity,
        related: [...wishRelated(wish) ?? [], ...inheritedRelated(min)],
        fixes: declared && min.inherited === undefined && good !== min.value ? replaceFix(model, min.at, 'minInsyncReplicas', String(good), false) : undefined,
      };
    }
  },
});

/** Where the cluster says what the topic leaves out. */
function inheritedRelated(min: Setting<number>): readonly { at: SourceRange; message: string }[] {
  if (min.from !== 'declared' || min.inherited === undefined) return [];
  return [{ at: min.at, message: `broker ${min.inherited} gives min.insync.replicas to topics that do not say it` }];
}

/** With acks 0 or 1 min.insync.replicas does not count; where no publisher is known, one is assumed. */
function someoneWaitsForAll(channel: Channel): boolean {
  return channel.publishes.length === 0 || channel.publishes.some((publish) => {
    const { acks } = effectivePublish(publish);
    return acks === undefined || acks.from === 'unknown' || acks.value === 'all';
  });
}
