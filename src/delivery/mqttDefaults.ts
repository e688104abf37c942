import type { ClientId } from './clients';
import type { Defaults, Weakness } from './history';

export interface MqttPublishDefaults {
  readonly qos: number;
  readonly retain: boolean;
  readonly cleanStart: boolean;
  /** Messages of QoS 1 and 2 under way at a time. */
  readonly maxInFlight: number;
}

export interface MqttConsumeDefaults {
  readonly qos: number;
  readonly cleanStart: boolean;
  /** Milliseconds; 0 ends the session with the connection. */
  readonly sessionExpiry: number;
  /** `auto`: the client acknowledges by itself when its callback returns. */
  readonly ack: 'manual' | 'auto';
}

export const mqttPublishWeakness: Weakness<MqttPublishDefaults> = { qos: [0, 1, 2], retain: [false, true], cleanStart: [true, false] };
export const mqttConsumeWeakness: Weakness<MqttConsumeDefaults> = {
  qos: [0, 1, 2], cleanStart: [true, false], sessionExpiry: [0], ack: ['auto', 'manual'],
};

const mqttjs = 'https://github.com/mqttjs/MQTT.js/blob/main/README.md';
const python = 'https://eclipse.dev/paho/files/paho.mqtt.python/html/client.html';
const java = 'https://eclipse.dev/paho/files/javadoc/org/eclipse/paho/client/mqttv3/MqttConnectOptions.html';
const javaMessage = 'https://eclipse.dev/paho/files/javadoc/org/eclipse/paho/client/mqttv3/MqttMessage.html';
const javaClient = 'https://eclipse.dev/paho/files/javadoc/org/eclipse/paho/client/mqttv3/MqttClient.html';
const smallryeOut = 'https://smallrye.io/smallrye-reactive-messaging/latest/mqtt/sending-messages-to-mqtt/';
const smallryeIn = 'https://smallrye.io/smallrye-reactive-messaging/latest/mqtt/receiving-messages-from-mqtt/';
/** MQTT 5, §3.1.2.11.2: without a Session Expiry Interval the session ends with the connection. */
const spec = 'https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901048';

export const mqttPublishDefaults: Partial<Record<ClientId, Defaults<MqttPublishDefaults>>> = {
  'mqtt.js': { qos: [{ value: 0, source: mqttjs }], retain: [{ value: false, source: mqttjs }], cleanStart: [{ value: true, source: mqttjs }] },
  'paho-python': {
    qos: [{ value: 0, source: python }], retain: [{ value: false, source: python }], cleanStart: [{ value: true, source: python }],
    maxInFlight: [{ value: 20, source: python }],
  },
  'paho-java': {
    qos: [{ value: 1, source: javaMessage }], retain: [{ value: false, source: javaMessage }], cleanStart: [{ value: true, source: java }],
    maxInFlight: [{ value: 10, source: java }],
  },
  'smallrye-mqtt': {
    qos: [{ value: 0, source: smallryeOut }], retain: [{ value: false, source: smallryeOut }],
    cleanStart: [{ value: true, source: smallryeOut }], maxInFlight: [{ value: 10, source: smallryeOut }],
  },
};

export const mqttConsumeDefaults: Partial<Record<ClientId, Defaults<MqttConsumeDefaults>>> = {
  'mqtt.js': {
    qos: [{ value: 0, source: mqttjs }], cleanStart: [{ value: true, source: mqttjs }], sessionExpiry: [{ value: 0, source: spec }],
    ack: [{ value: 'auto', source: mqttjs }],
  },
  'paho-python': {
    qos: [{ value: 0, source: python }], cleanStart: [{ value: true, source: python }], sessionExpiry: [{ value: 0, source: spec }],
    ack: [{ value: 'auto', source: python }],
  },
  'paho-java': {
    qos: [{ value: 1, source: java }], cleanStart: [{ value: true, source: java }], sessionExpiry: [{ value: 0, source: spec }],
    ack: [{ value: 'auto', source: javaClient }],
  },
  // It speaks MQTT 3.1.1, whose sessions have no expiry: one that is not clean stays.
  'smallrye-mqtt': { qos: [{ value: 0, source: smallryeIn }], cleanStart: [{ value: true, source: smallryeIn }] },
};

/** What mosquitto does, and other brokers may not. Durations are milliseconds. */
export interface MosquittoDefaults {
  readonly persistence: boolean;
  readonly syncInterval: number;
  readonly maxQueuedMessages: number;
  readonly anonymous: boolean;
  readonly maxMessageSize: number;
}

const conf = 'https://mosquitto.org/man/mosquitto-conf-5.html';
const migration = 'https://mosquitto.org/documentation/migrating-to-2-0/';

export const mosquittoDefaults: Defaults<MosquittoDefaults> = {
  persistence: [{ value: false, source: conf }],
  // autosave_interval: in between, what is queued and retained is in memory only.
  syncInterval: [{ value: 1_800_000, source: conf }],
  maxQueuedMessages: [{ value: 100, source: migration }, { value: 1000, since: '2.0', source: conf }],
  // Without a listener 2.0 lets everybody in, but from its own machine only.
  anonymous: [{ value: true, source: migration }, { value: false, since: '2.0', source: conf }],
  // Before, what the protocol can say: a packet's length has four bytes of seven bits.
  maxMessageSize: [
    { value: 268_435_455, source: conf },
    { value: 2_000_000, since: '2.1', source: 'https://github.com/eclipse-mosquitto/mosquitto/blob/master/ChangeLog.txt' },
  ],
};

/** Clients that make up a client id, another one each time, where the program gives none. */
export const generatedClientIds: ReadonlySet<ClientId> = new Set([
  'mqtt.js', // lib/client.ts: `mqttjs_` and a random number
  'smallrye-mqtt', // auto-generated-client-id is true by default, as in the Vert.x client below it
]);
