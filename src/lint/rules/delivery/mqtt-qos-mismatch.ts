import { effectiveConsume, effectivePublish } from '../../../delivery/effective';
import { insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import type { Consume, Publish } from '../../../model/model';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords, originOf, reasonOf, speaks } from '../../words';

/** What a subscription is granted caps what its publishers asked for. */
export default defineRule({
  name: 'delivery/mqtt-qos-mismatch',
  severity: 'warning',
  summary: 'An MQTT subscription has a lower QoS than its messages need, and the lower one counts.',
  why: `
A message travels from publisher to broker with the QoS it was published with, and from broker to subscriber
with the lower of that and the QoS of the subscription. A publisher with QoS 1 gains nothing behind a
subscription with QoS 0: the broker writes the packet to the connection and forgets it, also for a subscriber
with a session, which then finds nothing of what it missed. MQTT.js and Paho for Python subscribe with QoS 0
unless told otherwise.

Of publishers with QoS 0 \`producer/qos0\` tells. Where nobody declares a guarantee, a subscription with QoS 0
is an information, and only if a publisher asks for more.`,
  sources: [
    'https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901169',
    'https://github.com/mqttjs/MQTT.js/blob/main/README.md',
  ],
  messages: {
    zero: '{edge} with QoS 0, and the lower QoS counts: what is under way when the connection drops is lost, however it was published. Subscribe with qos: 1.',
    default: '{edge} and qos is not set; {reason}. The lower QoS counts: what is under way when the connection drops is lost, however it was published. Subscribe with qos: 1.',
    lower: '{edge} with QoS {qos}, but {publisher} publishes with QoS {published}: the lower one counts. Subscribe with qos: {published}, or publish with less.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/alarms: { broker: fleet }
          services:
            dispatch:
              consumes:
                trucks/alarms: { guarantee: at-least-once, qos: 0, cleanStart: false, sessionExpiry: 1d, clientId: dispatch }
            report:
              client: mqtt.js@5
              consumes:
                trucks/alarms: { guarantee: at-least-once, cleanStart: false, sessionExpiry: 1d, clientId: report }
        `,
        report: text`
          warning delivery/mqtt-qos-mismatch dispatch consumes topic trucks/alarms with QoS 0, and the lower QoS counts: what is under way when the connection drops is lost, however it was published. Subscribe with qos: 1.
            test.flow.yaml:9:55
            9 |       trucks/alarms: { guarantee: at-least-once, qos: 0, cleanStart: false, sessionExpiry: 1d, clientId: dispatch }
              |                                                       ^
            test.flow.yaml:9:35 dispatch declares at-least-once here

          warning delivery/mqtt-qos-mismatch report consumes topic trucks/alarms and qos is not set; MQTT.js's default is 0. The lower QoS counts: what is under way when the connection drops is lost, however it was published. Subscribe with qos: 1.
            test.flow.yaml:13:7
            13 |       trucks/alarms: { guarantee: at-least-once, cleanStart: false, sessionExpiry: 1d, clientId: report }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:13:35 report declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/alarms: { broker: fleet }
          services:
            dispatch:
              consumes:
                trucks/alarms: { guarantee: at-least-once, qos: 1, cleanStart: false, sessionExpiry: 1d, clientId: dispatch }
            report:
              client: mqtt.js@5
              consumes:
                trucks/alarms: { guarantee: at-least-once, cleanStart: false, sessionExpiry: 1d, clientId: report, qos: 1 }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/+/alarms: { broker: fleet }
            trucks/7/alarms: { broker: fleet }
          services:
            truck:
              publishes:
                trucks/7/alarms: { qos: 1 }
            dispatch:
              consumes:
                trucks/+/alarms: { qos: 0 }
        `,
        report: text`
          info delivery/mqtt-qos-mismatch dispatch consumes topic trucks/+/alarms with QoS 0, but truck publishes with QoS 1: the lower one counts. Subscribe with qos: 1, or publish with less.
            test.flow.yaml:13:31
            13 |       trucks/+/alarms: { qos: 0 }
               |                               ^
            test.flow.yaml:10:31 truck publishes with QoS 1 here
        `,
        fixed: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/+/alarms: { broker: fleet }
            trucks/7/alarms: { broker: fleet }
          services:
            truck:
              publishes:
                trucks/7/alarms: { qos: 1 }
            dispatch:
              consumes:
                trucks/+/alarms: { qos: 1 }
        `,
      },
      {
        files: text`
          === asyncapi.json
          { "asyncapi": "3.0.0", "info": { "title": "dispatch", "version": "1.0.0" },
            "servers": { "fleet": { "host": "mqtt.example.com", "protocol": "mqtts" } },
            "channels": { "alarms": { "address": "trucks/alarms" } },
            "operations": { "onAlarm": { "action": "receive", "channel": { "$ref": "#/channels/alarms" },
              "x-tailrace": { "guarantee": "at-least-once", "cleanStart": false },
              "bindings": { "mqtt": { "qos": 0 } } } } }
        `,
        report: text`
          warning delivery/mqtt-qos-mismatch dispatch consumes topic trucks/alarms with QoS 0, and the lower QoS counts: what is under way when the connection drops is lost, however it was published. Subscribe with qos: 1.
            asyncapi.json:6:36
            6 |     "bindings": { "mqtt": { "qos": 0 } } } } }
              |                                    ^
            asyncapi.json:5:35 dispatch declares at-least-once here
        `,
        fixed: text`
          === asyncapi.json
          { "asyncapi": "3.0.0", "info": { "title": "dispatch", "version": "1.0.0" },
            "servers": { "fleet": { "host": "mqtt.example.com", "protocol": "mqtts" } },
            "channels": { "alarms": { "address": "trucks/alarms" } },
            "operations": { "onAlarm": { "action": "receive", "channel": { "$ref": "#/channels/alarms" },
              "x-tailrace": { "guarantee": "at-least-once", "cleanStart": false },
              "bindings": { "mqtt": { "qos": 1 } } } } }
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
            trucks/alarms: { broker: fleet }
            trucks/position: { broker: fleet }
          services:
            truck:
              publishes:
                trucks/alarms: { guarantee: at-least-once, qos: 1 }
                trucks/position: { qos: 0 }
            dispatch:
              consumes:
                trucks/alarms: { guarantee: at-least-once, qos: 2, cleanStart: false, sessionExpiry: 1d, clientId: dispatch }
                trucks/position: { qos: 0 }
            screen:
              consumes:
                trucks/alarms: { guarantee: best-effort, qos: 0 }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      if (!speaks(consume, 'mqtt')) continue;
      const { qos } = effectiveConsume(consume);
      const origin = originOf(qos);
      if (qos === undefined || qos.from === 'unknown' || origin === undefined) continue;
      const wish = wants.consume(consume);
      const isZero = qos.value === 0 && wish.kind === 'declared';
      const higher = isZero || qos.from !== 'declared' ? undefined : publishedHigher(consume, qos.value);
      // Between 1 and 2 lies only the second copy, which matters to exactly-once alone.
      const matters = qos.value === 0 || (wish.by?.value === 'exactly-once' && consume.settings.idempotentBy === undefined);
      if (!isZero && (higher === undefined || !matters)) continue;
      const severity = judge('warning', wish, origin);
      if (severity === undefined) continue;
      const value = String(higher?.qos.value ?? 1);
      const safe = isZero;
      yield {
        message: !isZero ? 'lower' : qos.from === 'declared' ? 'zero' : 'default',
        at: qos.from === 'declared' ? qos.at : consume.at,
        data: {
          edge: edgeWords(consume), reason: reasonOf(consume, qos), qos: qos.value,
          publisher: higher?.publish.service.name ?? '', published: value,
        },
        severity,
        related: higher === undefined ? wishRelated(wish)
          : [{ at: higher.qos.at, message: `${higher.publish.service.name} publishes with QoS ${value} here` }],
        fixes: qos.from === 'declared' ? replaceFix(model, qos.at, 'qos', value, safe) : insertFix(consume, 'qos', value, safe),
      };
    }
  },
});

/** The publisher that asks for most, if that is more than the subscription has. */
function publishedHigher(consume: Consume, granted: number) {
  const channel = consume.channel;
  if (channel === undefined) return undefined;
  const sources = [channel, ...channel.routesIn.filter((r) => r.kind === 'match').map((r) => r.from)];
  let found: { publish: Publish; qos: { value: number; at: Consume['at'] } } | undefined;
  for (const publish of sources.flatMap((c) => c.publishes)) {
    const { qos } = effectivePublish(publish);
    if (qos?.from === 'declared' && qos.value > (found?.qos.value ?? granted)) found = { publish, qos };
  }
  return found;
}
