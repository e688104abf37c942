import { flowFile } from '../flow';
import { numbers } from '../observed';
import type { Experiment } from '../row';
import { publish, publishEnd, subscribe, withMosquitto } from './setup';

const SENT = numbers(10);

/**
 * The broker keeps all it takes, and the subscriber answers before its work: neither can then repeat or lose a message by
 * another fault than the one that a row injects.
 */
const flow = (qos: 0 | 1 | 2, answers: 'before-work' | 'after-work'): string => flowFile({
  protocol: 'mqtt',
  broker: 'persistence: true, syncInterval: 0s',
  channel: '',
  publisher: 'client: mqtt.js@5.16',
  publish: `qos: ${qos}, clientId: shop, cleanStart: false, maxInFlight: 1`,
  consumer: 'client: mqtt.js@5.16',
  consume: `qos: ${qos}, clientId: billing, cleanStart: false, maxInFlight: 1${answers === 'before-work' ? ', processing: async' : ''}`,
});

/** Publishes ten messages while the proxy loses one packet of the publisher's connection. */
function publishing(qos: 0 | 1 | 2, from: 'client' | 'broker', packet: string): Experiment<void>['run'] {
  return () => withMosquitto({}, async (on) => {
    const subscriber = await subscribe(on, qos);
    const publisher = await on.connect({ clientId: 'shop', clean: false });
    const lost = on.proxy.lose(from, packet, from === 'client' ? 4 : 1);
    const noticed = new Promise<void>((resolve) => publisher.once('connect', () => resolve()));
    const acknowledged = await publish(publisher, qos, SENT.slice(0, 4));
    await lost;
    // What is written to a connection that is cut already is lost as well; one message is enough.
    await noticed;
    acknowledged.push(...await publish(publisher, qos, SENT.slice(4)));
    await publishEnd(on);
    return { sent: SENT, acknowledged, processed: await subscriber.ended() };
  });
}

/** What the hop from the publisher to the broker promises. */
export const publishingRows: readonly Experiment<void>[] = [
  {
    id: 'mqtt/qos-0-publish-lost',
    title: 'MQTT.js publishes with QoS 0',
    flow: flow(0, 'after-work'),
    hazard: 'loss',
    faults: 1,
    injected: 'the connection is cut as the fourth PUBLISH is on its way',
    predicted: true,
    because: 'QoS 0 has no acknowledgement, so nothing is sent again (MQTT 3.1.1, 4.3.1)',
    run: publishing(0, 'client', 'PUBLISH'),
  },
  {
    id: 'mqtt/qos-1-publish-kept',
    title: 'MQTT.js publishes with QoS 1',
    flow: flow(1, 'after-work'),
    hazard: 'loss',
    faults: 1,
    injected: 'the connection is cut as the fourth PUBLISH is on its way',
    predicted: false,
    because: 'without PUBACK the message is sent again when the session resumes (MQTT 3.1.1, 4.4)',
    run: publishing(1, 'client', 'PUBLISH'),
  },
  {
    id: 'mqtt/qos-1-puback-lost',
    title: 'MQTT.js publishes with QoS 1',
    flow: flow(1, 'before-work'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the connection is cut as the first PUBACK is on its way back',
    predicted: true,
    because: 'the broker has passed the message on, and gets it a second time (MQTT 3.1.1, 4.3.2)',
    run: publishing(1, 'broker', 'PUBACK'),
  },
  {
    id: 'mqtt/qos-2-pubrec-lost',
    title: 'MQTT.js publishes with QoS 2 and a session that is kept',
    flow: flow(2, 'before-work'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the connection is cut as the first PUBREC is on its way back',
    predicted: false,
    because: 'the broker knows the packet identifier until PUBREL and drops the second PUBLISH (MQTT 3.1.1, 4.3.3)',
    beyond: 'the model counts a crash of the publisher as well, which then sends again what it may have sent',
    run: publishing(2, 'broker', 'PUBREC'),
  },
  {
    id: 'mqtt/qos-2-pubcomp-lost',
    title: 'MQTT.js publishes with QoS 2 and a session that is kept',
    flow: flow(2, 'before-work'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the connection is cut as the first PUBCOMP is on its way back',
    predicted: false,
    because: 'after PUBREC only PUBREL is sent again, which carries no message (MQTT 3.1.1, 4.3.3)',
    beyond: 'the model counts a crash of the publisher as well, which then sends again what it may have sent',
    run: publishing(2, 'broker', 'PUBCOMP'),
  },
];
