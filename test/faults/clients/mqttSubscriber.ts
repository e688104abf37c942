import { connect, type IClientOptions } from 'mqtt';
import { listen, options, say } from './child';

/**
 * Subscribes and says `processed` for each message. With `hangAt` it never comes to the end of that one:
 * `acked-after`: it is processed, and the step that acknowledges it (PUBACK, PUBCOMP) does not follow;
 * `acked-before`: the work goes on behind an `async` handler, so that MQTT.js acknowledges before it is done;
 * `before-pubrec`: QoS 2, processed before PUBREC as `customHandleAcks` allows, and PUBREC does not follow.
 */
const { url, qos, clean, hangAt, how } = options<{
  url: string; qos: 0 | 1 | 2; clean: boolean; hangAt?: number;
  how?: 'acked-after' | 'acked-before' | 'before-pubrec';
}>();

const work = (payload: Buffer, done: () => void): void => {
  const n = Number(payload.toString());
  if (how === 'acked-before') {
    say('taken', n);
    if (n !== hangAt) say('processed', n);
    return done();
  }
  say('processed', n);
  if (n !== hangAt) done();
};
// MQTT.js asks `customHandleAcks` under MQTT 5 only, where a session must be asked for by its expiry.
const early: IClientOptions = how === 'before-pubrec'
  ? {
    protocolVersion: 5,
    properties: { sessionExpiryInterval: 600 },
    customHandleAcks: (_topic, payload, _packet, done) => work(payload, () => done(0)),
  }
  : {};
const client = connect(url, { clientId: 'billing', clean, reconnectPeriod: 50, ...early });
if (how !== 'before-pubrec') {
  client.handleMessage = (packet, done) => work(packet.payload as Buffer, () => done());
}
client.on('connect', () => client.subscribe('orders', { qos }, () => say('ready')));
client.on('error', () => {});
listen();
