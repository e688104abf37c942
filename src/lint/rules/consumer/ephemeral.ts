import { isJetStream } from '../../../delivery/effective';
import { insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { couldSaySettings, edgeWords, speaks } from '../../words';

/** An ephemeral consumer's place in the stream goes with its connection. */
export default defineRule({
  name: 'consumer/ephemeral',
  severity: 'warning',
  summary: 'A JetStream consumer whose messages must not get lost has no durable name.',
  why: `
The server keeps a consumer's place in the stream only as long as the consumer exists. One without a durable name is
removed when nobody has asked it for messages for a while, by default 5 seconds: a restart or a longer
interruption is enough. Its successor knows nothing of it and begins where its deliver policy says: at the
beginning, so that everything comes again, or at what is new, so that what arrived in between is never read. A
durable consumer stays, and goes on where it was.

Where nobody declares a guarantee, only a written \`durable: false\` is told, as an information.`,
  sources: [
    'https://docs.nats.io/nats-concepts/jetstream/consumers',
    'https://nats-io.github.io/nats.net/api/NATS.Client.JetStream.NatsJSPushConsumerOpts.InactiveThreshold.html',
  ],
  messages: {
    written: '{edge} with durable: false: the server forgets its place in the stream when it is gone, and messages that arrive meanwhile are passed over or all come again. Give it a durable name.',
    unsaid: '{edge} without a durable name, which makes it ephemeral: the server forgets its place in the stream when it is gone, and messages that arrive meanwhile are passed over or all come again. Set durable.',
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
                routes.planned: { guarantee: at-least-once, ackPolicy: explicit }
            screen:
              consumes:
                routes.planned: { durable: false, ackPolicy: explicit }
        `,
        report: text`
          warning consumer/ephemeral planner consumes stream routes.planned without a durable name, which makes it ephemeral: the server forgets its place in the stream when it is gone, and messages that arrive meanwhile are passed over or all come again. Set durable.
            test.flow.yaml:9:7
            9 |       routes.planned: { guarantee: at-least-once, ackPolicy: explicit }
              |       ^^^^^^^^^^^^^^
            test.flow.yaml:9:36 planner declares at-least-once here

          info consumer/ephemeral screen consumes stream routes.planned with durable: false: the server forgets its place in the stream when it is gone, and messages that arrive meanwhile are passed over or all come again. Give it a durable name.
            test.flow.yaml:12:34
            12 |       routes.planned: { durable: false, ackPolicy: explicit }
               |                                  ^^^^^
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
                routes.planned: { guarantee: at-least-once, ackPolicy: explicit, durable: planner }
            screen:
              consumes:
                routes.planned: { durable: screen, ackPolicy: explicit }
        `,
      },
      {
        files: text`
          === asyncapi.yaml
          asyncapi: 3.0.0
          info: { title: planner, version: 1.0.0 }
          servers:
            inside: { host: "nats.example.com:4222", protocol: nats }
          channels:
            routesPlanned: { address: routes.planned }
          operations:
            plan:
              action: receive
              channel: { $ref: "#/channels/routesPlanned" }
              x-tailrace: { guarantee: at-least-once, ackPolicy: explicit, ackWait: 1m }
        `,
        report: text`
          warning consumer/ephemeral planner consumes subject routes.planned without a durable name, which makes it ephemeral: the server forgets its place in the stream when it is gone, and messages that arrive meanwhile are passed over or all come again. Set durable.
            asyncapi.yaml:10:23
            10 |     channel: { $ref: "#/channels/routesPlanned" }
               |                       ^^^^^^^^^^^^^^^^^^^^^^^^
            asyncapi.yaml:11:30 planner declares at-least-once here
        `,
        fixed: text`
          === asyncapi.yaml
          asyncapi: 3.0.0
          info: { title: planner, version: 1.0.0 }
          servers:
            inside: { host: "nats.example.com:4222", protocol: nats }
          channels:
            routesPlanned: { address: routes.planned }
          operations:
            plan:
              action: receive
              channel: { $ref: "#/channels/routesPlanned" }
              x-tailrace: { guarantee: at-least-once, ackPolicy: explicit, ackWait: 1m, durable: planner }
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
            trucks.position: { broker: inside }
          services:
            screen:
              consumes:
                routes.planned: { guarantee: best-effort, ackPolicy: none }
                trucks.position: { guarantee: at-least-once }
            map:
              consumes:
                routes.planned: { ackPolicy: explicit }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      const { durable, open } = consume.settings;
      if (!speaks(consume, 'nats') || consume.channel === undefined || !isJetStream(consume)) continue;
      if ((durable !== undefined && durable.value !== false) || open?.includes('durable') === true) continue;
      const wish = wants.consume(consume);
      if (durable === undefined && (wish.kind !== 'declared' || !couldSaySettings(consume))) continue;
      const severity = judge('warning', wish, 'written');
      if (severity === undefined) continue;
      yield {
        message: durable === undefined ? 'unsaid' : 'written',
        at: durable?.at ?? consume.at,
        data: { edge: edgeWords(consume) },
        severity,
        related: wishRelated(wish),
        fixes: durable === undefined ? insertFix(consume, 'durable', consume.service.name, false)
          : replaceFix(model, durable.at, 'durable', consume.service.name, false),
      };
    }
  },
});
