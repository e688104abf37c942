import { edgeClient, effectiveConsume } from '../../../delivery/effective';
import type { Consume } from '../../../model/model';
import { insertFix, replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords, originOf } from '../../words';

/** An MQTT client acknowledges when its callback returns, whatever goes on behind it. */
export default defineRule({
  name: 'consumer/ack-before-work',
  severity: 'error',
  summary: 'An MQTT subscriber hands messages on and lets the client acknowledge them before the work is done.',
  why: `
MQTT clients acknowledge a message of QoS 1 or 2 by themselves when the callback has returned; none of them waits for a
promise, a task or a thread that the callback has begun. With \`processing: async\` the broker has its PUBACK while the work
goes on, and a crash then loses a message that nobody will send again. The Paho clients can leave the
acknowledgement to the program; MQTT.js sends it when \`handleMessage\` has called back, or what
\`customHandleAcks\` says with MQTT 5, but not when an async listener of its message event is done.

Subscriptions with QoS 0 are not reported: nothing is acknowledged there.`,
  sources: [
    'https://github.com/mqttjs/MQTT.js/blob/main/README.md#mqttclienthandlemessagepacket-callback',
    'https://eclipse.dev/paho/files/paho.mqtt.python/html/client.html',
    'https://eclipse.dev/paho/files/javadoc/org/eclipse/paho/client/mqttv3/MqttClient.html',
  ],
  messages: {
    early: '{edge} and works asynchronously, but {how}: a crash during the work loses the message, although it was delivered with QoS {qos}. {cure}, and say ack: manual.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            field: { protocol: mqtt }
          channels:
            doors/+/opened: { broker: field, qos: 1 }
          services:
            alarm:
              client: mqtt.js@5.14
              consumes:
                doors/+/opened: { guarantee: at-least-once, cleanStart: false, clientId: alarm, processing: async }
            log:
              client: paho-python@2.1
              consumes:
                doors/+/opened: { cleanStart: false, clientId: log, processing: async, ack: auto }
        `,
        report: text`
          error consumer/ack-before-work alarm consumes topic doors/+/opened and works asynchronously, but MQTT.js acknowledges without waiting for async listeners: a crash during the work loses the message, although it was delivered with QoS 1. Do the work in handleMessage and call back when it is done, and say ack: manual.
            test.flow.yaml:10:99
            10 |       doors/+/opened: { guarantee: at-least-once, cleanStart: false, clientId: alarm, processing: async }
               |                                                                                                   ^^^^^
            test.flow.yaml:10:36 alarm declares at-least-once here

          warning consumer/ack-before-work log consumes topic doors/+/opened and works asynchronously, but the Paho Python client acknowledges when on_message returns: a crash during the work loses the message, although it was delivered with QoS 1. Create the client with manual_ack=True and call ack() when the work is done, and say ack: manual.
            test.flow.yaml:14:83
            14 |       doors/+/opened: { cleanStart: false, clientId: log, processing: async, ack: auto }
               |                                                                                   ^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            field: { protocol: mqtt }
          channels:
            doors/+/opened: { broker: field, qos: 1 }
          services:
            alarm:
              client: mqtt.js@5.14
              consumes:
                doors/+/opened: { guarantee: at-least-once, cleanStart: false, clientId: alarm, processing: async, ack: manual }
            log:
              client: paho-python@2.1
              consumes:
                doors/+/opened: { cleanStart: false, clientId: log, processing: async, ack: manual }
        `,
      },
      {
        files: text`
          === asyncapi.yaml
          asyncapi: 3.0.0
          info: { title: alarm, version: 1.0.0 }
          servers:
            field: { host: "mqtt.example.com:8883", protocol: mqtts }
          channels:
            doorOpened: { address: doors/opened }
          operations:
            ring:
              action: receive
              channel: { $ref: "#/channels/doorOpened" }
              bindings: { mqtt: { qos: 1 } }
              x-tailrace: { guarantee: at-least-once, processing: async }
        `,
        report: text`
          warning consumer/ack-before-work alarm consumes topic doors/opened and works asynchronously, but MQTT clients acknowledge when the callback returns: a crash during the work loses the message, although it was delivered with QoS 1. Acknowledge from the program when the work is done, and say ack: manual.
            asyncapi.yaml:12:57
            12 |     x-tailrace: { guarantee: at-least-once, processing: async }
               |                                                         ^^^^^
            asyncapi.yaml:12:30 alarm declares at-least-once here
        `,
        fixed: text`
          === asyncapi.yaml
          asyncapi: 3.0.0
          info: { title: alarm, version: 1.0.0 }
          servers:
            field: { host: "mqtt.example.com:8883", protocol: mqtts }
          channels:
            doorOpened: { address: doors/opened }
          operations:
            ring:
              action: receive
              channel: { $ref: "#/channels/doorOpened" }
              bindings: { mqtt: { qos: 1 } }
              x-tailrace: { guarantee: at-least-once, processing: async, ack: manual }
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            field: { protocol: mqtt }
          channels:
            doors/+/opened: { broker: field, qos: 1 }
          services:
            alarm:
              client: paho-python@2.1
              consumes:
                doors/+/opened: { guarantee: at-least-once, cleanStart: false, clientId: alarm, processing: async, ack: manual }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            field: { protocol: mqtt }
          channels:
            doors/+/opened: { broker: field }
          services:
            alarm:
              client: mqtt.js@5.14
              consumes:
                doors/+/opened: { guarantee: at-least-once, qos: 1, cleanStart: false, clientId: alarm, processing: sync }
            screen:
              client: mqtt.js@5.14
              consumes:
                doors/+/opened: { guarantee: at-most-once, qos: 1, processing: async }
            log:
              client: mqtt.js@5.14
              consumes:
                doors/+/opened: { guarantee: at-least-once, qos: 0, processing: async }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      const { processing } = consume.settings;
      if (consume.protocol !== 'mqtt' || processing?.value !== 'async') continue;
      const { ack, qos } = effectiveConsume(consume);
      if (ack === undefined || ack.from === 'unknown' || ack.value !== 'auto') continue;
      if (qos === undefined || qos.from === 'unknown' || qos.value === 0) continue;
      const origin = originOf(ack);
      const wish = wants.consume(consume);
      // That the work goes on elsewhere is written; a known client's default completes the fault.
      const severity = judge('error', wish, origin === 'assumed' ? 'assumed' : 'written');
      if (severity === undefined) continue;
      yield {
        message: 'early',
        at: ack.from === 'declared' ? ack.at : processing.at,
        data: { edge: edgeWords(consume), qos: qos.value, ...manner(consume) },
        severity,
        related: wishRelated(wish),
        fixes: ack.from === 'declared' ? replaceFix(model, ack.at, 'ack', 'manual', false) : insertFix(consume, 'ack', 'manual', false),
      };
    }
  },
});

/** When the client acknowledges, and how a program takes that over. */
function manner(consume: Consume): { readonly how: string; readonly cure: string } {
  switch (edgeClient(consume)?.id) {
    case 'mqtt.js':
      return {
        how: 'MQTT.js acknowledges without waiting for async listeners',
        cure: 'Do the work in handleMessage and call back when it is done',
      };
    case 'paho-python':
      return {
        how: 'the Paho Python client acknowledges when on_message returns',
        cure: 'Create the client with manual_ack=True and call ack() when the work is done',
      };
    case 'paho-java':
      return {
        how: 'the Paho Java client acknowledges when messageArrived returns',
        cure: 'Call setManualAcks(true), and messageArrivedComplete when the work is done',
      };
    default:
      return { how: 'MQTT clients acknowledge when the callback returns', cure: 'Acknowledge from the program when the work is done' };
  }
}
