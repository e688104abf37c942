import { effectiveChannel, effectiveStream } from '../../../delivery/effective';
import { brokerDefaultWords } from '../../../delivery/words';
import type { Channel } from '../../../model/model';
import type { Setting } from '../../../model/settings';
import type { SourceRange } from '../../../text/range';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { isLocal, isStatedProduction } from '../../locality';
import { defineRule, type Finding } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { channelWords } from '../../words';

/** Too few copies to survive the loss of a broker. */
export default defineRule({
  name: 'durability/replication',
  severity: 'error',
  summary: 'A Kafka topic or JetStream stream whose messages must not get lost has fewer than three replicas.',
  why: `
With one replica the loss of one disk is the loss of the data, and while that broker is down nothing can be
read or written. With two, one can fail, but then a single copy is left, or writing stops, depending on
min.insync.replicas. Three are the least that lose one broker and go on with two copies. JetStream decides by
majority, where two replicas bear no more than one.

Brokers in a development or test environment, on this machine or in a compose file are left alone. A number
that no file states is missed only where the broker's environment is stated.`,
  sources: [
    'https://kafka.apache.org/documentation/#replication',
    'https://kafka.apache.org/documentation/#brokerconfigs_default.replication.factor',
    'https://docs.nats.io/nats-concepts/jetstream/streams',
  ],
  messages: {
    one: '{channel} has 1 replica: losing that broker\'s disk loses the messages, and while it is down nobody reads or writes. {advice}',
    two: '{channel} has 2 replicas: with one broker down there is a single copy left, or writing stops. {advice}',
    beyond: '{channel} asks for {replicas} replicas, but broker {broker} has only {nodes} {nodeWord}: it cannot be created. Ask for at most {nodes}, or add brokers.',
    defaultTwo: '{channel} says nothing of replicas; {reason}. With one broker down there is then a single copy left, or writing stops. Say replicas: 3.',
    default: '{channel} says nothing of replicas; {reason}. The loss of a broker may then lose all messages. Say replicas: 3.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
            inside: { protocol: nats, environment: production }
          channels:
            orders.placed: { broker: events, partitions: 12, replicas: 1 }
            routes.planned: { broker: inside, stream: { storage: file, replicas: 1 } }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
        `,
        report: text`
          error durability/replication topic orders.placed has 1 replica: losing that broker's disk loses the messages, and while it is down nobody reads or writes. Use 3 replicas.
            test.flow.yaml:6:62
            6 |   orders.placed: { broker: events, partitions: 12, replicas: 1 }
              |                                                              ^
            test.flow.yaml:11:35 checkout declares at-least-once here

          warning durability/replication stream routes.planned has 1 replica: losing that broker's disk loses the messages, and while it is down nobody reads or writes. Use 3 replicas.
            test.flow.yaml:7:72
            7 |   routes.planned: { broker: inside, stream: { storage: file, replicas: 1 } }
              |                                                                        ^
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
            inside: { protocol: nats, environment: production }
          channels:
            orders.placed: { broker: events, partitions: 12, replicas: 3 }
            routes.planned: { broker: inside, stream: { storage: file, replicas: 3 } }
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
            orders.shipped: { broker: events, partitions: 12 }
          services:
            checkout:
              publishes:
                orders.shipped: { guarantee: at-least-once, acks: all }
        `,
        report: text`
          warning durability/replication topic orders.shipped says nothing of replicas; the Kafka broker's default is 1. The loss of a broker may then lose all messages. Say replicas: 3.
            test.flow.yaml:5:3
            5 |   orders.shipped: { broker: events, partitions: 12 }
              |   ^^^^^^^^^^^^^^
            test.flow.yaml:9:36 checkout declares at-least-once here
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
          channels:
            orders.billed: { broker: events, replicas: 2 }
          services:
            billing:
              publishes:
                orders.billed: { guarantee: at-least-once, acks: all }
        `,
        report: text`
          warning durability/replication topic orders.billed has 2 replicas: with one broker down there is a single copy left, or writing stops. Use 3 replicas.
            test.flow.yaml:5:46
            5 |   orders.billed: { broker: events, replicas: 2 }
              |                                              ^
            test.flow.yaml:9:35 billing declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
          channels:
            orders.billed: { broker: events, replicas: 3 }
          services:
            billing:
              publishes:
                orders.billed: { guarantee: at-least-once, acks: all }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production, nodes: 2 }
            cloud: { protocol: kafka, managed: msk, environment: production }
          channels:
            orders.paid: { broker: events, replicas: 3 }
            orders.packed: { broker: events, replicas: 1 }
            orders.sent: { broker: cloud }
          services:
            billing:
              publishes:
                orders.packed: { guarantee: at-least-once, acks: all }
                orders.sent: { guarantee: at-least-once, acks: all }
        `,
        report: text`
          error durability/replication topic orders.paid asks for 3 replicas, but broker events has only 2 nodes: it cannot be created. Ask for at most 2, or add brokers.
            test.flow.yaml:6:44
            6 |   orders.paid: { broker: events, replicas: 3 }
              |                                            ^
            test.flow.yaml:3:62 broker events says how many nodes it has here

          error durability/replication topic orders.packed has 1 replica: losing that broker's disk loses the messages, and while it is down nobody reads or writes. Three copies take 3 brokers, and events has 2: add brokers, then use 3 replicas.
            test.flow.yaml:7:46
            7 |   orders.packed: { broker: events, replicas: 1 }
              |                                              ^
            test.flow.yaml:12:35 billing declares at-least-once here

          warning durability/replication topic orders.sent says nothing of replicas; the default of an Amazon MSK cluster in two zones is 2. With one broker down there is then a single copy left, or writing stops. Say replicas: 3.
            test.flow.yaml:8:3
            8 |   orders.sent: { broker: cloud }
              |   ^^^^^^^^^^^
            test.flow.yaml:13:33 billing declares at-least-once here
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
            laptop: { protocol: kafka, url: "localhost:9092" }
          channels:
            orders.placed: { broker: events, partitions: 12, replicas: 3 }
            orders.test: { broker: laptop, partitions: 1, replicas: 1 }
          services:
            checkout:
              publishes:
                orders.placed: { guarantee: at-least-once, acks: all }
                orders.test: { guarantee: at-least-once, acks: all }
        `,
      },
    ],
  },
  * check(model, context): Iterable<Finding<'one' | 'two' | 'beyond' | 'default' | 'defaultTwo'>> {
    for (const channel of model.channels) {
      const replicas = replicasOf(channel);
      if (replicas === undefined || replicas.from === 'unknown') continue;
      const nodes = channel.broker?.facts.find((f) => f.nodes !== undefined)?.nodes;
      if (nodes !== undefined && replicas.from === 'declared' && replicas.value > nodes.value) {
        yield {
          message: 'beyond',
          at: replicas.inherited === undefined ? replicas.at : channel.at,
          data: {
            channel: channelWords(channel), replicas: replicas.value, broker: channel.broker!.name,
            nodes: nodes.value, nodeWord: nodes.value === 1 ? 'node' : 'nodes',
          },
          related: [{ at: nodes.at, message: `broker ${channel.broker!.name} says how many nodes it has here` }],
        };
        continue;
      }
      // Confluent Cloud keeps three whatever a file says, of which `managed/ccloud-fixed` tells.
      if (channel.broker?.managed?.value === 'confluent-cloud') continue;
      // Not only not 3: a number that is not known compares false to all.
      if (!(replicas.value < 3)) continue;
      const enough = nodes === undefined || nodes.value >= 3;
      if (channel.declarations.length === 0 || isLocal(channel.broker, context)) continue;
      const wish = context.wants.channel(channel);
      const declared = replicas.from === 'declared';
      if (!declared && !isStatedProduction(channel.broker, context)) continue;
      // A cluster may well have another default than the software it runs.
      const severity = judge(declared && replicas.value === 2 ? 'warning' : 'error', wish, declared ? 'written' : 'assumed');
      if (severity === undefined) continue;
      yield {
        message: !declared ? (replicas.value === 2 ? 'defaultTwo' : 'default') : replicas.value === 2 ? 'two' : 'one',
        at: declared && replicas.inherited === undefined ? replicas.at : channel.at,
        data: {
          channel: channelWords(channel), replicas: replicas.value, reason: brokerDefaultWords(replicas),
          advice: enough ? 'Use 3 replicas.' : `Three copies take 3 brokers, and ${channel.broker!.name} has ${nodes.value}: add brokers, then use 3 replicas.`,
        },
        severity,
        related: [...wishRelated(wish) ?? [], ...inheritedRelated(replicas)],
        // How many brokers there are, files rarely tell.
        fixes: declared && replicas.inherited === undefined && enough ? replaceFix(model, replicas.at, 'replicas', '3', false) : undefined,
      };
    }
  },
});

/** Where the cluster says what the topic leaves out. */
function inheritedRelated(replicas: Setting<number>): readonly { at: SourceRange; message: string }[] {
  if (replicas.from !== 'declared' || replicas.inherited === undefined) return [];
  return [{ at: replicas.at, message: `broker ${replicas.inherited} gives this many to topics that do not say it` }];
}

function replicasOf(channel: Channel): Setting<number> | undefined {
  if (channel.protocol === 'kafka') return effectiveChannel(channel).replicas;
  return channel.protocol === 'nats' ? effectiveStream(channel)?.replicas : undefined;
}
