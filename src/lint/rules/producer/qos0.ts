import { effectivePublish } from '../../../delivery/effective';
import { insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords, originOf, reasonOf, speaks } from '../../words';

/** MQTT's QoS 0 sends once and forgets. */
export default defineRule({
  name: 'producer/qos0',
  severity: 'error',
  summary: 'An MQTT publisher whose messages must not get lost publishes with QoS 0.',
  why: `
With QoS 0 the sender writes the packet to the connection and forgets it: no receipt, no second try. What is
under way when a connection drops is gone, and a subscriber's own QoS cannot repair it, since the level that
counts is the lower of the two. MQTT.js and Paho for Python publish with QoS 0 unless told otherwise. With
QoS 1 the sender keeps the message until the broker has acknowledged it.`,
  sources: [
    'https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html',
    'https://github.com/mqttjs/MQTT.js/blob/main/README.md',
  ],
  messages: {
    zero: '{edge} with QoS 0: what is under way when the connection drops is lost. Publish with qos: {qos}.',
    default: '{edge} and qos is not set; {reason}. What is under way when the connection drops is lost. Publish with qos: {qos}.',
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
            truck:
              publishes:
                trucks/alarms: { guarantee: at-least-once, qos: 0 }
        `,
        report: text`
          error producer/qos0 truck publishes to topic trucks/alarms with QoS 0: what is under way when the connection drops is lost. Publish with qos: 1.
            test.flow.yaml:9:55
            9 |       trucks/alarms: { guarantee: at-least-once, qos: 0 }
              |                                                       ^
            test.flow.yaml:9:35 truck declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/alarms: { broker: fleet }
          services:
            truck:
              publishes:
                trucks/alarms: { guarantee: at-least-once, qos: 1 }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/alarms: { broker: fleet }
          services:
            truck:
              client: mqtt.js@5
              publishes:
                trucks/alarms: { retain: false }
            dispatch:
              client: paho-python
              consumes:
                trucks/alarms: { guarantee: at-least-once, qos: 1, cleanStart: false, clientId: dispatch-1 }
        `,
        report: text`
          error producer/qos0 truck publishes to topic trucks/alarms and qos is not set; MQTT.js's default is 0. What is under way when the connection drops is lost. Publish with qos: 1.
            test.flow.yaml:10:7
            10 |       trucks/alarms: { retain: false }
               |       ^^^^^^^^^^^^^
            test.flow.yaml:14:35 dispatch declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/alarms: { broker: fleet }
          services:
            truck:
              client: mqtt.js@5
              publishes:
                trucks/alarms: { retain: false, qos: 1 }
            dispatch:
              client: paho-python
              consumes:
                trucks/alarms: { guarantee: at-least-once, qos: 1, cleanStart: false, clientId: dispatch-1 }
        `,
      },
      {
        files: text`
          === asyncapi.yaml
          asyncapi: 2.6.0
          info: { title: truck, version: 1.0.0 }
          servers:
            fleet: { url: mqtt.example.com, protocol: mqtts }
          channels:
            trucks/alarms:
              subscribe:
                operationId: sendAlarm
                x-tailrace: { guarantee: at-least-once }
                bindings: { mqtt: { qos: 0 } }
                message: { name: Alarm, payload: { type: object } }
        `,
        report: text`
          error producer/qos0 truck publishes to topic trucks/alarms with QoS 0: what is under way when the connection drops is lost. Publish with qos: 1.
            asyncapi.yaml:10:32
            10 |       bindings: { mqtt: { qos: 0 } }
               |                                ^
            asyncapi.yaml:9:32 truck declares at-least-once here
        `,
        fixed: text`
          === asyncapi.yaml
          asyncapi: 2.6.0
          info: { title: truck, version: 1.0.0 }
          servers:
            fleet: { url: mqtt.example.com, protocol: mqtts }
          channels:
            trucks/alarms:
              subscribe:
                operationId: sendAlarm
                x-tailrace: { guarantee: at-least-once }
                bindings: { mqtt: { qos: 1 } }
                message: { name: Alarm, payload: { type: object } }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/fines: { broker: fleet }
          services:
            truck:
              client: paho-python@2
              publishes:
                trucks/fines: { guarantee: exactly-once }
        `,
        report: text`
          error producer/qos0 truck publishes to topic trucks/fines and qos is not set; the Paho Python client's default is 0. What is under way when the connection drops is lost. Publish with qos: 2.
            test.flow.yaml:10:7
            10 |       trucks/fines: { guarantee: exactly-once }
               |       ^^^^^^^^^^^^
            test.flow.yaml:10:34 truck declares exactly-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            fleet: { protocol: mqtt }
          channels:
            trucks/fines: { broker: fleet }
          services:
            truck:
              client: paho-python@2
              publishes:
                trucks/fines: { guarantee: exactly-once, qos: 2 }
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
              client: mqtt.js@5
              publishes:
                trucks/alarms: { guarantee: at-least-once, qos: 1 }
                trucks/position: { guarantee: best-effort, qos: 0 }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const publish of model.publishes) {
      if (!speaks(publish, 'mqtt')) continue;
      const { qos } = effectivePublish(publish);
      const origin = originOf(qos);
      if (qos === undefined || qos.from === 'unknown' || qos.value !== 0 || origin === undefined) continue;
      const wish = wants.publish(publish);
      const severity = judge('error', wish, origin);
      if (severity === undefined) continue;
      const safe = wish.kind === 'declared';
      // With QoS 1 a receipt that gets lost makes a second copy, which exactly-once cannot have.
      const good = publish.settings.guarantee?.value === 'exactly-once' ? '2' : '1';
      yield {
        message: qos.from === 'declared' ? 'zero' : 'default',
        at: qos.from === 'declared' ? qos.at : publish.at,
        data: { edge: edgeWords(publish), reason: reasonOf(publish, qos), qos: good },
        severity,
        related: wishRelated(wish),
        fixes: qos.from === 'declared' ? replaceFix(model, qos.at, 'qos', good, safe) : insertFix(publish, 'qos', good, safe),
      };
    }
  },
});
