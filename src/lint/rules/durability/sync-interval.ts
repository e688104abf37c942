import { effectiveStream } from '../../../delivery/effective';
import { effectiveBroker } from '../../../delivery/effectiveBroker';
import { durationWords } from '../../durations';
import { text } from '../../example';
import { isLocal } from '../../locality';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { channelWords } from '../../words';

/** The server acknowledges what the operating system may still lose. */
export default defineRule({
  name: 'durability/sync-interval',
  severity: 'info',
  enabled: false,
  summary: 'A JetStream stream with one replica may lose acknowledged messages when its machine fails.',
  why: `
JetStream acknowledges a message when the operating system has it, and writes it through to the disk every
\`sync_interval\`, which is 2 minutes by default (1 minute before 2.10). If the server's process dies nothing is lost; if the machine does
(power, kernel), what was acknowledged in that time may be. Three replicas on machines that do not fail together bear
that; with a single one only \`sync_interval: always\` does, at the price of throughput.

It is off by default: most streams with one replica have the greater fault that durability/replication reports. Brokers
in a development or test environment, on this machine or in a compose file are left alone.`,
  sources: ['https://docs.nats.io/nats-concepts/jetstream#persistent-and-consistent-distributed-storage', 'https://docs.nats.io/running-a-nats-service/configuration#jetstream-server-settings'],
  messages: {
    default: '{channel} has one replica, and {broker} writes to the disk every {interval} by default: what was acknowledged meanwhile is lost when its machine fails. Use 3 replicas, or set sync_interval to always.',
    written: '{channel} has one replica, and {broker} writes to the disk every {interval} only: what was acknowledged meanwhile is lost when its machine fails. Use 3 replicas, or set sync_interval to always.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats, environment: production }
            edge: { protocol: nats, environment: production, syncInterval: 10s }
          channels:
            jobs: { broker: inside, stream: { storage: file } }
            doors: { broker: edge, stream: { storage: file, replicas: 1 } }
          services:
            planner:
              publishes:
                jobs: { guarantee: at-least-once, waitForAck: true }
                doors: { guarantee: at-least-once, waitForAck: true }
        `,
        report: text`
          info durability/sync-interval stream jobs has one replica, and inside writes to the disk every 2m by default: what was acknowledged meanwhile is lost when its machine fails. Use 3 replicas, or set sync_interval to always.
            test.flow.yaml:6:3
            6 |   jobs: { broker: inside, stream: { storage: file } }
              |   ^^^^
            test.flow.yaml:11:26 planner declares at-least-once here

          info durability/sync-interval stream doors has one replica, and edge writes to the disk every 10s only: what was acknowledged meanwhile is lost when its machine fails. Use 3 replicas, or set sync_interval to always.
            test.flow.yaml:7:61
            7 |   doors: { broker: edge, stream: { storage: file, replicas: 1 } }
              |                                                             ^
            test.flow.yaml:12:27 planner declares at-least-once here
            test.flow.yaml:4:66 broker edge says its sync_interval here
        `,
      },
      {
        files: text`
          === stream.yaml
          apiVersion: jetstream.nats.io/v1beta2
          kind: Stream
          metadata: { name: jobs }
          spec: { name: JOBS, subjects: [jobs.>], storage: file, replicas: 1 }
        `,
        report: text`
          info durability/sync-interval stream JOBS has one replica, and its server writes to the disk every 2m by default: what was acknowledged meanwhile is lost when its machine fails. Use 3 replicas, or set sync_interval to always.
            stream.yaml:4:66
            4 | spec: { name: JOBS, subjects: [jobs.>], storage: file, replicas: 1 }
              |                                                                  ^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats, environment: production }
            edge: { protocol: nats, environment: production, syncInterval: 0 }
          channels:
            jobs: { broker: inside, stream: { storage: file, replicas: 3 } }
            doors: { broker: edge, stream: { storage: file, replicas: 1 } }
          services:
            planner:
              publishes:
                jobs: { guarantee: at-least-once, waitForAck: true }
                doors: { guarantee: at-least-once, waitForAck: true }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats, environment: production }
          channels:
            jobs: { broker: inside, stream: { storage: memory } }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const channel of model.channels) {
      const stream = effectiveStream(channel);
      if (stream === undefined || isLocal(channel.broker, context)) continue;
      const { storage, replicas } = stream;
      if (storage === undefined || storage.from === 'unknown' || storage.value !== 'file') continue;
      if (replicas === undefined || replicas.from === 'unknown' || replicas.value > 1) continue;
      const { syncInterval: interval } = effectiveBroker(channel.broker, 'nats');
      if (interval === undefined || interval.from === 'unknown' || interval.value === 0) continue;
      const declared = interval.from === 'declared';
      const wish = context.wants.channel(channel);
      const severity = judge('info', wish, declared ? 'written' : 'default');
      if (severity === undefined) continue;
      yield {
        message: declared ? 'written' : 'default',
        at: replicas.from === 'declared' ? replicas.at : channel.at,
        data: { channel: channelWords(channel), broker: channel.broker?.name ?? 'its server', interval: durationWords(interval.value) },
        severity,
        related: [
          ...wishRelated(wish) ?? [],
          ...!declared ? [] : [{ at: interval.at, message: `broker ${channel.broker?.name} says its sync_interval here` }],
        ],
      };
    }
  },
});
