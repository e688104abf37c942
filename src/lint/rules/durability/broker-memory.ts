import type { Broker } from '../../../model/model';
import type { Sourced } from '../../../text/range';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { isLocal, isTryOut } from '../../locality';
import { defineRule } from '../../rule';
import { judge, wishRelated, type Wish } from '../../wants';

/** An MQTT broker that keeps sessions in memory forgets them when it restarts. */
export default defineRule({
  name: 'durability/broker-memory',
  severity: 'error',
  summary: 'An MQTT broker keeps sessions and messages in memory only.',
  why: `
A message of QoS 1 or 2 is the broker's as soon as it has acknowledged it. Mosquitto's \`persistence\` is false unless
its configuration says otherwise: subscriptions, retained messages and what waits for clients that are away are then
in memory, and a restart of the broker loses them; clients that come back find no session. With persistence they are
written every \`autosave_interval\` (1800 s) and when the broker stops in good order, so that a crash may still lose the
last half hour.

Where the configuration merely does not say it, this is reported only if somebody declares a guarantee, since it may lie
in another of its files. Brokers in a development or test environment are left alone, and those on this machine or in a
compose file where nobody declares a guarantee.`,
  sources: ['https://mosquitto.org/man/mosquitto-conf-5.html'],
  messages: {
    off: 'Broker {broker} has persistence off: a restart loses its sessions, and what waits for clients that are away. Turn persistence on.',
    default: 'Broker {broker} does not say persistence, and mosquitto\'s default is false: a restart loses its sessions, and what waits for clients that are away. Say persistence true.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            field: { protocol: mqtt, environment: production, persistence: false }
          channels:
            trucks/position: { broker: field, qos: 1 }
          services:
            tracking:
              consumes:
                trucks/position: { guarantee: at-least-once, qos: 1, cleanStart: false, sessionExpiry: 1h }
        `,
        report: text`
          error durability/broker-memory Broker field has persistence off: a restart loses its sessions, and what waits for clients that are away. Turn persistence on.
            test.flow.yaml:3:66
            3 |   field: { protocol: mqtt, environment: production, persistence: false }
              |                                                                  ^^^^^
            test.flow.yaml:9:37 tracking declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            field: { protocol: mqtt, environment: production, persistence: true }
          channels:
            trucks/position: { broker: field, qos: 1 }
          services:
            tracking:
              consumes:
                trucks/position: { guarantee: at-least-once, qos: 1, cleanStart: false, sessionExpiry: 1h }
        `,
      },
      {
        files: text`
          === shop.flow.yaml
          flow: 1
          brokers:
            mosquitto: { protocol: mqtt, environment: production, same-as: mosquitto }
          channels:
            trucks/position: { broker: mosquitto, qos: 1 }
          services:
            tracking:
              consumes:
                trucks/position: { guarantee: at-least-once, qos: 1, cleanStart: false, sessionExpiry: 1h }
          === mosquitto.conf
          listener 8883
          allow_anonymous false
          password_file /etc/mosquitto/passwd
        `,
        report: text`
          warning durability/broker-memory Broker mosquitto does not say persistence, and mosquitto's default is false: a restart loses its sessions, and what waits for clients that are away. Say persistence true.
            mosquitto.conf:1:1
            1 | listener 8883
              | ^^^^^^^^
            shop.flow.yaml:9:37 tracking declares at-least-once here
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            field: { protocol: mqtt, environment: production, persistence: true }
            other: { protocol: mqtt, environment: production }
          channels:
            trucks/position: { broker: field, qos: 1 }
            trucks/doors: { broker: other, qos: 1 }
          services:
            tracking:
              consumes:
                trucks/position: { guarantee: at-least-once, qos: 1, cleanStart: false, sessionExpiry: 1h }
                trucks/doors: { guarantee: at-least-once, qos: 1, cleanStart: false, sessionExpiry: 1h }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            field: { protocol: mqtt, environment: production, persistence: false }
          channels:
            trucks/position: { broker: field, qos: 0 }
          services:
            tracking:
              consumes:
                trucks/position: { guarantee: best-effort, qos: 0 }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const broker of model.brokers) {
      if (broker.protocol !== 'mqtt') continue;
      const wish = context.wants.broker(broker);
      if (wish.kind === 'declared' ? isTryOut(broker, context) : isLocal(broker, context)) continue;
      const found = broker.persistence ?? omitted(broker, wish);
      if (found === undefined || found.value) continue;
      const severity = judge('error', wish, broker.persistence === undefined ? 'assumed' : 'written');
      if (severity === undefined) continue;
      yield {
        message: broker.persistence === undefined ? 'default' : 'off',
        at: found.at,
        data: { broker: broker.name },
        severity,
        related: wishRelated(wish),
        fixes: broker.persistence === undefined ? undefined : replaceFix(model, found.at, 'persistence', 'true', false),
      };
    }
  },
});

/** A configuration of mosquitto that is silent about persistence; other brokers keep sessions by other rules. */
function omitted(broker: Broker, wish: Wish): Sourced<boolean> | undefined {
  const own = broker.facts.find((fact) => fact.dialect === 'mosquitto' && fact.isServer === true && !broker.copies?.has(fact));
  return own === undefined || wish.kind !== 'declared' ? undefined : { value: false, at: own.name.at };
}
