import { compareVersions } from '../../../delivery/version';
import { isBuiltIn } from '../../channels';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { isLocal } from '../../locality';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { channelWords } from '../../words';

/** A classic queue lives on one node, however many the cluster has. */
export default defineRule({
  name: 'durability/classic-unreplicated',
  severity: 'warning',
  summary: 'A classic queue of a RabbitMQ cluster has no replica.',
  why: `
A classic queue is on one node. While that node is down nobody publishes to the queue or consumes from it, and if its
disk is lost the messages are lost with it, confirmed or not. Mirrored classic queues, which had copies, are gone since
RabbitMQ 4.0; quorum queues and streams are replicated, by default to three nodes.

It is reported for clusters that are known to have more than one node, from 4.0 on or of unknown version: before that a
policy, which may stand in no file, mirrors queues. Queues that are not durable, exclusive or auto-delete are the
subject of durability/non-durable. A queue's type cannot be changed; the new queue needs a name of its own, or the old
one must be deleted first.`,
  sources: ['https://www.rabbitmq.com/docs/classic-queues', 'https://www.rabbitmq.com/docs/quorum-queues', 'https://www.rabbitmq.com/docs/3.13/ha'],
  messages: {
    classic: '{channel} is a classic queue in a cluster of {nodes} nodes: it is on one of them, and down or lost with it. Make it a quorum queue.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, version: "4.1", environment: production, nodes: 3 }
          channels:
            mail: { broker: work, queue: classic, durable: true }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: true, persistent: true }
        `,
        report: text`
          warning durability/classic-unreplicated queue mail is a classic queue in a cluster of 3 nodes: it is on one of them, and down or lost with it. Make it a quorum queue.
            test.flow.yaml:5:32
            5 |   mail: { broker: work, queue: classic, durable: true }
              |                                ^^^^^^^
            test.flow.yaml:9:26 checkout declares at-least-once here
            test.flow.yaml:3:79 broker work says how many nodes it has here
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, version: "4.1", environment: production, nodes: 3 }
          channels:
            mail: { broker: work, queue: quorum, durable: true }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: true, persistent: true }
        `,
      },
      {
        files: text`
          === queue.yaml
          apiVersion: rabbitmq.com/v1beta1
          kind: RabbitmqCluster
          metadata: { name: work }
          spec: { replicas: 3, image: "rabbitmq:4.1" }
          ---
          apiVersion: rabbitmq.com/v1beta1
          kind: Queue
          metadata: { name: mail }
          spec: { name: mail, durable: true, rabbitmqClusterReference: { name: work } }
        `,
        report: text`
          info durability/classic-unreplicated queue mail is a classic queue in a cluster of 3 nodes: it is on one of them, and down or lost with it. Make it a quorum queue.
            queue.yaml:9:15
            9 | spec: { name: mail, durable: true, rabbitmqClusterReference: { name: work } }
              |               ^^^^
            queue.yaml:4:19 broker work says how many nodes it has here
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, version: "4.1", environment: production, nodes: 3 }
            lone: { protocol: rabbitmq, version: "4.1", environment: production, nodes: 1 }
          channels:
            mail: { broker: work, queue: quorum }
            print: { broker: lone, queue: classic, durable: true }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: true, persistent: true }
                print: { guarantee: at-least-once, confirms: true, persistent: true }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, version: "3.13", environment: production, nodes: 3 }
          channels:
            mail: { broker: work, queue: classic, durable: true }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: true, persistent: true }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const channel of model.channels) {
      const { broker, settings } = channel;
      if (channel.protocol !== 'rabbitmq' || channel.space !== 'queue' || isBuiltIn(channel) || channel.declarations.length === 0) continue;
      if (broker?.nodes === undefined || broker.nodes.value < 2 || isLocal(broker, context)) continue;
      if (settings.durable?.value === false || settings.exclusive?.value === true || settings.autoDelete?.value === true) continue;
      if (settings.queue?.value !== 'classic') continue;
      const version = broker.version?.value;
      if (version !== undefined && compareVersions(version, '4.0') < 0) continue;
      const wish = context.wants.channel(channel);
      const severity = judge('warning', wish, version === undefined ? 'assumed' : 'written');
      if (severity === undefined) continue;
      yield {
        message: 'classic',
        at: settings.queue.at,
        data: { channel: channelWords(channel), nodes: broker.nodes.value },
        severity,
        related: [...wishRelated(wish) ?? [], { at: broker.nodes.at, message: `broker ${broker.name} says how many nodes it has here` }],
        fixes: replaceFix(model, settings.queue.at, 'queue', 'quorum', false),
      };
    }
  },
});
