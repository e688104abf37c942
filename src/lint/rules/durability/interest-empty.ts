import { isJetStream } from '../../../delivery/effective';
import type { Channel, Consume } from '../../../model/model';
import { isExternal } from '../../channels';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { channelWords } from '../../words';

/** A stream that keeps only what somebody is interested in, and nobody is. */
export default defineRule({
  name: 'durability/interest-empty',
  severity: 'error',
  summary: 'A JetStream stream with interest retention has no consumer.',
  why: `
With retention interest a stream keeps a message until every consumer that it has by then acknowledged it. While the
stream has no consumer at all, there is nobody to wait for: a message is acknowledged to its publisher and deleted at
once. Consumers must exist before the first message is published, and durable ones stay when their program is away.

It is reported where no file names a consumer, neither of the stream nor of a subject that it stores, and no other
stream takes from it. Where nobody declares a guarantee it is an information, since programs make consumers too.`,
  sources: ['https://docs.nats.io/nats-concepts/jetstream/streams#retentionpolicy'],
  messages: {
    empty: '{channel} has retention interest and no consumer that any file names: what is published is acknowledged and deleted at once. Create a durable consumer first, or use retention limits.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats, environment: production }
          channels:
            jobs: { broker: inside, stream: { storage: file, replicas: 3, retention: interest, subjects: [jobs.>] } }
          services:
            planner:
              publishes:
                jobs: { guarantee: at-least-once, waitForAck: true }
        `,
        report: text`
          error durability/interest-empty stream jobs has retention interest and no consumer that any file names: what is published is acknowledged and deleted at once. Create a durable consumer first, or use retention limits.
            test.flow.yaml:5:76
            5 |   jobs: { broker: inside, stream: { storage: file, replicas: 3, retention: interest, subjects: [jobs.>] } }
              |                                                                            ^^^^^^^^
            test.flow.yaml:9:26 planner declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            inside: { protocol: nats, environment: production }
          channels:
            jobs: { broker: inside, stream: { storage: file, replicas: 3, retention: limits, subjects: [jobs.>] } }
          services:
            planner:
              publishes:
                jobs: { guarantee: at-least-once, waitForAck: true }
        `,
      },
      {
        files: text`
          === stream.yaml
          apiVersion: jetstream.nats.io/v1beta2
          kind: Stream
          metadata: { name: jobs }
          spec: { name: JOBS, subjects: [jobs.>], storage: file, replicas: 3, retention: interest }
        `,
        report: text`
          info durability/interest-empty stream JOBS has retention interest and no consumer that any file names: what is published is acknowledged and deleted at once. Create a durable consumer first, or use retention limits.
            stream.yaml:4:80
            4 | spec: { name: JOBS, subjects: [jobs.>], storage: file, replicas: 3, retention: interest }
              |                                                                                ^^^^^^^^
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
            jobs: { broker: inside, stream: { storage: file, retention: interest, subjects: [jobs.>] } }
            logs: { broker: inside, stream: { storage: file, retention: limits, subjects: [logs.>] } }
          services:
            planner:
              publishes:
                jobs: { guarantee: at-least-once, waitForAck: true }
            worker:
              consumes:
                jobs: { durable: worker, ackPolicy: explicit }
        `,
      },
      {
        files: text`
          === stream.yaml
          apiVersion: jetstream.nats.io/v1beta2
          kind: Stream
          metadata: { name: jobs }
          spec: { name: JOBS, subjects: [jobs.>], storage: file, retention: interest }
          ---
          apiVersion: jetstream.nats.io/v1beta2
          kind: Consumer
          metadata: { name: worker }
          spec: { streamName: JOBS, durableName: worker, ackPolicy: explicit }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const channel of model.channels) {
      const retention = channel.settings.stream?.retention;
      if (retention?.value !== 'interest' || isExternal(channel) || consumers(channel).length > 0 || isTakenFrom(channel)) continue;
      const wish = context.wants.channel(channel);
      if (judge('error', wish, 'written') === undefined) continue;
      yield {
        message: 'empty', at: retention.at, data: { channel: channelWords(channel) },
        severity: wish.kind === 'declared' ? 'error' : 'info', related: wishRelated(wish),
        fixes: replaceFix(model, retention.at, 'retention', 'limits', false),
      };
    }
  },
});

/** Of the stream itself, and of subjects whose messages it stores. */
function consumers(stream: Channel): Consume[] {
  const subjects = stream.routesIn.filter((route) => route.kind === 'match').map((route) => route.from);
  return [...stream.consumes, ...subjects.flatMap((subject) => subject.consumes.filter(isJetStream))];
}

/** Streams that mirror another, or collect from it, read it as consumers do. */
function isTakenFrom(stream: Channel): boolean {
  return stream.routesOut.some((route) => route.kind === 'mirror' || route.kind === 'stream-source');
}
