import { effectiveConsume, isJetStream, workQueueOf } from '../../../delivery/effective';
import { insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { channelWords, edgeWords, originOf, reasonOf, speaks } from '../../words';

/** A JetStream consumer without acknowledgements counts a message as done once it is sent. */
export default defineRule({
  name: 'consumer/ack-none',
  severity: 'error',
  summary: 'A JetStream consumer whose messages must not get lost has the ack policy none.',
  why: `
With \`ackPolicy: none\` the server takes a message for processed when it has sent it. A crash of the
consumer, or a connection that drops, loses what was under way; it is never sent again. The documentation
calls explicit the default, and nats.go sends it; but a consumer that is created through the API without an
ack policy gets none, and so does one from a NACK custom resource that leaves \`ackPolicy\` out.

Of a stream with workqueue retention the server makes no consumer whose acks are not explicit (error 10098): there the
policies none and all are reported whatever guarantee is declared.`,
  sources: [
    'https://docs.nats.io/nats-concepts/jetstream/consumers#ackpolicy',
    'https://github.com/nats-io/nack/blob/main/docs/api.md',
    'https://github.com/nats-io/nats-server/blob/main/server/errors.json',
  ],
  messages: {
    refused: '{edge} with ackPolicy {policy}, and {stream} is a work queue: the server makes no such consumer, and the work stays undone. Set ackPolicy: explicit.',
    refusedDefault: '{edge} and ackPolicy is not set; {reason}. As {stream} is a work queue, the server makes no such consumer, and the work stays undone. Set ackPolicy: explicit.',
    none: '{edge} with ackPolicy none: a message counts as done once it is sent, and is lost if the consumer fails then. Set ackPolicy: explicit.',
    default: '{edge} and ackPolicy is not set; {reason}. A message would count as done once it is sent. Set ackPolicy: explicit.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            routes.planned: { broker: inside, stream: { storage: file, replicas: 3 } }
          services:
            planner:
              consumes:
                routes.planned: { guarantee: at-least-once, durable: planner, ackPolicy: none }
        `,
        report: text`
          error consumer/ack-none planner consumes stream routes.planned with ackPolicy none: a message counts as done once it is sent, and is lost if the consumer fails then. Set ackPolicy: explicit.
            test.flow.yaml:9:80
            9 |       routes.planned: { guarantee: at-least-once, durable: planner, ackPolicy: none }
              |                                                                                ^^^^
            test.flow.yaml:9:36 planner declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            routes.planned: { broker: inside, stream: { storage: file, replicas: 3 } }
          services:
            planner:
              consumes:
                routes.planned: { guarantee: at-least-once, durable: planner, ackPolicy: explicit }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            routes.planned: { broker: inside, stream: { storage: file, replicas: 3 } }
          services:
            planner:
              client: nack
              consumes:
                routes.planned:
                  guarantee: at-least-once
                  durable: planner
        `,
        report: text`
          error consumer/ack-none planner consumes stream routes.planned and ackPolicy is not set; NACK's default is none. A message would count as done once it is sent. Set ackPolicy: explicit.
            test.flow.yaml:10:7
            10 |       routes.planned:
               |       ^^^^^^^^^^^^^^
            test.flow.yaml:11:20 planner declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            routes.planned: { broker: inside, stream: { storage: file, replicas: 3 } }
          services:
            planner:
              client: nack
              consumes:
                routes.planned:
                  guarantee: at-least-once
                  durable: planner
                  ackPolicy: explicit
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            jobs.print: { broker: inside, stream: { storage: file, replicas: 3, retention: workqueue } }
          services:
            printer:
              consumes:
                jobs.print: { durable: printer, ackPolicy: all }
        `,
        report: text`
          error consumer/ack-none printer consumes stream jobs.print with ackPolicy all, and stream jobs.print is a work queue: the server makes no such consumer, and the work stays undone. Set ackPolicy: explicit.
            test.flow.yaml:9:50
            9 |       jobs.print: { durable: printer, ackPolicy: all }
              |                                                  ^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            jobs.print: { broker: inside, stream: { storage: file, replicas: 3, retention: workqueue } }
          services:
            printer:
              consumes:
                jobs.print: { durable: printer, ackPolicy: explicit }
        `,
      },
      {
        files: text`
          === work.yaml
          apiVersion: jetstream.nats.io/v1beta2
          kind: Stream
          metadata: { name: jobs }
          spec: { name: JOBS, subjects: [jobs.>], storage: file, replicas: 3, retention: workqueue }
          ---
          apiVersion: jetstream.nats.io/v1beta2
          kind: Consumer
          metadata: { name: printer }
          spec: { streamName: JOBS, durableName: printer }
        `,
        report: text`
          error consumer/ack-none printer consumes stream JOBS and ackPolicy is not set; NACK's default is none. As stream JOBS is a work queue, the server makes no such consumer, and the work stays undone. Set ackPolicy: explicit.
            work.yaml:9:21
            9 | spec: { streamName: JOBS, durableName: printer }
              |                     ^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            routes.planned: { broker: inside, stream: { storage: file, replicas: 3 } }
            trucks.position: { broker: inside }
          services:
            planner:
              client: nats.go@1.37
              consumes:
                routes.planned: { guarantee: at-least-once, durable: planner }
                trucks.position: { queueGroup: planner }
            audit:
              consumes:
                routes.planned: { guarantee: at-least-once, durable: audit, ackPolicy: explicit }
            screen:
              consumes:
                routes.planned: { guarantee: best-effort, ackPolicy: none }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      if (!speaks(consume, 'nats') || !isJetStream(consume)) continue;
      const { ackPolicy } = effectiveConsume(consume);
      const origin = originOf(ackPolicy);
      if (ackPolicy === undefined || ackPolicy.from === 'unknown' || origin === undefined) continue;
      const stream = ackPolicy.value === 'explicit' ? undefined : workQueueOf(consume);
      if (stream === undefined && ackPolicy.value !== 'none') continue;
      const wish = wants.consume(consume);
      const severity = stream === undefined ? judge('error', wish, origin) : 'error';
      if (severity === undefined) continue;
      const safe = wish.kind === 'declared';
      const declared = ackPolicy.from === 'declared';
      yield {
        message: stream === undefined ? (declared ? 'none' : 'default') : declared ? 'refused' : 'refusedDefault',
        at: declared ? ackPolicy.at : consume.at,
        data: {
          edge: edgeWords(consume), reason: reasonOf(consume, ackPolicy), policy: ackPolicy.value,
          stream: stream === undefined ? '' : channelWords(stream),
        },
        severity,
        related: wishRelated(wish),
        fixes: declared
          ? replaceFix(model, ackPolicy.at, 'ackPolicy', 'explicit', safe) : insertFix(consume, 'ackPolicy', 'explicit', safe),
      };
    }
  },
});
