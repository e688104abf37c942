import { effectiveStream } from '../../../delivery/effective';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { isLocal, isTryOut } from '../../locality';
import { defineRule } from '../../rule';
import { judge, lower, wishRelated } from '../../wants';
import { channelWords } from '../../words';

/** A stream whose messages are in memory goes with its server. */
export default defineRule({
  name: 'durability/memory-storage',
  severity: 'error',
  summary: 'A JetStream stream keeps its messages in memory.',
  why: `
A stream with storage memory is empty after its server has been restarted, though every message was acknowledged.
The server's own default is file; but a \`Stream\` resource of NACK that does not say its storage gets memory, by
the default in its definition. Replicas on other servers bear one restart at a time; what stops all of them (an
upgrade in one go, a power cut) empties the stream still.

Brokers in a development or test environment are left alone, and those on this machine or in a compose file where
nobody declares a guarantee.`,
  sources: [
    'https://docs.nats.io/nats-concepts/jetstream/streams#configuration',
    'https://github.com/nats-io/nack/blob/main/docs/api.md',
  ],
  messages: {
    memory: '{channel} has storage memory: a restart of its server loses what is in it, acknowledged or not. Use storage file.',
    omitted: '{channel} does not say its storage, and NACK\'s default is memory: a restart of its server loses what is in it, acknowledged or not. Say storage: file.',
    replicated: '{channel} has storage memory: its {replicas} replicas bear the restart of one server, but lose all when they are down together. Use storage file.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats, environment: production }
          channels:
            jobs: { broker: inside, stream: { storage: memory } }
            events: { broker: inside, stream: { storage: memory, replicas: 3 } }
          services:
            planner:
              publishes:
                jobs: { guarantee: at-least-once, waitForAck: true }
                events: { guarantee: at-least-once, waitForAck: true }
        `,
        report: text`
          error durability/memory-storage stream jobs has storage memory: a restart of its server loses what is in it, acknowledged or not. Use storage file.
            test.flow.yaml:5:46
            5 |   jobs: { broker: inside, stream: { storage: memory } }
              |                                              ^^^^^^
            test.flow.yaml:10:26 planner declares at-least-once here

          warning durability/memory-storage stream events has storage memory: its 3 replicas bear the restart of one server, but lose all when they are down together. Use storage file.
            test.flow.yaml:6:48
            6 |   events: { broker: inside, stream: { storage: memory, replicas: 3 } }
              |                                                ^^^^^^
            test.flow.yaml:11:28 planner declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            inside: { protocol: nats, environment: production }
          channels:
            jobs: { broker: inside, stream: { storage: file } }
            events: { broker: inside, stream: { storage: file, replicas: 3 } }
          services:
            planner:
              publishes:
                jobs: { guarantee: at-least-once, waitForAck: true }
                events: { guarantee: at-least-once, waitForAck: true }
        `,
      },
      {
        files: text`
          === stream.yaml
          apiVersion: jetstream.nats.io/v1beta2
          kind: Stream
          metadata: { name: jobs }
          spec: { name: JOBS, subjects: [jobs.>] }
        `,
        report: text`
          warning durability/memory-storage stream JOBS does not say its storage, and NACK's default is memory: a restart of its server loses what is in it, acknowledged or not. Say storage: file.
            stream.yaml:4:1
            4 | spec: { name: JOBS, subjects: [jobs.>] }
              | ^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats, environment: production }
          channels:
            jobs: { broker: inside, stream: { storage: file } }
            events: { broker: inside, stream: { replicas: 3 } }
          services:
            planner:
              publishes:
                jobs: { guarantee: at-least-once, waitForAck: true }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats, environment: production }
          channels:
            presence: { broker: inside, stream: { storage: memory } }
          services:
            chat:
              publishes:
                presence: { guarantee: best-effort }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const channel of model.channels) {
      const stream = channel.settings.stream;
      const storage = effectiveStream(channel)?.storage;
      if (stream === undefined || storage?.from !== 'declared' || storage.value !== 'memory') continue;
      const wish = context.wants.channel(channel);
      if (wish.kind === 'declared' ? isTryOut(channel.broker, context) : isLocal(channel.broker, context)) continue;
      const severity = judge('error', wish, 'written');
      if (severity === undefined) continue;
      // NACK's reader puts the default at the place of the block that leaves it out.
      const isOmitted = model.files.get(storage.at.file)?.dialect === 'nats-jetstream' && storage.at.start === stream.at.start;
      const replicas = stream.replicas?.value ?? 1;
      yield {
        message: isOmitted ? 'omitted' : replicas >= 3 ? 'replicated' : 'memory',
        at: storage.at,
        data: { channel: channelWords(channel), replicas },
        severity: replicas >= 3 ? lower(severity) : severity,
        related: wishRelated(wish),
        // A stream's storage cannot be changed: it must be made anew, which somebody must see to.
        fixes: isOmitted ? undefined : replaceFix(model, storage.at, 'storage', 'file', false),
      };
    }
  },
});
