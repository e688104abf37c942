import { insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import type { Channel, Publish } from '../../../model/model';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { channelWords, edgeWords, speaks } from '../../words';

/** A plain NATS publish to a stream's subject gets no answer from the stream. */
export default defineRule({
  name: 'producer/core-publish',
  severity: 'error',
  summary: 'A publisher to a JetStream stream whose messages must not get lost does not wait for its acknowledgement.',
  why: `
A stream takes in what is published to its subjects in either way, and only one of them tells whether it did: a
JetStream publish (\`js.publish\`) waits for the PubAck that the stream sends once it has stored the message. A
core publish (\`nc.publish\`) writes to the connection and returns. If the connection drops, the stream has no
leader just then, or it is full and discards new messages, the message is gone and nobody knows.

No client library makes the choice, so there is no default: where \`waitForAck\` is not said, that nobody waits
is assumed, and only told where somebody declares a guarantee.`,
  sources: [
    'https://docs.nats.io/nats-concepts/jetstream/streams',
    'https://docs.nats.io/using-nats/developer/develop_jetstream/publish',
  ],
  messages: {
    core: '{edge} without waiting for the acknowledgement of {stream}: what the stream does not store is lost unseen. Publish with js.publish, await its PubAck, and say waitForAck: true.',
    unsaid: '{edge} and waitForAck is not set; no file tells whether the program awaits the PubAck of {stream}, and that it does not is assumed. What the stream does not store would be lost unseen. Publish with js.publish and say waitForAck: true.',
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
            ALERTS: { broker: inside, stream: { storage: file, replicas: 3, subjects: [alerts.>] } }
            alerts.fire: { broker: inside }
          services:
            planner:
              publishes:
                routes.planned: { guarantee: at-least-once, waitForAck: false }
            sensor:
              publishes:
                alerts.fire: { guarantee: at-least-once }
        `,
        report: text`
          error producer/core-publish planner publishes to stream routes.planned without waiting for the acknowledgement of stream routes.planned: what the stream does not store is lost unseen. Publish with js.publish, await its PubAck, and say waitForAck: true.
            test.flow.yaml:11:63
            11 |       routes.planned: { guarantee: at-least-once, waitForAck: false }
               |                                                               ^^^^^
            test.flow.yaml:11:36 planner declares at-least-once here

          warning producer/core-publish sensor publishes to subject alerts.fire and waitForAck is not set; no file tells whether the program awaits the PubAck of stream ALERTS, and that it does not is assumed. What the stream does not store would be lost unseen. Publish with js.publish and say waitForAck: true.
            test.flow.yaml:14:7
            14 |       alerts.fire: { guarantee: at-least-once }
               |       ^^^^^^^^^^^
            test.flow.yaml:14:33 sensor declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
          channels:
            routes.planned: { broker: inside, stream: { storage: file, replicas: 3 } }
            ALERTS: { broker: inside, stream: { storage: file, replicas: 3, subjects: [alerts.>] } }
            alerts.fire: { broker: inside }
          services:
            planner:
              publishes:
                routes.planned: { guarantee: at-least-once, waitForAck: true }
            sensor:
              publishes:
                alerts.fire: { guarantee: at-least-once, waitForAck: true }
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
            routes.drawn: { broker: inside, stream: { storage: file, replicas: 3 } }
            positions: { broker: inside }
          services:
            planner:
              publishes:
                routes.planned: { guarantee: at-least-once, waitForAck: true }
                routes.drawn: { guarantee: best-effort, waitForAck: false }
                positions: {}
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const publish of model.publishes) {
      if (!speaks(publish, 'nats')) continue;
      const stream = streamOf(publish);
      const said = publish.settings.waitForAck;
      if (stream === undefined || said?.value === true || publish.settings.open?.includes('waitForAck') === true) continue;
      const wish = wants.publish(publish);
      const severity = judge('error', wish, said === undefined ? 'assumed' : 'written');
      if (severity === undefined) continue;
      const safe = wish.kind === 'declared';
      yield {
        message: said === undefined ? 'unsaid' : 'core',
        at: said?.at ?? publish.at,
        data: { edge: edgeWords(publish), stream: channelWords(stream) },
        severity,
        related: wishRelated(wish),
        fixes: said === undefined ? insertFix(publish, 'waitForAck', 'true', safe)
          : replaceFix(model, said.at, 'waitForAck', 'true', safe),
      };
    }
  },
});

/** The stream that takes in what is published: the channel itself, or one whose subjects match it. */
function streamOf({ channel }: Publish): Channel | undefined {
  if (channel?.settings.stream !== undefined) return channel;
  return channel?.routesOut.find((r) => r.kind === 'match' && r.to.settings.stream !== undefined)?.to;
}
