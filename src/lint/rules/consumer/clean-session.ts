import { effectiveConsume } from '../../../delivery/effective';
import { insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords, originOf, reasonOf, speaks } from '../../words';

/** A subscriber with a clean session gets nothing that is published while it is away. */
export default defineRule({
  name: 'consumer/clean-session',
  severity: 'error',
  summary: 'An MQTT subscriber whose messages must not get lost starts each connection with a clean session.',
  why: `
The broker keeps messages for a subscriber that is away only as part of its session. A clean start
(\`cleanStart\`, in MQTT 3.1.1 \`cleanSession\`) throws that session away at each connect, and a session expiry of
0, which is MQTT 5's default, ends it with the connection. Either way, what is published while the subscriber
is offline is lost, whatever the QoS. A session that lasts needs cleanStart: false, a session expiry (MQTT 5)
longer than any absence, and a client id that stays the same.`,
  sources: [
    'https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html',
    'https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/mqtt-v3.1.1.html',
  ],
  messages: {
    clean: '{edge} with a clean session: what is published while it is away is lost. {how}.',
    default: '{edge} and {key} is not set; {reason}. What is published while it is away is lost. {how}.',
    expiry: '{edge} with a session that expires at once (sessionExpiry 0): what is published while it is away is lost. Set a session expiry longer than it may be away.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/orders: { broker: fleet }
          services:
            truck:
              consumes:
                trucks/orders: { guarantee: at-least-once, qos: 1, cleanStart: true, clientId: truck-17 }
        `,
        report: text`
          error consumer/clean-session truck consumes topic trucks/orders with a clean session: what is published while it is away is lost. Connect with cleanStart: false, a session expiry and a fixed clientId.
            test.flow.yaml:9:70
            9 |       trucks/orders: { guarantee: at-least-once, qos: 1, cleanStart: true, clientId: truck-17 }
              |                                                                      ^^^^
            test.flow.yaml:9:35 truck declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/orders: { broker: fleet }
          services:
            truck:
              consumes:
                trucks/orders: { guarantee: at-least-once, qos: 1, cleanStart: false, clientId: truck-17 }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/orders: { broker: fleet }
          services:
            truck:
              client: mqtt.js@5
              consumes:
                trucks/orders:
                  guarantee: at-least-once
                  qos: 1
        `,
        report: text`
          error consumer/clean-session truck consumes topic trucks/orders and cleanStart is not set; MQTT.js's default is true. What is published while it is away is lost. Connect with cleanStart: false, a session expiry and a fixed clientId.
            test.flow.yaml:10:7
            10 |       trucks/orders:
               |       ^^^^^^^^^^^^^
            test.flow.yaml:11:20 truck declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/orders: { broker: fleet }
          services:
            truck:
              client: mqtt.js@5
              consumes:
                trucks/orders:
                  guarantee: at-least-once
                  qos: 1
                  cleanStart: false
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/orders: { broker: fleet }
          services:
            truck:
              consumes:
                trucks/orders: { guarantee: at-least-once, qos: 1, cleanStart: false, sessionExpiry: 0s }
        `,
        report: text`
          error consumer/clean-session truck consumes topic trucks/orders with a session that expires at once (sessionExpiry 0): what is published while it is away is lost. Set a session expiry longer than it may be away.
            test.flow.yaml:9:92
            9 |       trucks/orders: { guarantee: at-least-once, qos: 1, cleanStart: false, sessionExpiry: 0s }
              |                                                                                            ^^
            test.flow.yaml:9:35 truck declares at-least-once here
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/orders: { broker: fleet }
            trucks/position: { broker: fleet }
          services:
            truck:
              client: mqtt.js@5
              consumes:
                trucks/orders: { guarantee: at-least-once, qos: 1, cleanStart: false, sessionExpiry: 7d, clientId: truck-17 }
            screen:
              client: mqtt.js@5
              consumes:
                trucks/position: { guarantee: best-effort, qos: 0, cleanStart: true }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      if (!speaks(consume, 'mqtt')) continue;
      const { cleanStart } = effectiveConsume(consume);
      const origin = originOf(cleanStart);
      const expiry = consume.settings.sessionExpiry;
      const wish = wants.consume(consume);
      const dialect = cleanStart?.from === 'declared' ? model.files.get(cleanStart.at.file)?.dialect : consume.fact.dialect;
      const [key, how] = words[dialect ?? ''] ?? words.flow!;
      const data = { edge: edgeWords(consume), reason: reasonOf(consume, cleanStart), key, how };
      const related = wishRelated(wish);
      if (cleanStart !== undefined && cleanStart.from !== 'unknown' && cleanStart.value && origin !== undefined) {
        const severity = judge('error', wish, origin);
        if (severity === undefined) continue;
        const safe = wish.kind === 'declared';
        yield {
          message: cleanStart.from === 'declared' ? 'clean' : 'default',
          at: cleanStart.from === 'declared' ? cleanStart.at : consume.at,
          data, severity, related,
          fixes: cleanStart.from === 'declared'
            ? replaceFix(model, cleanStart.at, 'cleanStart', 'false', safe) : insertFix(consume, 'cleanStart', 'false', safe),
        };
      } else if (expiry?.value === 0) {
        const severity = judge('error', wish, 'written');
        // How long it may be away is for people to say: there is no fix.
        if (severity !== undefined) yield { message: 'expiry', at: expiry.at, data, severity, related };
      }
    }
  },
});

/** The key, and what to do, in the words of the file: those of MQTT 3.1.1 have no session expiry. */
const words: Readonly<Record<string, readonly [key: string, how: string]>> = {
  flow: ['cleanStart', 'Connect with cleanStart: false, a session expiry and a fixed clientId'],
  microprofile: ['auto-clean-session', 'Connect with auto-clean-session=false and a fixed client-id'],
  'redpanda-connect': ['clean_session', 'Connect with clean_session: false and a fixed client_id'],
  dapr: ['cleanSession', 'Connect with cleanSession: false and a fixed consumerID'],
};
