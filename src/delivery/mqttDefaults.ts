import type { ClientId } from './clients';
import type { Defaults, Weakness } from './history';

export interface MqttPublishDefaults {
  readonly qos: number;
  readonly retain: boolean;
  readonly cleanStart: boolean;
}

export interface MqttConsumeDefaults {
  readonly qos: number;
  readonly cleanStart: boolean;
  /** Milliseconds; 0 ends the session with the connection. */
  readonly sessionExpiry: number;
}

export const mqttPublishWeakness: Weakness<MqttPublishDefaults> = { qos: [0, 1, 2], retain: [false, true], cleanStart: [true, false] };
export const mqttConsumeWeakness: Weakness<MqttConsumeDefaults> = { qos: [0, 1, 2], cleanStart: [true, false], sessionExpiry: [0] };

const mqttjs = 'https://github.com/mqttjs/MQTT.js/blob/main/README.md';
const python = 'https://eclipse.dev/paho/files/paho.mqtt.python/html/client.html';
const java = 'https://eclipse.dev/paho/files/javadoc/org/eclipse/paho/client/mqttv3/MqttConnectOptions.html';
const javaMessage = 'https://eclipse.dev/paho/files/javadoc/org/eclipse/paho/client/mqttv3/MqttMessage.html';
const smallryeOut = 'https://smallrye.io/smallrye-reactive-messaging/latest/mqtt/sending-messages-to-mqtt/';
const smallryeIn = 'https://smallrye.io/smallrye-reactive-messaging/latest/mqtt/receiving-messages-from-mqtt/';
/** MQTT 5, §3.1.2.11.2: without a Session Expiry Interval the session ends with the connection. */
const spec = 'https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901048';

export const mqttPublishDefaults: Partial<Record<ClientId, Defaults<MqttPublishDefaults>>> = {
  'mqtt.js': { qos: [{ value: 0, source: mqttjs }], retain: [{ value: false, source: mqttjs }], cleanStart: [{ value: true, source: mqttjs }] },
  'paho-python': { qos: [{ value: 0, source: python }], retain: [{ value: false, source: python }], cleanStart: [{ value: true, source: python }] },
  'paho-java': { qos: [{ value: 1, source: javaMessage }], retain: [{ value: false, source: javaMessage }], cleanStart: [{ value: true, source: java }] },
  'smallrye-mqtt': {
    qos: [{ value: 0, source: smallryeOut }], retain: [{ value: false, source: smallryeOut }],
    cleanStart: [{ value: true, source: smallryeOut }],
  },
};

export const mqttConsumeDefaults: Partial<Record<ClientId, Defaults<MqttConsumeDefaults>>> = {
  'mqtt.js': { qos: [{ value: 0, source: mqttjs }], cleanStart: [{ value: true, source: mqttjs }], sessionExpiry: [{ value: 0, source: spec }] },
  'paho-python': { qos: [{ value: 0, source: python }], cleanStart: [{ value: true, source: python }], sessionExpiry: [{ value: 0, source: spec }] },
  'paho-java': { qos: [{ value: 1, source: java }], cleanStart: [{ value: true, source: java }], sessionExpiry: [{ value: 0, source: spec }] },
  // It speaks MQTT 3.1.1, whose sessions have no expiry: one that is not clean stays.
  'smallrye-mqtt': { qos: [{ value: 0, source: smallryeIn }], cleanStart: [{ value: true, source: smallryeIn }] },
};
